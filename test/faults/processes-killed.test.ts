// Workers and pages as processes of their own on Postgres, killed outright while a caseload is opened: others go on, each case is open once, and the same
// sheets again open nothing.

import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { call, exchange } from '../../client/http/call.ts';
import { openKeys } from '../../codec/open-keys.ts';
import { CASE_ATTRIBUTES } from '../../embedded/case-attributes.ts';
import { startDevServer } from '../../embedded/dev-server.ts';
import { freePort } from '../../embedded/ports.ts';
import { findServer } from '../../embedded/server-binary.ts';
import { openRecord } from '../../record/open.ts';
import { cases } from '../../record/schema.ts';
import { caseload, refsOf, upload } from '../support/caseload.ts';
import { missing, startPostgres } from '../support/postgres.ts';
import { scriptedRelay } from '../support/smtp-script.ts';
import { until } from '../support/waiting.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CASES = 60;

interface Process {
  readonly child: ChildProcess;
  said(): string;
  /** SIGKILL, and wait until it is gone. */
  kill(): Promise<void>;
}
const running = new Set<Process>();
after(async () => {
  for (const one of running) await one.kill();
});

function start(program: string, env: NodeJS.ProcessEnv): Process {
  const child = spawn(process.execPath, ['--import', 'tsx', program], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (more) => (text += more));
  const gone = once(child, 'exit');
  const one: Process = {
    child,
    said: () => text,
    async kill() {
      child.kill('SIGKILL');
      await gone;
      running.delete(one);
    },
  };
  running.add(one);
  return one;
}

/** Waits until it answers that it is ready. */
async function ready(one: Process, url: string): Promise<void> {
  await until(async () => {
    assert.equal(one.child.exitCode, null, one.said());
    return (await fetch(`${url}/readyz`).catch(() => undefined))?.ok === true;
  }, `${url} is ready`);
}

interface Counts {
  readonly id: string;
  readonly state: string;
  readonly left: number;
  readonly opened: number;
  readonly already: number;
  readonly faulty: number;
}

test('workers and pages killed while a caseload is opened: each case is open once', { skip: missing }, async (t) => {
  const [server, postgres, relay] = await Promise.all([
    startDevServer({
      binary: await findServer(),
      inMemory: true,
      timeSkipping: false,
      ports: { grpc: 0 },
      searchAttributes: CASE_ATTRIBUTES,
    }),
    startPostgres(),
    scriptedRelay({}),
  ]);
  t.after(async () => {
    for (const one of running) await one.kill();
    await Promise.all([server.stop(), postgres.close(), relay.close()]);
  });
  const databaseUrl = await postgres.database('record');
  const env = {
    TEMPORAL_ADDRESS: server.address,
    DATABASE_URL: databaseUrl,
    NODRIFT_KEYS_URL: await postgres.database('keys'),
    NODRIFT_KEYS: JSON.stringify({ version: 1, active: 'k1', keys: { k1: randomBytes(32).toString('base64') } }),
    SMTP_URL: relay.url,
    NODRIFT_LOG: 'warn',
  };
  const startWorker = async () => {
    const port = await freePort(0);
    const one = start('worker/main.ts', { ...env, PORT: String(port) });
    return { one, ready: () => ready(one, `http://127.0.0.1:${port}`) };
  };
  const webPort = await freePort(0);
  const url = `http://127.0.0.1:${webPort}`;
  const startWeb = async () => {
    const one = start('web/main.ts', { ...env, NODRIFT_WEB_PORT: String(webPort), NODRIFT_PUBLIC_URL: url });
    await ready(one, url);
    return one;
  };
  const runs = (program: string) =>
    promisify(execFile)(process.execPath, ['--import', 'tsx', program], { cwd: ROOT, env: { ...process.env, ...env } });

  const first = await startWorker();
  await first.ready();
  const second = await startWorker();
  await Promise.all([second.ready(), runs('worker/roll-out.ts')]);
  let web = await startWeb();
  const key = (await runs('web/first-key.ts')).stdout.trim();
  const api = { url, key };

  const form = new Response(upload(caseload(refsOf(CASES, 'PROC'))));
  const body = new Uint8Array(await form.arrayBuffer());
  const headers = { 'content-type': form.headers.get('content-type') ?? '' };
  const send = async () => (await exchange(api, 'POST', '/imports', body, headers)).body as Counts;
  const { id } = await send();
  const counts = async () => (await call(api, 'GET', `/imports/${id}`)) as Counts;
  await until(async () => (await counts()).left < CASES - 3, 'some are open');

  await web.kill();
  await first.one.kill();
  web = await startWeb();
  const { left } = await counts();
  // Nobody is left to go on, until somebody comes.
  await second.one.kill();
  t.diagnostic(`${left} of ${CASES} were left when the first worker was gone`);
  const third = await startWorker();
  await third.ready();
  await until(async () => (await counts()).state === 'done', 'the import is done');
  const { opened, already, faulty, left: none } = await counts();
  assert.deepEqual({ opened, already, faulty, left: none }, { opened: CASES, already: 0, faulty: 0, left: 0 });

  const keys = await openKeys(env);
  const record = await openRecord({ databaseUrl, keys: keys.keys });
  const rows = await record.db.select({ id: cases.id, status: cases.status }).from(cases);
  await record.close();
  await keys.close();
  assert.equal(rows.length, CASES);
  assert.ok(rows.every(({ status }) => status === 'open'));

  const again = await send();
  const said = async () => (await call(api, 'GET', `/imports/${again.id}`)) as Counts;
  await until(async () => (await said()).state === 'done', 'the same again is done');
  const second60 = await said();
  assert.deepEqual([second60.opened, second60.already, second60.faulty], [0, CASES, 0]);
});
