// Shadow mode: everything is kept, nothing is sent, and what is owed is told once when a case goes live.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'drizzle-orm';
import { shadowMails } from '../../mail/shadow-mails.ts';
import { gatherRound } from '../../record/gather.ts';
import { beginShadow, caseLive, liveByDay, liveOn, NotInShadow, shadowOf } from '../../record/go-live.ts';
import { NoPolicy } from '../../record/in-force.ts';
import type { OpenRecord } from '../../record/open.ts';
import { ledgerOf } from '../../record/read.ts';
import { calendarEntries, notices } from '../../record/schema.ts';
import { SEALED } from '../../record/sealed-columns.ts';
import { opened } from '../../record/sealing.ts';
import { CASE, DOMAIN, hoursLater, settings, setUp } from '../support/deliveries.ts';
import { BOOKING, delivery, duty, entry, event, identity, notice, person } from '../support/entries.ts';
import { onBothDatabases } from '../support/records.ts';

const LATE = notice('hv', { key: 'late-1|hv' });
const REMIND = notice('hv', { key: 'remind|hv', kind: 'reminder' });
const TO_MANAGER = notice('tom', { key: 'late-1|tom', kind: 'escalation' });
const INVITATION = notice('hv', {
  key: 'invite|hv',
  kind: 'invitation',
  duty: 'attend/core-group-4',
  booking: BOOKING,
});

onBothDatabases('shadow mode', (database) => {
  const begun = async () => {
    const set = await setUp(database());
    await set.record.db.execute(sql`truncate shadows, live_cases, shadow_notices`);
    await beginShadow(set.record, 'barnsley');
    return set;
  };
  const shown = (record: OpenRecord, more = {}) =>
    shadowMails(record, settings, { authority: 'barnsley', limit: 50, ...more });
  const later = async (record: OpenRecord, sweep: () => Promise<void>) => {
    await hoursLater(record);
    await sweep();
    await sweep();
  };

  test('what would be mailed is kept in its words, without an address, and nothing of it is sent', async () => {
    const { record, relay, deliver, sweep } = await begun();
    const outcomes = await deliver(delivery([LATE, { ...INVITATION, round: true }]));
    assert.deepEqual(
      outcomes.map(({ outcome }) => outcome),
      ['deferred', 'deferred'],
    );
    await later(record, sweep);
    assert.deepEqual([relay.seen.length, await ledgerOf(record, CASE)], [0, []]);
    const { mails } = await shown(record);
    assert.deepEqual(mails.map(({ to, cases, kinds }) => [to, cases, kinds]).sort(), [
      ['hv', [CASE], ['chase']],
      ['hv', [CASE], ['invitation']],
    ]);
    assert.ok(mails.every(({ subject }) => subject.includes('BC-2041')));
    assert.doesNotMatch(JSON.stringify(mails), /example\.test/);
    assert.deepEqual(await record.db.select().from(calendarEntries), [], 'nobody has it in their calendar');
  });

  test('what a reader would get in one morning is one mail, and pages go on', async () => {
    const { record, deliver } = await begun();
    const morning = [LATE, { ...REMIND, duty: 'papers/cin-review-1' }].map((one) => ({ ...one, round: true as const }));
    await deliver(delivery([...morning, TO_MANAGER]));
    const first = await shown(record, { limit: 1 });
    const second = await shown(record, { limit: 1, after: first.next });
    const third = await shown(record, { limit: 1, after: second.next });
    assert.deepEqual([...first.mails, ...second.mails].map(({ kinds }) => kinds.length).sort(), [1, 2]);
    assert.deepEqual([third.mails, third.next], [[], undefined]);
  });

  test('what is taken back is not shown', async () => {
    const { record, deliver } = await begun();
    await deliver(delivery([LATE]));
    await deliver({ ...delivery([], { revision: 2 }), withdrawn: [{ key: LATE.key, to: 'hv' }] });
    assert.deepEqual((await shown(record)).mails, []);
  });

  test('a case that goes live sends nothing of before: whoever owes something is told once, in the next morning’s mail', async () => {
    const { record, relay, deliver, sweep } = await begun();
    await deliver(delivery([REMIND, LATE, TO_MANAGER, INVITATION]));
    assert.equal(await caseLive(record, CASE), 1, 'of one duty that is owed, to its owner alone');
    assert.equal(await caseLive(record, CASE), 0);
    await sweep();
    assert.equal(relay.seen.length, 0, 'not before the morning');
    // A delivery that is tried again, or a case that is restored, says nothing of before.
    await deliver(delivery([REMIND, LATE, TO_MANAGER, INVITATION], { revision: 2 }));
    await sweep();
    assert.equal(relay.seen.length, 0);
    const until = new Date(Date.now() + 10 * 24 * 3_600_000);
    assert.equal((await gatherRound(record, { until, limit: 10, domain: DOMAIN })).mails, 1);
    await record.db.execute(sql`update mails set not_before = now(), next_try_at = now()`);
    await sweep();
    assert.deepEqual(
      relay.seen.map(({ to }) => to.address),
      ['hv@example.test'],
    );
    assert.match(relay.seen[0]!.text, /minutes/i);
    // From now on it is like any other.
    await deliver(delivery([notice('hv', { key: 'late-2|hv' })], { revision: 3 }));
    assert.equal(relay.seen.length, 2);
  });

  test('what was done meanwhile is not told, and what is told goes to the address of now', async () => {
    const { record, deliver } = await begun();
    const other = notice('hv', { key: 'other', duty: 'minutes/core-group-2' });
    await deliver(delivery([LATE, other], { duties: [duty('minutes/core-group-3'), duty('minutes/core-group-2')] }));
    const moved = { ...person('hv'), email: 'new@example.test' };
    const said = event('moved', {
      type: 'person-updated',
      event: { type: 'person-updated', person: moved },
      arrival: 2,
    });
    const done = duty('minutes/core-group-2', { done: '2027-03-04' as never });
    await deliver(
      delivery([], { revision: 2, events: 2, newEvents: [said], duties: [duty('minutes/core-group-3'), done] }),
    );
    assert.equal(await caseLive(record, CASE), 1);
    const rows = await opened(record, SEALED.notices, await record.db.select().from(notices));
    assert.deepEqual(
      rows.map(({ payload }) => payload?.notice.to.email),
      ['new@example.test'],
    );
  });

  test('on its day a whole authority is live, once, and cases of later are live from the first', async () => {
    const { record, relay, deliver, sweep } = await begun();
    await deliver(delivery([LATE]));
    await liveOn(record, 'barnsley', new Date(Date.now() + 24 * 3_600_000));
    assert.equal(await liveByDay(record), 0);
    assert.equal((await shadowOf(record, 'barnsley'))?.inShadow, 1);
    await liveOn(record, 'barnsley', new Date(Date.now() - 1_000));
    await sweep();
    assert.equal(await liveByDay(record), 0, 'the sweeper did it');
    assert.deepEqual(
      (await ledgerOf(record, CASE)).map(({ state, duty: of }) => [state, of]),
      [['WAITING', 'minutes/core-group-3']],
    );
    const next = identity({ id: 'child-protection/BC-2', ref: 'BC-2' });
    await deliver(delivery([LATE], { case: next }));
    assert.equal(relay.seen.length, 1);
    await assert.rejects(liveOn(record, 'barnsley', new Date()), NotInShadow);
  });

  test('cases that ran before the shadow began go on as they were, and so does what a live case leads to', async () => {
    const { record, relay, deliver } = await setUp(database());
    await record.db.execute(sql`truncate shadows, live_cases, shadow_notices`);
    await deliver(delivery([]));
    assert.deepEqual(await beginShadow(record, 'barnsley'), await beginShadow(record, 'barnsley'));
    await deliver(delivery([LATE], { revision: 2 }));
    assert.equal(relay.seen.length, 1);
    const led = { id: 'child-in-need/BC-2041-CIN', ref: 'BC-2041-CIN', kind: 'child-in-need' } as const;
    await deliver(delivery([LATE], { case: identity({ ...led, opening: `from/${CASE}` }) }));
    assert.equal(relay.seen.length, 2);
    const other = identity({ id: 'child-protection/BC-3', ref: 'BC-3' });
    await deliver(delivery([LATE], { case: other }));
    await deliver(
      delivery([LATE], { case: { ...identity({ id: 'child-protection/H-1', ref: 'H-1' }), authority: 'hull' } }),
    );
    assert.equal(relay.seen.length, 3, 'the new one of barnsley is in the shadow, that of hull is not');
    const { inShadow, live } = (await shadowOf(record, 'barnsley'))!;
    assert.deepEqual([inShadow, live], [2, 1]);
  });

  test('a case nobody knows, an authority without a shadow, and one nobody knows are said', async () => {
    const { record, deliver } = await begun();
    await assert.rejects(caseLive(record, 'child-protection/NONE'), NotInShadow);
    await assert.rejects(liveOn(record, 'hull', new Date()), NotInShadow);
    await assert.rejects(beginShadow(record, 'atlantis'), NoPolicy);
    await deliver({ ...delivery([]), entry: entry({ case: identity({ authority: 'hull' }) }) });
    await assert.rejects(caseLive(record, CASE), NotInShadow);
  });
});
