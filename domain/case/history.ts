// What happened to a case, read back from its events.

import type { EventType, Recorded } from './events.ts';
import { type Case, type Dated, knownAt, ownDate, whatHappened } from './facts.ts';

/** Every time something of these types happened, oldest first. */
export const happened = (c: Case, ...types: readonly EventType[]): readonly Dated[] =>
  happenedWith(c, ({ event }) => types.includes(event.type));

/** Every time that something was so recorded, oldest first. */
export function happenedWith(c: Case, which: (one: Recorded) => boolean): readonly Dated[] {
  const found: Dated[] = [];
  for (const recorded of whatHappened(c))
    if (which(recorded)) found.push({ on: ownDate(c, recorded), known: knownAt(recorded) });
  return found;
}

/** Came after: by its own day, and on one day by when it was typed in. */
export const follows =
  (before: Dated) =>
  (after: Dated): boolean =>
    after.on > before.on || (after.on === before.on && after.known >= before.known);
