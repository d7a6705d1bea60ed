// Messages of Temporal with every payload in them opened, for tests that look inside.

import type { DataConverter, Payload } from '@temporalio/common';
import { ownerSaid } from '../../codec/payload-codec.ts';

/** A copy of a history or a description in which nothing is sealed. */
export async function opened<T>(message: T, { payloadCodecs = [] }: DataConverter): Promise<T> {
  const visit = async (node: unknown): Promise<unknown> => {
    if (typeof node !== 'object' || node === null || node instanceof Uint8Array) return node;
    if (Array.isArray(node)) return Promise.all(node.map(visit));
    if ('data' in node && ownerSaid(node as Payload) !== undefined) {
      let plain = [node as Payload];
      for (const codec of payloadCodecs.toReversed()) plain = await codec.decode(plain);
      return plain[0];
    }
    const entries = Object.entries(node).map(async ([key, value]) => [key, await visit(value)] as const);
    return Object.fromEntries(await Promise.all(entries));
  };
  return (await visit(message)) as T;
}
