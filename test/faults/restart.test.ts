// `npm start` killed outright while mails go out, stopped by Ctrl-C, started again, started where a port is taken or the disk is full.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { InboxStore } from '../../embedded/inbox-store.ts';
import { conference, discussion, family } from '../support/family.ts';
import { until } from '../support/harness.ts';
import { type Started, startNodrift } from '../support/started.ts';

const scratch = await mkdtemp(join(tmpdir(), 'nodrift-restart-'));
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

const CASES = Array.from({ length: 12 }, (_, i) => `K-${i + 1}`);
const key = (ref: string) => ({ kind: 'child-protection', ref }) as const;
/** Dated around today, so that its mails go at once: four invitations, telling the family, and that it is booked after its limit. */
function opening() {
  const today = new Date().toISOString().slice(0, 10);
  const start = `${Number(today.slice(0, 4)) + 1}${today.slice(4)}T10:00`;
  return [
    { id: 'a-discussion', event: { ...discussion().event, on: today } },
    {
      id: 'b-conference',
      event: { ...conference().event, on: today, firstCoreGroup: { start, venue: 'Family centre' } },
    },
  ];
}
const MAILS_EACH = 6;

async function mailsOf(data: string) {
  const mails = (await InboxStore.open(join(data, 'inbox'))).all();
  return mails.filter(({ subject }) => CASES.some((ref) => subject.startsWith(`${ref}: `)));
}

test('killed while mails go out: nothing is lost, nothing goes twice, every case answers', async (t) => {
  const data = join(scratch, 'killed');
  const first = await start(data);
  t.diagnostic(`first start ready after ${await first.ready()} ms`);
  const before = await first.connect();
  const acknowledged: string[] = [];
  const openings = CASES.map(async (ref) => {
    await before.open(family(ref), opening());
    acknowledged.push(ref);
  });
  await until(async () => acknowledged.length > 0 && (await mailsOf(data)).length >= 4, 'mails go out');
  await first.kill();
  await Promise.allSettled(openings);
  await before.close().catch(() => {}); // its server is gone
  const atDeath = (await mailsOf(data)).length;
  t.diagnostic(`${acknowledged.length} cases acknowledged, ${atDeath} of their mails out`);
  assert.ok(atDeath > 0 && atDeath < CASES.length * MAILS_EACH, 'it was killed in the middle');

  const second = await start(data);
  t.diagnostic(`second start ready after ${await second.ready()} ms`);
  const nodrift = await second.connect();
  for (const ref of acknowledged)
    assert.deepEqual(
      (await nodrift.history(key(ref))).events.map(({ id }) => id),
      ['a-discussion', 'b-conference'],
    );
  for (const ref of CASES) await nodrift.open(family(ref), opening()); // whoever got no answer sends it again
  const complete = async () => new Set((await mailsOf(data)).map(({ messageId }) => messageId)).size;
  const wanted = CASES.length * MAILS_EACH;
  await until(async () => (await complete()) === wanted, `all ${wanted} mails`, 120_000);
  const ids = (await mailsOf(data)).map(({ headers }) => headers['x-notification-id']);
  // A mail whose 250 was lost with the process may come again, with the same id; no more than were under way.
  assert.ok(ids.length - new Set(ids).size <= MAX_UNDER_WAY, `${ids.length - new Set(ids).size} came twice`);
  t.diagnostic(`${ids.length - new Set(ids).size} mails came a second time`);
  for (const ref of CASES) assert.ok((await nodrift.owed(key(ref))).duties.length > 0);
  await nodrift.close();

  const asked = Date.now();
  second.child.kill('SIGINT');
  assert.equal(await second.gone(), 0, second.said());
  assert.ok(Date.now() - asked < 10_000, `Ctrl-C took ${Date.now() - asked} ms`);
});
/** Five by the activity, five by the sweeper. */
const MAX_UNDER_WAY = 10;

test('a port that was set and is taken is refused in one line; the pages answer where it says', async (t) => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  t.after(() => taken.close());
  const port = `${(taken.address() as { port: number }).port}`;
  const refused = await start(join(scratch, 'killed'), { NODRIFT_TEMPORAL_PORT: port });
  assert.equal(await refused.gone(), 1);
  assert.match(
    refused.said(),
    new RegExp(`^nodrift: NODRIFT_TEMPORAL_PORT is ${port}, for Temporal, and that port is taken.`, 'm'),
  );
  const started = await start(join(scratch, 'killed'));
  t.diagnostic(`third start ready after ${await started.ready()} ms`);
  const [, inbox] = /mail inbox +(\S+)/.exec(started.said()) ?? [];
  const [, ui] = /Temporal UI +(\S+)/.exec(started.said()) ?? [];
  assert.ok(inbox && ui, started.said());
  for (const page of [inbox, ui]) assert.equal((await fetch(page)).status, 200);
  const nodrift = await started.connect();
  assert.equal((await nodrift.list()).length, CASES.length + 2); // and the two examples of the first start
  await nodrift.close();
  started.child.kill('SIGTERM');
  assert.equal(await started.gone(), 0);
});

/** A disk of its own, where this process may make one. */
async function smallDisk(size: string): Promise<string | undefined> {
  const folder = join(scratch, 'disk');
  await mkdir(folder);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder], { stdio: 'ignore' });
    return folder;
  } catch {
    return undefined;
  }
}

test('on a full disk it says so in one line, and ends', async (t) => {
  const disk = await smallDisk('32m');
  if (!disk) return t.skip('this process may not mount a small disk');
  t.after(() => execFileSync('umount', [disk]));
  const started = await start(disk);
  assert.equal(await started.gone(), 1);
  const lines = started.said().split('\n').filter(Boolean);
  assert.match(lines.at(-1) ?? '', /^nodrift: .*disk is full/);
  assert.ok(!started.said().includes('    at '), started.said());
});
