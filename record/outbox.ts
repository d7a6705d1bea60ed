// The ledger: one row a mail, claimed before it is sent and settled after, so that no retry, reset or restored backup sends it twice.
// States and their arrows are those of `LedgerState` in record/schema.ts.

import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { and, asc, count, eq, gt, inArray, lte, min, ne, notInArray, or, type SQL, sql } from 'drizzle-orm';
import type { Delivery } from '../domain/notices/notice.ts';
import { CLOSED, databaseError, RecordUnavailable } from './failures.ts';
import type { Database, OpenRecord } from './open.ts';
import { ledger } from './schema.ts';
import type { SendResult } from './send-result.ts';
import { storable } from './storable.ts';

/** A row as it is sent from. */
export type LedgerRow = typeof ledger.$inferSelect;

/**
 * A claim outlives its holder's death by this much. It is renewed while a send is under way, so it always outlasts the longest SMTP time-out of a process that
 * lives, and a killed one is not waited for ten minutes.
 */
const LEASE_S = 120;
const RENEW_MS = 30_000;
const RENEW_AGAIN_MS = 5_000;
/** Pauses between tries to write an acceptance down: well within the lease, so that nobody else takes the mail meanwhile. */
const SETTLE_AGAIN_MS = 200;
const SETTLE_AGAIN_AT_MOST_MS = 5_000;
/** A planned mail is left to the activity that planned it for this long; then the sweeper takes it. */
const PLANNED_GRACE_S = 60;
/** A 5xx for one person that goes on this long, while the relay takes mail for others, is a dead address after all. */
const LASTING_S = 86_400;
/** A refusal is told to the case by the activity that met it; after this long the sweeper tells it. */
const REPORT_GRACE_S = 90;
const TELL_AGAIN_S = 60;
const TELL_AGAIN_AT_MOST_S = 6 * 3600;

const later = (seconds: number): SQL => sql`now() + make_interval(secs => ${seconds})`;

/** The ids of one mail: they are the same at every attempt, and tell nobody which case they belong to. */
export interface MailIds {
  /** Key of its ledger row. */
  readonly key: string;
  /** For Message-ID and `X-Notification-Id`, without brackets or domain. */
  readonly token: string;
}

/** Makes the ids of one notice for one person of one case; the opening event's id keeps a reference apart from an older one. */
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

/**
 * Writes a row for every notice, where there is none yet, with the instant before which it must not go.
 * @returns the rows' keys by notice, in the notices' order.
 */
export async function plan(tx: Database, secret: Buffer, delivery: Delivery, domain: string): Promise<string[]> {
  const { entry, notices, now } = storable(delivery);
  const rows = notices.map((notice) => {
    const { key, token } = mailIds(secret, entry.case, notice.key, notice.to.id);
    // A rehearsal's clock is not this machine's: what counts is how far ahead of it the notice is.
    const ahead = Math.max(0, (Date.parse(notice.at) - Date.parse(now)) / 1000);
    return {
      ...{
        key,
        caseId: entry.case.id,
        notice: notice.key,
        recipient: notice.to.id,
        kind: notice.kind,
        duty: notice.duty,
      },
      messageId: `<${token}@${domain}>`,
      state: 'PLANNED' as const,
      notBefore: later(ahead),
      nextTryAt: later(ahead + PLANNED_GRACE_S),
      payload: { case: entry.case, notice, now },
    };
  });
  if (rows.length) await tx.insert(ledger).values(rows).onConflictDoNothing();
  return rows.map((row) => row.key);
}

/** What may be claimed: planned or deferred and its time has come, or left behind by a holder that died. */
function claimable(retryAfter: SQL): SQL {
  return or(
    and(eq(ledger.state, 'PLANNED'), lte(ledger.notBefore, sql`now()`), retryAfter),
    and(inArray(ledger.state, ['DEFERRED', 'UNKNOWN']), lte(ledger.nextTryAt, sql`now()`)),
    and(eq(ledger.state, 'SENDING'), lte(ledger.leaseUntil, sql`now()`)),
  )!;
}

const CLAIM = {
  state: 'SENDING' as const,
  fence: sql`${ledger.fence} + 1`,
  attempts: sql`${ledger.attempts} + 1`,
  leaseUntil: later(LEASE_S),
  // It may have been taken already: sent again all the same, since a second copy harms nobody and a lost one may harm a child.
  resends: sql`${ledger.resends} + case when ${ledger.state} in ('SENDING', 'UNKNOWN') then 1 else 0 end`,
};

/** Takes one row to send it; null when it is not to be sent now, or somebody else has it. */
export async function claim(record: OpenRecord, key: string): Promise<LedgerRow | null> {
  const [row] = await record.db
    .update(ledger)
    .set(CLAIM)
    .where(and(eq(ledger.key, key), claimable(sql`true`)))
    .returning();
  return row ?? null;
}

/** Takes the row that has waited longest; null when none is due. Two sweepers never get the same one. */
export async function claimNext(record: OpenRecord): Promise<LedgerRow | null> {
  const oldest = record.db
    .select({ key: ledger.key })
    .from(ledger)
    .where(claimable(lte(ledger.nextTryAt, sql`now()`)))
    .orderBy(ledger.nextTryAt)
    .limit(1)
    .for('update', { skipLocked: true });
  const [row] = await record.db.update(ledger).set(CLAIM).where(inArray(ledger.key, oldest)).returning();
  return row ?? null;
}

/** Keeps a claim alive until the returned function is called. A renewal that fails is tried again soon: the lease outlasts many of those. */
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

/** The row is still ours: nobody claimed it since. */
const held = (row: LedgerRow) => and(eq(ledger.key, row.key), eq(ledger.fence, row.fence), eq(ledger.state, 'SENDING'));

/**
 * Writes down what became of a claimed mail.
 * @returns false when somebody else took the row over in the meantime, and this result counts for nothing.
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
 * The same, for a mail that a relay may have taken. An acceptance that is not written down lets the mail go again when its lease ends, so it is
 * tried until it is written, as long as the record is open: most often no connection was free for a moment.
 * @param waits told once that it has to be tried again, and why
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
        ...{ state: 'ACCEPTED' as const, leaseUntil: null, acceptedAt: sql`now()`, code: null, payload: null },
        ...{ serverReplyHash: result.replyHash, serverMessageId: result.serverMessageId },
      };
    case 'refused':
      return {
        ...{ state: 'REFUSED' as const, leaseUntil: null, code: result.code, payload: null },
        ...{ reported: false, nextTryAt: later(REPORT_GRACE_S) },
      };
    case 'deferred':
      return {
        ...{
          state: result.afterDot ? ('UNKNOWN' as const) : ('DEFERRED' as const),
          leaseUntil: null,
          code: result.code,
        },
        nextTryAt: later(backOff(row.attempts, result.class)),
      };
  }
}

const QUARTER_HOUR = 900;
/** Seconds to wait before the first retry. A greylist opens after five minutes; what an operator must repair is not hammered. */
const FIRST_RETRY = { system: 30, recipient: 300, configuration: 120, content: 3600 };

/** 30 s, doubled each time up to 15 minutes, within 20 % either way so that a thousand mails do not come back at once. Hourly for what the relay will not have. */
export function backOff(attempts: number, kind: keyof typeof FIRST_RETRY, random: () => number = Math.random): number {
  const first = FIRST_RETRY[kind];
  const longest = Math.max(first, QUARTER_HOUR);
  const grown = Math.min(first * 2 ** Math.min(attempts - 1, 20), longest);
  // What was repaired is noticed within the quarter of an hour that operators are promised, so jitter never adds to it.
  const jittered = Math.min(grown * (0.8 + 0.4 * random()), longest);
  return kind === 'recipient' ? Math.max(jittered, first) : jittered;
}

/** Rows as they stand now. */
export async function rowsOf(record: OpenRecord, keys: readonly string[]): Promise<Map<string, LedgerRow>> {
  const rows = keys.length
    ? await record.db
        .select()
        .from(ledger)
        .where(inArray(ledger.key, [...keys]))
    : [];
  return new Map(rows.map((row) => [row.key, row]));
}

/** Refusals no case was told of, those first that have waited longest. */
export function untoldRefusals(record: OpenRecord): Promise<LedgerRow[]> {
  return record.db
    .select()
    .from(ledger)
    .where(and(eq(ledger.state, 'REFUSED'), eq(ledger.reported, false), lte(ledger.nextTryAt, sql`now()`)))
    .orderBy(asc(ledger.nextTryAt), asc(ledger.key))
    .limit(100);
}

/** The case could not be told: it waits a minute, longer each time up to six hours, so that cases that never answer do not hold up the rest. */
export async function tellLater(record: OpenRecord, { key, tellings }: LedgerRow): Promise<void> {
  const wait = Math.min(TELL_AGAIN_S * 2 ** Math.min(tellings, 20), TELL_AGAIN_AT_MOST_S);
  await record.db
    .update(ledger)
    .set({ tellings: tellings + 1, nextTryAt: later(wait) })
    .where(and(eq(ledger.key, key), eq(ledger.reported, false)));
}

/** The case knows. */
export async function markReported(record: OpenRecord, keys: readonly string[]): Promise<void> {
  if (keys.length)
    await record.db
      .update(ledger)
      .set({ reported: true })
      .where(inArray(ledger.key, [...keys]));
}

/** What waits although it should have gone: how many mails, and since when the oldest. For the watchdog, which alerts after 15 minutes. */
export async function backlog(record: OpenRecord): Promise<{ mails: number; oldest: Date | null }> {
  const [waiting] = await record.db
    .select({ mails: count(), oldest: min(ledger.notBefore) })
    .from(ledger)
    .where(and(notInArray(ledger.state, ['ACCEPTED', 'REFUSED']), lte(ledger.notBefore, sql`now()`)));
  return waiting!;
}
