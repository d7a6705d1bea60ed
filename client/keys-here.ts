// The keys a client needs: those that the environment names, or those in the data folder of `npm start`.

import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Client } from '@temporalio/client';
import { CaseErased, KeysUnavailable } from '../codec/case-keys.ts';
import { CannotRead } from '../codec/data-key.ts';
import { BadKeyRing } from '../codec/key-ring.ts';
import { type OpenKeys, openKeys } from '../codec/open-keys.ts';
import type { CaseCodec } from '../codec/payload-codec.ts';
import { BadInput, Erased, Unavailable } from './errors.ts';

/** Opens them. @throws Unavailable where there are none, BadInput where they cannot be used: one line with the way out */
export async function keysHere(dataFolder?: string): Promise<OpenKeys> {
  const folder = join(resolve(dataFolder ?? process.env.NODRIFT_DATA ?? '.nodrift'), 'keys');
  try {
    return await openKeys(process.env, existsSync(folder) ? folder : undefined);
  } catch (error) {
    throw fromKeys(error) ?? error;
  }
}

/** What the client's keys say of a case that Temporal does not have (any more); without keys nothing. @throws Erased, Unavailable */
export async function assertNotErased(client: Client, id: string): Promise<void> {
  try {
    for (const codec of client.options.loadedDataConverter.payloadCodecs)
      if ('assertKept' in codec) await (codec as CaseCodec).assertKept(id);
  } catch (error) {
    throw fromKeys(error) ?? error;
  }
}

/** What keys or the codec say, in the errors of this house, however deep the SDK has packed it; undefined for anything else. */
export function fromKeys(error: unknown): Error | undefined {
  for (let one = error; one instanceof Error; one = one.cause) {
    if (one instanceof BadKeyRing) return new BadInput(one.message);
    if (one instanceof KeysUnavailable || one instanceof CannotRead) return new Unavailable(one.message);
    if (one instanceof CaseErased) return new Erased(one.message);
  }
  return undefined;
}
