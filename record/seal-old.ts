// What releases before wrote in plain text is sealed when the record is opened: in batches, each a transaction, so that whoever is killed goes on
// where it was, and several processes share the work. Then what was plain leaves the files too.

import { and, asc, eq, exists, getTableColumns, gt, isNotNull, isNull, notExists, or, sql } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import { isSealed } from '../codec/sealed-value.ts';
import { addressesIn, addressHash, feedHash } from './addresses.ts';
import type { Database } from './database.ts';
import {
  calendarEntries,
  calendarFeeds,
  calendars,
  caseAddresses,
  cases,
  events,
  mails,
  notices,
  policies,
  secrets,
  toVacuum,
} from './schema.ts';
import { reallocated, reallocations, staff, staffNamed } from './schema-directory.ts';
import { importRows } from './schema-imports.ts';
import { shadowNotices } from './schema-shadow.ts';
import { webhookSubscriptions } from './schema-webhooks.ts';
import { SEALED } from './sealed-columns.ts';
import { ERASED, opened, type SealedTable, type Secrets, sealed, withoutKey } from './sealing.ts';

/** Sign-ins are not among them: those of before have ended. */
const TABLES: readonly (readonly [PgTable, SealedTable])[] = [
  [secrets, SEALED.secrets],
  [cases, SEALED.cases],
  [events, SEALED.events],
  [notices, SEALED.notices],
  [shadowNotices, SEALED.shadowNotices],
  [calendarEntries, SEALED.calendarEntries],
  [staff, SEALED.staff],
  [staffNamed, SEALED.staffNamed],
  [reallocations, SEALED.reallocations],
  [reallocated, SEALED.reallocated],
  [policies, SEALED.policies],
  [calendars, SEALED.calendars],
  [importRows, SEALED.importRows],
  [webhookSubscriptions, SEALED.webhookSubscriptions],
  [calendarFeeds, SEALED.calendarFeeds],
];

/** Rows of one transaction. */
const AT_ONCE = 200;

type Row = Record<string, unknown>;

/**
 * Makes a record of before one of this release: keyed hashes for what is looked up, and, where there are keys, personal values sealed.
 * @param forgetLog throws away what the write-ahead log still holds, where that is ours to do
 * @throws RecordUnavailable where a key cannot be had, or an error of the database
 */
export async function sealOld(db: Database, own: Secrets, forgetLog: () => Promise<void>): Promise<void> {
  await hashAddresses(db, own);
  await hashStaff(db, own);
  await hashFeeds(db, own);
  if (!own.seals) return;
  for (const [table, of] of TABLES) while (await sealSome(db, own, table, of));
  await forgetComposed(db);
  await vacuum(db, forgetLog);
}

/** A document that is not sealed, or a text: the indexes `cases_plain` and `events_plain` are of the same. */
function isPlain(column: PgColumn) {
  switch (column.getSQLType()) {
    case 'json':
      return sql`json_typeof(${column}) <> 'string'`;
    case 'jsonb':
      return sql`jsonb_typeof(${column}) <> 'string'`;
    default:
      return sql`not starts_with(${column}, 'nd2.')`;
  }
}

/** Seals the next rows of a table that are plain. @returns false where there are none */
function sealSome(db: Database, own: Secrets, table: PgTable, of: SealedTable): Promise<boolean> {
  const columns = getTableColumns(table) as Record<string, PgColumn>;
  return db.transaction(async (tx) => {
    const rows = (await tx
      .select()
      .from(table as typeof cases)
      .where(or(...of.columns.map((column) => isPlain(columns[column]!))))
      .limit(AT_ONCE)
      .for('update', { skipLocked: true })) as Row[];
    if (rows.length === 0) return false;
    // A backup of before an erasure brings nothing back.
    const erased = await withoutKey(own, rows.map(of.owner));
    const [gone, kept] = [true, false].map((is) => rows.filter((row) => erased.has(of.owner(row)) === is));
    const anew = [...(await sealed<Row>(own, of, kept!)), ...gone!.map((row) => erasedRow(of, row))];
    const was = [...kept!, ...gone!];
    const values = anew.map((row, i) =>
      Object.fromEntries(
        [...of.ids, ...of.columns].map((one) => [columns[one]!.name, isSealed(was[i]![one]) ? was[i]![one] : row[one]]),
      ),
    );
    await tx.execute(updating(table, of, values));
    await tx.insert(toVacuum).values({ name: of.name }).onConflictDoNothing();
    return true;
  });
}

const erasedRow = (of: SealedTable, row: Row): Row => ({
  ...row,
  ...Object.fromEntries(of.columns.map((column) => [column, row[column] === null ? null : ERASED])),
});

/** One statement for many rows. */
function updating(table: PgTable, of: SealedTable, values: readonly Row[]) {
  const columns = getTableColumns(table) as Record<string, PgColumn>;
  const name = (column: string) => sql.identifier(columns[column]!.name);
  const typed = [...of.ids, ...of.columns].map((one) => sql`${name(one)} ${sql.raw(columns[one]!.getSQLType())}`);
  const set = of.columns.map((column) => sql`${name(column)} = v.${name(column)}`);
  const same = of.ids.map((id) => sql`${table}.${name(id)} = v.${name(id)}`);
  return sql`update ${table} set ${sql.join(set, sql`, `)}
    from json_to_recordset(${JSON.stringify(values)}::json) as v(${sql.join(typed, sql`, `)})
    where ${sql.join(same, sql` and `)}`;
}

/** Which addresses the cases of before ever gave. One that has a hash has all of them: they were written together. */
async function hashAddresses(db: Database, { ledgerKey }: Secrets): Promise<void> {
  const plainEvent = exists(
    db
      .select({ one: sql`1` })
      .from(events)
      .where(and(eq(events.caseId, cases.id), isPlain(events.event))),
  );
  const hasNone = notExists(db.select({ one: sql`1` }).from(caseAddresses).where(eq(caseAddresses.caseId, cases.id)));
  for (let after: string | undefined = ''; after !== undefined; ) {
    const page: { id: string; file: unknown }[] = await db
      .select({ id: cases.id, file: cases.file })
      .from(cases)
      .where(and(or(isPlain(cases.file), isPlain(cases.told), plainEvent), hasNone, gt(cases.id, after)))
      .orderBy(asc(cases.id))
      .limit(AT_ONCE);
    for (const { id, file } of page) {
      const told = await db.select({ event: events.event }).from(events).where(eq(events.caseId, id));
      const given = addressesIn([file, told]).map((one) => ({ address: addressHash(ledgerKey, one), caseId: id }));
      if (given.length > 0) await db.insert(caseAddresses).values(given).onConflictDoNothing();
    }
    after = page.length < AT_ONCE ? undefined : page.at(-1)?.id;
  }
}

async function hashStaff(db: Database, own: Secrets): Promise<void> {
  const left = or(
    and(isNotNull(staff.address), isNull(staff.addressHash)),
    and(isNotNull(staff.sharedMailbox), isNull(staff.sharedHash)),
  );
  const hashed = (address: string | null) => (address === null ? null : addressHash(own.ledgerKey, address));
  for (const one of await opened(own, SEALED.staff, await db.select().from(staff).where(left)))
    await db
      .update(staff)
      .set({ addressHash: hashed(one.address), sharedHash: hashed(one.sharedMailbox) })
      .where(and(eq(staff.authority, one.authority), eq(staff.id, one.id)));
}

async function hashFeeds(db: Database, own: Secrets): Promise<void> {
  const left = await db.select().from(calendarFeeds).where(isNull(calendarFeeds.tokenHash));
  for (const { reader, token } of await opened(own, SEALED.calendarFeeds, left))
    await db
      .update(calendarFeeds)
      .set({ tokenHash: feedHash(own.ledgerKey, token!) })
      .where(eq(calendarFeeds.reader, reader));
}

/** A message that was made before its time is made again. */
async function forgetComposed(db: Database): Promise<void> {
  const forgotten = await db
    .update(mails)
    .set({ composed: null, composedOf: null })
    .where(and(isNotNull(mails.composed), sql`not starts_with(${mails.composed}, 'nd2.')`))
    .returning({ key: mails.key });
  if (forgotten.length > 0) await db.insert(toVacuum).values({ name: 'mails' }).onConflictDoNothing();
}

/**
 * Rewrites the tables that held plain text: a changed row stays in its file until then, and its values in the planner's statistics. Killed in the
 * middle, it is done at the next start.
 */
async function vacuum(db: Database, forgetLog: () => Promise<void>): Promise<void> {
  const left = await db.select().from(toVacuum);
  if (left.length === 0) return;
  for (const { name } of left) await db.execute(sql`vacuum (full, analyze) ${sql.identifier(name)}`);
  await forgetLog();
  await db.delete(toVacuum);
}
