// A case is forgotten on a real server: every run of it, its key, the record; killed between any two steps it goes on; restored it is forgotten again.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Client, WorkflowNotFoundError } from '@temporalio/client';
import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { eraseNow } from '../../client/ask-erasure.ts';
import { restoreCases } from '../../client/ask-restore.ts';
import { Nodrift } from '../../client/nodrift.ts';
import { beginErasure, erasureOf } from '../../record/erasures.ts';
import { setHold } from '../../record/holds.ts';
import { history } from '../../record/read.ts';
import { lookAhead, setRetention } from '../../record/retention.ts';
import { servedApi } from '../../web/api/serve-api.ts';
import { eraseByRetention, forgetAgain, goOnWithErasures } from '../../worker/see-to-erasures.ts';
import { eraseWorkflowId, TASK_QUEUE, WORKFLOW_TYPES } from '../../workflows/api.ts';
import { apiOf, asking, callersOf } from '../support/api.ts';
import { discussion } from '../support/family.ts';
import { PATIENCE_MS, type RunningCase, until, useRig } from '../support/harness.ts';
import { nodrift } from '../support/nodrift.ts';
import { PaperCase } from '../support/paper-case.ts';

const rig = useRig();
const log = pino({ level: 'silent' });
const wish = (one: RunningCase, ends = true) =>
  ({ caseId: one.id, reason: 'opened-in-error', by: 'S-17', ends }) as const;

const isForgotten = async (caseId: string): Promise<boolean> => {
  const listed: string[] = [];
  for await (const { runId } of rig.client.workflow.list({ query: `WorkflowId = '${caseId}'` })) listed.push(runId);
  const known = await rig.client.workflow
    .getHandle(caseId)
    .describe()
    .catch((error: unknown) => error);
  return listed.length === 0 && known instanceof WorkflowNotFoundError;
};
/** The record says so a moment before the workflow has ended. */
const erased = async (caseId: string) => {
  await until(async () => (await erasureOf(rig.record, caseId))?.done != null, 'it is erased');
  const work = rig.client.workflow.getHandle(eraseWorkflowId(caseId));
  await until(async () => (await work.describe()).status.name !== 'RUNNING', 'its workflow has ended');
};

test('Temporal forgets every run of it, its key is destroyed, and the record keeps its figures', async () => {
  const running = await rig.open();
  await running.renew();
  const before = (await history(rig.record, running.id))!.duties;
  assert.ok((await running.runs()).length >= 2);
  const api = asking(
    apiOf(new PaperCase(), {
      ...servedApi({ record: rig.record, cases: rig.nodrift, now: () => new Date() }),
      callers: callersOf(),
    }),
  );
  const asked = { confirm: running.key.ref, reason: 'opened-in-error', by: 'S-17' };
  assert.equal((await api.post(`/cases/${running.id}/erasure`, asked)).status, 409, 'it is not closed');
  const { status } = await api.post(`/cases/${running.id}/erasure`, { ...asked, terminate: true });
  assert.ok(status === 200 || status === 202, String(status));
  await erased(running.id);
  assert.ok(await isForgotten(running.id));
  // Whoever asks by Temporal hears it of the keys, whatever is asked.
  const saysSo = { name: 'Erased', message: /was erased on \d{4}-\d\d-\d\d by S-17: what it held cannot be read/ };
  await assert.rejects(rig.nodrift.owed(running.key), saysSo);
  await assert.rejects(rig.nodrift.history(running.key), saysSo);
  await assert.rejects(rig.nodrift.people(running.key), saysSo);
  await assert.rejects(rig.nodrift.record(running.key, [discussion()]), saysSo);
  process.env.TEMPORAL_ADDRESS = rig.server.address;
  for (const command of ['show', 'people']) {
    const { code, err } = await nodrift(command, running.id);
    assert.match(err, new RegExp(`^nodrift: ${running.id} was erased on .* by S-17: [^\\n]*$`));
    assert.equal(code, 4);
  }
  assert.equal((await api.get(`/cases/${running.id}/history`)).status, 410);
  await assert.rejects(rig.open([discussion()], { ref: running.key.ref }), { name: /Erased|CaseExists/ });
  await assert.rejects(rig.record.keys!.keyFor(running.id), { name: 'CaseErased' });
  const after = (await history(rig.record, running.id))!;
  assert.deepEqual(
    after.duties.map(({ key, due }) => [key, due]),
    before.map(({ key, due }) => [key, due]),
  );
  assert.equal(after.case.status, 'closed');
});

test('killed after each of its steps it goes on, and is erased once', async () => {
  const running = await rig.open();
  await beginErasure(rig.record, wish(running));
  const steps = ['endForGood', 'forgetRuns', 'destroyKey', 'stripRecord'];
  for (const step of steps) rig.interrupted.add(step);
  await eraseNow(rig.client, running.id, PATIENCE_MS);
  assert.deepEqual(
    steps.filter((step) => rig.interrupted.has(step)),
    [],
  );
  assert.notEqual((await erasureOf(rig.record, running.id))?.done, null);
  assert.ok(await isForgotten(running.id));
});

test('whoever asked was killed before the work began: a worker begins it', async () => {
  const running = await rig.open();
  await beginErasure(rig.record, wish(running));
  await goOnWithErasures(rig.client, rig.record);
  await erased(running.id);
  assert.ok(await isForgotten(running.id));
});

test('a copy of Temporal, of the record or of the keys from before it brings nothing back', async () => {
  const running = await rig.open();
  await beginErasure(rig.record, wish(running));
  await eraseNow(rig.client, running.id, PATIENCE_MS);
  const done = await erasureOf(rig.record, running.id);
  // Temporal has it running again.
  const plain = new Client({ connection: rig.client.connection });
  const { kind } = running.key;
  await plain.workflow.start(WORKFLOW_TYPES[kind], { workflowId: running.id, taskQueue: TASK_QUEUE, args: [{}] });
  const restored = await restoreCases(new Nodrift(rig.client), { caseId: running.id });
  assert.deepEqual([restored.closed, restored.cases[0]?.outcome], [1, 'closed']);
  assert.match(restored.cases[0]?.why ?? '', /was erased on .* by S-17/);
  await erased(running.id);
  assert.ok(await isForgotten(running.id));
  // And once more, found by a worker that starts.
  await plain.workflow.start(WORKFLOW_TYPES[kind], { workflowId: running.id, taskQueue: TASK_QUEUE, args: [{}] });
  await forgetAgain(rig.client, rig.record, rig.record.keys, log);
  await erased(running.id);
  assert.ok(await isForgotten(running.id));
  // The record is of before.
  await rig.record.db.execute(sql`delete from erasures where case_id = ${running.id}`);
  await rig.record.db.execute(sql`update cases set status = 'open', family = 'Zaphodia' where id = ${running.id}`);
  await forgetAgain(rig.client, rig.record, rig.record.keys, log);
  await erased(running.id);
  const { status, family } = (await history(rig.record, running.id))!.case;
  assert.deepEqual([status, family], ['closed', null]);
  const again = await erasureOf(rig.record, running.id);
  assert.deepEqual([again?.by, again?.at], [done?.by, done?.at]);
});

test('a closed case is erased by the schedule, thirty days after operators were told; one on hold is not', async () => {
  after(() => rig.record.db.execute(sql`truncate retention, erasures_ahead`));
  const [over, held] = [await rig.open(), await rig.open()];
  for (const { id, handle } of [over, held]) {
    await handle.terminate('closed, says the test');
    await rig.record.db.execute(
      sql`update cases set status = 'closed', closed_at = '2020-01-01T00:00:00Z' where id = ${id}`,
    );
  }
  await setRetention(rig.record, 'barnsley', 5, 'S-1');
  await setHold(rig.record, held.id, 'inquiry', 'S-1');
  const now = Date.now();
  assert.equal((await lookAhead(rig.record, new Date(now))).told, 1);
  assert.deepEqual(await eraseByRetention(rig.client, rig.record, new Date(now)), []);
  assert.deepEqual(await eraseByRetention(rig.client, rig.record, new Date(now + 31 * 86_400_000)), [over.id]);
  await erased(over.id);
  assert.ok(await isForgotten(over.id));
  assert.equal(await erasureOf(rig.record, held.id), undefined);
});
