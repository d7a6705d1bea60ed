// A database of an older release is brought up to date with everything that is in it.

import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { PGlite } from '@electric-sql/pglite';
import { drizzle as drizzlePostgres } from 'drizzle-orm/node-postgres';
import { migrate as migratePostgres } from 'drizzle-orm/node-postgres/migrator';
import { drizzle as drizzlePglite } from 'drizzle-orm/pglite';
import { migrate as migratePglite } from 'drizzle-orm/pglite/migrator';
import pg from 'pg';
import { inForce } from '../../record/in-force.ts';
import { openRecord } from '../../record/open.ts';
import { history, ledgerOf } from '../../record/read.ts';
import { restorable } from '../../record/restore.ts';
import { keep } from '../../record/write.ts';
import { duty, entry, event } from '../support/entries.ts';
import { missing, startPostgres } from '../support/postgres.ts';

const MIGRATIONS = fileURLToPath(new URL('../../record/migrations', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'nodrift-migrations-'));
after(() => rm(folder, { recursive: true, force: true }));

/** The migrations of release 0.1. */
async function old(): Promise<string> {
  const migrationsFolder = join(folder, 'migrations');
  await cp(MIGRATIONS, migrationsFolder, { recursive: true });
  const journal = join(migrationsFolder, 'meta', '_journal.json');
  const { entries, ...head } = JSON.parse(await readFile(journal, 'utf8'));
  await writeFile(journal, JSON.stringify({ ...head, entries: entries.slice(0, 2) }));
  return migrationsFolder;
}

/** What release 0.1 wrote. */
const ROWS = `
  insert into cases (id, ref, kind, authority, team, opening, rehearsal, status, events, revision, policy)
    values ('child-protection/BC-2041', 'BC-2041', 'child-protection', 'barnsley', 'north', 'opening-1', false, 'open', 1, 1, 'barnsley 1');
  insert into events values ('child-protection/BC-2041', 'opening-1', 'minutes-received', '2027-03-01', 'sw', '2027-03-04T08:00:00Z', '{"id": "opening-1", "type": "x"}');
  insert into duties values ('child-protection/BC-2041', 'minutes/core-group-3', 'core-group-3', 'hv', '2027-02-24', '2027-03-01', '2027-03-01', null, null, false, '["R59"]', 1, 1);
  insert into ledger (key, case_id, notice, recipient, kind, duty, message_id, state, not_before, next_try_at)
    values ('k', 'child-protection/BC-2041', 'n', 'hv', 'chase', 'minutes/core-group-3', 'm', 'ACCEPTED', now(), now())`;

async function survived(options: Parameters<typeof openRecord>[0]): Promise<void> {
  const record = await openRecord(options);
  try {
    const before = await history(record, 'child-protection/BC-2041');
    assert.deepEqual(before?.events, [event('opening-1')]);
    assert.deepEqual(before?.duties, [{ ...duty('minutes/core-group-3'), standing: 'open' }]);
    assert.equal((await ledgerOf(record, 'child-protection/BC-2041'))[0]?.state, 'ACCEPTED');
    assert.equal((await inForce(record, 'barnsley')).policy.version, '1');
    assert.match(JSON.stringify(await restorable(record, 'child-protection/BC-2041')), /it ran on release 0\.1/);
    await keep(record, entry({ events: 2, revision: 2, newEvents: [event('e2', { arrival: 2 })] }));
    assert.equal((await history(record, 'child-protection/BC-2041'))?.events.length, 2);
  } finally {
    await record.close();
  }
}

test('a folder of release 0.1, on PGlite', async () => {
  const dataDir = join(folder, 'record');
  const client = await PGlite.create(dataDir);
  await migratePglite(drizzlePglite(client), { migrationsFolder: await old() });
  await client.exec(ROWS);
  await client.close();
  await survived({ dataDir });
});

test('a database of release 0.1, on Postgres', { skip: missing }, async () => {
  const server = await startPostgres();
  try {
    const databaseUrl = await server.database('old');
    const pool = new pg.Pool({ connectionString: databaseUrl });
    await migratePostgres(drizzlePostgres(pool), { migrationsFolder: await old() });
    await pool.query(ROWS);
    await pool.end();
    await survived({ databaseUrl });
  } finally {
    await server.close();
  }
});

test('the journal names every file of migrations, in order, each later than the one before', async () => {
  const { entries } = JSON.parse(await readFile(join(MIGRATIONS, 'meta', '_journal.json'), 'utf8')) as {
    entries: { idx: number; when: number; tag: string }[];
  };
  for (const [i, { idx, when, tag }] of entries.entries()) {
    assert.equal(idx, i);
    assert.ok(tag.startsWith(String(i).padStart(4, '0')), tag);
    assert.ok(when > (entries[i - 1]?.when ?? 0), `${tag} would be left out where the one before it has been run`);
    await readFile(join(MIGRATIONS, `${tag}.sql`));
  }
});
