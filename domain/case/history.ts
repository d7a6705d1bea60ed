// What happened to a case, read back from its events.

import type { EventType } from './events.ts';
import { type Case, type Dated, knownAt, ownDate, whatHappened } from './facts.ts';

/** Every time something of these types happened, oldest first. */
export const happened = (c: Case, ...types: readonly EventType[]): readonly Dated[] =>
  whatHappened(c)
    .filter(({ event }) => types.includes(event.type))
    .map((recorded) => ({ on: ownDate(c, recorded), known: knownAt(recorded) }));

/** Came after: by its own day, and on one day by when it was typed in. */
export const follows =
  (before: Dated) =>
  (after: Dated): boolean =>
    after.on > before.on || (after.on === before.on && after.known >= before.known);
