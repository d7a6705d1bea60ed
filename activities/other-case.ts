// The activities by which one case reaches another: opens it under a fixed id, or records in it an event with a fixed id. So however
// often they run, it happens once.

import { log } from '@temporalio/activity';
import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { CaseNotFound, Refused } from '../client/errors.ts';
import { note } from '../client/note.ts';
import { type OpensCase, openingAttributes, type ReportsToCase, WORKFLOW_TYPES } from '../workflows/api.ts';

export type OtherCaseActivities = ReturnType<typeof otherCaseActivities>;

export const otherCaseActivities = (client: Client, taskQueue: string) => ({
  async openCase({ id, input }: OpensCase): Promise<void> {
    try {
      await client.workflow.start(WORKFLOW_TYPES[input.file.kind], {
        workflowId: id,
        taskQueue,
        args: [input],
        workflowIdConflictPolicy: 'USE_EXISTING',
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        typedSearchAttributes: openingAttributes(input),
      });
    } catch (error) {
      // It ran before and is closed: it was opened.
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
  },

  async reportToCase({ kind, ref, event }: ReportsToCase): Promise<void> {
    try {
      await note(client, { kind, ref }, [event]);
    } catch (error) {
      // A case that is closed, or was told by somebody else, has nothing left to learn.
      if (!(error instanceof CaseNotFound || error instanceof Refused)) throw error;
      log.info('the case had no use for the report', { case: `${kind}/${ref}`, why: error.message });
    }
  },
});
