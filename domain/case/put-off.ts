// Who asked to wait with what they owe. Read back from the events: it moves no limit and is no fact of the plan.

import type { Instant, LocalDate } from '../time/calendar.ts';
import { type Case, knownAt, whatHappened } from './facts.ts';
import type { Duty, DutyKey, PersonId } from './model.ts';

export interface PutOff {
  readonly duty: DutyKey;
  readonly person: PersonId;
  /** The day they asked to be asked again. */
  readonly until: LocalDate;
  readonly known: Instant;
  /** The id of the event that says so. */
  readonly event: string;
}

const allOf = (c: Case): readonly PutOff[] =>
  c.memory.of('put off', '', [c.events, c.stands], () =>
    whatHappened(c).flatMap((one) => {
      const { event, id } = one;
      if (event.type !== 'put-off') return [];
      return [{ duty: event.duty, person: event.by, until: event.until, known: knownAt(one), event: id }];
    }),
  );

const NEVER: readonly PutOff[] = [];

/** How often this duty was put off since it is owed, oldest first: owed again, or under another limit, it counts anew. */
export function putOffs(c: Case, { key, known }: Pick<Duty, 'key' | 'known'>): readonly PutOff[] {
  const all = allOf(c);
  return all.length === 0 ? NEVER : all.filter((one) => one.duty === key && one.known >= known);
}
