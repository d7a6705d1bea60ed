// What happened to a case, read back from its events: when something came about, and how often meetings were to be held at a time.

import { earliest } from '../duties/limits.ts';
import type { Arisen } from '../duties/meetings.ts';
import { addDays, type Instant, type LocalDate } from '../time/calendar.ts';
import type { EventType } from './events.ts';
import { type Case, type Dated, ownDate } from './facts.ts';
import type { MeetingId, Rule } from './model.ts';

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

interface Frequency extends Dated {
  readonly days: number;
  /** The meeting that recorded it. */
  readonly meeting?: MeetingId | undefined;
}

/** How often meetings are to be held, as the manager approved it and as reviews recorded it since (R88, R138). */
function frequencies(c: Case): readonly Frequency[] {
  let proposed: number | undefined;
  return c.events.flatMap((recorded) => {
    const { event, recordedAt: known } = recorded;
    if (event.type === 'plan-proposed') proposed = event.everyDays;
    const approved = event.type === 'plan-approved' ? proposed : undefined;
    const days = event.type === 'meeting-held' ? event.everyDays : approved;
    const meeting = event.type === 'meeting-held' ? event.meeting : undefined;
    return days === undefined ? [] : [{ on: ownDate(c, recorded), known, days, meeting }];
  });
}

/**
 * The duty with the limit this child's own frequency sets, never later than the policy's.
 * What was in force when the duty arose counts, and what tightened it since or was typed in since, from then on: neither what is done
 * nor what runs gets a limit before the day somebody decided on it, and nothing moves later.
 */
export function paced(c: Case, duty: Arisen, rules: readonly Rule[]): Arisen {
  const all = frequencies(c).filter(({ meeting }) => meeting === undefined || meeting !== duty.meeting);
  const knownThen = (one: Frequency) => one.on <= duty.arises && one.known <= duty.known;
  const since = all.filter((one) => !knownThen(one) && (duty.done === undefined || one.on <= duty.done.on));
  const inForce = all.findLast(knownThen);
  const own = [...(inForce ? [inForce] : []), ...since]
    .map(({ on, known, days }) => {
      const limit = addDays(duty.arises, days);
      return { limit: limit < on ? on : limit, known };
    })
    .reduce<{ limit: LocalDate; known: Instant } | undefined>((a, b) => (a && a.limit <= b.limit ? a : b), undefined);
  if (own === undefined) return duty;
  const due = earliest(c, duty, own.limit, 0, rules);
  // Steps that a tighter limit has put into the past are not made up for: the case knows of them from the decision on.
  return { ...duty, ...due, known: due.due !== duty.due && own.known > duty.known ? own.known : duty.known };
}
