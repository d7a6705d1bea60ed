// Days on which siblings' meetings could be one meeting: within the limit of each, worked by all, none of them too near to be called.

import type { Calendar, LocalDate } from '../time/calendar.ts';
import { addDays } from '../time/calendar.ts';

/** A meeting that is still to be held, of one child of a family. */
export interface Wanted {
  /** The last day it may be held on; null where nothing sets one. */
  readonly bookBy: LocalDate | null;
  /** The day it is booked for, where it is. */
  readonly booked?: LocalDate | undefined;
}

/** So many days are proposed at most. */
const PROPOSED = 5;
/** People are asked a working week ahead, where the limits leave one. */
const NOTICE_DAYS = 5;

/**
 * The days siblings' meetings fit on together, best first: a day one of them is booked for already, then the earliest that leaves a working week to ask
 * people, then nearer ones.
 * @param today not proposed itself
 * @returns none where a limit has passed, or where nothing limits any of them
 */
export function jointDates(wanted: readonly Wanted[], today: LocalDate, calendar: Calendar): readonly LocalDate[] {
  const limits = wanted.flatMap(({ bookBy }) => (bookBy === null ? [] : [bookBy])).sort();
  const [last] = limits;
  if (wanted.length < 2 || last === undefined) return [];
  const open: LocalDate[] = [];
  for (let day = addDays(today, 1); day <= last; day = addDays(day, 1)) if (calendar.isOpenDay(day)) open.push(day);
  const booked = new Set(wanted.flatMap((one) => (one.booked === undefined ? [] : [one.booked])));
  const inGoodTime = open.slice(NOTICE_DAYS);
  const near = open.slice(0, NOTICE_DAYS).reverse();
  return [
    ...open.filter((day) => booked.has(day)),
    ...[...inGoodTime, ...near].filter((day) => !booked.has(day)),
  ].slice(0, PROPOSED);
}
