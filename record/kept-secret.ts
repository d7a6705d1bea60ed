// Secrets that the environment does not give: made once, kept in the record, the same for every process from then on.

import { randomBytes } from 'node:crypto';
import { eq } from 'drizzle-orm';
import type { Database } from './database.ts';
import { secrets } from './schema.ts';

/** The secret of this name; made where there is none yet. @throws an error of the database */
export async function keptSecret(db: Database, name: string): Promise<Buffer> {
  await db
    .insert(secrets)
    .values({ name, value: randomBytes(32).toString('base64') })
    .onConflictDoNothing();
  const [kept] = await db.select().from(secrets).where(eq(secrets.name, name));
  return Buffer.from(kept!.value, 'base64');
}
