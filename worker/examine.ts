// One running case, looked at from outside: by its description, by the end of its history where something moved, and by its own answer.

import { type Client, isGrpcServiceError, type WorkflowExecutionDescription } from '@temporalio/client';
import type { Alert, Finding } from '../record/alerts.ts';
import type { OpenRecord } from '../record/open.ts';
import { type Agreement, eventIdsOf, standingOf, type WatchedCase } from '../record/watch.ts';
import { historyQuery } from '../workflows/api.ts';
import { described, endOfHistory, type HistoryEvents } from './described.ts';

/** So many attempts are no passing fault. */
const FAILING_ATTEMPTS = 3;
/** A workflow task that is kept open this long waits for a local activity that does not get done. */
const KEPT_OPEN_MS = 60_000;
/** So long no worker needs to take up a task. */
const TAKEN_UP_MS = 10 * 60_000;
/** What a case took longer ago than this should be in the record. */
const KEPT_WITHIN_MS = 5 * 60_000;
const ANSWERS_WITHIN_MS = 10_000;
/** Enough of a history's end to see what became of the last tasks. */
const TAIL = 50;

type RawDescription = WorkflowExecutionDescription['raw'];

export interface Examined {
  readonly alerts: readonly Alert[];
  /** Where case and record agree, where they were found to. */
  readonly agreed?: Agreement | undefined;
}

/** @throws what the server or the record answers when it cannot be asked */
export async function examine(client: Client, record: OpenRecord, of: WatchedCase, nowMs: number): Promise<Examined> {
  const answer = await described(client, of.id);
  if (answer?.status.name !== 'RUNNING') return notRunning(record, of, answer?.status.name);
  const { raw, runId } = answer;
  const here = { runId, historyLength: Number(answer.historyLength), events: of.events, revision: of.revision };
  const moved = !sameAgreement(here, of.agreed);
  const found = new Map<Finding, string | undefined>();
  taskTrouble(raw, nowMs, found);
  activityTrouble(raw, found);
  if (moved || raw.pendingWorkflowTask) tailTrouble(await endOfHistory(client, of.id, TAIL), found);
  const agrees = moved && !found.has('workflow-task-failing') ? await compare(client, record, of, nowMs, found) : false;
  return {
    alerts: [...found].map(([what, detail]) => ({ caseId: of.id, what, ...(detail ? { detail } : {}) })),
    agreed: agrees && found.size === 0 ? here : undefined,
  };
}

/** A case that closed while the watchdog looked is no trouble: the record has it closed by now. */
async function notRunning(record: OpenRecord, { id }: WatchedCase, status: string | undefined): Promise<Examined> {
  const standing = (await standingOf(record, [id])).get(id);
  if (standing === 'closed') return { alerts: [] };
  return { alerts: [{ caseId: id, what: 'not-running', detail: status?.toLowerCase() ?? 'unknown to Temporal' }] };
}

const sameAgreement = (a: Agreement, b: Agreement | null): boolean =>
  a.runId === b?.runId && a.historyLength === b.historyLength && a.events === b.events && a.revision === b.revision;

type Found = Map<Finding, string | undefined>;

/** Times of the case's own clock are compared with one another alone: a case may live ahead of the machine. */
function taskTrouble(
  { pendingWorkflowTask: task, workflowExecutionInfo: info }: RawDescription,
  nowMs: number,
  found: Found,
) {
  // The server's own judgement, which signals do not reset. Servers before 1.30 do not give it.
  const reported = info?.searchAttributes?.indexedFields?.TemporalReportedProblems !== undefined;
  if (reported || (task?.attempt ?? 0) >= FAILING_ATTEMPTS) found.set('workflow-task-failing', undefined);
  if (!task) return;
  const scheduled = msOf(task.scheduledTime);
  // A task that ends and is made anew at once, to wait for a local activity, keeps the moment it was first scheduled.
  if (scheduled - msOf(task.originalScheduledTime) >= KEPT_OPEN_MS) found.set('record-behind', 'keep');
  else if (nowMs - scheduled >= TAKEN_UP_MS) found.set('no-worker', undefined);
}

function activityTrouble({ pendingActivities }: RawDescription, found: Found): void {
  for (const { attempt, activityType } of pendingActivities ?? []) {
    if ((attempt ?? 0) < FAILING_ATTEMPTS) continue;
    const name = activityType?.name ?? '';
    // `deliver` throws only when the record does.
    found.set(name === 'deliver' ? 'record-behind' : 'other-case-waits', name);
  }
}

/** `WorkflowTaskFailedCause` and `TimeoutType`: the proto's numbers. An event that came in while a case ended its run is no failure. */
const UNHANDLED_COMMAND = 1;
const START_TO_CLOSE = 1;

/** From the newest event back. Signals keep the attempts of a failing task low, but each failure stays in the history. */
function tailTrouble(tail: HistoryEvents, found: Found): void {
  let failures = 0;
  for (const event of tail) {
    const failed = event.workflowTaskFailedEventAttributes;
    if (event.workflowTaskCompletedEventAttributes) break;
    if (failed && failed.cause !== UNHANDLED_COMMAND) failures++;
    if (event.workflowTaskTimedOutEventAttributes?.timeoutType === START_TO_CLOSE) failures++;
  }
  if (failures >= 2) found.set('workflow-task-failing', undefined);
  // A local activity that failed for a minute is tried again by a timer: until it is done, its last mark in the history is a failure.
  const mark = tail.find((event) => event.markerRecordedEventAttributes?.markerName === 'core_local_activity');
  if (mark?.markerRecordedEventAttributes?.failure) found.set('record-behind', localActivity(mark));
}

function localActivity({ markerRecordedEventAttributes: mark }: HistoryEvents[number]): string | undefined {
  const [payload] = mark?.details?.data?.payloads ?? [];
  const name = /"activity_type":"(\w{1,40})"/.exec(Buffer.from(payload?.data ?? []).toString('utf8'));
  return name?.[1];
}

/**
 * Asks the case for its events, which only a case that moved is asked: an older Temporal restored under a newer record is such a move.
 * @returns whether both have the same events
 */
async function compare(
  client: Client,
  record: OpenRecord,
  { id }: WatchedCase,
  nowMs: number,
  found: Found,
): Promise<boolean> {
  const answer = await asked(client, id);
  if (!answer) {
    if (found.size === 0) found.set('no-answer', undefined);
    return false;
  }
  // Asked after the case: what it handed over meanwhile is there.
  const kept = new Set(await eventIdsOf(record, id));
  const unkept = answer.events.filter((event) => !kept.has(event.id));
  const held = new Set(answer.events.map((event) => event.id));
  const lacking = [...kept].filter((event) => !held.has(event)).length;
  if (lacking > 0) found.set('record-ahead', counted(lacking));
  const overdue = unkept.filter(({ known, recordedAt }) => Date.parse(known ?? recordedAt) < nowMs - KEPT_WITHIN_MS);
  if (overdue.length > 0) found.set('record-behind', counted(overdue.length));
  return lacking === 0 && unkept.length === 0;
}

const counted = (events: number): string => `${events} event${events === 1 ? '' : 's'}`;

async function asked(client: Client, id: string) {
  try {
    return await client.withDeadline(Date.now() + ANSWERS_WITHIN_MS, () =>
      client.workflow.getHandle(id).query(historyQuery),
    );
  } catch (error) {
    // 14, unavailable: the server itself does not answer, and the look has failed. Anything else is this case's.
    if (isGrpcServiceError(error) && Number(error.code) === 14) throw error;
    return undefined;
  }
}

type Timestamp = { readonly seconds?: unknown; readonly nanos?: number | null } | null | undefined;
const msOf = (time: Timestamp): number => Number(time?.seconds ?? 0) * 1_000 + (time?.nanos ?? 0) / 1e6;
