// Checks the layout. Imports point one way: domain ← policies ← codec ← workflows ← client ← record ← mail ← webhooks ← activities ← worker, web,
// cli ← embedded. No files of the product import each other in a circle, types included, and no two share a name. What runs in the workflow
// sandbox reaches for nothing that is not there. Prints file:line, what, why. Reads the repository it is started in.
import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { isProgram, report } from './report.ts';

interface Layer {
  /** Own folders it may import from. */
  own: string[];
  /** Own files outside those folders that it may import all the same. */
  files?: string[];
  /** Packages it may import; absent where any may be, Node's own among them. */
  packages?: string[];
  why: string;
}

/** The rooms of the product, each standing on those before it. */
const ORDER = [
  'domain',
  'policies',
  'codec',
  'workflows',
  'client',
  'record',
  'mail',
  'webhooks',
  'activities',
] as const;
const before = (room: (typeof ORDER)[number]): string[] => ORDER.slice(0, ORDER.indexOf(room) + 1);
const PRODUCT = [...ORDER, 'documents', 'worker', 'web', 'cli', 'embedded'];
const EVERYTHING = [...PRODUCT, 'tools', 'bench', 'test'];
const SANDBOX = 'runs in the workflow sandbox, which has no Node, no I/O and no other packages';

const LAYERS: Record<string, Layer> = {
  domain: {
    own: ['domain'],
    packages: ['temporal-polyfill', 'zod/mini'],
    why: `is pure and stands on nothing else of ours; it ${SANDBOX}`,
  },
  policies: { own: before('policies'), why: 'is data and its loader; it knows the domain only' },
  documents: {
    own: ['domain', 'documents'],
    why: 'writes a paper of the domain as a file or as text, and knows nothing else',
  },
  codec: { own: before('codec'), why: 'encrypts payloads, whatever they say' },
  workflows: {
    own: ['domain', 'workflows'],
    packages: ['temporal-polyfill', 'zod/mini', '@temporalio/workflow', '@temporalio/common'],
    why: `knows the domain; it ${SANDBOX}`,
  },
  client: {
    own: ['domain', 'policies', 'codec', 'client'],
    files: ['workflows/api.ts', 'workflows/api-types.ts'],
    why: 'speaks to workflows through their definitions in workflows/api.ts only',
  },
  record: { own: before('record'), why: 'is the database; mails and activities stand on it, not under it' },
  mail: { own: before('mail'), why: 'composes and sends what the record holds' },
  webhooks: { own: before('webhooks'), why: 'sends to other systems what the record holds for them' },
  activities: { own: before('activities'), why: 'touches the world for a workflow, and knows no worker' },
  worker: {
    own: [...before('activities'), 'worker'],
    why: 'runs workflows and activities; web, cli and embedded stand beside it or on it',
  },
  web: {
    own: ['domain', 'documents', 'policies', 'codec', 'workflows', 'client', 'record', 'mail', 'webhooks', 'web'],
    why: 'reaches cases by the client: never by activities or a worker',
  },
  cli: {
    own: ['domain', 'documents', 'policies', 'codec', 'workflows', 'client', 'record', 'mail', 'cli'],
    // What the package was built of it.
    files: ['dist/cli/cli.js'],
    why: 'is one more way to use the client',
  },
  embedded: { own: PRODUCT, why: 'is product: it does not stand on tests or measurements' },
  tools: { own: EVERYTHING.filter((layer) => layer !== 'test'), why: 'may use everything but the tests' },
  bench: { own: EVERYTHING, why: 'may use everything' },
  test: { own: EVERYTHING, why: 'may use everything' },
};

/** One import of a source file. */
interface Import {
  line: number;
  /** What stands between the quotes; undefined where it is worked out at run time. */
  from: string | undefined;
}

/**
 * The imports of a source file as the formatter leaves it: statements begin a line, so that comments and texts that mention one do not
 * count.
 */
export function importsOf(source: string): Import[] {
  const found: Import[] = [];
  const lineOf = (index: number) => source.slice(0, index).split('\n').length;
  for (const match of source.matchAll(/^(?:import|export)\b[^;'"`]*?\bfrom\s*(['"])(.+?)\1/gm)) {
    found.push({ line: lineOf(match.index), from: match[2] });
  }
  for (const match of source.matchAll(/^import\s*(['"])(.+?)\1/gm)) {
    found.push({ line: lineOf(match.index), from: match[2] });
  }
  for (const match of source.matchAll(/^(?!\s*(?:\/\/|\/?\*)).*?\b(?:import|require)\(\s*(?:(['"])(.+?)\1)?/gm)) {
    found.push({ line: lineOf(match.index), from: match[2] });
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

function wrongWith(path: string, layer: Layer, { from }: Import): string | undefined {
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
  return `imports ${target}`;
}

/** The files of the product that each one imports, types included. */
function importsWithin(sources: ReadonlyMap<string, string>): Map<string, string[]> {
  const product = new Map([...sources].filter(([path]) => isProduct(path)));
  return new Map(
    [...product].map(([path, source]) => {
      const targets = importsOf(source).map(({ from }) => posix.join(posix.dirname(path), from ?? ''));
      return [path, [...new Set(targets)].filter((target) => product.has(target))];
    }),
  );
}

const isProduct = (path: string): boolean => PRODUCT.includes(path.split('/')[0]!);

/** Every circle of imports among the product's files, one line each: the shortest way round from the file that comes first. */
export function checkCircles(sources: ReadonlyMap<string, string>): string[] {
  const imports = importsWithin(sources);
  const told = new Set<string>();
  return [...imports.keys()].sort().flatMap((path) => {
    if (told.has(path)) return [];
    const circle = wayBack(imports, path);
    if (!circle) return [];
    for (const file of circle) told.add(file);
    return [
      `${path}:1: is in a circle of imports: ${circle.join(' → ')}; move what they share into a file that imports none of them`,
    ];
  });
}

/** The shortest way from a file along its imports back to it. */
function wayBack(imports: ReadonlyMap<string, readonly string[]>, start: string): readonly string[] | undefined {
  const ways = [[start]];
  const seen = new Set<string>();
  for (const way of ways)
    for (const next of imports.get(way.at(-1)!) ?? []) {
      if (next === start) return [...way, start];
      if (seen.has(next)) continue;
      seen.add(next);
      ways.push([...way, next]);
    }
  return undefined;
}

/** Names that say what a file is for in its room. */
const SHARED_NAMES = ['index.ts', 'main.ts'];

/** Files of the product that share a name, one line each: whoever says `apply.ts` means one file. */
export function checkNames(paths: readonly string[]): string[] {
  const first = new Map<string, string>();
  return paths.filter(isProduct).flatMap((path) => {
    const name = posix.basename(path);
    const other = first.get(name);
    if (other === undefined || SHARED_NAMES.includes(name)) {
      first.set(name, path);
      return [];
    }
    return [`${path}:1: has the name of ${other}; call it by what it does`];
  });
}

/** The source files of the repository that are ours. */
function sourceFiles(): string[] {
  return readdirSync('.', { withFileTypes: true })
    .filter(
      (entry) => entry.isDirectory() && !entry.name.startsWith('.') && !['node_modules', 'dist'].includes(entry.name),
    )
    .flatMap((entry) =>
      (readdirSync(entry.name, { recursive: true }) as string[]).map((file) => `${entry.name}/${file}`),
    )
    .filter((file) => /\.[cm]?[jt]sx?$/.test(file))
    .sort();
}

if (isProgram(import.meta.url)) {
  const sources = new Map(sourceFiles().map((path) => [path, readFileSync(path, 'utf8')]));
  const paths = [...sources.keys()];
  report(
    [...paths.flatMap((path) => checkFile(path, sources.get(path)!)), ...checkCircles(sources), ...checkNames(paths)],
    `imports point one way in ${sources.size} files, without a circle`,
  );
}
