// What no real case may go by, said where a policy is given by hand, before anything is sent; the record and every case refuse it again.

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

/** What to say of a policy that is only played with; undefined where it is lawful. */
export function statuteWarning(policy: Policy): string | undefined {
  const found = unlawfulLimits(policy, loadCalendar());
  if (found.length === 0) return undefined;
  return `this policy breaks statute, no case may go by it: ${found.map(({ words }) => words).join('; ')}`;
}
