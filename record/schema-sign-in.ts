// The tables of sign-in, for Drizzle: who signed in, their sessions, links that were sent, how often somebody tried. What stands in them is
// better-auth's, which never sees an address (sign-ins.ts); its fields that would hold names, tokens of an issuer or addresses of machines stay
// empty (web/sign-in/auth.ts).

import { boolean, index, integer, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { moment, type Sealed } from './columns.ts';

/** One row an address. */
export const signInUsers = pgTable('sign_in_users', {
  id: text('id').primaryKey(),
  /** The address. */
  name: text('name').$type<Sealed<string>>().notNull(),
  /** Stands in for the address: a keyed hash of it, written as an address. */
  email: text('email').notNull().unique(),
  emailVerified: boolean('email_verified').notNull().default(false),
  image: text('image'),
  createdAt: moment('created_at').notNull().defaultNow(),
  updatedAt: moment('updated_at').notNull().defaultNow(),
});

const user = () =>
  text('user_id')
    .notNull()
    .references(() => signInUsers.id, { onDelete: 'cascade' });

export const signInSessions = pgTable(
  'sign_in_sessions',
  {
    id: text('id').primaryKey(),
    token: text('token').notNull().unique(),
    userId: user(),
    expiresAt: moment('expires_at').notNull(),
    ipAddress: text('ip_address'),
    userAgent: text('user_agent'),
    /** The rights that the issuer's claims gave for this session, as JSON. Null where it began with a link. */
    claims: text('claims'),
    createdAt: moment('created_at').notNull().defaultNow(),
    updatedAt: moment('updated_at').notNull().defaultNow(),
  },
  (t) => [index('sign_in_sessions_user').on(t.userId)],
);

/** Whom an issuer means by a subject. */
export const signInAccounts = pgTable(
  'sign_in_accounts',
  {
    id: text('id').primaryKey(),
    userId: user(),
    providerId: text('provider_id').notNull(),
    /** A keyed hash of the subject: with some issuers it is an address. */
    accountId: text('account_id').notNull(),
    accessToken: text('access_token'),
    refreshToken: text('refresh_token'),
    idToken: text('id_token'),
    accessTokenExpiresAt: moment('access_token_expires_at'),
    refreshTokenExpiresAt: moment('refresh_token_expires_at'),
    scope: text('scope'),
    password: text('password'),
    createdAt: moment('created_at').notNull().defaultNow(),
    updatedAt: moment('updated_at').notNull().defaultNow(),
  },
  (t) => [
    index('sign_in_accounts_user').on(t.userId),
    uniqueIndex('sign_in_accounts_subject').on(t.providerId, t.accountId),
  ],
);

/** Links that were sent, by the hash of their token, and sign-ins that are under way at an issuer. Each is used once. */
export const signInVerifications = pgTable(
  'sign_in_verifications',
  {
    id: text('id').primaryKey(),
    identifier: text('identifier').notNull(),
    value: text('value').notNull(),
    expiresAt: moment('expires_at').notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
    updatedAt: moment('updated_at').notNull().defaultNow(),
  },
  (t) => [index('sign_in_verifications_identifier').on(t.identifier)],
);

/** How often something was tried, by a keyed hash of who and what. */
export const signInTries = pgTable('sign_in_tries', {
  key: text('key').primaryKey(),
  count: integer('count').notNull(),
  until: moment('until').notNull(),
});
