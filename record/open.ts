// Opens the record, in Postgres or in PGlite, and brings its tables up to date.

import { mkdir, statfs } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { PGlite } from '@electric-sql/pglite';
import { eq, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/pglite';
import { migrate } from 'drizzle-orm/pglite/migrator';
import { type CaseKeys, memoryKeys } from '../codec/case-keys.ts';
import type { Database, OpenDatabase } from './database.ts';
import { databaseError } from './failures.ts';
import { lockFolder } from './folder-lock.ts';
import { keptSecret } from './kept-secret.ts';
import { openPostgres } from './postgres.ts';
import { mails } from './schema.ts';
import { sealOld } from './seal-old.ts';
import type { Secrets } from './sealing.ts';
import { openSynced } from './synced-folder.ts';

export type { Database };

/** The record, open. */
export interface OpenRecord extends Omit<OpenDatabase, 'forgetLog'>, Secrets {
  /** Mails under way: their results must be written down before the record closes. */
  readonly underWay: Set<Promise<unknown>>;
  /** Waits up to `graceMs` (10 s) for mails under way, then closes. Close the transport first: it ends mails that hang. */
  close(graceMs?: number): Promise<void>;
}

const migrationsFolder = fileURLToPath(new URL('migrations', import.meta.url));
const SPACE_LEFT = 64 * 1024 * 1024;

/**
 * Opens the record and migrates it.
 * @param databaseUrl Postgres; without it PGlite in `dataDir`; without that PGlite in memory
 * @param databaseConnections how many connections to Postgres this process may hold; six where absent
 * @param ledgerKey NODRIFT_LEDGER_KEY; without it a random one is made once and kept in the database
 * @param keys what personal values are sealed with; without them they are not, but for a record in memory, whose keys end with it
 * @param encryption only where it is `required`, as it is where absent, are they sealed; they are read in any case
 * @param begins for a record in memory: what it begins as, a dump of PGlite's. Making an empty database takes seconds, taking one over does not
 * @throws RecordUnavailable with one line that says what to do
 */
export async function openRecord(options: {
  databaseUrl?: string | undefined;
  databaseConnections?: number | undefined;
  dataDir?: string | undefined;
  ledgerKey?: string | undefined;
  keys?: CaseKeys | undefined;
  encryption?: 'required' | 'migrating' | 'off' | undefined;
  begins?: Blob | undefined;
}): Promise<OpenRecord> {
  const { db, close, writable, forgetLog } = options.databaseUrl
    ? await openPostgres(options.databaseUrl, migrationsFolder, options.databaseConnections)
    : await openPglite(options.dataDir, options.begins);
  try {
    const underWay = new Set<Promise<unknown>>();
    const settleAndClose = async (graceMs = 10_000) => {
      await within(graceMs, Promise.allSettled(underWay));
      await close();
    };
    const inMemory = options.databaseUrl === undefined && options.dataDir === undefined;
    const keys = options.keys ?? (inMemory ? memoryKeys() : undefined);
    const seals = keys !== undefined && (options.encryption ?? 'required') === 'required';
    const secrets: Secrets = { keys, seals, ledgerKey: await ledgerKey({ db, keys, seals }, options.ledgerKey) };
    await sealOld(db, secrets, forgetLog);
    return { db, ...secrets, underWay, writable, close: settleAndClose };
  } catch (error) {
    await close();
    throw databaseError(error);
  }
}

/** Waits for the work, but no longer than this: while the database is down it never ends. */
async function within(ms: number, work: Promise<unknown>): Promise<void> {
  const clock = new AbortController();
  await Promise.race([work, sleep(ms, null, { signal: clock.signal }).catch(() => null)]);
  clock.abort();
}

const raise = (dataDir: string) => (error: unknown) => Promise.reject(databaseError(error, dataDir));

async function openPglite(dataDir: string | undefined, begins: Blob | undefined): Promise<OpenDatabase> {
  if (dataDir) await mkdir(dataDir, { recursive: true }).catch(raise(dataDir));
  const unlock = dataDir ? await lockFolder(dataDir).catch(raise(dataDir)) : async () => {};
  const writable = async () => {
    if (dataDir) await enoughSpace(dataDir);
  };
  // Node does not wait while PGlite's WebAssembly compiles. A process with nothing else to do would end in the middle.
  const alive = setInterval(() => {}, 1_000);
  try {
    await writable();
    const client = await (dataDir ? openSynced(dataDir) : PGlite.create('memory://', { loadDataDir: begins }));
    const db = drizzle(client);
    await migrate(db, { migrationsFolder });
    // Only one process at a time uses this folder. So whoever held a lease is gone, and nobody need wait for it to end.
    await db.update(mails).set({ leaseUntil: sql`now()` }).where(eq(mails.state, 'SENDING'));
    await db.update(mails).set({ nextTryAt: mails.notBefore }).where(eq(mails.state, 'PLANNED'));
    const close = async () => {
      await client.close();
      await unlock();
    };
    return { db: db as unknown as Database, close, writable, forgetLog: () => forgetLog(client) };
  } catch (error) {
    await unlock();
    throw databaseError(error, dataDir);
  } finally {
    clearInterval(alive);
  }
}

/** The next file of the log is begun, and those before it are taken away: a file that is used again would keep what it held. */
async function forgetLog(client: PGlite): Promise<void> {
  await client.exec('set wal_recycle = off; select pg_switch_wal();');
  await client.exec('checkpoint');
}

/**
 * On a full disk PGlite does not fail: it loops for ever and blocks the process (seen with 0.5.16). So it never gets to write to a disk that is nearly full. It
 * needs 16 MB at once, for a segment of its write-ahead log.
 */
async function enoughSpace(dataDir: string): Promise<void> {
  const { bavail, bsize } = await statfs(dataDir);
  if (bavail * bsize < SPACE_LEFT) throw databaseError({ code: 'ENOSPC' }, dataDir);
}

const ledgerKey = (of: Parameters<typeof keptSecret>[0], given: string | undefined): Promise<Buffer> | Buffer =>
  given ? Buffer.from(given, 'utf8') : keptSecret(of, 'ledger');
