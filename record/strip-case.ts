// Takes everything about people out of the record of an erased case. Figures stay: duties with their limits and when they were done, what kind of
// thing happened on which day, and that the case was erased.

import { and, asc, eq, inArray, ne, notInArray, sql } from 'drizzle-orm';
import type { MeetingId } from '../domain/case/model.ts';
import { withoutIds } from '../workflows/answers.ts';
import { type Erasure, erasureIn } from './erasures.ts';
import { asked } from './failures.ts';
import type { Database, OpenRecord } from './open.ts';
import {
  agreements,
  alerts,
  calendarEntries,
  calendarFeeds,
  caseAddresses,
  cases,
  duties,
  events,
  limitsMoved,
  mails,
  notices,
} from './schema.ts';
import { reallocated, staffNamed } from './schema-directory.ts';
import { importRows } from './schema-imports.ts';
import { erasures, erasuresAhead } from './schema-law.ts';
import { liveCases, shadowNotices } from './schema-shadow.ts';
import { webhookDeliveries, webhookEvents, webhookSaid } from './schema-webhooks.ts';
import { ERASED } from './sealing.ts';
import { tellErased } from './webhook-outbox.ts';

/** Stands where somebody's id stood. */
const NOBODY = 'erased';

/**
 * Strips a case that is on the list of erasures, in one transaction; twice is once.
 * @returns the erasure, done
 * @throws Error for a case that nobody asked to erase; RecordUnavailable
 */
export function stripCase(record: OpenRecord, caseId: string): Promise<Erasure> {
  return asked(async () => {
    await record.writable();
    return record.db.transaction(async (tx) => {
      // Keeping an entry of the case locks this row too. Whoever comes second finds the case on the list.
      const [row] = await tx.select().from(cases).where(eq(cases.id, caseId)).for('update');
      const [before] = await tx.select().from(erasures).where(eq(erasures.caseId, caseId));
      if (!before) throw new Error(`${caseId} is not on the list of erasures`);
      const had = {
        duties: await stripDuties(tx, caseId),
        events: await stripEvents(tx, caseId),
        mails: await stripMails(tx, caseId),
      };
      await stripCalendars(tx, caseId);
      await stripRest(tx, caseId);
      if (row) {
        const wasClosed = row.closedAt ?? new Date();
        await tx
          .update(cases)
          .set({
            ...{ status: 'closed', closedAt: wasClosed, family: null, file: null, told: null, opening: NOBODY },
            ...{ nextStepAt: null, nextStepSummary: null },
          })
          .where(eq(cases.id, caseId));
        await tx.update(importRows).set({ said: null, faults: null }).where(eq(importRows.ref, row.ref));
        // Others are told once, even if the case is stripped again.
        if (before.events === null && !row.rehearsal) await tellErased(tx, row);
      }
      await tx
        .update(erasures)
        .set({
          ...{ doneAt: sql`now()`, authority: sql`coalesce(${erasures.authority}, ${row?.authority ?? null})` },
          // How much there was is counted the first time: by the second it is gone.
          ...{ events: sql`coalesce(${erasures.events}, ${had.events})` },
          ...{ duties: sql`coalesce(${erasures.duties}, ${had.duties})` },
          ...{ mails: sql`coalesce(${erasures.mails}, ${had.mails})` },
        })
        .where(eq(erasures.caseId, caseId));
      return (await erasureIn(tx, caseId))!;
    });
  });
}

/**
 * Takes a rehearsal that is over out of the record, in one transaction: no figure needs it, and its key goes.
 * @returns false for a case that is none, which stays as it is
 * @throws RecordUnavailable
 */
export function dropRehearsal(record: OpenRecord, caseId: string): Promise<boolean> {
  return asked(async () => {
    await record.writable();
    return record.db.transaction(async (tx) => {
      const [row] = await tx.select().from(cases).where(eq(cases.id, caseId)).for('update');
      if (!row?.rehearsal) return false;
      await stripMails(tx, caseId);
      await stripCalendars(tx, caseId);
      await stripRest(tx, caseId);
      for (const table of [limitsMoved, duties, events] as const)
        await tx.delete(table).where(eq(table.caseId, caseId));
      await tx.delete(cases).where(eq(cases.id, caseId));
      return true;
    });
  });
}

/** Limits, and when they were met, stay. Whose they were goes, and so do ids that people typed. What was open will never be done. */
async function stripDuties(tx: Database, caseId: string): Promise<number> {
  const rows = await tx
    .select()
    .from(duties)
    .where(eq(duties.caseId, caseId))
    .orderBy(asc(duties.arises), asc(duties.key));
  const taken = new Set(rows.map(({ key }) => key));
  for (const { key, meeting } of rows) {
    const plain = withoutIds(key, meeting as MeetingId | null);
    taken.delete(key);
    const named = plain === key ? key : firstFree(plain, taken);
    taken.add(named);
    await tx
      .update(duties)
      .set({
        ...{ key: named, owner: NOBODY },
        lapsed: sql`${duties.lapsed} or (${duties.done} is null and not ${duties.withdrawn})`,
      })
      .where(and(eq(duties.caseId, caseId), eq(duties.key, key)));
  }
  await tx.delete(limitsMoved).where(and(eq(limitsMoved.caseId, caseId), notInArray(limitsMoved.duty, ['', ...taken])));
  const moved = await tx.select().from(limitsMoved).where(eq(limitsMoved.caseId, caseId)).orderBy(asc(limitsMoved.at));
  for (const [i, { event, duty }] of moved.entries())
    await tx
      .update(limitsMoved)
      .set({ event: `${NOBODY}/${i + 1}` })
      .where(and(eq(limitsMoved.caseId, caseId), eq(limitsMoved.event, event), eq(limitsMoved.duty, duty)));
  return rows.length;
}

function firstFree(plain: string, taken: ReadonlySet<string>): string {
  for (let i = 1; ; i++) if (!taken.has(`${plain}/${i}`)) return `${plain}/${i}`;
}

/** What kind of thing happened on which day stays. An event that was stripped before is left as it is. */
async function stripEvents(tx: Database, caseId: string): Promise<number> {
  const rows = await tx
    .select({ id: events.id, by: events.by })
    .from(events)
    .where(eq(events.caseId, caseId))
    .orderBy(asc(events.recordedAt), asc(events.id));
  const left = rows.filter(({ by }) => by !== NOBODY);
  const from = rows.length - left.length;
  for (const [i, { id }] of left.entries())
    await tx
      .update(events)
      .set({
        id: `${NOBODY}/${from + i + 1}`,
        by: NOBODY,
        event: ERASED as typeof events.$inferSelect.event,
        putRightBy: null,
      })
      .where(and(eq(events.caseId, caseId), eq(events.id, id)));
  return rows.length;
}

/** What waits to be sent is not sent; a mail for several cases goes without this one. */
async function stripMails(tx: Database, caseId: string): Promise<number> {
  const gone = await tx.delete(notices).where(eq(notices.caseId, caseId)).returning({ mail: notices.mail });
  const of = [...new Set(gone.flatMap(({ mail }) => mail ?? []))];
  if (of.length > 0) {
    await tx.update(mails).set({ composed: null, composedOf: null }).where(inArray(mails.key, of));
    const shared = tx.select({ mail: notices.mail }).from(notices).where(inArray(notices.mail, of));
    await tx.delete(mails).where(and(inArray(mails.key, of), notInArray(mails.key, shared)));
  }
  await tx.delete(shadowNotices).where(eq(shadowNotices.caseId, caseId));
  return gone.length;
}

/** A reader's feed ends with the last case that they are told of. */
async function stripCalendars(tx: Database, caseId: string): Promise<void> {
  const gone = await tx
    .delete(calendarEntries)
    .where(eq(calendarEntries.caseId, caseId))
    .returning({ reader: calendarEntries.reader });
  const readers = [...new Set(gone.map(({ reader }) => reader))];
  if (readers.length === 0) return;
  const elsewhere = tx.select({ reader: calendarEntries.reader }).from(calendarEntries);
  await tx
    .delete(calendarFeeds)
    .where(and(inArray(calendarFeeds.reader, readers), notInArray(calendarFeeds.reader, elsewhere)));
}

async function stripRest(tx: Database, caseId: string): Promise<void> {
  for (const table of [
    caseAddresses,
    staffNamed,
    reallocated,
    liveCases,
    alerts,
    agreements,
    webhookSaid,
    erasuresAhead,
  ] as const)
    await tx.delete(table).where(eq(table.caseId, caseId));
  // Whoever was told of the case has still to hear that it was erased.
  const heard = tx
    .select({ position: webhookEvents.position })
    .from(webhookEvents)
    .where(and(eq(webhookEvents.caseId, caseId), eq(webhookEvents.type, 'nodrift.case.erased')));
  await tx
    .delete(webhookDeliveries)
    .where(and(eq(webhookDeliveries.caseId, caseId), notInArray(webhookDeliveries.position, heard)));
  await tx
    .delete(webhookEvents)
    .where(and(eq(webhookEvents.caseId, caseId), ne(webhookEvents.type, 'nodrift.case.erased')));
}
