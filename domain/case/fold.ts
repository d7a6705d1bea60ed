// Events into a case: each is placed by its own date, whenever it was typed in. Never fails: every list of events gives a case.

import type { Finding } from '../accept/gate.ts';
import { departures, findings } from '../accept/gates.ts';
import type { LocalDate } from '../time/calendar.ts';
import { order } from '../time/order.ts';
import { EVENT_TYPES } from './catalogue.ts';
import { change } from './change.ts';
import type { Recorded } from './events.ts';
import { type Case, emptyCase, ownDate } from './facts.ts';

/** The case these events make, in whatever order they arrived. */
export function fold(start: Case, events: readonly Recorded[]): Case {
  const placed = events.map((recorded) => ({ recorded, on: ownDate(start, recorded) })).sort(byOwnDate);
  return placed.reduce((c, { recorded }) => place(c, recorded), start);
}

/**
 * The case with one more event, wherever its date places it among the others.
 * @param found the gates it does not pass, where they were tried already; folded anew, an event meets those of its own time
 */
export function withEvent(c: Case, recorded: Recorded, found?: readonly Finding[]): Case {
  const last = c.events.at(-1);
  const inOrder =
    !last || byOwnDate({ recorded: last, on: ownDate(c, last) }, { recorded, on: ownDate(c, recorded) }) < 0;
  // A policy or calendar that changed later must not decide about what came before it: fold from what the case began with.
  return inOrder ? place(c, recorded, found) : fold(beginning(c), [...c.events, recorded]);
}

/** The case as it was opened, before anything happened. */
export function beginning(c: Case): Case {
  const first = c.versions[0];
  return emptyCase(c.file, first?.policy ?? c.policy, first?.calendar ?? c.calendar);
}

type Placed = { readonly recorded: Recorded; readonly on: LocalDate };

/** Own date, then the moment of recording, then the order things happen in, then the id: nothing about the order of arrival. */
function byOwnDate(a: Placed, b: Placed): number {
  return (
    order(a.on, b.on) ||
    order(a.recorded.recordedAt, b.recorded.recordedAt) ||
    EVENT_TYPES.indexOf(a.recorded.event.type) - EVENT_TYPES.indexOf(b.recorded.event.type) ||
    order(a.recorded.id, b.recorded.id)
  );
}

function place(c: Case, recorded: Recorded, found = findings(c, recorded)): Case {
  return {
    ...c,
    began: c.began ?? ownDate(c, recorded),
    socialWorkers: c.socialWorkers.length > 0 ? c.socialWorkers : firstSocialWorker(c, recorded),
    events: [...c.events, recorded],
    departures: found.length > 0 ? [...c.departures, ...departures(c, recorded, found)] : c.departures,
    ...change(c, recorded, recorded.event),
  };
}

function firstSocialWorker(c: Case, recorded: Recorded): Case['socialWorkers'] {
  const first = c.file.people.find((person) => person.role === 'social-worker');
  return first ? [{ person: first.id, since: recorded.recordedAt, on: ownDate(c, recorded) }] : [];
}
