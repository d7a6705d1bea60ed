// The case round the last time something was put right (L1): as it stood before, and as that left it. What was said wrongly follows from it.

import { type Case, knownAt } from '../case/facts.ts';
import { beginning, fold } from '../case/fold.ts';
import { putsRight } from '../case/put-right.ts';
import type { Instant } from '../time/calendar.ts';

export interface PutRight {
  readonly at: Instant;
  /** The id of what put it right: the edition of all that it moved. */
  readonly by: string;
  readonly before: Case;
  readonly after: Case;
}

/** Undefined where nothing was ever put right, as in most cases. */
export function lastPutRight(c: Case): PutRight | undefined {
  if (c.stands === undefined) return undefined;
  return c.memory.of('put-right', '', [c.events], () => {
    const changes = c.events.filter(putsRight);
    const at = changes.map(knownAt).sort().at(-1) as Instant;
    const by = changes.filter((one) => knownAt(one) === at).at(-1)?.id ?? '';
    const as = (isKnown: (known: Instant) => boolean) =>
      fold(
        beginning(c),
        c.events.filter((one) => isKnown(knownAt(one))),
      );
    return { at, by, before: as((known) => known < at), after: as((known) => known <= at) };
  });
}
