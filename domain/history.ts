// What happened to a case, read back from its events: when something came about, and how often meetings were to be held at a time.

import { addDays, type LocalDate } from './calendar.ts';
import { type Case, type Dated, ownDate } from './case.ts';
import type { EventType } from './events.ts';
import { earliest } from './limits.ts';
import type { Arisen } from './meetings.ts';
import type { Rule } from './model.ts';

/** Every time something of these types happened, oldest first. */
export const happened = (c: Case, ...types: readonly EventType[]): readonly Dated[] =>
  c.events
    .filter(({ event }) => types.includes(event.type))
    .map((recorded) => ({ on: ownDate(c, recorded), known: recorded.recordedAt }));

/** Came after: by its own day, and on one day by when it was typed in. */
export const follows =
  (before: Dated) =>
  (after: Dated): boolean =>
    after.on > before.on || (after.on === before.on && after.known >= before.known);

interface Frequency {
  readonly on: LocalDate;
  readonly days: number;
}

/** How often meetings are to be held, as the manager approved it and as reviews recorded it since (R88, R138). */
function frequencies(c: Case): readonly Frequency[] {
  let proposed: number | undefined;
  return c.events.flatMap((recorded) => {
    const { event } = recorded;
    if (event.type === 'plan-proposed') proposed = event.everyDays;
    const approved = event.type === 'plan-approved' ? proposed : undefined;
    const days = event.type === 'meeting-held' ? event.everyDays : approved;
    return days === undefined ? [] : [{ on: ownDate(c, recorded), days }];
  });
}

/**
 * The duty with the limit this child's own frequency sets, never later than the policy's.
 * What was in force when the duty arose counts, and what tightened it since, from then on: neither what is done nor what
 * runs gets a limit before the day somebody decided on it, and nothing moves later.
 */
export function paced(c: Case, duty: Arisen, rules: readonly Rule[]): Arisen {
  const all = frequencies(c);
  const since = all.filter(({ on }) => on > duty.arises && (duty.done === undefined || on <= duty.done.on));
  const inForce = all.findLast(({ on }) => on <= duty.arises);
  const dates = [...(inForce ? [inForce] : []), ...since].map(({ on, days }) => {
    const limit = addDays(duty.arises, days);
    return limit < on ? on : limit;
  });
  const own = dates.sort()[0];
  return own === undefined ? duty : { ...duty, ...earliest(c, duty, own, 0, rules) };
}
