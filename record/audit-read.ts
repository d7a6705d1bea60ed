// Reading the audit, and proving that nobody has touched it.

import { and, asc, desc, eq, gt, gte, inArray, lt, type SQL } from 'drizzle-orm';
import { type AuditRow, auditHash } from './audit.ts';
import type { OpenRecord } from './open.ts';
import { cases } from './schema.ts';
import { audit, auditHead } from './schema-access.ts';

export interface AuditQuery {
  readonly from?: Date | undefined;
  /** Up to, and without, this instant. */
  readonly to?: Date | undefined;
  readonly who?: string | undefined;
  /** A case, or whatever else was acted on, by its id. */
  readonly what?: string | undefined;
  /** Only what concerns cases of these authorities. */
  readonly authorities: readonly string[] | 'all';
  /** Only rows before this number: where the page before ended. */
  readonly before?: number | undefined;
  readonly limit: number;
}

/** The rows that fit, the newest first. @throws an error of the database */
export function readAudit(record: OpenRecord, query: AuditQuery): Promise<AuditRow[]> {
  const { from, to, who, what, authorities, before, limit } = query;
  const conditions: (SQL | undefined)[] = [
    from && gte(audit.at, from),
    to && lt(audit.at, to),
    who === undefined ? undefined : eq(audit.who, who),
    what === undefined ? undefined : eq(audit.what, what),
    before === undefined ? undefined : lt(audit.number, before),
    authorities === 'all' ? undefined : inArray(audit.what, casesOf(record, authorities)),
  ];
  return record.db
    .select()
    .from(audit)
    .where(and(...conditions))
    .orderBy(desc(audit.number))
    .limit(limit);
}

const casesOf = (record: OpenRecord, authorities: readonly string[]) =>
  record.db
    .select({ id: cases.id })
    .from(cases)
    .where(inArray(cases.authority, [...authorities]));

/** What a look at the whole chain shows. */
export interface AuditVerdict {
  readonly rows: number;
  /** The last row. Kept elsewhere, it proves later that no row was taken off the end since. */
  readonly head: { readonly number: number; readonly hash: string };
  /** Each row that was altered, deleted or put in, in words; empty where the audit is whole. */
  readonly faults: readonly string[];
}

const PAGE = 1_000;
const MOST_FAULTS = 100;

/**
 * Goes through the whole chain.
 * @param expected a head that was noted before: that row must still be there, with that hash
 * @throws an error of the database
 */
export async function verifyAudit(
  record: OpenRecord,
  expected?: { readonly number: number; readonly hash: string },
): Promise<AuditVerdict> {
  const [head = { number: 0, hash: '' }] = await record.db
    .select({ number: auditHead.number, hash: auditHead.hash })
    .from(auditHead)
    .where(eq(auditHead.name, 'audit'));
  const faults: string[] = [];
  let [rows, last, hash]: [number, number, string | undefined] = [0, 0, ''];
  let met = expected === undefined || expected.number === 0;
  for (;;) {
    const page = await record.db
      .select()
      .from(audit)
      .where(gt(audit.number, last))
      .orderBy(asc(audit.number))
      .limit(PAGE);
    for (const row of page) {
      if (row.number !== last + 1) {
        faults.push(missing(last + 1, row.number - 1));
        // What the row before said is not known any more, so this one's hash proves nothing by itself.
        hash = undefined;
      }
      // Written since the head was read.
      if (row.number > head.number && (await isAfter(record, row.number)))
        faults.push(`row ${row.number} was put in: the audit ended with row ${head.number}`);
      else if (hash !== undefined && auditHash(record, hash, row) !== row.hash)
        faults.push(`row ${row.number} was altered`);
      if (row.number === expected?.number && row.hash === expected.hash) met = true;
      rows++;
      [last, hash] = [row.number, row.hash];
    }
    if (page.length < PAGE || faults.length >= MOST_FAULTS) break;
  }
  if (last < head.number && faults.length < MOST_FAULTS) faults.push(missing(last + 1, head.number));
  else if (last === head.number && hash !== undefined && hash !== head.hash && faults.length === 0)
    faults.push(`row ${last} was altered`);
  if (!met) faults.push(`row ${expected?.number} is not the one that was noted: the audit was cut short or made anew`);
  return { rows, head, faults: faults.slice(0, MOST_FAULTS) };
}

/** Whether a row stands beyond the head as it is now. */
async function isAfter(record: OpenRecord, number: number): Promise<boolean> {
  const [head] = await record.db.select({ number: auditHead.number }).from(auditHead);
  return number > (head?.number ?? 0);
}

const missing = (first: number, last: number): string =>
  first === last ? `row ${first} is missing` : `rows ${first} to ${last} are missing`;
