// The tables of who may do what and who did it: keys of services, and the audit. For Drizzle, as record/schema.ts.

import { bigint, index, jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core';
import { moment } from './columns.ts';
import type { Scope } from './scopes.ts';

/** Keys of services. The secret is not among it. */
export const apiKeys = pgTable('api_keys', {
  /** What stands in the key after `nd_`; nothing secret. */
  id: text('id').primaryKey(),
  /** What people call it: a system, never a person. */
  name: text('name').notNull(),
  scopes: jsonb('scopes').$type<readonly Scope[]>().notNull(),
  /** Null for all. */
  authorities: jsonb('authorities').$type<readonly string[]>(),
  madeAt: moment('made_at').notNull().defaultNow(),
  madeBy: text('made_by').notNull(),
  expiresAt: moment('expires_at'),
  revokedAt: moment('revoked_at'),
  /** To the minute. */
  usedAt: moment('used_at'),
});

/** The hashes of keys' secrets: one a key, two while it is rotated. */
export const apiKeySecrets = pgTable(
  'api_key_secrets',
  {
    /** SHA-256: a secret of 256 random bits needs no slow hash. */
    hash: text('hash').primaryKey(),
    key: text('key')
      .notNull()
      .references(() => apiKeys.id),
    madeAt: moment('made_at').notNull().defaultNow(),
    /** Null for the newest, which lives as long as its key. */
    until: moment('until'),
  },
  (t) => [index('api_key_secrets_key').on(t.key)],
);

/** Who did or read what: rows are added, and a trigger refuses every other change. */
export const audit = pgTable(
  'audit',
  {
    /** From 1, without a gap. */
    number: bigint('number', { mode: 'number' }).primaryKey(),
    at: timestamp('at', { withTimezone: true, mode: 'date', precision: 3 }).notNull(),
    who: text('who').notNull(),
    did: text('did').notNull(),
    /** A case, a key, a policy; empty where it was nothing single. */
    what: text('what').notNull(),
    outcome: text('outcome').notNull(),
    /** The class of the address it came from, with a keyed hash of it. */
    address: text('address').notNull(),
    request: text('request').notNull(),
    /** A keyed hash of the row and of the hash before it. */
    hash: text('hash').notNull(),
  },
  (t) => [index('audit_at').on(t.at), index('audit_who').on(t.who, t.number), index('audit_what').on(t.what, t.number)],
);

/** The last row of the audit. One row. */
export const auditHead = pgTable('audit_head', {
  name: text('name').primaryKey(),
  number: bigint('number', { mode: 'number' }).notNull(),
  hash: text('hash').notNull(),
});
