// What a running case answers to what is recorded: warnings, refusals that leave no trace, once and only once, and its beginning and end.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApplicationFailure, WorkflowFailedError, WorkflowUpdateFailedError } from '@temporalio/client';
import { defineUpdate } from '@temporalio/workflow';
import { CaseExists, CaseNotFound, Refused } from '../../client/errors.ts';
import type { NewEvent } from '../../client/nodrift.ts';
import { loadCalendar, loadPolicy } from '../../policies/load.ts';
import { type CaseInput, REFUSED, TASK_QUEUE, WORKFLOW_TYPES } from '../../workflows/api.ts';
import { conference, coreGroup, discussion, event, family, lastReview, moment } from '../support/family.ts';
import { type RunningCase, until, useRig } from '../support/harness.ts';

const rig = useRig();

const without = (key: string) => ({ [key]: undefined });
const noSocialWorker = coreGroup({ chair: 'owen', present: ['owen', 'nina', 'mum'] });
const lengthOf = async (c: RunningCase) => (await c.runs()).at(-1)?.events.length;
const eventIds = async (c: RunningCase) => (await c.history()).events.map(({ id }) => id);

const anything = defineUpdate<unknown, [unknown]>('record');

/** Past the client, which reads events before it sends them. */
async function rejection(c: RunningCase, input: unknown): Promise<ApplicationFailure> {
  const sent = c.handle.executeUpdate(anything, { args: [input] });
  const error = await sent.then(
    () => assert.fail('it was taken'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof WorkflowUpdateFailedError && error.cause instanceof ApplicationFailure, String(error));
  return error.cause;
}

test('recording answers what it departs from: a conference after its limit without a reason, R115', async () => {
  const c = await rig.open();
  const late = conference({ on: '2028-02-03' });
  const answer = await c.record({ ...late, recordedAt: moment('2028-02-03') });
  assert.deepEqual(answer.recorded, ['conference']);
  assert.deepEqual(
    answer.warnings.map((one) => [one.event, one.rule]),
    [
      ['conference', 'R115'],
      ['conference', 'R13'], // of the first core group, which is fixed with it
    ],
  );
});

test('a core group without the social worker is refused, R63, and leaves no trace', async () => {
  const c = await rig.open([discussion(), conference()]);
  await c.forwardTo('2028-02-08');
  const before = await lengthOf(c);
  await assert.rejects(
    c.record(noSocialWorker),
    (error: unknown) => error instanceof Refused && error.rule === 'R63' && error.message.startsWith('R63: '),
  );
  // Living on to the time of recording passes steps, so what counts is what the refused update left: nothing.
  const after = (await c.runs()).at(-1)?.events ?? [];
  assert.ok(!after.slice(before).some((one) => one.workflowExecutionUpdateAcceptedEventAttributes));
  const length = await lengthOf(c);
  for (let i = 0; i < 3; i++) await assert.rejects(rig.nodrift.record(c.key, [noSocialWorker]), Refused);
  assert.equal(await lengthOf(c), length);
  assert.deepEqual((await c.record(coreGroup())).recorded, ['core-group']);
});

test('what cannot be read is refused in one sentence, and the case keeps working', async () => {
  const c = await rig.open();
  await c.forwardTo('2028-01-12T10:00');
  const sent = (event: unknown) => [{ id: 'x', recordedAt: moment('2028-01-12'), event }];
  const rows: readonly (readonly [unknown, RegExp])[] = [
    [sent({ type: 'tea-drunk', by: 'amira' }), /unknown event "tea-drunk"/],
    [sent({ type: 'conference-held', by: 'amira', on: '2026-02-31', outcome: 'plan' }), /2026-02-31/],
    [sent({ type: 'minutes-received', by: 'amira', meeting: 'core-group-1', on: 'soon' }), /on: .*"soon"/],
    [sent({ type: 'decision-recorded', by: 'amira', mood: 'good' }), /mood/],
    [sent({ type: 'decision-recorded', by: 'nobody' }), /"nobody" is not a person of this case/],
    [sent(null), /unknown event/],
    [[{ id: 'x' }], /event/],
    [[{ id: '../x y', recordedAt: moment('2028-01-12'), event: {} }], /id/],
    [[], /one or more events/],
    ['not a list', /one or more events/],
    [undefined, /one or more events/],
  ];
  for (const [input, words] of rows) {
    const refusal = await rejection(c, input);
    assert.equal(refusal.type, REFUSED, refusal.message);
    assert.match(refusal.message, words);
    assert.ok(!refusal.message.includes('\n'));
  }
  assert.deepEqual((await c.record(conference())).recorded, ['conference']);
});

test('the client refuses the same before anything is sent', async () => {
  const c = await rig.open();
  for (const [fields, words] of [
    [{ on: '2026-02-31', outcome: 'plan' }, /2026-02-31/],
    [{ on: '2028-01-12', outcome: 'perhaps' }, /outcome/],
  ] as const)
    await assert.rejects(
      rig.nodrift.record(c.key, [event('x', '2028-01-12', 'conference-held', fields)]),
      (error: unknown) => error instanceof Refused && words.test(error.message),
    );
});

test('an event sent twice counts once, also after the case continued as new', async () => {
  const c = await rig.open();
  const first = await c.record(conference());
  assert.deepEqual(await rig.nodrift.record(c.key, [conference()]), first);
  await c.renew();
  assert.deepEqual(await rig.nodrift.record(c.key, [conference()]), first);
  // Who sends it again may stamp it anew: the content is what counts.
  const later = { ...conference(), recordedAt: moment('2028-01-28') };
  assert.deepEqual(await rig.nodrift.record(c.key, [later]), first);
  assert.deepEqual(await eventIds(c), ['discussion', 'conference']);
});

test('an id that was used for something else is refused, in the same run and in the next', async () => {
  const c = await rig.open();
  await c.record(conference());
  const other = conference({ outcome: 'no-plan', ...without('firstCoreGroup'), ...without('members') });
  await assert.rejects(rig.nodrift.record(c.key, [other]), /the id "conference" was used for another event/);
  await c.renew();
  await assert.rejects(rig.nodrift.record(c.key, [other]), /the id "conference" was used for another event/);
});

test('of a batch all events are recorded, or none', async () => {
  const c = await rig.open();
  await assert.rejects(c.record(conference(), noSocialWorker), /R63/);
  assert.deepEqual(await eventIds(c), ['discussion']);
  const answer = await c.record(conference(), coreGroup());
  assert.deepEqual(answer.recorded, ['conference', 'core-group']);
  assert.deepEqual(await eventIds(c), ['discussion', 'conference', 'core-group']);
});

test('an event typed in earlier on the first day does not pass for the one that opened the case', async () => {
  const c = await rig.open();
  await c.forwardTo('2028-01-19');
  const told = await c.told();
  const note = event('a-note', '2028-01-11T09:00', 'decision-recorded', { decision: 'typed in before the discussion' });
  await rig.nodrift.record(c.key, [note]);
  await c.forwardTo('2028-01-20');
  assert.deepEqual(await eventIds(c), ['a-note', 'discussion']);
  assert.equal((await c.handle.describe()).status.name, 'RUNNING');
  assert.deepEqual(await c.told(), told);
});

test('long batches that differ only at their end are two batches', async () => {
  const c = await rig.open();
  const decision = (n: number) =>
    event(`${'imported-from-the-old-system-'.repeat(2)}${n}`, '2028-01-12', 'decision-recorded');
  const many = [1, 2, 3, 4, 5].map(decision);
  await c.record(...many);
  await c.record(...many.slice(0, 4), decision(6));
  assert.equal((await eventIds(c)).length, 7);
});

test('twenty identical events sent at once are one', async () => {
  const c = await rig.open();
  await c.forwardTo('2028-01-27');
  const answers = await Promise.all(Array.from({ length: 20 }, () => rig.nodrift.record(c.key, [conference()])));
  assert.equal(new Set(answers.map((answer) => JSON.stringify(answer))).size, 1);
  assert.deepEqual(await eventIds(c), ['discussion', 'conference']);
});

test('opening twice is opening once; with another beginning it is refused', async () => {
  const c = await rig.open();
  const again = (events: readonly NewEvent[]) => rig.nodrift.open(family(c.key.ref), events);
  assert.deepEqual((await again([discussion()])).recorded, ['discussion']);
  await assert.rejects(again([discussion('another')]), CaseExists);
  assert.equal((await c.runs()).length, 1);
  assert.deepEqual(await eventIds(c), ['discussion']);
});

test('a case whose first event is refused is not started at all', async () => {
  for (const [first, words] of [
    [conference(), /begins with strategy-discussion-held/],
    [event('x', '2028-01-11', 'strategy-discussion-held', { on: '2028-01-12' }), /had not come/],
  ] as const) {
    const ref = rig.newRef();
    rig.track(`child-protection/${ref}`);
    await assert.rejects(rig.nodrift.open(family(ref), [first]), words);
    await assert.rejects(rig.nodrift.owed({ kind: 'child-protection', ref }), /there is no such case/);
  }
});

test('a workflow started by hand fails after a minute without an event: its reference stays free', async () => {
  const id = `child-protection/${rig.newRef()}`;
  rig.track(id);
  const input: CaseInput = {
    file: family(id.split('/')[1]!),
    policy: loadPolicy('barnsley'),
    calendar: loadCalendar(),
    rehearsal: false,
  };
  const options = { workflowId: id, taskQueue: TASK_QUEUE, args: [input] };
  const handle = await rig.client.workflow.start(WORKFLOW_TYPES['child-protection'], options);
  await until(
    async () => (await handle.fetchHistory()).events?.some((one) => one.timerStartedEventAttributes) ?? false,
    'it waits',
  );
  await assert.rejects(rig.clockOf(id).forwardTo(moment('2028-01-01')), /the execution ended/);
  await assert.rejects(handle.result(), (error: Error) => /nothing was recorded/.test(String(error.cause)));
});

test('28 days after the plan ended and nothing is owed the case closes; a new plan needs a new reference', async () => {
  const review = event('review', '2028-02-01', 'meeting-booked', {
    meeting: 'review-conference-1',
    start: '2028-04-24T10:00',
    venue: 'Town hall',
  });
  const c = await rig.open([discussion(), conference(), coreGroup()]);
  await c.record(review);
  const next = event('next', '2028-04-24T15:10', 'plan-ended', { on: '2028-04-24', next: 'none' });
  await c.record(lastReview(), next);
  const left = (await c.owed()).duties.map(({ duty }) => duty);
  assert.deepEqual(left, ['minutes/core-group-1', 'minutes/review-conference-1']);
  const to = ['nina', 'owen', 'mum', 'dad'].map((person) => ({ person, how: 'post' }));
  for (const meeting of ['core-group-1', 'review-conference-1'])
    await c.record(
      event(`minutes-${meeting}`, '2028-04-26', 'minutes-received', { meeting, on: '2028-04-26' }),
      event(`distributed-${meeting}`, '2028-04-26', 'minutes-distributed', { meeting, to }),
    );
  await c.forwardTo('2028-05-21');
  assert.equal((await c.handle.describe()).status.name, 'RUNNING');
  await c.forwardTo('2028-05-23'); // 28 days after 24 April, at eight
  assert.equal((await c.handle.describe()).status.name, 'COMPLETED');
  await assert.rejects(
    rig.nodrift.record(c.key, [event('too-late', '2028-05-23', 'decision-recorded')]),
    (error: unknown) => error instanceof CaseNotFound && /this case is closed/.test(error.message),
  );
  await assert.rejects(rig.nodrift.open(family(c.key.ref), [discussion()]), CaseExists);
  await assert.rejects(rig.nodrift.open(family(c.key.ref), [discussion('second-plan')]), CaseExists);
  assert.equal((await c.owed()).duties.length, 0); // what it was can still be read
});

test('a workflow type that nobody knows fails once, and says which there are', async () => {
  const options = { taskQueue: TASK_QUEUE, workflowId: 'pathway-plan/UNKNOWN', args: [] };
  const handle = await rig.client.workflow.start('pathwayPlan', options);
  await assert.rejects(handle.result(), (error: unknown) => {
    assert.ok(error instanceof WorkflowFailedError);
    assert.match(error.cause?.message ?? '', /pathwayPlan; cases are childProtection, childInNeed, lookedAfter$/);
    return true;
  });
  assert.equal((await handle.fetchHistory()).events?.filter((one) => one.workflowTaskFailedEventAttributes).length, 0);
});
