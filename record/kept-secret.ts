// Secrets that the environment does not give: made once, kept in the record, the same for every process from then on.

import { randomBytes } from 'node:crypto';
import { eq } from 'drizzle-orm';
import type { Database } from './database.ts';
import { secrets } from './schema.ts';
import { SEALED } from './sealed-columns.ts';
import { opened, type Secrets, sealed } from './sealing.ts';

/** The secret of this name; made where there is none yet. @throws RecordUnavailable where it cannot be opened, or an error of the database */
export async function keptSecret(
  { db, keys }: { db: Database } & Pick<Secrets, 'keys'>,
  name: string,
): Promise<Buffer> {
  const made = { name, value: randomBytes(32).toString('base64') };
  const rows = await sealed<typeof secrets.$inferInsert>({ keys }, SEALED.secrets, [made]);
  await db.insert(secrets).values(rows).onConflictDoNothing();
  const [kept] = await opened({ keys }, SEALED.secrets, await db.select().from(secrets).where(eq(secrets.name, name)));
  return Buffer.from(kept!.value!, 'base64');
}
