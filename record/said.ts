// A mail with what it has to say: its notices that stand now, or the message that was made of them before its time.

import { createHash } from 'node:crypto';
import { and, asc, getTableColumns, inArray, isNull, sql } from 'drizzle-orm';
import { RecordUnavailable } from './failures.ts';
import type { OpenRecord } from './open.ts';
import { unpacked } from './packed-text.ts';
import { type mails, notices } from './schema.ts';
import { SEALED } from './sealed-columns.ts';
import { type Opened, opened, openedTogether } from './sealing.ts';

/** A row of the mails. */
export type MailRow = typeof mails.$inferSelect;

/** A notice of a mail. What it says is null where it cannot be had, and where the mail was made ready: then nobody need open it again. */
export type Said = Pick<Opened<typeof notices.$inferSelect>, 'key' | 'caseId' | 'payload'> & {
  /** A hash of what the table holds of it: another when it is taken back and planned again, even with the same words. */
  readonly version: string;
};

/** A mail that is ours to send, with what it has to say: one notice at least. */
export interface Claimed extends MailRow {
  readonly notices: readonly Said[];
}

/** Worked out by the database, so that what is sealed need be neither read nor opened for it. */
const version = sql<string>`hashtextextended(${notices.payload}::text, 0)::text`;
const { payload, ...plain } = getTableColumns(notices);
const unread = { key: plain.key, caseId: plain.caseId, mail: plain.mail, version };

/** What a message is made of: the same as long as nothing was withdrawn, added or planned again. */
export const madeOf = (said: readonly Pick<Said, 'key' | 'version'>[]): string =>
  createHash('sha256')
    .update(said.map(({ key, version }) => `${key} ${version}`).join('|'))
    .digest('hex')
    .slice(0, 32);

const standsIn = (rows: readonly MailRow[]) =>
  and(
    inArray(
      notices.mail,
      rows.map(({ key }) => key),
    ),
    isNull(notices.withdrawnAt),
  );
const inOneOrder = [asc(notices.caseId), asc(notices.key)];

/** The mails with their notices that stand, opened. Those of a case that was erased do not. */
export async function withTheirNotices(record: OpenRecord, rows: readonly MailRow[]): Promise<readonly Claimed[]> {
  if (rows.length === 0) return [];
  const said = await record.db
    .select({ ...unread, payload })
    .from(notices)
    .where(standsIn(rows))
    .orderBy(...inOneOrder);
  const of = byMail(await readable(record, said));
  return rows.map((row) => ({ ...row, composed: null, notices: of.get(row.key) ?? [] }));
}

/** The same to be sent: one whose message was made before its time, and still says what is to be said, comes with that instead. */
export async function withWhatTheySay(record: OpenRecord, rows: readonly MailRow[]): Promise<readonly Claimed[]> {
  const ready = await madeReady(
    record,
    rows.filter(({ composed }) => composed !== null),
  );
  const others = await withTheirNotices(
    record,
    rows.filter(({ key }) => !ready.has(key)),
  );
  return [...ready.values(), ...others];
}

async function madeReady(record: OpenRecord, rows: readonly MailRow[]): Promise<ReadonlyMap<string, Claimed>> {
  if (rows.length === 0) return new Map();
  const of = byMail(
    await record.db
      .select(unread)
      .from(notices)
      .where(standsIn(rows))
      .orderBy(...inOneOrder),
  );
  const ready = rows.flatMap((row): Claimed[] => {
    const said = of.get(row.key);
    if (!said || row.composedOf !== madeOf(said)) return [];
    return [{ ...row, notices: said.map((notice) => ({ ...notice, payload: null })) }];
  });
  const texts = await openedTogether(record, ready.map(jointOf)).catch(passedOver);
  return new Map(
    ready.flatMap((mail, i): [string, Claimed][] => {
      const text = texts?.[i];
      return text ? [[mail.key, { ...mail, composed: unpacked(text) }]] : [];
    }),
  );
}

function byMail<T extends { readonly mail: string | null }>(said: readonly T[]): ReadonlyMap<string | null, T[]> {
  const of = new Map<string | null, T[]>();
  for (const notice of said) {
    const those = of.get(notice.mail);
    if (those) those.push(notice);
    else of.set(notice.mail, [notice]);
  }
  return of;
}

/** Of which cases a message made before its time is. */
export const jointOf = ({ key, composed, notices }: Pick<Claimed, 'key' | 'composed' | 'notices'>) => ({
  owners: notices.map(({ caseId }) => caseId),
  about: `mails.composed|${key}`,
  text: composed,
});

/** A notice as it is read. */
type Sealed = Pick<typeof notices.$inferSelect, 'key' | 'caseId' | 'mail' | 'payload'> & { readonly version: string };

/**
 * Notices with what they say. Where a key cannot be had, the notices it is needed for say nothing: their mails cannot be composed and wait, and
 * all the others go.
 */
async function readable(record: OpenRecord, rows: readonly Sealed[]): Promise<Opened<Sealed>[]> {
  const open = async (some: readonly Sealed[]) => {
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
