// The record on both its databases, for tests that must hold on either.

import { after, before, describe } from 'node:test';
import { type SQL, sql } from 'drizzle-orm';
import { memoryKeys } from '../../codec/case-keys.ts';
import { type OpenRecord, openRecord } from '../../record/open.ts';
import { memoryRecord } from './memory-record.ts';
import { missing, type PrivatePostgres, startPostgres } from './postgres.ts';

/** Runs the tests once on PGlite and once on Postgres; `record()` is empty at the start of each run. */
export function onBothDatabases(what: string, tests: (record: () => OpenRecord) => void): void {
  describe(`${what}, on PGlite`, () => {
    let record: OpenRecord;
    before(async () => {
      record = await memoryRecord();
    });
    after(() => record.close());
    tests(() => record);
  });
  describe(`${what}, on Postgres`, { skip: missing }, () => {
    let record: OpenRecord;
    let server: PrivatePostgres;
    before(async () => {
      server = await startPostgres();
      record = await openRecord({ databaseUrl: await server.database('record'), keys: memoryKeys() });
    });
    after(async () => {
      await record.close();
      await server.close();
    });
    tests(() => record);
  });
}

/** Each table as it stands in the database. */
export async function everyRow(record: OpenRecord): Promise<ReadonlyMap<string, string>> {
  const asked = async (query: SQL) =>
    ((await record.db.execute(query)) as unknown as { rows: { said: string }[] }).rows;
  const tables = await asked(
    sql`select table_name as said from information_schema.tables where table_schema = 'public'`,
  );
  const found = new Map<string, string>();
  for (const { said: name } of tables) {
    const rows = await asked(sql`select t::text as said from ${sql.identifier(name)} t`);
    found.set(name, rows.map(({ said }) => said).join('\n'));
  }
  return found;
}

/** Empties every table but the secrets. */
export async function emptied(record: OpenRecord): Promise<OpenRecord> {
  await record.db.execute(
    sql`truncate cases, case_addresses, events, duties, notices, mails, policies, calendars, contents, watch, alerts, agreements,
      calendar_entries, calendar_feeds, rounds,
      webhook_cases, webhook_said, webhook_events, webhook_subscriptions, webhook_deliveries cascade`,
  );
  return record;
}
