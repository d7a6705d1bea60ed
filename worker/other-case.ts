// The activity that opens the case another one leads to. Under a fixed id, so that however often it runs, the case opens once.

import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { type OtherCase, SEARCH_ATTRIBUTES, WORKFLOW_TYPES } from '../workflows/api.ts';

export const openCaseWith =
  (client: Client, taskQueue: string) =>
  async ({ id, input }: OtherCase): Promise<void> => {
    const { authority, kind, team } = input.file;
    try {
      await client.workflow.start(WORKFLOW_TYPES[kind], {
        workflowId: id,
        taskQueue,
        args: [input],
        workflowIdConflictPolicy: 'USE_EXISTING',
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        typedSearchAttributes: [
          { key: SEARCH_ATTRIBUTES.authority, value: input.rehearsal ? `rehearsal-${authority}` : authority },
          { key: SEARCH_ATTRIBUTES.kind, value: kind },
          ...(team === undefined ? [] : [{ key: SEARCH_ATTRIBUTES.team, value: team }]),
        ],
      });
    } catch (error) {
      // It ran before and is closed: it was opened.
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
  };
