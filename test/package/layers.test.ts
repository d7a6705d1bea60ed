// Which packages the package brings: the client and the command line stand on the root's dependencies, everything else on those and the engine's.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { posix } from 'node:path';
import { test } from 'node:test';
import { importsOf } from '../../tools/check-imports.ts';

interface Manifest {
  readonly version: string;
  readonly private?: boolean;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta: Readonly<Record<string, { readonly optional?: boolean }>>;
}
const manifest = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as Manifest;
const root = manifest('package.json');
const engine = manifest('engine/package.json');

const source = (file: string): string => readFileSync(file, 'utf8');
const isBuiltIn = (name: string): boolean => name.startsWith('node:') || builtinModules.includes(name);
/** `hono` of `hono/html`. */
const packageOf = (name: string): string =>
  name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');

/** What a file imports when it runs: types are gone by then. */
function runtimeImports(file: string): readonly string[] {
  const lines = source(file).replaceAll(/^(?:import|export) type\b[^;]*;/gm, '');
  return importsOf(lines).flatMap(({ from }) => (from === undefined ? [] : [from]));
}

/** The packages that files reach, with who imports each. */
function reached(from: readonly string[]): Map<string, string> {
  const packages = new Map<string, string>();
  const seen = new Set(from);
  for (const file of seen)
    for (const name of runtimeImports(file)) {
      const target = posix.join(posix.dirname(file), name);
      if (!name.startsWith('.')) packages.set(packageOf(name), file);
      else if (existsSync(target)) seen.add(target);
    }
  return new Map([...packages].filter(([name]) => !isBuiltIn(name)));
}

test('the client and the command line reach the packages of the root, and optional ones', () => {
  const { dependencies, peerDependencies, peerDependenciesMeta } = root;
  const brought = Object.keys(dependencies);
  for (const [name, file] of reached(['client/index.ts', 'client/nodrift.ts', 'cli/cli.ts']))
    assert.ok(
      brought.includes(name) || (name in peerDependencies && peerDependenciesMeta[name]?.optional),
      `${file} imports ${name}, which package.json does not bring: it belongs there only if every service must install it`,
    );
});

test('the client over HTTP reaches no package of Temporal', () => {
  const names = [...reached(['client/http/http-nodrift.ts']).keys()];
  assert.deepEqual(
    names.filter((name) => name.startsWith('@temporalio')),
    [],
  );
});

test('every other room reaches packages of the root and of the engine, and no tool of tests', () => {
  const rooms = [
    'activities',
    'codec',
    'documents',
    'domain',
    'embedded',
    'mail',
    'policies',
    'record',
    'web',
    'worker',
    'workflows',
  ];
  const files = rooms
    .filter(existsSync)
    .flatMap((room) =>
      (readdirSync(room, { recursive: true }) as string[])
        .map((file) => `${room}/${file}`)
        .filter((file) => file.endsWith('.ts')),
    );
  const known = { ...root.dependencies, ...engine.dependencies };
  for (const [name, file] of reached(files))
    assert.ok(name in known, `${file} imports ${name}: add it to engine/package.json`);
});

test('both have one version, no package twice, and the root may be packed', () => {
  assert.equal(engine.version, root.version);
  assert.deepEqual(
    Object.keys(engine.dependencies).filter((name) => name in root.dependencies),
    [],
  );
  assert.equal(root.private, undefined);
});
