// What each listener has still to get: what is next for each case, what became of a try, when to try again. The database's clock decides.

import { and, asc, eq, inArray, lt, ne, or, type SQL, sql } from 'drizzle-orm';
import { databaseError } from './failures.ts';
import { unsealed } from './old-secrets.ts';
import type { OpenRecord } from './open.ts';
import { TEST_TYPE, webhookDeliveries, webhookEvents, webhookSubscriptions } from './schema-webhooks.ts';
import { SEALED } from './sealed-columns.ts';
import { opened } from './sealing.ts';

/** How patient it is with an endpoint, in seconds. Tests are in a hurry. */
export interface Pace {
  /** Before the second try; each wait is twice the one before, less a random part of up to a half. */
  readonly first: number;
  readonly longest: number;
  /** What is not taken for so long holds nothing up any more. */
  readonly parks: number;
  /** What is not taken for so long is not tried again, and an endpoint that takes nothing for so long is paused. */
  readonly givesUp: number;
  /** After so many tries in a row that found nobody, one is tried at a time. */
  readonly doubts: number;
}

export const PACE: Pace = { first: 5, longest: 3 * 3_600, parks: 3_600, givesUp: 3 * 86_400, doubts: 5 };
/** An endpoint may ask to be left alone for so long, and no longer. */
const ASKED_AT_MOST_S = 3_600;
/** Whoever delivers says so again and again; when they die another takes over after this. */
const BUSY_S = 30;
/** What was told is kept for replays so long. */
const KEPT_DAYS = 35;
const DELETED_AT_ONCE = 10_000;

/** Where to, signed with what. */
export interface Listener {
  readonly id: string;
  readonly url: string;
  /** The newest first; for a day after a change, two. */
  readonly secrets: readonly string[];
  /** Whether anything but tests is sent to it now. */
  readonly listens: boolean;
  /** Nobody was found of late: one thing is tried at a time. */
  readonly doubtful: boolean;
}

/** Something for a listener, the next of its case. */
export interface Due {
  readonly told: typeof webhookEvents.$inferSelect;
  readonly tries: number;
}

/** Why it was not taken. */
export interface NotTaken {
  readonly code: string;
  /** Whether somebody is there and does not want this one; else nobody takes anything now. */
  readonly answered: boolean;
  readonly retryAfter?: number | undefined;
}

const waits = (seconds: number): SQL => sql`now() + make_interval(secs => ${seconds})`;
const isPast = (moment: SQL | typeof webhookSubscriptions.nextTryAt): SQL =>
  sql`(${moment} is null or ${moment} <= now())`;
const subscription = webhookSubscriptions;
const delivery = webhookDeliveries;

/** The next of its case: nothing before it waits. What is parked holds up nothing, and waits for nothing. */
const isNext = sql`(${delivery.state} = 'parked' or not exists (select 1 from webhook_deliveries before
  where before.subscription = ${delivery.subscription} and before.case_id = ${delivery.caseId} and before.state = 'waiting'
    and before.position < ${delivery.position}))`;

/** @returns undefined where it is gone, or has ended @throws RecordUnavailable */
export async function listener(record: OpenRecord, id: string, pace = PACE): Promise<Listener | undefined> {
  const [row] = await asking(
    record.db
      .select({
        its: subscription,
        oldCounts: sql<boolean>`coalesce(${subscription.oldUntil} > now(), false)`,
        mayTry: sql<boolean>`${isPast(subscription.nextTryAt)}`,
      })
      .from(subscription)
      .where(and(eq(subscription.id, id), ne(subscription.state, 'ended'))),
  );
  if (!row) return undefined;
  const { oldCounts, mayTry } = row;
  const its = (await opened(record, SEALED.webhookSubscriptions, [row.its]))[0]!;
  const kept = [its.secret!, ...(oldCounts && its.oldSecret ? [its.oldSecret] : [])];
  return {
    id,
    url: its.url ?? '',
    secrets: kept.map((one) => (one.startsWith('whsec_') ? one : unsealed(record.ledgerKey, one))),
    listens: its.state === 'active' && mayTry,
    doubtful: its.failures >= pace.doubts,
  };
}

/** Says that somebody delivers to it; `false` when they have done. @throws RecordUnavailable */
export async function markBusy(record: OpenRecord, id: string, busy: boolean): Promise<void> {
  await asking(
    record.db
      .update(subscription)
      .set({ busyUntil: busy ? waits(BUSY_S) : null })
      .where(eq(subscription.id, id)),
  );
}

/** What may be sent now, the oldest first, of each case one; without what is under way. @throws RecordUnavailable */
export async function dueFor(
  record: OpenRecord,
  { id, listens }: Pick<Listener, 'id' | 'listens'>,
  limit: number,
  underWay: readonly number[] = [],
): Promise<readonly Due[]> {
  return asking(
    record.db
      .select({ told: webhookEvents, tries: delivery.tries })
      .from(delivery)
      .innerJoin(webhookEvents, eq(webhookEvents.position, delivery.position))
      .where(
        and(
          ...[eq(delivery.subscription, id), ne(delivery.state, 'over'), sql`${delivery.nextTryAt} <= now()`, isNext],
          listens ? undefined : eq(webhookEvents.type, TEST_TYPE),
          underWay.length > 0 ? sql`${delivery.position} <> all(${sql.param([...underWay])}::bigint[])` : undefined,
        ),
      )
      .orderBy(asc(delivery.position))
      .limit(limit),
  );
}

/** It was taken: it is owed no more. @throws RecordUnavailable */
export async function markTaken(record: OpenRecord, id: string, { told }: Due, pace: Pace = PACE): Promise<void> {
  await asking(
    record.db.transaction(async (tx) => {
      await tx.delete(delivery).where(its(id, told.position));
      if (told.type === TEST_TYPE) return;
      const [was] = await tx.select().from(subscription).where(eq(subscription.id, id)).for('update');
      if (!was) return;
      await tx
        .update(subscription)
        .set({ takenAt: sql`now()`, failingSince: null, failures: 0, code: null, nextTryAt: null })
        .where(eq(subscription.id, id));
      // Somebody is there again: what was tried in vain meanwhile need not wait its time out.
      if (was.failures >= pace.doubts)
        await tx
          .update(delivery)
          .set({ nextTryAt: sql`now()` })
          .where(and(eq(delivery.subscription, id), eq(delivery.state, 'waiting'), sql`${delivery.nextTryAt} > now()`));
    }),
  );
}

/** It was not taken: tried again, parked or given up, as the pace says. @throws RecordUnavailable */
export async function markNotTaken(
  record: OpenRecord,
  id: string,
  { told, tries }: Due,
  { code, answered, retryAfter }: NotTaken,
  pace: Pace = PACE,
): Promise<void> {
  await asking(
    record.db.transaction(async (tx) => {
      if (told.type === TEST_TYPE) {
        await tx.update(delivery).set({ state: 'over', code }).where(its(id, told.position));
        return;
      }
      const since = sql`coalesce(${delivery.firstTriedAt}, now())`;
      const longerThan = (seconds: number) => sql`${since} <= now() - make_interval(secs => ${seconds})`;
      // Where nobody takes anything, everything waits in its order.
      const onlyThis = answered
        ? sql`true`
        : sql`exists (select 1 from webhook_subscriptions s where s.id = ${id} and s.taken_at > ${since})`;
      await tx
        .update(delivery)
        .set({
          tries: tries + 1,
          firstTriedAt: since,
          nextTryAt: waits(backOff(tries, pace)),
          code,
          state: sql`case
            when ${delivery.state} = 'parked' and ${longerThan(pace.givesUp)} then 'over'
            when ${delivery.state} = 'waiting' and ${longerThan(pace.parks)} and ${onlyThis} then 'parked'
            else ${delivery.state} end`,
        })
        .where(its(id, told.position));
      const [is] = await tx.select().from(subscription).where(eq(subscription.id, id)).for('update');
      if (!is) return;
      const failures = answered ? 0 : is.failures + 1;
      const asked = retryAfter === undefined ? 0 : Math.min(retryAfter, ASKED_AT_MOST_S);
      const pause = Math.max(asked, failures >= pace.doubts ? backOff(failures - pace.doubts, pace) : 0);
      const failing = sql`coalesce(${subscription.failingSince}, now())`;
      await tx
        .update(subscription)
        .set({
          failures,
          code,
          failingSince: failing,
          nextTryAt: pause > 0 ? waits(pause) : null,
          state: sql`case when ${failing} <= now() - make_interval(secs => ${pace.givesUp}) then 'paused' else ${subscription.state} end`,
        })
        .where(eq(subscription.id, id));
    }),
  );
}

/** The endpoint says that it is gone for good (410): nothing is sent to it any more. @throws RecordUnavailable */
export async function markGone(record: OpenRecord, id: string): Promise<void> {
  await asking(
    record.db.transaction(async (tx) => {
      await tx.update(subscription).set({ state: 'ended', code: '410' }).where(eq(subscription.id, id));
      await tx.delete(delivery).where(eq(delivery.subscription, id));
    }),
  );
}

/** In how many milliseconds something may be sent to it again; null where nothing waits for a time. @throws RecordUnavailable */
export async function nextTry(record: OpenRecord, id: string): Promise<number | null> {
  const [row] = await asking(
    record.db
      .select({
        ms: sql<
          string | null
        >`extract(epoch from greatest(min(${delivery.nextTryAt}), max(${subscription.nextTryAt})) - now()) * 1000`,
      })
      .from(delivery)
      .innerJoin(subscription, eq(subscription.id, delivery.subscription))
      .where(and(eq(delivery.subscription, id), ne(delivery.state, 'over'), eq(subscription.state, 'active'), isNext)),
  );
  return row?.ms == null ? null : Math.max(0, Math.ceil(Number(row.ms)));
}

/** The listeners for whom something is due and nobody at work. @throws RecordUnavailable */
export async function listenersToServe(record: OpenRecord): Promise<readonly string[]> {
  const rows = await asking(
    record.db
      .select({ id: subscription.id })
      .from(subscription)
      .where(
        and(
          ne(subscription.state, 'ended'),
          isPast(subscription.busyUntil),
          sql`exists (select 1 from ${delivery} where ${and(
            eq(delivery.subscription, subscription.id),
            ne(delivery.state, 'over'),
            sql`${delivery.nextTryAt} <= now()`,
            or(eq(delivery.caseId, ''), and(eq(subscription.state, 'active'), isPast(subscription.nextTryAt))),
            isNext,
          )})`,
        ),
      ),
  );
  return rows.map(({ id }) => id);
}

/** Listeners that are paused or take nothing, and what is parked or over, for the watchdog. */
export interface WebhookTrouble {
  /** Ids of those that have taken nothing for an hour, are paused, or are sent nothing although something has been due for so long. */
  readonly silent: readonly string[];
  /** What endpoints did not take while they took other things. */
  readonly notTaken: number;
}

const SILENT_S = 3_600;

/** @throws RecordUnavailable */
export async function webhookTrouble(record: OpenRecord): Promise<WebhookTrouble> {
  const silent = await asking(
    record.db
      .select({ id: subscription.id })
      .from(subscription)
      .where(
        or(
          eq(subscription.state, 'paused'),
          and(
            eq(subscription.state, 'active'),
            or(
              lt(subscription.failingSince, sql`now() - make_interval(secs => ${SILENT_S})`),
              and(
                isPast(subscription.nextTryAt),
                sql`exists (select 1 from ${delivery} where ${and(
                  eq(delivery.subscription, subscription.id),
                  ne(delivery.state, 'over'),
                  sql`${delivery.nextTryAt} < now() - make_interval(secs => ${SILENT_S})`,
                  isNext,
                )})`,
              ),
            ),
          ),
        ),
      )
      .orderBy(asc(subscription.id)),
  );
  const [left] = await asking(
    record.db
      .select({ many: sql<number>`count(*)::int` })
      .from(delivery)
      .where(and(inArray(delivery.state, ['parked', 'over']), ne(delivery.caseId, ''))),
  );
  return { silent: silent.map(({ id }) => id), notTaken: left?.many ?? 0 };
}

/** Forgets what was told more than five weeks ago, and what nobody listens for any more. @throws RecordUnavailable */
export async function forgetOldWebhooks(record: OpenRecord): Promise<void> {
  const old = sql`now() - make_interval(days => ${KEPT_DAYS})`;
  await asking(
    record.db.execute(sql`delete from webhook_events where position in
      (select position from webhook_events where at < ${old} order by position limit ${DELETED_AT_ONCE})`),
  );
  await asking(
    record.db.execute(sql`delete from webhook_deliveries where
      not exists (select 1 from webhook_events told where told.position = webhook_deliveries.position)
      or not exists (select 1 from webhook_subscriptions s where s.id = webhook_deliveries.subscription)`),
  );
}

/** In seconds: doubled from try to try, with up to half of it left out, so that what failed together is not tried together. */
const backOff = (tries: number, { first, longest }: Pace): number =>
  Math.min(longest, first * 2 ** Math.min(tries, 30)) * (0.5 + Math.random() / 2);

const its = (id: string, position: number) => and(eq(delivery.subscription, id), eq(delivery.position, position));

const asking = <T>(work: Promise<T> | PromiseLike<T>): Promise<T> =>
  Promise.resolve(work).catch((error: unknown) => Promise.reject(databaseError(error)));
