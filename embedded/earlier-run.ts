// The pid file beside Temporal's database, and what is done about a server that an earlier run left behind. Imported by dev-server.ts and start.ts.
import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { UserError } from './user-error.ts';

/** Temporal's database in a data folder. */
export const databaseIn = (dataDir: string) => join(resolve(dataDir), 'temporal.db');

const pidFile = (database: string) => `${database}.pid`;

/** Notes that this process now has a server on the database. */
export const remember = (database: string, pid: number) => writeFile(pidFile(database), `${pid} ${process.pid}\n`);

export const forget = (database: string) => rm(pidFile(database), { force: true });

/**
 * Ends the server that a killed run left on this database. Two servers open one SQLite file without complaint, and spoil each other's
 * work (tried).
 * @throws UserError when the run that started that server is alive: then Nodrift simply runs already
 */
export async function endLeftOver(database: string, log: (line: string) => void): Promise<void> {
  const noted = await readFile(pidFile(database), 'utf8').catch(() => '');
  const [pid, starter] = noted.trim().split(' ').map(Number);
  if (!pid) return;
  if (await isServerOn(database, pid)) {
    if ((await parentOf(pid)) === starter)
      throw new UserError(
        `Nodrift already runs on ${database} (process ${starter}). Stop it first, or use another data folder.`,
      );
    log(`Ending a Temporal server that an earlier run left behind (process ${pid}).`);
    process.kill(pid, 'SIGTERM');
    for (let waited = 0; await isServerOn(database, pid); waited += 100) {
      if (waited === 5_000) process.kill(pid, 'SIGKILL');
      if (waited > 15_000)
        throw new UserError(`Process ${pid} still has ${database} open and does not end. End it by hand.`);
      await sleep(100);
    }
  }
  await forget(database);
}

/** Another process may have that number by now. So only one with our command line is ended. */
async function isServerOn(database: string, pid: number): Promise<boolean> {
  const command = await describe(pid, 'args');
  return command.includes('server start-dev') && command.includes(`--db-filename ${database}`);
}

const parentOf = async (pid: number) => Number(await describe(pid, 'ppid'));

/** A process's command line or parent, '' when there is no such process. Always '' on Windows: there nothing is ended unasked. */
async function describe(pid: number, what: 'args' | 'ppid'): Promise<string> {
  if (process.platform === 'win32') return '';
  // Slim Linux images have no `ps`, other systems have no /proc.
  const gone = () => '';
  if (process.platform !== 'linux')
    return promisify(execFile)('ps', ['-ww', '-o', `${what}=`, '-p', `${pid}`]).then(
      ({ stdout }) => stdout.trim(),
      gone,
    );
  if (what === 'args') return readFile(`/proc/${pid}/cmdline`, 'utf8').then((line) => line.replaceAll('\0', ' '), gone);
  return readFile(`/proc/${pid}/status`, 'utf8').then((text) => /^PPid:\s+(\d+)/m.exec(text)?.[1] ?? '', gone);
}
