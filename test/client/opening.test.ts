// Opening a case by the client: what is answered the first time and every other time, and what a refused opening leaves behind.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CaseExists, CaseNotFound, InvalidEvent, Refused } from '../../client/errors.ts';
import type { NewEvent } from '../../client/nodrift.ts';
import { firstOf } from '../../client/payloads-read.ts';
import type { CaseFile } from '../../domain/case/model.ts';
import { fromEpochMs, inLondon } from '../../domain/time/calendar.ts';
import { family, PEOPLE } from '../support/family.ts';
import { until, useRig } from '../support/harness.ts';

const rig = useRig();

const TODAY = inLondon(fromEpochMs(Date.now())).slice(0, 10);
const discussion = (id = 'discussion', on = TODAY): NewEvent => ({
  id,
  event: { type: 'strategy-discussion-held', by: 'amira', on },
});

/** A reference of this test, and a way to open it. */
function reference(change: Partial<CaseFile> = {}) {
  const ref = rig.newRef();
  const key = { kind: 'child-protection', ref } as const;
  const id = `child-protection/${ref}`;
  rig.track(id);
  const open = (events: readonly NewEvent[], more: Partial<CaseFile> = {}) =>
    rig.nodrift.open(family(ref, { ...change, ...more }), events);
  return { key, id, open, handle: rig.client.workflow.getHandle(id) };
}

test('a case is opened with what is in force, which travels in no input of the caller’s', async () => {
  const { key, id, handle, open } = reference();
  assert.deepEqual((await open([discussion()])).recorded, ['discussion']);
  const { events } = await handle.fetchHistory();
  const { payloads } = events?.[0]?.workflowExecutionStartedEventAttributes?.input ?? {};
  assert.deepEqual(Object.keys((await firstOf<object>(rig.client, id, payloads)) ?? {}).sort(), ['events', 'file']);
  assert.equal((await rig.nodrift.owed(key)).duties[0]?.duty, 'hold/initial-conference');
});

test('the same file and events again get the first answer, at once and later', async () => {
  const { handle, open } = reference();
  const answers = await Promise.all([1, 2, 3].map(() => open([discussion()])));
  const { runId } = await handle.describe();
  answers.push(await open([discussion()]));
  assert.equal(new Set(answers.map((answer) => JSON.stringify(answer))).size, 1);
  assert.equal((await handle.describe()).runId, runId);
});

test('a plan that ran for a year is opened with one event, and goes on from where it stood, L9', async () => {
  const { key, open } = reference();
  const ago = (days: number) => inLondon(fromEpochMs(Date.now() - days * 86_400_000)).slice(0, 10);
  const running = (group: string): NewEvent => ({
    id: 'running',
    event: {
      type: 'brought-in',
      by: 'amira',
      on: TODAY,
      conference: ago(300),
      planAgreed: ago(290),
      members: ['nina', 'owen', 'mum', 'dad'],
      meetings: [
        { kind: 'core-group', number: 9, on: group, minutes: 'passed-on' },
        { kind: 'review-conference', number: 2, on: ago(30), minutes: 'passed-on' },
      ],
    },
  });
  await assert.rejects(
    open([running(ago(301))]),
    (error: unknown) =>
      error instanceof Refused && /core-group-9 was held on .*, before conference/.test(error.message),
  );
  await open([running(ago(7))]);
  assert.deepEqual(
    (await rig.nodrift.owed(key)).duties.map(({ duty, late }) => [duty, late]),
    [
      ['hold/core-group-10', false],
      ['hold/review-conference-3', false],
    ],
  );
});

test('a case whose manager cannot be written to is not opened, and its reference stays free, L13', async () => {
  const { open } = reference();
  const without = PEOPLE.map(({ email, ...one }) => (one.id === 'tom' ? one : { ...one, email }));
  await assert.rejects(
    open([discussion()], { people: without }),
    (error: unknown) =>
      error instanceof Refused && /the manager, "tom", has no email: .*; give the social/.test(error.message),
  );
  assert.deepEqual((await open([discussion()])).recorded, ['discussion']);
});

test('the same event ids with other people, or other events, are another case: the reference is taken', async () => {
  const { id, open } = reference();
  await open([discussion()]);
  const others = PEOPLE.map((one) => (one.id === 'nina' ? { ...one, name: 'Nora Shah' } : one));
  const rows: readonly (() => Promise<unknown>)[] = [
    () => open([discussion()], { people: others }),
    () => open([discussion('another')]),
    () => open([discussion(), { id: 'more', event: { type: 'decision-recorded', by: 'amira' } }]),
  ];
  for (const again of rows)
    await assert.rejects(again(), (error: unknown) => error instanceof CaseExists && error.message.includes(id));
});

test('a refused opening says its rule, leaves no case, and its reference stays free', async () => {
  const { key, open } = reference();
  const conference: NewEvent = { id: 'c', event: { type: 'conference-held', by: 'carl', on: TODAY, outcome: 'plan' } };
  for (let tries = 0; tries < 3; tries++)
    await assert.rejects(
      open([conference]),
      (error: unknown) =>
        error instanceof Refused &&
        !(error instanceof InvalidEvent) &&
        /begins with strategy-discussion-held/.test(error.message),
    );
  for (const ask of [
    () => rig.nodrift.owed(key),
    () => rig.nodrift.history(key),
    () => rig.nodrift.record(key, [discussion()]),
  ])
    await assert.rejects(
      ask(),
      (error: unknown) => error instanceof CaseNotFound && /there is no such case/.test(error.message),
    );
  assert.deepEqual((await open([discussion()])).recorded, ['discussion']);
});

test('a reference that was used under another kind is refused before anything is acknowledged', async () => {
  const { key, open } = reference();
  await open([discussion()]);
  const other = family(key.ref, { kind: 'looked-after' });
  rig.track(`looked-after/${key.ref}`);
  await assert.rejects(
    rig.nodrift.open(other, [{ id: 'lac', event: { type: 'became-looked-after', by: 'amira', on: TODAY } }]),
    CaseExists,
  );
});

test('an authority that has no policy is refused, naming those that have', async () => {
  const { open } = reference({ authority: 'barnsly' });
  await assert.rejects(
    open([discussion()]),
    (error: unknown) => error instanceof Refused && /barnsly.*barnsley/.test(error.message),
  );
});

test('an event that cannot be read is refused before anything is sent', async () => {
  const { handle, open } = reference();
  await assert.rejects(open([discussion('x', '2026-02-31')]), InvalidEvent);
  await assert.rejects(handle.describe(), { name: 'WorkflowNotFoundError' });
});

test('a case that was ended in Temporal is not opened anew, and whoever asks is told how to bring it back', async () => {
  const { key, handle, open } = reference();
  await open([discussion()]);
  await until(async () => (await rig.nodrift.history(key)).events.length === 1, 'it is opened');
  await handle.terminate('says the test');
  const says =
    /was terminated in Temporal on \d{4}-\d\d-\d\d, .*nodrift restore child-protection\/T-\d+ brings it back/;
  for (const [ask, type] of [
    [() => open([discussion()]), CaseExists],
    [() => rig.nodrift.owed(key), CaseNotFound],
    [() => rig.nodrift.record(key, [{ event: { type: 'decision-recorded', by: 'amira' } }]), CaseNotFound],
  ] as const)
    await assert.rejects(ask(), (error: unknown) => error instanceof type && says.test(error.message));
  // What happened in it can still be read.
  assert.equal((await rig.nodrift.history(key)).events.length, 1);
});
