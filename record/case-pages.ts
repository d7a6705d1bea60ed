// Lists of running cases, page by page, as services ask for them: in order of their ids, so that whoever reads all pages sees every case once
// that was there all along, whatever is opened or closed meanwhile. Rehearsals are left out.

import { and, asc, eq, exists, gt, inArray, isNull, lt, ne, type SQL, sql } from 'drizzle-orm';
import type { CaseKind } from '../domain/case/model.ts';
import type { LocalDate } from '../domain/time/calendar.ts';
import { withoutIds } from '../workflows/answers.ts';
import { databaseError } from './failures.ts';
import type { OpenRecord } from './open.ts';
import { cases, duties } from './schema.ts';

/** Which cases, and from where on. */
export interface CasePageWish {
  /** Whose; every authority's where `all`. */
  readonly authorities: readonly string[] | 'all';
  readonly team?: string | undefined;
  readonly family?: string | undefined;
  /** Only those with something late. */
  readonly late?: boolean | undefined;
  readonly today: LocalDate;
  /** The last case of the page before. */
  readonly after?: string | undefined;
  readonly limit: number;
}

/** A running case in a list. */
export interface ListedCase {
  readonly id: string;
  readonly kind: CaseKind;
  readonly ref: string;
  readonly authority: string;
  readonly team: string | null;
  /** The earliest limit that is still to come. */
  readonly nextLimit: LocalDate | null;
  /** What is late, by its duty, as the server's index shows it: at most so many, and ids that people gave left out. */
  readonly late: readonly string[];
}

/** Open now: done and lapsed duties are over, and what the case's newest entry no longer speaks of has been withdrawn. */
export const isOpenDuty: SQL = and(
  ...[isNull(duties.done), eq(duties.lapsed, false), eq(duties.withdrawn, false)],
  ...[eq(duties.events, cases.events), eq(duties.revision, cases.revision)],
) as SQL;

/** Running cases of these authorities, no rehearsals. */
export const isRunning = (authorities: readonly string[] | 'all'): SQL =>
  and(
    ...[eq(cases.rehearsal, false), ne(cases.status, 'closed')],
    authorities === 'all' ? undefined : inArray(cases.authority, [...authorities]),
  ) as SQL;

/** One page. @returns `next`: the last case of it, where there are more. @throws RecordUnavailable */
export async function casePage(
  record: OpenRecord,
  { authorities, team, family, late = false, today, after, limit }: CasePageWish,
): Promise<{ readonly cases: readonly ListedCase[]; readonly next: string | undefined }> {
  if (authorities !== 'all' && authorities.length === 0) return { cases: [], next: undefined };
  const { db } = record;
  const isLate = exists(
    db
      .select({ one: sql`1` })
      .from(duties)
      .where(and(eq(duties.caseId, cases.id), isOpenDuty, lt(duties.due, today))),
  );
  try {
    const rows = await db
      .select({ id: cases.id, kind: cases.kind, ref: cases.ref, authority: cases.authority, team: cases.team })
      .from(cases)
      .where(
        and(
          isRunning(authorities),
          team === undefined ? undefined : eq(cases.team, team),
          family === undefined ? undefined : eq(cases.family, family),
          after === undefined ? undefined : gt(cases.id, after),
          late ? isLate : undefined,
        ),
      )
      .orderBy(asc(cases.id))
      .limit(limit + 1);
    const page = rows.slice(0, limit);
    const owed = await db
      .select({ id: duties.caseId, key: duties.key, meeting: duties.meeting, due: duties.due })
      .from(duties)
      .innerJoin(cases, eq(cases.id, duties.caseId))
      .where(
        and(
          inArray(
            duties.caseId,
            page.map(({ id }) => id),
          ),
          isOpenDuty,
        ),
      )
      .orderBy(asc(duties.due), asc(duties.key));
    const listed = page.map((row): ListedCase => {
      const limits = owed.filter(({ id, due }) => id === row.id && due !== null);
      const next = limits.find(({ due }) => due! >= today)?.due;
      return {
        ...row,
        nextLimit: (next ?? null) as LocalDate | null,
        late: lateIn(limits, today),
      };
    });
    return { cases: listed, next: rows.length > limit ? page.at(-1)?.id : undefined };
  } catch (error) {
    throw databaseError(error);
  }
}

const LISTED = 20;

function lateIn(limits: readonly { key: string; meeting: string | null; due: string | null }[], today: LocalDate) {
  const late = limits
    .filter(({ due }) => due !== null && due < today)
    .map(({ key, meeting }) => withoutIds(key, meeting));
  return [...new Set(late)].sort().slice(0, LISTED);
}
