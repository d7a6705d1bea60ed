// Cases that an earlier release began without encryption: asked to continue as new, which seals what they hold from then on.

import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { Payload } from '@temporalio/common';
import { ownerSaid } from '../codec/payload-codec.ts';
import { renew, WORKFLOW_TYPES } from '../workflows/api.ts';

const EVERY_MS = 1_000;

/** Asks each running case that began in plain to continue as new, until there is none. */
export async function sealRunningCases(client: Client, signal: AbortSignal): Promise<void> {
  const asked = new Set<string>();
  for (;;) {
    const plain = await plainCases(client);
    if (plain.length === 0) return;
    for (const id of plain.filter((one) => !asked.has(one))) {
      asked.add(id);
      await client.workflow
        .getHandle(id)
        .signal(renew)
        .catch((error: unknown) => {
          // It ended meanwhile.
          if (!(error instanceof WorkflowNotFoundError)) throw error;
        });
    }
    await sleep(EVERY_MS, undefined, { signal, ref: false });
  }
}

/** Running cases whose run was begun with what is not sealed. */
async function plainCases(client: Client): Promise<readonly string[]> {
  const types = Object.values(WORKFLOW_TYPES).map((type) => `'${type}'`);
  const query = `ExecutionStatus = 'Running' AND WorkflowType IN (${types.join(', ')})`;
  const plain: string[] = [];
  for await (const { workflowId } of client.workflow.list({ query }))
    if (await beganPlain(client, workflowId)) plain.push(workflowId);
  return plain;
}

async function beganPlain(client: Client, workflowId: string): Promise<boolean> {
  const { history } = await client.workflowService.getWorkflowExecutionHistory({
    namespace: client.options.namespace,
    execution: { workflowId },
    maximumPageSize: 1,
  });
  const payloads = history?.events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
  return payloads.some((payload) => ownerSaid(payload as Payload) === undefined);
}

/** How long Temporal keeps what has ended, in milliseconds. */
export async function retentionMs(client: Client): Promise<number> {
  const { config } = await client.workflowService.describeNamespace({ namespace: client.options.namespace });
  return Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) * 1_000;
}
