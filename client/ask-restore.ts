// Brings cases back from the record by the workflow `restoreCases`, and waits for what became of each.

import { WorkflowFailedError } from '@temporalio/client';
import { RESTORE, type RestoreInput, type RestoreResult, TASK_QUEUE } from '../workflows/api.ts';
import { Unavailable } from './errors.ts';
import type { Nodrift } from './nodrift.ts';
import { notTakenUp } from './taken-up.ts';

/**
 * Restores one case or all. A case that runs and lacks nothing is left alone; asking again, or twice at once, does nothing more.
 * @throws Unavailable when no worker takes it up: it then begins as soon as one does
 */
export async function restoreCases(nodrift: Nodrift, input: RestoreInput): Promise<RestoreResult> {
  const handle = await nodrift.client.workflow.start(RESTORE, {
    workflowId: `restore/${input.caseId ?? 'all'}`,
    taskQueue: TASK_QUEUE,
    args: [input],
    workflowIdConflictPolicy: 'USE_EXISTING',
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
  });
  const silence = new AbortController();
  const otherwise = 'no worker has taken it up: the cases are restored as soon as one runs';
  try {
    return await Promise.race([
      handle.result() as Promise<RestoreResult>,
      notTakenUp(nodrift.client, handle.workflowId, silence.signal, otherwise),
    ]);
  } catch (error) {
    if (error instanceof WorkflowFailedError)
      throw new Unavailable(`restoring was stopped (${handle.workflowId}); run the same command again`);
    throw error;
  } finally {
    silence.abort();
  }
}
