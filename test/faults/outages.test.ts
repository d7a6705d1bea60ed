// The record down for a while, a case ended by hand, code that cannot run a case: what the case does meanwhile, and what the watchdog sees.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Payload } from '@temporalio/common';
import { ownerSaid } from '../../codec/payload-codec.ts';
import { epochMs } from '../../domain/time/calendar.ts';
import type { Alert } from '../../record/alerts.ts';
import { inForce } from '../../record/in-force.ts';
import { history, ledgerOf } from '../../record/read.ts';
import { noteAgreements } from '../../record/watch.ts';
import { keep } from '../../record/write.ts';
import { look } from '../../worker/look.ts';
import { TASK_QUEUE, WORKFLOW_TYPES, workflowId } from '../../workflows/api.ts';
import { changedBundle } from '../support/bundles.ts';
import { entry, event as eventRow, identity } from '../support/entries.ts';
import { conference, coreGroup, discussion, event, family } from '../support/family.ts';
import { type RunningCase, until, useRig } from '../support/harness.ts';

const rig = useRig();

const MINUTE = 60_000;
/** What a look at a moment finds about a case. */
async function seen(c: RunningCase, at = Date.now()): Promise<Alert['what'][]> {
  const { alerts } = await look(rig.client, rig.record, at);
  // Cases of tests live years ahead of the machine, and every one of them is seen as that.
  return alerts.filter(({ caseId, what }) => caseId === c.id && what !== 'in-future').map(({ what }) => what);
}
const invited = async (c: RunningCase) => (await c.told()).filter((line) => line.includes(' invitation ')).length;
const note = (id: string) => event(id, '2028-01-28', 'decision-recorded', { decision: 'nothing changes' });

/** Starts a case as any program may: with its file and first events, and without waiting for an answer. */
async function start(events: readonly unknown[]) {
  const file = family(rig.newRef());
  rig.track(workflowId(file.kind, file.ref));
  return rig.client.workflow.start(WORKFLOW_TYPES[file.kind], {
    workflowId: workflowId(file.kind, file.ref),
    taskQueue: TASK_QUEUE,
    args: [{ file, events }],
  });
}

test('while the record is down a case waits with its mails; when it is back all go, once', async () => {
  const c = await rig.open();
  await c.forwardTo('2028-01-27T13:00');
  rig.recordIsDown = true;
  await rig.nodrift.record(c.key, [conference()]);
  await until(async () => (await seen(c)).includes('record-behind'), 'the watchdog sees it');
  assert.equal(await invited(c), 0);
  assert.ok(
    (await c.owed()).duties.some(({ duty }) => duty === 'tell/core-group-1'),
    'it still answers',
  );
  rig.recordIsDown = false;
  await until(async () => (await invited(c)) === 4, 'the invitations');
  await until(async () => (await seen(c)).length === 0, 'the watchdog is quiet again');
  await c.forwardTo('2028-01-28');
  const mails = await c.mails();
  const lines = await ledgerOf(rig.record, c.id);
  assert.deepEqual([...new Set(lines.map(({ state }) => state))], ['ACCEPTED']);
  assert.equal(mails.length, lines.length);
});

test('while the record is down a quiet event is taken all the same, and kept when it is back', async () => {
  const c = await rig.open([discussion(), conference()]);
  await c.forwardTo('2028-01-28');
  rig.recordIsDown = true;
  assert.deepEqual((await rig.nodrift.record(c.key, [note('quiet')])).recorded, ['quiet']);
  rig.recordIsDown = false;
  const kept = async () => (await history(rig.record, c.id))?.events.map(({ id }) => id) ?? [];
  await until(async () => (await kept()).includes('quiet'), 'the record has it');
});

test('a step that is an hour past is seen', async () => {
  const c = await rig.open();
  await c.forwardTo('2028-01-12');
  const { next } = await c.owed();
  assert.equal(next?.at, '2028-01-18T08:00:00Z');
  assert.deepEqual(await seen(c, epochMs(next.at) + 59 * MINUTE), []);
  assert.deepEqual(await seen(c, epochMs(next.at) + 61 * MINUTE), ['step-overdue']);
});

test('a case ended by hand is seen', async () => {
  const c = await rig.open();
  await c.forwardTo('2028-01-12');
  await c.handle.terminate('by hand');
  assert.deepEqual(await seen(c), ['not-running']);
});

test('a case whose record fails for ever is seen, and goes on when it is back; what comes meanwhile is taken at once', async () => {
  const c = await rig.open([discussion(), conference()]);
  await c.forwardTo('2028-01-28');
  rig.recordIsDown = true;
  await rig.nodrift.record(c.key, [note('unkept')]);
  await rig.nodrift.record(c.key, [note('nor-this')]);
  await until(async () => (await seen(c)).includes('record-behind'), 'it is seen');
  const { raw } = await c.handle.describe();
  assert.ok(!raw.pendingWorkflowTask, 'no task is held open for it');
  assert.deepEqual(await seen(c), ['record-behind']);
  rig.recordIsDown = false;
  // It waits by a timer of the server's, and that can be shortened.
  await c.forwardTo('2028-01-28T10:30');
  await until(async () => (await seen(c)).length === 0, 'it is quiet again');
});

test('events that were acknowledged and are in the record alone are seen, as when Temporal was restored from an older backup', async () => {
  const c = await rig.open([discussion(), conference()]);
  await c.forwardTo('2028-01-28');
  const first = await look(rig.client, rig.record, Date.now());
  const agreed = first.agreed.get(c.id);
  assert.ok(agreed, 'case and record agree');
  await noteAgreements(rig.record, new Map([[c.id, agreed]]));
  const second = await look(rig.client, rig.record, Date.now());
  assert.equal(second.agreed.has(c.id), false, 'while nothing moves the case is not asked again');

  const kept = await history(rig.record, c.id);
  assert.ok(kept);
  await keep(rig.record, {
    ...entry(),
    case: { ...identity(kept.case), opening: 'discussion' },
    events: kept.case.events + 2,
    revision: kept.case.revision + 2,
    newEvents: [eventRow('lost-1'), eventRow('lost-2')],
  });
  assert.deepEqual(await seen(c), ['record-ahead']);
});

test('a case that ended before its first entry is seen; one that answered whoever opened it is not', async () => {
  rig.expectsFailedTasks = true; // the server counts the task that a termination cut off
  const nonsense = event('nonsense', '2028-01-11', 'no-such-event');
  const unheard = await start([nonsense]);
  await assert.rejects(unheard.result());
  const answered = family(rig.newRef());
  rig.track(workflowId(answered.kind, answered.ref));
  await assert.rejects(rig.nodrift.open(answered, [{ ...discussion(), event: coreGroup().event }]));
  rig.recordIsDown = true;
  const ended = await start([discussion()]);
  await ended.terminate('before its first entry');

  const found = async () => (await look(rig.client, rig.record, Date.now())).alerts;
  const detail = async (id: string) => (await found()).find((one) => one.caseId === id)?.detail;
  await until(async () => (await detail(ended.workflowId)) !== undefined, 'it is seen');
  assert.equal(await detail(ended.workflowId), 'terminated');
  await until(async () => (await detail(unheard.workflowId)) !== undefined, 'so is one that nobody waited for');
  assert.equal(await detail(unheard.workflowId), 'failed: Refused');
  assert.equal(await detail(workflowId(answered.kind, answered.ref)), undefined);
});

test('a case that holds events recorded at a time to come is seen', async () => {
  const c = await rig.open();
  await c.forwardTo('2028-01-12');
  const { alerts } = await look(rig.client, rig.record, Date.now());
  assert.deepEqual(
    alerts.filter(({ caseId, what }) => caseId === c.id && what === 'in-future').map(({ detail }) => detail),
    ['1 event'],
  );
  const later = await look(rig.client, rig.record, Date.parse('2028-01-12T00:00:00Z'));
  assert.ok(!later.alerts.some(({ caseId, what }) => caseId === c.id && what === 'in-future'));
});

test('a case that no worker takes up is seen after ten minutes', async () => {
  const c = await rig.open();
  await c.forwardTo('2028-01-12');
  await rig.worker.stop();
  await c.handle.signal('renew');
  const task = (await c.handle.describe()).raw.pendingWorkflowTask;
  const now = Number(task?.scheduledTime?.seconds) * 1_000;
  assert.ok(!(await seen(c, now + 9 * MINUTE)).includes('no-worker'));
  assert.ok((await seen(c, now + 11 * MINUTE)).includes('no-worker'));
  rig.worker = await rig.startWorker(rig.bundle);
  await until(async () => (await c.runs()).length === 2, 'it goes on');
});

test('a case the record never heard of is seen after half an hour', async () => {
  rig.expectsFailedTasks = true; // the server counts the task that the end of the test cuts off
  rig.recordIsDown = true;
  const { workflowId: id } = await start([discussion()]);
  const found = async (at: number) =>
    (await look(rig.client, rig.record, at)).alerts.some(
      ({ caseId, what }) => caseId === id && what === 'not-in-record',
    );
  await until(() => found(Date.now() + 31 * MINUTE), 'it is listed');
  assert.equal(await found(Date.now() + 28 * MINUTE), false);
});

test('a case whose code cannot run it is seen, waits unharmed, and goes on with the right code', async () => {
  rig.expectsFailedTasks = true;
  const c = await rig.open([discussion(), conference(), coreGroup()]);
  await c.forwardTo('2028-02-14');
  const before = await c.told();
  const { code } = await changedBundle([
    ['workflows/case.ts', 'for (;;) {', "for (;;) {\n await condition(() => false, '1 day');"],
  ]);
  await rig.worker.stop();
  rig.worker = await rig.startWorker({ ...rig.bundle, code }, true);
  // What comes in meanwhile begins the count of attempts anew, each time.
  let signalling = true;
  const signals = (async () => {
    while (signalling) {
      await c.handle.signal('renew');
      await sleep(500);
    }
  })();
  await until(async () => (await seen(c)).includes('workflow-task-failing'), 'the watchdog sees it');
  signalling = false;
  await signals;
  await rig.worker.stop();
  rig.worker = await rig.startWorker(rig.bundle);
  await until(async () => (await c.runs()).length >= 2, 'it goes on');
  await c.forwardTo('2028-02-15');
  assert.deepEqual((await c.told()).slice(0, before.length), before);
  assert.deepEqual(await seen(c), []);
});

test('a case that carries the state of a release nobody knows waits unharmed; why is sealed with its own key', async () => {
  rig.expectsFailedTasks = true;
  const file = family(rig.newRef());
  const id = workflowId(file.kind, file.ref);
  rig.track(id);
  const { policy, calendar } = await inForce(rig.record, file.authority);
  const carried = { version: 99, opening: 'discussion', events: [], told: {}, revision: 7, kept: 0 };
  const workflow = { workflowId: id, taskQueue: TASK_QUEUE, args: [{ file, policy, calendar, carried }] };
  const handle = await rig.client.workflow.start(WORKFLOW_TYPES[file.kind], workflow);
  const failures = async () =>
    ((await handle.fetchHistory()).events ?? []).flatMap((one) => one.workflowTaskFailedEventAttributes?.failure ?? []);
  await until(async () => (await failures()).length > 0, 'a task fails');
  assert.equal((await handle.describe()).status.name, 'RUNNING');
  const [failure] = await failures();
  assert.equal(failure?.message, 'Encoded failure');
  assert.equal(ownerSaid(failure?.encodedAttributes as Payload), id);
  const [said] = await rig.dataConverter.payloadCodecs![0]!.decode([failure!.encodedAttributes as Payload]);
  assert.match(Buffer.from(said!.data!).toString(), /state of version 99 and this worker understands/);
});
