// `npm run build`: what the package holds, in dist/. Compiled JavaScript of every room with its templates, styles and data beside it; declarations of
// what services import, and of nothing else; and what `nodrift start` fetches besides, as npm's manifest and lock file, and
// the bill of materials.

import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isProgram } from './report.ts';
import { billOf, readLock } from './sbom.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** The ways into the package, as `exports` in package.json names them. */
const ENTRIES = ['client/index.ts', 'client/nodrift.ts'];

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly overrides: Readonly<Record<string, string>>;
}
interface Locked {
  readonly dev?: boolean;
  readonly link?: boolean;
}
interface Lock {
  readonly lockfileVersion: number;
  readonly packages: Readonly<Record<string, Locked>>;
}

const read = <T>(file: string): T => JSON.parse(readFileSync(join(ROOT, file), 'utf8')) as T;

/** @param dist the folder it is built in, made anew */
export function build(dist = join(ROOT, 'dist')): void {
  rmSync(dist, { recursive: true, force: true });
  // Types are checked by `npm run check:types`, and again where declarations are made of them.
  tsc('-p', 'tsconfig.build.json', '--outDir', dist, '--noCheck');
  declarations(dist);
  assets(dist);
  const about = read<Manifest>('package.json');
  // Where the command line reads its version, here as in the sources.
  write(dist, 'package.json', { name: about.name, version: about.version, type: 'module' });
  const { manifest, lock } = engine(about);
  write(dist, 'engine.json', manifest);
  write(dist, 'engine-lock.json', lock);
  write(dist, 'sbom.cdx.json', billOf(readLock()));
}

const write = (dist: string, name: string, data: unknown): void =>
  writeFileSync(join(dist, name), `${JSON.stringify(data, null, 2)}\n`);

function tsc(...options: string[]): void {
  const program = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  execFileSync(process.execPath, [program, ...options], { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] });
}

/** Declarations of what services import. They keep the ending `.ts` of what they import, which only newer compilers understand. */
export function declarations(dist: string): void {
  const config = join(dist, 'tsconfig.json');
  const compilerOptions = { declaration: true, emitDeclarationOnly: true, outDir: '.', rootDir: ROOT };
  const files = ENTRIES.map((entry) => join(ROOT, entry));
  writeFileSync(
    config,
    JSON.stringify({ extends: join(ROOT, 'tsconfig.build.json'), compilerOptions, files, include: [] }),
  );
  tsc('-p', config);
  rmSync(config);
  for (const file of filesIn(dist).filter((one) => one.endsWith('.d.ts'))) {
    const path = join(dist, file);
    writeFileSync(
      path,
      readFileSync(path, 'utf8').replaceAll(/(\bfrom |\bimport\()(['"])(\.{1,2}\/[^'"]+)\.ts\2/g, '$1$2$3.js$2'),
    );
  }
}

/** All that is no source, where the compiled files look for it: templates, styles, migrations, policies; and the examples to rehearse. */
function assets(dist: string): void {
  const rooms = readdirSync(dist, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? [entry.name] : [],
  );
  for (const room of [...rooms, 'examples'])
    for (const file of filesIn(join(ROOT, room))) {
      if (/\.m?ts$|\.mjs$/.test(file)) continue;
      mkdirSync(dirname(join(dist, room, file)), { recursive: true });
      cpSync(join(ROOT, room, file), join(dist, room, file));
    }
}

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));

/** What runs besides the client, with the very versions that are tested here. */
function engine({ version, license, dependencies, overrides }: Manifest): { manifest: object; lock: Lock } {
  const own = read<Manifest>('engine/package.json').dependencies;
  const all = Object.fromEntries(Object.entries({ ...dependencies, ...own }).sort(([a], [b]) => (a < b ? -1 : 1)));
  const manifest = { name: 'nodrift-engine', version, license, private: true, dependencies: all, overrides };
  const { packages, ...lock } = read<Lock>('package-lock.json');
  const needed = Object.entries(packages).filter(
    ([path, one]) => path.startsWith('node_modules/') && !one.dev && !one.link,
  );
  return { manifest, lock: { ...lock, packages: Object.fromEntries([['', manifest], ...needed]) } };
}

if (isProgram(import.meta.url)) build();
