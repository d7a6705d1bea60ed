// What a run of a case has acknowledged, read from Temporal's own history: for a case whose record may lack its last moments.

import type { Client } from '@temporalio/client';
import { firstOf } from '../client/payloads-read.ts';
import type { Recorded } from '../domain/case/events.ts';
import type { CaseInput, Opening } from '../workflows/api.ts';

/** The events a run began with and those it took by updates, in their order. */
export async function acknowledgedIn(client: Client, workflowId: string, runId: string): Promise<readonly Recorded[]> {
  const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
  const found: Recorded[] = [];
  const asked = new Map<string, readonly Recorded[]>();
  for (const event of events ?? []) {
    const input = event.workflowExecutionStartedEventAttributes?.input?.payloads;
    if (input) found.push(...((await firstOf<CaseInput>(client, workflowId, input))?.carried?.events ?? []));
    const request = event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest;
    const update = request?.input?.name;
    const args = request?.input?.args?.payloads;
    if (args && update === 'open')
      asked.set(request?.meta?.updateId ?? '', (await firstOf<Opening>(client, workflowId, args))?.events ?? []);
    else if (args && (update === 'record' || update === 'note'))
      asked.set(request?.meta?.updateId ?? '', (await firstOf<readonly Recorded[]>(client, workflowId, args)) ?? []);
    const done = event.workflowExecutionUpdateCompletedEventAttributes;
    if (done?.outcome?.success) found.push(...(asked.get(done.meta?.updateId ?? '') ?? []));
  }
  return found;
}
