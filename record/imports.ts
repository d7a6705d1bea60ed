// Imports as the record keeps them: received whole, then settled case by case. What a row says is taken out with its outcome.

import { randomBytes } from 'node:crypto';
import { and, asc, count, eq, gt, inArray, isNull, lt, or, sql } from 'drizzle-orm';
import type { ImportedCase, ImportFault } from '../client/sheets/import-fault.ts';
import type { CaseFile } from '../domain/case/model.ts';
import { databaseError } from './failures.ts';
import type { OpenRecord } from './open.ts';
import { cases, events } from './schema.ts';
import { type ImportOutcome, type ImportState, importRows, imports } from './schema-imports.ts';
import { SEALED } from './sealed-columns.ts';
import { opened, sealed, type Unsealed } from './sealing.ts';
import { storable } from './storable.ts';

/** Rows of one statement. */
const AT_ONCE = 200;
/** So long a report can be read; and so long what was not received whole may lie. */
const KEPT = sql`now() - interval '30 days'`;
const STRANDED = sql`now() - interval '1 day'`;

const asking = async <T>(act: () => Promise<T>): Promise<T> => {
  try {
    return await act();
  } catch (error) {
    throw databaseError(error);
  }
};

/** An import that was received whole. */
export interface ImportNow {
  readonly id: string;
  readonly who: string;
  readonly dryRun: boolean;
  readonly state: ImportState;
  readonly began: Date;
  readonly done: Date | null;
  readonly cases: number;
  readonly left: number;
  readonly outcomes: Readonly<Record<ImportOutcome, number>>;
}

/**
 * Takes an import in. Cases that hold nothing to judge are settled. Reports of a month ago are thrown away.
 * @returns its id: nothing is opened before `beginImport`
 * @throws RecordUnavailable
 */
export function receiveImport(
  record: OpenRecord,
  by: { readonly who: string; readonly dryRun: boolean },
  given: readonly ImportedCase[],
): Promise<string> {
  return asking(async () => {
    await record.writable();
    await record.db
      .delete(imports)
      .where(or(lt(imports.began, KEPT), and(eq(imports.state, 'receiving'), lt(imports.began, STRANDED))));
    const id = `imp_${randomBytes(9).toString('hex')}`;
    await record.db.insert(imports).values({ id, ...by, state: 'receiving' });
    for (let at = 0; at < given.length; at += AT_ONCE) {
      const rows = given.slice(at, at + AT_ONCE).map((one, i) => rowOf(id, at + i + 1, one));
      await record.db.insert(importRows).values(await sealed<NewImportRow>(record, SEALED.importRows, rows));
    }
    return id;
  });
}

type NewImportRow = typeof importRows.$inferInsert;

function rowOf(id: string, number: number, given: ImportedCase): Unsealed<NewImportRow> {
  const { sheet, row, ref, faults, opening, slots, peopleRows } = storable(given);
  const place = { import: id, number, sheet, row, ref: ref.slice(0, 64) };
  if (opening === undefined) return { ...place, outcome: 'faulty', faults };
  // One with faults is judged too, that they are said all at once.
  return { ...place, said: { opening, slots, peopleRows }, ...(faults.length > 0 && { faults }) };
}

/** All of it is here: its workflow goes to work. @throws RecordUnavailable */
export const beginImport = (record: OpenRecord, id: string): Promise<void> =>
  asking(async () => {
    await record.db.update(imports).set({ state: 'running' }).where(eq(imports.id, id));
  });

/** It cannot begin, and leaves nothing behind. @throws RecordUnavailable */
export const dropImport = (record: OpenRecord, id: string): Promise<void> =>
  asking(async () => {
    await record.db.delete(imports).where(eq(imports.id, id));
  });

/** How far it is; undefined for one that is not there. @throws RecordUnavailable */
export function importNow(record: OpenRecord, id: string): Promise<ImportNow | undefined> {
  return asking(async () => {
    const [one] = await record.db.select().from(imports).where(eq(imports.id, id));
    if (!one) return undefined;
    const counted = await record.db
      .select({ outcome: importRows.outcome, rows: count() })
      .from(importRows)
      .where(eq(importRows.import, id))
      .groupBy(importRows.outcome);
    const of = (outcome: ImportOutcome | null) => counted.find((line) => line.outcome === outcome)?.rows ?? 0;
    return {
      ...one,
      cases: counted.reduce((all, { rows }) => all + rows, 0),
      left: of(null),
      outcomes: { ready: of('ready'), opened: of('opened'), already: of('already'), faulty: of('faulty') },
    };
  });
}

/** The faults of some cases. */
export interface FaultyRows {
  readonly faults: readonly (ImportFault & { readonly ref: string })[];
  /** The last case of the page: the next begins after it. Null where none is left. */
  readonly after: number | null;
}

/** @param after 0 for the first page. @throws RecordUnavailable */
export function importFaults(record: OpenRecord, id: string, after: number, limit: number): Promise<FaultyRows> {
  return asking(async () => {
    const rows = await record.db
      .select({
        import: importRows.import,
        number: importRows.number,
        ref: importRows.ref,
        faults: importRows.faults,
      })
      .from(importRows)
      .where(and(eq(importRows.import, id), gt(importRows.number, after), eq(importRows.outcome, 'faulty')))
      .orderBy(asc(importRows.number))
      .limit(limit + 1);
    const page = await opened(record, SEALED.importRows, rows.slice(0, limit));
    return {
      faults: page.flatMap(({ ref, faults }) => (faults ?? []).map((fault) => ({ ...fault, ref }))),
      after: rows.length > limit ? (page.at(-1)?.number ?? null) : null,
    };
  });
}

/** A case that is not settled yet. */
export interface RowToOpen extends Pick<ImportedCase, 'row' | 'sheet' | 'ref' | 'slots' | 'peopleRows' | 'faults'> {
  readonly number: number;
  readonly opening: NonNullable<ImportedCase['opening']>;
  readonly thereBefore: boolean;
}

/**
 * The next cases to open. Whether each was there before is written down now, before any is opened.
 * @throws RecordUnavailable
 */
export function rowsToOpen(record: OpenRecord, id: string, limit: number): Promise<readonly RowToOpen[]> {
  return asking(async () => {
    const left = and(eq(importRows.import, id), isNull(importRows.outcome));
    const rows = await record.db.select().from(importRows).where(left).orderBy(asc(importRows.number)).limit(limit);
    const asked = rows.filter(({ thereBefore }) => thereBefore === null);
    const known = await refsKnown(record, asked);
    for (const there of [true, false]) {
      const numbers = asked.filter(({ ref }) => known.has(ref) === there).map(({ number }) => number);
      if (numbers.length > 0)
        await record.db
          .update(importRows)
          .set({ thereBefore: there })
          .where(and(eq(importRows.import, id), inArray(importRows.number, numbers)));
    }
    const read = await opened(record, SEALED.importRows, rows);
    return read.map(({ number, row, sheet, ref, said, faults, thereBefore }) => ({
      number,
      row,
      sheet,
      ref,
      slots: said?.slots,
      peopleRows: said?.peopleRows,
      faults: faults ?? [],
      opening: said?.opening ?? { file: undefined, events: [] },
      thereBefore: thereBefore ?? known.has(ref),
    }));
  });
}

async function refsKnown({ db }: OpenRecord, rows: readonly { readonly ref: string }[]): Promise<ReadonlySet<string>> {
  if (rows.length === 0) return new Set();
  const refs = rows.map(({ ref }) => ref);
  const found = await db.select({ ref: cases.ref }).from(cases).where(inArray(cases.ref, refs));
  return new Set(found.map(({ ref }) => ref));
}

export interface Settled {
  readonly number: number;
  readonly outcome: ImportOutcome;
  readonly faults?: readonly ImportFault[] | undefined;
}

/** Writes down what became of cases, and takes out what they said. @throws RecordUnavailable */
export function settleRows(record: OpenRecord, id: string, settled: readonly Settled[]): Promise<void> {
  return asking(async () => {
    const rows = storable(settled.map((one) => ({ import: id, ...one, faults: one.faults ?? null })));
    const values = JSON.stringify(
      await sealed<Pick<typeof importRows.$inferSelect, 'import' | 'number' | 'outcome' | 'faults'>>(
        record,
        SEALED.importRows,
        rows,
      ),
    );
    await record.db.execute(sql`update import_rows set outcome = v.outcome, faults = v.faults, said = null
      from json_to_recordset(${values}::json) as v(number int, outcome text, faults json)
      where import_rows.import = ${id} and import_rows.number = v.number`);
  });
}

/** @throws RecordUnavailable */
export const finishImport = (record: OpenRecord, id: string): Promise<void> =>
  asking(async () => {
    await record.db.update(imports).set({ state: 'done', done: sql`now()` }).where(eq(imports.id, id));
  });

/** What a reference that is used was opened with. */
export interface OpenedBefore {
  readonly id: string;
  readonly file: CaseFile | null;
  /** What these events say there; undefined where there is no such event. */
  readonly eventsOf: (ids: readonly string[]) => Promise<ReadonlyMap<string, unknown>>;
}

/** @throws RecordUnavailable */
export function openedBefore(record: OpenRecord, ref: string): Promise<OpenedBefore | undefined> {
  return asking(async () => {
    const kept = await record.db.select({ id: cases.id, file: cases.file }).from(cases).where(eq(cases.ref, ref));
    const [found] = await opened(record, SEALED.cases, kept);
    if (!found) return undefined;
    const eventsOf = async (ids: readonly string[]) => {
      const rows = await record.db
        .select({ caseId: events.caseId, id: events.id, event: events.event })
        .from(events)
        .where(and(eq(events.caseId, found.id), inArray(events.id, [...ids])));
      return new Map((await opened(record, SEALED.events, rows)).map(({ id, event }) => [id, event as unknown]));
    };
    return { ...found, eventsOf };
  });
}
