// A scenario played in memory and on the server: the same people must be told the same, and the same must be owed.

import assert from 'node:assert/strict';
import { type Rehearsal, type RehearseOptions, rehearse } from '../../client/rehearse.ts';
import { rehearseLive } from '../../client/rehearse-live.ts';
import type { Scenario } from '../../client/scenario.ts';
import type { Rig } from './harness.ts';

const inOrder = ({ notices, ...rest }: Rehearsal): Rehearsal => ({
  ...rest,
  // The order within one moment is nobody's promise.
  notices: [...notices].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
});

/** So many live at once: on two busy cores each still answers before a client gives up. */
const AT_ONCE = 4;

/** Cases that a rehearsal led to, and that its scenario does not tell of, go on: they bear its mark, and end with the test. */
async function trackLedTo(rig: Rig, workflowIds: readonly string[]): Promise<void> {
  const mark = /-rehearsal-[0-9a-z]+/.exec(workflowIds[0] ?? '')?.[0];
  if (mark === undefined) return;
  for await (const { workflowId } of rig.client.workflow.list({ query: `ExecutionStatus = 'Running'` }))
    if (workflowId.includes(mark)) rig.track(workflowId);
}

/** Plays scenarios both ways, some of the live ones side by side. */
export async function bothWays(
  rig: Rig,
  scenarios: readonly (readonly [name: string, scenario: Scenario, options?: RehearseOptions])[],
): Promise<void> {
  const bothOf = async ([name, scenario, options = {}]: (typeof scenarios)[number]) => {
    const { workflowIds, ...live } = await rehearseLive(rig.nodrift, scenario, options);
    for (const id of workflowIds) {
      rig.track(id);
      const { status } = await rig.client.workflow.getHandle(id).describe();
      assert.notEqual(status.name, 'RUNNING', `${name}: a rehearsal is over when it has been looked at`);
    }
    await trackLedTo(rig, workflowIds);
    assert.deepEqual(inOrder(live), inOrder(rehearse(scenario, options)), `${name} differs`);
  };
  const played: PromiseSettledResult<void>[] = [];
  for (let at = 0; at < scenarios.length; at += AT_ONCE)
    played.push(...(await Promise.allSettled(scenarios.slice(at, at + AT_ONCE).map(bothOf))));
  const failed = played.find((one) => one.status === 'rejected');
  if (failed) throw failed.reason;
}
