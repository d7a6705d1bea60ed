// What a real case cannot go by: figures that break statute, ladders that tell nobody, a calendar on which nothing ever falls due.
// Rehearsals may play with all of it.

import { isRehearsalAuthority } from '../case/rehearsals.ts';
import { addDays, Calendar, type CalendarData, daysBetween, type LocalDate } from '../time/calendar.ts';
import { order } from '../time/order.ts';
import { LADDER_RULES } from './departures.ts';
import { LADDERS, type Policy } from './policy.ts';
import { unlawfulLimits } from './statute.ts';

/**
 * Why no real case may go by these, in one line; undefined where one may. Asked where they are put in force, and again by every case that is
 * to begin with them or to change to them.
 */
export function unfitForRealCases(policy: Policy, calendar: CalendarData): string | undefined {
  return unfitCalendar(calendar) ?? unfitPolicy(policy, calendar);
}

/** @param calendar what working days are counted on; one that is fit itself */
export function unfitPolicy(policy: Policy, calendar: CalendarData): string | undefined {
  const { authority, ladders } = policy;
  if (isRehearsalAuthority(authority))
    return `authority: ${authority}: names that begin with rehearsal- are those of rehearsals`;
  // Without reminders of a meeting the invitation still went; every other ladder is all that is said of its duties.
  const empty = LADDERS.filter((name) => name !== 'attend' && ladders[name].length === 0);
  if (empty.length > 0)
    return `${empty.map((name) => `ladders.${name} (${LADDER_RULES[name].join(', ')})`).join(', ')}: has no step, so nobody would be told of what is owed`;
  const unlawful = unlawfulLimits(policy, calendar);
  return unlawful.length > 0 ? `statute sets this limit: ${unlawful.map(({ words }) => words).join('; ')}` : undefined;
}

/**
 * England has 252 to 254 working days a year, and no council closes for more than a few weeks: below these figures a list of days is a mistake,
 * and a limit in working days (15 for the initial conference, R114; 20 for a first looked after review, R108) would come months late or never.
 */
const WORKING_DAYS_A_YEAR = 200;
const CLOSED_IN_A_ROW = 60;
/** Days a case counts with; beyond them a list would only be walked for ever. */
const FIRST = '2000-01-01' as LocalDate;
const LAST = '2100-12-31' as LocalDate;

/** Closure days count too: nothing can be booked, and nobody is told anything, on them. */
export function unfitCalendar(data: CalendarData): string | undefined {
  const closed = [...new Set([...data.bankHolidays, ...data.closureDays])].sort(order);
  const outside = [...closed, data.until].find((day) => day < FIRST || day > LAST);
  if (outside !== undefined) return `calendar: ${outside} is not between ${FIRST} and ${LAST}`;
  const calendar = new Calendar(data);
  return fewWorkingDays(calendar, closed) ?? longClosure(calendar, closed);
}

function fewWorkingDays(calendar: Calendar, closed: readonly LocalDate[]): string | undefined {
  const years = new Set(closed.map((day) => day.slice(0, 4)));
  for (const year of years) {
    const open = openDaysIn(calendar, year);
    if (open < WORKING_DAYS_A_YEAR)
      return `calendar: ${year} would have ${open} working days; a year with fewer than ${WORKING_DAYS_A_YEAR} is a mistake`;
  }
  return undefined;
}

function openDaysIn(calendar: Calendar, year: string): number {
  let open = 0;
  for (let day = `${year}-01-01` as LocalDate; day <= `${year}-12-31`; day = addDays(day, 1))
    if (calendar.isOpenDay(day)) open++;
  return open;
}

function longClosure(calendar: Calendar, closed: readonly LocalDate[]): string | undefined {
  let opens = FIRST;
  for (const day of closed) {
    if (day < opens) continue;
    const last = calendar.openDays(day, -1);
    opens = calendar.openDays(day, 1);
    const days = daysBetween(last, opens) - 1;
    if (days > CLOSED_IN_A_ROW)
      return `calendar: ${days} days in a row would be closed from ${addDays(last, 1)}; more than ${CLOSED_IN_A_ROW} are a mistake`;
  }
  return undefined;
}
