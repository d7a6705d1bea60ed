// Which limits a changed calendar or policy moved, or a correction (L1), with the old date beside the new: late stays late, and nobody's date changes unseen.

import type { Recorded } from '../case/events.ts';
import { type Case, knownAt } from '../case/facts.ts';
import { beginning, fold, withEvent } from '../case/fold.ts';
import type { DutyKey } from '../case/model.ts';
import { putsRight } from '../case/put-right.ts';
import type { Instant, LocalDate } from '../time/calendar.ts';
import { owed } from './owed.ts';

/** One limit of one open duty, before and after one change. */
export interface MovedLimit {
  readonly duty: DutyKey;
  readonly was: LocalDate | null;
  readonly due: LocalDate | null;
  /** The event that moved it: `calendar/…`, `policy/…`, or what put something right. */
  readonly by: string;
  readonly at: Instant;
}

/**
 * Every limit that was moved, in the order it happened. Each change is looked at with what the case knew by then.
 * @param only the ids of the events that are asked about; all of them where absent
 */
export function movedLimits(c: Case, only?: ReadonlySet<string>): readonly MovedLimit[] {
  return c.events
    .filter((one) => changesLimits(one) && (only?.has(one.id) ?? true))
    .flatMap((change) => movedBy(c, change));
}

const changesLimits = (one: Recorded): boolean =>
  putsRight(one) || one.event.type === 'policy-changed' || one.event.type === 'calendar-changed';

function movedBy(c: Case, change: Recorded): readonly MovedLimit[] {
  const earlier = c.events.filter((one) => one !== change && isBefore(one, change));
  const before = fold(beginning(c), earlier);
  const was = new Map(owed(before).map(({ key, due }) => [key, due]));
  return owed(withEvent(before, change)).flatMap(({ key, due }) => {
    const old = was.get(key);
    if (old === undefined || old === due) return [];
    return [{ duty: key, was: old, due, by: change.id, at: knownAt(change) }];
  });
}

/** Of what became known at one moment, the case took one before the other: several corrections recorded together are looked at one by one. */
const isBefore = (one: Recorded, change: Recorded): boolean =>
  knownAt(one) < knownAt(change) ||
  (knownAt(one) === knownAt(change) && (one.arrival ?? 0) <= (change.arrival ?? Number.POSITIVE_INFINITY));
