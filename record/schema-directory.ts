// The tables of the staff directory, and of what it owes to running cases: whom a case names by their directory id, and who is handed over.

import { boolean, index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { moment, type Sealed } from './columns.ts';

/** What somebody may see and do beyond their own duties. Rights come from here or from a sign-in's claims, never from a case file. */
export const RIGHTS = ['manager', 'service-manager', 'operator', 'auditor', 'case-reader'] as const;
export type Right = (typeof RIGHTS)[number];

/** The staff of an authority. Who has left stays, inactive: cases and the audit speak of them. */
export const staff = pgTable(
  'staff',
  {
    authority: text('authority').notNull(),
    id: text('id').notNull(),
    name: text('name').$type<Sealed<string>>().notNull(),
    /** A role of the authority's policy, which cases take unless they say otherwise. */
    role: text('role').notNull(),
    /** Another's id in the same directory. */
    manager: text('manager'),
    agency: text('agency').$type<Sealed<string>>(),
    /** Their own address: what they sign in by. */
    address: text('address').$type<Sealed<string>>(),
    /** A keyed hash of it (addresses.ts), by which it is looked up; as the next. */
    addressHash: text('address_hash'),
    /** Where mail about cases goes instead, where it is set. */
    sharedMailbox: text('shared_mailbox').$type<Sealed<string>>(),
    sharedHash: text('shared_hash'),
    telephone: text('telephone').$type<Sealed<string>>(),
    team: text('team'),
    rights: jsonb('rights').$type<readonly Right[]>().notNull().default([]),
    active: boolean('active').notNull().default(true),
    /** Raised whenever something changes that cases show of them: name, address, manager, telephone, agency, or that they left. */
    edition: integer('edition').notNull().default(1),
    changedAt: moment('changed_at').notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.authority, t.id] }),
    index('staff_address_hash').on(t.addressHash),
    index('staff_shared_hash').on(t.sharedHash),
  ],
);

/** Who of a case is whom of the directory, and up to which edition of them the case was told. */
export const staffNamed = pgTable(
  'staff_named',
  {
    caseId: text('case_id').notNull(),
    /** Their id in the case. */
    person: text('person').notNull(),
    authority: text('authority').notNull(),
    staff: text('staff').notNull(),
    told: integer('told').notNull(),
    /** Why the case would not take the newest edition. */
    fault: text('fault').$type<Sealed<string>>(),
  },
  (t) => [primaryKey({ columns: [t.caseId, t.person] }), index('staff_named_staff').on(t.authority, t.staff)],
);

/** All cases of one worker go to another. */
export const reallocations = pgTable('reallocations', {
  id: text('id').primaryKey(),
  authority: text('authority').notNull(),
  from: text('from').notNull(),
  to: text('to').notNull(),
  reason: text('reason').$type<Sealed<string>>(),
  askedAt: moment('asked_at').notNull().defaultNow(),
  doneAt: moment('done_at'),
});

/** What became of each case that was to be handed over. */
export const reallocated = pgTable(
  'reallocated',
  {
    reallocation: text('reallocation')
      .notNull()
      .references(() => reallocations.id),
    caseId: text('case_id').notNull(),
    outcome: text('outcome').$type<'took' | 'not-theirs' | 'closed' | 'refused' | 'unanswered'>().notNull(),
    why: text('why').$type<Sealed<string>>(),
  },
  (t) => [primaryKey({ columns: [t.reallocation, t.caseId] })],
);
