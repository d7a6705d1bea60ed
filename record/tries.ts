// How often something was tried, counted for all processes together: by a keyed hash of who and what, in fixed windows.

import { createHmac } from 'node:crypto';
import { lt, sql } from 'drizzle-orm';
import type { OpenRecord } from './open.ts';
import { signInTries } from './schema-sign-in.ts';

/** Counts one try. @returns the seconds to wait, 0 where it is within what is let. @throws an error of the database */
export async function tried(record: OpenRecord, who: string, most: number, seconds: number): Promise<number> {
  const key = createHmac('sha256', record.ledgerKey).update(`tries|${who}`).digest('hex').slice(0, 32);
  const until = sql`now() + make_interval(secs => ${seconds})`;
  await record.db.delete(signInTries).where(lt(signInTries.until, sql`now()`));
  const [row] = await record.db
    .insert(signInTries)
    .values({ key, count: 1, until })
    .onConflictDoUpdate({ target: signInTries.key, set: { count: sql`${signInTries.count} + 1` } })
    .returning({
      count: signInTries.count,
      wait: sql<number>`ceil(extract(epoch from ${signInTries.until} - now()))::int`,
    });
  return row && row.count > most ? Math.max(1, row.wait) : 0;
}
