// The outbox of what other systems hear: written with the record's own entry, in one transaction, so that neither is without the other. Each
// thing once, numbered by case without gaps, and for each listener a row that stands until they have taken it.

import { randomUUID } from 'node:crypto';
import { and, eq, sql } from 'drizzle-orm';
import type { MeetingId } from '../domain/case/model.ts';
import { isLate } from '../domain/duties/owed.ts';
import type { Delivery, DutyRow, EventRow, RecordEntry } from '../domain/notices/notice.ts';
import { fromEpochMs, type Instant, inLondon, type LocalDate } from '../domain/time/calendar.ts';
import { withoutIds } from '../workflows/answers.ts';
import { databaseError } from './failures.ts';
import type { Database, OpenRecord } from './open.ts';
import { cases, duties } from './schema.ts';
import { type ToldDuty, type ToldEvent, type WebhookType, webhookCases, webhookSaid } from './schema-webhooks.ts';

/** Something others are to hear. */
interface Said {
  readonly type: WebhookType;
  readonly event?: ToldEvent;
  readonly duty?: ToldDuty;
}

type CaseOf = Pick<RecordEntry['case'], 'id' | 'authority' | 'rehearsal'>;

/**
 * Tells what an entry brought: its events, what was done after its limit or is late by now, the end. Within the transaction that keeps it. A
 * rehearsal tells nobody.
 * @param brought those of its events that the record did not have
 * @param isNewest whether the record knows nothing newer: an entry that comes late says nothing of how the case stands
 */
export async function tellOthers(
  tx: Database,
  entry: RecordEntry,
  brought: ReadonlySet<string>,
  isNewest: boolean,
): Promise<void> {
  if (entry.case.rehearsal) return;
  const recorded = entry.newEvents.filter(({ id }) => brought.has(id)).map(recordedEvent);
  const today = londonToday();
  const lateDone = entry.duties.filter((duty) => duty.done !== null && isLate(duty, duty.done) && counts(duty));
  const lateOpen = isNewest ? entry.duties.filter((duty) => isOpen(duty) && isLate(duty, today)) : [];
  const late = await notToldYet(tx, entry.case.id, [...lateDone, ...lateOpen]);
  const ends = isNewest && entry.status !== 'open' && !(await hasEnded(tx, entry.case.id));
  const said = [...recorded, ...late, ...(ends ? [{ type: 'nodrift.case.ended' } as const] : [])];
  await say(tx, entry.case, said, isNewest ? entry.status !== 'open' : undefined);
}

/** Tells that somebody's decision is asked, once however many are asked for it. Within the transaction that plans the notices. */
export async function tellDecisionsAsked(tx: Database, { entry, notices, now }: Delivery): Promise<void> {
  if (entry.case.rehearsal) return;
  const today = londonDay(now);
  const asked = new Map(
    notices
      .filter(({ kind }) => kind === 'decision')
      .map((notice) => [`decision/${withoutReader(notice.key)}`, notice] as const),
  );
  if (asked.size === 0) return;
  const unsaid = await claim(tx, entry.case.id, [...asked.keys()]);
  const said = [...asked].flatMap(([what, { duty, meeting, due }]) => {
    if (!unsaid.has(what)) return [];
    const told = duty === null ? {} : { duty: toldDuty(duty, meeting, due, isLate({ due }, today)) };
    return [{ type: 'nodrift.decision.asked', ...told } as const];
  });
  await say(tx, entry.case, said, undefined);
}

/**
 * Tells that a case was erased: whoever was told of it before has to forget it too (UK GDPR, article 19). Within the transaction that strips it, when
 * nothing waits any more of what was to be told before.
 */
export const tellErased = (tx: Database, found: CaseOf): Promise<void> =>
  say(tx, found, [{ type: 'nodrift.case.erased' }], true);

/** A step's key without the person it goes to: duty, rung, repeat, person, edition. */
const withoutReader = (key: string): string => key.split('|').toSpliced(3, 1).join('|');

/** How many cases of one look are told of at a time. */
const AT_ONCE = 500;

/**
 * Tells what became late because a day ended: nothing is recorded at midnight. Every look finds all that no look before has told, so that it does
 * not matter when one is missed.
 * @returns how many duties were told of
 * @throws RecordUnavailable
 */
export async function tellWhatIsLate(record: OpenRecord, now: Instant): Promise<number> {
  const today = londonDay(now);
  let told = 0;
  try {
    for (let after: string | undefined = ''; after !== undefined; ) {
      const page: string[] = await casesWithLate(record.db, today, after);
      for (const id of page) told += await record.db.transaction((tx) => tellLateOf(tx, id, today));
      after = page.length < AT_ONCE ? undefined : page.at(-1);
    }
  } catch (error) {
    throw databaseError(error);
  }
  return told;
}

async function tellLateOf(tx: Database, id: string, today: LocalDate): Promise<number> {
  // As whoever keeps an entry: the case's row first. Then nothing is done meanwhile that is told as late here.
  const [found] = await tx.select().from(cases).where(eq(cases.id, id)).for('update');
  if (!found || found.rehearsal) return 0;
  const open = await tx
    .select()
    .from(duties)
    .where(and(eq(duties.caseId, id), isLateRow(today), isSpokenOf));
  const late = await notToldYet(tx, id, open as readonly LateRow[]);
  await say(tx, found, late, undefined);
  return late.length;
}

/** The next cases with something late that was not told, in order of their ids. */
async function casesWithLate(db: Database, today: LocalDate, after: string): Promise<string[]> {
  const untold = sql`not exists (select 1 from ${webhookSaid}
    where ${webhookSaid.caseId} = ${duties.caseId} and ${webhookSaid.what} = 'late/' || ${duties.key} || '/' || to_char(${duties.due}, 'YYYY-MM-DD'))`;
  const rows = await db
    .selectDistinct({ id: duties.caseId })
    .from(duties)
    .innerJoin(cases, eq(cases.id, duties.caseId))
    .where(and(isLateRow(today), isSpokenOf, eq(cases.rehearsal, false), sql`${duties.caseId} > ${after}`, untold))
    .orderBy(duties.caseId)
    .limit(AT_ONCE);
  return rows.map(({ id }) => id);
}

const isLateRow = (today: LocalDate) =>
  and(sql`${duties.due} < ${today}`, sql`${duties.done} is null and not ${duties.lapsed} and not ${duties.withdrawn}`);

/** Every entry speaks of all duties that are open: one that the newest does not is no longer owed. */
const isSpokenOf = sql`exists (select 1 from ${cases} newest where newest.id = ${duties.caseId}
  and (newest.events, newest.revision) = (${duties.events}, ${duties.revision}))`;

const isOpen = ({ done, lapsed, withdrawn }: DutyRow): boolean => done === null && !lapsed && !withdrawn;
const counts = ({ uncounted, withdrawn }: DutyRow): boolean => !uncounted && !withdrawn;

type LateRow = Pick<DutyRow, 'key' | 'meeting' | 'due'>;

/** Those of the late duties that nobody was told of; from then on they are told of. A limit that moves makes another. */
async function notToldYet(tx: Database, caseId: string, late: readonly LateRow[]): Promise<readonly Said[]> {
  const byWhat = new Map(late.map((duty) => [`late/${duty.key}/${duty.due}`, duty]));
  if (byWhat.size === 0) return [];
  const unsaid = await claim(tx, caseId, [...byWhat.keys()]);
  return [...byWhat].flatMap(([what, { key, meeting, due }]) =>
    unsaid.has(what) ? [{ type: 'nodrift.duty.late', duty: toldDuty(key, meeting, due, true) } as const] : [],
  );
}

/** Which of these were never said: whoever asks says them. */
async function claim(tx: Database, caseId: string, whats: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await tx
    .insert(webhookSaid)
    .values(whats.map((what) => ({ caseId, what })))
    .onConflictDoNothing()
    .returning({ what: webhookSaid.what });
  return new Set(rows.map(({ what }) => what));
}

const recordedEvent = ({ id, type, on }: EventRow): Said => ({
  type: 'nodrift.event.recorded',
  event: { id, type, on },
});

/** People have typed names into the ids of actions: what is sent away has none of them. */
const toldDuty = (key: DutyRow['key'], meeting: MeetingId | null, due: LocalDate | null, late: boolean): ToldDuty => ({
  key: withoutIds(key, meeting),
  due,
  late,
});

async function hasEnded(tx: Database, caseId: string): Promise<boolean> {
  const [row] = await tx.select().from(webhookCases).where(eq(webhookCases.caseId, caseId));
  return row?.ended ?? false;
}

/**
 * Numbers what is said, keeps it, and lays it before each who listens for it: one statement, since every entry of every case comes through here.
 * @param ended whether the case has ended; where undefined that stays as it is
 */
async function say(tx: Database, { id, authority }: CaseOf, said: readonly Said[], ended: boolean | undefined) {
  if (said.length === 0 && !ended) return;
  const rows = said.map(({ type, event, duty }, i) => ({
    id: `evt_${randomUUID()}`,
    nth: i + 1,
    type,
    event: event ?? null,
    duty: duty ?? null,
  }));
  await tx.execute(sql`
    with numbered as (
      insert into webhook_cases as told (case_id, last, ended) values (${id}, ${said.length}, ${ended ?? false})
      on conflict (case_id) do update set last = told.last + excluded.last
        ${ended === undefined ? sql`` : sql`, ended = excluded.ended`}
      returning last
    ), kept as (
      insert into webhook_events (id, case_id, authority, type, sequence, event, duty)
      select one.id, ${id}, ${authority}, one.type, numbered.last - ${said.length}::bigint + one.nth, one.event, one.duty
      from numbered, jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        as one(id text, nth bigint, type text, event jsonb, duty jsonb)
      order by one.nth
      returning position, type
    )
    insert into webhook_deliveries (subscription, position, case_id)
    select listener.id, kept.position, ${id} from kept join webhook_subscriptions listener
      on listener.authority = ${authority} and listener.state <> 'ended' and kept.type = any(listener.types)`);
}

const londonDay = (now: Instant): LocalDate => inLondon(now).slice(0, 10) as LocalDate;
const londonToday = (): LocalDate => londonDay(fromEpochMs(Date.now()));
