// What is forgotten of sign-in: what has run out, and whoever signs out everywhere or is known no more.

import { eq, lt, sql } from 'drizzle-orm';
import type { OpenRecord } from './open.ts';
import { signInSessions, signInUsers, signInVerifications } from './schema-sign-in.ts';

/** Sessions and links that are over. @throws an error of the database */
export async function forgetExpired({ db }: OpenRecord): Promise<void> {
  await db.delete(signInSessions).where(lt(signInSessions.expiresAt, sql`now()`));
  await db.delete(signInVerifications).where(lt(signInVerifications.expiresAt, sql`now()`));
}

/** An address with all its sessions, and with the issuer's subject for it. @throws an error of the database */
export async function forgetUser({ db }: OpenRecord, address: string): Promise<void> {
  await db.delete(signInUsers).where(eq(signInUsers.email, address));
}
