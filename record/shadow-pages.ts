// What would have been mailed, page by page, newest first: each mail with the notices it would have carried.

import { and, asc, desc, eq, inArray, isNull, sql } from 'drizzle-orm';
import { databaseError } from './failures.ts';
import type { OpenRecord } from './open.ts';
import type { Payload } from './schema.ts';
import { shadowNotices } from './schema-shadow.ts';
import { SEALED } from './sealed-columns.ts';
import { opened } from './sealing.ts';

/** One mail that was not sent. */
export interface ShadowMail {
  readonly mail: string;
  /** When it would have gone. */
  readonly at: Date;
  readonly round: boolean;
  readonly notices: readonly Payload[];
}

export interface ShadowWish {
  readonly authority: string;
  readonly caseId?: string | undefined;
  readonly limit: number;
  /** The place of the last mail of the page before. */
  readonly after?: string | undefined;
}

/** Where a mail stands in the list. */
export const placeOf = ({ at, mail }: Pick<ShadowMail, 'at' | 'mail'>): string => `${at.toISOString()}|${mail}`;

/** @throws RecordUnavailable */
export async function shadowPage(
  record: OpenRecord,
  { authority, caseId, limit, after }: ShadowWish,
): Promise<readonly ShadowMail[]> {
  const { at, mail } = shadowNotices;
  const [since, last] = after?.split('|') ?? [];
  const stands = and(
    ...[eq(shadowNotices.authority, authority), isNull(shadowNotices.withdrawnAt)],
    caseId === undefined ? undefined : eq(shadowNotices.caseId, caseId),
  );
  try {
    const page = await record.db
      .select({ mail, at: sql<Date>`min(${at})`.mapWith(at) })
      .from(shadowNotices)
      .where(stands)
      .groupBy(mail)
      .having(since === undefined ? undefined : sql`(min(${at}), ${mail}) < (${since}::timestamptz, ${last})`)
      .orderBy(desc(sql`min(${at})`), desc(mail))
      .limit(limit);
    if (page.length === 0) return [];
    const rows = await record.db
      .select()
      .from(shadowNotices)
      .where(
        and(
          stands,
          inArray(
            mail,
            page.map((one) => one.mail),
          ),
        ),
      )
      .orderBy(asc(shadowNotices.caseId), asc(shadowNotices.key));
    const said = await opened(record, SEALED.shadowNotices, rows);
    return page.map((one) => {
      // Of a case that was erased nothing is shown.
      const notices = said.flatMap((row) => (row.mail === one.mail && row.payload !== null ? [row.payload] : []));
      return { ...one, round: notices.some(({ notice }) => notice.round === true), notices };
    });
  } catch (error) {
    throw databaseError(error);
  }
}
