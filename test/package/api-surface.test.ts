// What services can import, with its types, as kept in api-surface.txt: a change of it is a decision. NODRIFT_API_SURFACE=write keeps it as it is now.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import * as client from '../../client/index.ts';
import { declarations } from '../../tools/build.ts';

const SURFACE = fileURLToPath(new URL('api-surface.txt', import.meta.url));
// The compiler looks for types from where its output is.
const cache = fileURLToPath(new URL('../.cache', import.meta.url));
mkdirSync(cache, { recursive: true });
const folder = mkdtempSync(join(cache, 'surface-'));
after(() => rmSync(folder, { recursive: true, force: true }));

declarations(folder);
/** The declarations that an import of `nodrift` reads, without their comments. */
const read = new Map<string, string>();
const reads = new Set(['client/index.d.ts']);
for (const file of reads) {
  const text = readFileSync(join(folder, file), 'utf8')
    .replaceAll(/^[ \t]*\/\*[\s\S]*?\*\/\n/gm, '')
    .replaceAll(/^\s*\/\/.*\n/gm, '');
  read.set(file, text);
  for (const [, from = ''] of text.matchAll(/(?:from |import\()['"](\.[^'"]+)\.js['"]/g))
    reads.add(join(dirname(file), `${from}.d.ts`));
}

test('its types say what everything is, and stand on no type of Temporal', () => {
  assert.ok(read.size > 10);
  for (const [file, text] of read) {
    assert.doesNotMatch(text, /\bany\b/, file);
    for (const [, from] of text.matchAll(/from ['"]([^.'"][^'"]*)['"]/g)) assert.equal(from, 'zod/mini', file);
  }
});

test('what services can import is what was decided: see the head of this file', () => {
  const own = [...read].filter(([file]) => /^(client|workflows)\//.test(file)).sort();
  const values = `== values of nodrift\n${Object.keys(client).sort().join('\n')}\n`;
  const surface = [values, ...own.map(([file, text]) => `== ${file}\n${text}`)].join('\n');
  if (process.env.NODRIFT_API_SURFACE === 'write') writeFileSync(SURFACE, surface);
  assert.equal(surface, readFileSync(SURFACE, 'utf8'));
});
