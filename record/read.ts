// Reads the record: cases, what happened in each, what was owed, what was sent. No rules here.

import { and, asc, eq, lt, ne } from 'drizzle-orm';
import type { CaseEvent, Recorded } from '../domain/case/events.ts';
import type { MeetingId } from '../domain/case/model.ts';
import type { Became } from '../domain/case/put-right.ts';
import type { MovedLimit } from '../domain/duties/moved-limits.ts';
import type { DutyRow, EventRow, RecordEntry } from '../domain/notices/notice.ts';
import { fromEpochMs, type Instant, type LocalDate } from '../domain/time/calendar.ts';
import type { OpenRecord } from './open.ts';
import { type NoticeStanding, standing } from './outbox.ts';
import { cases, duties, events, limitsMoved, mails, notices } from './schema.ts';
import { SEALED } from './sealed-columns.ts';
import { type Opened, opened } from './sealing.ts';

/** A case as boards and the watchdog see it. */
export interface CaseRow extends Omit<RecordEntry['case'], 'opening'> {
  readonly status: RecordEntry['status'];
  readonly policy: string;
  readonly events: number;
  readonly revision: number;
  readonly nextStep: RecordEntry['nextStep'];
}

/** A duty in the record. `withdrawn`: the case does not owe it, and never did, since an event was corrected or a policy changed: no indicator counts it. */
export interface KeptDuty extends DutyRow {
  readonly standing: 'open' | 'done' | 'lapsed' | 'withdrawn';
}

/** An event in the record, and what became of it (L1). */
export interface KeptEvent extends EventRow {
  /** Where it was put right: what stands in its place, or took it away. */
  readonly became?: Became | undefined;
}

/** A notice as an operator may see it, with what became of its mail: without address and name. */
export interface LedgerLine {
  readonly notice: string;
  readonly recipient: string;
  readonly kind: string;
  readonly duty: string | null;
  /** Null while it waits for the morning round. */
  readonly messageId: string | null;
  readonly state: NoticeStanding['state'];
  readonly attempts: number;
  readonly resends: number;
  readonly code: string | null;
  readonly acceptedAt: Instant | null;
}

/** Cases by reference; rehearsals only when asked for. */
export async function listCases(
  record: OpenRecord,
  filter: { authority?: string | undefined; status?: RecordEntry['status'] | undefined; rehearsal?: boolean } = {},
): Promise<CaseRow[]> {
  const rows = await record.db
    .select()
    .from(cases)
    .where(
      and(
        eq(cases.rehearsal, filter.rehearsal ?? false),
        filter.authority === undefined ? undefined : eq(cases.authority, filter.authority),
        filter.status === undefined ? undefined : eq(cases.status, filter.status),
      ),
    )
    .orderBy(asc(cases.ref));
  return rows.map(caseRow);
}

/** One case; undefined for one nobody knows, and for a rehearsal. */
export async function caseOf(record: OpenRecord, caseId: string): Promise<CaseRow | undefined> {
  const [row] = await record.db
    .select()
    .from(cases)
    .where(and(eq(cases.id, caseId), eq(cases.rehearsal, false)));
  return row && caseRow(row);
}

/** Which authority a case is of, and the running cases of other children of its family; null for a case nobody knows, and for a rehearsal. */
export async function placeOf(
  record: OpenRecord,
  caseId: string,
): Promise<{ authority: string; siblings: Pick<CaseRow, 'kind' | 'ref'>[] } | null> {
  const [row] = await record.db
    .select({ authority: cases.authority, family: cases.family })
    .from(cases)
    .where(and(eq(cases.id, caseId), eq(cases.rehearsal, false)));
  if (!row) return null;
  const { authority, family } = row;
  if (family === null) return { authority, siblings: [] };
  const siblings = await record.db
    .select({ kind: cases.kind, ref: cases.ref })
    .from(cases)
    .where(
      and(
        ...[eq(cases.authority, authority), eq(cases.family, family), eq(cases.rehearsal, false)],
        ...[ne(cases.id, caseId), ne(cases.status, 'closed')],
      ),
    )
    .orderBy(asc(cases.ref));
  return { authority, siblings };
}

/** Cases whose next step is more than `slackMs` past, for the watchdog. Not rehearsals, which have clocks of their own. */
export async function overdueCases(record: OpenRecord, now: Instant, slackMs: number): Promise<CaseRow[]> {
  const rows = await record.db
    .select()
    .from(cases)
    .where(
      and(
        eq(cases.rehearsal, false),
        ne(cases.status, 'closed'),
        lt(cases.nextStepAt, new Date(Date.parse(now) - slackMs)),
      ),
    )
    .orderBy(asc(cases.nextStepAt));
  return rows.map(caseRow);
}

/** What happened and what was owed, in order; null for a case nobody knows. */
export async function history(
  record: OpenRecord,
  caseId: string,
): Promise<{ case: CaseRow; events: KeptEvent[]; duties: KeptDuty[]; moved: MovedLimit[] } | null> {
  const [row] = await record.db.select().from(cases).where(eq(cases.id, caseId));
  if (!row) return null;
  const happened = await record.db
    .select()
    .from(events)
    .where(eq(events.caseId, caseId))
    .orderBy(asc(events.on), asc(events.recordedAt), asc(events.id));
  const owed = await record.db
    .select()
    .from(duties)
    .where(eq(duties.caseId, caseId))
    .orderBy(asc(duties.due), asc(duties.key));
  const moved = await record.db
    .select()
    .from(limitsMoved)
    .where(eq(limitsMoved.caseId, caseId))
    .orderBy(asc(limitsMoved.at), asc(limitsMoved.event), asc(limitsMoved.duty));
  return {
    case: caseRow(row),
    events: (await opened(record, SEALED.events, happened)).map(keptEvent),
    duties: owed.map((duty) => keptDuty(duty, row)),
    moved: moved.map(movedLimit),
  };
}

/** What was planned and sent for a case, oldest first. */
export async function ledgerOf(record: OpenRecord, caseId: string): Promise<LedgerLine[]> {
  const rows = await record.db
    .select()
    .from(notices)
    .leftJoin(mails, eq(mails.key, notices.mail))
    .where(eq(notices.caseId, caseId))
    .orderBy(asc(notices.createdAt), asc(notices.key));
  return rows.map(({ notices: said, mails: mail }) => ({
    notice: said.notice,
    recipient: said.recipient,
    kind: said.kind,
    duty: said.duty,
    messageId: mail?.messageId ?? null,
    ...standing({ withdrawnAt: said.withdrawnAt, state: mail?.state ?? null, code: mail?.code ?? null }),
    attempts: mail?.attempts ?? 0,
    resends: mail?.resends ?? 0,
    acceptedAt: mail?.acceptedAt ? fromEpochMs(mail.acceptedAt.getTime()) : null,
  }));
}

function caseRow(row: typeof cases.$inferSelect): CaseRow {
  const { nextStepAt, nextStepSummary } = row;
  return {
    id: row.id,
    ref: row.ref,
    kind: row.kind,
    authority: row.authority,
    team: row.team,
    family: row.family,
    rehearsal: row.rehearsal,
    status: row.status,
    policy: row.policy,
    events: row.events,
    revision: row.revision,
    nextStep: nextStepAt ? { at: fromEpochMs(nextStepAt.getTime()), summary: nextStepSummary ?? '' } : null,
  };
}

/** What stands where what an event says was erased with its case. */
const ERASED = { erased: true };

/** An event as it is read. */
export type ReadEvent = Opened<typeof events.$inferSelect>;

function eventRow(row: ReadEvent): EventRow {
  return {
    id: row.id,
    type: row.type,
    on: row.on as LocalDate,
    by: row.by,
    recordedAt: fromEpochMs(row.recordedAt.getTime()),
    event: row.event ?? ERASED,
    ...(row.arrival === null ? {} : { arrival: row.arrival }),
    ...(row.known === null ? {} : { known: fromEpochMs(row.known.getTime()) }),
  };
}

/** An event as the case had it. */
export function recordedIn(row: ReadEvent): Recorded {
  const { id, recordedAt, arrival, known, event } = eventRow(row);
  return {
    id,
    recordedAt,
    ...(arrival === undefined ? {} : { arrival }),
    ...(known === undefined ? {} : { known }),
    event: event as unknown as CaseEvent,
  };
}

function keptEvent(row: ReadEvent): KeptEvent {
  const { standing, putRightBy } = row;
  return { ...eventRow(row), ...(standing === 'stands' ? {} : { became: { standing, by: putRightBy } }) };
}

function keptDuty(row: typeof duties.$inferSelect, newest: { events: number; revision: number }): KeptDuty {
  const current = row.events === newest.events && row.revision === newest.revision;
  return {
    key: row.key,
    meeting: row.meeting as MeetingId | null,
    owner: row.owner,
    arises: row.arises as LocalDate,
    due: row.due as LocalDate | null,
    bookBy: row.bookBy as LocalDate | null,
    target: row.target as LocalDate | null,
    done: row.done as LocalDate | null,
    lapsed: row.lapsed,
    ...(row.uncounted ? { uncounted: true } : {}),
    rules: row.rules,
    standing: row.withdrawn ? 'withdrawn' : row.done ? 'done' : row.lapsed ? 'lapsed' : current ? 'open' : 'withdrawn',
  };
}

function movedLimit(row: typeof limitsMoved.$inferSelect): MovedLimit {
  return {
    duty: row.duty,
    was: row.was as LocalDate | null,
    due: row.due as LocalDate | null,
    by: row.event,
    at: fromEpochMs(row.at.getTime()),
  };
}
