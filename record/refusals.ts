// Dead addresses: which notices were refused, and whether their cases have been told. Each notice's case hears of it, whatever mail it went in.

import { and, asc, eq, inArray, lte, sql } from 'drizzle-orm';
import type { OpenRecord } from './open.ts';
import { fromNow } from './outbox.ts';
import { mails, notices } from './schema.ts';

const TELL_AGAIN_S = 60;
const TELL_AGAIN_AT_MOST_S = 6 * 3600;

/** A notice that was refused for a dead address. */
export interface RefusedNotice {
  readonly key: string;
  readonly caseId: string;
  readonly notice: string;
  readonly recipient: string;
  readonly tellings: number;
  readonly code: string | null;
  readonly messageId: string;
}

/** Refusals of which the case has not been told; those that have waited longest come first. */
export function untoldRefusals(record: OpenRecord): Promise<RefusedNotice[]> {
  const { key, caseId, notice, recipient, tellings } = notices;
  return record.db
    .select({ key, caseId, notice, recipient, tellings, code: mails.code, messageId: mails.messageId })
    .from(notices)
    .innerJoin(mails, eq(mails.key, notices.mail))
    .where(and(eq(mails.state, 'REFUSED'), eq(notices.reported, false), lte(notices.tellAt, sql`now()`)))
    .orderBy(asc(notices.tellAt), asc(notices.key))
    .limit(100);
}

/** The case could not be told. The next try waits a minute, longer each time up to six hours: cases that never answer must not hold up the rest. */
export async function tellLater(
  record: OpenRecord,
  { key, tellings }: Pick<RefusedNotice, 'key' | 'tellings'>,
): Promise<void> {
  const wait = Math.min(TELL_AGAIN_S * 2 ** Math.min(tellings, 20), TELL_AGAIN_AT_MOST_S);
  await record.db
    .update(notices)
    .set({ tellings: tellings + 1, tellAt: fromNow(wait) })
    .where(and(eq(notices.key, key), eq(notices.reported, false)));
}

/** The case has been told. */
export async function markReported(record: OpenRecord, keys: readonly string[]): Promise<void> {
  if (keys.length)
    await record.db
      .update(notices)
      .set({ reported: true })
      .where(inArray(notices.key, [...keys]));
}
