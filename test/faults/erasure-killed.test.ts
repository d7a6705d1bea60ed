// A worker, or all of `npm start`, killed outright while cases are erased, again and again: everything of them is gone, once, and each says it was erased.

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { WorkflowNotFoundError } from '@temporalio/client';
import { eq } from 'drizzle-orm';
import { call } from '../../client/http/call.ts';
import type { Nodrift } from '../../client/nodrift.ts';
import { type OpenKeys, openKeys } from '../../codec/open-keys.ts';
import { type OpenRecord, openRecord } from '../../record/open.ts';
import { events, notices } from '../../record/schema.ts';
import { webhookEvents } from '../../record/schema-webhooks.ts';
import { addSubscription } from '../../record/webhook-subscriptions.ts';
import { conference, discussion, family } from '../support/family.ts';
import { missing } from '../support/postgres.ts';
import { startProcesses } from '../support/processes.ts';
import { startNodrift } from '../support/started.ts';
import { until } from '../support/waiting.ts';

const CASES = 6;
const KILLED = 4;
/** Starting takes seconds; an erasure about one. */
const LIVES_MS = 1_500;

const today = new Date().toISOString().slice(0, 10);
const refs = Array.from({ length: CASES }, (_, i) => `GONE-${i + 1}`);
const idOf = (ref: string) => `child-protection/${ref}`;

/** Dated today, so that mails are planned and sent. */
function opening() {
  const firstCoreGroup = { start: `${Number(today.slice(0, 4)) + 1}-07-02T10:00`, venue: 'Family centre' };
  return [
    { id: 'a-discussion', event: { ...discussion().event, on: today } },
    { id: 'b-conference', event: { ...conference().event, on: today, firstCoreGroup } },
  ];
}

async function opened(nodrift: Nodrift): Promise<void> {
  for (const ref of refs) {
    await nodrift.open(family(ref), opening());
    // More than one run each, to be forgotten all.
    await nodrift.client.workflow.getHandle(idOf(ref)).signal('renew');
  }
}

interface Asked {
  readonly url: string;
  readonly key: string;
}
const asked = (api: Asked, ref: string) =>
  call(api, 'POST', `/cases/${idOf(ref)}/erasure`, {
    ...{ confirm: ref, reason: 'opened-in-error', by: 'S-17', terminate: true },
  });
const done = async (api: Asked): Promise<number> =>
  ((await call(api, 'GET', '/erasures')) as { erasures: { done: string | null }[] }).erasures.filter(
    (one) => one.done !== null,
  ).length;

/** Nothing is left in Temporal, of the key, in the record; and whoever asks is told so. */
async function assertGone(t: TestContext, nodrift: Nodrift, record: OpenRecord, { store }: OpenKeys): Promise<void> {
  const kept = await store.read(refs.map(idOf));
  for (const ref of refs) {
    const id = idOf(ref);
    for await (const { runId } of nodrift.client.workflow.list({ query: `WorkflowId = '${id}'` }))
      assert.fail(`${id} still has the run ${runId}`);
    await assert.rejects(nodrift.client.workflow.getHandle(id).describe(), WorkflowNotFoundError);
    assert.ok('erased' in kept.get(id)!, id);
    const rows = await record.db.select().from(events).where(eq(events.caseId, id));
    assert.deepEqual([...new Set(rows.map(({ by }) => by))], ['erased']);
    assert.equal(rows.length, 2, 'what kind of thing happened when stays');
    assert.deepEqual(await record.db.select().from(notices).where(eq(notices.caseId, id)), []);
    const told = await record.db.select().from(webhookEvents).where(eq(webhookEvents.caseId, id));
    assert.deepEqual(
      told.map(({ type }) => type),
      ['nodrift.case.erased'],
      'others are told once',
    );
    await assert.rejects(nodrift.history({ kind: 'child-protection', ref }), {
      name: 'Erased',
      message: new RegExp(`^${id} was erased on ${today} by S-17`),
    });
  }
  t.diagnostic(`${refs.length} cases are gone`);
}

const listener = (record: OpenRecord) =>
  addSubscription(record, {
    ...{ authority: 'barnsley', url: 'https://listens.example/', types: ['nodrift.case.erased'], by: 'test' },
  });

test('a worker on Postgres, killed while cases are erased: all are gone, once', { skip: missing }, async (t) => {
  const processes = await startProcesses();
  t.after(() => processes.close());
  let worker = await processes.startWorker();
  await worker.ready();
  await processes.runs('worker/roll-out.ts');
  await processes.startWeb();
  const api = { url: processes.url, key: await processes.runs('web/first-key.ts') };
  const { record, keys } = await processes.inside();
  await listener(record);
  const nodrift = await processes.connect();
  t.after(() => nodrift.close());
  await opened(nodrift);

  const answers = refs.map((ref) => asked(api, ref));
  for (let kill = 0; kill < KILLED; kill++) {
    const lives = Math.round(Math.random() * LIVES_MS);
    await sleep(lives);
    await worker.kill();
    t.diagnostic(`killed after ${lives} ms, ${await done(api)} of ${CASES} erased`);
    worker = await processes.startWorker();
    await worker.ready();
  }
  await Promise.all(answers);
  await until(async () => (await done(api)) === CASES, 'all are erased');
  await assertGone(t, nodrift, record, keys);
});

test('npm start, killed with its server while cases are erased: all are gone, once', async (t) => {
  const scratch = await mkdtemp(join(tmpdir(), 'nodrift-erasure-'));
  after(() => rm(scratch, { recursive: true, force: true }));
  const data = join(scratch, 'data');
  let started = await startNodrift(data);
  t.after(() => started.kill());
  await started.ready();
  const before = await started.connect();
  await opened(before);
  const api = async (): Promise<Asked> => ({
    url: (await readFile(join(data, 'app'), 'utf8')).split('\n')[0]!,
    key: (await readFile(join(data, 'api-key'), 'utf8')).trim(),
  });
  const now = await api();
  // Whoever asks is not answered where it is killed meanwhile.
  const answers = refs.map((ref) => asked(now, ref).catch(() => {}));
  await before.close();
  for (let kill = 0; kill < KILLED / 2; kill++) {
    const lives = Math.round(Math.random() * LIVES_MS);
    await sleep(lives);
    await started.kill();
    t.diagnostic(`killed after ${lives} ms`);
    started = await startNodrift(data);
    await started.ready();
    const again = await api();
    await Promise.all(answers.splice(0));
    answers.push(...refs.map((ref) => asked(again, ref).catch(() => {})));
  }
  await Promise.all(answers);
  const last = await api();
  await until(async () => (await done(last)) === CASES, 'all are erased');
  const nodrift = await started.connect();
  const asks = await Promise.allSettled(refs.map((ref) => nodrift.history({ kind: 'child-protection', ref })));
  await nodrift.close();
  assert.deepEqual(
    asks.map((one) => one.status === 'rejected' && one.reason.name),
    refs.map(() => 'Erased'),
  );
  // PGlite takes one process: it is looked into when the other has ended.
  started.child.kill('SIGINT');
  assert.equal(await started.gone(), 0, started.said());
  const keys = await openKeys({}, join(data, 'keys'));
  const record = await openRecord({ dataDir: join(data, 'record'), keys: keys.keys });
  t.after(() => record.close());
  for (const ref of refs) {
    const kept = (await keys.store.read([idOf(ref)])).get(idOf(ref));
    assert.ok(kept && 'erased' in kept, ref);
    const rows = await record.db
      .select()
      .from(events)
      .where(eq(events.caseId, idOf(ref)));
    assert.deepEqual([...new Set(rows.map(({ by }) => by))], ['erased']);
    assert.deepEqual(
      await record.db
        .select()
        .from(notices)
        .where(eq(notices.caseId, idOf(ref))),
      [],
    );
  }
});
