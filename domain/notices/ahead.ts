// What is due at 08:00 is planned in the night before it (docs/decisions/017): when a case does so, and what changes of it with what is recorded
// until then. Pure: the hour follows from the case's id.

import { stable } from '../case/same-content.ts';
import { type Calendar, epochMs, fromEpochMs, type Instant } from '../time/calendar.ts';
import type { Notice } from './notice.ts';
import type { Planned, Withdrawn } from './told.ts';

/** Between 05:00 and 07:40, so that the cases of a morning do not all work in the same minute. */
const EARLIEST_S = 3 * 3600;
const LATEST_S = 20 * 60;

/** When a case plans what is due at 08:00 on a day. @param id the case's */
export const planningTime = (id: string, morning: Instant): Instant =>
  fromEpochMs(epochMs(morning) - (LATEST_S + (hash(id) % (EARLIEST_S - LATEST_S + 1))) * 1000);

/** Whether something is due at 08:00: a rung, a reminder, what waits for the next morning. What is told at once has the moment it was recorded. */
export const isMorning = (calendar: Calendar, at: Instant): boolean => at === calendar.morning(calendar.londonDate(at));

/** What there is to hand over when other notices are wanted than were planned. One that says something else is withdrawn, and planned anew. */
export function replanned(
  before: readonly Planned[],
  wanted: readonly Notice[],
): {
  readonly planned: readonly Planned[];
  readonly fresh: readonly Notice[];
  readonly withdrawn: readonly Withdrawn[];
} {
  const planned = wanted.map((notice) => ({ key: notice.key, to: notice.to.id, content: contentOf(notice) }));
  const had = new Map(before.map(({ key, content }) => [key, content]));
  const has = new Map(planned.map(({ key, content }) => [key, content]));
  return {
    planned,
    fresh: wanted.filter(({ key }) => had.get(key) !== has.get(key)),
    withdrawn: before.filter(({ key, content }) => has.get(key) !== content).map(({ key, to }) => ({ key, to })),
  };
}

function contentOf(notice: Notice): string {
  const text = stable(notice);
  return hash(text).toString(36) + hash(text, 0x9e3779b9).toString(36);
}

/** FNV-1a: the sandbox has no `crypto`, and nobody has to be kept from finding a text to a hash. */
function hash(text: string, seed = 0x811c9dc5): number {
  let value = seed;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value >>> 0;
}
