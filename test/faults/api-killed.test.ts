// Whatever the HTTP API said 2xx to is there after any process was killed; whatever got no answer is sent again with its ids, and is there once.

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { call } from '../../client/http/call.ts';
import { discussion, family } from '../support/family.ts';
import { type Started, startNodrift } from '../support/started.ts';
import { until } from '../support/waiting.ts';

const data = await mkdtemp(join(tmpdir(), 'nodrift-api-killed-'));
const all: Started[] = [];
after(async () => {
  for (const one of all) if (one.child.exitCode === null && one.child.signalCode === null) await one.kill();
  await rm(data, { recursive: true, force: true });
});

interface Api {
  readonly url: string;
  readonly key: string;
}
async function start(): Promise<{ started: Started; api: Api }> {
  const started = await startNodrift(data, { NODRIFT_API_RATE: '100000' });
  all.push(started);
  await started.ready();
  const [, url = ''] = /^ +app +(\S+)/m.exec(started.said()) ?? [];
  return { started, api: { url, key: (await readFile(join(data, 'api-key'), 'utf8')).trim() } };
}

const today = new Date().toISOString().slice(0, 10);
const opening = (ref: string) => ({
  file: family(ref),
  events: [{ id: 'a-discussion', event: { ...discussion().event, on: today } }],
});
const decision = (id: string) => ({
  events: [{ id, event: { type: 'decision-recorded', by: 'amira', decision: id } }],
});
const pathOf = (ref: string) => `/cases/child-protection/${ref}`;

/** What was sent, and what of it was answered 2xx: of each case the ids of its events. */
class Sent {
  readonly asked = new Map<string, string[]>();
  readonly answered = new Map<string, string[]>();
  #over = false;

  /** Opens cases and records in them, several at once, until nobody answers any more. */
  until(api: Api, name: string): Promise<void>[] {
    const sender = async (which: number) => {
      for (let i = 0; !this.#over; i++) {
        const ref = `${name}-${which}-${i}`;
        await this.#send(ref, 'a-discussion', () => once(api, '/cases', opening(ref)));
        for (const id of ['b-1', 'b-2'])
          if (!this.#over) await this.#send(ref, id, () => once(api, `${pathOf(ref)}/events`, decision(id)));
      }
    };
    return [1, 2, 3, 4].map(sender);
  }

  async #send(ref: string, id: string, ask: () => Promise<boolean>): Promise<void> {
    this.asked.set(ref, [...(this.asked.get(ref) ?? []), id]);
    if (await ask()) this.answered.set(ref, [...(this.answered.get(ref) ?? []), id]);
    else this.#over = true;
  }

  count = (): number => [...this.answered.values()].flat().length;
}

/** One request, never a second one: whether it was answered 2xx. Anything but silence is a failure of the test. */
async function once({ url, key }: Api, path: string, body: unknown): Promise<boolean> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const request = { method: 'POST', headers, body: JSON.stringify(body), signal: AbortSignal.timeout(30_000) };
  const response = await fetch(`${url}/api/v1${path}`, request).catch(() => undefined);
  if (response === undefined || response.status === 503) return false;
  const text = await response.text().catch(() => '');
  assert.ok(response.ok, `${path}: ${response.status} ${text}`);
  return true;
}

const KILLS: readonly (readonly [what: string, kill: (started: Started) => Promise<void>])[] = [
  ['everything at once', (started) => started.kill()],
  [
    'the process of app, worker and record',
    async (started) => {
      started.child.kill('SIGKILL');
      await started.gone();
    },
  ],
  [
    'the Temporal server',
    async (started) => {
      const [pid = ''] = (await readFile(join(data, 'temporal', 'temporal.db.pid'), 'utf8')).split(' ');
      process.kill(Number(pid), 'SIGKILL');
      await started.gone(); // it ends where its server is gone
    },
  ],
];

test('every 2xx of the API is there after any process was killed, and what is sent again is there once', async (t) => {
  const everything = new Map<string, string[]>();
  for (const [i, [what, kill]] of KILLS.entries()) {
    const { started, api } = await start();
    const sent = new Sent();
    const senders = sent.until(api, `K${i}`);
    await until(() => sent.count() >= 25, 'some of it is answered');
    await kill(started);
    await Promise.all(senders);
    t.diagnostic(`killed ${what}: ${sent.count()} of ${[...sent.asked.values()].flat().length} were answered`);

    const again = await start();
    for (const [ref, ids] of sent.answered) {
      const there = await idsOf(again.api, ref);
      assert.deepEqual(
        ids.filter((id) => !there.includes(id)),
        [],
        `${ref}: lost after ${what} was killed`,
      );
    }
    // Whoever got no answer sends it again, and so does whoever got one.
    for (const [ref, ids] of sent.asked) {
      await call(again.api, 'POST', '/cases', opening(ref));
      for (const id of ids.slice(1)) await call(again.api, 'POST', `${pathOf(ref)}/events`, decision(id));
      everything.set(ref, ids);
    }
    for (const [ref, ids] of sent.asked) assert.deepEqual(await idsOf(again.api, ref), [...ids].sort(), ref);
    await again.started.kill();
  }
  const { started, api } = await start();
  for (const [ref, ids] of everything) assert.deepEqual(await idsOf(api, ref), [...ids].sort(), ref);
  started.child.kill('SIGINT');
  assert.equal(await started.gone(), 0, started.said());
});

async function idsOf(api: Api, ref: string): Promise<string[]> {
  const { events } = (await call(api, 'GET', `${pathOf(ref)}/history`)) as { events: { id: string }[] };
  return events.map(({ id }) => id).sort();
}
