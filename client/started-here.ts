// What `npm start` runs: the server, found by the file it keeps in its data folder while it runs and told from any other by its cluster id; and the
// app, found the same way.

import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Connection } from '@temporalio/client';
import { Unavailable } from './errors.ts';

export interface StartedServer {
  /** The data folder, as one may type it again. */
  readonly folder: string;
  readonly address: string;
  /** Of Temporal's database there; empty where a server does not tell it. */
  readonly clusterId: string;
}

/**
 * Reads where it is. With NODRIFT_DATA set, or a data folder here, no other server will do.
 * @returns undefined where nothing was ever started
 * @throws Unavailable naming the folder when its server is stopped
 */
export function startedHere(): StartedServer | undefined {
  const given = process.env.NODRIFT_DATA;
  const folder = resolve(given ?? '.nodrift');
  const [address = '', clusterId = ''] = lines(join(folder, 'address'));
  if (address !== '') return { folder, address, clusterId };
  // A folder that only holds an inbox or a record goes with a Temporal server elsewhere.
  if (given === undefined && !existsSync(join(folder, 'temporal'))) return undefined;
  throw new Unavailable(`the server of ${folder} is not running: ${again(given)}`);
}

/** What was left behind by a killed run may name a port that is somebody else's by now. @throws Unavailable */
export async function assertStartedHere(server: StartedServer, connection: Connection): Promise<void> {
  if (server.clusterId === '') return;
  const { clusterId } = await connection.workflowService.getClusterInfo({});
  if (clusterId !== server.clusterId)
    throw new Unavailable(
      `the server of ${server.folder} is not running, and another one has its port (${server.address}): ${again(process.env.NODRIFT_DATA)}`,
    );
}

export interface StartedApp {
  readonly url: string;
  /** The file with its API key. */
  readonly keyFile: string;
}

/**
 * Reads where its app is.
 * @returns undefined where none runs: nothing was started here, or what was started has ended, as a killed one leaves its file behind
 */
export function appStartedHere(): StartedApp | undefined {
  const folder = resolve(process.env.NODRIFT_DATA ?? '.nodrift');
  const [url = '', pid = ''] = lines(join(folder, 'app'));
  // A key must not go to whoever has the port by now.
  return url !== '' && runs(Number(pid)) ? { url, keyFile: join(folder, 'api-key') } : undefined;
}

function runs(pid: number): boolean {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch {
    return false;
  }
}

const again = (given: string | undefined): string =>
  `start it again with ${given === undefined ? '' : `NODRIFT_DATA=${given} `}npm start, or set TEMPORAL_ADDRESS to talk to another`;

function lines(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    return []; // it is there only while a server runs
  }
}
