// Ways between cases on the real server: opened and reported to once, also when a worker dies between doing it and saying so.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CaseNotFound } from '../../client/errors.ts';
import { workflowId } from '../../workflows/api.ts';
import { event } from '../support/family.ts';
import { type RunningCase, until, useRig } from '../support/harness.ts';

const rig = useRig();

/** A child in need plan since Thursday 13 January 2028, with a meeting booked for 8 February. */
const inNeed = (): Promise<RunningCase> =>
  rig.open(
    [
      event('referral', '2028-01-11', 'referral-received', { on: '2028-01-11' }),
      event('consent', '2028-01-11T11:00', 'consent-given'),
      event('assessment', '2028-01-12', 'assessment-completed', { on: '2028-01-12', outcome: 'family support' }),
      event('proposal', '2028-01-12T11:00', 'plan-proposed', { members: ['nina', 'dad'], discussedWith: ['dad'] }),
      event('approval', '2028-01-13', 'plan-approved', { by: 'tom' }),
    ],
    { kind: 'child-in-need' },
  );

const discussed = (id: string, on: string) => event(id, `${on}T11:00`, 'strategy-discussion-held', { on });

/** The child protection case a child in need case has opened by now. */
async function opened(from: RunningCase, suffix: string) {
  const key = { kind: 'child-protection' as const, ref: `${from.key.ref}-${suffix}` };
  const id = workflowId(key.kind, key.ref);
  rig.track(id);
  await until(async () => (await from.owed()).duties.every(({ duty }) => !duty.startsWith('open/')), 'it is opened');
  return { key, id, clock: rig.clockOf(id), history: () => rig.nodrift.history(key) };
}

const types = async (c: { history(): ReturnType<RunningCase['history']> }) =>
  (await c.history()).events.map(({ event }) => event.type);

test('up and back: a conference without a plan is reported, a second discussion opens another case, a plan ends the first, R1, R145', async () => {
  const need = await inNeed();
  rig.interrupted.add('openCase');
  await need.record(discussed('first', '2028-01-18'));
  const first = await opened(need, 'CP');
  assert.equal(rig.interrupted.size, 0, 'it was interrupted');
  assert.deepEqual(await types(first), ['strategy-discussion-held'], 'opened once');

  rig.interrupted.add('reportToCase');
  await need.forwardTo('2028-02-01T12:59');
  await first.clock.forwardTo(event('x', '2028-02-01T12:59', 'x').recordedAt!);
  await rig.nodrift.record(first.key, [
    event('none', '2028-02-01T13:00', 'conference-held', { by: 'carl', on: '2028-02-01', outcome: 'no-plan' }),
  ]);
  await until(async () => (await types(need)).includes('child-protection-decided'), 'it is reported');
  await until(async () => (await types(first)).includes('case-told'), 'the report is acknowledged');
  assert.equal(rig.interrupted.size, 0, 'it was interrupted');
  assert.equal((await types(need)).filter((type) => type === 'child-protection-decided').length, 1);
  assert.equal((await need.owed()).ended, null, 'the plan goes on');

  await need.record(discussed('second', '2028-02-15'));
  const second = await opened(need, 'CP-2');
  await second.clock.forwardTo(event('x', '2028-02-29T12:59', 'x').recordedAt!);
  await need.forwardTo('2028-02-29T12:59');
  await rig.nodrift.record(second.key, [
    event('plan', '2028-02-29T13:00', 'conference-held', {
      by: 'carl',
      on: '2028-02-29',
      outcome: 'plan',
      members: ['nina', 'dad'],
      firstCoreGroup: { start: '2028-03-07T10:00', venue: 'Family centre' },
    }),
  ]);
  await until(async () => (await need.owed()).ended === '2028-02-29', 'the child in need plan has ended');
  assert.deepEqual(
    (await need.owed()).duties.filter(({ duty }) => /^(hold|confirm)\//.test(duty)),
    [],
  );
});

test('a report to a case that is gone is acknowledged all the same: there is nobody left to tell, R1', async () => {
  const need = await inNeed();
  await need.record(discussed('first', '2028-01-18'));
  const first = await opened(need, 'CP');
  await need.handle.terminate('gone, says the test');
  await first.clock.forwardTo(event('x', '2028-02-01T12:59', 'x').recordedAt!);
  await rig.nodrift.record(first.key, [
    event('none', '2028-02-01T13:00', 'conference-held', { by: 'carl', on: '2028-02-01', outcome: 'no-plan' }),
  ]);
  await until(async () => (await types(first)).includes('case-told'), 'it is acknowledged');
  await assert.rejects(rig.nodrift.record(need.key, [discussed('late', '2028-02-01')]), CaseNotFound);
});

test('a discussion of the wrong day, then of another child: the case it opened counts from the true day, then is the manager’s to end, L1', async () => {
  const need = await inNeed();
  await need.record(discussed('first', '2028-01-18'));
  const first = await opened(need, 'CP');
  const owed = async () => (await rig.nodrift.owed(first.key, '2028-01-20T09:00:00Z')).duties;
  const { due } = (await owed()).find(({ duty }) => duty === 'hold/initial-conference')!;
  const reason = 'typed wrongly';
  const [said] = await rig.nodrift.history(need.key).then(({ events }) => events.filter(({ id }) => id === 'first'));
  rig.interrupted.add('reportToCase');
  const right = { ...said!.event, on: '2028-01-17' };
  await need.record(event('c1', '2028-01-18T12:00', 'event-corrected', { corrects: 'first', reason, event: right }));
  const limit = async () => (await owed()).find(({ duty }) => duty === 'hold/initial-conference')?.due;
  await until(async () => (await limit()) !== due, 'it counts from the true day');
  assert.ok(((await limit()) ?? '9') < (due ?? ''));
  await need.record(event('w1', '2028-01-18T13:00', 'event-withdrawn', { withdraws: 'first', reason }));
  await until(async () => (await types(first)).includes('opening-withdrawn'), 'it was opened in error');
  assert.equal((await owed()).find(({ duty }) => duty === 'end/case')?.owner, 'tom');
  await until(
    async () => (await types(need)).filter((type) => type === 'case-told').length === 2,
    'both are acknowledged',
  );
  assert.deepEqual((await types(first)).sort(), ['event-corrected', 'opening-withdrawn', 'strategy-discussion-held']);
});
