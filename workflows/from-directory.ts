// What events tell of people by their ids in the staff directory, completed by what the directory says of them: names, addresses and managers.

import type { Case } from '../domain/case/facts.ts';
import { completedEvent, NotOnRoll, namedIn, type Roll, sameNamed } from '../domain/case/staff.ts';
import type { Instant } from '../domain/time/calendar.ts';
import { refused, tellsOfStaff } from './received.ts';

/** Ids in the staff directory that events name. Left out are events the case has already: they are taken as they were. */
export function staffToAsk(c: Case, events: unknown): readonly string[] {
  if (!Array.isArray(events)) return [];
  return events.flatMap((data) => {
    const recorded = tellsOfStaff(data);
    const staff = recorded && namedIn(recorded)?.staff;
    return staff === undefined || c.events.some(({ id }) => id === recorded?.id) ? [] : [staff];
  });
}

/**
 * Completes whom events name by what the directory says of them. An event that is sent again keeps what was taken of the directory the first time.
 * @param roll what the directory says of those whom `staffToAsk` named
 * @returns the events, and in `own` the ids of those that were added to make managers known
 * @throws ApplicationFailure `Refused` for somebody who is not in the directory
 */
export function completedBy(
  c: Case,
  events: unknown,
  now: Instant,
  roll: Roll | undefined,
): { readonly events: unknown; readonly own: ReadonlySet<string> } {
  const own = new Set<string>();
  if (!Array.isArray(events)) return { events, own };
  let people = c.people;
  const each = events.map((data: unknown): readonly unknown[] => {
    const recorded = tellsOfStaff(data, now);
    const person = recorded && namedIn(recorded);
    if (!recorded || !person) return [data];
    const before = c.events.find(({ id }) => id === recorded.id);
    const taken = before && namedIn(before);
    if (taken) return [sameNamed(person, taken) ? { ...recorded, event: { ...recorded.event, person: taken } } : data];
    if (!roll) return [data];
    const idOf = () => {
      const id = `directory/manager/${c.events.length}-${own.size}`;
      own.add(id);
      return id;
    };
    const all = onRoll(() => completedEvent(recorded, people, roll, idOf));
    for (const { event } of all)
      if ('person' in event && typeof event.person === 'object')
        people = { ...people, [event.person.id]: event.person };
    return all;
  });
  // Where nothing was completed the list itself is returned: the validator has tried that very list.
  return each.every((list, i) => list.length === 1 && list[0] === events[i])
    ? { events, own }
    : { events: each.flat(), own };
}

function onRoll<T>(complete: () => T): T {
  try {
    return complete();
  } catch (error) {
    if (error instanceof NotOnRoll) throw refused(error.message);
    throw error;
  }
}
