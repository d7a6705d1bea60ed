// Events into a case: each is placed by its own date, whenever it was typed in. Never fails: every list of events gives a case.

import type { Finding } from '../accept/gate.ts';
import { departures, findings } from '../accept/gates.ts';
import type { Instant, LocalDate } from '../time/calendar.ts';
import { order } from '../time/order.ts';
import { change } from './change.ts';
import type { Recorded } from './events.ts';
import { type Case, copyOf, emptyCase, knownAt, ownDate, whatHappened } from './facts.ts';
import { CASE_KINDS } from './kinds.ts';
import { putsRight, whatStands } from './put-right.ts';

/** The case these events make, in whatever order they arrived. */
export function fold(start: Case, events: readonly Recorded[]): Case {
  const stands = whatStands(events);
  const c = inOrder(start, stands ?? events).reduce((before, recorded) => place(before, recorded), start);
  return stands ? { ...c, events: inOrder(start, events), stands: c.events } : c;
}

/** Events in the order they happened in (L2). */
function inOrder(start: Case, events: readonly Recorded[]): readonly Recorded[] {
  const placed = events.map((recorded) => ({ recorded, on: ownDate(start, recorded) })).sort(byOwnDate);
  return placed.map(({ recorded }) => recorded);
}

/** The case as it was before each of the events it is made of, with that event. */
export function* walk(c: Case): Generator<{ readonly before: Case; readonly recorded: Recorded }> {
  let before = beginning(c);
  for (const recorded of whatHappened(c)) {
    yield { before, recorded };
    before = place(before, recorded);
  }
}

/**
 * The case with one more event, wherever its date places it among the others.
 * @param found the gates it does not pass, where they were tried already; folded anew, an event meets those of its own time
 */
export function withEvent(c: Case, recorded: Recorded, found?: readonly Finding[]): Case {
  const last = c.events.at(-1);
  const arrived = recorded.arrival === undefined ? numbered(recorded, c.events.length + 1) : recorded;
  // What is put right changes what came before it.
  const isNext =
    !putsRight(arrived) &&
    c.stands === undefined &&
    (!last || byOwnDate({ recorded: last, on: ownDate(c, last) }, { recorded: arrived, on: ownDate(c, arrived) }) < 0);
  // A policy or calendar that changed later must not decide about what came before it: fold from what the case began with.
  return isNext ? place(c, arrived, found) : fold(beginning(c), [...c.events, arrived]);
}

function numbered({ id, recordedAt, known, event }: Recorded, arrival: number): Recorded {
  return known === undefined ? { id, recordedAt, event, arrival } : { id, recordedAt, known, event, arrival };
}

/** The case as it was opened, before anything happened. */
export function beginning(c: Case): Case {
  const first = c.versions[0];
  return emptyCase(c.file, first?.policy ?? c.policy, first?.calendar ?? c.calendar);
}

type Placed = { readonly recorded: Recorded; readonly on: LocalDate };

/** L2: own date, then the moment of recording, then the number of arrival; the id where a case never gave one. */
function byOwnDate(a: Placed, b: Placed): number {
  return (
    order(a.on, b.on) ||
    order(a.recorded.recordedAt, b.recorded.recordedAt) ||
    (a.recorded.arrival ?? 0) - (b.recorded.arrival ?? 0) ||
    order(a.recorded.id, b.recorded.id)
  );
}

function place(c: Case, recorded: Recorded, found = findings(c, recorded)): Case {
  const next = happened(c, recorded);
  if (found.length === 0) return next;
  const departed = departures(recorded, found, (one) => knownSince(c, recorded, one));
  return { ...next, departures: [...c.departures, ...departed] };
}

/** The case with what the event changes, whatever gates it meets. */
function happened(c: Case, recorded: Recorded): Case {
  const next = copyOf(c);
  next.began ??= ownDate(c, recorded);
  next.cameFrom ??= origin(recorded);
  if (c.socialWorkers.length === 0) next.socialWorkers = firstSocialWorker(c, recorded);
  next.events = [...c.events, recorded];
  return Object.assign(next, change(c, recorded, recorded.event));
}

/** The case that led to this one, where its opening event says so: releases before 0.2 said it in the id alone. */
function origin({ id, event }: Recorded): Case['cameFrom'] {
  if ('from' in event && typeof event.from === 'object') return event.from;
  if (!id.startsWith('from/')) return undefined;
  const kind = CASE_KINDS.find((one) => id.startsWith(`from/${one}/`));
  return kind && { kind, ref: id.slice(`from/${kind}/`.length) };
}

/** When the case learned that an event does not pass a gate: with the event, or with what was typed in later and came before it. */
function knownSince(c: Case, recorded: Recorded, { rule, level }: Finding): Instant {
  const own = knownAt(recorded);
  const since = [...new Set(c.events.map(knownAt).filter((known) => known > own))].sort();
  const last = since.pop();
  if (last === undefined || level === 'warn') return last ?? own;
  const isKnown = (moment: Instant) => {
    const then = c.events.filter((one) => knownAt(one) <= moment).reduce(happened, beginning(c));
    return findings(then, recorded).some((one) => one.rule === rule);
  };
  return [own, ...since].find(isKnown) ?? last;
}

function firstSocialWorker(c: Case, recorded: Recorded): Case['socialWorkers'] {
  const first = c.file.people.find((person) => person.role === 'social-worker');
  return first ? [{ person: first.id, since: knownAt(recorded), on: ownDate(c, recorded) }] : [];
}
