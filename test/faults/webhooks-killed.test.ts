// `npm start` killed outright, server and all, while cases are opened and told of: whoever listens hears of every case that was acknowledged.

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { call } from '../../client/http/call.ts';
import { discussion, family } from '../support/family.ts';
import { until } from '../support/harness.ts';
import { Receiver } from '../support/receiver.ts';
import { type Started, startNodrift } from '../support/started.ts';

const data = await mkdtemp(join(tmpdir(), 'nodrift-webhooks-'));
const receiver = await new Receiver().start();
const all: Started[] = [];
after(async () => {
  for (const one of all) if (one.child.exitCode === null && one.child.signalCode === null) await one.kill();
  await receiver.stop();
  await rm(data, { recursive: true, force: true });
});

async function start(): Promise<Started> {
  const started = await startNodrift(data, { NODRIFT_WEBHOOK_HOSTS: '127.0.0.1' });
  all.push(started);
  await started.ready();
  return started;
}

/** The API of what runs, with the key it made. */
async function api() {
  const [url = ''] = (await readFile(join(data, 'app'), 'utf8')).split('\n');
  const key = (await readFile(join(data, 'api-key'), 'utf8')).trim();
  return (method: string, path: string, body?: object) => call({ url, key }, method, path, body);
}

test('killed while it tells, it tells the rest when it is started again: each case that was acknowledged, in its order', async () => {
  const first = await start();
  const asks = await api();
  const wish = { authority: 'barnsley', url: receiver.url, types: ['nodrift.event.recorded'] };
  const { secret } = (await asks('POST', '/webhooks', wish)) as { secret: string };
  receiver.secret = secret;
  receiver.answer = (_, calls) => (calls % 3 === 0 ? 503 : undefined);

  const today = new Date().toISOString().slice(0, 10);
  const acknowledged: string[] = [];
  let killed = false;
  const opener = async (lane: number) => {
    for (let i = 1; !killed; i++) {
      const ref = `W-${lane}-${i}`;
      const event = { ...discussion().event, on: today };
      const opened = asks('POST', '/cases', { file: family(ref), events: [{ id: 'a-discussion', event }] });
      await opened.then(
        () => acknowledged.push(`child-protection/${ref}`),
        () => {
          killed = true;
        },
      );
    }
  };
  const openers = [1, 2, 3].map(opener);
  await until(() => acknowledged.length >= 6 && receiver.took.length > 0, 'some are open, and some was told');
  await first.kill();
  await Promise.all(openers);

  await start();
  const told = () => receiver.sequences();
  await until(
    () => acknowledged.every((id) => told().has(id)),
    () => `${acknowledged.filter((id) => !told().has(id)).join(', ')} of ${acknowledged.length}`,
  );
  for (const [id, sequence] of told())
    assert.deepEqual(
      sequence,
      sequence.map((_, i) => i + 1),
      id,
    );
  assert.equal(receiver.forged, 0);
});
