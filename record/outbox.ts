// The ledger: one row a notice, and a mail of its own save for siblings (siblings.ts). A row is claimed before its mail is sent, and gets the
// result afterwards. So no retry, reset or restored backup sends a mail twice. `LedgerState` in record/schema.ts has the states and the ways
// between them.

import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { and, asc, count, eq, gt, inArray, isNull, lte, min, ne, notInArray, or, type SQL, sql } from 'drizzle-orm';
import type { Delivery } from '../domain/notices/notice.ts';
import { CLOSED, databaseError, RecordUnavailable } from './failures.ts';
import type { Database, OpenRecord } from './open.ts';
import { ledger } from './schema.ts';
import type { SendResult } from './send-result.ts';
import { hasSiblings, TOGETHER_S, together } from './siblings.ts';
import { storable } from './storable.ts';

/** A row of the ledger. */
export type LedgerRow = typeof ledger.$inferSelect;

/**
 * A claim ends this long after it was made or renewed. A living process renews it while it sends, even through the longest SMTP time-out. So the mail of a
 * killed process waits for two minutes, not ten.
 */
const LEASE_S = 120;
const RENEW_MS = 30_000;
const RENEW_AGAIN_MS = 5_000;
/** Pauses between tries to write down that a relay took a mail. They are far shorter than a claim, so that nobody else takes the mail meanwhile. */
const SETTLE_AGAIN_MS = 200;
const SETTLE_AGAIN_AT_MOST_MS = 5_000;
/** For this long only the activity that planned a mail may take it. Then the sweeper does. */
const PLANNED_GRACE_S = 60;
/** A 5xx for one person that goes on this long, while the relay takes mail for others, means a dead address. */
const LASTING_S = 86_400;
/** The activity that met a refusal tells the case. After this long the sweeper does. */
const REPORT_GRACE_S = 90;
const TELL_AGAIN_S = 60;
const TELL_AGAIN_AT_MOST_S = 6 * 3600;

const later = (seconds: number): SQL => sql`now() + make_interval(secs => ${seconds})`;

/** The ids of one mail. They are the same at every attempt, and do not reveal the case. */
export interface MailIds {
  /** Key of its ledger row. */
  readonly key: string;
  /** For Message-ID and `X-Notification-Id`, without brackets or domain. */
  readonly token: string;
}

/** The ids of one notice for one person of one case. The opening event's id is in them, so that they differ from an older case's of the same reference. */
export function mailIds(
  secret: Buffer,
  delivery: { id: string; opening: string },
  notice: string,
  recipient: string,
): MailIds {
  const hmac = createHmac('sha256', secret)
    .update([delivery.id, delivery.opening, notice, recipient].join('|'))
    .digest();
  return { key: hmac.toString('hex'), token: base32(hmac).slice(0, 25) };
}

function base32(bytes: Buffer): string {
  let bits = '';
  for (const byte of bytes) bits += byte.toString(2).padStart(8, '0');
  return bits
    .replace(/.{5}/g, (five) => 'abcdefghijklmnopqrstuvwxyz234567'[Number.parseInt(five, 2)]!)
    .replace(/[01]+$/, '');
}

/** A planned mail: its row, and where it goes. */
export interface Planned {
  readonly key: string;
  readonly destination: string;
}

/**
 * Writes a row for every notice that has none yet, with the instant before which it must not go.
 * @returns the rows, in the notices' order
 */
export async function plan(tx: Database, secret: Buffer, delivery: Delivery, domain: string): Promise<Planned[]> {
  const { entry, notices, now } = storable(delivery);
  const waits = await hasSiblings(tx, entry.case);
  const rows = notices.map((notice) => {
    const { key, token } = mailIds(secret, entry.case, notice.key, notice.to.id);
    // A rehearsal's clock is ahead of this machine's. So only the time from its now to the notice counts.
    const ahead = Math.max(0, (Date.parse(notice.at) - Date.parse(now)) / 1000);
    const joint = waits ? together(secret, entry.case, notice) : undefined;
    return {
      key,
      caseId: entry.case.id,
      notice: notice.key,
      recipient: notice.to.id,
      kind: notice.kind,
      duty: notice.duty,
      messageId: `<${token}@${domain}>`,
      state: 'PLANNED' as const,
      notBefore: later(joint ? ahead + TOGETHER_S : ahead),
      nextTryAt: later(joint ? ahead + TOGETHER_S : ahead + PLANNED_GRACE_S),
      payload: { case: entry.case, notice, now },
      together: joint,
      ...whereTo(secret, entry.case.authority, notice.to.email),
    };
  });
  if (rows.length) await tx.insert(ledger).values(rows).onConflictDoNothing();
  return rows.map(({ key, destination }) => ({ key, destination }));
}

/** Keyed hashes: the ledger outlives the mail, and shall not tell who was written to. */
function whereTo(secret: Buffer, authority: string, address = ''): { destination: string; reader: string } {
  const hash = (what: string) => createHmac('sha256', secret).update(what).digest('hex').slice(0, 32);
  const normal = address.trim().toLowerCase();
  return {
    destination: hash(`destination|${normal.slice(normal.lastIndexOf('@') + 1)}`),
    reader: hash(`reader|${authority}|${normal}`),
  };
}

/**
 * Rows that may be claimed: planned or deferred ones whose time has come, and those whose holder died. Of rows that go together the first may,
 * and takes the others with it.
 */
function claimable(retryAfter: SQL): SQL {
  return and(
    or(
      and(eq(ledger.state, 'PLANNED'), lte(ledger.notBefore, sql`now()`), retryAfter),
      and(inArray(ledger.state, ['DEFERRED', 'UNKNOWN']), lte(ledger.nextTryAt, sql`now()`)),
      and(eq(ledger.state, 'SENDING'), lte(ledger.leaseUntil, sql`now()`)),
    ),
    sql`not exists (select 1 from ledger first where first.together = "ledger"."together"
      and (first.case_id, first.key) < ("ledger"."case_id", "ledger"."key") and first.state not in ('ACCEPTED', 'REFUSED'))`,
  )!;
}

const CLAIM = {
  state: 'SENDING' as const,
  fence: sql`${ledger.fence} + 1`,
  attempts: sql`${ledger.attempts} + 1`,
  leaseUntil: later(LEASE_S),
  // The relay may have taken it before. It is sent again all the same: a second copy harms nobody, a lost one may harm a child.
  resends: sql`${ledger.resends} + case when ${ledger.state} in ('SENDING', 'UNKNOWN') then 1 else 0 end`,
};

/** Claims one row; null when it must not be sent now, or somebody else has it. */
export async function claim(record: OpenRecord, key: string): Promise<LedgerRow | null> {
  const [row] = await record.db
    .update(ledger)
    .set(CLAIM)
    .where(and(eq(ledger.key, key), claimable(sql`true`)))
    .returning();
  return row ?? null;
}

/**
 * Claims the row that has waited longest; null when none is due. Two sweepers never get the same one.
 * @param busy destinations that get no more mails now
 */
export async function claimNext(record: OpenRecord, busy: readonly string[] = []): Promise<LedgerRow | null> {
  const elsewhere =
    busy.length > 0 ? or(isNull(ledger.destination), notInArray(ledger.destination, [...busy])) : undefined;
  const oldest = record.db
    .select({ key: ledger.key })
    .from(ledger)
    .where(and(claimable(lte(ledger.nextTryAt, sql`now()`)), elsewhere))
    .orderBy(ledger.nextTryAt)
    .limit(1)
    .for('update', { skipLocked: true });
  const [row] = await record.db.update(ledger).set(CLAIM).where(inArray(ledger.key, oldest)).returning();
  return row ?? null;
}

/** Gives a claimed row back untried: no place was left for it. */
export async function giveBack(record: OpenRecord, row: LedgerRow): Promise<void> {
  await record.db
    .update(ledger)
    .set({ state: 'DEFERRED', attempts: row.attempts - 1, leaseUntil: null, nextTryAt: later(1) })
    .where(held(row));
}

/** The code of a mail that waits because its reader had too many within the hour. */
export const TOO_MANY = 'too-many';

/** How many mails somebody got within the hour. */
export async function gotWithinHour(record: OpenRecord, reader: string): Promise<number> {
  const [got] = await record.db
    .select({ mails: count() })
    .from(ledger)
    .where(and(eq(ledger.reader, reader), gt(ledger.acceptedAt, sql`now() - interval '1 hour'`)));
  return got?.mails ?? 0;
}

/** Claims what goes in one mail with a claimed row. It stays first, so whatever is said of the meeting later has the same calendar entry. */
export async function claimTogether(record: OpenRecord, row: LedgerRow): Promise<LedgerRow[]> {
  if (row.together === null) return [row];
  const free = or(
    and(eq(ledger.state, 'PLANNED'), lte(ledger.notBefore, later(TOGETHER_S))),
    inArray(ledger.state, ['DEFERRED', 'UNKNOWN']),
    and(eq(ledger.state, 'SENDING'), lte(ledger.leaseUntil, sql`now()`)),
  );
  const others = await record.db
    .update(ledger)
    .set(CLAIM)
    .where(and(eq(ledger.together, row.together), ne(ledger.key, row.key), free))
    .returning();
  return [row, ...others];
}

/** Renews a claim until the returned function is called. A renewal that fails is soon tried again, many times before the claim ends. */
export function holdLease(record: OpenRecord, row: LedgerRow): () => void {
  let timer: NodeJS.Timeout | undefined;
  let letGo = false;
  const renewIn = (ms: number) => {
    if (letGo) return;
    timer = setTimeout(() => {
      record.db
        .update(ledger)
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

/** The row is still ours: nobody has claimed it since. */
const held = (row: LedgerRow) => and(eq(ledger.key, row.key), eq(ledger.fence, row.fence), eq(ledger.state, 'SENDING'));

/**
 * Writes down the result of a claimed mail.
 * @returns false when somebody else has taken the row over meanwhile: then this result is not used
 */
export async function settle(record: OpenRecord, row: LedgerRow, result: SendResult): Promise<boolean> {
  const believed =
    result.outcome === 'deferred' && result.lasting && (await othersWereReached(record, row))
      ? { outcome: 'refused' as const, code: result.code }
      : result;
  const written = await record.db
    .update(ledger)
    .set(settled(row, believed))
    .where(held(row))
    .returning({ key: ledger.key });
  return written.length > 0;
}

/**
 * The same, for a mail that a relay may have taken. If that were not written down, the mail would go again when the claim ends. So this tries until it
 * succeeds, as long as the record is open: mostly no connection was free for a moment.
 * @param waits called once, with the reason, when it has to try again
 */
export async function settleSurely(
  record: OpenRecord,
  row: LedgerRow,
  result: SendResult,
  waits: (code: string) => void = () => {},
): Promise<boolean> {
  for (let pause = SETTLE_AGAIN_MS; ; pause = Math.min(pause * 2, SETTLE_AGAIN_AT_MOST_MS)) {
    try {
      return await settle(record, row, result);
    } catch (error) {
      const told = databaseError(error);
      const again = result.outcome === 'accepted' && told instanceof RecordUnavailable && told.code !== CLOSED;
      if (!again) throw error;
      if (pause === SETTLE_AGAIN_MS) waits(told.code);
      await sleep(pause);
    }
  }
}

async function othersWereReached(record: OpenRecord, row: LedgerRow): Promise<boolean> {
  const since = new Date(row.createdAt.getTime() + LASTING_S * 1000);
  const [other] = await record.db
    .select({ key: ledger.key })
    .from(ledger)
    .where(and(eq(ledger.state, 'ACCEPTED'), gt(ledger.acceptedAt, since), ne(ledger.recipient, row.recipient)))
    .limit(1);
  return other !== undefined;
}

function settled(row: LedgerRow, result: SendResult) {
  switch (result.outcome) {
    case 'accepted':
      return {
        state: 'ACCEPTED' as const,
        leaseUntil: null,
        acceptedAt: sql`now()`,
        code: null,
        payload: null,
        serverReplyHash: result.replyHash,
        serverMessageId: result.serverMessageId,
      };
    case 'refused':
      return {
        state: 'REFUSED' as const,
        leaseUntil: null,
        code: result.code,
        payload: null,
        reported: false,
        nextTryAt: later(REPORT_GRACE_S),
      };
    case 'deferred':
      return {
        state: result.afterDot ? ('UNKNOWN' as const) : ('DEFERRED' as const),
        leaseUntil: null,
        code: result.code,
        nextTryAt: later(
          result.relayDown && result.class === 'system' ? RELAY_DOWN_S : backOff(row.attempts, result.class),
        ),
      };
  }
}

/** A relay that answers nobody is asked by one mail a sweep; when it is back, all that waits goes at once. */
const RELAY_DOWN_S = 30;
const QUARTER_HOUR = 900;
/** Seconds to wait before the first retry. A greylist opens after five minutes. Where an operator must repair something, frequent tries are no use. */
const FIRST_RETRY = { system: 30, recipient: 300, configuration: 120, content: 3600 };

/**
 * Seconds to wait before the next try: 30, doubled each time up to 15 minutes; an hour for content that the relay will not have. Each differs by up to 20 %, so
 * that a thousand mails do not come back at once.
 */
export function backOff(attempts: number, kind: keyof typeof FIRST_RETRY, random: () => number = Math.random): number {
  const first = FIRST_RETRY[kind];
  const longest = Math.max(first, QUARTER_HOUR);
  const grown = Math.min(first * 2 ** Math.min(attempts - 1, 20), longest);
  // Operators are promised that a repair is noticed within a quarter of an hour. So the random part never makes it longer.
  const jittered = Math.min(grown * (0.8 + 0.4 * random()), longest);
  return kind === 'recipient' ? Math.max(jittered, first) : jittered;
}

/** The rows as they are now, by key. */
export async function rowsOf(record: OpenRecord, keys: readonly string[]): Promise<Map<string, LedgerRow>> {
  const rows = keys.length
    ? await record.db
        .select()
        .from(ledger)
        .where(inArray(ledger.key, [...keys]))
    : [];
  return new Map(rows.map((row) => [row.key, row]));
}

/** Refusals of which the case has not been told; those that have waited longest come first. */
export function untoldRefusals(record: OpenRecord): Promise<LedgerRow[]> {
  return record.db
    .select()
    .from(ledger)
    .where(and(eq(ledger.state, 'REFUSED'), eq(ledger.reported, false), lte(ledger.nextTryAt, sql`now()`)))
    .orderBy(asc(ledger.nextTryAt), asc(ledger.key))
    .limit(100);
}

/** The case could not be told. The next try waits a minute, longer each time up to six hours: cases that never answer must not hold up the rest. */
export async function tellLater(record: OpenRecord, { key, tellings }: LedgerRow): Promise<void> {
  const wait = Math.min(TELL_AGAIN_S * 2 ** Math.min(tellings, 20), TELL_AGAIN_AT_MOST_S);
  await record.db
    .update(ledger)
    .set({ tellings: tellings + 1, nextTryAt: later(wait) })
    .where(and(eq(ledger.key, key), eq(ledger.reported, false)));
}

/** The case has been told. */
export async function markReported(record: OpenRecord, keys: readonly string[]): Promise<void> {
  if (keys.length)
    await record.db
      .update(ledger)
      .set({ reported: true })
      .where(inArray(ledger.key, [...keys]));
}

/** How many mails are held back because their readers had too many. */
export async function heldBack(record: OpenRecord): Promise<number> {
  const [held] = await record.db
    .select({ mails: count() })
    .from(ledger)
    .where(and(eq(ledger.state, 'DEFERRED'), eq(ledger.code, TOO_MANY)));
  return held?.mails ?? 0;
}

/** How many mails wait that should have gone, and since when the oldest does. The watchdog alerts after 15 minutes. */
export async function backlog(record: OpenRecord): Promise<{ mails: number; oldest: Date | null }> {
  const [waiting] = await record.db
    .select({ mails: count(), oldest: min(ledger.notBefore) })
    .from(ledger)
    .where(and(notInArray(ledger.state, ['ACCEPTED', 'REFUSED']), lte(ledger.notBefore, sql`now()`)));
  return waiting!;
}
