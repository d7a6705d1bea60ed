// Who sends a mail: it is claimed for two minutes, and by nobody else meanwhile. What it says is looked up when it is claimed.

import { and, asc, count, eq, gt, inArray, isNull, lte, notInArray, or, type SQL, sql } from 'drizzle-orm';
import type { OpenRecord } from './open.ts';
import { later } from './outbox.ts';
import { mails, notices } from './schema.ts';

/** A row of the mails, and of the notices. */
export type MailRow = typeof mails.$inferSelect;
export type NoticeRow = typeof notices.$inferSelect;

/** A mail that is ours to send, with what it has to say: one notice at least. */
export interface Claimed extends MailRow {
  readonly notices: readonly NoticeRow[];
}

/**
 * A claim ends this long after it was made or renewed. A living process renews it while it sends, even through the longest SMTP time-out. So the mail of a
 * killed process waits for two minutes, not ten.
 */
const LEASE_S = 120;
const RENEW_MS = 30_000;
const RENEW_AGAIN_MS = 5_000;

/** Mails that may be claimed: planned or deferred ones whose time has come, and those whose holder died. */
const claimable = (retryAfter: SQL): SQL =>
  or(
    and(eq(mails.state, 'PLANNED'), lte(mails.notBefore, sql`now()`), retryAfter),
    and(inArray(mails.state, ['DEFERRED', 'UNKNOWN']), lte(mails.nextTryAt, sql`now()`)),
    and(eq(mails.state, 'SENDING'), lte(mails.leaseUntil, sql`now()`)),
  )!;

const CLAIM = {
  state: 'SENDING' as const,
  fence: sql`${mails.fence} + 1`,
  attempts: sql`${mails.attempts} + 1`,
  leaseUntil: later(LEASE_S),
  // The relay may have taken it before. It is sent again all the same: a second copy harms nobody, a lost one may harm a child.
  resends: sql`${mails.resends} + case when ${mails.state} in ('SENDING', 'UNKNOWN') then 1 else 0 end`,
};

/** Claims one mail; null when it must not be sent now, has nothing left to say, or somebody else has it. */
export async function claim(record: OpenRecord, key: string): Promise<Claimed | null> {
  const rows = await record.db
    .update(mails)
    .set(CLAIM)
    .where(and(eq(mails.key, key), claimable(sql`true`)))
    .returning();
  return (await withNotices(record, rows))[0] ?? null;
}

/**
 * Claims the mails that have waited longest. Two that ask at once never get the same one.
 * @param busy destinations that get no more mails now
 */
export async function claimMany(
  record: OpenRecord,
  most: number,
  busy: readonly string[] = [],
): Promise<readonly Claimed[]> {
  const elsewhere =
    busy.length > 0 ? or(isNull(mails.destination), notInArray(mails.destination, [...busy])) : undefined;
  const oldest = record.db
    .select({ key: mails.key })
    .from(mails)
    .where(
      and(
        notInArray(mails.state, ['ACCEPTED', 'REFUSED', 'DROPPED']),
        claimable(lte(mails.nextTryAt, sql`now()`)),
        elsewhere,
      ),
    )
    .orderBy(mails.nextTryAt)
    .limit(most)
    .for('update', { skipLocked: true });
  const rows = await record.db.update(mails).set(CLAIM).where(inArray(mails.key, oldest)).returning();
  const claimed = await withNotices(record, rows);
  // All that were claimed had nothing to say: there may be more.
  return rows.length > 0 && claimed.length === 0 ? claimMany(record, most, busy) : claimed;
}

/** The mails with their notices that stand. One that has none left is dropped. */
async function withNotices(record: OpenRecord, rows: readonly MailRow[]): Promise<Claimed[]> {
  if (rows.length === 0) return [];
  const keys = rows.map(({ key }) => key);
  const said = await record.db
    .select()
    .from(notices)
    .where(and(inArray(notices.mail, keys), isNull(notices.withdrawnAt)))
    .orderBy(asc(notices.caseId), asc(notices.key));
  const of = new Map<string | null, NoticeRow[]>();
  for (const notice of said) of.set(notice.mail, [...(of.get(notice.mail) ?? []), notice]);
  const empty = rows.filter(({ key }) => !of.has(key));
  if (empty.length > 0) await drop(record, empty);
  return rows.flatMap((row) => {
    const notices = of.get(row.key);
    return notices ? [{ ...row, notices }] : [];
  });
}

/** Nothing is left to say in these mails. Whatever is planned again gets a mail anew. */
async function drop(record: OpenRecord, rows: readonly MailRow[]): Promise<void> {
  await record.db.transaction(async (tx) => {
    const dropped = await tx
      .update(mails)
      .set({ state: 'DROPPED', leaseUntil: null, composed: null, composedOf: null })
      .where(or(...rows.map(held)))
      .returning({ key: mails.key });
    const keys = dropped.map(({ key }) => key);
    if (keys.length > 0) await tx.update(notices).set({ mail: null }).where(inArray(notices.mail, keys));
  });
}

/** Gives claimed mails back untried: no place was left for them. */
export async function giveBack(record: OpenRecord, rows: readonly MailRow[]): Promise<void> {
  if (rows.length === 0) return;
  await record.db
    .update(mails)
    .set({ state: 'DEFERRED', attempts: sql`${mails.attempts} - 1`, leaseUntil: null, nextTryAt: later(1) })
    .where(or(...rows.map(held)));
}

/** Renews a claim until the returned function is called. A renewal that fails is soon tried again, many times before the claim ends. */
export function holdLease(record: OpenRecord, row: MailRow): () => void {
  let timer: NodeJS.Timeout | undefined;
  let letGo = false;
  const renewIn = (ms: number) => {
    if (letGo) return;
    timer = setTimeout(() => {
      record.db
        .update(mails)
        .set({ leaseUntil: later(LEASE_S) })
        .where(held(row))
        .then(
          () => renewIn(RENEW_MS),
          () => renewIn(RENEW_AGAIN_MS),
        );
    }, ms);
    timer.unref();
  };
  renewIn(RENEW_MS);
  return () => {
    letGo = true;
    clearTimeout(timer);
  };
}

/** The mail is still ours: nobody has claimed it since. */
const held = (row: Pick<MailRow, 'key' | 'fence'>): SQL =>
  and(eq(mails.key, row.key), eq(mails.fence, row.fence), eq(mails.state, 'SENDING'))!;

/** The code of a mail that waits because its reader had too many within the hour. */
export const TOO_MANY = 'too-many';

/** How many mails somebody got within the hour. */
export async function gotWithinHour(record: OpenRecord, reader: string): Promise<number> {
  const [got] = await record.db
    .select({ mails: count() })
    .from(mails)
    .where(and(eq(mails.reader, reader), gt(mails.acceptedAt, sql`now() - interval '1 hour'`)));
  return got?.mails ?? 0;
}
