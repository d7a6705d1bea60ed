// What Postgres and PGlite have in common: Drizzle over either, and how to close it.

import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';

/** Drizzle over either database. All other files use this type. */
export type Database = PgDatabase<PgQueryResultHKT, Record<string, never>>;

/** A database, open and migrated. */
export interface OpenDatabase {
  readonly db: Database;
  /** Called before every large write. @throws RecordUnavailable when the disk is too full to write */
  writable(): Promise<void>;
  /** Throws away what the write-ahead log still holds of before, where that is ours to do. */
  forgetLog(): Promise<void>;
  close(): Promise<void>;
}
