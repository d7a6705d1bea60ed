// What is installed with Nodrift: no scripts, a bill of materials, licences that somebody has read, and a reason for each package.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { licencesPage, unfitLicences } from '../../tools/licences.ts';
import { billOf, type Lock, nameOf, readLock } from '../../tools/sbom.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const manifest = (file: string) => JSON.parse(read(file)) as Record<string, Record<string, unknown>>;
const lock = readLock();

test('npm runs no script of a package, and each package that has one is named, with what it would do', () => {
  for (const file of ['.ci/run', 'Dockerfile'])
    for (const line of read(file).match(/^.*\bnpm ci\b.*$/gm) ?? assert.fail(`${file} installs nothing`))
      if (!/^\s*#/.test(line)) assert.match(line, /--ignore-scripts/, file);
  const have = Object.entries(lock.packages).flatMap(([path, one]) =>
    one.hasInstallScript ? [nameOf(path, one)] : [],
  );
  assert.deepEqual(manifest('package.json').allowScripts, Object.fromEntries(have.sort().map((name) => [name, false])));
  const [, page = ''] = read('docs/dependencies.md').split('## How packages come in');
  for (const name of have) assert.match(page, new RegExp(`^ {2}\\| \`${name}\` \\| .+ \\|$`, 'm'));
});

test('every package that is named in a manifest has its reason, its keepers and its stand-in in docs/dependencies.md, and no other has', () => {
  const named = ['package.json', 'engine/package.json'].flatMap((file) =>
    ['dependencies', 'devDependencies'].flatMap((kind) => Object.keys(manifest(file)[kind] ?? {})),
  );
  const rows = read('docs/dependencies.md').match(/^\| `.*$/gm) ?? [];
  for (const row of rows) assert.equal(row.split(' | ').length, 4, row);
  const explained = rows.flatMap((row) =>
    [...(row.split(' | ')[0] ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => name),
  );
  assert.deepEqual(explained.toSorted(), named.toSorted());
});

test('each package stands under a licence that may be used, and docs/licences.md says which', () => {
  assert.deepEqual(unfitLicences(lock), []);
  assert.equal(read('docs/licences.md'), licencesPage(lock), 'write it: node --import tsx tools/licences.ts');
});

test('a licence that would bind whoever runs Nodrift is refused, and one that nobody has read', () => {
  const strange: Lock = {
    packages: {
      '': { name: 'nodrift', version: '0', license: 'Apache-2.0' },
      'node_modules/a': { version: '1.0.0', license: 'AGPL-3.0-only' },
      'node_modules/b': { version: '2.0.0' },
      'node_modules/c': { version: '3.0.0', license: 'PSF-2.0' },
      'node_modules/d': { version: '4.0.0', license: 'PSF-2.0', dev: true },
    },
  };
  assert.deepEqual(unfitLicences(strange), [
    'a@1.0.0 stands under AGPL-3.0-only: see tools/licences.ts for those that may be used to run',
    'b@2.0.0 stands under none that its manifest names: see tools/licences.ts for those that may be used to run',
    'c@3.0.0 stands under PSF-2.0: see tools/licences.ts for those that may be used to run',
  ]);
});

test('the bill of materials has whatever is installed to run Nodrift, with digest and licence, and what each needs', () => {
  const { bomFormat, specVersion, metadata, components, dependencies } = billOf(lock);
  assert.deepEqual([bomFormat, specVersion], ['CycloneDX', '1.6']);
  assert.equal((metadata as { component: { name: string } }).component.name, 'nodrift');
  const installed = Object.entries(lock.packages).filter(([path, one]) => path !== '' && !one.dev && !one.link);
  const refs = new Set(components.map((one) => one['bom-ref']));
  assert.equal(refs.size, components.length);
  for (const [path, one] of installed) {
    const ref = `pkg:npm/${nameOf(path, one).replace('@', '%40')}@${one.version}`;
    assert.ok(refs.has(ref), ref);
  }
  const hono = components.find(({ name }) => name === 'hono');
  const base64 = lock.packages['node_modules/hono']?.integrity?.slice('sha512-'.length) ?? '';
  assert.deepEqual(hono?.hashes, [{ alg: 'SHA-512', content: Buffer.from(base64, 'base64').toString('hex') }]);
  assert.deepEqual(hono?.licenses, [{ license: { id: 'MIT' } }]);
  for (const one of components)
    assert.ok(one.hashes || one.name === 'nodrift-engine', `${one['bom-ref']} has no digest`);
  for (const { ref, dependsOn } of dependencies)
    for (const other of dependsOn) assert.ok(refs.has(other), `${ref} needs ${other}`);
  assert.equal(JSON.stringify(billOf(lock)), JSON.stringify(billOf(readLock())));
});

test('a package finds what it needs in the nearest folder above it', () => {
  const { dependencies } = billOf({
    packages: {
      '': { name: 'top', version: '1.0.0', dependencies: { a: '1', b: '2' } },
      'node_modules/a': { version: '1.0.0', dependencies: { b: '1' } },
      'node_modules/a/node_modules/b': { version: '1.5.0' },
      'node_modules/b': { version: '2.0.0', dependencies: { tool: '1' }, peerDependencies: { 'not-here': '1' } },
      'node_modules/tool': { version: '1.0.0', dev: true },
    },
  });
  assert.deepEqual(Object.fromEntries(dependencies.map(({ ref, dependsOn }) => [ref, dependsOn])), {
    'pkg:npm/top@1.0.0': ['pkg:npm/a@1.0.0', 'pkg:npm/b@2.0.0'],
    'pkg:npm/a@1.0.0': ['pkg:npm/b@1.5.0'],
    'pkg:npm/b@1.5.0': [],
    'pkg:npm/b@2.0.0': [],
  });
});

test("npm's own bill names nothing that ours does not", () => {
  const said = execFileSync('npm', ['sbom', '--sbom-format=cyclonedx', '--omit=dev', '--package-lock-only'], {
    cwd: ROOT,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  const theirs = (JSON.parse(said) as { components: { purl: string }[] }).components.map(({ purl }) => purl);
  assert.ok(theirs.length > 50);
  const ours = new Set(billOf(lock).components.map((one) => one.purl));
  assert.deepEqual(
    theirs.filter((purl) => !ours.has(purl)),
    [],
  );
});

test('the image is given every room that what runs in it imports', () => {
  const given: string[] = read('.dockerignore').match(/(?<=^!)[a-z]+$/gm) ?? [];
  for (const room of given)
    for (const file of readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' }).filter((one) =>
      one.endsWith('.ts'),
    ))
      for (const [, other = ''] of read(join(room, file)).matchAll(/(?:from|import\() ?'(?:\.\.\/)+([a-z]+)\//g))
        assert.ok(
          given.includes(other) || readdirSync(join(ROOT, room)).includes(other),
          `${room}/${file} imports ${other}/`,
        );
});
