// Morning rounds that were completed, and what became of their mails.

import { and, count, eq, gte, isNull, lte, sql } from 'drizzle-orm';
import type { OpenRecord } from './open.ts';
import { mails, notices, rounds } from './schema.ts';

/** What became of the mails of a round. */
interface Counts {
  readonly mails: number;
  readonly notices: number;
  readonly accepted: number;
  readonly waiting: number;
  readonly refused: number;
}

/** Writes down that a round was completed. Doing it twice keeps the first. @returns what became of its mails, as the ledger has it */
export async function completeRound(record: OpenRecord, until: Date, beganAt: Date): Promise<Counts> {
  const states = await record.db
    .select({ state: mails.state, mails: sql<number>`count(distinct ${mails.key})::int`, notices: count(notices.key) })
    .from(mails)
    .leftJoin(notices, eq(notices.mail, mails.key))
    .where(and(eq(mails.round, true), eq(mails.notBefore, until)))
    .groupBy(mails.state);
  const sum = (of: (state: string) => boolean, what: 'mails' | 'notices' = 'mails') =>
    states.filter(({ state }) => of(state)).reduce((all, one) => all + one[what], 0);
  const isSaid = (state: string) => state !== 'DROPPED';
  const counts = {
    mails: sum(isSaid),
    notices: sum(isSaid, 'notices'),
    accepted: sum((state) => state === 'ACCEPTED'),
    waiting: sum((state) => isSaid(state) && state !== 'ACCEPTED' && state !== 'REFUSED'),
    refused: sum((state) => state === 'REFUSED'),
  };
  await record.db
    .insert(rounds)
    .values({ until, beganAt, mails: counts.mails, notices: counts.notices })
    .onConflictDoNothing();
  return counts;
}

/** A notice's moment is reckoned from the case's clock, and the database's may differ from it. */
const CLOCKS_DIFFER_MS = 10 * 60_000;

/** How many notices a morning's round was to take, where it was not completed; 0 where it was. @param morning the instant it should have sent at */
export async function missedByRound(record: OpenRecord, morning: Date): Promise<number> {
  const [done] = await record.db
    .select({ until: rounds.until })
    .from(rounds)
    .where(gte(rounds.until, morning))
    .limit(1);
  if (done) return 0;
  const early = new Date(morning.getTime() - CLOCKS_DIFFER_MS);
  const [waiting] = await record.db
    .select({ notices: count() })
    .from(notices)
    .where(
      and(
        ...[eq(notices.round, true), isNull(notices.withdrawnAt)],
        ...[gte(notices.notBefore, early), lte(notices.notBefore, sql`now()`)],
      ),
    );
  return waiting?.notices ?? 0;
}
