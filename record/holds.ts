// Holds: a case that is on one is not erased, whoever asks and however old it is. Who set and who released it stays in the record.

import { and, asc, eq, inArray, isNull, sql } from 'drizzle-orm';
import { fromEpochMs, type Instant } from '../domain/time/calendar.ts';
import type { HoldReason } from './erasure-reasons.ts';
import { erasureIn, saidErased } from './erasures.ts';
import { asked } from './failures.ts';
import type { OpenRecord } from './open.ts';
import { cases } from './schema.ts';
import { holds } from './schema-law.ts';

/** A hold that stands. */
export interface Hold {
  readonly caseId: string;
  readonly reason: HoldReason;
  readonly by: string;
  readonly at: Instant;
}

/** It is too late for a hold: the case is on the list of erasures. */
export class AlreadyErased extends Error {
  override readonly name = 'AlreadyErased';
}

/**
 * Sets a hold. One that stands for the same reason stays as it is.
 * @throws AlreadyErased, RecordUnavailable
 */
export function setHold(record: OpenRecord, caseId: string, reason: HoldReason, by: string): Promise<Hold> {
  return asked(() =>
    record.db.transaction(async (tx) => {
      // Whoever begins to erase it at the same time waits for this lock, or is found on the list of erasures.
      await tx.select({ id: cases.id }).from(cases).where(eq(cases.id, caseId)).for('update');
      const erased = await erasureIn(tx, caseId);
      if (erased) throw new AlreadyErased(saidErased(erased));
      await tx.insert(holds).values({ caseId, reason, by }).onConflictDoNothing();
      const [row] = await tx
        .select()
        .from(holds)
        .where(and(eq(holds.caseId, caseId), eq(holds.reason, reason), isNull(holds.releasedAt)));
      return hold(row!);
    }),
  );
}

/** Releases the holds of a case, or the one for a reason. @returns those that stood @throws RecordUnavailable */
export async function releaseHolds(
  record: OpenRecord,
  caseId: string,
  reason: HoldReason | undefined,
  by: string,
): Promise<readonly Hold[]> {
  const rows = await asked(() =>
    record.db
      .update(holds)
      .set({ releasedAt: sql`now()`, releasedBy: by })
      .where(
        and(
          ...[eq(holds.caseId, caseId), isNull(holds.releasedAt)],
          reason === undefined ? undefined : eq(holds.reason, reason),
        ),
      )
      .returning(),
  );
  return rows.map(hold);
}

/** The holds that stand, by case. @throws RecordUnavailable */
export async function holdsOf(
  record: OpenRecord,
  which: { readonly caseId: string } | { readonly authorities: readonly string[] | 'all' },
): Promise<readonly Hold[]> {
  const { caseId, authorities } = { caseId: undefined, authorities: 'all' as const, ...which };
  const rows = await asked(() =>
    record.db
      .select({ hold: holds })
      .from(holds)
      .innerJoin(cases, eq(cases.id, holds.caseId))
      .where(
        and(
          isNull(holds.releasedAt),
          caseId === undefined ? undefined : eq(holds.caseId, caseId),
          authorities === 'all' ? undefined : inArray(cases.authority, [...authorities]),
        ),
      )
      .orderBy(asc(holds.caseId), asc(holds.reason)),
  );
  return rows.map((row) => hold(row.hold));
}

const hold = ({ caseId, reason, by, at }: typeof holds.$inferSelect): Hold => ({
  ...{ caseId, reason, by },
  at: fromEpochMs(at.getTime()),
});
