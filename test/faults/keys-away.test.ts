// Keys that are away: a worker without them does not start, and says why; one that loses them fails its tasks, loses nothing, and goes on when they are
// back; what a program without them records is refused.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { Unavailable } from '../../client/errors.ts';
import { Nodrift } from '../../client/nodrift.ts';
import { ringAsJson, withNewKey } from '../../codec/key-ring.ts';
import { openKeys } from '../../codec/open-keys.ts';
import { conference, discussion, event } from '../support/family.ts';
import { until, useRig } from '../support/harness.ts';
import { countOf } from '../support/replay.ts';

const rig = useRig();
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'nodrift-away-'));
after(() => rmSync(scratch, { recursive: true, force: true }));

/** One of the processes of the compose file, with these keys. */
function started(program: string, env: NodeJS.ProcessEnv) {
  const { NODRIFT_KEYS: _, NODRIFT_KEYS_URL: __, ...others } = process.env;
  const settings = {
    ...{ DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none', SMTP_URL: 'smtp://127.0.0.1:1' },
    ...{ TEMPORAL_ADDRESS: rig.server.address, NODRIFT_PUBLIC_URL: 'https://nodrift.example', PORT: '0' },
  };
  const ran = spawnSync(process.execPath, ['--import', 'tsx', program], {
    cwd: ROOT,
    env: { ...others, ...settings, ...env },
    encoding: 'utf8',
  });
  return { code: ran.status, lines: ran.stderr.trim().split('\n') };
}

test('workers and pages without keys, or with wrong ones, do not start: one line says why, with no key in it', async () => {
  const one = withNewKey(undefined);
  const store = { NODRIFT_KEYS_URL: pathToFileURL(join(scratch, 'store')).href };
  const open = await openKeys({ NODRIFT_KEYS: ringAsJson(one), ...store });
  await open.keys.keyFor('child-protection/A');
  await open.keys.keyFor('nodrift');
  const file = join(scratch, 'ring.json');
  writeFileSync(file, ringAsJson(one), { mode: 0o644 });
  const secret = one.keys.get('k1')!.bytes.toString('base64').slice(0, 8);
  for (const [env, says] of [
    [{}, /there are no keys/],
    [{ NODRIFT_KEYS: ringAsJson(withNewKey(undefined)), ...store }, /"k1" does not open the key of/],
    [{ NODRIFT_KEYS_FILE: file, ...store }, /others can read or change it/],
    [{ NODRIFT_KEYS: ringAsJson(one).slice(0, 60), ...store }, /is not JSON: is it cut off/],
  ] as const) {
    const { code, lines } = started('worker/main.ts', env);
    assert.equal(code, 1);
    assert.equal(lines.length, 1, lines.join('\n'));
    assert.match(lines[0]!, says);
    assert.ok(!lines[0]!.includes(secret));
  }
  const { code, lines } = started('web/main.ts', {});
  assert.equal(code, 1);
  assert.match(lines.at(-1)!, /^nodrift web: there are no keys/);
});

test('a case whose keys are away fails its tasks and goes on with everything when they are back', async () => {
  const c = await rig.open([discussion(), conference()]);
  // An activity under way waits for keys, and the case for it: so its mails go first, and it is at rest.
  await until(async () => {
    const { raw } = await c.handle.describe();
    const isAtRest = (raw.pendingActivities ?? []).length === 0 && !raw.pendingWorkflowTask;
    return isAtRest && countOf(await c.runs(), 'activityTaskCompletedEventAttributes') > 0;
  }, 'its mails have gone');
  rig.expectsFailedTasks = true;
  rig.keysAreAway = true;
  await c.handle.signal('renew');
  await until(async () => countOf(await c.runs(), 'workflowTaskFailedEventAttributes') > 0, 'a task fails');
  await assert.rejects(c.owed(), (error) => error instanceof Unavailable && /keys are away/.test(error.message));
  assert.equal((await c.handle.describe()).status.name, 'RUNNING');
  rig.keysAreAway = false;
  await until(async () => (await c.runs()).length > 1, 'it continues as new');
  assert.deepEqual(
    (await c.history()).events.map(({ id }) => id),
    ['discussion', 'conference'],
  );
});

test('what a program without keys records is refused, and neither taken nor in the way', async () => {
  const c = await rig.open([discussion(), conference()]);
  const connection = await Connection.connect({ address: rig.server.address });
  try {
    const without = new Nodrift(new Client({ connection }));
    await assert.rejects(without.record(c.key, [event('x', '2028-01-28', 'decision-recorded', { decision: 'plain' })]));
  } finally {
    await connection.close();
  }
  assert.deepEqual(
    (await rig.nodrift.record(c.key, [event('y', '2028-01-28', 'decision-recorded', { decision: 'sealed' })])).recorded,
    ['y'],
  );
  assert.deepEqual(
    (await c.history()).events.map(({ id }) => id),
    ['discussion', 'conference', 'y'],
  );
});
