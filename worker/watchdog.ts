// The watchdog: independent of the cases, looks for what should not be: a step an hour past, a failing workflow task, a record
// that is behind its case, a case that is gone. It alerts; people act (docs/operations.md).

import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { fromEpochMs, type LocalDate } from '../domain/time/calendar.ts';
import type { OpenRecord } from '../record/open.ts';
import { backlog } from '../record/outbox.ts';
import { caseIds, overdueCases } from '../record/read.ts';

const LOOKS_EVERY_MS = 10 * 60_000;
/** A next step this long past is nobody's timer being slow. */
const SLACK_MS = 60 * 60_000;
const MAILS_MAY_WAIT_MS = 15 * 60_000;
/** So many attempts at a task are no passing fault. */
const FAILING_ATTEMPTS = 3;
const SIDE_BY_SIDE = 8;

export interface Alert {
  readonly caseId: string;
  readonly what: 'step-overdue' | 'workflow-task-failing' | 'record-behind' | 'not-running' | 'not-in-record';
}

export interface WatchdogOptions {
  readonly client: Client;
  readonly record: OpenRecord;
  readonly alert: (alerts: readonly Alert[]) => void;
  /** Mails have waited for a quarter of an hour or more: the relay, not one address. */
  readonly mailsWait: (mails: number, minutes: number) => void;
  /** Once a day, whatever was found. */
  readonly daily: (today: LocalDate) => Promise<void>;
  readonly failed: (error: unknown) => void;
  readonly everyMs?: number;
}

/** One look. */
export async function look(client: Client, record: OpenRecord, nowMs: number): Promise<readonly Alert[]> {
  const alerts: Alert[] = [];
  for (const { id } of await overdueCases(record, fromEpochMs(nowMs), SLACK_MS))
    alerts.push({ caseId: id, what: 'step-overdue' });
  const open = await caseIds(record);
  // A rehearsal is ended when it has been looked at.
  const left = open.filter(({ rehearsal }) => !rehearsal).values();
  const examine = async () => {
    for (const { id: caseId } of left) {
      const what = await trouble(client, caseId);
      if (what) alerts.push({ caseId, what });
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, examine));
  return [...alerts, ...(await unknownToTheRecord(client, new Set(open.map(({ id }) => id)), nowMs))];
}

async function trouble(client: Client, caseId: string): Promise<Alert['what'] | undefined> {
  try {
    const { raw, status } = await client.workflow.getHandle(caseId).describe();
    if (status.name !== 'RUNNING') return 'not-running';
    if ((raw.pendingWorkflowTask?.attempt ?? 0) >= FAILING_ATTEMPTS) return 'workflow-task-failing';
    // `deliver` throws only when the record is down: an activity that is tried again and again means the record is behind.
    return raw.pendingActivities?.some((one) => (one.attempt ?? 0) >= FAILING_ATTEMPTS) ? 'record-behind' : undefined;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return 'not-running';
    throw error;
  }
}

/** Running cases the record has never heard of, half an hour after they were opened. */
async function unknownToTheRecord(client: Client, known: ReadonlySet<string>, nowMs: number): Promise<Alert[]> {
  const before = new Date(nowMs - SLACK_MS / 2).toISOString();
  const query = `ExecutionStatus = 'Running' AND NodriftKind IS NOT NULL AND StartTime < '${before}'`;
  const alerts: Alert[] = [];
  for await (const { workflowId } of client.workflow.list({ query }))
    if (!known.has(workflowId)) alerts.push({ caseId: workflowId, what: 'not-in-record' });
  return alerts;
}

/** Looks every ten minutes. @returns how to stop it */
export function startWatchdog({
  client,
  record,
  alert,
  mailsWait,
  daily,
  failed,
  everyMs = LOOKS_EVERY_MS,
}: WatchdogOptions): () => Promise<void> {
  let looking: Promise<void> = Promise.resolve();
  let day = '';
  const once = async () => {
    try {
      const today = fromEpochMs(Date.now()).slice(0, 10) as LocalDate;
      if (today !== day) await daily(today);
      day = today;
      const alerts = await look(client, record, Date.now());
      if (alerts.length > 0) alert(alerts);
      const { mails, oldest } = await backlog(record);
      const waited = oldest === null ? 0 : Date.now() - oldest.getTime();
      if (waited >= MAILS_MAY_WAIT_MS) mailsWait(mails, Math.round(waited / 60_000));
    } catch (error) {
      failed(error);
    }
  };
  const timer = setInterval(() => {
    looking = looking.then(once);
  }, everyMs);
  return async () => {
    clearInterval(timer);
    await looking;
  };
}
