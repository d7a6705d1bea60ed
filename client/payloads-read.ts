// Reads payloads of a history, which the SDK hands over as they are stored: opened by the client's codecs, as what it receives itself.

import type { Client } from '@temporalio/client';
import type { Payload } from '@temporalio/common';

/** The first of a call's arguments, of a workflow's history. @throws CannotRead, KeysUnavailable */
export async function firstOf<T>(
  client: Client,
  workflowId: string,
  payloads: readonly unknown[] | null | undefined,
): Promise<T | undefined> {
  const { payloadConverter, payloadCodecs } = client.options.loadedDataConverter;
  const context = { type: 'workflow', namespace: client.options.namespace, workflowId } as const;
  // The proto's type and the SDK's differ in what may be null.
  let plain = (payloads ?? []).slice(0, 1) as Payload[];
  for (const codec of payloadCodecs.toReversed()) plain = await codec.decode(plain, context);
  return plain[0] ? payloadConverter.fromPayload<T>(plain[0], context) : undefined;
}
