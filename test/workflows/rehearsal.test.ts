// In memory and live give the same: every example that lies in the future is played both ways, and must tell the same people the same.

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readScenario, type Scenario } from '../../client/scenario.ts';
import { fromEpochMs, fromLondon } from '../../domain/time/calendar.ts';
import { bothWays } from '../support/both-ways.ts';
import { useRig } from '../support/harness.ts';

const rig = useRig();
const EXAMPLES = fileURLToPath(new URL('../../examples', import.meta.url));

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
  await bothWays(rig, future);
});
