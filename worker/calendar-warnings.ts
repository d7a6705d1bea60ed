// Which authorities' bank holidays end soon, for the log and for `npm start` (rules, Counting 8).

import type { LocalDate } from '../domain/time/calendar.ts';
import { calendarWarning } from '../domain/time/calendar-end.ts';
import { authorities, inForce, NoPolicy } from '../record/in-force.ts';
import type { OpenRecord } from '../record/open.ts';

interface CalendarWarning {
  readonly authority: string;
  readonly warning: string;
}

/** A line for each authority whose days end soon, or cannot be read. @throws RecordUnavailable */
export async function calendarWarnings(record: OpenRecord, today: LocalDate): Promise<readonly CalendarWarning[]> {
  const all = await authorities(record);
  const warnings = await Promise.all(all.map((authority) => warningFor(record, authority, today)));
  return all.flatMap((authority, i) => {
    const warning = warnings[i];
    return warning === undefined ? [] : [{ authority, warning }];
  });
}

async function warningFor(record: OpenRecord, authority: string, today: LocalDate): Promise<string | undefined> {
  try {
    return calendarWarning((await inForce(record, authority)).calendar, today);
  } catch (error) {
    if (error instanceof NoPolicy) return error.message;
    throw error;
  }
}
