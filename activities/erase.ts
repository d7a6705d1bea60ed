// The activities of `eraseCase`, in their order: end the case, have Temporal forget every run of it, destroy its key, strip the record. Each does
// nothing where it was done before, so that a worker may be killed anywhere.

import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import {
  type Client,
  isGrpcServiceError,
  type WorkflowExecutionDescription,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { type Erasure, erasureOf } from '../record/erasures.ts';
import type { OpenRecord } from '../record/open.ts';
import { stripCase } from '../record/strip-case.ts';
import { asFailure, type FailureLog } from './failure.ts';

/** Temporal deletes a run in the background, and takes it out of its list last. */
const LOOKS_AGAIN_MS = 250;
const LOOKS = 200;
/** gRPC's number for what is not there. */
const NOT_FOUND = 5;

export interface EraseActivities {
  endForGood(caseId: string): Promise<void>;
  forgetRuns(caseId: string): Promise<void>;
  destroyKey(caseId: string): Promise<void>;
  stripRecord(caseId: string): Promise<void>;
}

interface Dependencies {
  readonly record: OpenRecord;
  readonly client: Client;
  readonly log?: FailureLog | undefined;
}

export function createEraseActivities({ record, client, log }: Dependencies): EraseActivities {
  const step = async (caseId: string, act: (erasure: Erasure) => Promise<unknown>): Promise<void> => {
    try {
      const erasure = await erasureOf(record, caseId);
      // Only the record's list says what is erased: whoever can start a workflow cannot name another case.
      if (!erasure) throw ApplicationFailure.nonRetryable(`${caseId}: nobody asked for its erasure`, 'NotErasable');
      await act(erasure);
    } catch (error) {
      throw error instanceof ApplicationFailure ? error : asFailure(error, 'erasing a case', log);
    }
  };
  return {
    endForGood: (caseId) => step(caseId, ({ reason }) => end(client, caseId, reason)),
    forgetRuns: (caseId) => step(caseId, () => forget(client, caseId)),
    destroyKey: (caseId) => step(caseId, async ({ by, at }) => record.keys?.erase(caseId, { by, at })),
    stripRecord: (caseId) => step(caseId, () => stripCase(record, caseId)),
  };
}

/** Ends the case if it runs. A closed one may still have a moment to go. @param reason of a fixed list: Temporal keeps it in clear text */
async function end(client: Client, caseId: string, reason: string): Promise<void> {
  const run = await described(client, caseId);
  if (run?.status.name !== 'RUNNING') return;
  await client.workflow
    .getHandle(caseId)
    .terminate(`erased: ${reason}`)
    .catch((error: unknown) => {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    });
}

/**
 * Deletes every run with its history, and returns when Temporal knows none any more. The list of runs lags behind, so the newest run and those it was
 * continued from are looked up themselves; only the list has others, such as runs before a reset.
 */
async function forget(client: Client, caseId: string): Promise<void> {
  for (let look = 0; look < LOOKS; look++) {
    const runs = new Set([...(await chain(client, caseId)), ...(await listed(client, caseId))]);
    if (runs.size === 0) return;
    for (const runId of runs) await deleteRun(client, caseId, runId);
    heartbeat();
    await sleep(LOOKS_AGAIN_MS);
  }
  throw new Error('Temporal still lists runs that were deleted');
}

const heartbeat = (): void => {
  try {
    Context.current().heartbeat();
  } catch {
    // Called outside of an activity, by a test.
  }
};

async function described(client: Client, caseId: string): Promise<WorkflowExecutionDescription | undefined> {
  try {
    return await client.workflow.getHandle(caseId).describe();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

/** The newest run and those before it, as far as Temporal has them. */
async function chain(client: Client, workflowId: string): Promise<readonly string[]> {
  const runs: string[] = [];
  for (let runId = (await described(client, workflowId))?.runId; runId; ) {
    runs.push(runId);
    runId = await runBefore(client, workflowId, runId);
  }
  return runs;
}

async function runBefore(client: Client, workflowId: string, runId: string): Promise<string | undefined> {
  try {
    const { history } = await client.workflowService.getWorkflowExecutionHistory({
      namespace: client.options.namespace,
      execution: { workflowId, runId },
      maximumPageSize: 1,
    });
    const started = history?.events?.[0]?.workflowExecutionStartedEventAttributes;
    return started?.continuedExecutionRunId || undefined;
  } catch (error) {
    if (isNotThere(error)) return undefined;
    throw error;
  }
}

async function listed(client: Client, workflowId: string): Promise<readonly string[]> {
  const runs: string[] = [];
  // A case's id has no quotes (web/api/case-answers.ts, domain/case/read-events.ts).
  for await (const { runId } of client.workflow.list({ query: `WorkflowId = '${workflowId.replaceAll("'", "''")}'` }))
    runs.push(runId);
  return runs;
}

async function deleteRun(client: Client, workflowId: string, runId: string): Promise<void> {
  try {
    await client.workflowService.deleteWorkflowExecution({
      namespace: client.options.namespace,
      workflowExecution: { workflowId, runId },
    });
  } catch (error) {
    if (!isNotThere(error)) throw error;
  }
}

const isNotThere = (error: unknown): boolean =>
  error instanceof WorkflowNotFoundError || (isGrpcServiceError(error) && Number(error.code) === NOT_FOUND);
