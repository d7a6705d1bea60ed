// The connections to Postgres. Any of them may break at any moment: the process goes on, and the pool makes a new one.

import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import type { Database, OpenDatabase } from './database.ts';
import { databaseError } from './failures.ts';

/** A worker's share. A case's transactions are short, and a server with 100 connections serves others too. */
const CONNECTIONS = 6;
/** Any fixed number. Two workers that migrate at once wait for each other on it. */
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
  // A broken connection fails its query, which reports it. Without a listener it would end the process too. The pool listens only to idle
  // connections.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  try {
    await migrated(pool, migrationsFolder);
  } catch (error) {
    await pool.end();
    throw databaseError(error);
  }
  return { db: databaseOn(pool), close: () => pool.end(), writable: async () => {}, forgetLog: async () => {} };
}

/** When `begin` fails, Drizzle's own transaction never gives its connection back, and after a few of these none is left. This one does. */
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
