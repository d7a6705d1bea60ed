// `npm start` on a folder of its own, with its address and a key that may do all: what clients in other languages are tried against.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startNodrift } from './started.ts';

export interface ApiProcess {
  /** `http://127.0.0.1:…` */
  readonly url: string;
  /** The key itself, and the file it is in. */
  readonly key: string;
  readonly keyFile: string;
  /** Its data folder: commands find the server by it. */
  readonly data: string;
  /** Everything it said so far. */
  said(): string;
  stop(): Promise<void>;
}

export async function startApi(env: NodeJS.ProcessEnv = {}): Promise<ApiProcess> {
  const data = await mkdtemp(join(tmpdir(), 'nodrift-api-'));
  const started = await startNodrift(data, { NODRIFT_API_RATE: '1000000', ...env });
  const stop = async () => {
    if (started.child.exitCode === null && started.child.signalCode === null) await started.kill();
    await rm(data, { recursive: true, force: true });
  };
  try {
    await started.ready();
    const url = /^ {2}app +(http\S+)/m.exec(started.said())?.[1];
    const keyFile = /^ {2}API key +(\S+)/m.exec(started.said())?.[1];
    assert.ok(url && keyFile, started.said());
    const key = readFileSync(keyFile, 'utf8').trim();
    return { url, key, keyFile, data, said: () => started.said(), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
