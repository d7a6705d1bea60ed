// The life of a child in need plan: outline plan, approval, meetings and reviews side by side, consent, and closing by one of three routes.
// Reads beside Hull's chapter 1.3.8 and Barnsley's guidance; every figure is the policy's.

import type { LocalDate } from './calendar.ts';
import type { Case, Dated, Meeting } from './case.ts';
import { closing } from './closure.ts';
import { addMonthsOf, type Due, earliest } from './limits.ts';
import { type Arisen, agreePlan, general, holdEach, nextSteps } from './meetings.ts';
import { managerAt } from './people.ts';
import { circulate, papers } from './reviews.ts';

/** Every duty of a child in need case beside those that follow any meeting. */
export function childInNeed(c: Case): Arisen[] {
  const from = c.referral ?? c.steppedDown;
  return [
    ...approvePlan(c),
    ...meetings(c),
    ...(from && c.policy.reviews.childInNeed ? reviews(c, from) : []),
    ...agreePlan(c, 'cin-meeting'),
    ...nextSteps(c, 'cin-meeting'),
    ...withdrawnConsent(c),
    ...afterReviews(c),
    ...closing(c),
  ];
}

/** R88, R89: proposed by the social worker, ratified by the manager when the plan is approved. */
function approvePlan(c: Case): Arisen[] {
  if (!c.proposal) return [];
  const owner = managerAt(c, c.proposal.known) ?? '';
  return [
    general(c, 'approve/plan', c.proposal, { rules: ['R88', 'R89'], done: c.approval, ladder: 'approve', owner }),
  ];
}

/** R28, R98: at least every 42 days, or as often as this child's plan says; the first counts from the approval where a limit is set. */
function meetings(c: Case): Arisen[] {
  if (!c.approval) return [];
  const held = holdEach(c, {
    kind: 'cin-meeting',
    ladder: 'hold-meeting',
    first: 'first-cin-meeting',
    next: 'next-cin-meeting',
    from: c.approval,
  });
  const days = c.everyDays;
  if (days === undefined) return held;
  return held.map((duty) =>
    duty.key === 'hold/cin-meeting-1' ? duty : { ...duty, ...earliest(c, duty, duty.arises, days, ['R88', 'R99']) },
  );
}

/** R118, R119: three months from the referral, then six monthly; R152: a meeting at least every twelve. */
function reviews(c: Case, from: Dated): Arisen[] {
  const held = Object.values(c.meetings).filter((m) => m.kind === 'cin-review' && m.held);
  return holdEach(c, {
    kind: 'cin-review',
    ladder: 'hold-review',
    first: 'first-cin-review',
    next: 'next-cin-review',
    from,
  }).map((duty) => {
    const before = held.filter((m) => m.held && m.held.on < (duty.done?.on ?? '9') && `hold/${m.id}` !== duty.key);
    if (before.length === 0) return duty;
    const lastMeeting = before
      .filter((m) => m.held?.mode !== 'consultation')
      .map((m) => m.held?.on as LocalDate)
      .sort()
      .at(-1);
    return sooner(duty, addMonthsOf(c, 'cin-review-meeting', lastMeeting ?? from.on));
  });
}

/** The earlier of two limits, with the rule it comes from. */
function sooner(duty: Arisen, other: Due): Arisen {
  return duty.due !== null && other.due !== null && other.due < duty.due ? { ...duty, ...other } : duty;
}

/** R70–R72: the clocks go on; the social worker encourages, and whether to hold a strategy discussion is considered. */
function withdrawnConsent(c: Case): Arisen[] {
  const withdrawn = c.consents.findLast((one) => !one.given);
  if (!withdrawn) return [];
  const again = c.consents.find((one) => one.given && one.known > withdrawn.known);
  const since = <D extends Dated>(one: D | undefined): D | undefined =>
    one && one.known >= withdrawn.known ? one : undefined;
  return [
    general(c, 'engage/family', withdrawn, { rules: ['R71'], done: since(c.engaged) ?? again }),
    general(c, 'consider/strategy-discussion', withdrawn, {
      rules: ['R72'],
      done: since(c.considered) ?? again,
      ladder: 'consider',
    }),
  ];
}

/** R126–R128 before each review, R144–R146 after it. */
function afterReviews(c: Case): Arisen[] {
  return Object.values(c.meetings)
    .filter((m) => m.kind === 'cin-review')
    .flatMap((m) => [...papers(c, m, ['R126', 'R127', 'R128']), ...circulate(c, m), ...outcome(c, m)]);
}

function outcome(c: Case, m: Meeting): Arisen[] {
  if (m.held?.outcome === 'assess') {
    const done = c.assessment && c.assessment.on >= m.held.on ? c.assessment : undefined;
    return [general(c, `assess/${m.id}`, m.held, { rules: ['R144'], done, meeting: m.id })];
  }
  if (m.held?.outcome === 'strategy-discussion')
    return [
      general(c, 'discuss/strategy', m.held, {
        rules: ['R145'],
        done: c.strategyDiscussion,
        ladder: 'consider',
        meeting: m.id,
      }),
    ];
  return [];
}

/** Consent is withdrawn and nothing was decided since: duties are marked so. */
export function consentWithdrawn(c: Case): boolean {
  const last = c.consents.at(-1);
  if (!last || last.given) return false;
  const decided =
    c.decisions.some((one) => one.known > last.known) ||
    (c.considered !== undefined && c.considered.known > last.known);
  return !decided;
}

export const childInNeedEnded = (c: Case): Dated | undefined => c.closed;
