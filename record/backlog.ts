// What waits that should have gone: for the watchdog.

import { and, count, eq, lte, min, notInArray, sql } from 'drizzle-orm';
import { TOO_MANY } from './claims.ts';
import type { OpenRecord } from './open.ts';
import { mails } from './schema.ts';

/** How many mails are held back because their readers had too many. */
export async function heldBack(record: OpenRecord): Promise<number> {
  const [held] = await record.db
    .select({ mails: count() })
    .from(mails)
    .where(and(eq(mails.state, 'DEFERRED'), eq(mails.code, TOO_MANY)));
  return held?.mails ?? 0;
}

/** How many mails wait that should have gone, and since when the oldest does. The watchdog alerts after 15 minutes. */
export async function backlog(record: OpenRecord): Promise<{ mails: number; oldest: Date | null }> {
  const [waiting] = await record.db
    .select({ mails: count(), oldest: min(mails.notBefore) })
    .from(mails)
    .where(and(notInArray(mails.state, ['ACCEPTED', 'REFUSED', 'DROPPED']), lte(mails.notBefore, sql`now()`)));
  return waiting!;
}
