// Secrets that the environment does not give: made once, kept in the record, the same for every process from then on.

import { randomBytes } from 'node:crypto';
import { eq } from 'drizzle-orm';
import type { Database } from './database.ts';
import { secrets } from './schema.ts';
import { SEALED } from './sealed-columns.ts';
import { opened, type Secrets, sealed } from './sealing.ts';

/** The secret of this name; made where there is none yet. @throws RecordUnavailable where it cannot be opened, or an error of the database */
export async function keptSecret(
  { db, ...own }: { db: Database } & Pick<Secrets, 'keys' | 'seals'>,
  name: string,
): Promise<Buffer> {
  const kept = async () =>
    (await opened(own, SEALED.secrets, await db.select().from(secrets).where(eq(secrets.name, name))))[0]?.value;
  const before = await kept();
  if (before) return Buffer.from(before, 'base64');
  const made = [{ name, value: randomBytes(32).toString('base64') }];
  await db
    .insert(secrets)
    .values(await sealed<typeof secrets.$inferInsert>(own, SEALED.secrets, made))
    .onConflictDoNothing();
  return Buffer.from((await kept())!, 'base64');
}
