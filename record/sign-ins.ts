// Who signs in, as better-auth knows them: by a stand-in for their address, which is a keyed hash, and by the address sealed. And what is forgotten:
// what has run out, and whoever signs out everywhere or is known no more.

import { createHmac } from 'node:crypto';
import { eq, lt, sql } from 'drizzle-orm';
import { addressHash } from './addresses.ts';
import type { OpenRecord } from './open.ts';
import { signInSessions, signInUsers, signInVerifications } from './schema-sign-in.ts';
import { SEALED } from './sealed-columns.ts';
import { opened, type Secrets, sealed } from './sealing.ts';

type User = Pick<typeof signInUsers.$inferSelect, 'email' | 'name'>;

/** Written as an address, for better-auth takes nothing else; no mail ever goes there. */
const standIn = ({ ledgerKey }: Secrets, address: string): string =>
  `${addressHash(ledgerKey, address)}@stands.invalid`;

/** Somebody's address as sign-in keeps it: `email` stands in for it, `name` is the address, sealed. @throws RecordUnavailable */
export async function hiddenUser(secrets: Secrets, address: string): Promise<User> {
  const [row] = await sealed<User>(secrets, SEALED.signInUsers, [{ email: standIn(secrets, address), name: address }]);
  return row!;
}

/** The address of a user that sign-in kept. @throws RecordUnavailable */
export async function addressOf(secrets: Secrets, { email, name }: { email: string; name: string }): Promise<string> {
  const [row] = await opened(secrets, SEALED.signInUsers, [{ email, name: name as User['name'] }]);
  return row!.name!;
}

/** An issuer's subject as sign-in keeps it. */
export const subjectHash = ({ ledgerKey }: Secrets, subject: string): string =>
  createHmac('sha256', ledgerKey).update(`subject|${subject}`).digest('hex').slice(0, 32);

/** Sessions and links that are over. @throws an error of the database */
export async function forgetExpired({ db }: OpenRecord): Promise<void> {
  await db.delete(signInSessions).where(lt(signInSessions.expiresAt, sql`now()`));
  await db.delete(signInVerifications).where(lt(signInVerifications.expiresAt, sql`now()`));
}

/** An address with all its sessions, and with the issuer's subject for it. @throws an error of the database */
export async function forgetUser(record: OpenRecord, address: string): Promise<void> {
  await record.db.delete(signInUsers).where(eq(signInUsers.email, standIn(record, address)));
}
