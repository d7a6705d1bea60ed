// Trouble with mail, seen from the case: a dead address becomes a fact that people are told of; a relay that fails only delays.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'drizzle-orm';
import { ledgerOf } from '../../record/read.ts';
import { conference, discussion, event } from '../support/family.ts';
import { type RunningCase, until, useRig } from '../support/harness.ts';
import { scriptedRelay } from '../support/smtp-script.ts';

const rig = useRig();

const ledger = async (c: RunningCase, recipient: string) =>
  (await ledgerOf(rig.record, c.id)).filter((line) => line.recipient === recipient);
const deadAddresses = async (c: RunningCase) =>
  (await c.history()).events.filter(({ event: { type } }) => type === 'address-refused');
/** A quarter of an hour, a night and a day pass for what waits in the ledger. */
const makeDue = async () => {
  await rig.record.db.execute(
    sql`update mails set not_before = now() - interval '1 second', next_try_at = now() - interval '1 second'`,
  );
  await rig.record.db.execute(sql`update notices set tell_at = now() - interval '1 second'`);
};

test('a dead address is recorded on the case, and the social worker and the manager are told', async () => {
  rig.inbox.answer = (to) => (to === 'nina@nhs.test' ? { code: 550, message: '5.1.1 no such user' } : undefined);
  const c = await rig.open();
  await c.record(conference());
  await c.forwardTo('2028-01-27T18:00');
  const [fact] = await deadAddresses(c);
  assert.deepEqual(fact?.event, { type: 'address-refused', by: 'nodrift', person: 'nina', code: '5.1.1' });
  const told = (await c.told()).filter((line) => line.includes('information null'));
  assert.deepEqual(told, ['2028-01-27 information null to amira', '2028-01-27 information null to tom']);
  assert.deepEqual(
    (await ledger(c, 'nina')).map(({ state, attempts, code }) => [state, attempts, code]),
    [['REFUSED', 1, '5.1.1']],
  );
  assert.ok((await c.told()).some((line) => line.endsWith('invitation attend/core-group-1 to owen')));
});

test('it is a fact once, however many mails to it are refused', async () => {
  rig.inbox.answer = (to) => (to === 'nina@nhs.test' ? { code: 550, message: '5.1.1 no such user' } : undefined);
  const c = await rig.open([discussion(), conference()]);
  await c.forwardTo('2028-02-08T09:00'); // the invitation, and two reminders
  assert.equal((await ledger(c, 'nina')).length, 3);
  assert.equal((await deadAddresses(c)).length, 1);
});

test('an address found dead by the sweeper becomes a fact of the case too', async () => {
  rig.inbox.answer = (to) => (to === 'nina@nhs.test' ? { code: 451, message: '4.7.1 greylisted' } : undefined);
  // The sweeper lives in the present, and so must this case.
  const today = new Date().toISOString().slice(0, 10);
  const start = `${Number(today.slice(0, 4)) + 1}${today.slice(4)}T10:00`;
  const opening = { ...discussion().event, on: today };
  const held = { ...conference().event, on: today, firstCoreGroup: { start, venue: 'Family centre' } };
  const c = await rig.open([{ id: 'discussion', event: opening }]);
  await rig.nodrift.record(c.key, [{ id: 'conference', event: held }]);
  const state = async () => (await ledger(c, 'nina')).map((line) => line.state).join();
  await until(async () => (await state()) === 'DEFERRED', 'her invitation waits');
  rig.inbox.answer = (to) => (to === 'nina@nhs.test' ? { code: 550, message: '5.1.1 no such user' } : undefined);
  await makeDue();
  await rig.sweeper.sweep(); // meets the refusal
  await makeDue();
  await rig.sweeper.sweep(); // tells the case
  assert.equal((await deadAddresses(c)).length, 1);
});

const troubles: readonly (readonly [string, Parameters<typeof scriptedRelay>[0]])[] = [
  ['refuses the password', { auth: '535 5.7.8 bad credentials' }],
  ['greets with 554', { greeting: '554 5.7.1 not you' }],
  ['refuses everybody without saying why', { rcpt: '550 rejected' }],
  ['hangs at the final dot', { dot: 'reset' }],
];
for (const [what, script] of troubles)
  test(`a relay that ${what} delays mails and nothing else`, async (t) => {
    const relay = await scriptedRelay(script);
    t.after(() => relay.close());
    await rig.useRelay(relay.url.replace('smtp://', 'smtp://user:password@'));
    t.after(() => rig.useRelay(rig.inboxUrl));
    const c = await rig.open([discussion(), conference()]);
    await c.forwardTo('2028-02-03');
    const waiting = await ledgerOf(rig.record, c.id);
    assert.ok(waiting.length >= 9, `${waiting.length} mails`);
    // What is planned in the night is the sweeper's to try.
    assert.ok(waiting.every(({ state }) => ['DEFERRED', 'UNKNOWN', 'PLANNED'].includes(state)));
    assert.ok(waiting.some(({ state }) => state !== 'PLANNED'));
    assert.equal((await c.history()).events.length, 2, 'no address was taken for dead');

    await rig.useRelay(rig.inboxUrl);
    await makeDue();
    await rig.sweeper.sweep();
    const sent = await ledgerOf(rig.record, c.id);
    assert.deepEqual([...new Set(sent.map(({ state }) => state))], ['ACCEPTED']);
    assert.equal((await c.mails()).length, waiting.length);
    // Mails wear the day they were due, not the day they went.
    assert.ok((await c.told()).includes('2028-01-27 invitation attend/core-group-1 to nina'));
  });

test('a relay that is not there at all holds up no escalation of the case', async (t) => {
  await rig.useRelay('smtp://127.0.0.1:9'); // nobody listens on discard
  t.after(() => rig.useRelay(rig.inboxUrl));
  const c = await rig.open();
  await c.forwardTo('2028-02-03');
  await c.record(event('note', '2028-02-03', 'decision-recorded', { decision: 'the case answers' }));
  assert.equal((await ledgerOf(rig.record, c.id)).length, 6);
  await rig.useRelay(rig.inboxUrl);
  await makeDue();
  await rig.sweeper.sweep();
  await until(async () => (await c.told()).length === 6, 'all went in the end');
});
