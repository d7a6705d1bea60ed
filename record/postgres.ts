// The connections to Postgres. Any of them may break at any moment: the process lives on, and the place of a broken one is free again.

import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import type { Database, OpenDatabase } from './database.ts';
import { databaseError } from './failures.ts';

/** A worker's share: the transactions of a case are short, and a server of 100 connections has others to serve. */
const CONNECTIONS = 6;
/** Any fixed number: two workers that migrate at once wait for one another on it. */
const MIGRATION_LOCK = 7_240_163;

/**
 * Reads how many connections a worker may hold, from NODRIFT_DATABASE_CONNECTIONS.
 * @throws Error with one line when it is no such number
 */
export function readConnections(text: string | undefined): number | undefined {
  if (!text) return undefined;
  const count = Number(text);
  if (!Number.isInteger(count) || count < 2 || count > 100)
    throw new Error(`NODRIFT_DATABASE_CONNECTIONS must be a whole number from 2 to 100, not "${text}"`);
  return count;
}

/** Connects and migrates. @throws RecordUnavailable */
export async function openPostgres(
  databaseUrl: string,
  migrationsFolder: string,
  connections = CONNECTIONS,
): Promise<OpenDatabase> {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: connections,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  });
  // A connection that breaks ends its query, which says so; without listeners it would end the process too. The pool listens to those
  // that are idle alone.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  try {
    await migrated(pool, migrationsFolder);
  } catch (error) {
    await pool.end();
    throw databaseError(error);
  }
  return { db: databaseOn(pool), close: () => pool.end(), writable: async () => {} };
}

/** Drizzle's own transaction keeps a connection for ever when its `begin` fails: after a few of those none is left. */
function databaseOn(pool: pg.Pool): Database {
  const db = drizzle(pool) as unknown as Database;
  const transaction: Database['transaction'] = async (work, config) => {
    const client = await pool.connect();
    try {
      return await (drizzle(client) as unknown as Database).transaction(work, config);
    } finally {
      client.release();
    }
  };
  return Object.assign(db, { transaction });
}

async function migrated(pool: pg.Pool, migrationsFolder: string): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await migrate(drizzle(client), { migrationsFolder });
  } finally {
    await client.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK]).catch(() => {});
    client.release();
  }
}
