// A data folder of a release that did not encrypt: the next start encrypts what runs, answers meanwhile, and requires encryption once Temporal has
// forgotten the rest.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Payload } from '@temporalio/common';
import type { Nodrift } from '../../client/nodrift.ts';
import { ownerSaid } from '../../codec/payload-codec.ts';
import { discussion, event, family, PEOPLE } from '../support/family.ts';
import { until } from '../support/harness.ts';
import { type Started, startNodrift } from '../support/started.ts';

const scratch = await mkdtemp(join(tmpdir(), 'nodrift-plain-'));
const all: Started[] = [];
after(async () => {
  for (const one of all) if (one.child.exitCode === null && one.child.signalCode === null) await one.kill();
  await rm(scratch, { recursive: true, force: true });
});
async function started(data: string, env: NodeJS.ProcessEnv = {}): Promise<Started> {
  const one = await startNodrift(data, env);
  all.push(one);
  await one.ready();
  return one;
}
async function stopped(one: Started): Promise<void> {
  one.child.kill('SIGTERM');
  assert.equal(await one.gone(), 0);
}
const key = { kind: 'child-protection', ref: 'PLAIN-1' } as const;
const caseId = 'child-protection/PLAIN-1';

/** Whose the input of its present run says it is; undefined where it is plain. */
async function sealedFor({ client }: Nodrift): Promise<string | undefined> {
  const { events } = await client.workflow.getHandle(caseId).fetchHistory();
  return ownerSaid(events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0] as Payload);
}
const inFiles = (folder: string, text: string): boolean =>
  readdirSync(folder, { recursive: true, encoding: 'utf8', withFileTypes: true }).some(
    (one) => one.isFile() && readFileSync(join(one.parentPath, one.name)).includes(text),
  );

test('what was plain is encrypted by the next start, and nothing plain is taken later', async () => {
  const data = join(scratch, 'data');
  const then = await started(data, { NODRIFT_ENCRYPTION: 'off' });
  process.env.NODRIFT_ENCRYPTION = 'off';
  const plainly = await then.connect();
  delete process.env.NODRIFT_ENCRYPTION;
  const people = PEOPLE.map((person) => ({ ...person, name: `Canary ${person.name}` }));
  const opening = { ...discussion().event, on: new Date().toISOString().slice(0, 10) };
  await plainly.open(family(key.ref, { people }), [{ id: 'discussion', event: opening }]);
  assert.equal(await sealedFor(plainly), undefined);
  const owedThen = (await plainly.owed(key)).duties.map(({ duty }) => duty);
  await plainly.close();
  await stopped(then);
  assert.ok(inFiles(join(data, 'temporal'), 'Canary'), 'it was plain');
  // A release that did not encrypt had no keys.
  rmSync(join(data, 'keys'), { recursive: true });

  const migrating = await started(data);
  assert.match(migrating.said(), /did not encrypt are being encrypted/);
  const note = join(data, 'keys', 'migrating.json');
  await until(() => readFileSync(note, 'utf8').includes('until'), 'no case that runs is plain');
  const meanwhile = await migrating.connect();
  assert.equal(await sealedFor(meanwhile), caseId);
  assert.deepEqual(
    (await meanwhile.owed(key)).duties.map(({ duty }) => duty),
    owedThen,
  );
  await meanwhile.close();
  await stopped(migrating);

  // Temporal has forgotten what had ended by then.
  writeFileSync(note, JSON.stringify({ until: '2020-01-01T00:00:00.000Z' }));
  const required = await started(data);
  assert.ok(!existsSync(note));
  assert.doesNotMatch(required.said(), /encrypt/);
  const now = await required.connect();
  assert.deepEqual(
    (await now.owed(key)).duties.map(({ duty }) => duty),
    owedThen,
  );
  const { id, event: decision } = event('later', '2028-01-28', 'decision-recorded', { decision: 'Canary decision' });
  await now.record(key, [{ id, event: decision }]);
  assert.equal((await now.history(key)).events.length, 2);
  await now.close();
  await stopped(required);
  assert.ok(!inFiles(join(data, 'temporal'), 'Canary decision'));
});
