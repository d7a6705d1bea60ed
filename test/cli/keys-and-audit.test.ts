// `nodrift api-keys` and `nodrift audit`, by the API on a socket.

import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { sql } from 'drizzle-orm';
import { makeKey } from '../../record/api-keys.ts';
import { SCOPES } from '../../record/scopes.ts';
import { servedApi } from '../../web/api/serve-api.ts';
import { apiOf } from '../support/api.ts';
import { commandsCall } from '../support/api-socket.ts';
import { memoryRecord } from '../support/memory-record.ts';
import { nodrift } from '../support/nodrift.ts';
import { PaperCase } from '../support/paper-case.ts';

const folder = mkdtempSync(join(tmpdir(), 'nodrift-keys-'));
const record = await memoryRecord();
const { cases: _, ...parts } = servedApi({ cases: {} as never, record, now: () => new Date() });
const all = { name: 'first', scopes: SCOPES, authorities: 'all', madeBy: 'operator' } as const;
commandsCall(apiOf(new PaperCase(), parts), async () => (await makeKey(record, all)).text);
after(async () => {
  await record.close();
  rmSync(folder, { recursive: true, force: true });
});

const CREATE = [
  'api-keys',
  'create',
  '--name',
  'Mosaic',
  '--scope',
  'cases:read',
  'cases:write',
  '--authority',
  'barnsley',
];

test('a key is created, listed, rotated and revoked', async () => {
  const created = await nodrift(...CREATE, '--expires', '2126-07-01');
  assert.equal(created.code, 0, created.err);
  const [text = ''] = created.out.split('\n');
  assert.match(text, /^nd_[a-z2-7]{12}_[\w-]{43}$/);
  assert.match(created.out, /shown once/);
  const id = text.slice(3, 15);
  const listed = await nodrift('api-keys', 'list');
  assert.match(
    listed.out,
    new RegExp(`^${id} +Mosaic +barnsley +never +ends 2126-07-01 23:00Z +cases:read cases:write$`, 'm'),
  );
  assert.doesNotMatch(listed.out, new RegExp(text.slice(-43)));
  const rotated = await nodrift('api-keys', 'rotate', id, '--overlap', '48', '--json');
  const { key, oldSecretUntil } = JSON.parse(rotated.out);
  assert.ok(key.startsWith(`nd_${id}_`) && key !== text);
  assert.ok(Date.parse(oldSecretUntil) > Date.now() + 47 * 3_600_000);
  assert.deepEqual(await nodrift('api-keys', 'revoke', id), { code: 0, out: `${id} is revoked`, err: '' });
  assert.doesNotMatch((await nodrift('api-keys', 'list')).out, new RegExp(id));
  assert.match((await nodrift('api-keys', 'list', '--all')).out, new RegExp(`^${id}.* revoked `, 'm'));
});

test('a key goes into a new file that only its owner reads, and is shown nowhere', async () => {
  const file = join(folder, 'mosaic.key');
  const { code, out } = await nodrift(...CREATE, '--to', file);
  assert.equal(code, 0);
  const text = readFileSync(file, 'utf8').trim();
  assert.equal(out, `${text.slice(3, 15)} is in ${file}, which only you can read`);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const again = await nodrift(...CREATE, '--to', file);
  assert.equal(again.code, 2);
  assert.match(again.err, /mosaic\.key: it is there already; the key was made and nobody has it: revoke [a-z2-7]{12}/);
  assert.equal(readFileSync(file, 'utf8').trim(), text);
  const json = await nodrift(...CREATE, '--to', join(folder, 'other.key'), '--json');
  assert.ok(existsSync(join(folder, 'other.key')) && !('key' in JSON.parse(json.out)));
});

test('what cannot be is one line, and a key that may not is told so', async () => {
  for (const [args, code, says] of [
    [CREATE.slice(0, -2), 2, /--authority NAME, one or several, or --all-authorities/],
    [[...CREATE, '--all-authorities'], 2, /--authority NAME/],
    [[...CREATE, '--scope', 'cases:everything'], 2, /scopes/],
    [[...CREATE, '--expires', '2026-02-31'], 2, /not a day/],
    [[...CREATE, '--expires', '2020-01-01'], 2, /expires: it has passed/],
    [['api-keys', 'rotate', 'aaaaaaaaaaaa', '--overlap', '-1'], 2, /hours from 0 to 720/],
    [['api-keys', 'rotate', 'aaaaaaaaaaaa'], 2, /there is no such key/],
    [['api-keys', 'revoke', '../cases'], 2, /12 letters/],
    [['audit', '--from', 'yesterday'], 2, /from: must be a day/],
    [['audit', '--limit', 'many'], 2, /limit/],
  ] as const) {
    const ran = await nodrift(...args);
    assert.deepEqual([ran.code, ran.out], [code, ''], `${args.join(' ')}\n${ran.err}`);
    assert.match(ran.err, says);
    assert.equal(ran.err.split('\n').length, 1);
  }
  const root = process.env.NODRIFT_KEY!;
  process.env.NODRIFT_KEY = (
    await makeKey(record, { name: 'x', scopes: ['cases:read'], authorities: 'all', madeBy: 'x' })
  ).text;
  const refused = await nodrift('audit');
  process.env.NODRIFT_KEY = `${root.slice(0, -1)}${root.endsWith('A') ? 'B' : 'A'}`;
  const nobody = await nodrift('audit');
  process.env.NODRIFT_KEY = root;
  assert.match(refused.err, /^nodrift: .*audit:read/);
  assert.equal(refused.code, nobody.code);
  assert.match(nobody.err, /one that is in force/);
});

test('the audit is read and verified; where somebody touched it the command says which row and fails', async () => {
  const { out } = await nodrift('audit', '--limit', '500');
  assert.match(out, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ +key:[a-z2-7]{12} +make key +key:[a-z2-7]{12} +201$/m);
  const who = `key:${process.env.NODRIFT_KEY!.slice(3, 15)}`;
  const { entries } = JSON.parse((await nodrift('audit', '--who', who, '--json')).out);
  assert.ok(entries.length > 0 && entries.every((one: { who: string }) => one.who === who));
  assert.match((await nodrift('audit', '--case', 'child-protection/NOBODY')).out, /nothing of that/);
  const whole = await nodrift('audit', 'verify');
  assert.equal(whole.code, 0);
  const [, end = ''] = /^its end is (\d+:\S+)$/m.exec(whole.out) ?? [];
  assert.equal((await nodrift('audit', 'verify', '--expect', end)).code, 0);
  await record.db.execute(sql`alter table audit disable trigger all`);
  await record.db.execute(sql`update audit set outcome = '299' where number = 3`);
  const touched = await nodrift('audit', 'verify');
  assert.deepEqual([touched.code, touched.out], [7, 'row 3 was altered']);
  assert.match(touched.err, /the audit is not whole: 1 fault, row 3 was altered/);
});
