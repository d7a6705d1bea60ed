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

/**
 * Each time that something was so recorded, with the first thing recorded after it that answers it: in the order of the case (L2), in which of two
 * things of one moment the one that arrived first comes first.
 */
export function answered(
  c: Case,
  asks: (one: Recorded) => boolean,
  answers: (one: Recorded) => boolean,
): readonly { readonly asked: Dated; readonly answer: Dated | undefined }[] {
  const all = whatHappened(c);
  const dated = (one: Recorded): Dated => ({ on: ownDate(c, one), known: knownAt(one) });
  return all.flatMap((one, i) => {
    if (!asks(one)) return [];
    const answer = all.slice(i + 1).find(answers);
    return [{ asked: dated(one), answer: answer && dated(answer) }];
  });
}

/** Whether an event is of one of these types. */
export const isOf =
  (...types: readonly EventType[]) =>
  ({ event }: Recorded): boolean =>
    types.includes(event.type);

/** Came after: by its own day, and on one day by when it was typed in. */
export const follows =
  (before: Dated) =>
  (after: Dated): boolean =>
    after.on > before.on || (after.on === before.on && after.known >= before.known);
