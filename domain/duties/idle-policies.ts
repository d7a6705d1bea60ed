// Policies that a case was given and that decide nothing in it any more: a case that lives for years need not carry them all.

import type { Recorded } from '../case/events.ts';
import type { Case } from '../case/facts.ts';
import { beginning, fold } from '../case/fold.ts';
import { sameContent } from '../case/same-content.ts';
import type { Policy } from '../policy/policy.ts';
import { duties } from './owed.ts';

/**
 * The case's events, without the content of those policies whose absence changes no duty. The first policy and the one in force stay. The
 * record keeps every one whole.
 */
export function withoutIdlePolicies(c: Case): readonly Recorded[] {
  const changes = c.events.filter(
    ({ event }) => event.type === 'policy-changed' && (event.policy as Policy | null) !== null,
  );
  const inForce = changes.at(-1);
  const owedNow = duties(c);
  let events = c.events;
  for (const change of changes) {
    if (change === inForce) continue;
    const without = events.map((one) => (one === change ? emptied(one) : one));
    if (sameContent(duties(fold(beginning(c), without)), owedNow)) events = without;
  }
  return events;
}

const emptied = (one: Recorded): Recorded => ({
  ...one,
  event: { ...one.event, policy: null } as unknown as Recorded['event'],
});
