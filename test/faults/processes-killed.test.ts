// Workers and pages as processes of their own on Postgres, killed outright while a caseload is opened: others go on, each case is open once, and the same
// sheets again open nothing.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call, exchange } from '../../client/http/call.ts';
import { cases } from '../../record/schema.ts';
import { caseload, refsOf, upload } from '../support/caseload.ts';
import { missing } from '../support/postgres.ts';
import { startProcesses } from '../support/processes.ts';
import { until } from '../support/waiting.ts';

const CASES = 60;

interface Counts {
  readonly id: string;
  readonly state: string;
  readonly left: number;
  readonly opened: number;
  readonly already: number;
  readonly faulty: number;
}

test('workers and pages killed while a caseload is opened: each case is open once', { skip: missing }, async (t) => {
  const processes = await startProcesses();
  t.after(() => processes.close());
  const { url, runs, startWeb, startWorker } = processes;
  const first = await startWorker();
  await first.ready();
  const second = await startWorker();
  await Promise.all([second.ready(), runs('worker/roll-out.ts')]);
  let web = await startWeb();
  const key = await runs('web/first-key.ts');
  const api = { url, key };

  const form = new Response(upload(caseload(refsOf(CASES, 'PROC'))));
  const body = new Uint8Array(await form.arrayBuffer());
  const headers = { 'content-type': form.headers.get('content-type') ?? '' };
  const send = async () => (await exchange(api, 'POST', '/imports', body, headers)).body as Counts;
  const { id } = await send();
  const counts = async () => (await call(api, 'GET', `/imports/${id}`)) as Counts;
  await until(async () => (await counts()).left < CASES - 3, 'some are open');

  await web.kill();
  await first.kill();
  web = await startWeb();
  const { left } = await counts();
  // Nobody is left to go on, until somebody comes.
  await second.kill();
  t.diagnostic(`${left} of ${CASES} were left when the first worker was gone`);
  const third = await startWorker();
  await third.ready();
  await until(async () => (await counts()).state === 'done', 'the import is done');
  const { opened, already, faulty, left: none } = await counts();
  assert.deepEqual({ opened, already, faulty, left: none }, { opened: CASES, already: 0, faulty: 0, left: 0 });

  const { record } = await processes.inside();
  const rows = await record.db.select({ id: cases.id, status: cases.status }).from(cases);
  assert.equal(rows.length, CASES);
  assert.ok(rows.every(({ status }) => status === 'open'));

  const again = await send();
  const said = async () => (await call(api, 'GET', `/imports/${again.id}`)) as Counts;
  await until(async () => (await said()).state === 'done', 'the same again is done');
  const second60 = await said();
  assert.deepEqual([second60.opened, second60.already, second60.faulty], [0, CASES, 0]);
});
