// worker/bundle-cache.ts: the bundle that is kept is used for as long as nothing changed of what it was made of, and never when it may not be.

import assert from 'node:assert/strict';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { keptBundle } from '../../worker/bundle-cache.ts';

// Inside the project, so that the sources find its packages.
const cache = fileURLToPath(new URL('../.cache', import.meta.url));
mkdirSync(cache, { recursive: true });
const root = mkdtempSync(join(cache, 'kept-'));
after(() => rmSync(root, { recursive: true, force: true }));

const AN_HOUR_AGO = new Date(Date.now() - 3_600_000);
let count = 0;

/** Workflows of one line, written an hour ago, and the folder that keeps their bundle. */
function sources() {
  const folder = join(root, `${++count}`);
  const at = (name: string) => join(folder, 'workflows', name);
  mkdirSync(join(folder, 'workflows'), { recursive: true });
  const write = (name: string, text: string, when = AN_HOUR_AGO) => {
    writeFileSync(at(name), text);
    utimesSync(at(name), when, when);
  };
  write('words.ts', "export const word = 'first';\n");
  write('index.ts', "import { word } from './words.ts';\nexport const speak = async (): Promise<string> => word;\n");
  write('preload.ts', 'export {};\n');
  const kept = join(folder, 'kept');
  const file = () => join(kept, readdirSync(kept)[0] ?? 'none');
  return { bundle: () => keptBundle(join(folder, 'workflows'), kept), write, kept, file };
}

/** Marks what is kept, so that a bundle that comes from there shows it. */
function mark(file: string): void {
  const content = JSON.parse(readFileSync(file, 'utf8')) as { code: string };
  writeFileSync(file, JSON.stringify({ ...content, code: `${content.code}\n// from the cache` }));
}
const isFromCache = ({ code }: { code: string }): boolean => code.includes('// from the cache');

test('what is kept is used as long as nothing changed, and made anew when one file did, or a package', async () => {
  const { bundle, write, kept, file } = sources();
  const first = await bundle();
  assert.match(first.code, /first/);
  assert.deepEqual(await bundle(), first);
  assert.equal(readdirSync(kept).length, 1);
  mark(file());
  assert.ok(isFromCache(await bundle()));

  write('words.ts', "export const word = 'second';\n");
  const second = await bundle();
  assert.ok(!isFromCache(second));
  assert.match(second.code, /second/);
  assert.notEqual(second.buildId, first.buildId);
  assert.equal(readdirSync(kept).length, 1, 'in place of the other');

  const { madeOf } = JSON.parse(readFileSync(file(), 'utf8')) as { madeOf: Record<string, string> };
  const parts = Object.keys(madeOf);
  for (const part of [
    'words.ts',
    'worker/bundle.ts',
    '@temporalio/workflow/',
    'webpack/package.json',
    '@swc/core/package.json',
  ])
    assert.ok(
      parts.some((one) => one.includes(part)),
      `${part} is part of it`,
    );
});

test('what is broken, of somebody else or written while it was made is not used, and nothing fails', async () => {
  const { bundle, write, kept, file } = sources();
  const first = await bundle();
  writeFileSync(file(), '{"code": ');
  assert.deepEqual(await bundle(), first);
  mark(file());
  chmodSync(file(), 0o666);
  assert.ok(!isFromCache(await bundle()), 'anybody may have written it');

  rmSync(kept, { recursive: true });
  write('words.ts', "export const word = 'just now';\n", new Date(Date.now() + 60_000));
  assert.match((await bundle()).code, /just now/);
  assert.throws(() => readdirSync(kept), { code: 'ENOENT' });

  writeFileSync(kept, 'a file where the folder should be');
  assert.match((await bundle()).code, /just now/);
});

test('what nobody asked for in a month goes', async () => {
  const { bundle, kept } = sources();
  mkdirSync(kept);
  for (const [name, days] of [
    ['gone', 31],
    ['seen', 29],
  ] as const) {
    writeFileSync(join(kept, name), '{}');
    const then = new Date(Date.now() - days * 86_400_000);
    utimesSync(join(kept, name), then, then);
  }
  await bundle();
  assert.ok(!readdirSync(kept).includes('gone'));
  assert.ok(readdirSync(kept).includes('seen'));
});
