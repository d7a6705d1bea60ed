// Reads policies and bank holidays from JSON files. For everything outside the workflow sandbox; cases carry what was read.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CalendarData, type LocalDate, localDate } from '../domain/calendar.ts';
import { type Policy, PolicyError, parsePolicy } from '../domain/policy.ts';

const FOLDER = dirname(fileURLToPath(import.meta.url));

/** The authorities whose policies are shipped. */
export const AUTHORITIES = ['barnsley', 'hull'] as const;

/**
 * The policy of a shipped authority, or the one in a file.
 * @throws PolicyError naming the file and every field that is wrong.
 */
export function loadPolicy(authorityOrFile: string): Policy {
  const shipped = (AUTHORITIES as readonly string[]).includes(authorityOrFile);
  if (!shipped && !authorityOrFile.endsWith('.json'))
    throw new PolicyError([`there is no policy for "${authorityOrFile}"; shipped are ${AUTHORITIES.join(', ')}`]);
  const file = shipped ? join(FOLDER, `${authorityOrFile}.json`) : resolve(authorityOrFile);
  const policy = parsePolicy(readWithBase(file));
  const hash = createHash('sha256').update(JSON.stringify(policy)).digest('hex').slice(0, 12);
  return { ...policy, hash };
}

/** A policy may extend another and give only what differs. */
function readWithBase(file: string): Record<string, unknown> {
  const { extends: base, ...own } = readJson(file);
  if (base === undefined) return own;
  if (typeof base !== 'string') throw new PolicyError([`${file}: extends: must name a file`]);
  const baseFile = base === 'defaults.json' ? join(FOLDER, base) : resolve(dirname(file), base);
  return merge(readWithBase(baseFile), own);
}

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
export function loadCalendar(file?: string): CalendarData {
  const shipped = readJson(join(FOLDER, 'bank-holidays.json')) as { until: string; dates: { date: string }[] };
  const own = file === undefined ? {} : readJson(resolve(file));
  const unknown = Object.keys(own).filter((key) => !['bankHolidays', 'closureDays', 'until'].includes(key));
  if (unknown.length > 0)
    throw new PolicyError([
      `${file}: does not know ${unknown.join(', ')}; it may hold bankHolidays, closureDays, until`,
    ]);
  const dates = [...shipped.dates.map((holiday) => holiday.date), ...list(own, 'bankHolidays', file)];
  return {
    bankHolidays: [...new Set(dates)].sort() as LocalDate[],
    closureDays: list(own, 'closureDays', file).sort(),
    until: day(own.until ?? shipped.until, 'until', file),
  };
}

function list(own: Record<string, unknown>, field: string, file: string | undefined): LocalDate[] {
  const value = own[field] ?? [];
  if (!Array.isArray(value)) throw new PolicyError([`${file}: ${field}: must be a list of dates`]);
  return value.map((item: unknown) => day(item, field, file));
}

function day(value: unknown, field: string, file: string | undefined): LocalDate {
  try {
    return localDate(String(value));
  } catch (error) {
    throw new PolicyError([`${file}: ${field}: ${(error as Error).message}`]);
  }
}
