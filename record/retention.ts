// How long an authority keeps a closed case, and which are to be erased by that. Nothing is erased that operators were not told of a month before,
// so that a schedule set by mistake erases nothing for a month.

import { and, asc, count, desc, eq, isNotNull, isNull, lte, notExists, sql } from 'drizzle-orm';
import { fromEpochMs, type Instant } from '../domain/time/calendar.ts';
import { sayOnce } from './alerts.ts';
import { asked } from './failures.ts';
import type { Database, OpenRecord } from './open.ts';
import { cases } from './schema.ts';
import { erasures, erasuresAhead, holds, retention } from './schema-law.ts';

/** What an authority has said. */
export interface Schedule {
  readonly authority: string;
  /** Null: for as long as nobody erases it. */
  readonly years: number | null;
  readonly by: string;
  readonly from: Instant;
}

/** So many days before they are erased, operators are told of cases. */
export const TOLD_DAYS_BEFORE = 30;
/** A schedule that is set for the first time may find thousands: each pass takes so many, and the next goes on. */
const AT_ONCE = 500;

/** Says how long an authority keeps closed cases from now on. Said before, it stays as it was. @throws RecordUnavailable */
export function setRetention(
  record: OpenRecord,
  authority: string,
  years: number | null,
  by: string,
): Promise<Schedule> {
  return asked(() =>
    record.db.transaction(async (tx) => {
      // Two who say it at once: the second is told of the first by the number that is taken.
      const [newest] = await tx
        .select()
        .from(retention)
        .where(eq(retention.authority, authority))
        .orderBy(desc(retention.number))
        .limit(1)
        .for('update');
      if (newest && newest.years === years) return schedule(newest);
      const [row] = await tx
        .insert(retention)
        .values({ authority, number: (newest?.number ?? 0) + 1, years, by })
        .returning();
      return schedule(row!);
    }),
  );
}

/** All that an authority has said, oldest first: the last is in force. @throws RecordUnavailable */
export async function retentionOf(record: OpenRecord, authority: string): Promise<readonly Schedule[]> {
  const rows = await asked(() =>
    record.db.select().from(retention).where(eq(retention.authority, authority)).orderBy(asc(retention.number)),
  );
  return rows.map(schedule);
}

const schedule = ({ authority, years, by, from }: typeof retention.$inferSelect): Schedule => ({
  ...{ authority, years, by },
  from: fromEpochMs(from.getTime()),
});

/** What is to come by the schedules in force. */
export interface Ahead {
  /** How many operators are told of now. */
  readonly told: number;
  /** To be erased now: their time is over, and a month has passed since they were told of. */
  readonly due: readonly string[];
}

/**
 * Goes through the closed cases once: notes those whose time is over within a month, and says which are due. Those on hold and rehearsals are left
 * out: a hold that is released begins the month anew.
 * @throws RecordUnavailable
 */
export function lookAhead(record: OpenRecord, now: Date): Promise<Ahead> {
  return asked(() =>
    record.db.transaction(async (tx) => {
      const at = sql`${now.toISOString()}::timestamptz`;
      const inForce = tx
        .selectDistinctOn([retention.authority], { authority: retention.authority, years: retention.years })
        .from(retention)
        .orderBy(retention.authority, desc(retention.number))
        .as('in_force');
      const over = sql`${cases.closedAt} + make_interval(years => ${inForce.years})`;
      const held = tx
        .select({ one: sql`1` })
        .from(holds)
        .where(and(eq(holds.caseId, cases.id), isNull(holds.releasedAt)));
      const erased = tx.select({ one: sql`1` }).from(erasures).where(eq(erasures.caseId, cases.id));
      const ending = tx
        .select({ id: cases.id, authority: cases.authority, over: sql<boolean>`${over} <= ${at}`.as('over') })
        .from(cases)
        .innerJoin(inForce, eq(inForce.authority, cases.authority))
        .where(
          and(
            ...[eq(cases.status, 'closed'), eq(cases.rehearsal, false), isNotNull(inForce.years)],
            ...[isNotNull(cases.closedAt), notExists(held), notExists(erased)],
            sql`${over} <= ${at} + make_interval(days => ${TOLD_DAYS_BEFORE})`,
          ),
        )
        .as('ending');
      // What is not ending any more, by a hold or another schedule, is forgotten: it is told of again.
      await tx
        .delete(erasuresAhead)
        .where(notExists(tx.select({ one: sql`1` }).from(ending).where(eq(ending.id, erasuresAhead.caseId))));
      const unsaid = await tx
        .select({ id: ending.id, authority: ending.authority })
        .from(ending)
        .where(notExists(tx.select({ one: sql`1` }).from(erasuresAhead).where(eq(erasuresAhead.caseId, ending.id))))
        .orderBy(asc(ending.id));
      for (let i = 0; i < unsaid.length; i += AT_ONCE)
        await tx
          .insert(erasuresAhead)
          .values(unsaid.slice(i, i + AT_ONCE).map(({ id }) => ({ caseId: id, toldAt: now })))
          .onConflictDoNothing();
      const due = await tx
        .select({ id: ending.id })
        .from(ending)
        .innerJoin(erasuresAhead, eq(erasuresAhead.caseId, ending.id))
        .where(
          and(sql`${ending.over}`, lte(sql`${erasuresAhead.toldAt} + make_interval(days => ${TOLD_DAYS_BEFORE})`, at)),
        )
        .orderBy(asc(ending.id))
        .limit(AT_ONCE);
      // In the same transaction: what is noted as told of is told of.
      const told = await aheadIn(tx as Database);
      if (unsaid.length > 0)
        await sayOnce(tx as Database, {
          caseId: '',
          what: 'erasures-ahead',
          detail: told.map(({ authority, cases }) => `${authority}: ${cases}`).join(', '),
        });
      return { told: unsaid.length, due: due.map(({ id }) => id) };
    }),
  );
}

/** Cases that operators have been told of and that are not erased yet, by authority. @throws RecordUnavailable */
export const erasuresToCome = (record: OpenRecord): Promise<readonly ToCome[]> => asked(() => aheadIn(record.db));

export interface ToCome {
  readonly authority: string;
  readonly cases: number;
  /** When the first of them was told of. */
  readonly since: Date;
}

async function aheadIn(tx: Database): Promise<readonly ToCome[]> {
  return tx
    .select({
      authority: cases.authority,
      cases: count(),
      since: sql<Date>`min(${erasuresAhead.toldAt})`.mapWith(erasuresAhead.toldAt),
    })
    .from(erasuresAhead)
    .innerJoin(cases, eq(cases.id, erasuresAhead.caseId))
    .groupBy(cases.authority)
    .orderBy(asc(cases.authority));
}
