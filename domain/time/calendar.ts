// Days as the law counts them: working days, bank holidays, book-by dates, clamped months, and London's clock.
// Pure. Dates travel as branded ISO strings (docs/decisions/002); only this file does arithmetic on them.

import { Temporal } from 'temporal-polyfill';

/** A day in England, `2027-03-01`. Compares with `<`. Made only by `localDate` and the functions of this file. */
export type LocalDate = string & { readonly __brand: 'LocalDate' };
/** A wall-clock time in London, `2027-03-01T10:00`. */
export type LocalDateTime = string & { readonly __brand: 'LocalDateTime' };
/** A moment, in UTC to the second, `2027-03-01T10:00:00Z`. Compares with `<`. */
export type Instant = string & { readonly __brand: 'Instant' };

/** Bank holidays and a council's closure days: plain data that travels in a case's state. */
export interface CalendarData {
  /** Bank holidays of England and Wales: no working days. */
  readonly bankHolidays: readonly LocalDate[];
  /** The last day the bank holidays are known for. */
  readonly until: LocalDate;
  /** Days the council is closed (Christmas week): they move bookings and e-mails, never a limit. */
  readonly closureDays: readonly LocalDate[];
}

/** An authority's own days, on top of the bank holidays shipped with a release. */
export interface OwnDays {
  readonly bankHolidays: readonly LocalDate[];
  readonly closureDays: readonly LocalDate[];
  /** Later than the shipped ones are known for. */
  readonly until?: LocalDate | undefined;
}

/** `within: 10, unit: 'working-days'`: how long after a trigger something is due. */
export interface Period {
  readonly within: number;
  readonly unit: 'days' | 'working-days' | 'months';
}

const DAY = 86_400_000;
const HOUR = 3_600_000;
const LONDON = 'Europe/London';

/** The days a case is likely to count with, written once: a case asks for thousands of them, and `Date` writes slowly. */
const FIRST_DAY = Date.parse('2015-01-01') / DAY;
const LAST_DAY = Date.parse('2045-01-01') / DAY;
const DAYS: readonly LocalDate[] = Array.from({ length: LAST_DAY - FIRST_DAY }, (_, i) => written(FIRST_DAY + i));

function written(day: number): LocalDate {
  return new Date(day * DAY).toISOString().slice(0, 10) as LocalDate;
}

/** Days since 1970 in the calendar's own rhythm, 146,097 days in 400 years counted from March: ten times as fast as `Date.parse`. */
function epochDay(date: LocalDate): number {
  const month = 10 * digit(date, 5) + digit(date, 6);
  const year =
    1000 * digit(date, 0) + 100 * digit(date, 1) + 10 * digit(date, 2) + digit(date, 3) - (month > 2 ? 0 : 1);
  const ofYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5);
  const leapDays = Math.floor(year / 4) - Math.floor(year / 100) + Math.floor(year / 400);
  return 365 * year + leapDays + ofYear + 10 * digit(date, 8) + digit(date, 9) - 719_469;
}
const digit = (text: string, i: number): number => text.charCodeAt(i) - 48;

const fromEpochDay = (day: number): LocalDate => DAYS[day - FIRST_DAY] ?? written(day);
const toInstant = (ms: number): Instant => `${new Date(ms).toISOString().slice(0, 19)}Z` as Instant;

/** Monday 5 January 1970 is epoch day 4. */
const isWeekend = (day: number): boolean => (day + 3) % 7 >= 5;

/**
 * Reads a date.
 * @throws RangeError when there is no such day (`2026-02-31`), with the text in the message.
 */
export function localDate(text: string): LocalDate {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) throw new RangeError(`"${text}" is not a date like 2027-03-01`);
  try {
    // `Date.parse` turns 31 February into 3 March in some engines; Temporal refuses it.
    return Temporal.PlainDate.from(text, { overflow: 'reject' }).toString() as LocalDate;
  } catch {
    throw new RangeError(`"${text}" is not a day of the calendar`);
  }
}

/**
 * Reads a London wall-clock time, `2027-03-01T10:00`; seconds are dropped.
 * @throws RangeError when there is no such time.
 */
export function localDateTime(text: string): LocalDateTime {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/.test(text))
    throw new RangeError(`"${text}" is not a date and time like 2027-03-01T10:00`);
  try {
    const time = Temporal.PlainDateTime.from(text, { overflow: 'reject' });
    return time.toString({ smallestUnit: 'minute' }) as LocalDateTime;
  } catch {
    throw new RangeError(`"${text}" is not a time of the calendar`);
  }
}

/**
 * Reads a moment with its offset or `Z`, and gives it in UTC to the second.
 * @throws RangeError when it is not one.
 */
export function instant(text: string): Instant {
  try {
    return toInstant(Temporal.Instant.from(text).epochMilliseconds);
  } catch {
    throw new RangeError(`"${text}" is not a moment like 2027-03-01T10:00:00Z`);
  }
}

/** The moment a London wall-clock time names; in the hour that happens twice the first, in the hour that is missing the later. */
export function fromLondon(local: LocalDateTime): Instant {
  const zoned = Temporal.PlainDateTime.from(local).toZonedDateTime(LONDON, { disambiguation: 'compatible' });
  return toInstant(zoned.epochMilliseconds);
}

/** A moment as people in London read it, with its offset: `2027-07-01T08:00:00+01:00`. */
export function inLondon(moment: Instant): string {
  return Temporal.Instant.from(moment)
    .toZonedDateTimeISO(LONDON)
    .toString({ timeZoneName: 'never', smallestUnit: 'second' });
}

export const epochMs = (moment: Instant): number => Date.parse(moment);
export const fromEpochMs = (ms: number): Instant => toInstant(Math.floor(ms / 1000) * 1000);
export const dateOf = (time: LocalDateTime): LocalDate => time.slice(0, 10) as LocalDate;

export const addDays = (date: LocalDate, days: number): LocalDate => fromEpochDay(epochDay(date) + days);
export const daysBetween = (from: LocalDate, to: LocalDate): number => epochDay(to) - epochDay(from);

/** The Monday of a day's week. */
export const mondayOf = (date: LocalDate): LocalDate => addDays(date, -((epochDay(date) + 3) % 7));
/** How many weeks later the week of one day is than that of another. */
export const weeksBetween = (from: LocalDate, to: LocalDate): number => daysBetween(mondayOf(from), mondayOf(to)) / 7;

/** Keeps the day's number, clamped: 30 November 2026 + 3 months is 28 February 2027 (rules, Counting 3). */
export function addMonths(date: LocalDate, months: number): LocalDate {
  const month = Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7)) - 1 + months;
  const year = Math.floor(month / 12);
  const number = (month % 12) + 1;
  const day = Math.min(Number(date.slice(8)), daysIn(year, number));
  return `${padded(year, 4)}-${padded(number, 2)}-${padded(day, 2)}` as LocalDate;
}

function daysIn(year: number, month: number): number {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}
const padded = (value: number, digits: number): string => String(value).padStart(digits, '0');

/** The calendar of one authority, ready to count with. Counts whole days as numbers: ladders ask for thousands of them. */
export class Calendar {
  readonly #bankHolidays: ReadonlySet<number>;
  readonly #closureDays: ReadonlySet<number>;
  /** The days from Monday to Friday on which the council is closed, in order. */
  readonly #closed: readonly number[];
  /** Start and end of summer time per year, asked of the time-zone data once: the look-up is slow, a case asks hundreds of times. */
  readonly #summers = new Map<string, Summer>();
  /** The mornings asked for so far. */
  readonly #mornings = new Map<LocalDate, Instant>();

  readonly data: CalendarData;

  constructor(data: CalendarData) {
    this.data = data;
    this.#bankHolidays = new Set(data.bankHolidays.map(epochDay));
    this.#closureDays = new Set(data.closureDays.map(epochDay));
    this.#closed = [...new Set([...this.#bankHolidays, ...this.#closureDays])]
      .filter((day) => !isWeekend(day))
      .sort((a, b) => a - b);
  }

  #isWorkingDay(day: number): boolean {
    return !isWeekend(day) && !this.#bankHolidays.has(day);
  }

  /** A working day on which the council is open: what ladders and bookings count. */
  #isOpenDay(day: number): boolean {
    return this.#isWorkingDay(day) && !this.#closureDays.has(day);
  }

  isBankHoliday(date: LocalDate): boolean {
    return this.#bankHolidays.has(epochDay(date));
  }

  isOpenDay(date: LocalDate): boolean {
    return this.#isOpenDay(epochDay(date));
  }

  /** The limit: the day of the trigger is day 0; it never moves because it falls on a weekend or holiday (Counting 2 and 4). */
  limit(trigger: LocalDate, period: Period): LocalDate {
    if (period.unit === 'months') return addMonths(trigger, period.within);
    if (period.unit === 'days') return addDays(trigger, period.within);
    let day = epochDay(trigger);
    for (let left = period.within; left > 0; ) if (this.#isWorkingDay(++day)) left--;
    return fromEpochDay(day);
  }

  /** The last working day on or before the limit that is not a closure day (Counting 4). */
  bookBy(limit: LocalDate): LocalDate {
    let day = epochDay(limit);
    while (!this.#isOpenDay(day)) day--;
    return fromEpochDay(day);
  }

  /** `count` open days after a day, or before it when negative; 0 is the day itself or, when closed, the open day before. */
  openDays(date: LocalDate, count: number): LocalDate {
    if (count === 0) return this.bookBy(date);
    if (count > A_FEW) return this.#manyOpenDays(epochDay(date), count);
    const step = count > 0 ? 1 : -1;
    let day = epochDay(date);
    for (let left = Math.abs(count); left > 0; ) {
      day += step;
      if (this.#isOpenDay(day)) left--;
    }
    return fromEpochDay(day);
  }

  /** How many open days there are after a day, up to and with another; 0 where that is not later. */
  openDaysBetween(after: LocalDate, upTo: LocalDate): number {
    return Math.max(0, this.#openUpTo(epochDay(upTo)) - this.#openUpTo(epochDay(after)));
  }

  /** As walking day by day, without the walk: a ladder may have repeated for years. */
  #manyOpenDays(from: number, count: number): LocalDate {
    const wanted = this.#openUpTo(from) + count;
    let day = from + count;
    for (let left = wanted - this.#openUpTo(day); left > 0; left = wanted - this.#openUpTo(day)) day += left;
    return fromEpochDay(day);
  }

  /** Open days up to and with a day, counted from a Monday long ago. */
  #openUpTo(day: number): number {
    const days = day - A_MONDAY + 1;
    const weekdays = Math.floor(days / 7) * 5 + Math.min(5, ((days % 7) + 7) % 7);
    return weekdays - countUpTo(this.#closed, day);
  }

  /** 08:00 in London on that day: when every step goes that is not "at once". */
  morning(date: LocalDate): Instant {
    let morning = this.#mornings.get(date);
    if (morning === undefined) {
      morning = this.fromLondon(`${date}T08:00` as LocalDateTime);
      this.#mornings.set(date, morning);
    }
    return morning;
  }

  /** The next 08:00 of an open day strictly after a moment. */
  nextMorning(after: Instant): Instant {
    let date = this.londonDate(after);
    if (!this.isOpenDay(date) || this.morning(date) <= after) date = this.openDays(date, 1);
    return this.morning(date);
  }

  /** The day it is in London at a moment. */
  londonDate(moment: Instant): LocalDate {
    const day = moment.slice(0, 10) as LocalDate;
    if (moment.slice(11, 13) !== '23') return day;
    const { start, end } = this.#summer(moment);
    return moment >= start && moment < end ? addDays(day, 1) : day;
  }

  /** As the function of that name, faster. */
  fromLondon(local: LocalDateTime): Instant {
    const { forward, back } = this.#summer(local);
    if (local < forward || local >= back) return `${local}:00Z` as Instant;
    const hour = Number(local.slice(11, 13)) - 1;
    if (hour < 0) return `${addDays(dateOf(local), -1)}T23${local.slice(13)}:00Z` as Instant;
    return `${local.slice(0, 11)}${padded(hour, 2)}${local.slice(13)}:00Z` as Instant;
  }

  #summer(time: Instant | LocalDateTime): Summer {
    const year = time.slice(0, 4);
    let summer = this.#summers.get(year);
    if (!summer) {
      summer = summerOf(year);
      this.#summers.set(year, summer);
    }
    return summer;
  }
}

/** Up to so many days a walk is as fast as counting. */
const A_FEW = 15;
/** 5 January 1970. */
const A_MONDAY = 4;

/** How many of the numbers, in order, are not greater. */
function countUpTo(sorted: readonly number[], most: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) <= most) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Summer time of one year: as moments, and as the wall-clock times from which clocks read an hour more, and no longer do. */
interface Summer {
  readonly start: Instant;
  readonly end: Instant;
  /** The hour that is missing counts as winter, the hour that happens twice as summer: Temporal's `compatible`. */
  readonly forward: LocalDateTime;
  readonly back: LocalDateTime;
}

/** For years the time-zone data says nothing about. */
const NEVER = '9999-12-31T23:59' as Instant & LocalDateTime;

function summerOf(year: string): Summer {
  const first = Temporal.ZonedDateTime.from(`${year}-01-01T00:00[${LONDON}]`).getTimeZoneTransition('next');
  const second = first?.getTimeZoneTransition('next');
  if (!first || !second) return { start: NEVER, end: NEVER, forward: NEVER, back: NEVER };
  const wall = (ms: number) => new Date(ms + HOUR).toISOString().slice(0, 16) as LocalDateTime;
  const [start, end] = [first.epochMilliseconds, second.epochMilliseconds];
  return { start: toInstant(start), end: toInstant(end), forward: wall(start), back: wall(end) };
}
