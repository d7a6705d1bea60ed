// What goes to everybody who was a member on a day: minutes, an amended plan, word of the closing. It is done when the last of them has it.

import type { Case, Dated } from '../case/facts.ts';
import type { PersonId } from '../case/model.ts';
import { memberKnown, membersOn, socialWorkerOn } from '../case/people.ts';
import type { Instant, LocalDate } from '../time/calendar.ts';

/** Something that goes to the members of a day. */
interface ForMembers {
  /** The day whose members are meant. */
  readonly of: LocalDate;
  /** Since when there is something to pass on. */
  readonly since: Dated;
  /** Who was given it, in the order of the events. */
  readonly given: readonly (Dated & { readonly person: PersonId })[];
  /** Who gets it besides, members or not. */
  readonly also?: readonly PersonId[];
  /** Whoever has it anyway. */
  readonly hasIt?: PersonId;
}

interface PassedOn {
  /** Who is without. */
  readonly without: readonly PersonId[];
  /** When the last member was given it; undefined while somebody is without. */
  readonly done: Dated | undefined;
  /** Since when the case knows that somebody is without, or that nobody is. */
  readonly known: Instant;
  /** Set anew when a member of then is typed in and everybody else has it: what was said before was about the others. */
  readonly edition: string;
}

/**
 * How far it has been passed on. The social worker passes it on, and needs none.
 * A member of that day who is typed in later opens what was done before.
 */
export function passedOn(c: Case, { of, since, given, also = [], hasIt }: ForMembers): PassedOn {
  const without = new Set([...membersOn(c, of), ...also]);
  for (const person of [socialWorkerOn(c, of), hasIt]) if (person !== undefined) without.delete(person);
  const members = [...without];
  let last: Dated | undefined = without.size === 0 ? since : undefined;
  for (const { person, on, known } of given) if (without.delete(person) && without.size === 0) last = { on, known };
  const learned = (people: readonly PersonId[]) => people.map((person) => memberKnown(c, person, of)).sort();
  const known = last ? learned(members).at(-1) : learned([...without])[0];
  const isLater = known !== undefined && known > since.known;
  const edition = anewSince(
    members.map((person) => [person, memberKnown(c, person, of)] as const),
    since.known,
    given,
  );
  return { without: [...without], done: last, known: isLater ? known : since.known, edition };
}

/** The last time that somebody was typed in when everybody had it; empty where nobody was. */
function anewSince(
  members: readonly (readonly [PersonId, Instant])[],
  since: Instant,
  given: ForMembers['given'],
): Instant | '' {
  const hadIt = (person: PersonId, at: Instant) => given.some((one) => one.person === person && one.known <= at);
  const isAnew = (at: Instant) => members.every(([person, known]) => known >= at || hadIt(person, at));
  const typedIn = members.flatMap(([, known]) => (known > since && isAnew(known) ? [known] : []));
  return typedIn.sort().at(-1) ?? '';
}
