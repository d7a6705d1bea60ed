// The tables of what is told to other systems: the outbox, who listens, and what each listener has still to get.

import { sql } from 'drizzle-orm';
import { bigint, bigserial, boolean, index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { moment, type Sealed } from './columns.ts';

/** What other systems can listen for. */
export const WEBHOOK_TYPES = [
  'nodrift.event.recorded',
  'nodrift.duty.late',
  'nodrift.decision.asked',
  'nodrift.case.ended',
  'nodrift.case.erased',
] as const;

export type WebhookType = (typeof WEBHOOK_TYPES)[number];

/** What is sent to see whether an endpoint answers. Nobody can listen for it. */
export const TEST_TYPE = 'nodrift.test';

/** An event of a case as others hear of it: which, not what it says. */
export interface ToldEvent {
  readonly id: string;
  readonly type: string;
  readonly on: string;
}

/** A duty as others hear of it. */
export interface ToldDuty {
  readonly key: string;
  readonly due: string | null;
  readonly late: boolean;
}

/** One row a case: how many things have been told of it, which numbers the next, and whether its end has been. */
export const webhookCases = pgTable('webhook_cases', {
  caseId: text('case_id').primaryKey(),
  last: bigint('last', { mode: 'number' }).notNull(),
  ended: boolean('ended').notNull(),
});

/** What is told once and for ever, and is no event of the record: a duty late for a limit, a decision asked. */
export const webhookSaid = pgTable(
  'webhook_said',
  { caseId: text('case_id').notNull(), what: text('what').notNull() },
  (t) => [primaryKey({ columns: [t.caseId, t.what] })],
);

/** The outbox. `position` is what listeners know as a cursor. A test belongs to no case: its `case_id` is empty. */
export const webhookEvents = pgTable(
  'webhook_events',
  {
    position: bigserial('position', { mode: 'number' }).primaryKey(),
    id: text('id').notNull().unique(),
    caseId: text('case_id').notNull(),
    authority: text('authority').notNull(),
    type: text('type').$type<WebhookType | typeof TEST_TYPE>().notNull(),
    sequence: bigint('sequence', { mode: 'number' }).notNull(),
    event: jsonb('event').$type<ToldEvent>(),
    duty: jsonb('duty').$type<ToldDuty>(),
    at: moment('at').notNull().defaultNow(),
  },
  (t) => [index('webhook_events_authority').on(t.authority, t.position)],
);

/** `paused`: it took nothing for three days, or somebody stopped it; what comes waits. `ended`: it answered that it is gone for good. */
export type SubscriptionState = 'active' | 'paused' | 'ended';

export const webhookSubscriptions = pgTable(
  'webhook_subscriptions',
  {
    id: text('id').primaryKey(),
    authority: text('authority').notNull(),
    /** Sealed, as the next: whoever reads a backup cannot sign, nor send there. */
    url: text('url').$type<Sealed<string>>().notNull(),
    types: text('types').array().$type<readonly WebhookType[]>().notNull(),
    secret: text('secret').$type<Sealed<string>>().notNull(),
    /** The secret before, which signs too until then. */
    oldSecret: text('old_secret').$type<Sealed<string>>(),
    oldUntil: moment('old_until'),
    state: text('state').$type<SubscriptionState>().notNull().default('active'),
    /** Who made it: opaque. */
    by: text('by').notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
    takenAt: moment('taken_at'),
    /** Since when nothing has been taken; null where the last try was. */
    failingSince: moment('failing_since'),
    /** Tries in a row that found nobody. */
    failures: integer('failures').notNull().default(0),
    code: text('code'),
    nextTryAt: moment('next_try_at'),
    /** Somebody delivers to it until then: it need not be woken. */
    busyUntil: moment('busy_until'),
  },
  (t) => [index('webhook_subscriptions_authority').on(t.authority)],
);

/** `parked`: not taken for an hour, and nothing waits for it. `over`: not taken for three days, and tried again only when somebody asks. */
export type DeliveryState = 'waiting' | 'parked' | 'over';

/**
 * What a listener has not taken yet: gone as soon as it has. It refers to nothing by a foreign key: writing a case's entry must not wait for
 * somebody who removes a subscription, nor fail by it.
 */
export const webhookDeliveries = pgTable(
  'webhook_deliveries',
  {
    subscription: text('subscription').notNull(),
    position: bigint('position', { mode: 'number' }).notNull(),
    caseId: text('case_id').notNull(),
    state: text('state').$type<DeliveryState>().notNull().default('waiting'),
    tries: integer('tries').notNull().default(0),
    firstTriedAt: moment('first_tried_at'),
    nextTryAt: moment('next_try_at').notNull().defaultNow(),
    code: text('code'),
  },
  (t) => [
    primaryKey({ columns: [t.subscription, t.position] }),
    index('webhook_deliveries_case').on(t.subscription, t.caseId, t.position).where(sql`${t.state} = 'waiting'`),
    index('webhook_deliveries_due').on(t.nextTryAt).where(sql`${t.state} <> 'over'`),
  ],
);
