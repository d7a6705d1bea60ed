// Who came to a meeting: in person, represented by somebody of their agency, with a report in their place, or not at all (L20).

import type { EventOf } from './events.ts';
import type { Case, HeldMeeting, Meeting } from './facts.ts';
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
