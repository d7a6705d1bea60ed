// Who came to a meeting: in person, represented by somebody of their agency, with a report in their place, or not at all (L20).

import type { Instant } from '../time/calendar.ts';
import type { EventOf } from './events.ts';
import { type Case, type HeldMeeting, knownAt, type Meeting, whatHappened } from './facts.ts';
import type { PersonId } from './model.ts';
import { own } from './own.ts';
import { membersOn } from './people.ts';

type Came = EventOf<'meeting-held'>['present'];

/** Who was there themselves. */
export const inPerson = (present: Came): readonly PersonId[] =>
  present.flatMap((one) => (typeof one === 'string' ? [one] : []));

/** For whom somebody else came. */
export const represented = (present: Came): readonly PersonId[] =>
  present.flatMap((one) => (typeof one === 'string' ? [] : [one.for]));

/** Whether apologies for a meeting named somebody who comes in place of a person. */
export const mayBeRepresented = (m: Meeting | undefined, person: PersonId): boolean =>
  m?.apologies.some((one) => one.person === person && one.representative !== undefined) === true;

/** Who has said by a moment that they come: to the meeting as it is booked now, and sent no apologies since. */
export function sayTheyCome(c: Case, m: Meeting, at: Instant): ReadonlySet<PersonId> {
  const booked = m.bookings.at(-1)?.known;
  const said = new Map<PersonId, Instant>();
  for (const one of whatHappened(c)) {
    const { event } = one;
    if (event.type === 'acceptance-received' && event.meeting === m.id) said.set(event.person, knownAt(one));
  }
  const stands = ([person, known]: [PersonId, Instant]) =>
    known <= at &&
    (booked === undefined || known >= booked) &&
    !m.apologies.some((one) => one.person === person && one.known >= known && one.known <= at);
  return new Set([...said].filter(stands).map(([person]) => person));
}

export interface Attendance {
  readonly person: PersonId;
  readonly agency: string | null;
  readonly came: 'in person' | 'represented' | 'report' | 'absent';
}

/** The members of a meeting's day, and whoever else was there, each with how they came. */
export function whoCame(c: Case, { held, apologies }: HeldMeeting): readonly Attendance[] {
  const there = new Set(inPerson(held.present));
  const by = new Set(represented(held.present));
  const reported = new Set(apologies.filter(({ writtenReport }) => writtenReport).map(({ person }) => person));
  return [...new Set([...membersOn(c, held.on), ...there, ...by])].map((person) => ({
    person,
    agency: own(c.people, person)?.agency ?? null,
    came: there.has(person) ? 'in person' : by.has(person) ? 'represented' : reported.has(person) ? 'report' : 'absent',
  }));
}
