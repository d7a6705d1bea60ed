// The tables of what the law asks: what was erased, what may not be, and how long an authority keeps a closed case. No names and no free text.

import { bigserial, boolean, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { moment } from './columns.ts';
import type { ErasureReason, HoldReason } from './erasure-reasons.ts';

/** A row for each case that is erased or being erased. It stays for ever, and its reference is never used again. */
export const erasures = pgTable('erasures', {
  caseId: text('case_id').primaryKey(),
  /** Null where the key store alone knew of the erasure: the record was restored from before the case. */
  authority: text('authority'),
  reason: text('reason').$type<ErasureReason>().notNull(),
  /** An id, never a name. */
  by: text('by').notNull(),
  at: moment('at').notNull(),
  /** It is ended where it still runs. */
  ends: boolean('ends').notNull().default(false),
  /** When the last step was done. */
  doneAt: moment('done_at'),
  /** How much there was. */
  events: integer('events'),
  duties: integer('duties'),
  mails: integer('mails'),
});

export const holds = pgTable('holds', {
  id: bigserial('id', { mode: 'number' }).primaryKey(),
  caseId: text('case_id').notNull(),
  reason: text('reason').$type<HoldReason>().notNull(),
  by: text('by').notNull(),
  at: moment('at').notNull().defaultNow(),
  releasedAt: moment('released_at'),
  releasedBy: text('released_by'),
});

/** How long an authority keeps a closed case: numbered from 1, never changed, the newest counts. */
export const retention = pgTable(
  'retention',
  {
    authority: text('authority').notNull(),
    number: integer('number').notNull(),
    /** Null for as long as nobody erases it. */
    years: integer('years'),
    by: text('by').notNull(),
    from: moment('from').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.authority, t.number] })],
);

/** Which cases operators were told of, and when. A schedule erases nothing that they were not told of a month before. */
export const erasuresAhead = pgTable('erasures_ahead', {
  caseId: text('case_id').primaryKey(),
  toldAt: moment('told_at').notNull(),
});
