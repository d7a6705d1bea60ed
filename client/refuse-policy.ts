// What no real case may go by, for every way in which a policy reaches one: refused in one sentence, the same everywhere.

import type { CaseEvent } from '../domain/case/events.ts';
import type { Policy } from '../domain/policy/policy.ts';
import { unlawfulLimits } from '../domain/policy/statute.ts';
import { unfitPolicy } from '../domain/policy/unfit.ts';
import { loadCalendar } from '../policies/load.ts';
import { Refused } from './errors.ts';

/** @throws Refused when a policy breaks statute, naming the first rule; or when its ladders would tell nobody */
export function refuseUnfit(policy: Policy): void {
  const calendar = loadCalendar();
  const why = unfitPolicy(policy, calendar);
  if (why !== undefined) throw new Refused(why, unlawfulLimits(policy, calendar)[0]?.rule ?? null);
}

/** For a case that is no rehearsal. @throws Refused when it cannot go by its policy, or by one that an event brings */
export function checkStatute(policy: Policy | undefined, events: readonly CaseEvent[]): void {
  if (policy) refuseUnfit(policy);
  for (const event of events) if (event.type === 'policy-changed') refuseUnfit(event.policy);
}

/** What to say of a policy that is only played with; undefined where it is lawful. */
export function statuteWarning(policy: Policy): string | undefined {
  const found = unlawfulLimits(policy, loadCalendar());
  if (found.length === 0) return undefined;
  return `this policy breaks statute, no case may go by it: ${found.map(({ words }) => words).join('; ')}`;
}
