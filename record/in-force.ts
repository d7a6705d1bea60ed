// The policies and calendars that authorities have put in force, with their history. Those shipped with a release count as number 0.

import { asc, desc, eq, sql } from 'drizzle-orm';
import type { Policy } from '../domain/policy/policy.ts';
import { PolicyError, parsePolicy } from '../domain/policy/read-policy.ts';
import { unfitCalendar, unfitPolicy } from '../domain/policy/unfit.ts';
import { type CalendarData, fromEpochMs, type OwnDays } from '../domain/time/calendar.ts';
import { order } from '../domain/time/order.ts';
import {
  AUTHORITIES,
  calendarFrom,
  completed,
  hashedPolicy,
  hashOf,
  isShipped,
  parseCalendarFile,
  shippedPolicy,
} from '../policies/load.ts';
import type { AppliedLine } from '../workflows/api.ts';
import { databaseError } from './failures.ts';
import type { Database, OpenRecord } from './open.ts';
import { calendars, policies } from './schema.ts';
import { SEALED } from './sealed-columns.ts';
import { type Opened, opened, type Secrets, sealed } from './sealing.ts';
import { storable } from './storable.ts';

/** What a new case of an authority begins with. */
export interface InForce {
  readonly policy: Policy;
  readonly calendar: CalendarData;
}

/** No case can begin: the authority has no policy, or the record's row of it cannot be used. */
export class NoPolicy extends Error {
  override readonly name = 'NoPolicy';
}

/** There is no authority of that name. */
export class NoAuthority extends NoPolicy {}

/** No real case may use it: it breaks statute, has empty ladders, or closes nearly every day. */
export class Unfit extends Error {
  override readonly name = 'Unfit';
}

/** The version is taken: it stands for other figures, or for figures that were replaced since. */
export class VersionTaken extends Error {
  override readonly name = 'VersionTaken';
}

export interface AuthorityHistory {
  readonly policies: readonly AppliedLine[];
  readonly calendars: readonly AppliedLine[];
}

/** The record's answer when something is put in force; the same each time it is put in force again. */
export interface Applied {
  readonly number: number;
  /** The id of the event that tells running cases. */
  readonly event: string;
}

type Table = typeof policies | typeof calendars;
type Row = typeof policies.$inferSelect;

const isName = (authority: string): boolean => /^[a-z0-9-]{1,64}$/.test(authority);

/**
 * The newest policy and calendar of an authority.
 * @throws NoPolicy naming the authorities that are known, or the row that cannot be read; RecordUnavailable
 */
export async function inForce(record: OpenRecord, authority: string): Promise<InForce> {
  const stamp = await stampOf(record, authority);
  const known = stamp === undefined ? undefined : readBefore(record).get(authority);
  if (known && known.stamp === stamp) return known.is;
  const is = await read(record, authority);
  if (stamp !== undefined) readBefore(record).set(authority, { stamp, is });
  return is;
}

/** What was read of each authority, and of which rows: thousands of openings ask for the same policy, and reading one takes milliseconds. */
const reads = new WeakMap<OpenRecord['db'], Map<string, { readonly stamp: string; readonly is: InForce }>>();

function readBefore({ db }: OpenRecord) {
  const known = reads.get(db) ?? new Map<string, { readonly stamp: string; readonly is: InForce }>();
  reads.set(db, known);
  return known;
}

/** Stands for the newest rows, down to what was changed in them by hand; undefined for what is no authority's name. */
async function stampOf(record: OpenRecord, authority: string): Promise<string | undefined> {
  if (!isName(authority)) return undefined;
  const newestOf = (table: Table) =>
    sql`(select number, md5(content::text || hash) as digest from ${table} where authority = ${authority} order by number desc limit 1)`;
  const { rows } = (await asking(() =>
    record.db.execute(
      sql`select 'policy' as what, p.* from ${newestOf(policies)} p union all select 'calendar', c.* from ${newestOf(calendars)} c`,
    ),
  )) as unknown as { rows: readonly { what: string; number: number; digest: string }[] };
  return rows
    .map(({ what, number, digest }) => `${what} ${number} ${digest}`)
    .sort()
    .join();
}

async function read(record: OpenRecord, authority: string): Promise<InForce> {
  const [policy, calendar] = await asking(() =>
    Promise.all([newest(record.db, policies, authority), newest(record.db, calendars, authority)]),
  );
  return {
    policy: policy ? policyIn(policy) : await shippedOrNone(record, authority),
    calendar: calendar ? calendarIn(calendar) : calendarFrom(NO_DAYS),
  };
}

/** Every authority a case may be opened for, in order. @throws RecordUnavailable */
export async function authorities(record: OpenRecord): Promise<readonly string[]> {
  const rows = await asking(() => record.db.selectDistinct({ authority: policies.authority }).from(policies));
  return [...new Set([...AUTHORITIES, ...rows.map((row) => row.authority)])].sort(order);
}

/** What an authority has had in force, oldest first. @throws NoPolicy for an authority nobody knows, RecordUnavailable */
export async function history(record: OpenRecord, authority: string): Promise<AuthorityHistory> {
  const [applied, days] = await asking(() =>
    Promise.all([allOf(record, record.db, policies, authority), allOf(record, record.db, calendars, authority)]),
  );
  if (applied.length === 0 && !isShipped(authority)) throw await unknown(record, authority);
  return { policies: [...shippedLine(authority), ...applied.map(line)], calendars: [shippedDays(), ...days.map(line)] };
}

/**
 * Puts a policy in force: new cases begin with it from now on. The same content again gives the same answer.
 * @param by who applied it
 * @param replaces the hash of the one it was made from, where that must be in force still
 * @throws Unfit, VersionTaken, PolicyError, RecordUnavailable
 */
export async function applyPolicy(record: OpenRecord, policy: Policy, by: string, replaces?: string): Promise<Applied> {
  const { authority, version } = policy;
  const { hash = '', ...content } = hashedPolicy(policy);
  return alone(record, policies, async (db) => {
    const days = await newest(db, calendars, authority);
    refuseUnfit(unfitPolicy(policy, days ? calendarIn(days) : calendarFrom(NO_DAYS)));
    const before = [...shippedLine(authority), ...(await allOf(record, db, policies, authority)).map(line)];
    const last = before.at(-1);
    const event = `policy/${version}`;
    if (last?.version === version && last.hash === hash) return { number: last.number, event };
    if (replaces !== undefined && replaces !== last?.hash)
      throw new VersionTaken(`version ${last?.version} of ${authority} was put in force meanwhile: look at it first`);
    const used = before.findLast((one) => one.version === version);
    if (used) throw new VersionTaken(taken(policy, used, hash));
    const number = (last?.number ?? 0) + 1;
    const row = { authority, number, version, hash, content, by: nameOf(by) };
    await db.insert(policies).values(await sealed<typeof policies.$inferInsert>(record, SEALED.policies, [row]));
    return { number, event };
  });
}

const taken = ({ authority, version }: Policy, used: AppliedLine, hash: string): string =>
  used.hash === hash
    ? `version: ${version} of ${authority} was in force before; to go back to its figures, give them a version of their own`
    : `version: ${version} of ${authority} names other figures already; give the changed policy a version of its own`;

/**
 * Puts an authority's own days in force, on top of those shipped. The same days again give the same answer. If other days were in force
 * in between, they get a new number, so that running cases are told again.
 * @param by who applied it
 * @throws NoPolicy for an authority nobody knows, Unfit, RecordUnavailable
 */
export async function applyCalendar(
  record: OpenRecord,
  authority: string,
  own: OwnDays,
  by: string,
): Promise<Applied & { readonly calendar: CalendarData }> {
  const calendar = calendarFrom(own);
  refuseUnfit(unfitCalendar(calendar));
  const hash = hashOf(calendar);
  if (!(await authorities(record)).includes(authority)) throw await unknown(record, authority);
  return alone(record, calendars, async (db) => {
    const last = await newest(db, calendars, authority);
    const number = last?.hash === hash ? last.number : (last?.number ?? 0) + 1;
    const row = { authority, number, version: calendar.until, hash, content: own, by: nameOf(by) };
    if (number !== last?.number)
      await db.insert(calendars).values(await sealed<typeof calendars.$inferInsert>(record, SEALED.calendars, [row]));
    return { number, calendar, event: `calendar/${calendar.until}-${number}-${hash}` };
  });
}

function refuseUnfit(why: string | undefined): void {
  if (why !== undefined) throw new Unfit(why);
}

const nameOf = (by: string): string => storable(by).slice(0, 200);

/** Two who put something in force at once wait for each other. Readers do not wait. */
async function alone<T>(record: OpenRecord, table: Table, act: (db: Database) => Promise<T>): Promise<T> {
  return asking(async () => {
    await record.writable();
    return record.db.transaction(async (tx) => {
      await tx.execute(sql`lock table ${table} in exclusive mode`);
      return act(tx);
    });
  });
}

async function asking<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw databaseError(error);
  }
}

async function newest(db: Database, table: Table, authority: string): Promise<Row | undefined> {
  // A text with other characters is no authority's name, and the database might not take it.
  if (!isName(authority)) return undefined;
  const [row] = await db
    .select()
    .from(table)
    .where(eq(table.authority, authority))
    .orderBy(desc(table.number))
    .limit(1);
  return row;
}

async function allOf(secrets: Secrets, db: Database, table: Table, authority: string): Promise<readonly Opened<Row>[]> {
  if (!isName(authority)) return [];
  const rows = await db.select().from(table).where(eq(table.authority, authority)).orderBy(asc(table.number));
  return opened(secrets, table === policies ? SEALED.policies : SEALED.calendars, rows);
}

function policyIn({ authority, number, hash, content }: Row): Policy {
  const policy = readable(`policy ${number} of ${authority}`, () => parsePolicy(completed(content)));
  return { ...policy, hash };
}

const calendarIn = ({ authority, number, content }: Row): CalendarData =>
  readable(`calendar ${number} of ${authority}`, () => calendarFrom(parseCalendarFile(content)));

/** The row was changed by hand, or a newer release wrote it. No case begins with it; running cases go on. */
function readable<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    throw new NoPolicy(
      `${what} in the record cannot be used (${error.problems.join('; ')}): no case can be opened until another is applied`,
    );
  }
}

async function shippedOrNone(record: OpenRecord, authority: string): Promise<Policy> {
  if (isShipped(authority)) return shippedPolicy(authority);
  throw await unknown(record, authority);
}

async function unknown(record: OpenRecord, authority: string): Promise<NoAuthority> {
  const known = (await authorities(record)).join(', ');
  const whose = isName(authority) ? `"${authority}"` : 'an authority of that name';
  return new NoAuthority(`there is no policy for ${whose}; there are ${known}`);
}

const NO_DAYS: OwnDays = { bankHolidays: [], closureDays: [] };

function shippedLine(authority: string): readonly AppliedLine[] {
  if (!isShipped(authority)) return [];
  const { version, hash = '' } = shippedPolicy(authority);
  return [{ number: 0, version, hash, from: null, by: null }];
}

function shippedDays(): AppliedLine {
  const shipped = calendarFrom(NO_DAYS);
  return { number: 0, version: shipped.until, hash: hashOf(shipped), from: null, by: null };
}

const line = ({ number, version, hash, from, by }: Opened<Row>): AppliedLine => ({
  number,
  version,
  hash,
  from: fromEpochMs(from.getTime()),
  by,
});
