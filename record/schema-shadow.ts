// The tables of shadow mode: which authorities run beside their old system, which of their cases are live, and what would have been mailed.
// None of it is read by what sends mails.

import { index, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { moment, type Sealed } from './columns.ts';
import type { Payload } from './schema.ts';

export const shadows = pgTable('shadows', {
  authority: text('authority').primaryKey(),
  since: moment('since').notNull().defaultNow(),
  /** From when on all its cases are live; null while nobody has said. */
  liveAt: moment('live_at'),
  /** When the last of its cases was told what is owed. */
  doneAt: moment('done_at'),
});

export const liveCases = pgTable('live_cases', {
  caseId: text('case_id').primaryKey(),
  since: moment('since').notNull().defaultNow(),
});

export const shadowNotices = pgTable(
  'shadow_notices',
  {
    /** As it would be in the ledger. */
    key: text('key').primaryKey(),
    /** What it would have gone in: its own, or its reader's one mail of the morning. */
    mail: text('mail').notNull(),
    authority: text('authority').notNull(),
    caseId: text('case_id').notNull(),
    recipient: text('recipient').notNull(),
    kind: text('kind').notNull(),
    duty: text('duty'),
    payload: jsonb('payload').$type<Sealed<Payload>>().notNull(),
    /** When it would have gone. */
    at: moment('at').notNull(),
    withdrawnAt: moment('withdrawn_at'),
  },
  (t) => [index('shadow_notices_mail').on(t.authority, t.at, t.mail), index('shadow_notices_case').on(t.caseId)],
);
