// Out of the shadow: an authority begins, and its cases go live one by one or on a day. Nothing of the time before goes out; whoever owes
// something is told so once, as of that day, in the next morning's mail.

import { and, asc, eq, inArray, isNull, lte, ne, sql } from 'drizzle-orm';
import type { Person } from '../domain/case/model.ts';
import type { Notice } from '../domain/notices/notice.ts';
import { Calendar, fromEpochMs, type Instant } from '../domain/time/calendar.ts';
import { databaseError } from './failures.ts';
import { authorities, inForce, NoAuthority } from './in-force.ts';
import { mailIds, whereTo } from './mail-ids.ts';
import type { Database, OpenRecord } from './open.ts';
import { cases, duties, events, notices } from './schema.ts';
import { liveCases, shadowNotices, shadows } from './schema-shadow.ts';
import { SEALED } from './sealed-columns.ts';
import { opened, type Secrets, sealed } from './sealing.ts';

/** How an authority stands. */
export interface ShadowStanding {
  readonly authority: string;
  readonly since: Instant;
  /** From when on all is live; null while nobody has said. */
  readonly liveAt: Instant | null;
  /** Running cases that nothing is sent of, and those that are live. */
  readonly inShadow: number;
  readonly live: number;
}

/** A case or an authority that cannot do this now: one sentence. */
export class NotInShadow extends Error {
  override readonly name = 'NotInShadow';
}

/**
 * From now on nothing is sent of cases that an authority opens. Those that run already are live, and stay so. Twice is once.
 * @throws NoAuthority for one nobody knows, RecordUnavailable
 */
export async function beginShadow(record: OpenRecord, authority: string): Promise<ShadowStanding> {
  const known = await authorities(record);
  if (!known.includes(authority))
    throw new NoAuthority(`there is no authority of that name; there are ${known.join(', ')}`);
  return asking(async () => {
    await record.db.transaction(async (tx) => {
      const begun = await tx.insert(shadows).values({ authority }).onConflictDoNothing().returning();
      if (begun.length === 0) return;
      const running = await tx
        .select({ caseId: cases.id })
        .from(cases)
        .where(and(eq(cases.authority, authority), eq(cases.rehearsal, false), ne(cases.status, 'closed')));
      if (running.length > 0) await tx.insert(liveCases).values(running).onConflictDoNothing();
    });
    return (await standing(record.db, authority))!;
  });
}

/** Undefined for an authority that never was in the shadow. @throws RecordUnavailable */
export const shadowOf = (record: OpenRecord, authority: string): Promise<ShadowStanding | undefined> =>
  asking(() => standing(record.db, authority));

/**
 * All cases of an authority are live from a moment on. Said again before it has come, the later word counts.
 * @throws NotInShadow, RecordUnavailable
 */
export async function liveOn(record: OpenRecord, authority: string, from: Date): Promise<ShadowStanding> {
  return asking(async () => {
    const done = await record.db
      .update(shadows)
      .set({ liveAt: from, doneAt: null })
      .where(and(eq(shadows.authority, authority), sql`(${shadows.liveAt} is null or ${shadows.liveAt} > now())`))
      .returning();
    const now = await standing(record.db, authority);
    if (!now) throw new NotInShadow(`${authority} is not in the shadow`);
    if (done.length === 0) throw new NotInShadow(`${authority} is live since ${now.liveAt}`);
    return now;
  });
}

/**
 * A case is live from now on. Twice is once.
 * @returns how many things are told as owed; 0 where it was live before
 * @throws NotInShadow where there is no such case in the shadow, RecordUnavailable
 */
export async function caseLive(record: OpenRecord, caseId: string): Promise<number> {
  return asking(async () => {
    const [row] = await record.db.select().from(cases).where(eq(cases.id, caseId));
    const shadow = row && (await standing(record.db, row.authority));
    if (!row || row.rehearsal || !shadow) throw new NotInShadow(`${caseId}: there is no such case in the shadow`);
    return takeLive(record, row);
  });
}

/** Cases a time; a sweep comes again. */
const AT_ONCE = 200;

/** Tells what is owed in cases of authorities whose day has come. Killed anywhere it goes on: a case is a transaction. @throws an error of the database */
export async function liveByDay(record: OpenRecord): Promise<number> {
  const due = await record.db
    .select()
    .from(shadows)
    .where(and(lte(shadows.liveAt, sql`now()`), isNull(shadows.doneAt)));
  let told = 0;
  for (const { authority } of due) {
    const left = await record.db
      .select({ row: cases })
      .from(cases)
      .leftJoin(liveCases, eq(liveCases.caseId, cases.id))
      .where(and(inShadowOf(authority), isNull(liveCases.caseId)))
      .orderBy(asc(cases.id))
      .limit(AT_ONCE);
    for (const { row } of left) told += await takeLive(record, row);
    if (left.length < AT_ONCE)
      await record.db.update(shadows).set({ doneAt: sql`now()` }).where(eq(shadows.authority, authority));
  }
  return told;
}

const inShadowOf = (authority: string) =>
  and(eq(cases.authority, authority), eq(cases.rehearsal, false), ne(cases.status, 'closed'));

async function standing(db: Database, authority: string): Promise<ShadowStanding | undefined> {
  const [shadow] = await db.select().from(shadows).where(eq(shadows.authority, authority));
  if (!shadow) return undefined;
  const [count] = await db
    .select({
      live: sql<number>`count(${liveCases.caseId})::int`,
      all: sql<number>`count(*)::int`,
    })
    .from(cases)
    .leftJoin(liveCases, eq(liveCases.caseId, cases.id))
    .where(inShadowOf(authority));
  const { live = 0, all = 0 } = count ?? {};
  const passed = shadow.liveAt !== null && shadow.liveAt.getTime() <= Date.now();
  return {
    authority,
    since: fromEpochMs(shadow.since.getTime()),
    liveAt: shadow.liveAt && fromEpochMs(shadow.liveAt.getTime()),
    inShadow: passed ? 0 : all - live,
    live: passed ? all : live,
  };
}

type CaseRow = typeof cases.$inferSelect;

/** The case is live, and whoever owes something is told in the next morning's mail. */
async function takeLive(record: OpenRecord, row: CaseRow): Promise<number> {
  const calendar = new Calendar((await inForce(record, row.authority)).calendar);
  const now = fromEpochMs(Date.now());
  const morning = calendar.nextMorning(now);
  return record.db.transaction(async (tx) => {
    const made = await tx.insert(liveCases).values({ caseId: row.id }).onConflictDoNothing().returning();
    if (made.length === 0) return 0;
    const owed = await opened(record, SEALED.shadowNotices, await owedNotices(tx, row));
    const addresses = await addressesNow(tx, record, row);
    const rows = owed.flatMap(({ payload }) => {
      if (!payload) return [];
      const { case: of, notice } = payload;
      const to = { ...notice.to, email: addresses.has(notice.to.id) ? addresses.get(notice.to.id) : notice.to.email };
      const { notBefore: _, ...rest } = notice;
      const live: Notice = { ...rest, key: `live|${notice.key}`, at: morning, round: true, to };
      const { key } = mailIds(record.ledgerKey, of, live.key, to.id);
      return {
        key,
        caseId: row.id,
        notice: live.key,
        recipient: to.id,
        kind: live.kind,
        duty: live.duty,
        payload: { case: of, notice: live, now: morning },
        round: true,
        mail: null,
        ...whereTo(record.ledgerKey, row.authority, to.email),
        notBefore: new Date(morning),
      };
    });
    if (rows.length > 0)
      await tx
        .insert(notices)
        .values(await sealed<typeof notices.$inferInsert>(record, SEALED.notices, rows))
        .onConflictDoNothing();
    return rows.length;
  });
}

/** What may be owed: what is told for information is not. */
const ASKS = ['reminder', 'chase', 'escalation', 'decision'];

/**
 * Of everything that is owed now and was told of in the shadow, the last notice to whoever owes it; L16: nobody above hears of it first. Where its
 * owner was told nothing, somebody stands in for them: then to those.
 */
async function owedNotices(tx: Database, { id, events: count, revision }: CaseRow) {
  const rows = await tx
    .select({ notice: shadowNotices, owner: duties.owner })
    .from(shadowNotices)
    .innerJoin(duties, and(eq(duties.caseId, shadowNotices.caseId), eq(duties.key, shadowNotices.duty)))
    .where(
      and(
        ...[eq(shadowNotices.caseId, id), isNull(shadowNotices.withdrawnAt), inArray(shadowNotices.kind, ASKS)],
        ...[isNull(duties.done), eq(duties.lapsed, false), eq(duties.withdrawn, false)],
        ...[eq(duties.events, count), eq(duties.revision, revision)],
      ),
    )
    .orderBy(asc(shadowNotices.at), asc(shadowNotices.key));
  const ofDuty = new Map<string, typeof rows>();
  for (const row of rows) ofDuty.set(row.notice.duty!, [...(ofDuty.get(row.notice.duty!) ?? []), row]);
  return [...ofDuty.values()].flatMap((told) => {
    const owners = told.filter(({ notice, owner }) => notice.recipient === owner);
    const chosen =
      owners.length > 0 ? owners.slice(-1) : told.filter(({ notice }) => +notice.at === +told[0]!.notice.at);
    return chosen.map(({ notice }) => notice);
  });
}

/** The addresses of a case's people by their ids, as it was told them last: one that was changed since counts. */
async function addressesNow(tx: Database, secrets: Secrets, row: CaseRow): Promise<Map<string, string | undefined>> {
  const [of] = await opened(secrets, SEALED.cases, [row]);
  const told = await tx
    .select()
    .from(events)
    .where(
      and(
        ...[eq(events.caseId, row.id), inArray(events.type, ['person-joined', 'person-updated'])],
        eq(events.standing, 'stands'),
      ),
    )
    .orderBy(sql`${events.arrival} asc nulls first`);
  const people = (await opened(secrets, SEALED.events, told)).flatMap(({ event }) => {
    const { person } = (event ?? {}) as { readonly person?: Person | string };
    return typeof person === 'object' ? [person] : [];
  });
  return new Map([...(of?.file?.people ?? []), ...people].map(({ id, email }) => [id, email]));
}

async function asking<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw databaseError(error);
  }
}
