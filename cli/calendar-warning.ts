// The warning that bank holidays end soon, for every command that shows dates. On stderr: answers stay answers.

import type { CalendarData, LocalDate } from '../domain/time/calendar.ts';
import { calendarWarning } from '../domain/time/calendar-end.ts';
import type { Output } from './output.ts';

/** @param whose says which calendar, where there may be several */
export function warnOfCalendar(output: Output, calendar: CalendarData, whose = ''): void {
  const warning = calendarWarning(calendar, new Date().toISOString().slice(0, 10) as LocalDate);
  if (warning !== undefined) output.err(`nodrift: ${whose}${warning}`);
}
