// A record of a release before, with people in plain text, opened by this one: all of it is sealed, found and read, and gone from its files.

import assert from 'node:assert/strict';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { PGlite } from '@electric-sql/pglite';
import { drizzle as drizzlePostgres } from 'drizzle-orm/node-postgres';
import { migrate as migratePostgres } from 'drizzle-orm/node-postgres/migrator';
import { drizzle as drizzlePglite } from 'drizzle-orm/pglite';
import { migrate as migratePglite } from 'drizzle-orm/pglite/migrator';
import pg from 'pg';
import { type CaseKeys, memoryKeys } from '../../codec/case-keys.ts';
import { feedNamed } from '../../record/calendars.ts';
import { directoryOf, staffByAddress } from '../../record/directory.ts';
import { casesNaming } from '../../record/naming-cases.ts';
import { type OpenRecord, openRecord } from '../../record/open.ts';
import { history } from '../../record/read.ts';
import { listener } from '../../record/webhook-deliveries.ts';
import { missing, startPostgres } from '../support/postgres.ts';
import { everyRow } from '../support/records.ts';

const MIGRATIONS = fileURLToPath(new URL('../../record/migrations', import.meta.url));
const CANARY = 'quetzal';
const MANY = 450;
const folder = await mkdtemp(join(tmpdir(), 'nodrift-seal-old-'));
after(() => rm(folder, { recursive: true, force: true }));

/** The migrations of the release before. */
const migrationsFolder = join(folder, 'migrations');
before(async () => {
  await cp(MIGRATIONS, migrationsFolder, { recursive: true });
  const journal = join(migrationsFolder, 'meta', '_journal.json');
  const { entries, ...head } = JSON.parse(await readFile(journal, 'utf8'));
  await writeFile(journal, JSON.stringify({ ...head, entries: entries.slice(0, 18) }));
});

const A = 'child-protection/A';
const PERSON = `{"id": "nina", "name": "Nina ${CANARY}", "email": " Nina@${CANARY}.test"}`;
/** What the release before wrote: more events than are sealed at once, and one of everything else. */
const ROWS = `
  insert into cases (id, ref, kind, authority, opening, rehearsal, status, events, revision, policy, file)
    select 'child-protection/' || ref, ref, 'child-protection', 'barnsley', 'o', false, 'open', 1, 1, 'barnsley 1',
      '{"ref": "x", "people": [${PERSON}]}' from unnest(array['A', 'E']) ref;
  insert into events (case_id, id, type, "on", by, recorded_at, event)
    select '${A}', 'e' || i, 'x', '2027-03-01', 'nina', now(), jsonb_build_object('reason', '${CANARY} ' || i)
    from generate_series(1, ${MANY}) i;
  insert into events (case_id, id, type, "on", by, recorded_at, event)
    values ('child-protection/E', 'e', 'x', '2027-03-01', 'nina', now(), '{"person": {"email": "other@${CANARY}.test"}}');
  insert into mails (key, message_id, state, not_before, next_try_at, composed, composed_of)
    values ('m', '<m>', 'PLANNED', now(), now(), '${CANARY}', 'x');
  insert into notices (key, case_id, notice, recipient, kind, payload, not_before)
    values ('n', '${A}', 'n', 'nina', 'chase', '{"notice": {"to": ${PERSON}}}', now());
  insert into calendar_entries (token, case_id, meeting, person, reader, start, minutes, venue, sequence, cancelled, known)
    values ('t', '${A}', 'core-group-3', 'nina', 'r', '2027-07-02T10:00', 90, '${CANARY} centre', 0, false, now());
  insert into calendar_feeds (reader, authority, token) values ('r', 'barnsley', 'feed-${CANARY}');
  insert into staff (authority, id, name, role, address, shared_mailbox)
    values ('barnsley', 'S-1', '${CANARY}', 'social-worker', 'Ada@${CANARY}.test', null), ('barnsley', 'S-2', '${CANARY}', 'x', null, 'b@${CANARY}.test');
  insert into reallocations (id, authority, "from", "to", reason) values ('r', 'barnsley', 'S-1', 'S-2', '${CANARY}');
  insert into sign_in_users (id, name, email) values ('u', '', 'ada@${CANARY}.test');
  insert into webhook_subscriptions (id, authority, url, types, secret, by)
    values ('w', 'barnsley', 'https://${CANARY}.test', '{}', 'whsec_${CANARY}', 'key:x')`;

async function isSealed(record: OpenRecord): Promise<void> {
  for (const [table, rows] of await everyRow(record)) assert.ok(!rows.includes(CANARY), `${table} holds it`);
  const past = await history(record, A);
  assert.equal(past?.events.length, MANY);
  assert.ok(past?.events.every(({ id, event }) => event.reason === `${CANARY} ${id.slice(1)}`));
  assert.deepEqual(
    (await casesNaming(record, [`nina@${CANARY}.test`])).map(({ ref }) => ref),
    ['A', 'E'],
  );
  assert.deepEqual(
    (await casesNaming(record, [`other@${CANARY}.test`])).map(({ ref }) => ref),
    ['E'],
  );
  assert.deepEqual(
    (await staffByAddress(record, `ada@${CANARY}.test`)).map(({ id }) => id),
    ['S-1'],
  );
  assert.equal((await directoryOf(record, 'barnsley'))[1]?.sharedMailbox, `b@${CANARY}.test`);
  assert.equal((await feedNamed(record, `feed-${CANARY}`))?.reader, 'r');
  assert.deepEqual((await listener(record, 'w'))?.secrets, [`whsec_${CANARY}`]);
}

/** Keys that are gone after so many were asked for: as whoever is killed then. */
function endsAfter(keys: CaseKeys, asked: number): CaseKeys {
  let left = asked;
  const keyFor: CaseKeys['keyFor'] = async (owner) => {
    if (left-- <= 0) throw new Error('killed, says the test');
    return keys.keyFor(owner);
  };
  return { ...keys, keyFor };
}

async function upgraded(options: Parameters<typeof openRecord>[0]): Promise<void> {
  const keys = memoryKeys();
  for (const asked of [3, 5, 8])
    await assert.rejects(openRecord({ ...options, keys: endsAfter(keys, asked) }), /killed/);
  const record = await openRecord({ ...options, keys });
  await isSealed(record).finally(() => record.close());
  const again = await openRecord({ ...options, keys });
  await isSealed(again).finally(() => again.close());
  await assert.rejects(openRecord(options), /keys are not all here/);
}

async function oldFolder(name: string): Promise<string> {
  const dataDir = join(folder, name);
  const client = await PGlite.create(dataDir);
  await migratePglite(drizzlePglite(client), { migrationsFolder });
  await client.exec(ROWS);
  await client.close();
  return dataDir;
}

async function filesHolding(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const paths = entries.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
  const held = await Promise.all(paths.map(async (path) => (await readFile(path)).includes(CANARY)));
  return paths.filter((_, i) => held[i]);
}

test('a folder of before, on PGlite: killed again and again, and nothing of it is left in any file', async () => {
  const dataDir = await oldFolder('record');
  assert.notDeepEqual(await filesHolding(dataDir), []);
  await upgraded({ dataDir });
  assert.deepEqual(await filesHolding(dataDir), []);
});

test('a database of before, on Postgres; several processes share the work', { skip: missing }, async () => {
  const server = await startPostgres();
  try {
    for (const name of ['alone', 'together']) {
      const databaseUrl = await server.database(name);
      const pool = new pg.Pool({ connectionString: databaseUrl });
      await migratePostgres(drizzlePostgres(pool), { migrationsFolder });
      await pool.query(ROWS);
      await pool.end();
      if (name === 'alone') await upgraded({ databaseUrl });
      else {
        const keys = memoryKeys();
        const records = await Promise.all([1, 2, 3].map(() => openRecord({ databaseUrl, keys })));
        try {
          await isSealed(records[0]!);
        } finally {
          await Promise.all(records.map((record) => record.close()));
        }
      }
    }
  } finally {
    await server.close();
  }
});

test('a copy of before an erasure brings nothing of the case back', async () => {
  const keys = memoryKeys();
  await keys.erase(A, { by: 'staff:S-9', at: '2030-01-01T00:00:00Z' });
  const record = await openRecord({ dataDir: await oldFolder('erased'), keys });
  try {
    const past = await history(record, A);
    assert.deepEqual([past?.events.length, past?.events[0]?.event], [MANY, { erased: true }]);
    for (const [table, rows] of await everyRow(record)) assert.ok(!rows.includes(CANARY), table);
  } finally {
    await record.close();
  }
});
