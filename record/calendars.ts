// What is in people's calendars: kept when they are told of a meeting, so that an answer is known for what it answers and a feed can be shown.

import { randomBytes } from 'node:crypto';
import { and, asc, eq, gte, ne, sql } from 'drizzle-orm';
import type { LocalDateTime } from '../domain/time/calendar.ts';
import { feedHash } from './addresses.ts';
import { base32 } from './base32.ts';
import type { Database, OpenRecord } from './open.ts';
import { calendarEntries, calendarFeeds, cases } from './schema.ts';
import { SEALED } from './sealed-columns.ts';
import { type Opened, opened, type Secrets, sealed } from './sealing.ts';

/** One meeting in one person's calendar. */
export type KeptEntry = Opened<typeof calendarEntries.$inferSelect>;
/** The same as it is kept: by whom it was answered comes later. */
export type NewEntry = Omit<KeptEntry, 'answered'>;

/** Keeps what people are told now. What comes late, of an edition that was followed by another, changes nothing. */
export async function keepCalendarEntries(tx: Database, secrets: Secrets, entries: readonly NewEntry[]): Promise<void> {
  const rows = await sealed<Omit<typeof calendarEntries.$inferSelect, 'answered'>>(
    secrets,
    SEALED.calendarEntries,
    entries,
  );
  for (const { token, ...said } of rows)
    await tx
      .insert(calendarEntries)
      .values({ token, ...said })
      .onConflictDoUpdate({
        target: calendarEntries.token,
        set: said,
        setWhere: sql`${calendarEntries.sequence} <= ${said.sequence}`,
      });
}

/** The entry of a token, with its case; undefined where there is none. */
export async function calendarEntryOf(record: OpenRecord, token: string) {
  const [found] = await record.db
    .select({ entry: calendarEntries, authority: cases.authority, family: cases.family })
    .from(calendarEntries)
    .innerJoin(cases, eq(cases.id, calendarEntries.caseId))
    .where(eq(calendarEntries.token, token));
  return found && { ...found, entry: (await read(record, [found.entry]))[0]! };
}

/** L27: the entries of the same person for siblings whose meeting is the same gathering: one mail, and one answer, for all. */
export async function siblingsOf(
  record: OpenRecord,
  { entry, authority, family }: NonNullable<Awaited<ReturnType<typeof calendarEntryOf>>>,
): Promise<KeptEntry[]> {
  if (family === null) return [];
  const { token, reader, start, minutes } = entry;
  const rows = await record.db
    .select({ entry: calendarEntries })
    .from(calendarEntries)
    .innerJoin(cases, eq(cases.id, calendarEntries.caseId))
    .where(
      and(
        ...[eq(calendarEntries.reader, reader), eq(calendarEntries.start, start)],
        ...[eq(calendarEntries.minutes, minutes), eq(calendarEntries.cancelled, false)],
        ...[eq(cases.authority, authority), eq(cases.family, family), ne(calendarEntries.token, token)],
      ),
    )
    .orderBy(asc(calendarEntries.caseId));
  return read(
    record,
    rows.map((row) => row.entry),
  );
}

/** A calendar has answered: of two answers the later one counts, in whatever order they come. */
export async function noteCalendarAnswer(record: OpenRecord, token: string, at: Date): Promise<void> {
  await record.db
    .update(calendarEntries)
    .set({ answered: sql`greatest(${calendarEntries.answered}, ${at.toISOString()}::timestamptz)` })
    .where(eq(calendarEntries.token, token));
}

/** A meeting as a feed shows it. */
export interface FeedEntry extends KeptEntry {
  readonly ref: string;
}

/** Everything a person is asked to come to from a day on, over all their cases; rehearsals are left out. */
export async function feedOf(record: OpenRecord, reader: string, from: LocalDateTime): Promise<FeedEntry[]> {
  const rows = await record.db
    .select({ entry: calendarEntries, ref: cases.ref })
    .from(calendarEntries)
    .innerJoin(cases, eq(cases.id, calendarEntries.caseId))
    .where(
      and(
        ...[eq(calendarEntries.reader, reader), gte(calendarEntries.start, from)],
        ...[eq(calendarEntries.cancelled, false), eq(cases.rehearsal, false)],
      ),
    )
    .orderBy(asc(calendarEntries.start), asc(calendarEntries.token));
  const entries = await read(
    record,
    rows.map(({ entry }) => entry),
  );
  return entries.map((entry, i) => ({ ...entry, ref: rows[i]!.ref }));
}

const read = (record: OpenRecord, rows: readonly (typeof calendarEntries.$inferSelect)[]): Promise<KeptEntry[]> =>
  opened(record, SEALED.calendarEntries, rows);

/** The token of somebody's feed; made the first time. */
export async function feedTokenOf(record: OpenRecord, reader: string, authority: string): Promise<string> {
  const made = await newToken(record, reader);
  await record.db
    .insert(calendarFeeds)
    .values({ reader, authority, ...made })
    .onConflictDoNothing();
  const rows = await record.db.select().from(calendarFeeds).where(eq(calendarFeeds.reader, reader));
  const [feed] = await opened(record, SEALED.calendarFeeds, rows);
  return feed!.token!;
}

/** Whose feed a token shows; undefined for one that never was, or was given another since. */
export async function feedNamed(record: OpenRecord, token: string) {
  const [feed] = await record.db
    .select({ reader: calendarFeeds.reader, authority: calendarFeeds.authority, since: calendarFeeds.since })
    .from(calendarFeeds)
    .where(eq(calendarFeeds.tokenHash, feedHash(record.ledgerKey, token)));
  return feed;
}

/** Gives a feed another token: under the old one nothing is shown any more. A feed that nobody asked for has none. */
export async function revokeFeed(record: OpenRecord, reader: string): Promise<void> {
  await record.db
    .update(calendarFeeds)
    .set({ ...(await newToken(record, reader)), since: sql`now()` })
    .where(eq(calendarFeeds.reader, reader));
}

async function newToken(secrets: Secrets, reader: string) {
  const token = base32(randomBytes(20));
  const [row] = await sealed<Pick<typeof calendarFeeds.$inferInsert, 'reader' | 'token'>>(
    secrets,
    SEALED.calendarFeeds,
    [{ reader, token }],
  );
  return { token: row!.token, tokenHash: feedHash(secrets.ledgerKey, token) };
}
