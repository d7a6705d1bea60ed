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

/** Plays scenarios both ways, the live ones side by side. */
export async function bothWays(
  rig: Rig,
  scenarios: readonly (readonly [name: string, scenario: Scenario, options?: RehearseOptions])[],
): Promise<void> {
  const played = scenarios.map(async ([name, scenario, options = {}]) => {
    const { workflowIds, ...live } = await rehearseLive(rig.nodrift, scenario, options);
    for (const id of workflowIds) {
      rig.track(id);
      const { status } = await rig.client.workflow.getHandle(id).describe();
      assert.notEqual(status.name, 'RUNNING', `${name}: a rehearsal is over when it has been looked at`);
    }
    assert.deepEqual(inOrder(live), inOrder(rehearse(scenario, options)), `${name} differs`);
  });
  const failed = (await Promise.allSettled(played)).find((one) => one.status === 'rejected');
  if (failed) throw failed.reason;
}
