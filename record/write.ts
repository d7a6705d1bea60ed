// Keeps what cases hand over: whole, once, and never an older entry over a newer one. No rules here.

import { createHash } from 'node:crypto';
import { and, eq, inArray, isNull, sql } from 'drizzle-orm';
import { standings } from '../domain/case/put-right.ts';
import { stable } from '../domain/case/same-content.ts';
import type { DutyRow, EventRow, Opened, RecordEntry } from '../domain/notices/notice.ts';
import { addressesIn, addressHash } from './addresses.ts';
import { keepAlerts } from './alerts.ts';
import { erasureIn } from './erasures.ts';
import { databaseError, ReferenceTaken } from './failures.ts';
import { keepNamed } from './keep-named.ts';
import type { Database, OpenRecord } from './open.ts';
import { recordedIn } from './read.ts';
import { caseAddresses, cases, contents, duties, events, limitsMoved } from './schema.ts';
import { SEALED } from './sealed-columns.ts';
import { opened, type Secrets, sealed, type Unsealed } from './sealing.ts';
import { storable } from './storable.ts';
import { tellOthers } from './webhook-outbox.ts';

/**
 * Keeps an entry: all of it or nothing, and twice is once. The first entry of a case claims its reference.
 * @throws ReferenceTaken, RecordUnavailable
 */
export async function keep(record: OpenRecord, entry: RecordEntry): Promise<void> {
  try {
    await record.writable();
    await record.db.transaction((tx) => keepWithin(tx, record, entry));
  } catch (error) {
    // Turned away, it can still be heard: nothing else of it is kept.
    if (error instanceof ReferenceTaken) await keepAlerts(record.db, entry);
    throw databaseError(error);
  }
}

/**
 * The same, within the caller's transaction.
 * @returns false where the record knows something newer of the case: an attempt that was believed dead comes late
 */
export async function keepWithin(tx: Database, secrets: Secrets, given: RecordEntry): Promise<boolean> {
  const entry = storable(given);
  const { id } = entry.case;
  if (await erasureIn(tx, id)) throw new ReferenceTaken(entry.case.ref, id);
  const isNewest = await keepCase(tx, secrets, entry);
  // Once more behind the case's row: whoever strips it has that first, or waits for it.
  if (await erasureIn(tx, id)) throw new ReferenceTaken(entry.case.ref, id);
  const brought = await keepEvents(tx, secrets, entry, isNewest);
  if (!entry.case.rehearsal) await keepAddresses(tx, secrets, entry);
  // What an older entry brings late may have been put right by what the record has already.
  if (!isNewest || entry.newEvents.some(({ type }) => isPutRight(type))) await keepStandings(tx, secrets, id);
  if (entry.moved && entry.moved.length > 0)
    await tx
      .insert(limitsMoved)
      .values(
        entry.moved.map((limit) => ({
          caseId: id,
          event: limit.by,
          duty: limit.duty,
          was: limit.was,
          due: limit.due,
          at: new Date(limit.at),
        })),
      )
      .onConflictDoNothing();
  await keepDuties(tx, entry);
  if (!entry.case.rehearsal) await keepNamed(tx, secrets, entry, isNewest);
  await keepAlerts(tx, entry);
  await tellOthers(tx, entry, brought, isNewest);
  return isNewest;
}

/**
 * The first case has the reference for ever. A case of another kind, or one that another event opened, is refused. Two that come at once
 * wait for each other here.
 * @returns whether nothing newer of the case is known
 */
async function keepCase(tx: Database, secrets: Secrets, entry: RecordEntry): Promise<boolean> {
  const { id, ref, kind, opening, rehearsal } = entry.case;
  const start = entry.opened && (await openingColumns(tx, entry.opened));
  // Sealed before anything is asked of the database: no row is locked while keys are fetched.
  const [row] = await sealed<typeof cases.$inferInsert>(secrets, SEALED.cases, [
    { id, ref, kind, opening, rehearsal, ...whatChanges(entry), ...start },
  ]);
  const {
    file,
    openedPolicy,
    openedCalendar,
    id: _id,
    ref: _ref,
    kind: _kind,
    opening: _opening,
    rehearsal: _rehearsal,
    ...now
  } = row!;
  // A new case is one statement, with what it was opened with: caseloads are brought in by the thousand.
  const closes = entry.status === 'closed';
  const added = await tx
    .insert(cases)
    .values({ ...row!, ...(closes && { closedAt: sql`now()` }) })
    .onConflictDoNothing()
    .returning({ id: cases.id });
  if (added.length > 0) return true;
  const [holder] = await tx
    .select({ id: cases.id, opening: cases.opening })
    .from(cases)
    .where(eq(cases.ref, ref))
    .for('update');
  if (!holder || holder.id !== id || holder.opening !== opening) throw new ReferenceTaken(ref, holder?.id ?? id);
  const newest = await tx
    .update(cases)
    .set({ ...now, closedAt: closes ? sql`coalesce(${cases.closedAt}, now())` : null, updatedAt: sql`now()` })
    .where(and(eq(cases.id, id), notNewer(cases, entry)))
    .returning({ id: cases.id });
  // Written once and never changed: all that came later is in the events.
  if (start)
    await tx
      .update(cases)
      .set({ file, openedPolicy, openedCalendar })
      .where(and(eq(cases.id, id), isNull(cases.file)));
  return newest.length > 0;
}

/** The columns of a case that every entry sets. */
function whatChanges(entry: RecordEntry) {
  return {
    authority: entry.case.authority,
    team: entry.case.team,
    family: entry.case.family,
    status: entry.status,
    events: entry.events,
    revision: entry.revision,
    policy: entry.policy,
    nextStepAt: entry.nextStep ? new Date(entry.nextStep.at) : null,
    nextStepSummary: entry.nextStep?.summary ?? null,
    // Old releases hand none over. Then what the record has stays.
    ...(entry.told ? { told: entry.told } : {}),
  };
}

/** What a case was opened with, as its row has it. Policies and calendars are kept once, however many cases share them, and found by their hash. */
async function openingColumns(tx: Database, { file, policy, calendar }: Opened) {
  const [openedPolicy, openedCalendar] = [hashOf(policy), hashOf(calendar)];
  const kept = await tx
    .select({ hash: contents.hash })
    .from(contents)
    .where(inArray(contents.hash, [openedPolicy, openedCalendar]));
  const missing = [
    { hash: openedPolicy, content: policy },
    { hash: openedCalendar, content: calendar },
  ].filter((one) => !kept.some(({ hash }) => hash === one.hash));
  if (missing.length > 0) await tx.insert(contents).values(missing).onConflictDoNothing();
  return { file, openedPolicy, openedCalendar };
}

const hashOf = (content: unknown): string => createHash('sha256').update(stable(content)).digest('hex');

/**
 * Events are kept once, and never changed by an older entry. What the newest says of one that is there holds: a task may have handed it over and then been
 * lost, and the case took it anew, a moment later.
 * @returns the ids of those the record did not have
 */
async function keepEvents(
  tx: Database,
  secrets: Secrets,
  { case: { id: caseId }, newEvents }: RecordEntry,
  isNewest: boolean,
): Promise<ReadonlySet<string>> {
  if (newEvents.length === 0) return new Set();
  const rows = await eventValues(secrets, caseId, newEvents);
  const added = await tx.insert(events).values(rows).onConflictDoNothing().returning({ id: events.id });
  const brought = new Set(added.map(({ id }) => id));
  for (const { caseId: _, id, ...said } of isNewest ? rows.filter((row) => !brought.has(row.id)) : [])
    await tx
      .update(events)
      .set(said)
      .where(and(eq(events.caseId, caseId), eq(events.id, id)));
  return brought;
}

function eventValues(secrets: Secrets, caseId: string, given: readonly EventRow[]) {
  const rows = given.map(
    (event): Unsealed<typeof events.$inferInsert> => ({
      caseId,
      id: event.id,
      type: event.type,
      on: event.on,
      by: event.by,
      recordedAt: new Date(event.recordedAt),
      event: event.event,
      arrival: event.arrival ?? null,
      known: event.known === undefined ? null : new Date(event.known),
    }),
  );
  return sealed<typeof events.$inferInsert>(secrets, SEALED.events, rows);
}

/** Which addresses an entry gives: whoever asks for the cases of an address finds it by them. */
async function keepAddresses(
  tx: Database,
  { ledgerKey }: Secrets,
  { case: of, opened: start, newEvents }: RecordEntry,
) {
  const given = addressesIn([start?.file, newEvents.map(({ event }) => event)]);
  if (given.length === 0) return;
  await tx
    .insert(caseAddresses)
    .values(given.map((address) => ({ address: addressHash(ledgerKey, address), caseId: of.id })))
    .onConflictDoNothing();
}

/** Which of the case's events stand (L1): worked out from all of them, so that the order in which they came here does not matter. */
async function keepStandings(tx: Database, secrets: Secrets, caseId: string): Promise<void> {
  const rows = await opened(secrets, SEALED.events, await tx.select().from(events).where(eq(events.caseId, caseId)));
  if (!rows.some(({ type }) => isPutRight(type))) return;
  const became = standings(rows.map(recordedIn));
  for (const { id, standing, putRightBy } of rows) {
    const now = became.get(id);
    if (!now || (now.standing === standing && now.by === putRightBy)) continue;
    await tx
      .update(events)
      .set({ standing: now.standing, putRightBy: now.by })
      .where(and(eq(events.caseId, caseId), eq(events.id, id)));
  }
}

const isPutRight = (type: string): boolean => type === 'event-corrected' || type === 'event-withdrawn';

async function keepDuties(tx: Database, entry: RecordEntry): Promise<void> {
  // One statement cannot write the same row twice. With a key twice the entry would fail for ever.
  const owed = [...new Map(entry.duties.map((duty) => [duty.key, duty])).values()];
  if (owed.length === 0) return;
  await tx
    .insert(duties)
    .values(owed.map((duty) => dutyValues(entry, duty)))
    .onConflictDoUpdate({
      target: [duties.caseId, duties.key],
      set: Object.fromEntries(DUTY_COLUMNS.map((column) => [column, sql.raw(`excluded."${duties[column].name}"`)])),
      setWhere: notNewer(duties, entry),
    });
}

function dutyValues(entry: RecordEntry, duty: DutyRow): typeof duties.$inferInsert {
  return {
    caseId: entry.case.id,
    key: duty.key,
    meeting: duty.meeting,
    owner: duty.owner,
    arises: duty.arises,
    due: duty.due,
    bookBy: duty.bookBy,
    target: duty.target,
    done: duty.done,
    lapsed: duty.lapsed,
    withdrawn: duty.withdrawn ?? false,
    uncounted: duty.uncounted ?? false,
    rules: duty.rules,
    events: entry.events,
    revision: entry.revision,
  };
}

const DUTY_COLUMNS = [
  'meeting',
  'owner',
  'arises',
  'due',
  'bookBy',
  'target',
  'done',
  'lapsed',
  'withdrawn',
  'uncounted',
  'rules',
  'events',
  'revision',
] as const;

/** An older entry never overwrites a newer one. Newer is the one with more events, then the one with the higher revision. */
function notNewer(table: typeof cases | typeof duties, { events: count, revision }: RecordEntry) {
  return sql`(${table.events}, ${table.revision}) <= (${count}, ${revision})`;
}
