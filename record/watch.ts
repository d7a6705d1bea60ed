// The watchdog's turn among the workers, and what it asks of the record. The database's clock decides: workers' clocks may differ.

import { and, asc, count, eq, gt, inArray, isNull, lte, ne, or, type SQL, sql } from 'drizzle-orm';
import type { RecordEntry } from '../domain/notices/notice.ts';
import type { OpenRecord } from './open.ts';
import { agreements, cases, events, watch } from './schema.ts';

const NAME = 'watchdog';
/** When a worker dies while it looks, the others wait this long. */
const LEASE_S = 300;
/** An hour between two mails to the operators, less a moment, as looks are not that exact. */
const MAIL_EVERY_S = 59 * 60;
/** Rows of one statement. */
const AT_ONCE = 1_000;

const ago = (seconds: number): SQL => sql`now() - make_interval(secs => ${seconds})`;
const ours = eq(watch.name, NAME);

/** A turn at looking. */
export interface Turn {
  /** The case up to which the last look examined. */
  readonly examined: string;
}

/**
 * Takes the turn to look, if nobody has looked for `dueAfterS` and nobody is looking now.
 * @returns null when it is not this worker's turn
 */
export async function takeTurn(record: OpenRecord, holder: string, dueAfterS: number): Promise<Turn | null> {
  await record.db.insert(watch).values({ name: NAME }).onConflictDoNothing();
  const [row] = await record.db
    .update(watch)
    .set({ holder, leaseUntil: sql`now() + make_interval(secs => ${LEASE_S})` })
    .where(
      and(
        ours,
        or(isNull(watch.leaseUntil), lte(watch.leaseUntil, sql`now()`)),
        or(isNull(watch.lookedAt), lte(watch.lookedAt, ago(dueAfterS))),
      ),
    )
    .returning();
  return row ? { examined: row.examined } : null;
}

/** Prolongs the turn of a look that takes long. */
export async function keepTurn(record: OpenRecord, holder: string): Promise<void> {
  await record.db
    .update(watch)
    .set({ leaseUntil: sql`now() + make_interval(secs => ${LEASE_S})` })
    .where(and(ours, eq(watch.holder, holder)));
}

/** Ends a completed look. */
export async function endTurn(record: OpenRecord, holder: string, examined: string): Promise<void> {
  await record.db
    .update(watch)
    .set({ holder: null, leaseUntil: null, lookedAt: sql`now()`, examined })
    .where(and(ours, eq(watch.holder, holder)));
}

/** Gives back a turn that failed: the next worker may look at once. */
export async function giveTurnBack(record: OpenRecord, holder: string): Promise<void> {
  await record.db
    .update(watch)
    .set({ holder: null, leaseUntil: null })
    .where(and(ours, eq(watch.holder, holder)));
}

/** How many seconds ago a look was last completed; null when none ever was. */
export async function lastLook(record: OpenRecord): Promise<number | null> {
  const [row] = await record.db
    .select({ ago: sql<string | null>`extract(epoch from now() - ${watch.lookedAt})` })
    .from(watch)
    .where(ours);
  return row?.ago == null ? null : Number(row.ago);
}

/** Claims this hour's mail to the operators. @returns true for one worker only */
export async function claimMail(record: OpenRecord): Promise<boolean> {
  const claimed = await record.db
    .update(watch)
    .set({ mailedAt: sql`now()` })
    .where(and(ours, or(isNull(watch.mailedAt), lte(watch.mailedAt, ago(MAIL_EVERY_S)))))
    .returning({ name: watch.name });
  return claimed.length > 0;
}

/** The state at which case and record were last found to agree. */
export interface Agreement {
  readonly runId: string;
  readonly historyLength: number;
  readonly events: number;
  readonly revision: number;
}

/** A case that is not closed, as the record has it. */
export interface WatchedCase {
  readonly id: string;
  readonly events: number;
  readonly revision: number;
  readonly agreed: Agreement | null;
}

/** Every case that is not closed, in the order of ids. Not rehearsals: people end them when they have read them. */
export async function watchedCases(record: OpenRecord): Promise<readonly WatchedCase[]> {
  return record.db
    .select({
      id: cases.id,
      events: cases.events,
      revision: cases.revision,
      agreed: {
        runId: agreements.runId,
        historyLength: agreements.historyLength,
        events: agreements.events,
        revision: agreements.revision,
      },
    })
    .from(cases)
    .leftJoin(agreements, eq(agreements.caseId, cases.id))
    .where(and(ne(cases.status, 'closed'), eq(cases.rehearsal, false)))
    .orderBy(asc(cases.id));
}

/** Those of these cases that the record knows, rehearsals included, each with its status. */
export async function standingOf(
  record: OpenRecord,
  ids: readonly string[],
): Promise<ReadonlyMap<string, RecordEntry['status']>> {
  const known = new Map<string, RecordEntry['status']>();
  for (let i = 0; i < ids.length; i += AT_ONCE)
    for (const row of await record.db
      .select({ id: cases.id, status: cases.status })
      .from(cases)
      .where(inArray(cases.id, ids.slice(i, i + AT_ONCE))))
      known.set(row.id, row.status);
  return known;
}

/** The ids of a case's events. */
export async function eventIdsOf(record: OpenRecord, caseId: string): Promise<readonly string[]> {
  const rows = await record.db.select({ id: events.id }).from(events).where(eq(events.caseId, caseId));
  return rows.map(({ id }) => id);
}

/** Where cases and record agree now. */
export async function noteAgreements(record: OpenRecord, agreed: ReadonlyMap<string, Agreement>): Promise<void> {
  const rows = [...agreed].map(([caseId, one]) => ({ caseId, ...one }));
  for (let i = 0; i < rows.length; i += AT_ONCE)
    await record.db
      .insert(agreements)
      .values(rows.slice(i, i + AT_ONCE))
      .onConflictDoUpdate({
        target: agreements.caseId,
        set: {
          runId: sql`excluded.run_id`,
          historyLength: sql`excluded.history_length`,
          events: sql`excluded.events`,
          revision: sql`excluded.revision`,
        },
      });
}

/** Cases that hold events recorded after a moment, with how many. */
export async function recordedAfter(
  record: OpenRecord,
  moment: Date,
): Promise<readonly { readonly id: string; readonly many: number }[]> {
  return record.db
    .select({ id: cases.id, many: count() })
    .from(events)
    .innerJoin(cases, eq(cases.id, events.caseId))
    .where(and(gt(events.recordedAt, moment), ne(cases.status, 'closed'), eq(cases.rehearsal, false)))
    .groupBy(cases.id)
    .orderBy(asc(cases.id));
}
