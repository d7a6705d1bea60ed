// What either database looks like from here: Drizzle, and how to close it.

import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';

/** Drizzle over either database; everything of ours speaks to this. */
export type Database = PgDatabase<PgQueryResultHKT, Record<string, never>>;

/** A database, open and migrated. */
export interface OpenDatabase {
  readonly db: Database;
  /** @throws RecordUnavailable when nothing may be written now because the disk is nearly full. Asked before every write of size. */
  writable(): Promise<void>;
  close(): Promise<void>;
}
