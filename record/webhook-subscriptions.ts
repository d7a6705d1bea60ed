// Who listens: other systems' endpoints, what each listens for, its secret, and how it stands with what was sent.

import { randomBytes, randomUUID } from 'node:crypto';
import { and, asc, count, eq, gt, inArray, max, ne, sql } from 'drizzle-orm';
import { databaseError } from './failures.ts';
import type { Database, OpenRecord } from './open.ts';
import {
  type SubscriptionState,
  TEST_TYPE,
  type WebhookType,
  webhookDeliveries,
  webhookEvents,
  webhookSubscriptions,
} from './schema-webhooks.ts';
import { SEALED } from './sealed-columns.ts';
import { opened, sealed } from './sealing.ts';

/** What a listener is made of. */
export interface NewSubscription {
  readonly authority: string;
  readonly url: string;
  readonly types: readonly WebhookType[];
  /** Who makes it: opaque. */
  readonly by: string;
}

/** How a listener stands. Its secret is never among it. */
export interface Subscription extends NewSubscription {
  readonly id: string;
  readonly state: SubscriptionState;
  readonly createdAt: Date;
  /** When it last took something. */
  readonly takenAt: Date | null;
  readonly failingSince: Date | null;
  /** What the last try came to, where it was in vain: `503`, `no-answer`. */
  readonly code: string | null;
  readonly waiting: number;
  readonly parked: number;
  /** Not taken for three days: sent again only by a replay. */
  readonly over: number;
  /** The newest thing of its authority: to be sent all after it, one replays from here. */
  readonly cursor: number;
}

/** Whose subscriptions somebody sees. */
export type Authorities = readonly string[] | 'all';

/** An authority has so many at most. */
export const SUBSCRIPTIONS_AT_MOST = 20;
/** How long the secret before signs as well. */
export const OLD_SECRET_HOURS = 24;

/** As Standard Webhooks write it: 32 random bytes. */
const newSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;

/**
 * Keeps a new listener.
 * @returns with the secret, which nobody is told again; undefined where the authority has as many as it may
 * @throws RecordUnavailable
 */
export async function addSubscription(
  record: OpenRecord,
  { authority, url, types, by }: NewSubscription,
): Promise<{ readonly subscription: Subscription; readonly secret: string } | undefined> {
  const secret = newSecret();
  const id = `wh_${randomBytes(12).toString('hex')}`;
  return asking(record, async (tx) => {
    // Two who add at once wait for each other.
    await tx.execute(sql`lock table ${webhookSubscriptions} in share row exclusive mode`);
    const [has] = await tx
      .select({ many: count() })
      .from(webhookSubscriptions)
      .where(and(eq(webhookSubscriptions.authority, authority), ne(webhookSubscriptions.state, 'ended')));
    if ((has?.many ?? 0) >= SUBSCRIPTIONS_AT_MOST) return undefined;
    await tx
      .insert(webhookSubscriptions)
      .values(
        await sealed<typeof webhookSubscriptions.$inferInsert>(record, SEALED.webhookSubscriptions, [
          { id, authority, url, types, by, secret },
        ]),
      );
    const [subscription] = await standingOf(record, tx, 'all', id);
    return { subscription: subscription!, secret };
  });
}

/** Those of these authorities, the oldest first. @throws RecordUnavailable */
export const subscriptions = (record: OpenRecord, of: Authorities): Promise<readonly Subscription[]> =>
  asking(record, (tx) => standingOf(record, tx, of));

/** One of these authorities. @throws RecordUnavailable */
export async function subscription(record: OpenRecord, of: Authorities, id: string): Promise<Subscription | undefined> {
  return (await asking(record, (tx) => standingOf(record, tx, of, id)))[0];
}

/** Forgets a listener, with what it was to get. @throws RecordUnavailable */
export async function removeSubscription(record: OpenRecord, id: string): Promise<void> {
  await asking(record, async (tx) => {
    await tx.delete(webhookSubscriptions).where(eq(webhookSubscriptions.id, id));
    await tx.delete(webhookDeliveries).where(eq(webhookDeliveries.subscription, id));
  });
}

/** Gives it another secret. The one before signs as well for a day, so that the receiver can be changed over. @throws RecordUnavailable */
export async function rotateSecret(record: OpenRecord, id: string): Promise<string> {
  const secret = newSecret();
  await asking(record, async (tx) => {
    const its = eq(webhookSubscriptions.id, id);
    const rows = await tx.select().from(webhookSubscriptions).where(its).for('update');
    const [row] = await opened(record, SEALED.webhookSubscriptions, rows);
    if (!row) return;
    // Each is sealed for its own place.
    const [now] = await sealed<typeof webhookSubscriptions.$inferSelect>(record, SEALED.webhookSubscriptions, [
      { ...row, url: row.url ?? '', secret, oldSecret: row.secret },
    ]);
    const oldUntil = sql`now() + make_interval(hours => ${OLD_SECRET_HOURS})`;
    await tx.update(webhookSubscriptions).set({ secret: now!.secret, oldSecret: now!.oldSecret, oldUntil }).where(its);
  });
  return secret;
}

/** Sends again to one that was paused, or tries at once where it waits. One that has ended stays so. @throws RecordUnavailable */
export async function resumeSubscription(record: OpenRecord, id: string): Promise<void> {
  await asking(record, async (tx) => {
    await tx
      .update(webhookSubscriptions)
      .set({ state: 'active', failingSince: null, failures: 0, nextTryAt: null })
      .where(and(eq(webhookSubscriptions.id, id), ne(webhookSubscriptions.state, 'ended')));
    await tx
      .update(webhookDeliveries)
      .set({ nextTryAt: sql`now()`, firstTriedAt: null, tries: 0 })
      .where(and(eq(webhookDeliveries.subscription, id), ne(webhookDeliveries.state, 'over')));
  });
}

/**
 * Lays before a listener again all it listens for after a cursor, whether it was taken or not: each under the id it had.
 * @returns how many
 * @throws RecordUnavailable
 */
export async function replay(record: OpenRecord, id: string, after: number): Promise<number> {
  return asking(record, async (tx) => {
    const laid = await tx.execute(sql`
      insert into webhook_deliveries (subscription, position, case_id)
      select listener.id, told.position, told.case_id
      from webhook_subscriptions listener join webhook_events told
        on told.authority = listener.authority and told.type = any(listener.types)
      where listener.id = ${id} and listener.state <> 'ended' and told.position > ${after}
      on conflict (subscription, position) do update
        set state = 'waiting', tries = 0, first_tried_at = null, next_try_at = now(), code = null
      returning position`);
    return (laid as unknown as { rows: readonly unknown[] }).rows.length;
  });
}

/** The newest thing that was told of any case: no cursor is later. @throws RecordUnavailable */
export async function newestCursor(record: OpenRecord): Promise<number> {
  const [row] = await asking(record, (tx) => tx.select({ newest: max(webhookEvents.position) }).from(webhookEvents));
  return row?.newest ?? 0;
}

/** Lays a test before a listener: tried once, even while it is paused. @returns where its outcome is found */
export async function askTest(record: OpenRecord, { id, authority }: Pick<Subscription, 'id' | 'authority'>) {
  return asking(record, async (tx) => {
    const [told] = await tx
      .insert(webhookEvents)
      .values({ id: `evt_${randomUUID()}`, caseId: '', authority, type: TEST_TYPE, sequence: 0 })
      .returning();
    await tx.insert(webhookDeliveries).values({ subscription: id, position: told!.position, caseId: '' });
    return { event: told!.id, position: told!.position };
  });
}

/** What became of a test: `taken`, the code it failed with, or undefined while nobody has tried. @throws RecordUnavailable */
export async function outcomeOfTest(record: OpenRecord, id: string, position: number): Promise<string | undefined> {
  const of = and(eq(webhookDeliveries.subscription, id), eq(webhookDeliveries.position, position));
  return asking(record, async (tx) => {
    const [left] = await tx.select().from(webhookDeliveries).where(of);
    if (!left) return 'taken';
    if (left.state !== 'over') return undefined;
    await tx.delete(webhookDeliveries).where(of);
    return left.code ?? 'failed';
  });
}

async function standingOf(
  record: OpenRecord,
  tx: Database,
  of: Authorities,
  id?: string,
): Promise<readonly Subscription[]> {
  const rows = await tx
    .select()
    .from(webhookSubscriptions)
    .where(
      and(
        of === 'all' ? undefined : inArray(webhookSubscriptions.authority, [...of]),
        id === undefined ? undefined : eq(webhookSubscriptions.id, id),
      ),
    )
    .orderBy(asc(webhookSubscriptions.createdAt), asc(webhookSubscriptions.id));
  const left = await tx
    .select({ id: webhookDeliveries.subscription, state: webhookDeliveries.state, many: count() })
    .from(webhookDeliveries)
    .where(
      and(
        gt(webhookDeliveries.caseId, ''),
        inArray(
          webhookDeliveries.subscription,
          rows.map((row) => row.id),
        ),
      ),
    )
    .groupBy(webhookDeliveries.subscription, webhookDeliveries.state);
  const newest = await tx
    .select({ authority: webhookEvents.authority, newest: max(webhookEvents.position) })
    .from(webhookEvents)
    .where(
      inArray(
        webhookEvents.authority,
        rows.map((row) => row.authority),
      ),
    )
    .groupBy(webhookEvents.authority);
  return (await opened(record, SEALED.webhookSubscriptions, rows)).map((row) => {
    const many = (state: string) => left.find((one) => one.id === row.id && one.state === state)?.many ?? 0;
    const { id: its, authority, url, types, by, state, createdAt, takenAt, failingSince, code } = row;
    return {
      id: its,
      authority,
      url: url ?? '',
      types,
      by,
      state,
      createdAt,
      takenAt,
      failingSince,
      code,
      waiting: many('waiting'),
      parked: many('parked'),
      over: many('over'),
      cursor: newest.find((one) => one.authority === authority)?.newest ?? 0,
    };
  });
}

async function asking<T>(record: OpenRecord, act: (tx: Database) => Promise<T>): Promise<T> {
  try {
    return await record.db.transaction(act);
  } catch (error) {
    throw databaseError(error);
  }
}
