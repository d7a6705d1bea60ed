// L15: nobody is told for information what they have recorded themselves. What is asked of them, and what goes into their calendar, comes all the
// same.

import { type Case, knownAt } from '../case/facts.ts';
import type { PersonId } from '../case/model.ts';
import type { Instant } from '../time/calendar.ts';

/** Whether somebody recorded what the case learned at a moment. */
export const hasRecorded = (c: Case, person: PersonId, learned: Instant): boolean =>
  c.events.some((one) => one.event.by === person && knownAt(one) === learned);
