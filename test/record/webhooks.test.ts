// What other systems are to hear is written with the record's entry: each thing once, by case without gaps, for each who listens until they have it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asc, eq, sql } from 'drizzle-orm';
import type { RecordEntry } from '../../domain/notices/notice.ts';
import type { Instant, LocalDate } from '../../domain/time/calendar.ts';
import type { OpenRecord } from '../../record/open.ts';
import { WEBHOOK_TYPES, webhookDeliveries, webhookEvents, webhookSubscriptions } from '../../record/schema-webhooks.ts';
import {
  dueFor,
  forgetOldWebhooks,
  listener,
  listenersToServe,
  markGone,
  markNotTaken,
  markTaken,
  nextTry,
  PACE,
  webhookTrouble,
} from '../../record/webhook-deliveries.ts';
import { tellDecisionsAsked, tellWhatIsLate } from '../../record/webhook-outbox.ts';
import {
  addSubscription,
  askTest,
  newestCursor,
  outcomeOfTest,
  removeSubscription,
  replay,
  resumeSubscription,
  rotateSecret,
  SUBSCRIPTIONS_AT_MOST,
  subscription,
  subscriptions,
} from '../../record/webhook-subscriptions.ts';
import { keep } from '../../record/write.ts';
import { delivery, duty, entry, event, identity, notice } from '../support/entries.ts';
import { emptied, onBothDatabases } from '../support/records.ts';
import fc from '../support/seeded.ts';

const CASE = 'child-protection/BC-2041';
const day = (text: string) => text as LocalDate;
/** So late that no machine's clock has passed it. */
const DUE = day('2099-03-01');
const at = (text: string) => text as Instant;

/** What was told of a case, in its order: `2 nodrift.duty.late minutes/core-group-3 2027-03-01`. */
async function told(record: OpenRecord, caseId = CASE): Promise<readonly string[]> {
  const rows = await record.db
    .select()
    .from(webhookEvents)
    .where(eq(webhookEvents.caseId, caseId))
    .orderBy(asc(webhookEvents.position));
  return rows.map(({ sequence, type, event: of, duty: owed }) =>
    [sequence, type, of?.id, owed?.key, owed?.due].filter((part) => part !== undefined).join(' '),
  );
}

const listens = async (record: OpenRecord, change: object = {}) =>
  (await addSubscription(record, {
    ...{ authority: 'barnsley', url: 'https://receiver.example/hook', types: WEBHOOK_TYPES, by: 'key:ck_1' },
    ...change,
  }))!;

/** Everything that is due for a listener is taken, round by round. @returns what it got: `case sequence` */
async function takeAll(record: OpenRecord, id: string): Promise<readonly string[]> {
  const got: string[] = [];
  for (;;) {
    const due = await dueFor(record, { id, listens: true }, 10);
    if (due.length === 0) return got;
    assert.equal(new Set(due.map((one) => one.told.caseId)).size, due.length, 'of each case one at a time');
    for (const one of due) {
      got.push(`${one.told.caseId} ${one.told.sequence}`);
      await markTaken(record, id, one);
    }
  }
}

/** The clock of the database cannot be moved: what is kept of tries is moved back. */
async function passes(record: OpenRecord, seconds: number): Promise<void> {
  const back = sql`make_interval(secs => ${seconds})`;
  await record.db.update(webhookDeliveries).set({
    firstTriedAt: sql`first_tried_at - ${back}`,
    nextTryAt: sql`next_try_at - ${back}`,
  });
  await record.db.update(webhookSubscriptions).set({
    ...{ takenAt: sql`taken_at - ${back}`, failingSince: sql`failing_since - ${back}` },
    ...{ nextTryAt: sql`next_try_at - ${back}`, oldUntil: sql`old_until - ${back}` },
  });
}

const none = { duties: [] as RecordEntry['duties'] };

onBothDatabases('what others hear', (database) => {
  test('an entry tells each of its events once, numbered by case; handed over again it tells nothing', async () => {
    const record = await emptied(database());
    const first = entry({ ...none, newEvents: [event('opening-1'), event('e2')] });
    await keep(record, first);
    await keep(record, first);
    await keep(record, entry({ ...none, events: 3, revision: 2, newEvents: [event('e2'), event('e3')] }));
    assert.deepEqual(await told(record), [
      '1 nodrift.event.recorded opening-1',
      '2 nodrift.event.recorded e2',
      '3 nodrift.event.recorded e3',
    ]);
  });

  test('an entry that is not kept tells nothing', async () => {
    const record = await emptied(database());
    await keep(record, entry(none));
    const other = identity({ id: 'child-in-need/BC-2041', kind: 'child-in-need', opening: 'other' });
    await assert.rejects(keep(record, entry({ ...none, case: other })), { name: 'ReferenceTaken' });
    assert.deepEqual(await told(record, other.id), []);
  });

  test('a rehearsal tells nobody', async () => {
    const record = await emptied(database());
    await keep(record, entry({ case: identity({ rehearsal: true }), status: 'ended' }));
    await tellWhatIsLate(record, at('2027-03-05T00:00:30Z'));
    assert.deepEqual(await told(record), []);
  });

  test('a duty is late when its day is over in London: told once, and again only for another limit', async () => {
    const record = await emptied(database());
    await keep(record, entry({ newEvents: [], duties: [duty('minutes/core-group-3', { due: DUE })] }));
    assert.equal(await tellWhatIsLate(record, at('2099-03-01T23:59:59Z')), 0);
    assert.equal(await tellWhatIsLate(record, at('2099-03-02T00:00:00Z')), 1);
    assert.equal(await tellWhatIsLate(record, at('2099-03-03T00:00:00Z')), 0);
    const moved = duty('minutes/core-group-3', { due: day('2099-03-08') });
    await keep(record, entry({ newEvents: [], revision: 2, duties: [moved] }));
    assert.equal(await tellWhatIsLate(record, at('2099-03-08T12:00:00Z')), 0);
    assert.equal(await tellWhatIsLate(record, at('2099-03-09T12:00:00Z')), 1);
    // A correction moves it back, and forward again: that it was late then is known.
    await keep(record, entry({ newEvents: [], revision: 3, duties: [duty('minutes/core-group-3', { due: DUE })] }));
    assert.equal(await tellWhatIsLate(record, at('2099-03-10T12:00:00Z')), 0);
    assert.deepEqual(await told(record), [
      '1 nodrift.duty.late minutes/core-group-3 2099-03-01',
      '2 nodrift.duty.late minutes/core-group-3 2099-03-08',
    ]);
  });

  test('in summer a day is over an hour before it is in Greenwich', async () => {
    const record = await emptied(database());
    await keep(record, entry({ newEvents: [], duties: [duty('minutes/core-group-3', { due: day('2099-07-01') })] }));
    assert.equal(await tellWhatIsLate(record, at('2099-07-01T22:59:59Z')), 0);
    assert.equal(await tellWhatIsLate(record, at('2099-07-01T23:00:00Z')), 1);
  });

  test('what was done in time, has lapsed or is no longer owed is not late', async () => {
    const record = await emptied(database());
    const duties = [
      duty('minutes/core-group-1', { due: DUE, done: day('2099-03-01') }),
      duty('minutes/core-group-2', { due: DUE, lapsed: true }),
      duty('minutes/core-group-3', { due: DUE }),
      duty('propose/plan', { due: null, meeting: null }),
    ];
    await keep(record, entry({ newEvents: [], duties }));
    // The newest entry does not speak of core group 3: it was withdrawn.
    await keep(record, entry({ newEvents: [], revision: 2, duties: [] }));
    assert.equal(await tellWhatIsLate(record, at('2099-03-05T12:00:00Z')), 0);
  });

  test('what is recorded as done after its limit was late: told with the entry, and not what came before its plan', async () => {
    const record = await emptied(database());
    const duties = [
      duty('minutes/core-group-3', { done: day('2027-03-03') }),
      duty('minutes/core-group-2', { done: day('2027-03-03'), uncounted: true }),
    ];
    await keep(record, entry({ newEvents: [event('e1')], duties }));
    assert.deepEqual(await told(record), [
      '1 nodrift.event.recorded e1',
      '2 nodrift.duty.late minutes/core-group-3 2027-03-01',
    ]);
  });

  test('the id of an action is not told: people have typed names into them', async () => {
    const record = await emptied(database());
    await keep(record, entry({ newEvents: [], duties: [duty('action/ring-jane-doe', { meeting: null, due: DUE })] }));
    await tellWhatIsLate(record, at('2099-03-05T12:00:00Z'));
    assert.deepEqual(await told(record), ['1 nodrift.duty.late action 2099-03-01']);
  });

  test('the end of a plan is told once; taken back by a correction and ended anew it is told again', async () => {
    const record = await emptied(database());
    const of = (revision: number, status: RecordEntry['status'], id: string) =>
      keep(record, entry({ ...none, events: revision, revision, status, newEvents: [event(id)] }));
    await of(1, 'open', 'e1');
    await of(2, 'ended', 'e2');
    await of(3, 'closed', 'e3');
    await of(4, 'open', 'e4');
    await of(5, 'ended', 'e5');
    // An attempt that was believed dead says nothing of how the case stands.
    await of(4, 'open', 'e4b');
    await of(6, 'ended', 'e6');
    const types = (await told(record)).map((line) => line.replace('nodrift.event.recorded ', ''));
    assert.deepEqual(types, [
      ...['1 e1', '2 e2', '3 nodrift.case.ended', '4 e3', '5 e4', '6 e5', '7 nodrift.case.ended', '8 e4b', '9 e6'],
    ]);
  });

  test('a decision that several people are asked for is told once, however often it is planned', async () => {
    const record = await emptied(database());
    const asked = (to: string) =>
      notice(to, {
        kind: 'decision',
        key: `approve/plan|now|0|${to}|e1`,
        duty: 'approve/plan' as never,
        meeting: null,
      });
    for (const readers of [['tm', 'sm'], ['tm']])
      await record.db.transaction((tx) =>
        tellDecisionsAsked(tx, delivery([...readers.map(asked), notice('hv')], { newEvents: [] })),
      );
    assert.deepEqual(await told(record), ['1 nodrift.decision.asked approve/plan 2027-03-01']);
    const [asks] = await record.db.select().from(webhookEvents);
    assert.deepEqual(asks?.duty, { key: 'approve/plan', due: '2027-03-01', late: true });
  });

  test('entries of many cases at once leave no gap and no number twice, whatever comes again', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ of: fc.integer({ min: 0, max: 2 }), events: fc.integer({ min: 1, max: 6 }) }), {
          ...{ minLength: 5, maxLength: 20 },
        }),
        async (steps) => {
          const record = await emptied(database());
          const { subscription: its } = await listens(record);
          await Promise.all(
            steps.map(({ of, events: many }) => {
              const its = identity({ id: `child-protection/C-${of}`, ref: `C-${of}` });
              const newEvents = Array.from({ length: many }, (_, i) => event(`e${i}`));
              return keep(record, entry({ ...none, case: its, events: many, revision: many, newEvents }));
            }),
          );
          const got = await takeAll(record, its.id);
          for (const of of new Set(steps.map((step) => step.of))) {
            const most = Math.max(...steps.filter((step) => step.of === of).map((step) => step.events));
            const sequence = got.filter((line) => line.startsWith(`child-protection/C-${of} `));
            assert.deepEqual(
              sequence,
              Array.from({ length: most }, (_, i) => `child-protection/C-${of} ${i + 1}`),
            );
          }
        },
      ),
      { numRuns: 10 },
    );
  });

  test('each listener gets what it listens for, of its own authority, from the moment it listens', async () => {
    const record = await emptied(database());
    await keep(record, entry({ ...none, newEvents: [event('before')] }));
    const { subscription: all } = await listens(record);
    const { subscription: ends } = await listens(record, { types: ['nodrift.case.ended'] });
    const { subscription: others } = await listens(record, { authority: 'leeds' });
    await keep(record, entry({ ...none, events: 2, revision: 2, status: 'ended', newEvents: [event('e2')] }));
    assert.deepEqual(await takeAll(record, all.id), [`${CASE} 2`, `${CASE} 3`]);
    assert.deepEqual(await takeAll(record, ends.id), [`${CASE} 3`]);
    assert.deepEqual(await takeAll(record, others.id), []);
  });

  test('a replay lays everything after a cursor before a listener again, under the ids it had', async () => {
    const record = await emptied(database());
    const { subscription: its } = await listens(record, { types: ['nodrift.event.recorded'] });
    await keep(record, entry({ newEvents: [event('e1'), event('e2'), event('e3')] }));
    await tellWhatIsLate(record, at('2027-03-05T12:00:00Z'));
    const before = await record.db.select().from(webhookEvents).orderBy(asc(webhookEvents.position));
    await takeAll(record, its.id);
    assert.equal(await replay(record, its.id, before[0]!.position), 2);
    const due = await dueFor(record, { id: its.id, listens: true }, 10);
    assert.deepEqual(
      due.map((one) => one.told.id),
      [before[1]!.id],
    );
    assert.deepEqual(await takeAll(record, its.id), [`${CASE} 2`, `${CASE} 3`]);
    assert.equal((await subscription(record, 'all', its.id))?.cursor, before.at(-1)!.position);
    assert.equal(await newestCursor(record), before.at(-1)!.position);
  });

  test('what is not taken waits, holds up its own case alone, and is parked after an hour where others were taken', async () => {
    const record = await emptied(database());
    const { subscription: its } = await listens(record);
    const other = identity({ id: 'child-protection/C-2', ref: 'C-2' });
    await keep(record, entry({ ...none, newEvents: [event('bad'), event('e2')] }));
    await keep(record, entry({ ...none, case: other, newEvents: [event('x')] }));
    const to = { id: its.id, listens: true };
    const bad = (await dueFor(record, to, 1))[0]!;
    await markNotTaken(record, its.id, bad, { code: '500', answered: true });
    assert.deepEqual(await takeAll(record, its.id), ['child-protection/C-2 1']);
    const ms = await nextTry(record, its.id);
    assert.ok(ms !== null && ms > 0 && ms <= PACE.first * 1_000, `${ms}`);
    assert.deepEqual(await listenersToServe(record), []);
    await passes(record, PACE.parks);
    assert.deepEqual(await listenersToServe(record), [its.id]);
    const again = (await dueFor(record, to, 9))[0]!;
    assert.equal(again.told.id, bad.told.id);
    await markNotTaken(record, its.id, again, { code: '500', answered: true });
    assert.deepEqual(await takeAll(record, its.id), [`${CASE} 2`]);
    assert.equal((await subscription(record, 'all', its.id))?.parked, 1);
    // A later try takes it from there.
    await passes(record, PACE.longest);
    assert.deepEqual(await takeAll(record, its.id), [`${CASE} 1`]);
    assert.equal(await nextTry(record, its.id), null);
  });

  test('what is not taken for three days is not tried again until it is asked for', async () => {
    const record = await emptied(database());
    const { subscription: its } = await listens(record);
    await keep(record, entry({ ...none, newEvents: [event('bad')] }));
    const to = { id: its.id, listens: true };
    for (const seconds of [0, PACE.parks, PACE.givesUp - PACE.parks]) {
      await passes(record, seconds);
      for (const one of await dueFor(record, to, 1))
        await markNotTaken(record, its.id, one, { code: '422', answered: true });
    }
    const { over, state } = (await subscription(record, 'all', its.id))!;
    assert.deepEqual([over, state], [1, 'paused']);
    assert.equal((await webhookTrouble(record)).notTaken, 1);
    await resumeSubscription(record, its.id);
    await passes(record, PACE.givesUp);
    assert.deepEqual(await dueFor(record, to, 1), []);
    await replay(record, its.id, 0);
    assert.deepEqual(await takeAll(record, its.id), [`${CASE} 1`]);
  });

  test('where nobody answers nothing is parked: everything waits in its order, one is tried at a time, and after three days it is paused', async () => {
    const record = await emptied(database());
    const { subscription: its } = await listens(record);
    await keep(record, entry({ ...none, newEvents: [event('e1'), event('e2')] }));
    const nobody = { code: 'ECONNREFUSED', answered: false };
    const to = async () => (await listener(record, its.id))!;
    for (let i = 0; i < PACE.doubts; i++) {
      await passes(record, PACE.longest);
      await markNotTaken(record, its.id, (await dueFor(record, await to(), 1))[0]!, nobody);
    }
    assert.deepEqual([(await to()).doubtful, (await to()).listens], [true, false]);
    assert.deepEqual((await webhookTrouble(record)).silent, [its.id]);
    await passes(record, PACE.givesUp);
    await markNotTaken(record, its.id, (await dueFor(record, await to(), 1))[0]!, nobody);
    const { state, waiting, parked, over, code } = (await subscription(record, 'all', its.id))!;
    assert.deepEqual([state, waiting, parked, over, code], ['paused', 2, 0, 0, 'ECONNREFUSED']);
    // What happens meanwhile waits as well.
    await keep(record, entry({ ...none, events: 3, revision: 2, newEvents: [event('e3')] }));
    await passes(record, PACE.longest);
    assert.deepEqual([await listenersToServe(record), await nextTry(record, its.id)], [[], null]);
    await resumeSubscription(record, its.id);
    assert.deepEqual(await listenersToServe(record), [its.id]);
    assert.deepEqual(await takeAll(record, its.id), [`${CASE} 1`, `${CASE} 2`, `${CASE} 3`]);
    assert.deepEqual((await webhookTrouble(record)).silent, []);
  });

  test('an endpoint that asks to be left alone is, for an hour at most', async () => {
    const record = await emptied(database());
    const { subscription: its } = await listens(record);
    await keep(record, entry({ ...none, newEvents: [event('e1')] }));
    const one = (await dueFor(record, { id: its.id, listens: true }, 1))[0]!;
    await markNotTaken(record, its.id, one, { code: '429', answered: false, retryAfter: 86_400 });
    const ms = (await nextTry(record, its.id))!;
    assert.ok(ms > 3_500_000 && ms <= 3_600_000, `${ms}`);
  });

  test('one that says it is gone gets nothing more', async () => {
    const record = await emptied(database());
    const { subscription: its } = await listens(record);
    await keep(record, entry({ ...none, newEvents: [event('e1')] }));
    await markGone(record, its.id);
    await keep(record, entry({ ...none, events: 2, revision: 2, newEvents: [event('e2')] }));
    await resumeSubscription(record, its.id);
    assert.equal(await replay(record, its.id, 0), 0);
    const { state, waiting } = (await subscription(record, 'all', its.id))!;
    assert.deepEqual([state, waiting], ['ended', 0]);
    assert.equal(await listener(record, its.id), undefined);
  });

  test('a test is tried once, also while it is paused, and says what came of it', async () => {
    const record = await emptied(database());
    const { subscription: its } = await listens(record);
    await record.db.update(webhookSubscriptions).set({ state: 'paused' });
    const { position } = await askTest(record, its);
    assert.equal(await outcomeOfTest(record, its.id, position), undefined);
    assert.deepEqual(await listenersToServe(record), [its.id]);
    const to = (await listener(record, its.id))!;
    const one = (await dueFor(record, to, 5))[0]!;
    await markNotTaken(record, its.id, one, { code: '500', answered: true });
    assert.deepEqual(await dueFor(record, to, 5), []);
    assert.equal(await outcomeOfTest(record, its.id, position), '500');
    const second = await askTest(record, its);
    await markTaken(record, its.id, (await dueFor(record, to, 5))[0]!);
    assert.equal(await outcomeOfTest(record, its.id, second.position), 'taken');
    assert.equal((await subscription(record, 'all', its.id))?.state, 'paused');
  });

  test('a secret is told once, sealed where it is kept, and signs beside the one before it for a day', async () => {
    const record = await emptied(database());
    const { subscription: its, secret } = await listens(record);
    assert.match(secret, /^whsec_[A-Za-z0-9+/]{43}=$/);
    assert.doesNotMatch(JSON.stringify(await subscriptions(record, 'all')), /whsec_/);
    const [row] = await record.db.select().from(webhookSubscriptions);
    assert.ok(!row!.secret.includes(secret.slice(6)));
    assert.deepEqual((await listener(record, its.id))?.secrets, [secret]);
    const next = await rotateSecret(record, its.id);
    assert.deepEqual((await listener(record, its.id))?.secrets, [next, secret]);
    await passes(record, 86_400);
    assert.deepEqual((await listener(record, its.id))?.secrets, [next]);
  });

  test('people see their own authority’s; one that is removed is forgotten with all it was to get', async () => {
    const record = await emptied(database());
    const { subscription: ours } = await listens(record);
    const { subscription: theirs } = await listens(record, { authority: 'leeds' });
    assert.deepEqual(
      (await subscriptions(record, ['barnsley'])).map(({ id }) => id),
      [ours.id],
    );
    assert.equal(await subscription(record, ['barnsley'], theirs.id), undefined);
    await keep(record, entry({ ...none, newEvents: [event('e1')] }));
    await removeSubscription(record, ours.id);
    assert.deepEqual(await record.db.select().from(webhookDeliveries), []);
    assert.equal(await subscription(record, 'all', ours.id), undefined);
  });

  test('an authority has twenty at most', async () => {
    const record = await emptied(database());
    for (let i = 0; i < SUBSCRIPTIONS_AT_MOST; i++) await listens(record);
    const more = { authority: 'barnsley', url: 'https://x.example', types: WEBHOOK_TYPES, by: 'key:x' };
    assert.equal(await addSubscription(record, more), undefined);
  });

  test('what was told five weeks ago is forgotten; numbers go on', async () => {
    const record = await emptied(database());
    const { subscription: its } = await listens(record);
    await keep(record, entry({ ...none, newEvents: [event('e1')] }));
    await record.db.update(webhookEvents).set({ at: sql`now() - make_interval(days => 36)` });
    await keep(record, entry({ ...none, events: 2, revision: 2, newEvents: [event('e2')] }));
    await forgetOldWebhooks(record);
    assert.deepEqual(await told(record), ['2 nodrift.event.recorded e2']);
    assert.deepEqual(await takeAll(record, its.id), [`${CASE} 2`]);
  });
});
