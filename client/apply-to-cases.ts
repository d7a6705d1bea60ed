// Takes a changed policy or calendar to the running cases of an authority, by the workflow `applyToCases`, and waits for what became of each.

import { WorkflowFailedError } from '@temporalio/client';
import { APPLY, type ApplyInput, type ApplyResult, applyId, TASK_QUEUE } from '../workflows/api.ts';
import { Unavailable } from './errors.ts';
import type { Nodrift } from './nodrift.ts';

/** A worker takes up what is asked within a moment; after this long none is there. */
const PATIENCE_MS = 20_000;

/**
 * Waits until every running case was told. Asking again reaches only what is left; asking twice at once is asking once.
 * @throws Unavailable when no worker takes it up: it then begins as soon as one does
 */
export async function applyToCases(nodrift: Nodrift, input: ApplyInput): Promise<ApplyResult> {
  const handle = await nodrift.client.workflow.start(APPLY, {
    workflowId: applyId(input),
    taskQueue: TASK_QUEUE,
    args: [input],
    workflowIdConflictPolicy: 'USE_EXISTING',
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
  });
  const silence = new AbortController();
  const unheard = takenUp(nodrift, handle.workflowId, silence.signal);
  try {
    return await Promise.race([handle.result() as Promise<ApplyResult>, unheard]);
  } catch (error) {
    if (error instanceof WorkflowFailedError)
      throw new Unavailable(`telling the running cases was stopped (${handle.workflowId}); run the same command again`);
    throw error;
  } finally {
    silence.abort();
  }
}

/** Never ends well: rejects when nobody has taken the workflow up in time. */
async function takenUp(nodrift: Nodrift, id: string, signal: AbortSignal): Promise<never> {
  await new Promise((resolve) => {
    const timer = setTimeout(resolve, PATIENCE_MS);
    signal.addEventListener('abort', () => clearTimeout(timer));
  });
  const { historyLength } = await nodrift.client.workflow.getHandle(id).describe();
  // Started, and a first task that waits: nobody has looked at it.
  if (historyLength <= 2)
    throw new Unavailable('no worker has taken it up; new cases have it, running ones get it as soon as a worker runs');
  return new Promise<never>(() => {});
}
