// The activities by which one case reaches another: opens it under a fixed id, or records in it an event with a fixed id. So however
// often they run, it happens once.

import { log } from '@temporalio/activity';
import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { calls } from '../client/calls.ts';
import { CaseExists, CaseNotFound, Refused } from '../client/errors.ts';
import { openingId } from '../client/event-id.ts';
import { note } from '../client/note.ts';
import { isUnknownUpdate } from '../client/translated.ts';
import {
  CASE_EXISTS,
  caseSummary,
  type OpensCase,
  open,
  openingAttributes,
  REFUSED,
  type ReportsToCase,
  WORKFLOW_TYPES,
} from '../workflows/api.ts';

export type OtherCaseActivities = ReturnType<typeof otherCaseActivities>;

export const otherCaseActivities = (client: Client, taskQueue: string) => ({
  /**
   * Opens a case, and waits until the record has claimed its reference.
   * @throws ApplicationFailure `CaseExists` or `Refused`, not to be retried: somebody must look
   */
  async openCase({ id, input }: OpensCase): Promise<void> {
    const opening = { file: input.file, events: input.first ?? [] };
    try {
      await client.workflow.start(WORKFLOW_TYPES[input.file.kind], {
        workflowId: id,
        taskQueue,
        args: [input],
        workflowIdConflictPolicy: 'USE_EXISTING',
        workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
        typedSearchAttributes: openingAttributes(input),
        staticSummary: caseSummary(input),
      });
      await calls(client).update(id, () =>
        client.workflow.getHandle(id).executeUpdate(open, { args: [opening], updateId: openingId(opening) }),
      );
    } catch (error) {
      // It ran before and is closed, or runs on a release that does not know the update: it was opened.
      if (error instanceof WorkflowExecutionAlreadyStartedError || isUnknownUpdate(error)) return;
      if (error instanceof CaseNotFound && error.closed) return;
      if (error instanceof CaseExists) throw ApplicationFailure.nonRetryable(error.message, CASE_EXISTS);
      if (error instanceof Refused) throw ApplicationFailure.nonRetryable(error.message, REFUSED);
      throw error;
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
