// Codes that are mailed for answers by links: kept hashed, each for one answer, ten minutes and three tries, whichever process asks.

import { and, eq, gt, lt, sql } from 'drizzle-orm';
import type { OpenRecord } from './open.ts';
import { linkCodes } from './schema.ts';

const GOOD_FOR_S = 600;
const TRIES = 3;

/** Keeps the hash of a code for an answer, in place of one before. */
export async function keepCode(record: OpenRecord, answer: string, code: string): Promise<void> {
  const until = sql`now() + make_interval(secs => ${GOOD_FOR_S})`;
  await record.db.delete(linkCodes).where(lt(linkCodes.until, sql`now()`));
  await record.db
    .insert(linkCodes)
    .values({ answer, code, until })
    .onConflictDoUpdate({ target: linkCodes.answer, set: { code, until, tries: 0 } });
}

/** Whether this is the code of an answer. Each look is a try; the right one may be shown again, as when nobody answered the first time. */
export async function isCode(record: OpenRecord, answer: string, code: string): Promise<boolean> {
  const [row] = await record.db
    .update(linkCodes)
    .set({ tries: sql`${linkCodes.tries} + 1` })
    .where(and(eq(linkCodes.answer, answer), gt(linkCodes.until, sql`now()`), lt(linkCodes.tries, TRIES)))
    .returning({ code: linkCodes.code });
  // Both are keyed hashes: how long the comparison takes tells nothing.
  if (row?.code !== code) return false;
  await record.db.update(linkCodes).set({ tries: 0 }).where(eq(linkCodes.answer, answer));
  return true;
}
