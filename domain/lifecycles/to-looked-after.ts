// A child of any other plan may become looked after: that opens a looked after case, beside the plan that runs.

import { type Case, knownAt, ownDate, whatHappened } from '../case/facts.ts';
import { order } from '../time/order.ts';
import type { Lead } from './lifecycle.ts';

/** R108: the looked after case counts from the day the child became looked after, and has the members named then. L8: each time anew. */
export function toLookedAfter(c: Case): readonly Lead[] {
  if (!c.lookedAfter) return [];
  const type = 'became-looked-after';
  // In the order the case learned of them: one typed in later, of before, does not take the first one's reference.
  return [...whatHappened(c)]
    .sort((a, b) => order(knownAt(a), knownAt(b)))
    .flatMap((recorded) => (recorded.event.type === type ? [{ recorded, event: recorded.event }] : []))
    .map(({ recorded, event }, i) => ({
      kind: 'looked-after',
      arose: { on: ownDate(c, recorded), known: knownAt(recorded) },
      rules: ['R108'],
      begins: { type, ...(event.members && { members: event.members }) },
      number: i + 1,
    }));
}
