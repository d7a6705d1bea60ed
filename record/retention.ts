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

/** Operators are told of cases so many days before they are erased. */
export const TOLD_DAYS_BEFORE = 30;
/** The first schedule of an authority may find thousands of cases. Each pass takes so many, and the next goes on. */
const AT_ONCE = 500;

/** Says how long an authority keeps closed cases from now on. The same figure again changes nothing. @throws RecordUnavailable */
export function setRetention(
  record: OpenRecord,
  authority: string,
  years: number | null,
  by: string,
): Promise<Schedule> {
  return asked(() =>
    record.db.transaction(async (tx) => {
      // Of two who say it at once the second fails: its number is taken.
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
      await forgetSpared(tx, now);
      const told = await noteEnding(tx, now);
      const due = await toldLongAgo(tx, now);
      // In the same transaction: what is noted as told is told.
      if (told > 0) {
        const ahead = await aheadIn(tx);
        const detail = ahead.map(({ authority, cases }) => `${authority}: ${cases}`).join(', ');
        await sayOnce(tx, { caseId: '', what: 'erasures-ahead', detail });
      }
      return { told, due };
    }),
  );
}

const moment = (now: Date) => sql`${now.toISOString()}::timestamptz`;

/** Closed cases whose time is over within a month, by the schedules in force. */
function endingSoon(tx: Database, now: Date) {
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
  return tx
    .select({ id: cases.id, over: sql<boolean>`${over} <= ${moment(now)}`.as('over') })
    .from(cases)
    .innerJoin(inForce, eq(inForce.authority, cases.authority))
    .where(
      and(
        eq(cases.status, 'closed'),
        eq(cases.rehearsal, false),
        isNotNull(inForce.years),
        isNotNull(cases.closedAt),
        notExists(held),
        notExists(erased),
        sql`${over} <= ${moment(now)} + make_interval(days => ${TOLD_DAYS_BEFORE})`,
      ),
    )
    .as('ending');
}

/** A hold or another schedule spares some that operators were told of. They are told of them again before they are erased after all. */
async function forgetSpared(tx: Database, now: Date): Promise<void> {
  const ending = endingSoon(tx, now);
  const stillEnding = tx.select({ one: sql`1` }).from(ending).where(eq(ending.id, erasuresAhead.caseId));
  await tx.delete(erasuresAhead).where(notExists(stillEnding));
}

/** @returns how many are noted for the first time */
async function noteEnding(tx: Database, now: Date): Promise<number> {
  const ending = endingSoon(tx, now);
  const noted = tx.select({ one: sql`1` }).from(erasuresAhead).where(eq(erasuresAhead.caseId, ending.id));
  const fresh = await tx.select({ id: ending.id }).from(ending).where(notExists(noted)).orderBy(asc(ending.id));
  for (let i = 0; i < fresh.length; i += AT_ONCE)
    await tx
      .insert(erasuresAhead)
      .values(fresh.slice(i, i + AT_ONCE).map(({ id }) => ({ caseId: id, toldAt: now })))
      .onConflictDoNothing();
  return fresh.length;
}

/** Those whose time is over, and that operators were told of a month ago. */
async function toldLongAgo(tx: Database, now: Date): Promise<readonly string[]> {
  const ending = endingSoon(tx, now);
  const monthAfter = sql`${erasuresAhead.toldAt} + make_interval(days => ${TOLD_DAYS_BEFORE})`;
  const rows = await tx
    .select({ id: ending.id })
    .from(ending)
    .innerJoin(erasuresAhead, eq(erasuresAhead.caseId, ending.id))
    .where(and(sql`${ending.over}`, lte(monthAfter, moment(now))))
    .orderBy(asc(ending.id))
    .limit(AT_ONCE);
  return rows.map(({ id }) => id);
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
