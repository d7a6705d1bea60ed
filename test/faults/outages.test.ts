// The record down for a while, a case ended by hand, code that cannot run a case: what the case does meanwhile, and what the watchdog sees.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { epochMs } from '../../domain/time/calendar.ts';
import { history, ledgerOf } from '../../record/read.ts';
import { type Alert, look } from '../../worker/watchdog.ts';
import { changedBundle } from '../support/bundles.ts';
import { conference, coreGroup, discussion, event } from '../support/family.ts';
import { type RunningCase, until, useRig } from '../support/harness.ts';

const rig = useRig();

const MINUTE = 60_000;
/** What a look at a moment finds about a case. */
async function seen(c: RunningCase, at = Date.now()): Promise<Alert['what'][]> {
  const alerts = await look(rig.client, rig.record, at);
  return alerts.filter(({ caseId }) => caseId === c.id).map(({ what }) => what);
}
const invited = async (c: RunningCase) => (await c.told()).filter((line) => line.includes(' invitation ')).length;
const note = (id: string) => event(id, '2028-01-28', 'decision-recorded', { decision: 'nothing changes' });

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
  const lines = await ledgerOf(rig.record, c.id);
  assert.deepEqual([...new Set(lines.map(({ state }) => state))], ['ACCEPTED']);
  assert.equal((await c.mails()).length, lines.length);
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

test('a case the record never heard of is seen after half an hour', async () => {
  rig.recordIsDown = true;
  const c = await rig.open();
  const opened = (await c.handle.describe()).startTime.getTime();
  await until(async () => (await seen(c, opened + 31 * MINUTE)).includes('not-in-record'), 'it is listed');
  assert.deepEqual(await seen(c, opened + 29 * MINUTE), []);
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
  await c.handle.signal('renew');
  await until(async () => (await seen(c)).includes('workflow-task-failing'), 'the watchdog sees it');
  await rig.worker.stop();
  rig.worker = await rig.startWorker(rig.bundle);
  await until(async () => (await c.runs()).length === 2, 'it goes on');
  await c.forwardTo('2028-02-15');
  assert.deepEqual((await c.told()).slice(0, before.length), before);
  assert.deepEqual(await seen(c), []);
});
