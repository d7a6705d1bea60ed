// Asks for a morning round by hand, and what the next one would send.

import { type Client, WorkflowFailedError } from '@temporalio/client';
import {
  NEXT_ROUND,
  ROUND,
  type RoundInput,
  type RoundPreview,
  type RoundResult,
  TASK_QUEUE,
} from '../workflows/api.ts';
import { Unavailable } from './errors.ts';
import { notTakenUp } from './taken-up.ts';

/**
 * Sends a round now. Asked twice at once it is one; beside the one of the morning neither mails whom the other does.
 * @throws Unavailable when no worker takes it up: it then begins as soon as one does
 */
export const askForRound = (client: Client, asked: 'now' | 'today' = 'now'): Promise<RoundResult> =>
  ask(client, ROUND, `${ROUND}/by-hand`, [{ asked } satisfies RoundInput]);

/** What the next round would send. @throws Unavailable */
export const previewRound = (client: Client): Promise<RoundPreview> => ask(client, NEXT_ROUND, NEXT_ROUND, []);

async function ask<T>(client: Client, type: string, workflowId: string, args: unknown[]): Promise<T> {
  const handle = await client.workflow.start(type, {
    workflowId,
    taskQueue: TASK_QUEUE,
    args,
    workflowRunTimeout: '2 hours',
    workflowIdConflictPolicy: 'USE_EXISTING',
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
  });
  const silence = new AbortController();
  try {
    return await Promise.race([
      handle.result() as Promise<T>,
      notTakenUp(client, workflowId, silence.signal, 'no worker has taken it up: it begins as soon as one runs'),
    ]);
  } catch (error) {
    if (error instanceof WorkflowFailedError)
      throw new Unavailable(
        `the round was stopped (${workflowId}); run the same command again: nobody is mailed twice`,
      );
    throw error;
  } finally {
    silence.abort();
  }
}
