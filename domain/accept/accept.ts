// `accept`: the case with one more event, or a refusal that cites its rule. Contradictions and gates are refused; lateness never is.

import type { CaseEvent, Recorded } from '../case/events.ts';
import type { Case } from '../case/facts.ts';
import { withEvent } from '../case/fold.ts';
import { putsRight } from '../case/put-right.ts';
import { sameContent } from '../case/same-content.ts';
import type { Policy } from '../policy/policy.ts';
import { contradicts } from './contradictions.ts';
import { acceptPutRight, notPassed, recordedTogether, type Together } from './corrections.ts';
import { findings } from './gates.ts';
import { Refusal } from './refusal.ts';

/**
 * Takes up one event.
 * @param together where it is recorded with others: what is put right together is judged together
 * @returns the case with the event, or the refusal. A known id with the same content gives the same case again.
 */
export function accept(c: Case, recorded: Recorded, together?: Together): Case | Refusal {
  const before = c.events.find((one) => one.id === recorded.id);
  if (before)
    return saysTheSame(before.event, recorded.event)
      ? c
      : new Refusal(null, `the id "${recorded.id}" was used for another event`, recorded.id);
  const contradiction = contradicts(c, recorded);
  if (contradiction) return contradiction;
  if (putsRight(recorded)) return acceptPutRight(c, recorded, together);
  const found = findings(c, recorded);
  const gate = notPassed(found, recorded.event.reason);
  if (gate) return gate;
  return withEvent(c, recorded, found);
}

/** A policy that decides nothing any more is no longer carried (duties/idle-policies.ts): its event is known by its id. */
function saysTheSame(before: CaseEvent, now: CaseEvent): boolean {
  if (before.type === 'policy-changed' && (before.policy as Policy | null) === null) return now.type === before.type;
  return sameContent(before, now);
}

/** Several events, all or none; each sees the ones before it. */
export function acceptAll(c: Case, events: readonly Recorded[]): Case | Refusal {
  let next = c;
  for (const [i, recorded] of events.entries()) {
    const answer = accept(next, recorded, recordedTogether(c, events, i));
    if (answer instanceof Refusal) return answer;
    next = answer;
  }
  return next;
}
