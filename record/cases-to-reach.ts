// The running cases that a changed policy or calendar has not reached yet, read from the record page by page.

import { and, asc, eq, gt, ne, sql } from 'drizzle-orm';
import { databaseError } from './failures.ts';
import type { OpenRecord } from './open.ts';
import { cases, events } from './schema.ts';

export interface PageWish {
  readonly authority: string;
  readonly eventId: string;
  /** The policy's name in the record (`policyName`). For a calendar, a text that is no policy's name. */
  readonly content: string;
  /** The last case of the page before; empty for the first. */
  readonly after: string;
  readonly limit: number;
}

/** Cases of an authority that are not closed, rehearsals left out. @throws RecordUnavailable */
export async function pageOfCases({ db }: OpenRecord, { authority, eventId, content, after, limit }: PageWish) {
  const rows = await db
    .select({ id: cases.id, policy: cases.policy, told: sql<boolean>`${events.id} is not null` })
    .from(cases)
    .leftJoin(events, and(eq(events.caseId, cases.id), eq(events.id, eventId)))
    .where(
      and(eq(cases.authority, authority), eq(cases.rehearsal, false), ne(cases.status, 'closed'), gt(cases.id, after)),
    )
    .orderBy(asc(cases.id))
    .limit(limit)
    .catch((error: unknown) => Promise.reject(databaseError(error)));
  // The record has each case's policy by name. A calendar gets a new id whenever another was in force before it.
  const has = (row: (typeof rows)[number]) => row.policy === content || (row.told && !eventId.startsWith('policy/'));
  const rest = rows.filter((row) => !has(row));
  return {
    cases: rest.filter(({ told }) => !told).map(({ id }) => id),
    before: rows.length - rest.length,
    passed: rest.filter(({ told }) => told).map(({ id, policy }) => ({ caseId: id, policy })),
    last: rows.length < limit ? null : (rows.at(-1)?.id ?? null),
  };
}
