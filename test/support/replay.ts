// What is checked of every execution after a test: each run's history replays on the code that made it, and no workflow task ever failed.

import assert from 'node:assert/strict';
import type { Client } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { Worker } from '@temporalio/worker';
import type { Bundle } from '../../worker/bundle.ts';

export type History = Awaited<ReturnType<ReturnType<Client['workflow']['getHandle']>['fetchHistory']>>;
type Event = NonNullable<History['events']>[number];
type Failed = NonNullable<Event['workflowTaskFailedEventAttributes']>;

/** `WorkflowTaskFailedCause`: the proto’s numbers. */
const UNHANDLED_COMMAND = 1;
const FORCE_CLOSE_COMMAND = 17;
const BAD_UPDATE_MESSAGE = 30;

/** One run of a case; a case that continued as new has several. */
export interface Run {
  readonly workflowId: string;
  readonly runId: string;
  readonly history: History;
  readonly events: readonly Event[];
  /** The version it ran on; undefined while no worker has taken it up. */
  readonly buildId: string | undefined;
}

/** Every run of a case, from the first to the newest. */
export async function runsOf(client: Client, workflowId: string): Promise<readonly Run[]> {
  const runs: Run[] = [];
  let runId: string | undefined = (await client.workflow.getHandle(workflowId).describe()).runId;
  while (runId) {
    const run = await runOf(client, workflowId, runId);
    runs.unshift(run);
    runId = run.events[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId || undefined;
  }
  return runs;
}

async function runOf(client: Client, workflowId: string, runId: string): Promise<Run> {
  const handle = client.workflow.getHandle(workflowId, runId);
  const { raw } = await handle.describe();
  const history = await handle.fetchHistory();
  const buildId = raw.workflowExecutionInfo?.versioningInfo?.deploymentVersion?.buildId ?? undefined;
  return { workflowId, runId, history, events: history.events ?? [], buildId };
}

/** How often each type of event is in the runs, by the attributes' name: `timerStarted`, `workflowTaskFailed`. */
export function countOf(runs: readonly Run[], attributes: keyof Event): number {
  return runs.reduce((sum, { events }) => sum + events.filter((event) => event[attributes]).length, 0);
}

/**
 * Why workflow tasks failed. That an event came in while a case was ending its run is no failure: the task is made again. Nor is that a rehearsal was
 * terminated while a worker had its task in hand; nor that the SDK's worker (1.24) accepted an update twice, for a task that it lost (sdk-rust 888): the
 * server says that there is none, or the worker is told of an answer that it holds for not yet given, and the task is made again.
 */
export function taskFailures(runs: readonly Run[]): readonly string[] {
  return runs.flatMap(({ workflowId, events }) =>
    events.flatMap(({ workflowTaskFailedEventAttributes: failed }) =>
      failed && failed.cause !== UNHANDLED_COMMAND && failed.cause !== FORCE_CLOSE_COMMAND && !isTwiceAccepted(failed)
        ? [`${workflowId}: ${failed.failure?.message ?? `cause ${failed.cause}`}`]
        : [],
    ),
  );
}

const isTwiceAccepted = ({ cause, failure }: Failed): boolean =>
  (cause === BAD_UPDATE_MESSAGE && /referenced absent message ID/.test(failure?.message ?? '')) ||
  /UpdateMachine in state \w+ says the transition is invalid/.test(failure?.message ?? '');

/** Replays runs on one bundle. @throws AssertionError naming the first run that does not replay */
export async function assertReplays(
  runs: readonly Run[],
  bundle: Bundle,
  dataConverter?: DataConverter,
): Promise<void> {
  const failures = await replayFailures(runs, bundle, dataConverter);
  assert.deepEqual(failures, [], 'a history does not replay on the code that made it');
}

/**
 * What went wrong in replaying each run that does not replay.
 * @param dataConverter reads what is sealed; without it histories are plain, as those of earlier releases are
 */
export async function replayFailures(
  runs: readonly Run[],
  { code }: Pick<Bundle, 'code'>,
  dataConverter?: DataConverter,
): Promise<string[]> {
  if (runs.length === 0) return [];
  const histories = runs.map(({ workflowId, history }) => ({ workflowId, history }));
  const failures: string[] = [];
  for await (const { workflowId, error } of Worker.runReplayHistories(
    { workflowBundle: { code }, dataConverter },
    histories,
  ))
    if (error) failures.push(`${workflowId}: ${error.message}`);
  return failures;
}
