// `npm start` as a process of its own: started on a folder, watched, asked to stop, or killed with everything it started.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { Nodrift } from '../../client/nodrift.ts';
import { encrypting } from '../../codec/data-converter.ts';
import { makeKeys, openKeys } from '../../codec/open-keys.ts';
import { emptyRecordAt } from './memory-record.ts';
import { until } from './waiting.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PORTS = [
  'NODRIFT_TEMPORAL_PORT',
  'NODRIFT_UI_PORT',
  'NODRIFT_SMTP_PORT',
  'NODRIFT_INBOX_PORT',
  'NODRIFT_WEB_PORT',
] as const;

export interface Started {
  readonly child: ChildProcess;
  /** Everything it said so far. */
  said(): string;
  /** Waits until it says `ready`. @returns after how many milliseconds */
  ready(): Promise<number>;
  /** Waits until the process is gone. @returns its exit code, null when it was killed */
  gone(): Promise<number | null>;
  /** A client of its server. Close it. */
  connect(): Promise<Nodrift>;
  /** SIGKILL for the process and for its Temporal server, at once. */
  kill(): Promise<void>;
}

/** What is run, where. */
export interface Program {
  readonly cwd: string;
  readonly args: readonly string[];
}
const SOURCES: Program = { cwd: ROOT, args: ['--import', 'tsx', 'embedded/start.ts'] };

/**
 * Starts it in the background, on ports nobody uses unless `env` names some. A new folder has keys and an empty record already, which
 * take it seconds to make.
 * @param program `npm start` of this repository, unless said; any other finds the folder as it is
 */
export async function startNodrift(data: string, env: NodeJS.ProcessEnv = {}, program = SOURCES): Promise<Started> {
  const { cwd, args } = program;
  if (program === SOURCES && !existsSync(data)) await begin(data, { ...process.env, ...env });
  const ports = Object.fromEntries(PORTS.map((name) => [name, '0']));
  const { TEMPORAL_ADDRESS: _, DATABASE_URL: __, ...inherited } = process.env;
  const began = Date.now();
  const child = spawn(process.execPath, args, {
    cwd,
    env: { ...inherited, ...ports, ...env, NODRIFT_DATA: data },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (more) => (text += more));
  const exit = once(child, 'exit').then(([code]) => code as number | null);
  const server = () => {
    const noted = join(data, 'temporal', 'temporal.db.pid');
    return existsSync(noted) ? Number(readFileSync(noted, 'utf8').split(' ')[0]) : undefined;
  };
  /** Both at once: the server would outlive the process that started it. */
  const kill = () => {
    const pid = server();
    child.kill('SIGKILL');
    if (pid !== undefined && runs(pid)) process.kill(pid, 'SIGKILL');
    return pid;
  };
  const lastResort = () => void kill();
  process.once('exit', lastResort);
  void exit.then(() => process.removeListener('exit', lastResort));

  return {
    child,
    said: () => text,
    async ready() {
      await until(
        // Its last line: what it says may come in several pieces.
        () => /^Ctrl-C stops it/m.test(text) || child.exitCode !== null,
        () => `it is ready; it said:\n${text}`,
      );
      if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}:\n${text}`);
      return Date.now() - began;
    },
    gone: () => exit,
    async connect() {
      const [address = ''] = readFileSync(join(data, 'address'), 'utf8').split('\n');
      const { keys, encryption: mode } = await openKeys(process.env, join(data, 'keys'));
      const dataConverter = encrypting({ keys, mode, namespace: 'default' });
      return new Nodrift(new Client({ connection: await Connection.connect({ address }), dataConverter }));
    },
    async kill() {
      const pid = kill();
      await exit;
      await until(() => pid === undefined || !runs(pid), 'its server is gone');
    },
  };
}

/** What a first start makes of a folder: keys, unless they are elsewhere, and an empty record. */
async function begin(data: string, env: NodeJS.ProcessEnv): Promise<void> {
  if (env.NODRIFT_KEYS !== undefined || env.NODRIFT_ENCRYPTION !== undefined) return;
  await makeKeys(env, join(data, 'keys'));
  await emptyRecordAt(join(data, 'record'));
}

function runs(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
