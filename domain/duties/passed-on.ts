// What everybody who was a member on a day is to have: minutes, an amended plan, word of the closing. Done with the last of them.

import type { Case, Dated } from '../case/facts.ts';
import type { PersonId } from '../case/model.ts';
import { memberKnown, membersOn, socialWorkerOn } from '../case/people.ts';
import type { Instant, LocalDate } from '../time/calendar.ts';

interface Given extends Dated {
  readonly person: PersonId;
}

/**
 * Whether everybody has it, and since when that, or that somebody is without, is known: a member of that day who is typed in later
 * opens what was done before, and who has it already makes it done then.
 * @param day whose members are meant; the social worker, who gives it, is not
 */
export function everybodyHas(
  c: Case,
  day: LocalDate,
  given: readonly Given[],
  since: Dated,
  without: readonly PersonId[] = [],
): { readonly done: Dated | undefined; readonly known: Instant } {
  const left = new Set(membersOn(c, day));
  for (const person of [socialWorkerOn(c, day), ...without]) left.delete(person);
  const latest = [...left]
    .map((person) => memberKnown(c, person, day))
    .sort()
    .at(-1);
  let last: Dated | undefined = left.size === 0 ? since : undefined;
  for (const one of given) if (left.delete(one.person) && left.size === 0) last = { on: one.on, known: one.known };
  const known = last ? latest : [...left].map((person) => memberKnown(c, person, day)).sort()[0];
  return { done: last, known: known !== undefined && known > since.known ? known : since.known };
}
