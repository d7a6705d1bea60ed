// What earlier releases left behind. A running case finishes its run on the code it began with and is then renewed (test/faults/roll-out.test.ts),
// so an old history need not replay on new code, and none is kept; that a history replays on its own code is checked after every test of a
// running case. What must hold for every release is kept here: the state it carried into a next run is understood by this one. No event is
// lost, nothing is sent again, and the case goes on.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ledgerOf } from '../../record/read.ts';
import {
  type BegunCase,
  type CarriedBefore,
  historyQuery,
  owedQuery,
  TASK_QUEUE,
  WORKFLOW_TYPES,
  workflowId,
} from '../../workflows/api.ts';
import { moment } from '../support/family.ts';
import { useRig } from '../support/harness.ts';

const rig = useRig();
const HERE = fileURLToPath(new URL('.', import.meta.url));

interface Left {
  /** The code it was recorded on: only the same code must owe exactly the same. */
  readonly buildId: string;
  readonly input: BegunCase & { readonly carried: CarriedBefore };
  readonly owed: readonly string[];
}

for (const name of readdirSync(HERE, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.json'))) {
  const { buildId, input, owed } = JSON.parse(readFileSync(join(HERE, name), 'utf8')) as Left;

  test(`${name}: this release goes on with the state that one carried over`, async (t) => {
    const { kind, ref } = input.file;
    const id = workflowId(kind, ref);
    rig.track(id);
    const options = { workflowId: id, taskQueue: TASK_QUEUE, args: [input] };
    const handle = await rig.client.workflow.start(WORKFLOW_TYPES[kind], options);
    const { events } = await handle.query(historyQuery);
    assert.deepEqual(
      events.map(({ arrival: _, ...one }) => one),
      input.carried.events,
    );
    await rig.clockOf(id).forwardTo(moment('2027-06-01T12:00'));
    const note = { type: 'decision-recorded', by: input.file.people[0]!.id, decision: 'it goes on' } as const;
    await rig.nodrift.record({ kind, ref }, [{ id: 'after', recordedAt: moment('2027-06-01T12:00'), event: note }]);

    const taken = new Set(input.carried.taken);
    const sent = (await ledgerOf(rig.record, id)).map((line) => line.notice);
    assert.deepEqual(
      sent.filter((key) => taken.has(key)),
      [],
    );
    const now = (await handle.query(owedQuery)).duties.map(({ duty, due }) => `${duty} by ${due}`).sort();
    if (buildId === rig.bundle.buildId) assert.deepEqual(now, owed);
    else t.diagnostic(`recorded on ${buildId}; what it owes now: ${now.join(', ')}`);
  });
}
