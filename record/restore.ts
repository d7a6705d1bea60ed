// What a case is brought back from when Temporal has lost it or knows less than the record (nodrift restore).

import { and, asc, eq, gt, inArray, ne, or, sql } from 'drizzle-orm';
import type { Recorded } from '../domain/case/events.ts';
import type { CaseFile } from '../domain/case/model.ts';
import type { ToldAndAhead } from '../domain/notices/told.ts';
import type { Policy } from '../domain/policy/policy.ts';
import { PolicyError, parsePolicy } from '../domain/policy/read-policy.ts';
import type { CalendarData } from '../domain/time/calendar.ts';
import { completed } from '../policies/load.ts';
import { erasureIn, saidErased } from './erasures.ts';
import { databaseError } from './failures.ts';
import type { Database, OpenRecord } from './open.ts';
import { recordedIn } from './read.ts';
import { cases, contents, events } from './schema.ts';
import { SEALED } from './sealed-columns.ts';
import { isErased, opened, type Secrets } from './sealing.ts';

/** All that decides in a case: what it was opened with, what happened since, and how far it has told people. */
export interface Restorable {
  readonly file: CaseFile;
  /** What it was opened with; changes since are among the events. */
  readonly policy: Policy;
  readonly calendar: CalendarData;
  /** In the order of their arrival. */
  readonly events: readonly Recorded[];
  readonly told: ToldAndAhead;
  /** Of the newest entry: the next one of the restored case must be higher. */
  readonly revision: number;
  /** The id of the event that opened it: its mails are known under it. */
  readonly opening: string;
  readonly rehearsal: boolean;
}

/** Why a case cannot be brought back, in one line for the operator. */
export interface NotRestorable {
  readonly is: 'unknown' | 'closed' | 'incomplete' | 'erased';
  readonly why: string;
}

/**
 * Everything a case needs to go on, or why not.
 * @param closedToo a case that is closed may be brought back as well
 * @throws RecordUnavailable
 */
export async function restorable(
  record: OpenRecord,
  caseId: string,
  closedToo = false,
): Promise<Restorable | NotRestorable> {
  try {
    // One moment of the record: a case that is still running may write between two looks.
    return await record.db.transaction((tx) => read(tx, record, caseId, closedToo), {
      isolationLevel: 'repeatable read',
      accessMode: 'read only',
    });
  } catch (error) {
    throw databaseError(error);
  }
}

async function read(
  db: Database,
  secrets: Secrets,
  caseId: string,
  closedToo: boolean,
): Promise<Restorable | NotRestorable> {
  const erased = await erasureIn(db, caseId);
  if (erased) return { is: 'erased', why: saidErased(erased) };
  // The key store may know of it before the list does, after a restore.
  if (await isErased(secrets, caseId)) return { is: 'erased', why: `${caseId} was erased: nothing of it is left` };
  const [row] = await opened(secrets, SEALED.cases, await db.select().from(cases).where(eq(cases.id, caseId)));
  if (!row) return { is: 'unknown', why: `${caseId}: the record knows no such case` };
  if (row.status === 'closed' && !closedToo)
    return { is: 'closed', why: `${caseId} is closed: nothing is owed in it any more` };
  if (!row.file || !row.openedPolicy || !row.openedCalendar || !row.told)
    return {
      is: 'incomplete',
      why: `${caseId} cannot be restored: it ran on release 0.1, which did not hand over what a case was opened with; open it anew under another reference`,
    };
  const rows = await db
    .select()
    .from(events)
    .where(eq(events.caseId, caseId))
    .orderBy(sql`${events.arrival} asc nulls first`, asc(events.recordedAt), asc(events.id));
  const happened = await opened(secrets, SEALED.events, rows);
  if (happened.length < row.events)
    return {
      is: 'incomplete',
      why: `${caseId} cannot be restored: the record holds ${happened.length} of its ${row.events} events`,
    };
  const kept = await db
    .select()
    .from(contents)
    .where(inArray(contents.hash, [row.openedPolicy, row.openedCalendar]));
  const content = new Map(kept.map((one) => [one.hash, one.content]));
  const policy = completed(content.get(row.openedPolicy)) as Policy;
  const unreadable = faultIn(policy);
  if (unreadable)
    return { is: 'incomplete', why: `${caseId} cannot be restored: the policy it was opened with: ${unreadable}` };
  return {
    file: row.file,
    policy,
    calendar: content.get(row.openedCalendar) as CalendarData,
    events: happened.map(recordedIn),
    told: row.told,
    revision: row.revision,
    opening: row.opening,
    rehearsal: row.rehearsal,
  };
}

function faultIn(policy: Policy): string | undefined {
  try {
    parsePolicy(policy);
    return undefined;
  } catch (error) {
    if (error instanceof PolicyError) return error.problems.join('; ');
    throw error;
  }
}

/** Temporal is hardly ever restored from an older copy than that; what was closed before then stays so. */
const CLOSED_DAYS = 35;

/**
 * The next cases, in order of their ids, that are open or were closed of late, which an older copy of Temporal would run again; rehearsals left out.
 * @throws RecordUnavailable
 */
export async function pageOfCasesToLookAfter(
  { db }: OpenRecord,
  after: string,
  limit: number,
): Promise<readonly string[]> {
  const ofLate = gt(cases.updatedAt, new Date(Date.now() - CLOSED_DAYS * 24 * 3_600_000));
  const rows = await db
    .select({ id: cases.id })
    .from(cases)
    .where(and(eq(cases.rehearsal, false), or(ne(cases.status, 'closed'), ofLate), gt(cases.id, after)))
    .orderBy(asc(cases.id))
    .limit(limit)
    .catch((error: unknown) => Promise.reject(databaseError(error)));
  return rows.map(({ id }) => id);
}
