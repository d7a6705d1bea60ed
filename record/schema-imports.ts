// The tables of imports: a caseload on its way in. Names stand in them only as long as a case waits to be opened.

import { sql } from 'drizzle-orm';
import { boolean, index, integer, json, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { ImportedCase, ImportFault } from '../client/sheets/import-fault.ts';
import { moment, type Sealed } from './columns.ts';

/** `receiving` until all its rows are here, then `running` until none is left. */
export type ImportState = 'receiving' | 'running' | 'done';

/** What became of a case: `ready` of a dry run, for `opened`; `already` where it was open before, with the same. */
export type ImportOutcome = 'ready' | 'opened' | 'already' | 'faulty';

export const imports = pgTable('imports', {
  id: text('id').primaryKey(),
  /** As `Caller.who`. */
  who: text('who').notNull(),
  dryRun: boolean('dry_run').notNull(),
  state: text('state').$type<ImportState>().notNull(),
  began: moment('began').notNull().defaultNow(),
  done: moment('done'),
});

export const importRows = pgTable(
  'import_rows',
  {
    import: text('import')
      .notNull()
      .references(() => imports.id, { onDelete: 'cascade' }),
    /** In the order they came. */
    number: integer('number').notNull(),
    sheet: text('sheet').$type<ImportedCase['sheet']>().notNull(),
    row: integer('row').notNull(),
    ref: text('ref').notNull(),
    /** What it is opened with; taken out when that is settled. */
    said: json('said').$type<Sealed<Pick<ImportedCase, 'opening' | 'slots' | 'peopleRows'>>>(),
    /** Whether its reference was used before this import came to it: said before it is opened, so that one that is killed counts right. */
    thereBefore: boolean('there_before'),
    outcome: text('outcome').$type<ImportOutcome>(),
    faults: json('faults').$type<Sealed<readonly ImportFault[]>>(),
  },
  (t) => [
    primaryKey({ columns: [t.import, t.number] }),
    index('import_rows_left').on(t.import, t.number).where(sql`${t.outcome} is null`),
  ],
);
