// What is told at once is not sent at night: nobody's telephone rings for what can wait until morning. What concerns the same day cannot.

import type { Case } from '../case/facts.ts';
import type { Step } from '../case/model.ts';
import { quietHoursOf } from '../policy/policy.ts';
import { addDays, dateOf, type Instant, type LocalDate, type LocalDateTime } from '../time/calendar.ts';

/**
 * The moment before which a step that is told in quiet hours is not sent; undefined where it goes at its own moment: by day, or because it
 * speaks of a meeting of the same day, or of the morning that follows the night.
 */
export function quietUntil(c: Case, { at, booking }: Pick<Step, 'at' | 'booking'>): Instant | undefined {
  const { from, until } = quietHoursOf(c.policy);
  const time = (day: LocalDate, clock: string) => c.calendar.fromLondon(`${day}T${clock}` as LocalDateTime);
  const today = c.calendar.londonDate(at);
  const isEvening = at >= time(today, from);
  if (!isEvening && at >= time(today, until)) return undefined;
  const morning = isEvening ? addDays(today, 1) : today;
  if (booking && (dateOf(booking.start) === today || isMorningOf(morning, booking.start))) return undefined;
  return time(morning, until);
}

const isMorningOf = (day: LocalDate, start: LocalDateTime): boolean => dateOf(start) === day && start < `${day}T12:00`;
