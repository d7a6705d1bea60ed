// `npm start` killed outright while mails go out, stopped by Ctrl-C, started again, started where a port is taken or the disk is full.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import pg from 'pg';
import PostalMime from 'postal-mime';
import type { Nodrift } from '../../client/nodrift.ts';
import { conference, discussion, family } from '../support/family.ts';
import { until } from '../support/harness.ts';
import { missing, type PrivatePostgres, startPostgres } from '../support/postgres.ts';
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

const key = (ref: string) => ({ kind: 'child-protection', ref }) as const;
/** Dated around today, so that its mails go at once: four invitations, and that it is booked after its limit. */
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
const MAILS_EACH = 5;
const AT_ONCE = 4;
/** The places there are for mails under way (mail/slots.ts). */
const MAX_UNDER_WAY = 12;

/** Read beside the inbox that writes them: its own store would tidy up what it takes for leftovers. */
async function mailsOf(data: string) {
  const folder = join(data, 'inbox');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.eml'));
  const mails = await Promise.all(names.map(async (name) => PostalMime.parse(await readFile(join(folder, name)))));
  return mails.flatMap(({ subject = '', messageId, headers }) => {
    const id = headers.find(({ key }) => key === 'x-notification-id')?.value;
    return subject.startsWith('K-') ? [{ messageId, id }] : [];
  });
}

/** Opens one case after the other, several at once, until nobody answers any more: whenever it is killed, cases are in the middle. */
function openUntilKilled(nodrift: Nodrift) {
  const asked: string[] = [];
  const acknowledged: string[] = [];
  let killed = false;
  const opener = async () => {
    while (!killed) {
      const ref = `K-${asked.length + 1}`;
      asked.push(ref);
      await nodrift.open(family(ref), opening()).then(
        () => acknowledged.push(ref),
        () => {
          killed = true;
        },
      );
    }
  };
  const openers = Array.from({ length: AT_ONCE }, opener);
  const stop = async () => {
    killed = true;
    await Promise.all(openers);
  };
  return { asked, acknowledged, stop };
}

const databases: readonly (readonly [string, string | false, () => Promise<PrivatePostgres | undefined>])[] = [
  ['PGlite', false, async () => undefined],
  ['Postgres', missing, startPostgres],
];
for (const [database, skip, begin] of databases)
  test(`killed while mails go out, the record on ${database}: nothing is lost, nothing goes twice, every case answers`, {
    skip,
  }, async (t) => {
    const data = join(scratch, `killed-${database}`);
    const postgres = await begin();
    if (postgres) t.after(() => postgres.close());
    const env = postgres ? { DATABASE_URL: await postgres.database('record') } : {};
    const first = await start(data, env);
    t.diagnostic(`first start ready after ${await first.ready()} ms`);
    const before = await first.connect();
    const { asked, acknowledged, stop } = openUntilKilled(before);
    await until(async () => acknowledged.length > 0 && (await mailsOf(data)).length >= MAILS_EACH, 'mails go out');
    await first.kill();
    await stop();
    await before.close().catch(() => {}); // its server is gone
    t.diagnostic(
      `${acknowledged.length} of ${asked.length} cases acknowledged, ${(await mailsOf(data)).length} mails out`,
    );

    const second = await start(data, env);
    t.diagnostic(`second start ready after ${await second.ready()} ms`);
    const nodrift = await second.connect();
    for (const ref of acknowledged)
      assert.deepEqual(
        (await nodrift.history(key(ref))).events.map(({ id }) => id),
        ['a-discussion', 'b-conference'],
      );
    for (const ref of asked) await nodrift.open(family(ref), opening()); // whoever got no answer sends it again
    if (postgres) await leasesEnd(env.DATABASE_URL);
    const complete = async () => new Set((await mailsOf(data)).map(({ messageId }) => messageId)).size;
    const wanted = asked.length * MAILS_EACH;
    await until(async () => (await complete()) === wanted, `all ${wanted} mails`);
    const ids = (await mailsOf(data)).map(({ id }) => id);
    // A mail whose 250 was lost with the process may come again, with the same id; no more than were under way.
    assert.ok(ids.length - new Set(ids).size <= MAX_UNDER_WAY, `${ids.length - new Set(ids).size} came twice`);
    t.diagnostic(`${ids.length - new Set(ids).size} mails came a second time`);
    for (const ref of asked) assert.ok((await nodrift.owed(key(ref))).duties.length > 0);
    await nodrift.close();

    second.child.kill('SIGINT');
    assert.equal(await second.gone(), 0, second.said());
  });

/** As if the two minutes had gone by in which a Postgres leaves a mail to the worker that had it. PGlite knows that it is gone. */
async function leasesEnd(databaseUrl: string | undefined): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(`update mails set lease_until = now() where state = 'SENDING'`);
  await client.end();
}

test('a port that was set and is taken is refused in one line; the pages answer where it says', async (t) => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  t.after(() => taken.close());
  const port = `${(taken.address() as { port: number }).port}`;
  const refused = await start(join(scratch, 'ports'), { NODRIFT_TEMPORAL_PORT: port });
  assert.equal(await refused.gone(), 1);
  assert.match(
    refused.said(),
    new RegExp(`^nodrift: NODRIFT_TEMPORAL_PORT is ${port}, for Temporal, and that port is taken.`, 'm'),
  );
  const started = await start(join(scratch, 'ports'));
  t.diagnostic(`ready after ${await started.ready()} ms`);
  const [, inbox] = /mail inbox +(\S+)/.exec(started.said()) ?? [];
  const [, ui] = /Temporal UI +(\S+)/.exec(started.said()) ?? [];
  assert.ok(inbox && ui, started.said());
  for (const page of [inbox, ui]) assert.equal((await fetch(page)).status, 200);
  const nodrift = await started.connect();
  await until(async () => (await nodrift.list()).length === 2, 'the two examples are listed');
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
