// Bank holidays are data with an end date: a warning to operators well before it comes (rules, Counting 8).

import { shortDate } from '../notices/words.ts';
import { addMonths, type CalendarData, type LocalDate } from './calendar.ts';

/** A first review and the one that follows it must be countable: nine months, and half a year to get the next list. */
const MONTHS_AHEAD = 15;

/** Whether the bank holidays that are known end in less than 15 months. */
export const calendarEndsSoon = (until: LocalDate, today: LocalDate): boolean => until < addMonths(today, MONTHS_AHEAD);

/** The warning in words; undefined while there is nothing to warn of. */
export function calendarWarning({ until }: Pick<CalendarData, 'until'>, today: LocalDate): string | undefined {
  if (!calendarEndsSoon(until, today)) return undefined;
  const ends = until < today ? 'ended' : 'end';
  return `the bank holidays that are known ${ends} on ${shortDate(until)}: add later ones with nodrift calendar apply`;
}
