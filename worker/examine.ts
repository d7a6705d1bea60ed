// Examines one running case from outside: its description, the end of its history where that moved, and its own answer.

import { type Client, isGrpcServiceError, type WorkflowExecutionDescription } from '@temporalio/client';
import type { Alert, Finding } from '../record/alerts.ts';
import type { OpenRecord } from '../record/open.ts';
import { type Agreement, eventIdsOf, standingOf, type WatchedCase } from '../record/watch.ts';
import { historyQuery } from '../workflows/api.ts';
import { described, endOfHistory, type HistoryEvents } from './described.ts';

/** A fault that lasts this many attempts does not pass by itself. */
const FAILING_ATTEMPTS = 3;
/** A local activity that fails is tried after 1, 2, 4 … seconds: this often in half a minute. */
const LOCAL_ATTEMPTS = 6;
/** No worker needs longer than this to take up a task. */
const TAKEN_UP_MS = 10 * 60_000;
/** Events that a case took longer ago than this should be in the record. */
const KEPT_WITHIN_MS = 5 * 60_000;
const ANSWERS_WITHIN_MS = 10_000;
/** This many events at the end of a history show how the last tasks ended. */
const TAIL = 50;

type RawDescription = WorkflowExecutionDescription['raw'];

export interface Examined {
  readonly alerts: readonly Alert[];
  /** The state at which case and record agree; absent where they do not, or were not compared. */
  readonly agreed?: Agreement | undefined;
}

/** @throws the server's or the record's error when it does not answer */
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

/** A case that closed while the watchdog looked is in order: the record has it closed by now. */
async function notRunning(record: OpenRecord, { id }: WatchedCase, status: string | undefined): Promise<Examined> {
  const standing = (await standingOf(record, [id])).get(id);
  if (standing === 'closed') return { alerts: [] };
  return { alerts: [{ caseId: id, what: 'not-running', detail: status?.toLowerCase() ?? 'unknown to Temporal' }] };
}

const sameAgreement = (a: Agreement, b: Agreement | null): boolean =>
  a.runId === b?.runId && a.historyLength === b.historyLength && a.events === b.events && a.revision === b.revision;

type Found = Map<Finding, string | undefined>;

/** A case's clock may be ahead of the machine's. So its times are compared only with each other. */
function taskTrouble(
  { pendingWorkflowTask: task, workflowExecutionInfo: info }: RawDescription,
  nowMs: number,
  found: Found,
) {
  // The server's own finding, which signals do not reset. Servers before 1.30 have none.
  const reported = info?.searchAttributes?.indexedFields?.TemporalReportedProblems !== undefined;
  if (reported || (task?.attempt ?? 0) >= FAILING_ATTEMPTS) found.set('workflow-task-failing', undefined);
  if (!task) return;
  if (nowMs - msOf(task.scheduledTime) >= TAKEN_UP_MS) found.set('no-worker', undefined);
}

function activityTrouble({ pendingActivities }: RawDescription, found: Found): void {
  for (const { attempt, activityType } of pendingActivities ?? []) {
    if ((attempt ?? 0) < FAILING_ATTEMPTS) continue;
    const name = activityType?.name ?? '';
    // `deliver` fails only when the record does.
    found.set(name === 'deliver' ? 'record-behind' : 'other-case-waits', name);
  }
}

/** Numbers of `WorkflowTaskFailedCause` and `TimeoutType`. The first is no failure: an event arrived while the case ended its run. */
const UNHANDLED_COMMAND = 1;
const START_TO_CLOSE = 1;

/** Reads from the newest event back. Signals reset the attempts of a failing task, but every failure stays in the history. */
function tailTrouble(tail: HistoryEvents, found: Found): void {
  let failures = 0;
  for (const event of tail) {
    const failed = event.workflowTaskFailedEventAttributes;
    if (event.workflowTaskCompletedEventAttributes) break;
    if (failed && failed.cause !== UNHANDLED_COMMAND) failures++;
    if (event.workflowTaskTimedOutEventAttributes?.timeoutType === START_TO_CLOSE) failures++;
  }
  if (failures >= 2) found.set('workflow-task-failing', undefined);
  // A local activity that fails is tried again by a timer. Until it succeeds, its last marker in the history is a failure.
  const mark = tail.find((event) => event.markerRecordedEventAttributes?.markerName === 'core_local_activity');
  if (!mark?.markerRecordedEventAttributes?.failure) return;
  const { name, attempt } = localActivity(mark);
  if (attempt >= LOCAL_ATTEMPTS) found.set('record-behind', name);
}

/** What the SDK says of a local activity beside its result: in plain, and no more than its name and how often it was tried. */
function localActivity({ markerRecordedEventAttributes: mark }: HistoryEvents[number]) {
  const [payload] = mark?.details?.data?.payloads ?? [];
  const text = Buffer.from(payload?.data ?? []).toString('utf8');
  const said = (expression: RegExp): string | undefined => expression.exec(text)?.[1];
  return { name: said(/"activity_type":"(\w{1,40})"/), attempt: Number(said(/"attempt":(\d{1,6})/) ?? 0) };
}

/**
 * Asks the case for its events and compares them with the record's. Only a case that moved since the last look is asked; it has moved, too,
 * when an older Temporal was restored under a newer record.
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
  // The record is asked after the case, so it has all that the case handed over before.
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
    // 14 is unavailable: the server itself does not answer, so the look fails. Any other error is this case's.
    if (isGrpcServiceError(error) && Number(error.code) === 14) throw error;
    return undefined;
  }
}

type Timestamp = { readonly seconds?: unknown; readonly nanos?: number | null } | null | undefined;
const msOf = (time: Timestamp): number => Number(time?.seconds ?? 0) * 1_000 + (time?.nanos ?? 0) / 1e6;
