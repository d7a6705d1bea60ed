// One look of the watchdog: what should not be, in every case the record has open and every case the server has running.

import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { isRehearsalAuthority } from '../domain/case/rehearsals.ts';
import { fromEpochMs, fromLondon, inLondon, type LocalDateTime } from '../domain/time/calendar.ts';
import { type Alert, casesInTrouble } from '../record/alerts.ts';
import { backlog, heldBack } from '../record/backlog.ts';
import type { OpenRecord } from '../record/open.ts';
import { overdueCases } from '../record/read.ts';
import { missedByRound } from '../record/rounds.ts';
import { type Agreement, recordedAfter, standingOf, type WatchedCase, watchedCases } from '../record/watch.ts';
import { webhookTrouble } from '../record/webhook-deliveries.ts';
import { SEARCH_ATTRIBUTES, SENDS_AT, WORKFLOW_TYPES } from '../workflows/api.ts';
import { described, endOfHistory } from './described.ts';
import { examine } from './examine.ts';

/** A next step this long past is nobody's timer being slow. */
const SLACK_MS = 60 * 60_000;
/** A case is in the record within seconds of its start. */
const UNKNOWN_FOR_MS = 30 * 60_000;
/** How far ahead of the machine an event may be recorded: clocks differ. */
const AHEAD_MS = 10 * 60_000;
const MAILS_MAY_WAIT_MS = 15 * 60_000;
/** A case that ended before it began is told of for this long. */
const ENDED_WITHIN_MS = 24 * 60 * 60_000;
const SIDE_BY_SIDE = 8;
/** A server that does not answer must not hold the look for ever; and where so much fails, the rest will too. */
const PATIENCE_MS = 120_000;
const FAILURES_AT_MOST = 20;
/** Each look examines so many cases, and the next goes on after the last of them: a look of every case would never end in a large authority. */
const EXAMINED_AT_ONCE = 2_000;
/** What an opening is refused with. */
const REFUSALS = ['Refused', 'CaseExists'];
/** A case that could not begin has no more events than this. */
const SHORT = 50;

/** By type: a case that another program starts may lack the attributes a client gives it. */
const TYPES = Object.values(WORKFLOW_TYPES)
  .map((type) => `'${type}'`)
  .join(', ');

export interface Look {
  readonly alerts: readonly Alert[];
  /** Cases that were found to agree with the record. */
  readonly agreed: ReadonlyMap<string, Agreement>;
  /** Where the next look goes on. */
  readonly examined: string;
  /** What could not be looked at. Empty after a whole look. */
  readonly failures: readonly unknown[];
}

export interface LookOptions {
  /** Where the last look ended. */
  readonly after?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Looks once. What cannot be looked at hides nothing else: it is among the failures. */
export async function look(
  client: Client,
  record: OpenRecord,
  nowMs: number,
  { after = '', signal }: LookOptions = {},
): Promise<Look> {
  const alerts: Alert[] = [];
  const failures: unknown[] = [];
  const part = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    try {
      signal?.throwIfAborted();
      return await client.withDeadline(Date.now() + PATIENCE_MS, work);
    } catch (error) {
      failures.push(error);
      return undefined;
    }
  };
  await part(async () => void alerts.push(...(await overdue(record, nowMs))));
  await part(async () => void alerts.push(...(await inFuture(record, nowMs))));
  await part(async () => void alerts.push(...(await mailsWait(record, nowMs))));
  await part(async () => void alerts.push(...(await mailsCapped(record))));
  await part(async () => void alerts.push(...(await noRound(record, nowMs))));
  await part(async () => void alerts.push(...(await webhooksWait(record))));
  const running = await part(() => runningCases(client));
  await part(async () => void alerts.push(...(await unheardOf(client, record, running ?? [], nowMs))));
  await part(async () => void alerts.push(...(await neverBegan(client, record, nowMs))));

  const cases = (await part(() => watchedCases(record))) ?? [];
  const troubled = (await part(() => casesInTrouble(record))) ?? new Set();
  const listed = running && new Set(running.map(({ workflowId }) => workflowId));
  const first = cases.filter(({ id }) => troubled.has(id) || listed?.has(id) === false);
  const turn = inTurn(cases, after);
  const agreed = new Map<string, Agreement>();
  const left = new Set([...first, ...turn]).values();
  const run = async () => {
    for (const one of left) {
      if (failures.length >= FAILURES_AT_MOST) return;
      await part(async () => {
        const examined = await examine(client, record, one, nowMs);
        alerts.push(...examined.alerts);
        if (examined.agreed) agreed.set(one.id, examined.agreed);
      });
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, run));
  return { alerts, agreed, failures, examined: turn.length < cases.length ? (turn.at(-1)?.id ?? '') : '' };
}

/** Those whose turn it is, from where the last look ended; after the last case comes the first. */
function inTurn(cases: readonly WatchedCase[], after: string): readonly WatchedCase[] {
  const from = cases.findIndex(({ id }) => id > after);
  const rotated = from <= 0 ? cases : [...cases.slice(from), ...cases.slice(0, from)];
  return rotated.slice(0, EXAMINED_AT_ONCE);
}

async function overdue(record: OpenRecord, nowMs: number): Promise<Alert[]> {
  const late = await overdueCases(record, fromEpochMs(nowMs), SLACK_MS);
  return late.map(({ id, nextStep }) => ({ caseId: id, what: 'step-overdue', detail: nextStep?.at }));
}

/** Its steps wait for a day that is not yet: nobody hears of what is due now. */
async function inFuture(record: OpenRecord, nowMs: number): Promise<Alert[]> {
  const ahead = await recordedAfter(record, new Date(nowMs + AHEAD_MS));
  return ahead.map(({ id, many }) => ({
    caseId: id,
    what: 'in-future',
    detail: `${many} event${many === 1 ? '' : 's'}`,
  }));
}

/** The relay, not one address. */
async function mailsWait(record: OpenRecord, nowMs: number): Promise<Alert[]> {
  const { mails, oldest } = await backlog(record);
  const waited = oldest === null ? 0 : nowMs - oldest.getTime();
  if (waited < MAILS_MAY_WAIT_MS) return [];
  return [{ caseId: '', what: 'mails-wait', detail: `${mails} for up to ${Math.round(waited / 60_000)} minutes` }];
}

/** A fault that floods somebody, or a day on which very much is late. */
async function mailsCapped(record: OpenRecord): Promise<Alert[]> {
  const mails = await heldBack(record);
  return mails > 0 ? [{ caseId: '', what: 'mails-capped', detail: `${mails} held back` }] : [];
}

/** Listeners by their ids, and how many things single ones did not take. */
async function webhooksWait(record: OpenRecord): Promise<Alert[]> {
  const { silent, notTaken } = await webhookTrouble(record);
  return [
    ...(silent.length > 0 ? [{ caseId: '', what: 'webhook-silent', detail: silent.join(', ') } as const] : []),
    ...(notTaken > 0 ? [{ caseId: '', what: 'webhook-not-taken', detail: `${notTaken} not taken` } as const] : []),
  ];
}

/** By then the round of eight is over, however much there was to send. */
const ROUND_IS_OVER = '09:00';

async function noRound(record: OpenRecord, nowMs: number): Promise<Alert[]> {
  const now = inLondon(fromEpochMs(nowMs));
  const today = now.slice(0, 10);
  if (now.slice(11, 16) < ROUND_IS_OVER) return [];
  const missed = await missedByRound(record, new Date(fromLondon(`${today}T${SENDS_AT}` as LocalDateTime)));
  return missed > 0 ? [{ caseId: '', what: 'no-round', detail: `${missed} notices were to go with it` }] : [];
}

async function runningCases(client: Client): Promise<readonly WorkflowExecutionInfo[]> {
  return listed(client, `ExecutionStatus = 'Running'`);
}

/** Cases as the server's index has them, a moment behind; rehearsals are left out. */
async function listed(client: Client, where: string): Promise<readonly WorkflowExecutionInfo[]> {
  const found: WorkflowExecutionInfo[] = [];
  for await (const one of client.workflow.list({ query: `${where} AND WorkflowType IN (${TYPES})`, pageSize: 1_000 })) {
    const authority = one.typedSearchAttributes.get(SEARCH_ATTRIBUTES.authority);
    if (!isRehearsalAuthority(authority)) found.push(one);
  }
  return found;
}

/** Running, and the record has never heard of them; or it has them closed, as when Temporal was restored from an older backup. */
async function unheardOf(
  client: Client,
  record: OpenRecord,
  running: readonly WorkflowExecutionInfo[],
  nowMs: number,
): Promise<Alert[]> {
  const old = running.filter(({ startTime }) => startTime.getTime() < nowMs - UNKNOWN_FOR_MS);
  const ids = old.map(({ workflowId }) => workflowId);
  const standing = await standingOf(record, ids);
  const alerts: Alert[] = [];
  for (const caseId of ids) {
    const known = standing.get(caseId);
    if (known === undefined) alerts.push({ caseId, what: 'not-in-record' });
    // One that closed just now is still in the index.
    else if (known === 'closed' && (await runsStill(client, caseId)))
      alerts.push({ caseId, what: 'record-ahead', detail: 'closed in the record' });
  }
  return alerts;
}

const runsStill = async (client: Client, caseId: string): Promise<boolean> =>
  (await described(client, caseId))?.status.name === 'RUNNING';

/** Failed or ended by hand before the record heard of them. One whose opening was refused has answered whoever opened it; one that another case opened has nobody to answer. */
async function neverBegan(client: Client, record: OpenRecord, nowMs: number): Promise<Alert[]> {
  const since = new Date(nowMs - ENDED_WITHIN_MS).toISOString();
  const ended = await listed(
    client,
    `ExecutionStatus IN ('Failed', 'Terminated', 'Canceled', 'TimedOut') AND CloseTime > '${since}'`,
  );
  const ids = [...new Set(ended.map(({ workflowId }) => workflowId))];
  const known = await standingOf(record, ids);
  const alerts: Alert[] = [];
  for (const caseId of ids.filter((id) => !known.has(id))) {
    const how = await howItEnded(client, caseId);
    if (how !== undefined) alerts.push({ caseId, what: 'never-began', detail: how });
  }
  return alerts;
}

/** Undefined where it runs again, is gone, or told its opener why not. */
async function howItEnded(client: Client, caseId: string): Promise<string | undefined> {
  const status = (await described(client, caseId))?.status.name;
  if (status === undefined || status === 'RUNNING' || status === 'COMPLETED') return undefined;
  if (status !== 'FAILED') return status.toLowerCase().replace('_', ' ');
  const events = await endOfHistory(client, caseId, SHORT);
  const type = events[0]?.workflowExecutionFailedEventAttributes?.failure?.applicationFailureInfo?.type ?? '';
  const answered = events.some((event) => event.workflowExecutionUpdateCompletedEventAttributes);
  if (answered && REFUSALS.includes(type)) return undefined;
  return /^\w{1,40}$/.test(type) ? `failed: ${type}` : 'failed';
}
