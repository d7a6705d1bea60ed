// What a changed calendar does to a case is told to whoever convenes its meetings (L22): limits that moved, and days that are holidays now.

import { type Case, dayOf, knownAt } from '../case/facts.ts';
import type { Step } from '../case/model.ts';
import { socialWorkerAt } from '../case/people.ts';
import { movedLimits } from '../duties/moved-limits.ts';
import type { Instant } from '../time/calendar.ts';
import { inform, type What } from './inform.ts';
import { mailWords } from './words.ts';

/** @param since what was told before is not worked out again */
export function calendarChanges(c: Case, since: Instant): readonly Step[] {
  const changes = c.events.filter((one) => one.event.type === 'calendar-changed' && knownAt(one) >= since);
  return changes.flatMap((change): readonly Step[] => {
    const at = knownAt(change);
    const lines = [...movedBy(c, change.id), ...holidaysAt(c, at)];
    if (lines.length === 0) return [];
    const text = `bank holidays or closure days have changed: ${lines.join('; ')}`;
    const what: What = { duty: null, meeting: null, due: null, rules: [], text, why: 'calendar' };
    return inform(c, at, change.id, socialWorkerAt(c, at), what, undefined);
  });
}

const movedBy = (c: Case, change: string): readonly string[] =>
  movedLimits(c, new Set([change])).map(({ duty, was, due }) => {
    const { thing, many } = mailWords(duty);
    return `${thing} ${many ? 'are' : 'is'} due on ${due}, not on ${was}`;
  });

/** Meetings that are booked for a day that was none, and is a bank holiday now. */
function holidaysAt(c: Case, at: Instant): readonly string[] {
  const i = c.versions.findLastIndex((v) => v.since === at);
  const now = c.versions[i]?.calendar;
  const before = c.versions[i - 1]?.calendar;
  return Object.values(c.meetings).flatMap((m) => {
    const booking = m.bookings.findLast(({ known, ended }) => known <= at && (ended === undefined || ended.known > at));
    if (!booking || c.calendar.fromLondon(booking.start) <= at) return [];
    const day = dayOf(booking);
    return now?.isBankHoliday(day) && !before?.isBankHoliday(day)
      ? [`${m.id} is booked for ${day}, which is a bank holiday now`]
      : [];
  });
}
