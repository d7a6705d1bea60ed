// The durable loop: what a running case sends as its months go by, by real mails in a real inbox, with a clock that jumps.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { history } from '../../record/read.ts';
import { conference, coreGroup, discussion, event } from '../support/family.ts';
import { useRig } from '../support/harness.ts';

const rig = useRig();

test('a conference that nobody books is reminded of, escalated, and then said once a week, L14', async () => {
  const c = await rig.open();
  await c.forwardTo('2028-02-17');
  assert.deepEqual(await c.told(), [
    '2028-01-18 reminder hold/initial-conference to amira', // 10 open days before 1 February
    '2028-01-25 reminder hold/initial-conference to amira', // 5
    '2028-01-28 escalation hold/initial-conference to amira', // 2
    '2028-01-28 escalation hold/initial-conference to tom',
    '2028-02-02 escalation hold/initial-conference to amira', // 1 after
    '2028-02-02 escalation hold/initial-conference to tom',
    '2028-02-08 escalation hold/initial-conference to amira', // 5 after
    '2028-02-08 escalation hold/initial-conference to sue',
    '2028-02-08 escalation hold/initial-conference to tom',
    '2028-02-14 escalation hold/initial-conference to amira', // the Monday after, and each one that follows
    '2028-02-14 escalation hold/initial-conference to sue',
  ]);
});

test('minutes that do not come are chased and escalated, and nobody is chased once they are in', async () => {
  const c = await rig.open([discussion(), conference(), coreGroup()]);
  await c.record(event('minutes', '2028-02-21', 'minutes-received', { meeting: 'core-group-1', on: '2028-02-21' }));
  await c.forwardTo('2028-03-06');
  const chased = (await c.told()).filter((line) => line.includes('minutes/core-group-1'));
  assert.deepEqual(chased, [
    '2028-02-11 reminder minutes/core-group-1 to nina', // the last open day before Sunday 13 February
    '2028-02-14 chase minutes/core-group-1 to nina',
    '2028-02-15 chase minutes/core-group-1 to amira',
    '2028-02-15 chase minutes/core-group-1 to nina',
    '2028-02-18 escalation minutes/core-group-1 to amira',
    '2028-02-18 escalation minutes/core-group-1 to nina',
    '2028-02-18 escalation minutes/core-group-1 to tom',
    '2028-02-21 escalation minutes/core-group-1 to nina', // Monday: still outstanding
    '2028-02-21 escalation minutes/core-group-1 to tom',
    '2028-02-21 information minutes/core-group-1 to tom', // late stays late
  ]);
});

test('every mail wears the date of its case, and one id of its own', async () => {
  const c = await rig.open([discussion(), conference()]);
  await c.forwardTo('2028-02-07');
  const mails = await c.mails();
  assert.ok(mails.length >= 8, `${mails.length} mails`);
  for (const mail of mails) assert.match(String(mail.virtualDate), /^2028-0[12]-\d\dT/);
  const ids = mails.map((mail) => mail.headers['x-notification-id']);
  assert.equal(new Set(ids).size, mails.length);
});

test('an invitation carries a calendar entry; moving the meeting changes that entry, cancelling takes it out', async () => {
  const c = await rig.open([discussion(), conference()]);
  const entries = async () =>
    (await c.mails()).flatMap(({ to, calendar }) => (to[0] === 'nina@nhs.test' && calendar ? [calendar] : []));
  await c.forwardTo('2028-01-28');
  await c.record(
    event('moved', '2028-01-31', 'meeting-moved', {
      meeting: 'core-group-1',
      start: '2028-02-09T14:00',
      venue: 'School',
    }),
  );
  await c.record(event('cancelled', '2028-02-02', 'meeting-cancelled', { meeting: 'core-group-1' }));
  await c.forwardTo('2028-02-03');
  const seen = (await entries()).map(({ method, entries: [entry] }) => [method, entry?.sequence, entry?.start]);
  assert.deepEqual(seen, [
    ['REQUEST', 0, '2028-02-08T10:00:00'],
    ['REQUEST', 2, '2028-02-09T14:00:00'],
    ['CANCEL', 3, '2028-02-09T14:00:00'],
  ]);
  const uids = new Set((await entries()).map(({ entries: [entry] }) => entry?.uid ?? 'none'));
  assert.equal(uids.size, 1, [...uids].join(', '));
});

test('the record has every event, every duty with its limit and actual, and the next step', async () => {
  const c = await rig.open([discussion(), conference(), coreGroup()]);
  await c.forwardTo('2028-02-14');
  const kept = await history(rig.record, c.id);
  assert.deepEqual(
    kept?.events.map(({ id, on }) => `${on} ${id}`),
    ['2028-01-11 discussion', '2028-01-27 conference', '2028-02-08 core-group'],
  );
  const duties = Object.fromEntries(kept?.duties.map((duty) => [duty.key, duty]) ?? []);
  assert.deepEqual(
    { due: duties['hold/core-group-1']?.due, done: duties['hold/core-group-1']?.done },
    { due: '2028-02-10', done: '2028-02-08' },
  );
  assert.equal(duties['minutes/core-group-1']?.standing, 'open');
  assert.equal(kept?.case.nextStep?.at, '2028-02-15T08:00:00Z');
});
