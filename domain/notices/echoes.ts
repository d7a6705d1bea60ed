// L15: nobody is told for information what they have recorded themselves. What is asked of them, and what goes into their calendar, comes all the
// same. Who recorded it follows from the event, not from the second it came in: two people may record within one.

import { NODRIFT } from '../accept/refusal.ts';
import { type Case, knownAt } from '../case/facts.ts';
import type { PersonId } from '../case/model.ts';
import type { Instant } from '../time/calendar.ts';

/**
 * Who recorded an event of the case. Whoever corrected one has recorded what follows from it then, and not what the case learns of it later.
 * @param at when it is told, where that may be later
 */
export function recorderOf(c: Case, event: string, at?: Instant): PersonId | undefined {
  const one = c.events.find(({ id }) => id === event);
  const isOld = one !== undefined && at !== undefined && knownAt(one) < at;
  return isOld && one.event.type === 'event-corrected' ? saidBy(one.event.event) : one?.event.by;
}

const saidBy = (event: object): PersonId | undefined => (event as { readonly by?: PersonId }).by;

/** Who recorded what the case learned at a moment; undefined where several did: better told of one’s own doing than not at all. */
export function recorderAt(c: Case, learned: Instant): PersonId | undefined {
  const by = new Set(c.events.flatMap((one) => (knownAt(one) === learned ? [one.event.by] : [])));
  by.delete(NODRIFT);
  return by.size === 1 ? [...by][0] : undefined;
}
