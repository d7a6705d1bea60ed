// The first key of an installation in containers, made by whoever has the database.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ringAsJson, withNewKey } from '../../codec/key-ring.ts';
import { openKeys } from '../../codec/open-keys.ts';
import { judgeKey, keptKey, keyIdIn } from '../../record/api-keys.ts';
import { readAudit } from '../../record/audit-read.ts';
import { openRecord } from '../../record/open.ts';
import { SCOPES } from '../../record/scopes.ts';
import { missing, startPostgres } from '../support/postgres.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'nodrift-first-key-'));
after(() => rm(folder, { recursive: true, force: true }));
const KEYS = {
  NODRIFT_KEYS: ringAsJson(withNewKey(undefined)),
  NODRIFT_KEYS_URL: pathToFileURL(join(folder, 'store')).href,
};

function firstKey(
  databaseUrl: string | undefined,
  ...args: string[]
): Promise<{ code: number; out: string; err: string }> {
  const { DATABASE_URL: _, ...env } = process.env;
  return new Promise((done) => {
    execFile(
      process.execPath,
      ['--import', 'tsx', 'web/first-key.ts', ...args],
      { cwd: ROOT, env: { ...env, ...KEYS, ...(databaseUrl && { DATABASE_URL: databaseUrl }) } },
      (error, out, err) => done({ code: error ? Number(error.code) : 0, out, err }),
    );
  });
}

test('the first key is printed alone, may do everything, and is in the audit', { skip: missing }, async () => {
  const server = await startPostgres();
  try {
    const databaseUrl = await server.database('record');
    const { code, out, err } = await firstKey(databaseUrl, '--name', 'first');
    assert.equal(code, 0, err);
    assert.match(out, /^nd_[a-z2-7]{12}_[\w-]{43}\n$/, 'as a file of secrets takes it');
    const { keys } = await openKeys(KEYS);
    const record = await openRecord({ databaseUrl, keys });
    const text = out.trim();
    const kept = await keptKey(record, keyIdIn(text)!);
    assert.equal(judgeKey(kept, text, new Date()), 'good');
    assert.deepEqual([kept?.key.name, kept?.key.scopes, kept?.key.authorities], ['first', [...SCOPES], 'all']);
    const [line] = await readAudit(record, { authorities: 'all', limit: 1 });
    assert.deepEqual([line?.who, line?.did, line?.what], ['operator', 'make key', `key:${kept?.key.id}`]);
    await record.close();
  } finally {
    await server.close();
  }
});

test('without a database, or with one that does not answer, it is one line and no key', async () => {
  for (const [databaseUrl, says] of [
    [undefined, /DATABASE_URL is not set/],
    ['postgres://nodrift:secret-password@127.0.0.1:1/nodrift', /the database is not answering/],
  ] as const) {
    const { code, out, err } = await firstKey(databaseUrl);
    assert.deepEqual([code, out], [1, '']);
    assert.match(err, says);
    assert.doesNotMatch(err, /secret-password|\n./);
  }
});
