// Has running cases told of what changed in a staff directory, and cases handed over. The work is the workers'; nobody waits for it here.

import type { Client } from '@temporalio/client';
import { HAND_OVER, moreToTell, TASK_QUEUE, TELL_OF_STAFF } from '../workflows/api.ts';
import { calls } from './calls.ts';

/** Asked again while it is under way, it looks once more when it has done. @throws Unavailable when Temporal does not answer */
export async function tellCasesOfStaff(client: Client, authority: string): Promise<void> {
  const workflowId = `nodrift-directory/${authority}`;
  await calls(client).ask(workflowId, () =>
    client.workflow.signalWithStart(TELL_OF_STAFF, {
      workflowId,
      taskQueue: TASK_QUEUE,
      args: [authority],
      signal: moreToTell,
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    }),
  );
}

/** Begun once for each reallocation, however often it is asked. @throws Unavailable when Temporal does not answer */
export async function handOverCases(client: Client, reallocation: string): Promise<void> {
  const workflowId = `nodrift-reallocation/${reallocation}`;
  await calls(client).ask(workflowId, () =>
    client.workflow.start(HAND_OVER, {
      workflowId,
      taskQueue: TASK_QUEUE,
      args: [reallocation],
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    }),
  );
}
