// The warning that bank holidays end soon, for every command that shows dates. On stderr, so that stdout holds the answer alone.

import { Unavailable } from '../client/errors.ts';
import type { Nodrift } from '../client/nodrift.ts';
import type { CalendarData, LocalDate } from '../domain/time/calendar.ts';
import { calendarWarning } from '../domain/time/calendar-end.ts';
import { loadCalendar } from '../policies/load.ts';
import type { Output } from './output.ts';

const today = (): LocalDate => new Date().toISOString().slice(0, 10) as LocalDate;

/** @param whose which calendar, where there may be several */
export function warnOfCalendar(output: Output, calendar: Pick<CalendarData, 'until'>, whose = ''): void {
  const warning = calendarWarning(calendar, today());
  if (warning !== undefined) output.err(`nodrift: ${whose}${warning}`);
}

/**
 * When the bank holidays of some authorities end. An authority's own never end before the shipped ones. So the server is asked only when
 * the shipped ones end soon.
 */
export async function calendarsThatEnd(
  nodrift: Nodrift,
  authorities: ReadonlySet<string>,
): Promise<readonly { readonly authority: string; readonly until: LocalDate }[]> {
  const shipped = loadCalendar();
  if (authorities.size === 0 || calendarWarning(shipped, today()) === undefined) return [];
  const { inForce } = await import('../client/ask-in-force.ts');
  const known = await inForce(nodrift).catch((error: unknown) => {
    if (error instanceof Unavailable) return []; // without a server only the shipped ones are known
    throw error;
  });
  return [...authorities].map((authority) => {
    const own = known.find((one) => one.authority === authority)?.calendars.at(-1)?.version;
    return { authority, until: own !== undefined && own > shipped.until ? (own as LocalDate) : shipped.until };
  });
}
