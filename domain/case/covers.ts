// Who is away and who stands in for them (L12). Worked out from what was arranged and what ended, in whatever order it was typed in.

import { addDays, type Instant, type LocalDate } from '../time/calendar.ts';
import type { Case } from './facts.ts';
import type { PersonId } from './model.ts';

/** From the first to the last day somebody stands in. */
export interface Cover {
  readonly person: PersonId;
  readonly cover: PersonId;
  readonly from: LocalDate;
  readonly until: LocalDate;
}

/** What is arranged as known at a moment, oldest first. Where two are for the same person on a day, the newer one counts. */
export function coversAt(c: Case, at: Instant): readonly Cover[] {
  const known = c.covers.filter((one) => one.known <= at);
  return known.flatMap((one, i) => {
    // Arranged again with the same person, it has other days now.
    const again = known.some(
      (other, j) => j > i && other.person === one.person && other.cover === one.cover && overlap(other, one),
    );
    const back = c.coverEnds
      .filter(({ person, on, known }) => person === one.person && known <= at && known >= one.known && on >= one.from)
      .map(({ on }) => addDays(on, -1))
      .sort()[0];
    const until = back !== undefined && back < one.until ? back : one.until;
    return again || until < one.from ? [] : [{ ...one, until }];
  });
}

const overlap = (a: Cover, b: Cover): boolean => a.from <= b.until && b.from <= a.until;

/** Whoever would stand in is away too, and stood in for by one of those who are away. */
export const RING = Symbol('a ring of people who stand in for each other');

/** Who stands in for somebody at a moment, or for whoever stands in for them; undefined where nobody does. */
export function lastCover(c: Case, person: PersonId, at: Instant): PersonId | typeof RING | undefined {
  if (c.covers.length === 0) return undefined; // as in most cases, asked for every notice
  const day = c.calendar.londonDate(at);
  const all = coversAt(c, at).filter(({ from, until }) => from <= day && day <= until);
  const seen = new Set([person]);
  let last: PersonId | undefined;
  for (;;) {
    const next = all.findLast((one) => one.person === (last ?? person))?.cover;
    if (next === undefined) return last;
    if (seen.has(next)) return RING;
    seen.add(next);
    last = next;
  }
}

/** The days on which people would stand in for each other in a ring, with one more cover; undefined where there are none. */
export function ringWith(all: readonly Cover[], more: Cover): Cover | undefined {
  const follow = (one: Cover, seen: ReadonlySet<PersonId>): Cover | undefined => {
    if (one.cover === more.person) return one;
    if (seen.has(one.cover)) return undefined;
    for (const next of all) {
      if (next.person !== one.cover || !overlap(next, one)) continue;
      const days = {
        from: next.from > one.from ? next.from : one.from,
        until: next.until < one.until ? next.until : one.until,
      };
      const ring = follow({ ...next, ...days }, new Set([...seen, one.cover]));
      if (ring) return ring;
    }
    return undefined;
  };
  return follow(more, new Set());
}
