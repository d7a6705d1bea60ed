// Checks that imports point one way: domain ← workflows, activities, client ← worker, web, embedded; and that what runs in the workflow
// sandbox reaches for nothing that is not there. Prints file:line, what, why. Reads the repository it is started in.
import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { isProgram, report } from './report.ts';

interface Layer {
  /** Own folders it may import from. */
  own: string[];
  /** Own folders it may only `import type` from: nothing of them is there at run time. */
  types?: string[];
  /** Own files outside those folders that it may import all the same. */
  files?: string[];
  /** Packages it may import; absent where any may be, Node's own among them. */
  packages?: string[];
  why: string;
}

const PRODUCT = ['domain', 'policies', 'workflows', 'activities', 'client', 'worker', 'web', 'embedded'];
const EVERYTHING = [...PRODUCT, 'tools', 'bench', 'test'];
const SANDBOX = 'runs in the workflow sandbox, which has no Node, no I/O and no other packages';

const LAYERS: Record<string, Layer> = {
  domain: {
    own: ['domain'],
    packages: ['temporal-polyfill', 'zod/mini'],
    why: `is pure and stands on nothing else of ours; it ${SANDBOX}`,
  },
  workflows: {
    own: ['domain', 'workflows'],
    types: ['activities'],
    packages: ['temporal-polyfill', 'zod/mini', '@temporalio/workflow', '@temporalio/common'],
    why: `knows the domain and the types of activities; it ${SANDBOX}`,
  },
  policies: { own: ['domain', 'policies'], why: 'is data and its loader; it knows the domain only' },
  activities: {
    own: ['domain', 'policies', 'activities'],
    why: 'touches the world for the domain, and knows no caller',
  },
  client: {
    own: ['domain', 'policies', 'client'],
    files: ['workflows/api.ts'],
    why: 'speaks to workflows through their definitions in workflows/api.ts only',
  },
  worker: {
    own: ['domain', 'policies', 'workflows', 'activities', 'client', 'worker'],
    why: 'runs workflows and activities; web and embedded stand on it, not under it',
  },
  web: { own: [...PRODUCT, 'tools'], why: 'is product: it does not stand on tests or measurements' },
  embedded: { own: [...PRODUCT, 'tools'], why: 'is product: it does not stand on tests or measurements' },
  tools: { own: EVERYTHING.filter((layer) => layer !== 'test'), why: 'may use everything but the tests' },
  bench: { own: EVERYTHING, why: 'may use everything' },
  test: { own: EVERYTHING, why: 'may use everything' },
};

/** One import of a source file. */
interface Import {
  line: number;
  /** What stands between the quotes; undefined where it is worked out at run time. */
  from: string | undefined;
  typeOnly: boolean;
}

/**
 * The imports of a source file as the formatter leaves it: statements begin a line, so that comments and texts that mention one do not
 * count. `import { type A }` leaves an import at run time (verbatimModuleSyntax); only `import type` does not.
 */
export function importsOf(source: string): Import[] {
  const found: Import[] = [];
  const lineOf = (index: number) => source.slice(0, index).split('\n').length;
  for (const match of source.matchAll(/^(?:import|export)\b(\s+type\b)?[^;'"`]*?\bfrom\s*(['"])(.+?)\2/gm)) {
    found.push({ line: lineOf(match.index), from: match[3], typeOnly: match[1] !== undefined });
  }
  for (const match of source.matchAll(/^import\s*(['"])(.+?)\1/gm)) {
    found.push({ line: lineOf(match.index), from: match[2], typeOnly: false });
  }
  for (const match of source.matchAll(
    /^(?!\s*(?:\/\/|\/?\*)).*?(\btypeof\s+)?\b(?:import|require)\(\s*(?:(['"])(.+?)\2)?/gm,
  )) {
    found.push({ line: lineOf(match.index), from: match[3], typeOnly: match[1] !== undefined });
  }
  return found;
}

/** Every import of the file that points the wrong way, one line each. */
export function checkFile(path: string, source: string): string[] {
  const name = path.split('/')[0]!;
  const layer = LAYERS[name];
  if (!layer) return [`${path}:1: ${name}/ is no part of the layout; give it a place in tools/check-imports.ts`];
  return importsOf(source).flatMap((each) => {
    const wrong = wrongWith(path, layer, each);
    return wrong === undefined ? [] : [`${path}:${each.line}: ${wrong}, but ${name} ${layer.why}`];
  });
}

function wrongWith(path: string, layer: Layer, { from, typeOnly }: Import): string | undefined {
  if (from === undefined) {
    return layer.packages && 'imports what is only known at run time';
  }
  if (!from.startsWith('.')) {
    return layer.packages && !layer.packages.includes(from) ? `imports ${from}` : undefined;
  }
  const target = posix.join(posix.dirname(path), from);
  const name = target.split('/')[0]!;
  if (layer.own.includes(name) || layer.files?.includes(target)) return undefined;
  // A file beside package.json belongs to no layer; only what runs in the sandbox must not read it.
  if (!target.includes('/') && !layer.packages) return undefined;
  if (!layer.types?.includes(name)) return `imports ${target}`;
  return typeOnly ? undefined : `imports ${target} for more than its types`;
}

/** The source files of the repository that are ours. */
function sourceFiles(): string[] {
  return readdirSync('.', { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules')
    .flatMap((entry) =>
      (readdirSync(entry.name, { recursive: true }) as string[]).map((file) => `${entry.name}/${file}`),
    )
    .filter((file) => /\.[cm]?[jt]sx?$/.test(file))
    .sort();
}

if (isProgram(import.meta.url)) {
  const files = sourceFiles();
  report(
    files.flatMap((file) => checkFile(file, readFileSync(file, 'utf8'))),
    `imports point one way in ${files.length} files`,
  );
}
