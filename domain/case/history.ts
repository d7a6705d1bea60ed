// What happened to a case, read back from its events.

import type { EventType } from './events.ts';
import { type Case, type Dated, knownAt, ownDate, whatHappened } from './facts.ts';
import { CASE_KINDS, type CaseKind } from './kinds.ts';

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

/** The case that led to this one. Releases before 0.2 said so in the id of the opening event alone. */
export function cameFrom(c: Case): { readonly kind: CaseKind; readonly ref: string } | undefined {
  for (const { id, event } of whatHappened(c)) {
    if ('from' in event && typeof event.from === 'object') return event.from;
    if (!id.startsWith('from/')) continue;
    const kind = CASE_KINDS.find((one) => id.startsWith(`from/${one}/`));
    if (kind) return { kind, ref: id.slice(`from/${kind}/`.length) };
  }
  return undefined;
}
