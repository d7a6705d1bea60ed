// Keys of services: `nd_<id>_<secret>`. The secret is random and long, so its SHA-256 is all that is kept; two are good while a key is rotated.

import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { and, asc, eq, isNotNull, isNull, lt, or, sql } from 'drizzle-orm';
import { base32 } from './base32.ts';
import type { Database, OpenRecord } from './open.ts';
import { fromNow } from './outbox.ts';
import { apiKeySecrets, apiKeys } from './schema-access.ts';
import type { Scope } from './scopes.ts';

/** A key, without its secret. */
export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly authorities: readonly string[] | 'all';
  readonly madeAt: Date;
  readonly madeBy: string;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  /** To the minute; null where it never was. */
  readonly usedAt: Date | null;
  /** Until when the secret before the newest is good, where there is one. */
  readonly oldSecretUntil: Date | null;
}

export type NewApiKey = Pick<ApiKey, 'name' | 'scopes' | 'authorities' | 'madeBy'> & {
  readonly expiresAt?: Date | null;
};

/** A key with its whole text, which is shown once and kept nowhere. */
export interface ShownKey {
  readonly key: ApiKey;
  readonly text: string;
}

/** What scanners of secrets look for. 12 letters name the key, 43 are 256 random bits. */
const KEY = /^nd_([a-z2-7]{12})_([A-Za-z0-9_-]{43})$/;
const USED_AGAIN_AFTER_S = 60;

/** Whether a text may be a key of ours, judged by its shape alone. */
export const looksLikeKey = (text: string): boolean => text.startsWith('nd_');

/** The id in a key's text, which is nothing secret; undefined where it is no key. */
export const keyIdIn = (text: string): string | undefined => KEY.exec(text)?.[1];

const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest();
const newText = (id: string): string => `nd_${id}_${randomBytes(32).toString('base64url')}`;

/** Makes a key. @throws an error of the database */
export async function makeKey(
  record: OpenRecord,
  { authorities, expiresAt = null, ...said }: NewApiKey,
): Promise<ShownKey> {
  const id = base32(randomBytes(8)).slice(0, 12);
  const text = newText(id);
  await record.db.transaction(async (tx) => {
    await tx
      .insert(apiKeys)
      .values({ id, ...said, authorities: authorities === 'all' ? null : authorities, expiresAt });
    await tx.insert(apiKeySecrets).values({ hash: hashOf(text).toString('hex'), key: id });
  });
  return { key: (await keyOf(record, id))!, text };
}

/**
 * Gives a key a new secret. The one before it stays good for so long, any older one ends now.
 * @returns undefined where there is no such key, or it is revoked
 */
export function rotateKey(record: OpenRecord, id: string, overlapS: number): Promise<ShownKey | undefined> {
  const text = newText(id);
  return record.db.transaction(async (tx) => {
    // Two who rotate at once wait for each other here.
    const [key] = await tx
      .select({ id: apiKeys.id })
      .from(apiKeys)
      .where(and(eq(apiKeys.id, id), isNull(apiKeys.revokedAt)))
      .for('update');
    if (!key) return undefined;
    const { key: of, until } = apiKeySecrets;
    await tx.delete(apiKeySecrets).where(and(eq(of, id), isNotNull(until)));
    if (overlapS > 0)
      await tx
        .update(apiKeySecrets)
        .set({ until: fromNow(overlapS) })
        .where(eq(of, id));
    else await tx.delete(apiKeySecrets).where(eq(of, id));
    await tx.insert(apiKeySecrets).values({ hash: hashOf(text).toString('hex'), key: id });
    return { key: (await keyOf({ db: tx as Database }, id))!, text };
  });
}

/** Ends a key at once and for ever. @returns false where there is none */
export async function revokeKey(record: OpenRecord, id: string): Promise<boolean> {
  const found = await record.db
    .update(apiKeys)
    .set({ revokedAt: sql`coalesce(${apiKeys.revokedAt}, now())` })
    .where(eq(apiKeys.id, id))
    .returning({ id: apiKeys.id });
  if (found.length === 0) return false;
  await record.db.delete(apiKeySecrets).where(eq(apiKeySecrets.key, id));
  return true;
}

/** All keys, the oldest first. */
export const listKeys = async (record: Pick<OpenRecord, 'db'>): Promise<ApiKey[]> => select(record);

/** One key; undefined where there is none. */
export const keyOf = async (record: Pick<OpenRecord, 'db'>, id: string): Promise<ApiKey | undefined> =>
  (await select(record, id))[0];

async function select({ db }: Pick<OpenRecord, 'db'>, id?: string): Promise<ApiKey[]> {
  const old = db
    .select({
      key: apiKeySecrets.key,
      until: sql<Date | null>`max(${apiKeySecrets.until})`.mapWith(apiKeySecrets.until).as('until'),
    })
    .from(apiKeySecrets)
    .groupBy(apiKeySecrets.key)
    .as('old');
  const rows = await db
    .select({ key: apiKeys, until: old.until })
    .from(apiKeys)
    .leftJoin(old, eq(old.key, apiKeys.id))
    .where(id === undefined ? undefined : eq(apiKeys.id, id))
    .orderBy(asc(apiKeys.madeAt), asc(apiKeys.id));
  return rows.map(({ key: { authorities, ...key }, until }) => ({
    ...key,
    authorities: authorities ?? 'all',
    oldSecretUntil: until,
  }));
}

/** A key with the hashes its secrets are compared with. */
export interface KeptKey {
  readonly key: ApiKey;
  readonly secrets: readonly { readonly hash: Buffer; readonly until: Date | null }[];
}

/** What a shown key is compared with; undefined where there is no key of this id. */
export async function keptKey(record: OpenRecord, id: string): Promise<KeptKey | undefined> {
  const key = await keyOf(record, id);
  if (!key) return undefined;
  const rows = await record.db.select().from(apiKeySecrets).where(eq(apiKeySecrets.key, id));
  return { key, secrets: rows.map(({ hash, until }) => ({ hash: Buffer.from(hash, 'hex'), until })) };
}

/** Why a shown key is good or not. */
export type KeyVerdict = 'good' | 'wrong' | 'revoked' | 'expired';

/** Stands where there is no key, so that an unknown id takes as long as a wrong secret. */
const NOBODYS = randomBytes(32);

/** Judges a shown key. Every secret is compared, each in constant time. */
export function judgeKey(kept: KeptKey | undefined, text: string, now: Date): KeyVerdict {
  const shown = hashOf(text);
  let right = false;
  for (const { hash, until } of kept?.secrets ?? [{ hash: NOBODYS, until: null }]) {
    const same = timingSafeEqual(shown, hash);
    right = (same && (until === null || until > now)) || right;
  }
  if (kept?.key.revokedAt) return 'revoked';
  if (!kept || !right) return 'wrong';
  return kept.key.expiresAt !== null && kept.key.expiresAt <= now ? 'expired' : 'good';
}

/** Notes that a key was used: once a minute at most, whichever process asks. */
export async function markUsed(record: OpenRecord, id: string): Promise<void> {
  await record.db
    .update(apiKeys)
    .set({ usedAt: sql`now()` })
    .where(and(eq(apiKeys.id, id), or(isNull(apiKeys.usedAt), lt(apiKeys.usedAt, fromNow(-USED_AGAIN_AFTER_S)))));
}
