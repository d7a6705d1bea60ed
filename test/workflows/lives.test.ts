// Random lives on the server. Workers come and go as they live, so that each is replayed in the middle; meanwhile it is asked what it owes, and
// told what it must refuse. It tells the same people the same as in memory, and every history replays (harness.ts).
// Stands alone: many cases are fast-forwarded side by side.

import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Scenario } from '../../client/scenario.ts';
import { Calendar } from '../../domain/time/calendar.ts';
import { owedQuery } from '../../workflows/api.ts';
import { bothWays } from '../support/both-ways.ts';
import { useRig } from '../support/harness.ts';
import { lives, putRightLives, upsetLives } from '../support/random-lives.ts';
import fc, { SEED } from '../support/seeded.ts';

/** A hundred with LIVES=100; a few are enough to notice that the two ways have parted. */
const LIVES = Number(process.env.LIVES ?? 4);
const SIDE_BY_SIDE = 4;
/** So often, counted in rounds of asking, another worker takes over. */
const TAKES_OVER = 10;
const rig = useRig();

async function pesterEach(): Promise<void> {
  for await (const { workflowId } of rig.client.workflow.list({ query: `ExecutionStatus = 'Running'` })) {
    const handle = rig.client.workflow.getHandle(workflowId);
    await handle.query(owedQuery).catch(() => {});
    await handle.executeUpdate('record', { args: [[{ id: 'nonsense' }]] }).catch(() => {});
  }
}

/** Asks every case that runs, tells it nonsense, and lets another worker take it over, until it is stopped. */
function pester(): () => Promise<void> {
  let stopped = false;
  const pestering = (async () => {
    for (let round = 1; !stopped; round++) {
      // Whether it answers, refuses or is over, or the server is too busy to say: only what this does to the case matters here.
      await pesterEach().catch(() => {});
      if (round % TAKES_OVER === 0) {
        // One after the other: a process takes one worker of a version.
        await rig.worker.stop();
        rig.worker = await rig.startWorker(rig.bundle);
      }
      await sleep(1_000);
    }
  })();
  return async () => {
    stopped = true;
    await pestering;
  };
}

test('random lives give the same in memory and live', async (t) => {
  t.diagnostic(`SEED=${SEED}`);
  const sample = fc.sample(fc.oneof(lives, upsetLives(), putRightLives), { numRuns: LIVES, seed: SEED });
  const scenarios = sample.map(({ file, events, until, policy, calendar }, i) => {
    const scenario: Scenario = { authority: file.authority, file: { ...file, ref: `R-${i}` }, events, until, also: [] };
    const data = calendar instanceof Calendar ? calendar.data : calendar;
    return [`life ${i} of seed ${SEED}`, scenario, { policy, calendar: data }] as const;
  });
  const stop = pester();
  try {
    for (let i = 0; i < scenarios.length; i += SIDE_BY_SIDE) await bothWays(rig, scenarios.slice(i, i + SIDE_BY_SIDE));
  } finally {
    await stop();
  }
});
