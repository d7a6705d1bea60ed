// How often this child's meetings are to be held, where somebody decided it for this child alone: never less often than the policy says.

import { firstDayOf } from '../case/brought-in.ts';
import type { Recorded } from '../case/events.ts';
import { type Case, type Dated, knownAt, ownDate, whatHappened } from '../case/facts.ts';
import { meetingName } from '../case/meeting-id.ts';
import type { MeetingId, MeetingKind, Rule } from '../case/model.ts';
import { addDays, type Instant, type LocalDate } from '../time/calendar.ts';
import type { Arisen } from './arisen.ts';
import { earliest, earliestFrom } from './limits.ts';
import { withLimit } from './meetings.ts';

/** A decision that meetings are to be so many days apart. */
interface Pace extends Dated {
  readonly days: number;
  /** The meeting that recorded it. */
  readonly meeting?: MeetingId | undefined;
}

/** The events that may set a pace: none, in most cases. */
const spokenOf = (c: Case): readonly Recorded[] =>
  c.memory.of('spoken-of-pace', '', [whatHappened(c)], () => whatHappened(c).filter(setsPace));

const setsPace = ({ event }: Recorded): boolean =>
  event.type === 'plan-proposed' ||
  event.type === 'plan-approved' ||
  ((event.type === 'meeting-held' || event.type === 'brought-in') && event.everyDays !== undefined);

/** Every pace that was decided: as the manager approved it (R88), and as meetings of these kinds recorded it since (R99, R138). */
const paces = (c: Case, kinds: readonly MeetingKind[]): readonly Pace[] =>
  c.memory.of('paces', kinds.join(' '), spokenOf(c), () => decided(c, kinds));

function decided(c: Case, kinds: readonly MeetingKind[]): readonly Pace[] {
  let proposed: number | undefined;
  return spokenOf(c).flatMap((recorded) => {
    const { event } = recorded;
    const known = knownAt(recorded);
    if (event.type === 'plan-proposed') proposed = event.everyDays;
    // Brought in, it was the pace since before.
    if (event.type === 'brought-in' && event.everyDays !== undefined)
      return [{ on: firstDayOf(event), known, days: event.everyDays }];
    const approved = event.type === 'plan-approved' ? proposed : undefined;
    const meeting = event.type === 'meeting-held' ? event.meeting : undefined;
    const counts = event.type === 'meeting-held' && kinds.includes(meetingName(event.meeting).kind);
    const days = counts ? event.everyDays : approved;
    return days === undefined ? [] : [{ on: ownDate(c, recorded), known, days, meeting }];
  });
}

/**
 * The duty with the limit that this child's own pace sets, never later than the policy's.
 * The pace in force when the duty arose counts from the day it arose. A tighter one decided or typed in since leaves some days from when the
 * case learned of it (L18), and no limit moves later.
 * @param kinds the meetings that may decide it
 */
export function paced(c: Case, duty: Arisen, kinds: readonly MeetingKind[], rules: readonly Rule[]): Arisen {
  if (spokenOf(c).length === 0) return duty;
  const every = paces(c, kinds);
  // The duty is another when a booking or a limit of its meeting is.
  return c.memory.of('paced', duty.key, [duty, every, c.versions], () => atOwnPace(c, duty, every, rules));
}

function atOwnPace(c: Case, duty: Arisen, every: readonly Pace[], rules: readonly Rule[]): Arisen {
  const all = every.filter(({ meeting }) => meeting === undefined || meeting !== duty.meeting);
  const knownThen = (one: Pace) => one.on <= duty.arises && one.known <= duty.known;
  const since = all.filter((one) => !knownThen(one) && (duty.done === undefined || one.on <= duty.done.on));
  const inForce = all.findLast(knownThen);
  const own = [...(inForce ? [inForce] : []), ...since]
    .map((one) => {
      const limit = addDays(duty.arises, one.days);
      const earliest = one === inForce ? one.on : earliestFrom(c, one.known);
      return { limit: limit < earliest ? earliest : limit, known: one.known };
    })
    .reduce<{ limit: LocalDate; known: Instant } | undefined>((a, b) => (a && a.limit <= b.limit ? a : b), undefined);
  if (own === undefined) return duty;
  const due = earliest(c, duty, own.limit, 0, rules);
  // Steps that a tighter limit has put into the past are not made up for: the case knows of them from the decision on.
  if (due.due === duty.due) return { ...duty, ...due };
  return withLimit(c, duty, due, own.known > duty.known ? own.known : duty.known);
}
