// Reads policies and bank holidays from JSON files. For everything outside the workflow sandbox; cases carry what was read.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Policy } from '../domain/policy/policy.ts';
import { PolicyError, parsePolicy } from '../domain/policy/read-policy.ts';
import { type CalendarData, type LocalDate, localDate, type OwnDays } from '../domain/time/calendar.ts';

const FOLDER = dirname(fileURLToPath(import.meta.url));

/** The authorities whose policies are shipped. */
export const AUTHORITIES = ['barnsley', 'hull'] as const;

export const isShipped = (authority: string): authority is (typeof AUTHORITIES)[number] =>
  (AUTHORITIES as readonly string[]).includes(authority);

/**
 * The shipped policy of an authority, or the one in a file. What an authority has put in force is in the record (record/in-force.ts).
 * @throws PolicyError naming the file and every field that is wrong.
 */
export function loadPolicy(authorityOrFile: string): Policy {
  if (authorityOrFile.endsWith('.json')) return policyIn(resolve(authorityOrFile));
  if (isShipped(authorityOrFile)) return shippedPolicy(authorityOrFile);
  throw new PolicyError([`there is no policy for "${authorityOrFile}"; shipped are ${AUTHORITIES.join(', ')}`]);
}

/** The policy of this release for one of its authorities, whatever was put in force since. */
export const shippedPolicy = (authority: (typeof AUTHORITIES)[number]): Policy =>
  policyIn(join(FOLDER, `${authority}.json`));

/** Whose shipped policy the one in a file is compared with: its own authority's, the one it extends, or else Barnsley's, the defaults alone. */
export function comparedWith(file: string, authority: string): (typeof AUTHORITIES)[number] {
  const { extends: base } = readJson(file);
  const named = [`${authority}.json`, base].map((name) => AUTHORITIES.find((one) => `${one}.json` === name));
  const shipped = named[0] ?? named[1];
  if (shipped !== undefined || typeof base !== 'string' || BASES.includes(base)) return shipped ?? 'barnsley';
  return comparedWith(resolve(dirname(file), base), authority);
}

const policyIn = (file: string): Policy => hashedPolicy(readWithBase(file, []));

/** A policy with the hash of its content; one that comes with it is not believed. @throws PolicyError naming every field that is wrong */
export function hashedPolicy(data: unknown): Policy {
  const { hash: _, ...policy } = parsePolicy(data);
  return { ...policy, hash: hashOf(policy) };
}

/** Twelve characters that stand for the content. */
export const hashOf = (content: unknown): string =>
  createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 12);

/** Files of the release that a policy may extend from wherever it stands. */
const BASES = ['defaults', ...AUTHORITIES].map((name) => `${name}.json`);

/** A policy may extend another and give only what differs. */
function readWithBase(file: string, within: readonly string[]): Record<string, unknown> {
  if (within.includes(file)) throw new PolicyError([`${file}: extends: ends in itself`]);
  const { extends: base, ...own } = readJson(file);
  if (base === undefined) return own;
  if (typeof base !== 'string') throw new PolicyError([`${file}: extends: must name a file`]);
  const baseFile = BASES.includes(base) ? join(FOLDER, base) : resolve(dirname(file), base);
  return merge(readWithBase(baseFile, [...within, file]), own);
}

/** What a policy names one by one: a later release may know more of each. */
const NAMED = ['limits', 'gates', 'ladders', 'meetings'];
/** What a policy of an earlier release says nothing of. */
const SINCE = ['progress', 'hours'];

/**
 * A policy that an earlier release kept, with what this release knows beside it: a plan that came since has its limits and meetings from the
 * defaults. What the policy says stays as it is. Not yet read: `parsePolicy` does that.
 */
export function completed(policy: unknown): unknown {
  if (!isGroup(policy)) return policy;
  const defaults = readJson(join(FOLDER, 'defaults.json'));
  const since = SINCE.filter((name) => !(name in policy)).map((name) => [name, defaults[name]] as const);
  const groups = [...Object.entries(policy), ...since].map(([name, own]) => {
    const shipped = NAMED.includes(name) ? defaults[name] : undefined;
    if (!isGroup(own) || !isGroup(shipped)) return [name, own];
    return [name, beside(name === 'meetings' ? withQuorums(own, shipped) : own, shipped)];
  });
  return Object.fromEntries(groups);
}

/** What is missing comes after what is there: the same content in another order would be another policy. */
function beside(own: Record<string, unknown>, shipped: Record<string, unknown>): Record<string, unknown> {
  const missing = Object.entries(shipped).filter(([name]) => !Object.hasOwn(own, name));
  return { ...own, ...Object.fromEntries(missing) };
}

/** Releases before 0.2 knew no quorums: a kind of meeting that says nothing of it has the shipped one. */
const withQuorums = (own: Record<string, unknown>, shipped: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(own).map(([kind, mine]) => {
      const known = shipped[kind];
      const quorum = isGroup(known) ? known.quorum : undefined;
      return [kind, isGroup(mine) && quorum !== undefined ? beside(mine, { quorum }) : mine];
    }),
  );

/** Objects are merged field by field; a list, a limit or a null replaces what it extends. */
function merge(base: Record<string, unknown>, own: Record<string, unknown>): Record<string, unknown> {
  const merged = { ...base };
  for (const [key, value] of Object.entries(own)) {
    const before = merged[key];
    merged[key] = isGroup(value) && isGroup(before) ? merge(before, value) : value;
  }
  return merged;
}

const isGroup = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !('within' in value);

function readJson(file: string): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new PolicyError([`${file} cannot be read`]);
  }
  try {
    const data: unknown = JSON.parse(text);
    if (isGroup(data)) return data;
  } catch (error) {
    throw new PolicyError([`${file} is not JSON: ${(error as Error).message}`]);
  }
  throw new PolicyError([`${file} must hold one object`]);
}

/**
 * The calendar: the bank holidays shipped with this release, and those and the closure days of an authority's own file.
 * @throws PolicyError naming what is wrong in the file.
 */
export const loadCalendar = (file?: string): CalendarData => calendarFrom(readCalendarFile(file));

/** An authority's own days on top of the shipped ones. */
export function calendarFrom({ bankHolidays, closureDays, until }: OwnDays): CalendarData {
  const shipped = readJson(join(FOLDER, 'bank-holidays.json')) as { until: LocalDate; dates: { date: LocalDate }[] };
  return {
    bankHolidays: [...new Set([...shipped.dates.map((holiday) => holiday.date), ...bankHolidays])].sort(),
    closureDays: [...new Set(closureDays)].sort(),
    until: until !== undefined && until > shipped.until ? until : shipped.until,
  };
}

/** @throws PolicyError naming what is wrong in the file. */
export const readCalendarFile = (file?: string): OwnDays =>
  file === undefined ? parseCalendarFile({}) : parseCalendarFile(readJson(resolve(file)), `${file}: `);

/** @param where how each problem begins. @throws PolicyError naming what is wrong */
export function parseCalendarFile(own: unknown, where = ''): OwnDays {
  if (!isGroup(own)) throw new PolicyError([`${where}a calendar must be one object`]);
  // Release 0.1 wrote `applied` into the files it kept.
  const unknown = Object.keys(own).filter((key) => !['bankHolidays', 'closureDays', 'until', 'applied'].includes(key));
  if (unknown.length > 0)
    throw new PolicyError([
      `${where}does not know ${unknown.join(', ')}; it may hold bankHolidays, closureDays, until`,
    ]);
  return {
    bankHolidays: list(own, 'bankHolidays', where),
    closureDays: list(own, 'closureDays', where),
    ...(own.until === undefined ? {} : { until: day(own.until, 'until', where) }),
  };
}

function list(own: Record<string, unknown>, field: string, where: string): LocalDate[] {
  const value = own[field] ?? [];
  if (!Array.isArray(value)) throw new PolicyError([`${where}${field}: must be a list of dates`]);
  return value.map((item: unknown) => day(item, field, where));
}

function day(value: unknown, field: string, where: string): LocalDate {
  try {
    return localDate(String(value));
  } catch (error) {
    throw new PolicyError([`${where}${field}: ${(error as Error).message}`]);
  }
}
