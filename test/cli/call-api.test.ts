// How commands find the API: what is set, what `npm start` left, and one line that says what is missing.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, beforeEach, test } from 'node:test';
import { apiAddress } from '../../cli/call-api.ts';
import { fileWith } from '../support/nodrift.ts';

const KEY = `nd_abcdefghijkl_${'x'.repeat(43)}`;
const data = mkdtempSync(join(tmpdir(), 'nodrift-api-'));
const before = process.env.NODRIFT_DATA;
beforeEach(() => {
  process.env.NODRIFT_DATA = data;
});
afterEach(() => {
  if (before === undefined) delete process.env.NODRIFT_DATA;
  else process.env.NODRIFT_DATA = before;
});
after(() => rmSync(data, { recursive: true, force: true }));

const url = 'https://nodrift.council.example';
/** What is set beside NODRIFT_DATA. */
const found = (env: NodeJS.ProcessEnv) => apiAddress(env);

test('what is set counts: the key itself, or a file that holds it with a line break at its end', () => {
  assert.deepEqual(found({ NODRIFT_URL: url, NODRIFT_KEY: KEY }), { url, key: KEY });
  const file = fileWith('key', `${KEY}\n`);
  assert.deepEqual(found({ NODRIFT_URL: url, NODRIFT_KEY_FILE: file }), { url, key: KEY });
});

test('an address without a key is one line that says how to give one, and so is a file that is missing or holds none', () => {
  assert.throws(() => found({ NODRIFT_URL: url }), { name: 'BadInput', message: /set NODRIFT_KEY_FILE/ });
  assert.throws(() => found({ NODRIFT_URL: url, NODRIFT_KEY_FILE: '/nowhere' }), {
    name: 'BadInput',
    message: /NODRIFT_KEY_FILE, \/nowhere: there is no such file/,
  });
  const secret = fileWith('no-key', 'two secret\nlines\n');
  assert.throws(
    () => found({ NODRIFT_URL: url, NODRIFT_KEY_FILE: secret }),
    (error: Error) => {
      assert.match(error.message, /holds no key/);
      assert.doesNotMatch(error.message, /secret\b.*lines/);
      return true;
    },
  );
});

test('nothing set and nothing started: one line names both ways', () => {
  assert.throws(() => found({}), { name: 'Unavailable', message: /start it \(npm start\), or set NODRIFT_URL/ });
});

test('the app of npm start is found with the key it made, while its process runs; a key never goes to whoever has its port later', () => {
  writeFileSync(join(data, 'api-key'), `${KEY}\n`);
  writeFileSync(join(data, 'app'), `http://127.0.0.1:8080\n${process.pid}\n`);
  assert.deepEqual(found({}), { url: 'http://127.0.0.1:8080', key: KEY });
  assert.equal(found({ NODRIFT_KEY: 'other' }).key, 'other');
  writeFileSync(join(data, 'app'), 'http://127.0.0.1:8080\n4194304\n');
  assert.throws(() => found({}), { name: 'Unavailable' });
});
