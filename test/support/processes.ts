// Workers and pages as processes of their own, as containers run them, on a Temporal server and a Postgres of the test's: to be killed outright.

import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import { Nodrift } from '../../client/nodrift.ts';
import { encrypting } from '../../codec/data-converter.ts';
import { type OpenKeys, openKeys } from '../../codec/open-keys.ts';
import { CASE_ATTRIBUTES } from '../../embedded/case-attributes.ts';
import { startDevServer } from '../../embedded/dev-server.ts';
import { freePort } from '../../embedded/ports.ts';
import { findServer } from '../../embedded/server-binary.ts';
import { type OpenRecord, openRecord } from '../../record/open.ts';
import { type PrivatePostgres, startPostgres } from './postgres.ts';
import { scriptedRelay } from './smtp-script.ts';
import { until } from './waiting.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface Process {
  readonly child: ChildProcess;
  said(): string;
  /** Waits until it answers that it is ready. */
  ready(): Promise<void>;
  /** SIGKILL, and wait until it is gone. */
  kill(): Promise<void>;
}

export interface Processes {
  /** What each is started with. */
  readonly env: Readonly<Record<string, string>>;
  /** Where the pages are. */
  readonly url: string;
  readonly postgres: PrivatePostgres;
  startWorker(): Promise<Process>;
  startWeb(): Promise<Process>;
  /** A program to its end. @returns what it said */
  runs(program: string, ...args: string[]): Promise<string>;
  /** A client with keys of its own reading, as a service has. Close it. */
  connect(): Promise<Nodrift>;
  /** Record and keys, looked into from here; closed with the rest. */
  inside(): Promise<{ readonly record: OpenRecord; readonly keys: OpenKeys }>;
  /** Kills what runs, and ends what it ran on. */
  close(): Promise<void>;
}

/** @param change of the environment that each is started with; the ring is `k1` alone unless it says otherwise */
export async function startProcesses(change: Readonly<Record<string, string>> = {}): Promise<Processes> {
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
  const env = {
    TEMPORAL_ADDRESS: server.address,
    DATABASE_URL: await postgres.database('record'),
    NODRIFT_KEYS_URL: await postgres.database('keys'),
    NODRIFT_KEYS: JSON.stringify({ version: 1, active: 'k1', keys: { k1: randomBytes(32).toString('base64') } }),
    SMTP_URL: relay.url,
    NODRIFT_LOG: 'warn',
    ...change,
  };
  const running = new Set<Process>();
  const closing: (() => Promise<unknown>)[] = [];
  const webPort = await freePort(0);
  const url = `http://127.0.0.1:${webPort}`;

  const start = (program: string, at: string, more: NodeJS.ProcessEnv): Process => {
    const child = spawn(process.execPath, ['--import', 'tsx', program], {
      cwd: ROOT,
      env: { ...process.env, ...env, ...more },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (more) => (text += more));
    const gone = once(child, 'exit');
    const one: Process = {
      child,
      said: () => text,
      ready: () =>
        until(async () => {
          assert.equal(child.exitCode, null, text);
          return (await fetch(`${at}/readyz`).catch(() => undefined))?.ok === true;
        }, `${at} is ready`),
      async kill() {
        child.kill('SIGKILL');
        await gone;
        running.delete(one);
      },
    };
    running.add(one);
    return one;
  };

  return {
    ...{ env, url, postgres },
    async startWorker() {
      const port = await freePort(0);
      return start('worker/main.ts', `http://127.0.0.1:${port}`, { PORT: String(port) });
    },
    async startWeb() {
      const more = { NODRIFT_WEB_PORT: String(webPort), NODRIFT_PUBLIC_URL: url };
      const one = start('web/main.ts', url, more);
      await one.ready();
      return one;
    },
    async runs(program, ...args) {
      const given = ['--import', 'tsx', program, ...args];
      return (
        await promisify(execFile)(process.execPath, given, { cwd: ROOT, env: { ...process.env, ...env } })
      ).stdout.trim();
    },
    async connect() {
      const keys = await openKeys(env);
      closing.push(() => keys.close());
      const dataConverter = encrypting({ keys: keys.keys, namespace: 'default' });
      const connection = await Connection.connect({ address: server.address });
      return new Nodrift(new Client({ connection, dataConverter }));
    },
    async inside() {
      const keys = await openKeys(env);
      const record = await openRecord({ databaseUrl: env.DATABASE_URL, keys: keys.keys });
      closing.push(
        () => record.close(),
        () => keys.close(),
      );
      return { record, keys };
    },
    async close() {
      for (const one of running) await one.kill();
      for (const end of closing) await end();
      await Promise.all([server.stop(), postgres.close(), relay.close()]);
    },
  };
}
