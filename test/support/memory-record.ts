// Records of tests: in memory, or a folder for a process to open. The empty database is made once per state of the migrations: each test takes
// that one over, in a third of the time.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PGlite } from '@electric-sql/pglite';
import { drizzle } from 'drizzle-orm/pglite';
import { migrate } from 'drizzle-orm/pglite/migrator';
import { type OpenRecord, openRecord } from '../../record/open.ts';
import { madeOnce } from './made-once.ts';

const MIGRATIONS = fileURLToPath(new URL('../../record/migrations', import.meta.url));

/** A record of this test's own, empty. Close it. */
export const memoryRecord = async (
  options: Omit<Parameters<typeof openRecord>[0], 'databaseUrl' | 'dataDir' | 'begins'> = {},
): Promise<OpenRecord> => openRecord({ ...options, begins: await emptyDatabase() });

/** What PGlite dumps of a database with every table and nothing in it. */
export const emptyDatabase = async (): Promise<Blob> => new Blob([await emptyDump()]);

/** A folder that holds such a database, as PGlite keeps it on disk. */
export async function emptyRecordAt(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // It says on its standard error that it takes the leading slash away.
  execFileSync('tar', ['-xf', '-', '-C', folder], { input: await emptyDump(), stdio: ['pipe', 'ignore', 'ignore'] });
}

const emptyDump = (): Promise<Buffer> => madeOnce('records', `${stateOfMigrations()}.tar`, makeDatabase);

async function makeDatabase(): Promise<Uint8Array> {
  const client = await PGlite.create('memory://');
  await migrate(drizzle(client), { migrationsFolder: MIGRATIONS });
  const dump = await client.dumpDataDir('none');
  await client.close();
  return new Uint8Array(await dump.arrayBuffer());
}

function stateOfMigrations(): string {
  const pglite = createRequire(import.meta.url).resolve('@electric-sql/pglite');
  const hash = createHash('sha256').update(readFileSync(join(pglite, '..', '..', 'package.json')));
  for (const name of readdirSync(MIGRATIONS, { recursive: true, encoding: 'utf8' }).sort())
    if (/\.(sql|json)$/.test(name)) hash.update(name).update(readFileSync(join(MIGRATIONS, name)));
  return hash.digest('hex').slice(0, 24);
}
