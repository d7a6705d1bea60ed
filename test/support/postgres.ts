// A private Postgres for tests: its own cluster in a temporary folder, on a free loopback port, with a real password; gone afterwards. Its files
// are made once and copied: initdb takes longer than most tests.

import { execFile, execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../../embedded/ports.ts';
import { madeOnce } from './made-once.ts';

const run = promisify(execFile);
const VERSIONS = '/usr/lib/postgresql';

export interface PrivatePostgres {
  /** Where its files are. */
  readonly data: string;
  /** An empty database of this cluster, made now. */
  database(name: string): Promise<string>;
  /** `immediate` is a crash. */
  stopServer(mode: 'fast' | 'immediate'): Promise<void>;
  startServer(): Promise<void>;
  close(): Promise<void>;
}

/** The newest Postgres there is here; null, with the reason on `missing`, where there is none. */
const version = existsSync(VERSIONS) ? readdirSync(VERSIONS).sort((a, b) => Number(b) - Number(a))[0] : undefined;
/** Why tests on Postgres are skipped; false where they run. */
export const missing: string | false = version ? false : 'no Postgres is installed on this machine';

const asRoot = process.getuid?.() === 0;
const bin = (tool: string) => join(VERSIONS, version!, 'bin', tool);
/** Postgres refuses to run as root. */
const as = (command: string, args: string[], cwd: string) =>
  asRoot ? run('runuser', ['-u', 'postgres', '--', command, ...args], { cwd: '/' }) : run(command, args, { cwd });

async function newFolder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'nodrift-postgres-'));
  await chmod(dir, 0o755);
  if (asRoot) await run('chown', ['postgres', dir]);
  return dir;
}

/** A cluster as initdb makes it, and its password beside it, as a tar file. */
async function makeCluster(): Promise<Uint8Array> {
  const dir = await newFolder();
  await writeFile(join(dir, 'password'), randomBytes(12).toString('hex'), { mode: 0o644 });
  const options = ['-D', join(dir, 'data'), '-U', 'nodrift', '-A', 'scram-sha-256', '-N'];
  await as(bin('initdb'), [...options, `--pwfile=${join(dir, 'password')}`], dir);
  const file = join(dir, 'cluster.tar');
  await run('tar', ['-cf', file, '-C', dir, 'data', 'password']);
  const made = await readFile(file);
  await rm(dir, { recursive: true });
  return made;
}

export async function startPostgres(): Promise<PrivatePostgres> {
  const dir = await newFolder();
  const cluster = await madeOnce('clusters', `postgres-${version}.tar`, makeCluster);
  execFileSync('tar', ['-xpf', '-', '-C', dir], { input: cluster });
  const password = await readFile(join(dir, 'password'), 'utf8');
  const port = await freePort(0);
  const data = join(dir, 'data');
  const startServer = async () => {
    // Its own log: a server that held our pipe would keep pg_ctl from ending.
    await as(
      bin('pg_ctl'),
      [
        ...['-D', data, '-w', '-t', '60', '-l', join(dir, 'log')],
        ...['-o', `-p ${port} -h 127.0.0.1 -k ${dir} -F`, 'start'],
      ],
      dir,
    );
  };
  const stopServer = async (mode: 'fast' | 'immediate') => {
    await as(bin('pg_ctl'), ['-D', data, '-w', '-m', mode, 'stop'], dir);
  };
  await startServer();

  return {
    data,
    async database(name) {
      const admin = `postgres://nodrift:${password}@127.0.0.1:${port}/postgres`;
      await run(bin('psql'), ['-q', '-d', admin, '-c', `create database "${name}"`]);
      return `postgres://nodrift:${password}@127.0.0.1:${port}/${name}`;
    },
    startServer,
    stopServer,
    async close() {
      await stopServer('immediate').catch(() => {});
      await rm(dir, { recursive: true, force: true });
    },
  };
}
