// Who sends a mail: it is claimed for two minutes, and by nobody else meanwhile. What it says is looked up when it is claimed.

import { and, count, eq, gt, inArray, isNull, lte, notInArray, or, type SQL, sql } from 'drizzle-orm';
import type { OpenRecord } from './open.ts';
import { fromNow } from './outbox.ts';
import { type Claimed, type MailRow, withWhatTheySay } from './said.ts';
import { mails, notices } from './schema.ts';

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
  leaseUntil: fromNow(LEASE_S),
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
export function claimMany(record: OpenRecord, most: number, busy: readonly string[] = []): Promise<readonly Claimed[]> {
  return claimOldest(record, most, busy, claimable(lte(mails.nextTryAt, sql`now()`)));
}

/** The same of one round's mails alone, which are the round's before they are the sweepers'. @param until the round's instant, or one after it */
export function claimRound(
  record: OpenRecord,
  until: Date,
  most: number,
  busy: readonly string[] = [],
): Promise<readonly Claimed[]> {
  const ofRound = and(eq(mails.round, true), eq(mails.state, 'PLANNED'), lte(mails.notBefore, until))!;
  return claimOldest(record, most, busy, ofRound);
}

async function claimOldest(
  record: OpenRecord,
  most: number,
  busy: readonly string[],
  which: SQL,
): Promise<readonly Claimed[]> {
  const elsewhere =
    busy.length > 0 ? or(isNull(mails.destination), notInArray(mails.destination, [...busy])) : undefined;
  const oldest = record.db
    .select({ key: mails.key })
    .from(mails)
    .where(and(notInArray(mails.state, ['ACCEPTED', 'REFUSED', 'DROPPED']), which, elsewhere))
    .orderBy(mails.nextTryAt)
    .limit(most)
    .for('update', { skipLocked: true });
  const rows = await record.db.update(mails).set(CLAIM).where(inArray(mails.key, oldest)).returning();
  const claimed = await withNotices(record, rows);
  // All that were claimed had nothing to say: there may be more.
  return rows.length > 0 && claimed.length === 0 ? claimOldest(record, most, busy, which) : claimed;
}

/** The mails with what they say. One that has nothing left to say is dropped. */
async function withNotices(record: OpenRecord, rows: readonly MailRow[]): Promise<Claimed[]> {
  if (rows.length === 0) return [];
  const claimed = await withWhatTheySay(record, rows);
  const empty = claimed.filter(({ notices }) => notices.length === 0);
  if (empty.length > 0) await drop(record, empty);
  return claimed.filter(({ notices }) => notices.length > 0);
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
    if (keys.length === 0) return;
    // What stood and was passed over is of a case that was erased: it is taken back, or it would be planned anew for ever.
    await tx
      .update(notices)
      .set({ withdrawnAt: sql`now()`, payload: null })
      .where(and(inArray(notices.mail, keys), isNull(notices.withdrawnAt)));
    await tx.update(notices).set({ mail: null }).where(inArray(notices.mail, keys));
  });
}

/** Gives claimed mails back untried: no place was left for them. */
export async function giveBack(record: OpenRecord, rows: readonly MailRow[]): Promise<void> {
  if (rows.length === 0) return;
  await record.db
    .update(mails)
    .set({
      state: sql`case when ${mails.attempts} > 1 then 'DEFERRED' else 'PLANNED' end`,
      attempts: sql`${mails.attempts} - 1`,
      leaseUntil: null,
      nextTryAt: fromNow(1),
    })
    .where(or(...rows.map(held)));
}

/** The claims of a process, renewed together. */
class Leases {
  readonly #record: OpenRecord;
  readonly #mails = new Set<MailRow>();
  #timer: NodeJS.Timeout | undefined;

  constructor(record: OpenRecord) {
    this.#record = record;
  }

  hold(mail: MailRow): () => void {
    this.#mails.add(mail);
    if (this.#mails.size === 1) this.#renewIn(RENEW_MS);
    return () => {
      this.#mails.delete(mail);
      if (this.#mails.size === 0) clearTimeout(this.#timer);
    };
  }

  #renewIn(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (this.#mails.size === 0) return;
      const ours = JSON.stringify([...this.#mails].map(({ key, fence }) => ({ key, fence })));
      this.#record.db
        .execute(sql`update mails set lease_until = ${fromNow(LEASE_S)}
          from json_to_recordset(${ours}::json) as v(key text, fence int)
          where mails.key = v.key and mails.fence = v.fence and mails.state = 'SENDING'`)
        .then(
          () => this.#renewIn(RENEW_MS),
          () => this.#renewIn(RENEW_AGAIN_MS),
        );
    }, ms);
    this.#timer.unref();
  }
}

const leasesOfRecord = new WeakMap<OpenRecord, Leases>();

/** Renews a claim until the returned function is called. A renewal that fails is soon tried again, many times before the claim ends. */
export function holdLease(record: OpenRecord, mail: MailRow): () => void {
  const leases = leasesOfRecord.get(record) ?? new Leases(record);
  leasesOfRecord.set(record, leases);
  return leases.hold(mail);
}

/** The mail is still ours: nobody has claimed it since. */
const held = (row: Pick<MailRow, 'key' | 'fence'>): SQL =>
  and(eq(mails.key, row.key), eq(mails.fence, row.fence), eq(mails.state, 'SENDING'))!;

/** The code of a mail that waits because its reader had too many within the hour. */
export const TOO_MANY = 'too-many';

/** How many mails each of these readers got within the hour; who got none is not among them. */
export async function gotWithinHour(record: OpenRecord, readers: readonly string[]): Promise<Map<string, number>> {
  if (readers.length === 0) return new Map();
  const got = await record.db
    .select({ reader: mails.reader, mails: count() })
    .from(mails)
    .where(and(inArray(mails.reader, [...readers]), gt(mails.acceptedAt, sql`now() - interval '1 hour'`)))
    .groupBy(mails.reader);
  return new Map(got.map(({ reader, mails }) => [reader!, mails]));
}
