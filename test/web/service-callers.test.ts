// Who a service is by the key it shows: at once after it was rotated or revoked, and guessed at by nobody.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { keyOf, makeKey, revokeKey, rotateKey } from '../../record/api-keys.ts';
import { readAudit } from '../../record/audit-read.ts';
import type { OpenRecord } from '../../record/open.ts';
import { serviceCallers } from '../../web/api/service-callers.ts';
import { memoryRecord } from '../support/memory-record.ts';

let record: OpenRecord;
before(async () => {
  record = await memoryRecord();
});
after(() => record.close());
const NEW = { name: 'Mosaic', scopes: ['cases:read'], authorities: ['barnsley'], madeBy: 'key:first' } as const;

/** The callers of one process, whose clock is moved by hand. */
function aProcess() {
  let at = Date.now();
  const { callers, forget } = serviceCallers({ record, now: () => new Date(at) });
  const later = (ms: number) => {
    at += ms;
  };
  return { callers, forget, later };
}
const wrongly = (text: string, i: number) => `${text.slice(0, 15)}_${String(i).padStart(43, 'x')}`;

test('a key is its caller, with its authorities and scopes; what is no key is nobody', async () => {
  const { key, text } = await makeKey(record, NEW);
  const { callers } = aProcess();
  const caller = { who: `key:${key.id}`, kind: 'key', authorities: ['barnsley'], scopes: ['cases:read'] };
  assert.deepEqual(await callers(text), caller);
  assert.deepEqual(await callers(text), caller, 'remembered');
  for (const none of [
    '',
    'nd_',
    `${text}x`,
    text.replace('nd_', 'sk_'),
    'a.b.c',
    `nd_${'z'.repeat(12)}_${'x'.repeat(43)}`,
  ])
    assert.equal(await callers(none), undefined, none);
  await Promise.allSettled(record.underWay);
  assert.ok((await keyOf(record, key.id))?.usedAt, 'and its use is written down');
});

test('a rotated secret is good at once in every process; a revoked key ends here at once, elsewhere within seconds', async () => {
  const { key, text } = await makeKey(record, NEW);
  const [here, elsewhere] = [aProcess(), aProcess()];
  for (const one of [here, elsewhere]) assert.ok(await one.callers(text));
  const { text: second } = (await rotateKey(record, key.id, 3600))!;
  for (const one of [here, elsewhere]) assert.ok(await one.callers(second));
  await revokeKey(record, key.id);
  here.forget(key.id);
  assert.equal(await here.callers(second), undefined);
  elsewhere.later(5_001);
  assert.equal(await elsewhere.callers(second), undefined);
});

test('a guesser at one key is not answered by the record any more, and its owner still is', async () => {
  const { key, text } = await makeKey(record, NEW);
  let asked = 0;
  const db = new Proxy(record.db, {
    get: (target, name, self) => {
      if (name === 'select') asked++;
      return Reflect.get(target, name, self);
    },
  });
  const { callers } = serviceCallers({ record: { ...record, db }, now: () => new Date(1_800_000_000_000) });
  assert.ok(await callers(text));
  const before = asked;
  for (let i = 0; i < 500; i++) assert.equal(await callers(wrongly(text, i), '192.0.2.7'), undefined);
  assert.ok(asked - before < 400, `500 guesses asked the record ${asked - before} times`);
  assert.ok(await callers(text));
  await Promise.allSettled(record.underWay);
  const seen = await readAudit(record, { authorities: 'all', who: `key:${key.id}`, limit: 1_000 });
  assert.ok(
    seen.some(({ did, outcome }) => did === 'show key' && outcome === 'wrong'),
    'the audit has the attempts',
  );
  assert.doesNotMatch(JSON.stringify(seen), /x{20}/);
});

test('an expired key is nobody, and the audit says so', async () => {
  const { key, text } = await makeKey(record, { ...NEW, expiresAt: new Date(Date.now() + 60_000) });
  const one = aProcess();
  assert.ok(await one.callers(text));
  one.later(61_000);
  assert.equal(await one.callers(text), undefined);
  await Promise.allSettled(record.underWay);
  const [last] = await readAudit(record, { authorities: 'all', who: `key:${key.id}`, limit: 1 });
  assert.equal(last?.outcome, 'expired');
});

test('while the record does not answer nobody is refused: the caller is asked to send it again', async () => {
  const { text } = await makeKey(record, NEW);
  const select = () => {
    throw Object.assign(new Error('down'), { code: 'ECONNREFUSED' });
  };
  const db = Object.assign(Object.create(record.db), { select }) as OpenRecord['db'];
  const { callers } = serviceCallers({ record: { ...record, db }, now: () => new Date() });
  await assert.rejects(callers(text), { name: 'RecordUnavailable' });
});

test('a busy service is let in however many requests it sends at once, and for however long', async () => {
  const { text } = await makeKey(record, NEW);
  const { callers, later } = aProcess();
  for (let minute = 0; minute < 3; minute++)
    for (let second = 0; second < 60; second += 6) {
      const all = await Promise.all(Array.from({ length: 100 }, () => callers(text)));
      assert.ok(all.every(Boolean), `after ${minute} min ${second} s`);
      later(6_000);
    }
});
