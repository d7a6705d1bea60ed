// Asks for an import that the record has received: a workflow opens its cases.

import type { Client } from '@temporalio/client';
import { IMPORT, importWorkflowId, TASK_QUEUE } from '../workflows/api.ts';
import { calls } from './calls.ts';

/** Sets it going; asked again for one that goes already, nothing changes. @throws Unavailable */
export async function askForImport(client: Client, id: string, taskQueue = TASK_QUEUE): Promise<void> {
  await calls(client).ask('the import', () =>
    client.workflow.start(IMPORT, {
      workflowId: importWorkflowId(id),
      taskQueue,
      args: [id],
      workflowIdConflictPolicy: 'USE_EXISTING',
    }),
  );
}
