// A mail with what it has to say: its notices that stand now.

import { and, asc, inArray, isNull } from 'drizzle-orm';
import type { OpenRecord } from './open.ts';
import { type mails, notices } from './schema.ts';

/** A row of the mails, and of the notices. */
export type MailRow = typeof mails.$inferSelect;
export type NoticeRow = typeof notices.$inferSelect;

/** A mail that is ours to send, with what it has to say: one notice at least. */
export interface Claimed extends MailRow {
  readonly notices: readonly NoticeRow[];
}

/** The mails with their notices that stand, in one order. */
export async function withTheirNotices(
  record: OpenRecord,
  rows: readonly (typeof mails.$inferSelect)[],
): Promise<readonly Claimed[]> {
  if (rows.length === 0) return [];
  const said = await record.db
    .select()
    .from(notices)
    .where(
      and(
        inArray(
          notices.mail,
          rows.map(({ key }) => key),
        ),
        isNull(notices.withdrawnAt),
      ),
    )
    .orderBy(asc(notices.caseId), asc(notices.key));
  const of = new Map<string | null, NoticeRow[]>();
  for (const notice of said) of.set(notice.mail, [...(of.get(notice.mail) ?? []), notice]);
  return rows.map((row) => ({ ...row, notices: of.get(row.key) ?? [] }));
}
