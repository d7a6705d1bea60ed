// In memory and live give the same: every example that lies in the future is played both ways, and must tell the same people the same.

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { type Rehearsal, type RehearseOptions, rehearse } from '../../client/rehearse.ts';
import { rehearseLive } from '../../client/rehearse-live.ts';
import { readScenario, type Scenario } from '../../client/scenario.ts';
import { Calendar, fromEpochMs, fromLondon } from '../../domain/time/calendar.ts';
import { useRig } from '../support/harness.ts';
import { lives, SEED } from '../support/random-lives.ts';

const rig = useRig();
const EXAMPLES = fileURLToPath(new URL('../../examples', import.meta.url));

const inOrder = ({ notices, ...rest }: Rehearsal): Rehearsal => ({
  ...rest,
  // The order within one moment is nobody's promise.
  notices: [...notices].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
});

/** Plays scenarios both ways, the live ones side by side. */
async function bothWays(
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

test('every example gives the same in memory and live', async (t) => {
  const examples = readdirSync(EXAMPLES).filter((name) => name.endsWith('.yaml'));
  assert.ok(examples.length > 0);
  const scenarios = examples.map((name) => [name, readScenario(join(EXAMPLES, name))] as const);
  const begins = (scenario: Scenario) => {
    const moments = [scenario, ...scenario.also].flatMap(({ events }) => events.map(({ at }) => fromLondon(at)));
    return moments.sort()[0] ?? scenario.until;
  };
  const future = scenarios.filter(([, scenario]) => begins(scenario) > fromEpochMs(Date.now()));
  for (const [name] of scenarios.filter((one) => !future.includes(one)))
    t.diagnostic(`${name} begins in the past: a server's clock cannot play it`);
  await bothWays(future);
});

/** A hundred with LIVES=100; a few are enough to notice that the two ways have parted. */
const LIVES = Number(process.env.LIVES ?? 4);
const SIDE_BY_SIDE = 4;

test('random lives give the same in memory and live', async (t) => {
  t.diagnostic(`SEED=${SEED}`);
  const sample = fc.sample(lives, { numRuns: LIVES, seed: SEED });
  const scenarios = sample.map(({ file, events, until, policy, calendar }, i) => {
    const scenario: Scenario = { authority: file.authority, file: { ...file, ref: `R-${i}` }, events, until, also: [] };
    const data = calendar instanceof Calendar ? calendar.data : calendar;
    return [`life ${i} of seed ${SEED}`, scenario, { policy, calendar: data }] as const;
  });
  for (let i = 0; i < scenarios.length; i += SIDE_BY_SIDE) await bothWays(scenarios.slice(i, i + SIDE_BY_SIDE));
});
