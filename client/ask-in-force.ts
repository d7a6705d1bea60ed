// Asks the server what policy and calendar an authority goes by, and went by before.

import { randomUUID } from 'node:crypto';
import { WorkflowFailedError } from '@temporalio/client';
import { IN_FORCE, type InForceAnswer, TASK_QUEUE } from '../workflows/api.ts';
import { notInForce } from './apply-to-cases.ts';
import { BadInput, Unavailable } from './errors.ts';
import type { Nodrift } from './nodrift.ts';

/** A worker answers within a moment; after this long none is there, or the record is down. */
const PATIENCE = '20 seconds';

/**
 * @param authority one of them, whole; absent for a line on each
 * @throws BadInput for an authority nobody knows, naming those that are known; Unavailable when no worker answers
 */
export async function inForce(nodrift: Nodrift, authority?: string): Promise<readonly InForceAnswer[]> {
  try {
    return await nodrift.client.workflow.execute(IN_FORCE, {
      workflowId: `in-force/${randomUUID()}`,
      taskQueue: TASK_QUEUE,
      args: authority === undefined ? [] : [authority],
      workflowExecutionTimeout: PATIENCE,
    });
  } catch (error) {
    const why = notInForce(error);
    if (why !== undefined) throw new BadInput(why);
    if (error instanceof WorkflowFailedError)
      throw new Unavailable('no worker says what is in force: is one running, and does its record answer?');
    throw error;
  }
}

/** The policy and calendar an authority's new cases begin with, with their history. @throws as `inForce` does */
export async function inForceFor(
  nodrift: Nodrift,
  authority: string,
): Promise<InForceAnswer & Required<Pick<InForceAnswer, 'now'>>> {
  const [answer] = await inForce(nodrift, authority);
  if (!answer?.now) throw new Unavailable(`the server said nothing of ${authority}`);
  return { ...answer, now: answer.now };
}
