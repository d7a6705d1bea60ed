// In memory and live give the same: every example that lies in the future is played both ways, and must tell the same people the same.
// Stands alone: a dozen cases are fast-forwarded side by side.

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { rehearse } from '../../client/rehearse.ts';
import { readScenario, type Scenario } from '../../client/scenario.ts';
import { fromEpochMs, fromLondon, localDateTime } from '../../domain/time/calendar.ts';
import { closed, NEED_FILE, referral } from '../domain/need.ts';
import { moment, strategy, type Told } from '../domain/support.ts';
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

test('a refusal names another case as the scenario would, in memory and live', async () => {
  const at = (day: string, event: Told) => ({ id: `e${day}`, at: localDateTime(`${day}T10:00`), event });
  const scenario: Scenario = {
    authority: NEED_FILE.authority,
    file: { ...NEED_FILE, ref: 'W-1' },
    events: [
      at('2027-03-01', referral('2027-03-01')),
      at('2027-03-02', strategy('2027-03-02')),
      at('2027-03-03', closed()),
    ],
    until: moment('2027-03-04'),
    also: [],
  };
  const [refused] = rehearse(scenario).refused;
  assert.match(refused?.reason ?? '', /^R145: .*the child protection case W-1-CP has not decided yet/);
  await bothWays(rig, [['a case that is closed while its enquiries run', scenario]]);
});
