// Asks the workers to erase a case that the record has on its list, and waits a while for it.

import { type Client, WorkflowFailedError } from '@temporalio/client';
import { ERASE, eraseWorkflowId, TASK_QUEUE } from '../workflows/api.ts';

/** Temporal takes some seconds to forget a case. */
const PATIENCE_MS = 20_000;

/**
 * Begins it; twice at once is once.
 * @param anew something of the case has come back. A run that is under way is replaced: it would not repeat the steps it has done
 * @throws errors of the connection
 */
export async function startErasure(client: Client, caseId: string, anew = false): Promise<void> {
  await client.workflow.start(ERASE, {
    workflowId: eraseWorkflowId(caseId),
    taskQueue: TASK_QUEUE,
    args: [{ caseId }],
    workflowIdConflictPolicy: anew ? 'TERMINATE_EXISTING' : 'USE_EXISTING',
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
  });
}

/** Begins it, and waits a while for its end. If that takes longer, it goes on by itself. */
export async function eraseNow(client: Client, caseId: string, patienceMs = PATIENCE_MS): Promise<void> {
  await startErasure(client, caseId);
  const waiting = new AbortController();
  const enough = new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, patienceMs);
    waiting.signal.addEventListener('abort', () => clearTimeout(timer));
  });
  try {
    await Promise.race([client.workflow.getHandle(eraseWorkflowId(caseId)).result(), enough]);
  } catch (error) {
    // Stopped by hand: the record's list still has it, and a worker begins it again.
    if (!(error instanceof WorkflowFailedError)) throw error;
  } finally {
    waiting.abort();
  }
}
