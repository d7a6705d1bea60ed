// A roll-out from the last release over running cases: they lived on the code it shipped, are renewed onto this one, lose nothing, and nobody
// is told anything twice. The bundle is the one that release ran.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import type { NewEvent } from '../../client/nodrift.ts';
import { CaseClock } from '../../client/time-travel.ts';
import { loadCalendar, shippedPolicy } from '../../policies/load.ts';
import { history, ledgerOf } from '../../record/read.ts';
import { restorable } from '../../record/restore.ts';
import type { Bundle } from '../../worker/bundle.ts';
import { makeCurrent, moveCases } from '../../worker/versions.ts';
import { openingAttributes, TASK_QUEUE, workflowId } from '../../workflows/api.ts';
import { conference, coreGroup, discussion, event, family, moment } from '../support/family.ts';
import { RunningCase, useRig } from '../support/harness.ts';

const rig = useRig();

let lastRelease: Bundle;
before(() => {
  const code = gunzipSync(readFileSync(new URL('../histories/0.1/bundle.js.gz', import.meta.url))).toString();
  // Kept without its source map, which the SDK asks for.
  const map = Buffer.from(
    JSON.stringify({ version: 3, sources: [''], sourcesContent: [''], file: 'workflows.js', names: [], mappings: '' }),
  ).toString('base64');
  const withMap = `${code}\n//# sourceMappingURL=data:application/json;charset=utf-8;base64,${map}`;
  lastRelease = { buildId: '19c5ef9cc6e5e879', code: withMap };
});

/** A case opened as the client of the last release did: policy and calendar in its input, the first events by `record`. */
async function openedThen(events: readonly NewEvent[]): Promise<RunningCase> {
  const file = family(rig.newRef());
  const id = workflowId(file.kind, file.ref);
  rig.track(id);
  const { hash: _, ...policy } = shippedPolicy('barnsley');
  const input = { file, policy, calendar: loadCalendar(), rehearsal: false };
  await rig.client.workflow.start('childProtection', {
    workflowId: id,
    taskQueue: TASK_QUEUE,
    args: [input],
    typedSearchAttributes: openingAttributes(input),
  });
  await rig.client.workflow.getHandle(id).executeUpdate('record', { args: [events] });
  return new RunningCase(rig, file);
}

test('cases of the last release go on with this one: nothing is lost, nothing is told twice', async () => {
  const old = await rig.startWorker(lastRelease);
  await makeCurrent(rig.client, lastRelease.buildId);

  const drifting = await openedThen([discussion()]);
  await new CaseClock(rig.client, drifting.id).forwardTo(moment('2028-02-10T12:00'));
  const moved = event('moved', '2028-02-14', 'meeting-moved', { meeting: 'core-group-2', start: '2028-03-06T10:00' });
  const kept = await openedThen([discussion(), conference(), coreGroup(), moved]);
  await kept.clock.forwardTo(moment('2028-02-16T12:00'));
  const cases = [drifting, kept];
  const toldThen = await Promise.all(cases.map((c) => c.told()));
  for (const told of toldThen) assert.ok(told.length > 0);

  await makeCurrent(rig.client, rig.bundle.buildId);
  assert.deepEqual(await moveCases(rig.client, rig.bundle.buildId, { timeoutMs: 60_000 }), []);
  await old.stop();

  for (const [i, c] of cases.entries()) {
    const runs = await c.runs();
    assert.deepEqual(
      runs.map(({ buildId }) => buildId),
      [lastRelease.buildId, rig.bundle.buildId],
    );
    assert.deepEqual(await c.told(), toldThen[i]);
    // What the last release never handed over is in the record now.
    assert.ok('told' in (await restorable(rig.record, c.id)));
  }

  const note = event('after', '2028-02-17', 'decision-recorded', { decision: 'it goes on' });
  assert.deepEqual((await kept.record(note)).recorded, ['after']);
  assert.deepEqual((await kept.record(discussion(), note)).recorded, ['discussion', 'after']);
  await kept.forwardTo('2028-03-07T12:00');
  await new CaseClock(rig.client, drifting.id).forwardTo(moment('2028-02-23T12:00'));
  // A clock that was fast-forwarded before a continue-as-new leaps on after it (reference of the dev server): whatever was planned is sent.
  await rig.sendAllBy(drifting.id, moment('2032-01-01T12:00'));
  for (const [i, c] of cases.entries()) {
    const told = await c.told();
    assert.equal(new Set(told).size, told.length, told.join('\n'));
    assert.ok(told.length > (toldThen[i]?.length ?? 0), 'it goes on telling people');
    const lines = await ledgerOf(rig.record, c.id);
    assert.equal(lines.length, told.length);
    assert.ok((await history(rig.record, c.id))?.events.every(({ arrival }, n) => arrival === null || n >= 0));
  }
});
