// embedded/app-file.ts: the key of `npm start`, in a file for its owner alone.

import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { keyFile } from '../../embedded/app-file.ts';
import { judgeKey, keptKey, keyIdIn, keyOf, revokeKey } from '../../record/api-keys.ts';
import type { OpenRecord } from '../../record/open.ts';
import { SCOPES } from '../../record/scopes.ts';
import { memoryRecord } from '../support/memory-record.ts';

const data = mkdtempSync(join(tmpdir(), 'nodrift-app-'));
const file = join(data, 'api-key');
let record: OpenRecord;
before(async () => {
  record = await memoryRecord();
});
after(async () => {
  await record.close();
  rmSync(data, { recursive: true, force: true });
});
const inFile = () => readFileSync(file, 'utf8').trim();
const idInFile = () => keyIdIn(inFile())!;

test('the key has every scope, for every authority, and only the owner reads its file', async () => {
  assert.equal(await keyFile(data, record), file);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.equal(judgeKey(await keptKey(record, idInFile()), inFile(), new Date()), 'good');
  const key = (await keyOf(record, idInFile()))!;
  assert.deepEqual([key.scopes, key.authorities], [[...SCOPES], 'all']);
});

test('a later start keeps it, and closes a file that was opened to others', async () => {
  const key = inFile();
  chmodSync(file, 0o644);
  await keyFile(data, record);
  assert.equal(inFile(), key);
  assert.equal(statSync(file).mode & 0o777, 0o600);
});

test('where the file is gone, holds something else or its key was revoked, a new key is made and the old one ends', async () => {
  for (const spoil of [
    () => rmSync(file),
    () => writeFileSync(file, 'nonsense'),
    () => revokeKey(record, idInFile()),
  ]) {
    const before = idInFile();
    await spoil();
    await keyFile(data, record);
    assert.notEqual(idInFile(), before);
    assert.ok((await keyOf(record, before))?.revokedAt);
    assert.equal(judgeKey(await keptKey(record, idInFile()), inFile(), new Date()), 'good');
  }
});
