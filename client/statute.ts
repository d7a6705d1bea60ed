// Statute, for every way in which a policy reaches a case: what no authority may make later is refused in one sentence, the same everywhere.

import type { CaseEvent } from '../domain/case/events.ts';
import { departuresOf, type PolicyDeparture } from '../domain/policy/departures.ts';
import type { Policy } from '../domain/policy/policy.ts';
import { calendarOf, shippedPolicy } from '../policies/load.ts';
import { Refused } from './errors.ts';

type Broken = Pick<PolicyDeparture, 'field' | 'rules' | 'statute' | 'unlawful'>;

/** Read once: whose figures it is compared with decides nothing about statute. */
let shipped: Policy | undefined;

/** The statutory limits that a policy makes later or leaves out. */
export function statuteBroken({ limits, authority }: Policy): readonly Broken[] {
  shipped ??= shippedPolicy('barnsley');
  return broken(departuresOf({ ...shipped, limits }, shipped, calendarOf(authority)));
}

const broken = (departures: readonly Broken[]): readonly Broken[] =>
  departures.filter(({ unlawful }) => unlawful !== undefined);

/** `R114: limits.initial-conference: 20 working days are later than 15 working days (Working Together …)` */
const words = (departures: readonly Broken[]): string =>
  departures
    .map(({ rules, field, statute, unlawful }) => `${rules.join(', ')}: ${field}: ${unlawful} (${statute})`)
    .join('; ');

/** Later than statute allows is no choice of an authority's. @throws Refused naming every such limit */
export function refuseUnlawful(departures: readonly Broken[]): void {
  const found = broken(departures);
  if (found.length > 0) throw new Refused(`statute sets this limit: ${words(found)}`, found[0]?.rules[0] ?? null);
}

/** For a case that is no rehearsal. @throws Refused when its policy, or one that an event brings, breaks statute */
export function checkStatute(policy: Policy | undefined, events: readonly CaseEvent[]): void {
  if (policy) refuseUnlawful(statuteBroken(policy));
  for (const event of events) if (event.type === 'policy-changed') refuseUnlawful(statuteBroken(event.policy));
}

/** What to say of a policy that is only played with; undefined where it is lawful. */
export function statuteWarning(policy: Policy): string | undefined {
  const found = statuteBroken(policy);
  return found.length === 0 ? undefined : `this policy breaks statute, no case may go by it: ${words(found)}`;
}
