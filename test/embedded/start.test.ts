// embedded/start.ts: `npm start` as its own process: what it leaves in the data folder, and what it refuses.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type Started, startNodrift } from '../support/started.ts';

const scratch = await mkdtemp(join(tmpdir(), 'nodrift-start-'));
const all: Started[] = [];
after(async () => {
  for (const one of all) if (one.child.exitCode === null && one.child.signalCode === null) await one.kill();
  await rm(scratch, { recursive: true, force: true });
});
async function start(data: string, env: NodeJS.ProcessEnv = {}): Promise<Started> {
  const started = await startNodrift(data, env);
  all.push(started);
  return started;
}

test('the address file names the server and proves which it is, and goes with it', async () => {
  const data = join(scratch, 'address');
  const file = join(data, 'address');
  const ids: string[] = [];
  for (const _ of ['first', 'second']) {
    const started = await start(data);
    await started.ready();
    const nodrift = await started.connect();
    const { clusterId } = await nodrift.client.workflowService.getClusterInfo({});
    await nodrift.close();
    const [address = '', id = '', ...rest] = readFileSync(file, 'utf8').split('\n');
    assert.match(address, /^127\.0\.0\.1:\d+$/);
    assert.equal(id, clusterId);
    assert.deepEqual(rest, ['']);
    ids.push(id);
    started.child.kill('SIGTERM');
    assert.equal(await started.gone(), 0);
    assert.ok(!existsSync(file), 'a stopped server has no address');
  }
  assert.equal(ids[0], ids[1], 'the same data, the same server');
});
