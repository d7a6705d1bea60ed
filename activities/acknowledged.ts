// What a run of a case has acknowledged, read from Temporal's own history: for a case whose record may lack its last moments.

import type { Client } from '@temporalio/client';
import type { Recorded } from '../domain/case/events.ts';
import type { CaseInput, Opening } from '../workflows/api.ts';

type Payloads = NonNullable<
  Parameters<NonNullable<Client['options']['loadedDataConverter']['payloadCodecs']>[number]['decode']>[0]
>;

/** The events a run began with and those it took by updates, in their order. */
export async function acknowledgedIn(client: Client, workflowId: string, runId: string): Promise<readonly Recorded[]> {
  const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
  const found: Recorded[] = [];
  const asked = new Map<string, readonly Recorded[]>();
  for (const event of events ?? []) {
    const input = event.workflowExecutionStartedEventAttributes?.input?.payloads;
    if (input) found.push(...((await decoded<CaseInput>(client, input as Payloads))?.carried?.events ?? []));
    const request = event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest;
    const update = request?.input?.name;
    const args = request?.input?.args?.payloads as Payloads | undefined;
    if (args && update === 'open')
      asked.set(request?.meta?.updateId ?? '', (await decoded<Opening>(client, args))?.events ?? []);
    else if (args && (update === 'record' || update === 'note'))
      asked.set(request?.meta?.updateId ?? '', (await decoded<readonly Recorded[]>(client, args)) ?? []);
    const done = event.workflowExecutionUpdateCompletedEventAttributes;
    if (done?.outcome?.success) found.push(...(asked.get(done.meta?.updateId ?? '') ?? []));
  }
  return found;
}

/** The first of a call's arguments. */
async function decoded<T>(client: Client, payloads: Payloads): Promise<T | undefined> {
  const { payloadConverter, payloadCodecs } = client.options.loadedDataConverter;
  let plain = payloads;
  for (const codec of payloadCodecs.toReversed()) plain = await codec.decode(plain);
  return plain[0] ? payloadConverter.fromPayload<T>(plain[0]) : undefined;
}
