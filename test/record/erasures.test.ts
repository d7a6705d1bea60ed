// A case is forgotten: what is left of it in the record, what is not, and that nothing brings it back.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eq, sql } from 'drizzle-orm';
import { memoryKeys } from '../../codec/case-keys.ts';
import {
  beginErasure,
  type Erasure,
  erasureOf,
  erasuresUnderWay,
  NotErasable,
  replayErasures,
} from '../../record/erasures.ts';
import { ReferenceTaken } from '../../record/failures.ts';
import { AlreadyErased, holdsOf, releaseHolds, setHold } from '../../record/holds.ts';
import type { OpenRecord } from '../../record/open.ts';
import { history, ledgerOf } from '../../record/read.ts';
import { cases } from '../../record/schema.ts';
import { webhookEvents } from '../../record/schema-webhooks.ts';
import { stripCase } from '../../record/strip-case.ts';
import { keep } from '../../record/write.ts';
import { CASE, setUp } from '../support/deliveries.ts';
import { BOOKING, delivery, duty, entry, event, identity, notice, person } from '../support/entries.ts';
import { onBothDatabases } from '../support/records.ts';

/** In every field that is about somebody. */
const CANARY = 'Zaphodia';
const OTHER = 'child-protection/BC-9';

const spoken = { id: 'e2', type: 'person-joined', person: { id: CANARY, name: CANARY, email: `${CANARY}@x.test` } };
const full = (change = {}) => ({
  ...{ events: 3, revision: 1, status: 'closed' as const, nextStep: null },
  newEvents: [
    event('opening-1'),
    event('e2', { type: 'person-joined', by: CANARY, event: spoken }),
    event(`about-${CANARY}`, { type: 'action-agreed', on: '2027-03-02' as never }),
  ],
  duties: [
    duty('minutes/core-group-3', { owner: CANARY, done: '2027-03-03' as never }),
    duty('hold/core-group-4', { meeting: 'core-group-4' as never }),
    duty(`action/${CANARY}`, { meeting: null }),
    duty('action/another', { meeting: null, done: '2027-02-28' as never }),
  ],
  ...change,
});
const opened = () => ({ file: { ...identity(), people: [person(CANARY)] }, policy: {}, calendar: {} }) as never;
const INVITED = notice(person(CANARY), {
  kind: 'invitation',
  duty: 'attend/core-group-4',
  booking: { ...BOOKING, venue: CANARY },
});

onBothDatabases('an erased case', (database) => {
  const closed = async () => {
    const set = await setUp(database());
    await set.record.db.execute(sql`truncate erasures, holds, retention, erasures_ahead, staff_named, shadow_notices`);
    await set.deliver(delivery([INVITED, notice(person('sw'))], full({ opened: opened() })));
    return set;
  };
  const erase = async (record: OpenRecord, caseId = CASE): Promise<Erasure> => {
    await beginErasure(record, { caseId, reason: 'asked-by-person', by: 'S-17', ends: true });
    return stripCase(record, caseId);
  };
  /** Every row of every table that has a column of text or JSON. */
  const everything = async (record: OpenRecord): Promise<string> => {
    const tables = (await record.db.execute(
      sql`select table_name as name from information_schema.tables where table_schema = 'public'`,
    )) as unknown as { rows: { name: string }[] };
    const all: unknown[] = [];
    for (const { name } of tables.rows)
      all.push(
        ((await record.db.execute(sql`select * from ${sql.identifier(name)}`)) as unknown as { rows: unknown[] }).rows,
      );
    return JSON.stringify(all);
  };

  test('nothing of its people is left in any table, whatever it was kept in', async () => {
    const { record } = await closed();
    assert.match(await everything(record), new RegExp(CANARY));
    await erase(record);
    assert.doesNotMatch(await everything(record), new RegExp(CANARY, 'i'));
  });

  test('its figures stay: each limit and when it was met, what happened on which day, how much there was', async () => {
    const { record } = await closed();
    const before = (await history(record, CASE))!;
    const { had, by, done } = await erase(record);
    assert.deepEqual([had, by, done === null], [{ events: 3, duties: 4, mails: 2 }, 'S-17', false]);
    const after = (await history(record, CASE))!;
    const figures = (all: typeof before) =>
      all.duties.map(({ arises, due, bookBy, done: met, rules }) => [arises, due, bookBy, met, rules]).sort();
    assert.deepEqual(figures(after), figures(before));
    assert.deepEqual(
      after.duties.map(({ key, owner, standing }) => [key.replace(/\d$/, 'n'), owner, standing]).sort(),
      [
        ['action/n', 'erased', 'done'],
        ['action/n', 'erased', 'lapsed'],
        ['hold/core-group-n', 'erased', 'lapsed'],
        ['minutes/core-group-n', 'erased', 'done'],
      ],
      'what was open never will be done',
    );
    assert.deepEqual(
      after.events.map(({ type, on }) => [type, on]).sort(),
      before.events.map(({ type, on }) => [type, on]).sort(),
    );
    assert.deepEqual([after.case.status, after.case.team, after.case.family], ['closed', 'north', null]);
  });

  test('what waits to be sent of it is not sent, and a mail of several cases goes without it', async () => {
    const { record, relay, deliver, sweep } = await closed();
    const round = { round: true as const, notBefore: '2099-01-01T08:00:00Z' as never };
    const theirs = { case: identity({ id: OTHER, ref: 'BC-9' }) };
    await deliver(delivery([notice('sw', { ...round, key: 'later' })], full({ events: 4 })));
    await deliver(delivery([notice('sw', { ...round, key: 'later' })], theirs));
    const sent = relay.seen.length;
    await erase(record);
    await record.db.execute(sql`update mails set not_before = now(), next_try_at = now() where state <> 'ACCEPTED'`);
    await sweep();
    assert.deepEqual([relay.seen.length - sent, await ledgerOf(record, CASE)], [0, []]);
    assert.equal((await ledgerOf(record, OTHER)).length, 1);
  });

  test('what comes late of it is refused, and so is its reference for ever', async () => {
    const { record, deliver } = await closed();
    await erase(record);
    await assert.rejects(keep(record, entry(full({ events: 9, revision: 9 }))), ReferenceTaken);
    await assert.rejects(deliver(delivery([INVITED], full({ events: 9 }))), { type: 'ReferenceTaken' });
    await assert.rejects(keep(record, entry({ case: identity({ opening: 'another' }) })), ReferenceTaken);
    assert.doesNotMatch(await everything(record), new RegExp(CANARY));
  });

  test('stripped again it is as it was, and others are told once', async () => {
    const { record } = await closed();
    await erase(record);
    const once = await history(record, CASE);
    await stripCase(record, CASE);
    assert.deepEqual(await history(record, CASE), once);
    const told = await record.db.select().from(webhookEvents).where(eq(webhookEvents.caseId, CASE));
    assert.deepEqual(
      told.map(({ type, event, duty }) => [type, event, duty]),
      [['nodrift.case.erased', null, null]],
      'and nothing of what they were told before waits any more',
    );
  });

  test('a case that is not closed is erased only where it is to be ended; one nobody knows never', async () => {
    const { record } = await closed();
    await keep(record, entry({ case: identity({ id: OTHER, ref: 'BC-9' }) }));
    const wish = { caseId: OTHER, reason: 'opened-in-error', by: 'S-17' } as const;
    await assert.rejects(beginErasure(record, wish), (error) => error instanceof NotErasable && error.why === 'runs');
    await assert.rejects(
      beginErasure(record, { ...wish, caseId: 'child-protection/NOBODY' }),
      (error) => error instanceof NotErasable && error.why === 'unknown',
    );
    assert.equal((await beginErasure(record, { ...wish, ends: true })).done, null);
    assert.deepEqual(await erasuresUnderWay(record), [OTHER]);
  });

  test('a hold stops an erasure, until it is released; an erasure stops a hold', async () => {
    const { record } = await closed();
    await setHold(record, CASE, 'complaint', 'S-1');
    await setHold(record, CASE, 'proceedings', 'S-2');
    await setHold(record, CASE, 'proceedings', 'S-3');
    assert.deepEqual(
      (await holdsOf(record, { caseId: CASE })).map(({ reason, by }) => [reason, by]),
      [
        ['complaint', 'S-1'],
        ['proceedings', 'S-2'],
      ],
    );
    await assert.rejects(erase(record), /may not be erased: it is on hold \(complaint, proceedings\)/);
    await releaseHolds(record, CASE, 'complaint', 'S-1');
    await assert.rejects(erase(record), /\(proceedings\)/);
    await releaseHolds(record, CASE, undefined, 'S-1');
    await erase(record);
    await assert.rejects(setHold(record, CASE, 'inquiry', 'S-1'), AlreadyErased);
  });

  test('asked twice, the first who asked is who erased it', async () => {
    const { record } = await closed();
    await erase(record);
    const again = await beginErasure(record, { caseId: CASE, reason: 'ordered', by: 'S-99' });
    assert.deepEqual([again.by, again.reason], ['S-17', 'asked-by-person']);
  });

  test('a record of before the erasure is told by the key store, and the other way round', async () => {
    const { record } = await closed();
    const keys = memoryKeys();
    const tombstone = { by: 'S-17', at: '2027-04-01T09:00:00.000Z' };
    await keys.erase(CASE, tombstone);
    await keys.erase('child-protection/GONE', tombstone);
    assert.deepEqual([...(await replayErasures(record, await keys.erasures()))].sort(), [
      CASE,
      'child-protection/GONE',
    ]);
    for (const one of [CASE, 'child-protection/GONE']) await stripCase(record, one);
    assert.doesNotMatch(await everything(record), new RegExp(CANARY));
    const { by, at } = (await erasureOf(record, CASE))!;
    assert.deepEqual({ by, at: new Date(at).toISOString() }, tombstone);
    assert.deepEqual(await replayErasures(record, await keys.erasures()), [], 'both know it');
    // The key store is of before: it has a key of the case again.
    assert.deepEqual([...(await replayErasures(record, []))].sort(), [CASE, 'child-protection/GONE']);
  });

  test('when a case closed is noted once, and forgotten when it is opened again', async () => {
    const { record } = await closed();
    const at = async () => (await record.db.select().from(cases).where(eq(cases.id, CASE)))[0]?.closedAt;
    const first = await at();
    assert.ok(first);
    await keep(record, entry(full({ events: 4, revision: 2, newEvents: [] })));
    assert.deepEqual(await at(), first);
    await keep(record, entry({ events: 5, revision: 3, newEvents: [], status: 'open' }));
    assert.equal(await at(), null);
  });
});
