// Records what a release leaves behind, once per release: `node --import tsx test/histories/record.ts`. Two examples are played on a server
// for half a year; the input their next run begins with, and what they owe, become JSON in a folder of the release.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { firstOf } from '../../client/payloads-read.ts';
import { rehearseLive } from '../../client/rehearse-live.ts';
import { readScenario } from '../../client/scenario.ts';
import { moment } from '../support/family.ts';
import { Rig, until } from '../support/harness.ts';
import { runsOf } from '../support/replay.ts';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const { version } = JSON.parse(readFileSync(join(HERE, '../../package.json'), 'utf8')) as { version: string };
const release = version.split('.').slice(0, 2).join('.');
/** While the plan runs: a case that is over carries nothing. */
const HALF_WAY = moment('2027-06-01');

const rig = new Rig({});
await rig.start();
try {
  mkdirSync(join(HERE, release), { recursive: true });
  for (const name of ['a-good-year', 'everything-drifts']) {
    const scenario = { ...readScenario(join(HERE, `../../examples/${name}.yaml`)), until: HALF_WAY };
    const { workflowIds, owed } = await rehearseLive(rig.nodrift, scenario);
    const id = workflowIds[0]!;
    const { length } = await runsOf(rig.client, id);
    await rig.client.workflow.getHandle(id).signal('renew');
    await until(async () => (await runsOf(rig.client, id)).length > length, 'it continues as new');
    const [begun] = (await runsOf(rig.client, id)).at(-1)?.events ?? [];
    const input = await firstOf(rig.client, id, begun?.workflowExecutionStartedEventAttributes?.input?.payloads);
    await rig.client.workflow.getHandle(id).terminate('recorded');
    const left = {
      buildId: rig.bundle.buildId,
      input,
      owed: owed.map(({ duty, due }) => `${duty} by ${due}`).sort(),
    };
    writeFileSync(join(HERE, release, `${name}.json`), `${JSON.stringify(left, null, 2)}\n`);
  }
} finally {
  await rig.stop();
}
