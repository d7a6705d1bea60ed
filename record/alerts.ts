// Alerts for operators, each as long as it stands: what the watchdog found at its last look, and what cases have reported themselves.

import { and, asc, count, eq, gt, inArray, isNull, lt, or, sql } from 'drizzle-orm';
import type { CaseAlert, RecordEntry } from '../domain/notices/notice.ts';
import { fromEpochMs, type Instant } from '../domain/time/calendar.ts';
import type { Database, OpenRecord } from './open.ts';
import { alerts } from './schema.ts';

/** What a look finds. */
export type Finding =
  | 'step-overdue' // its next step is more than an hour past
  | 'workflow-task-failing' // its code throws, again and again
  | 'no-worker' // a task of it has waited for a worker for minutes
  | 'no-answer' // it does not answer a question
  | 'other-case-waits' // what it asks of another case is tried again and again
  | 'record-behind' // the record does not take what it hands over, or lacks events it has
  | 'record-ahead' // it lacks events that were acknowledged and are in the record
  | 'not-running' // the record has it open, and it does not run
  | 'not-in-record' // it runs, and the record has never heard of it
  | 'never-began' // it ended before the record ever heard of it
  | 'in-future' // it holds events that were recorded at a time to come
  | 'mails-capped' // no case's: somebody had as many mails within the hour as one person gets
  | 'mails-wait' // no case's: mails should have gone a quarter of an hour ago
  | 'no-round' // no case's: it is past nine, and this morning's round has not been
  | 'webhook-silent' // no case's: an endpoint has taken nothing for an hour, or is paused
  | 'webhook-not-taken' // no case's: endpoints did not take single things for an hour
  | 'erasures-ahead' // no case's: closed cases will be erased in a month; said once
  | 'watchdog-late'; // no case's: nobody has looked for half an hour

export type AlertKind = Finding | CaseAlert['what'];

export interface Alert {
  /** Empty for what is no case's. */
  readonly caseId: string;
  readonly what: AlertKind;
  /** Ids and figures, nothing personal. */
  readonly detail?: string | undefined;
}

/** An alert that stands. */
export interface StandingAlert extends Alert {
  readonly since: Instant;
}

/** What a case reports, it reports once: operators have a day to see it. What a look finds stands as long as looks find it. */
const SAID_STANDS_S = 86_400;
/** Rows in one statement. */
const AT_ONCE = 1_000;

/** Keeps a case's own alerts, within the transaction of its entry. A rehearsal has no operators to tell. */
export async function keepAlerts(tx: Database, entry: Pick<RecordEntry, 'case' | 'alerts'>): Promise<void> {
  if (entry.case.rehearsal) return;
  // One statement cannot write the same row twice.
  const said = new Map(entry.alerts?.map(({ what, detail }) => [what, { caseId: entry.case.id, what, detail }]));
  await upsert(tx, [...said.values()], true);
}

/** What a look changed. */
export interface LookChanges {
  /** To be logged now: all that the look found, and what cases have reported since the last look. */
  readonly toLog: readonly StandingAlert[];
  readonly ended: readonly StandingAlert[];
}

/**
 * Writes down what a look found.
 * @param complete whether the look saw everything. Then an alert that it did not find again has ended
 */
export async function noteLook(record: OpenRecord, found: readonly Alert[], complete: boolean): Promise<LookChanges> {
  await record.writable();
  return record.db.transaction(async (tx) => {
    await upsert(tx, [...new Map(found.map((one) => [`${one.what} ${one.caseId}`, one])).values()], false);
    const ended = await tx
      .delete(alerts)
      .where(
        or(
          // now() is the same throughout a transaction. So what this look found has exactly that time.
          complete ? and(eq(alerts.saidByCase, false), lt(alerts.seenAt, sql`now()`)) : sql`false`,
          and(eq(alerts.saidByCase, true), lt(alerts.seenAt, sql`now() - make_interval(secs => ${SAID_STANDS_S})`)),
        ),
      )
      .returning();
    const toLog = await tx
      .update(alerts)
      .set({ logged: true })
      .where(or(eq(alerts.seenAt, sql`now()`), eq(alerts.logged, false)))
      .returning();
    return { toLog: toLog.map(standingAlert), ended: ended.map(standingAlert) };
  });
}

/** Adds one finding to what stands, outside of a look. */
export async function raise(record: OpenRecord, alert: Alert): Promise<void> {
  await upsert(record.db, [alert], false);
}

/** Says something of no case to operators: logged and mailed once, and once more when it is said again with something new. */
export async function sayOnce(tx: Database, { caseId, what, detail = '' }: Alert): Promise<void> {
  const fresh = { detail, seenAt: sql`now()`, logged: false, mailedAt: null };
  await tx
    .insert(alerts)
    .values({ caseId, what, detail, saidByCase: true })
    .onConflictDoUpdate({ target: [alerts.caseId, alerts.what], set: fresh });
}

async function upsert(db: Database, all: readonly Alert[], saidByCase: boolean): Promise<void> {
  for (let i = 0; i < all.length; i += AT_ONCE)
    await db
      .insert(alerts)
      .values(
        all
          .slice(i, i + AT_ONCE)
          .map(({ caseId, what, detail }) => ({ caseId, what, detail: detail ?? null, saidByCase })),
      )
      .onConflictDoUpdate({
        target: [alerts.caseId, alerts.what],
        set: { detail: sql`excluded.detail`, seenAt: sql`now()` },
      });
}

/** Cases with an alert that a look found. Every look examines them again. */
export async function casesInTrouble(record: OpenRecord): Promise<ReadonlySet<string>> {
  const rows = await record.db
    .select({ id: alerts.caseId })
    .from(alerts)
    .where(and(eq(alerts.saidByCase, false), gt(alerts.caseId, '')));
  return new Set(rows.map(({ id }) => id));
}

/** All that stand, for operators. */
export async function standingAlerts(record: OpenRecord): Promise<readonly StandingAlert[]> {
  const rows = await record.db.select().from(alerts).orderBy(asc(alerts.what), asc(alerts.since), asc(alerts.caseId));
  return rows.map(standingAlert);
}

/** How many of each kind stand. */
export async function countsOfAlerts(record: OpenRecord): Promise<ReadonlyMap<string, number>> {
  const rows = await record.db.select({ what: alerts.what, many: count() }).from(alerts).groupBy(alerts.what);
  return new Map(rows.map(({ what, many }) => [what, many]));
}

/** The alerts for the operators' next mail: all that a look found and that still stand, and once each that a case reported. */
export async function alertsToMail(record: OpenRecord): Promise<readonly StandingAlert[]> {
  const rows = await record.db
    .select()
    .from(alerts)
    .where(or(eq(alerts.saidByCase, false), isNull(alerts.mailedAt)))
    .orderBy(asc(alerts.what), asc(alerts.since), asc(alerts.caseId));
  return rows.map(standingAlert);
}

/** The operators have been mailed about these. */
export async function markMailed(record: OpenRecord, mailed: readonly Alert[]): Promise<void> {
  for (const what of new Set(mailed.map((one) => one.what))) {
    const ids = mailed.filter((one) => one.what === what).map((one) => one.caseId);
    await record.db
      .update(alerts)
      .set({ mailedAt: sql`now()` })
      .where(and(eq(alerts.what, what), inArray(alerts.caseId, ids)));
  }
}

const standingAlert = (row: typeof alerts.$inferSelect): StandingAlert => ({
  caseId: row.caseId,
  what: row.what as AlertKind,
  ...(row.detail === null ? {} : { detail: row.detail }),
  since: fromEpochMs(row.since.getTime()),
});
