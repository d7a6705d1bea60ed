// Keys of services: random, kept hashed, two good while one is rotated, ended by revoking or by their date.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'drizzle-orm';
import {
  judgeKey,
  keptKey,
  keyIdIn,
  keyOf,
  listKeys,
  makeKey,
  markUsed,
  revokeKey,
  rotateKey,
} from '../../record/api-keys.ts';
import type { OpenRecord } from '../../record/open.ts';
import { onBothDatabases } from '../support/records.ts';

const NEW = { name: 'Mosaic', scopes: ['cases:read'], authorities: ['barnsley'], madeBy: 'key:first' } as const;
const now = () => new Date();

async function verdict(record: OpenRecord, text: string, at = now()): Promise<string> {
  return judgeKey(await keptKey(record, keyIdIn(text)!), text, at);
}
const otherSecret = (text: string) => text.slice(0, -1) + (text.endsWith('A') ? 'B' : 'A');

onBothDatabases('keys', (record) => {
  test('a key is what scanners look for, good as soon as it is made, and its secret is nowhere in the record', async () => {
    const { key, text } = await makeKey(record(), NEW);
    assert.match(text, /^nd_[a-z2-7]{12}_[A-Za-z0-9_-]{43}$/);
    assert.equal(keyIdIn(text), key.id);
    assert.equal(await verdict(record(), text), 'good');
    const rows = await record().db.execute(
      sql`select k::text, s::text from api_keys k join api_key_secrets s on s.key = k.id`,
    );
    assert.doesNotMatch(JSON.stringify(rows), new RegExp(text.slice(-43)));
    assert.deepEqual([key.scopes, key.authorities, key.madeBy], [['cases:read'], ['barnsley'], 'key:first']);
  });

  test('another secret of the same key, an unknown key and what is no key are wrong', async () => {
    const { text } = await makeKey(record(), NEW);
    assert.equal(await verdict(record(), otherSecret(text)), 'wrong');
    assert.equal(judgeKey(undefined, text, now()), 'wrong');
    for (const none of ['', 'nd_', `${text}x`, text.slice(1), text.toUpperCase(), `nd_${'a'.repeat(12)}_short`])
      assert.equal(keyIdIn(none), undefined, none);
  });

  test('rotated, the new secret and the old one are good, the old one for its time; rotated again, the oldest ends', async () => {
    const { key, text: first } = await makeKey(record(), NEW);
    const second = (await rotateKey(record(), key.id, 3600))!;
    assert.equal(await verdict(record(), first), 'good');
    assert.equal(await verdict(record(), second.text), 'good');
    const later = new Date(Date.now() + 3_700_000);
    assert.equal(await verdict(record(), first, later), 'wrong');
    assert.equal(await verdict(record(), second.text, later), 'good');
    assert.ok(second.key.oldSecretUntil! > now());
    const third = (await rotateKey(record(), key.id, 3600))!;
    assert.deepEqual(
      [await verdict(record(), first), await verdict(record(), second.text), await verdict(record(), third.text)],
      ['wrong', 'good', 'good'],
    );
    const fourth = (await rotateKey(record(), key.id, 0))!;
    assert.equal(await verdict(record(), third.text), 'wrong', 'no overlap was asked for');
    assert.equal(fourth.key.oldSecretUntil, null);
  });

  test('two who rotate at once leave two good secrets, never three', async () => {
    const { key } = await makeKey(record(), NEW);
    const both = await Promise.all([rotateKey(record(), key.id, 3600), rotateKey(record(), key.id, 3600)]);
    assert.equal((await keptKey(record(), key.id))?.secrets.length, 2);
    for (const one of both) assert.equal(await verdict(record(), one!.text), 'good');
  });

  test('a key ends when it is revoked, for ever, and on its day', async () => {
    const { key, text } = await makeKey(record(), { ...NEW, expiresAt: new Date(Date.now() + 60_000) });
    assert.equal(await verdict(record(), text, new Date(Date.now() + 61_000)), 'expired');
    assert.equal(await revokeKey(record(), key.id), true);
    assert.equal(await verdict(record(), text), 'revoked');
    assert.equal(await rotateKey(record(), key.id, 60), undefined, 'it does not come back');
    const { revokedAt } = (await keyOf(record(), key.id))!;
    await revokeKey(record(), key.id);
    assert.deepEqual((await keyOf(record(), key.id))?.revokedAt, revokedAt, 'revoked once');
    assert.equal(await revokeKey(record(), 'nobodyskey22'), false);
  });

  test('its last use is written once a minute at most', async () => {
    const { key } = await makeKey(record(), NEW);
    assert.equal(key.usedAt, null);
    await markUsed(record(), key.id);
    const { usedAt } = (await keyOf(record(), key.id))!;
    assert.ok(usedAt);
    await markUsed(record(), key.id);
    assert.deepEqual((await keyOf(record(), key.id))?.usedAt, usedAt);
    await record().db.execute(sql`update api_keys set used_at = now() - interval '61 seconds' where id = ${key.id}`);
    await markUsed(record(), key.id);
    assert.ok((await keyOf(record(), key.id))!.usedAt! >= usedAt);
    assert.equal((await listKeys(record())).at(-1)?.id, key.id, 'the list is in the order they were made');
  });
});
