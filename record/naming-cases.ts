// Which running cases name somebody, by their e-mail address, and what is open in cases: asked of the record, for pages over many cases.

import { and, asc, eq, gt, inArray, isNull, ne, type SQL, sql } from 'drizzle-orm';
import type { CaseKind } from '../domain/case/model.ts';
import { addressHash } from './addresses.ts';
import { databaseError } from './failures.ts';
import type { OpenRecord } from './open.ts';
import { caseAddresses, cases, duties } from './schema.ts';

/** A case, by what pages over many cases show of it. */
export interface CasePlace {
  readonly id: string;
  readonly kind: CaseKind;
  readonly ref: string;
  readonly authority: string;
  readonly team: string | null;
}

export const PLACE = { id: cases.id, kind: cases.kind, ref: cases.ref, authority: cases.authority, team: cases.team };
const running = and(eq(cases.rehearsal, false), ne(cases.status, 'closed'))!;

/**
 * Running cases in whose file or events one of these addresses ever stood: whoever asks looks whether it still does. Rehearsals are left out.
 * @throws RecordUnavailable
 */
export async function casesNaming(
  record: OpenRecord,
  addresses: readonly string[],
  authority?: string,
): Promise<readonly CasePlace[]> {
  if (addresses.length === 0) return [];
  const wanted = addresses.map((one) => addressHash(record.ledgerKey, one));
  const named = await record.db
    .select(PLACE)
    .from(cases)
    .where(
      and(
        running,
        authority === undefined ? undefined : eq(cases.authority, authority),
        inArray(
          cases.id,
          record.db
            .select({ id: caseAddresses.caseId })
            .from(caseAddresses)
            .where(inArray(caseAddresses.address, wanted)),
        ),
      ),
    )
    .orderBy(asc(cases.id))
    .catch((error: unknown) => Promise.reject(databaseError(error)));
  return named;
}

/** Something that is open in a case, as the record has it. */
export interface OpenDuty extends CasePlace {
  readonly duty: string;
  readonly owner: string;
  readonly due: string | null;
}

/** Which cases: of an authority, of one of its teams, or these. */
export type Cases = { readonly authority: string; readonly team?: string } | { readonly ids: readonly string[] };

/** What is past its limit in running cases, the longest first. @throws RecordUnavailable */
export async function lateIn(
  record: OpenRecord,
  which: Cases,
  today: string,
  limit: number,
): Promise<readonly OpenDuty[]> {
  return record.db
    .select({ ...PLACE, duty: duties.key, owner: duties.owner, due: duties.due })
    .from(duties)
    .innerJoin(cases, eq(cases.id, duties.caseId))
    .where(and(running, chosen(which), open, sql`${duties.due} < ${today}`))
    .orderBy(asc(duties.due), asc(cases.id), asc(duties.key))
    .limit(limit)
    .catch((error: unknown) => Promise.reject(databaseError(error)));
}

/** How a team's cases stand. */
export interface Standing {
  readonly authority: string;
  readonly team: string | null;
  readonly cases: number;
  /** Cases with something late, and how many things that are. */
  readonly lateCases: number;
  readonly late: number;
  /** The earliest limit that is past. */
  readonly since: string | null;
}

/** How running cases stand, by authority and team. @throws RecordUnavailable */
export async function standingOf(
  record: OpenRecord,
  which: Cases | 'all',
  today: string,
): Promise<readonly Standing[]> {
  const isLate = sql`${open} and ${duties.due} < ${today}`;
  return record.db
    .select({
      authority: cases.authority,
      team: cases.team,
      cases: sql<number>`count(distinct ${cases.id})::int`,
      lateCases: sql<number>`(count(distinct ${cases.id}) filter (where ${isLate}))::int`,
      late: sql<number>`(count(*) filter (where ${isLate}))::int`,
      since: sql<string | null>`(min(${duties.due}) filter (where ${isLate}))::text`,
    })
    .from(cases)
    .leftJoin(duties, eq(duties.caseId, cases.id))
    .where(and(running, which === 'all' ? undefined : chosen(which)))
    .groupBy(cases.authority, cases.team)
    .orderBy(asc(cases.authority), asc(cases.team))
    .catch((error: unknown) => Promise.reject(databaseError(error)));
}

/** Cases whose next step comes first. @throws RecordUnavailable */
export async function nextSteps(record: OpenRecord, limit: number): Promise<readonly { id: string; at: Date }[]> {
  const rows = await record.db
    .select({ id: cases.id, at: cases.nextStepAt })
    .from(cases)
    .where(and(running, gt(cases.nextStepAt, sql`'-infinity'::timestamptz`)))
    .orderBy(asc(cases.nextStepAt))
    .limit(limit)
    .catch((error: unknown) => Promise.reject(databaseError(error)));
  return rows.map(({ id, at }) => ({ id, at: at! }));
}

const chosen = (which: Cases): SQL | undefined => {
  if ('ids' in which) return inArray(cases.id, which.ids.length > 0 ? [...which.ids] : ['']);
  return and(eq(cases.authority, which.authority), which.team === undefined ? undefined : eq(cases.team, which.team));
};

/** Open in the newest that the case said (record/schema.ts, duties). */
const open = and(
  ...[isNull(duties.done), eq(duties.lapsed, false), eq(duties.withdrawn, false)],
  ...[eq(duties.events, cases.events), eq(duties.revision, cases.revision)],
)!;
