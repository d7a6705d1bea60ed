// A case that Temporal has lost, or that lacks what the record has, goes on from the record: nobody is mailed twice, nothing acknowledged is lost.

import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { eq } from 'drizzle-orm';
import { restoreCases } from '../../client/ask-restore.ts';
import type { NewEvent } from '../../client/nodrift.ts';
import { Calendar, fromEpochMs } from '../../domain/time/calendar.ts';
import { loadCalendar } from '../../policies/load.ts';
import { history as historyOf, ledgerOf } from '../../record/read.ts';
import { restorable } from '../../record/restore.ts';
import { cases } from '../../record/schema.ts';
import { CARRIED_VERSION, openingAttributes, TASK_QUEUE, WORKFLOW_TYPES } from '../../workflows/api.ts';
import { type RunningCase, until, useRig } from '../support/harness.ts';
import { nodrift } from '../support/nodrift.ts';

const rig = useRig();
beforeEach(() => {
  process.env.TEMPORAL_ADDRESS = rig.server.address;
});

const idsIn = async (c: RunningCase) => (await c.history()).events.map(({ id }) => id).sort();
const restore = async (caseId?: string) => {
  const result = await restoreCases(rig.nodrift, { caseId });
  rig.track(`restore/${caseId ?? 'all'}`);
  return result;
};
const mailsOf = async (c: RunningCase) => (await c.mails()).map(({ messageId }) => messageId).sort();
const ledger = async (c: RunningCase) =>
  (await ledgerOf(rig.record, c.id)).map(({ notice, recipient }) => `${notice} ${recipient}`).sort();

// Restored cases live by the machine's clock: these begin today.
const calendar = new Calendar(loadCalendar());
const TODAY = calendar.londonDate(fromEpochMs(Date.now()));
const discussion = (): NewEvent => ({
  id: 'discussion',
  event: { type: 'strategy-discussion-held', by: 'amira', on: TODAY },
});
const decision = (id: string): NewEvent => ({ id, event: { type: 'decision-recorded', by: 'amira', decision: id } });
const withReason = (type: string) => ({ type, by: 'tom', reason: 'typed into the wrong field' });
/** Invites five people at once. */
const conference = (): NewEvent => ({
  id: 'conference',
  event: {
    ...{ type: 'conference-held', by: 'carl', on: TODAY, outcome: 'plan', reason: 'urgent' },
    members: ['nina', 'owen', 'dad'],
    firstCoreGroup: { start: `${calendar.openDays(TODAY, 8)}T10:00`, venue: 'Family centre' },
  } as NewEvent['event'],
});

/** A case in the midst of its life, with mails sent. */
async function inItsMidst(): Promise<RunningCase> {
  const c = await rig.open([discussion(), conference()]);
  await until(async () => (await c.mails()).length >= 4, 'its invitations are sent');
  return c;
}

test('a case that was terminated goes on from the record: its events are there, and nobody is mailed twice', async () => {
  const c = await inItsMidst();
  const [events, mails, lines] = [await idsIn(c), await mailsOf(c), await ledger(c)];
  const answer = await rig.nodrift.record(c.key, [conference()]);
  await c.handle.terminate('says the test');
  const { cases, ...counts } = await restore(c.id);
  assert.deepEqual(counts, { restored: 1, runs: 0, closed: 0, left: 0 });
  assert.match(cases[0]?.why ?? '', /^it was terminated in Temporal on \d{4}-\d\d-\d\d$/);
  assert.deepEqual(await idsIn(c), events);
  // What was recorded before gets its first answer, what is new is recorded.
  assert.deepEqual(await rig.nodrift.record(c.key, [conference()]), answer);
  assert.deepEqual((await rig.nodrift.record(c.key, [decision('after')])).recorded, ['after']);
  assert.deepEqual(await ledger(c), lines);
  assert.deepEqual(await mailsOf(c), mails);
  assert.equal((await c.handle.describe()).status.name, 'RUNNING');
});

test('what was put right comes back with both its versions, and the right one stands, L1', async () => {
  const c = await inItsMidst();
  const venue = { start: `${calendar.openDays(TODAY, 9)}T10:00`, venue: 'Family centre' };
  const { event } = conference();
  await c.record({
    id: 'put-right',
    event: { ...withReason('event-corrected'), corrects: 'conference', event: { ...event, firstCoreGroup: venue } },
  } as NewEvent);
  await c.record(decision('of-another-case'));
  await c.record({ id: 'gone', event: { ...withReason('event-withdrawn'), withdraws: 'of-another-case' } } as NewEvent);
  const [owed, history] = [await c.owed(), await c.history()];
  await c.handle.terminate('says the test');
  assert.equal((await restore(c.id)).restored, 1);
  assert.deepEqual((await c.history()).events, history.events);
  assert.deepEqual((await c.owed()).duties, owed.duties);
  const kept = await historyOf(rig.record, c.id);
  assert.deepEqual(
    Object.fromEntries(kept?.events.flatMap(({ id, became }) => (became ? [[id, became.by]] : [])) ?? []),
    { conference: 'put-right', 'of-another-case': 'gone' },
  );
});

test('a case that runs and lacks nothing is left alone', async () => {
  const c = await inItsMidst();
  const { runId } = await c.handle.describe();
  assert.deepEqual((await restore(c.id)).cases, [{ caseId: c.id, outcome: 'runs' }]);
  assert.equal((await c.handle.describe()).runId, runId);
});

test('a case that Temporal restored too old is replaced by what the record has', async () => {
  const c = await rig.open([discussion()]);
  const old = await restorable(rig.record, c.id);
  assert.ok(!('why' in old));
  await c.record(conference());
  await c.record(decision('after'));
  const events = await idsIn(c);
  await until(async () => {
    const now = await restorable(rig.record, c.id);
    return !('why' in now) && now.events.length === events.length;
  }, 'the record has it all');
  // As a restored backup of Temporal would: the case runs, and knows its first event alone.
  await rig.client.workflow.start(WORKFLOW_TYPES['child-protection'], {
    workflowId: c.id,
    taskQueue: TASK_QUEUE,
    args: [
      {
        file: old.file,
        policy: old.policy,
        calendar: old.calendar,
        carried: {
          version: CARRIED_VERSION,
          opening: old.opening,
          events: old.events,
          told: old.told,
          revision: old.revision,
          kept: old.events.length,
        },
      },
    ],
    workflowIdConflictPolicy: 'TERMINATE_EXISTING',
    typedSearchAttributes: openingAttributes(old),
  });
  assert.deepEqual(await idsIn(c), ['discussion']);
  const { cases } = await restore(c.id);
  assert.deepEqual(cases, [{ caseId: c.id, outcome: 'restored', why: 'it lacked 2 events of the record' }]);
  assert.deepEqual(await idsIn(c), events);
});

test('what a case had acknowledged and not yet handed to the record is taken over', async () => {
  const c = await rig.open([discussion()]);
  rig.recordIsDown = true;
  await rig.nodrift.record(c.key, [conference()]);
  await c.handle.terminate('says the test');
  rig.recordIsDown = false;
  assert.equal((await restore(c.id)).restored, 1);
  assert.deepEqual(await idsIn(c), ['conference', 'discussion']);
});

test('a signal that nobody can decode wedges a case until it is restored', async () => {
  rig.expectsFailedTasks = true;
  const c = await inItsMidst();
  const events = await idsIn(c);
  const bad = { metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from('{not json') };
  await rig.client.workflowService.signalWorkflowExecution({
    namespace: 'default',
    workflowExecution: { workflowId: c.id },
    signalName: 'renew',
    input: { payloads: [bad] },
  });
  await until(async () => ((await c.handle.describe()).raw.pendingWorkflowTask?.attempt ?? 0) >= 3, 'its task fails');
  const { cases } = await restore(c.id);
  assert.deepEqual(cases, [{ caseId: c.id, outcome: 'restored', why: 'its workflow task failed again and again' }]);
  assert.deepEqual(await idsIn(c), events);
});

test('a case that was closed, and that an older copy of Temporal runs again, is ended', async () => {
  const c = await rig.open([discussion()]);
  await rig.record.db.update(cases).set({ status: 'closed' }).where(eq(cases.id, c.id));
  const { cases: told } = await restore(c.id);
  assert.deepEqual(told, [{ caseId: c.id, outcome: 'restored', why: 'it was closed and ran again: it is ended' }]);
  assert.equal((await c.handle.describe()).status.name, 'TERMINATED');
  const { cases: again } = await restore(c.id);
  assert.equal(again[0]?.outcome, 'closed');
});

test('a case that closed by itself is opened again to be corrected, and only when that is asked for, L1', async () => {
  const day = (days: number) => calendar.openDays(TODAY, -days);
  const c = await rig.open([
    { id: 'discussion', event: { type: 'strategy-discussion-held', by: 'amira', on: day(40) } },
    { id: 'conference', event: { type: 'conference-held', by: 'carl', on: day(30), outcome: 'no-plan' } },
  ] as NewEvent[]);
  await until(async () => (await c.handle.describe()).status.name === 'COMPLETED', 'it is closed');
  const mails = await mailsOf(c);
  assert.equal((await restore(c.id)).cases[0]?.outcome, 'closed');
  const { cases: told } = await restoreCases(rig.nodrift, { caseId: c.id, reopen: true });
  assert.deepEqual(told, [
    { caseId: c.id, outcome: 'restored', why: 'it was closed: it is open again for 28 days, to be corrected' },
  ]);
  assert.deepEqual((await c.owed()).duties, []);
  await rig.nodrift.correct(c.key, [
    {
      corrects: 'conference',
      change: { outcome: 'plan', members: ['nina'], reason: 'r' },
      by: 'carl',
      reason: 'ticked wrongly',
    },
  ]);
  assert.ok((await c.owed()).duties.some(({ duty }) => duty === 'hold/core-group-1'));
  assert.deepEqual(
    (await mailsOf(c)).filter((id) => mails.includes(id)),
    mails,
  );
  assert.deepEqual((await restoreCases(rig.nodrift, { caseId: c.id, reopen: true })).cases[0]?.outcome, 'runs');
});

test('nodrift restore says what became of one case, and of all', async () => {
  const [lost, well] = [await rig.open([discussion()]), await rig.open([discussion()])];
  for (const id of [lost.id, well.id, 'all', 'looked-after/NOBODY']) rig.track(`restore/${id}`);
  await lost.handle.terminate('says the test');
  const shown = await nodrift('show', lost.id);
  assert.deepEqual([shown.code, shown.out], [4, '']);
  assert.match(
    shown.err,
    new RegExp(`^nodrift: ${lost.id} was terminated in Temporal on .*: nodrift restore ${lost.id} brings it back$`),
  );

  const all = await nodrift('restore', '--all');
  // The tests before this one left theirs terminated.
  for (const [id] of all.out.matchAll(/child-protection\/T-\d+/g)) rig.track(id);
  assert.match(all.out, /^\d+ cases? restored, 1 run and lack nothing.*\n\nRestored\n/, all.err);
  assert.match(all.out, new RegExp(`\n +${lost.id} +it was terminated in Temporal on [-0-9]+$`));
  const one = await nodrift('restore', well.id);
  assert.deepEqual([one.code, one.out], [0, `${well.id} runs and lacks nothing`], one.err);
  const nobody = await nodrift('restore', 'looked-after/NOBODY');
  assert.deepEqual([nobody.code, nobody.err], [4, 'nodrift: looked-after/NOBODY: the record knows no such case']);
  const neither = await nodrift('restore');
  assert.deepEqual([neither.code, neither.err], [2, 'nodrift: say which case, KIND/REF, or --all']);
});
