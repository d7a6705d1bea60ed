// The list of erasures: which case is forgotten, since when, by whom, and how far that is. It outlives what it speaks of: while a case stands in it
// nobody takes the case up again, whatever a backup brings back.

import { and, asc, eq, gt, gte, inArray, isNull } from 'drizzle-orm';
import { wasErased } from '../codec/case-keys.ts';
import { fromEpochMs, type Instant } from '../domain/time/calendar.ts';
import type { ErasureReason } from './erasure-reasons.ts';
import { asked } from './failures.ts';
import type { Database, OpenRecord } from './open.ts';
import { cases } from './schema.ts';
import { erasures, holds } from './schema-law.ts';

/** A case that is erased, or being erased. */
export interface Erasure {
  readonly caseId: string;
  readonly authority: string | null;
  readonly reason: ErasureReason;
  readonly by: string;
  readonly at: Instant;
  /** When nothing was left; null while it is under way. */
  readonly done: Instant | null;
  /** How much there was; null while it is under way. */
  readonly had: { readonly events: number; readonly duties: number; readonly mails: number } | null;
}

/** Why a case is not erased. Nothing was changed. */
export class NotErasable extends Error {
  override readonly name = 'NotErasable';
  readonly why: 'unknown' | 'runs' | 'held';
  constructor(why: 'unknown' | 'runs' | 'held', message: string) {
    super(message);
    this.why = why;
  }
}

export interface ErasureWish {
  readonly caseId: string;
  readonly reason: ErasureReason;
  /** An id: of the directory, of a key. */
  readonly by: string;
  /** End it where it is not closed. */
  readonly ends?: boolean | undefined;
}

/**
 * Puts a case on the list. From then on it answers nobody, and nothing stops its erasure; asked again it is as it was asked first.
 * @throws NotErasable, RecordUnavailable
 */
export function beginErasure(record: OpenRecord, wish: ErasureWish): Promise<Erasure> {
  const { caseId, reason, by, ends = false } = wish;
  return asked(() =>
    record.db.transaction(async (tx) => {
      // A hold that is set at the same time waits here, or is seen.
      const [row] = await tx.select().from(cases).where(eq(cases.id, caseId)).for('update');
      const before = await erasureIn(tx, caseId);
      if (before) return before;
      if (!row || row.rehearsal) throw new NotErasable('unknown', `${caseId}: there is no such case`);
      if (row.status !== 'closed' && !ends)
        throw new NotErasable(
          'runs',
          `${caseId} is not closed: people are still reminded of what is owed. Close it, or say --terminate (terminate: true by the API), which ends it for good`,
        );
      const held = await standingHolds(tx, caseId);
      if (held.length > 0)
        throw new NotErasable('held', `${caseId} may not be erased: it is on hold (${held.join(', ')})`);
      await tx.insert(erasures).values({ caseId, authority: row.authority, reason, by, at: new Date(), ends });
      return (await erasureIn(tx, caseId))!;
    }),
  );
}

const standingHolds = async (tx: Database, caseId: string): Promise<readonly string[]> => {
  const rows = await tx
    .select({ reason: holds.reason })
    .from(holds)
    .where(and(eq(holds.caseId, caseId), isNull(holds.releasedAt)))
    .orderBy(asc(holds.reason));
  return rows.map(({ reason }) => reason);
};

/** The erasure of a case, under way or done; undefined for one that is not erased. @throws RecordUnavailable */
export const erasureOf = (record: OpenRecord, caseId: string): Promise<Erasure | undefined> =>
  asked(() => erasureIn(record.db, caseId));

/** The same, within a transaction. */
export async function erasureIn(tx: Database, caseId: string): Promise<Erasure | undefined> {
  const [row] = await tx.select().from(erasures).where(eq(erasures.caseId, caseId));
  return row && erasure(row);
}

/** The list, in order of the cases' ids. @param after where the page before ended @throws RecordUnavailable */
export async function erasuresOf(
  record: OpenRecord,
  authorities: readonly string[] | 'all',
  after: string,
  limit: number,
): Promise<readonly Erasure[]> {
  const own = authorities === 'all' ? undefined : inArray(erasures.authority, [...authorities]);
  const rows = await asked(() =>
    record.db
      .select()
      .from(erasures)
      .where(and(own, gt(erasures.caseId, after)))
      .orderBy(asc(erasures.caseId))
      .limit(limit),
  );
  return rows.map(erasure);
}

/** Cases whose erasure was asked for and is not done: whoever asked may have been killed before the work began. @throws RecordUnavailable */
export async function erasuresUnderWay(record: OpenRecord): Promise<readonly string[]> {
  const rows = await asked(() =>
    record.db.select({ id: erasures.caseId }).from(erasures).where(isNull(erasures.doneAt)).orderBy(asc(erasures.at)),
  );
  return rows.map(({ id }) => id);
}

/** Cases that were erased since a moment. @throws RecordUnavailable */
export async function erasuresSince(record: OpenRecord, since: Date): Promise<readonly string[]> {
  const rows = await asked(() =>
    record.db
      .select({ id: erasures.caseId })
      .from(erasures)
      .where(gte(erasures.at, since))
      .orderBy(asc(erasures.caseId)),
  );
  return rows.map(({ id }) => id);
}

/** An erasure that the key store knows of. */
export interface Tombstone {
  readonly owner: string;
  readonly by: string;
  readonly at: string;
}

/**
 * Brings the list and the key store's together, whichever of them is of an older backup: what the key store has erased is put on the list, and what
 * it has a key of again is to be erased once more.
 * @returns the cases that are to be erased now
 * @throws RecordUnavailable
 */
export function replayErasures(record: OpenRecord, tombstones: readonly Tombstone[]): Promise<readonly string[]> {
  return asked(async () => {
    const kept = new Map((await record.db.select().from(erasures)).map((row) => [row.caseId, row]));
    const dead = new Set(tombstones.map(({ owner }) => owner));
    for (const { owner, by, at } of tombstones) {
      if (kept.has(owner)) continue;
      const [row] = await record.db.select({ authority: cases.authority }).from(cases).where(eq(cases.id, owner));
      await record.db
        .insert(erasures)
        .values({
          ...{ caseId: owner, authority: row?.authority ?? null, reason: 'ordered' as const },
          ...{ by, at: new Date(at), ends: true },
        })
        .onConflictDoNothing();
    }
    await eraseAgain(
      record,
      [...kept.values()].filter((row) => row.doneAt !== null && !dead.has(row.caseId)).map((row) => row.caseId),
    );
    return erasuresUnderWay(record);
  });
}

/** These are to be erased once more: something of them has come back. @throws RecordUnavailable */
export async function eraseAgain(record: OpenRecord, caseIds: readonly string[]): Promise<void> {
  if (caseIds.length === 0) return;
  await asked(() =>
    record.db
      .update(erasures)
      .set({ doneAt: null, ends: true })
      .where(inArray(erasures.caseId, [...caseIds])),
  );
}

const erasure = (row: typeof erasures.$inferSelect): Erasure => ({
  caseId: row.caseId,
  authority: row.authority,
  reason: row.reason,
  by: row.by,
  at: fromEpochMs(row.at.getTime()),
  done: row.doneAt === null ? null : fromEpochMs(row.doneAt.getTime()),
  had: row.doneAt === null ? null : { events: row.events ?? 0, duties: row.duties ?? 0, mails: row.mails ?? 0 },
});

/** `erased on 2027-03-29 by S-17`: what everybody is told who asks for the case. */
export const saidErased = ({ caseId, at, by, done }: Erasure): string =>
  done === null ? `${caseId} is being erased, as ${by} asked on ${at.slice(0, 10)}` : wasErased(caseId, { by, at });
