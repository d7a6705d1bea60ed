#!/usr/bin/env node
// The command `nodrift`. In the repository it runs cli/cli.ts as it stands, without a build step; in the package, what was built of it.

import { existsSync } from 'node:fs';

process.env.TZ = 'UTC';
if (existsSync(new URL('./cli.ts', import.meta.url))) {
  const { register } = await import('tsx/esm/api');
  register();
  const { main } = await import('./cli.ts');
  await main();
} else {
  const { main } = await import('../dist/cli/cli.js');
  await main();
}
