// What the server knows of one case without asking the case: its description, and the end of its history.

import { type Client, type WorkflowExecutionDescription, WorkflowNotFoundError } from '@temporalio/client';

/** The description; undefined for a case that the server does not know. */
export async function described(client: Client, caseId: string): Promise<WorkflowExecutionDescription | undefined> {
  try {
    return await client.workflow.getHandle(caseId).describe();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

export type HistoryEvents = Awaited<ReturnType<typeof endOfHistory>>;

/** Its newest events, the newest first. */
export async function endOfHistory(client: Client, workflowId: string, events: number) {
  const { history } = await client.workflowService.getWorkflowExecutionHistoryReverse({
    namespace: client.options.namespace,
    execution: { workflowId },
    maximumPageSize: events,
  });
  return history?.events ?? [];
}
