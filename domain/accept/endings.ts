// Who may end what, and what stands in the way of it (L5, L6). Judged when an event comes in: what older releases took stays as it is.

import type { EventOf, Recorded } from '../case/events.ts';
import { type Case, knownAt } from '../case/facts.ts';
import { chairs, managersAt } from '../case/people.ts';
import { openDanger } from '../lifecycles/child-in-need.ts';
import { Refusal } from './refusal.ts';

/** Why this event may not end what it ends; undefined where it may, or ends nothing. */
export function wrongEnding(c: Case, recorded: Recorded): Refusal | undefined {
  const { event } = recorded;
  switch (event.type) {
    case 'plan-ended':
      return endsWithoutReview(c, recorded, event);
    case 'enquiries-ended':
      return endsEnquiries(c, recorded);
    case 'case-ended':
      if (c.caseEnded) return refuse(`case-ended: the case ended on ${c.caseEnded.on} already`);
      return isManager(c, recorded) ? beforeThePlan(c, event) : refuse('case-ended: is recorded by a manager');
    case 'conference-called':
    case 'conference-held':
      return c.enquiriesEnded
        ? refuse(`${event.type}: the enquiries ended on ${c.enquiriesEnded.on} without a conference`)
        : undefined;
    case 'case-closed':
      return overDanger(c);
    default:
      return undefined;
  }
}

/** L5, R83: a review conference ends a plan. Without one the chair or a manager does, and says why; never before there was a plan. */
function endsWithoutReview(c: Case, recorded: Recorded, event: EventOf<'plan-ended'>): Refusal | undefined {
  if (c.file.kind !== 'child-protection' || c.planEnded) return undefined;
  if (c.conference && event.on < c.conference.on)
    return refuse(
      `plan-ended: on: ${event.on} is before the conference that made the plan, ${c.conference.on}: give the day it ended, or correct the conference`,
    );
  const mayEnd = chairs(c).includes(event.by) || isManager(c, recorded);
  if (mayEnd && event.reason !== undefined) return undefined;
  return new Refusal(
    'R83',
    'plan-ended: a review conference with the outcome end ends a plan; without one the chair or a manager does, with a reason',
  );
}

/** A death is recorded whenever it was, and of a case that was opened in error the day says nothing. */
const NO_PLAN_TO_END: ReadonlySet<string> = new Set(['died', 'opened-in-error']);

/** L4: a case that is said to have ended before its plan was made has the wrong day. */
function beforeThePlan(c: Case, event: EventOf<'case-ended'>): Refusal | undefined {
  const plan = c.conference?.outcome === 'plan' ? c.conference : c.approval;
  if (plan === undefined || plan.on <= event.on || NO_PLAN_TO_END.has(event.why)) return undefined;
  return refuse(
    `case-ended: on: ${event.on} is before the plan was made, ${plan.on}: give the day the case ended, or correct what made the plan`,
  );
}

/** L6: no reason closes a child in need case over a danger that nobody has looked at. */
function overDanger(c: Case): Refusal | undefined {
  const danger = c.file.kind === 'child-in-need' ? openDanger(c) : undefined;
  return danger && new Refusal(danger.rule, `case-closed: ${danger.message}`);
}

/** L4, R114: enquiries end without a conference when a manager says so, and before there was one. */
function endsEnquiries(c: Case, recorded: Recorded): Refusal | undefined {
  if (c.file.kind === 'child-in-need')
    return c.events.length > 0 ? refuse('enquiries-ended: this case began already') : undefined;
  if (c.enquiriesEnded) return refuse(`enquiries-ended: they ended on ${c.enquiriesEnded.on} already`);
  if (c.conference)
    return refuse(`enquiries-ended: the conference of ${c.conference.on} followed them; a plan ends with plan-ended`);
  if (isManager(c, recorded)) return undefined;
  return new Refusal('R114', 'enquiries-ended: a manager records that no conference follows');
}

const isManager = (c: Case, recorded: Recorded): boolean =>
  managersAt(c, knownAt(recorded)).includes(recorded.event.by);

const refuse = (message: string): Refusal => new Refusal(null, message);
