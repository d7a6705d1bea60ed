// Since when a duty stands as it does, as far as anybody knew: what is told of it once is told then, and not again when something else is typed in.

import { type Case, knownAt, whatHappened } from '../case/facts.ts';
import { beginning, fold } from '../case/fold.ts';
import type { DutyKey } from '../case/model.ts';
import { duties, type Standing } from '../duties/owed.ts';
import type { Instant } from '../time/calendar.ts';

/**
 * The first moment at which the case knew that a duty stands so.
 * @param from since when it may have been so
 * @param until by when it was at the latest; nothing is worked out where there is nothing between
 * @param isSo whether it stands so, as the case was known then
 */
export function sinceWhen(
  c: Case,
  key: DutyKey,
  from: Instant,
  until: Instant,
  isSo: (duty: Standing) => boolean,
): Instant {
  if (until <= from) return from;
  const all = whatHappened(c);
  return c.memory.of(`since when ${from}`, key, [all, until], () => {
    const learned = [...new Set(all.map(knownAt).filter((at) => at > from && at < until))].sort();
    const wasSo = (moment: Instant) => {
      const then = fold(
        beginning(c),
        all.filter((one) => knownAt(one) <= moment),
      );
      return duties(then).some((duty) => duty.key === key && isSo(duty));
    };
    return [from, ...learned].find(wasSo) ?? until;
  });
}
