// The file by which the command line finds the server of `npm start`: in the data folder while the server runs, gone when it is stopped.

import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';

const fileIn = (data: string) => join(data, 'address');

/**
 * Writes two lines: the server's `host:port`, and its cluster id. A killed run leaves the file behind, and somebody else's server may
 * listen on that port by now. So whoever reads it asks the server for its cluster id (`getClusterInfo`) and leaves alone one that gives
 * another. The id is made with Temporal's database and stays with it.
 * @param clusterId empty where the server does not tell it, see clusterIdOf
 */
export function writeAddress(data: string, address: string, clusterId: string): void {
  const file = fileIn(data);
  // In one step: a reader never sees half of it.
  writeFileSync(`${file}.new`, `${address}\n${clusterId}\n`);
  renameSync(`${file}.new`, file);
}

export function removeAddress(data: string): void {
  rmSync(fileIn(data), { force: true });
}

/** @param ours our own server always tells. One that TEMPORAL_ADDRESS names may not: then the id is empty. */
export async function clusterIdOf(client: Client, ours: boolean): Promise<string> {
  try {
    return (await client.workflowService.getClusterInfo({})).clusterId;
  } catch (error) {
    if (ours) throw error;
    return '';
  }
}
