// Dates as people in England read them. They are formatted from the text of a London date or time, so the process's time zone does not matter.

import { format, parseISO } from 'date-fns';
import { enGB } from 'date-fns/locale/en-GB';
import { epochMs, fromEpochMs, fromLondon, inLondon, type LocalDateTime } from '../domain/time/calendar.ts';

/** `2027-03-01` or a time of that day → "Monday 1 March 2027". */
export const longDate = (date: string): string =>
  format(parseISO(date.slice(0, 10)), 'EEEE d MMMM yyyy', { locale: enGB });

/** `2027-03-01T13:30` → "1:30pm". It is read from the text: in another time zone that night may have no such hour. */
export function clockTime(time: string): string {
  const [hour, minute] = time.slice(11, 16).split(':').map(Number);
  if (hour === 0 && minute === 0) return 'midnight';
  if (hour === 12 && minute === 0) return 'midday';
  return `${hour! % 12 || 12}${minute ? `:${String(minute).padStart(2, '0')}` : ''}${hour! < 12 ? 'am' : 'pm'}`;
}

/** "Monday 1 March 2027 at 1:30pm". */
export const longTime = (time: string): string => `${longDate(time)} at ${clockTime(time)}`;

/** "Mon 1 March", with its year where that is not the year it is read in. */
export const shortDay = (date: string, read: string): string =>
  format(parseISO(date.slice(0, 10)), date.slice(0, 4) === read.slice(0, 4) ? 'EEE d MMMM' : 'EEE d MMMM yyyy', {
    locale: enGB,
  });

/** A time that lasts. */
interface Span {
  readonly start: LocalDateTime;
  readonly minutes: number;
}

/** When it ends, in London: in the night an hour is missing, that hour later by the clock. */
export const endOf = ({ start, minutes }: Span): string =>
  inLondon(fromEpochMs(epochMs(fromLondon(start)) + minutes * 60_000)).slice(0, 16);

/** "Monday 1 March 2027, 1:30pm to 3pm". */
export function longSpan(span: Span): string {
  const end = endOf(span);
  const until = end.slice(0, 10) === span.start.slice(0, 10) ? clockTime(end) : longTime(end);
  return `${longDate(span.start)}, ${clockTime(span.start)} to ${until}`;
}
