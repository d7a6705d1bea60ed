// embedded/start.ts: `npm start` as its own process: what it leaves in the data folder, and what it refuses.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { InboxStore } from '../../embedded/inbox-store.ts';
import { nodrift, type Ran } from '../support/nodrift.ts';
import { type Started, startNodrift } from '../support/started.ts';
import { attack, listening } from '../support/strange-page.ts';

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

test('a second start beside it is refused, and a web page of a stranger ends no case and tells it nothing, on any port that is opened', {
  skip: process.platform !== 'linux',
}, async () => {
  const data = join(scratch, 'strangers');
  const started = await start(data);
  await started.ready();
  assert.ok(started.said().includes(`in another terminal with NODRIFT_DATA=${data}:\n`), started.said());
  const second = await start(data);
  assert.equal(await second.gone(), 1);
  assert.match(
    second.said(),
    /^nodrift: Nodrift already runs on .*temporal\.db \(process \d+\)\. Stop it first, or use another data folder\.\n$/,
  );
  const server = Number(readFileSync(join(data, 'temporal', 'temporal.db.pid'), 'utf8').split(' ')[0]);
  const ports = listening(server, started.child.pid!).filter(({ address }) => address === '127.0.0.1');
  assert.ok(ports.length >= 8, 'gRPC, HTTP, metrics, three services, the UI, the inbox and its page');
  const nodrift = await started.connect();
  const id = 'child-protection/EX-ON-COURSE';
  const before = await nodrift.history({ kind: 'child-protection', ref: 'EX-ON-COURSE' });
  const signals = async () => {
    const { events } = await nodrift.client.workflow.getHandle(id).fetchHistory();
    return events?.filter((event) => event.workflowExecutionSignaledEventAttributes).length;
  };
  const heard = await signals();
  assert.deepEqual(await attack(ports, id), []);
  assert.deepEqual(await nodrift.history({ kind: 'child-protection', ref: 'EX-ON-COURSE' }), before);
  assert.equal(await signals(), heard);
  await nodrift.close();
  const mails = await InboxStore.open(join(data, 'inbox'));
  assert.ok(
    mails.all().every(({ from }) => from.endsWith('nodrift.example')),
    'nor is a mail forged',
  );
  started.child.kill('SIGTERM');
  assert.equal(await started.gone(), 0);
});

test('the address file names the server and proves which it is, and goes with it; the API key stays, is its owner’s alone and works', async () => {
  const data = join(scratch, 'address');
  const file = join(data, 'address');
  const ids: string[] = [];
  const keys: string[] = [];
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
    const [, named = ''] = /^ {2}API key {7}(.+)$/m.exec(started.said()) ?? [];
    assert.equal(named, join(data, 'api-key'));
    assert.equal(statSync(named).mode & 0o777, 0o600);
    keys.push(readFileSync(named, 'utf8'));
    const found = await listed(data);
    assert.equal(found.code, 0, found.err);
    assert.match(found.out, /^[a-z2-7]{12} +npm start +all /m);
    started.child.kill('SIGTERM');
    assert.equal(await started.gone(), 0);
    assert.ok(!existsSync(file), 'a stopped server has no address');
    assert.match((await listed(data)).err, /no app of Nodrift runs here/);
  }
  assert.equal(ids[0], ids[1], 'the same data, the same server');
  assert.equal(keys[0], keys[1], 'and the same key');
});

/** `nodrift api-keys list`, as somebody types it beside the data folder. */
async function listed(data: string): Promise<Ran> {
  process.env.NODRIFT_DATA = data;
  try {
    return await nodrift('api-keys', 'list');
  } finally {
    delete process.env.NODRIFT_DATA;
  }
}
