// What knip looks for: files, exports and packages that nobody uses. What only the engine needs stands in engine/package.json, out of its sight:
// test/tools/package.test.ts holds that list to the imports.

import { readFileSync } from 'node:fs';

const engine = JSON.parse(readFileSync('engine/package.json', 'utf8')) as { dependencies: Record<string, string> };

export default {
  workspaces: {
    '.': {
      entry: [
        'workflows/index.ts',
        'worker/{main,roll-out}.ts',
        'web/{main,first-key}.ts',
        'client/index.ts',
        'embedded/start.ts',
        'tools/*.ts',
        'bench/*.ts',
        'test/histories/record.ts',
        'test/**/*.test.ts',
        'workflows/preload.ts',
      ],
      project: ['**/*.{ts,mjs}'],
    },
  },
  ignoreExportsUsedInFile: true,
  ignoreBinaries: ['mount', 'umount', 'openssl'],
  ignoreWorkspaces: ['engine'],
  ignoreDependencies: Object.keys(engine.dependencies),
};
