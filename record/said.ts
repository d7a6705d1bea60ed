// A mail with what it has to say: its notices that stand now.

import { and, asc, inArray, isNull } from 'drizzle-orm';
import { RecordUnavailable } from './failures.ts';
import type { OpenRecord } from './open.ts';
import { type mails, notices } from './schema.ts';
import { SEALED } from './sealed-columns.ts';
import { type Opened, opened, openedTogether } from './sealing.ts';

/** A row of the mails, and of the notices. */
export type MailRow = typeof mails.$inferSelect;
export type NoticeRow = Opened<typeof notices.$inferSelect>;

/** A mail that is ours to send, with what it has to say: one notice at least. */
export interface Claimed extends MailRow {
  readonly notices: readonly NoticeRow[];
}

/** The mails with their notices that stand, in one order. Those of a case that was erased do not. */
export async function withTheirNotices(record: OpenRecord, rows: readonly MailRow[]): Promise<readonly Claimed[]> {
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
  for (const notice of await readable(record, said)) of.set(notice.mail, [...(of.get(notice.mail) ?? []), notice]);
  const claimed = rows.map((row) => ({ ...row, notices: of.get(row.key) ?? [] }));
  const composed = await openedTogether(record, claimed.map(jointOf)).catch(passedOver);
  return claimed.map((mail, i) => ({ ...mail, composed: composed?.[i] ?? null }));
}

/** Of which cases a message made before its time is. */
export const jointOf = ({ key, composed, notices }: Pick<Claimed, 'key' | 'composed' | 'notices'>) => ({
  owners: notices.map(({ caseId }) => caseId),
  about: `mails.composed|${key}`,
  text: composed,
});

/**
 * Notices with what they say. Where a key cannot be had, the notices it is needed for say nothing: their mails cannot be composed and wait, and
 * all the others go.
 */
async function readable(record: OpenRecord, rows: readonly (typeof notices.$inferSelect)[]): Promise<NoticeRow[]> {
  const open = async (some: typeof rows) => {
    const read = await opened(record, SEALED.notices, some);
    return read.filter(({ payload }, i) => payload !== null || some[i]!.payload === null);
  };
  const all = await open(rows).catch(passedOver);
  if (all) return all;
  const each = await Promise.all(rows.map((row) => open([row]).catch(passedOver)));
  return each.flatMap((one, i) => one ?? [{ ...rows[i]!, payload: null }]);
}

function passedOver(error: unknown): undefined {
  if (!(error instanceof RecordUnavailable)) throw error;
}
