// The life of a child in need plan: outline plan, approval, meetings and reviews side by side, consent, and closing by one of three routes.
// Reads beside Hull's chapter 1.3.8 and Barnsley's guidance; every figure is the policy's.

import type { EventType, Recorded } from '../case/events.ts';
import { type Case, type Dated, heldMeetings, whatHappened } from '../case/facts.ts';
import { answered, follows, happened, happenedWith, isOf } from '../case/history.ts';
import type { Rule } from '../case/model.ts';
import { managerAt } from '../case/people.ts';
import { type Arisen, unlimited } from '../duties/arisen.ts';
import { closing } from '../duties/closure.ts';
import type { KeyOfFamily } from '../duties/families.ts';
import { type Due, dueAfter, policiesFor } from '../duties/limits.ts';
import { agreePlan, holdEach, nextSteps } from '../duties/meetings.ts';
import { paced } from '../duties/own-pace.ts';
import { circulate, papers } from '../duties/reviews.ts';
import { childProtection } from './child-protection.ts';
import { type Lead, type LifecycleOf, reference } from './lifecycle.ts';
import { toLookedAfter } from './to-looked-after.ts';

export const childInNeed: LifecycleOf<'child-in-need'> = {
  kind: 'child-in-need',
  workflowType: 'childInNeed',
  suffix: 'CIN',
  opensWith: ['referral-received', 'plan-ended', 'enquiries-ended', 'brought-in'],
  meetings: {
    'cin-meeting': { agreesPlan: true },
    'cin-review': { outcomes: ['close', 'continue', 'assess', 'strategy-discussion'], byConsultation: true },
  },
  broughtIn: {
    days: ['referral', 'planApproved', 'planAgreed'],
    beside: ['consent'],
    needs: ['referral'],
    meetingsFollow: 'referral',
  },
  duties,
  ended: childInNeedEnded,
  leadsTo: (c) => [...toChildProtection(c), ...toLookedAfter(c)],
};

function duties(c: Case): Arisen[] {
  const from = c.referral ?? c.steppedDown;
  return [
    ...proposePlan(c),
    ...approvePlan(c),
    ...meetings(c),
    ...(from ? reviews(c, from) : []),
    ...agreePlan(c, 'cin-meeting'),
    ...nextSteps(c, 'cin-meeting'),
    ...withdrawnConsent(c),
    ...afterReviews(c),
    ...closing(c),
  ];
}

/** What comes up again is another duty each time, so that it is told each time. */
const nth = (key: KeyOfFamily, i: number): KeyOfFamily => (i === 0 ? key : `${key}/${i + 1}`);

/** L7: a child who was found to need a plan, or whose protection plan ended, gets one. No source says by when. */
function proposePlan(c: Case): Arisen[] {
  const assessment = c.assessment?.familySupport ? c.assessment : undefined;
  const need = c.steppedDown ?? assessment;
  if (!need) return [];
  const done = happened(c, 'plan-proposed', 'plan-approved')[0] ?? c.approval;
  const edition = c.steppedDown ? '' : (assessment?.edition ?? '');
  return [unlimited(c, 'propose/plan', need, { rules: ['R86', 'R88'], done, edition })];
}

/** R88, R89: the social worker proposes the plan and the manager approves it. A plan proposed anew is asked anew. */
function approvePlan(c: Case): Arisen[] {
  return answered(c, isOf('plan-proposed'), isOf('plan-approved')).map(({ asked, answer }, i) =>
    unlimited(c, nth('approve/plan', i), asked, {
      rules: ['R88', 'R89'],
      done: answer,
      owner: managerAt(c, asked.known) ?? '',
    }),
  );
}

/** R28, R98: at least every 42 days, or as often as this child's plan says. Where a limit is set for the first, it counts from the approval. */
function meetings(c: Case): Arisen[] {
  const { approval } = c;
  if (!approval) return [];
  return holdEach(c, {
    kind: 'cin-meeting',
    ladder: 'hold-meeting',
    first: 'first-cin-meeting',
    next: 'next-cin-meeting',
    from: approval,
  }).map((duty, i) => {
    if (i === 0) return firstMeeting(duty);
    const owed = duty.known < approval.known ? { ...duty, known: approval.known } : duty;
    return paced(c, owed, ['cin-meeting', 'cin-review'], ['R88', 'R99']);
  });
}

/** L7, R29: where no limit is set for the first meeting it is asked for all the same. */
const firstMeeting = (duty: Arisen): Arisen =>
  duty.due === null && duty.done === undefined ? { ...duty, ladder: 'unlimited', rules: ['R29', 'R88'] } : duty;

/** R118, R119: three months from the referral, then six monthly. R152: one held as a meeting every twelve. An authority may hold none (P3). */
function reviews(c: Case, from: Dated): Arisen[] {
  const held = heldMeetings(c, 'cin-review');
  const wanted = policiesFor(c, held.at(-1)?.held ?? from, undefined).some(({ reviews }) => reviews.childInNeed);
  return holdEach(c, {
    kind: 'cin-review',
    ladder: 'hold-review',
    first: 'first-cin-review',
    next: 'next-cin-review',
    from,
  })
    .filter((duty) => duty.done !== undefined || wanted)
    .map((duty) => {
      const before = held.filter((m) => m.held.on < (duty.done?.on ?? '9') && `hold/${m.id}` !== duty.key);
      if (before.length === 0) return duty;
      const meetings = before.filter((m) => m.held.mode !== 'consultation').map((m) => m.held);
      const last = meetings.sort((a, b) => (a.on < b.on ? -1 : 1)).at(-1) ?? from;
      return sooner(duty, dueAfter(c, 'cin-review-meeting', last, duty.done));
    });
}

/** The earlier of two limits, with the rule it comes from. */
function sooner(duty: Arisen, other: Due): Arisen {
  return duty.due !== null && other.due !== null && other.due < duty.due ? { ...duty, ...other } : duty;
}

/** R70–R72: the clocks go on. The social worker encourages the family, and considers whether to hold a strategy discussion. */
function withdrawnConsent(c: Case): Arisen[] {
  const withdrawn = isOf('consent-withdrawn');
  if (!whatHappened(c).some(withdrawn)) return [];
  const settles = isOf('strategy-discussion-held', 'consent-given');
  const engages = isOf('engagement-attempted');
  // L26: once a strategy discussion is to be held, encouraging is no longer what is asked.
  const engaged = answered(c, withdrawn, (one) => settles(one) || engages(one) || isConsidered(one, 'to-be-held'));
  const considered = answered(c, withdrawn, (one) => settles(one) || isConsidered(one));
  return engaged.flatMap(({ asked, answer }, i) => [
    unlimited(c, nth('engage/family', i), asked, { rules: ['R71'], done: answer }),
    unlimited(c, nth('consider/strategy-discussion', i), asked, { rules: ['R72'], done: considered[i]?.answer }),
  ]);
}

/** R126–R128 before each review, R144–R146 after it. */
function afterReviews(c: Case): Arisen[] {
  const all = Object.values(c.meetings).filter((m) => m.kind === 'cin-review');
  return [...all.flatMap((m) => [...papers(c, m, ['R126', 'R127', 'R128']), ...circulate(c, m)]), ...outcomes(c)];
}

/** R144, R145: what a review asked for is owed until it happened. */
function outcomes(c: Case): Arisen[] {
  const reviews = heldMeetings(c, 'cin-review');
  const since = (day: Dated, ...types: EventType[]) => happened(c, ...types).find((one) => one.on >= day.on);
  const assess = reviews
    .filter(({ held }) => held.outcome === 'assess')
    .map(({ id, held }) =>
      unlimited(c, `assess/${id}`, held, { rules: ['R144'], done: since(held, 'assessment-completed'), meeting: id }),
    );
  return [...assess, ...discuss(c)];
}

/** When it was considered whether a strategy discussion is needed, and was found so, or not. */
const strategyConsidered = (c: Case, outcome: 'to-be-held' | 'not-needed'): readonly Dated[] =>
  happenedWith(c, (one) => isConsidered(one, outcome));

const isConsidered = ({ event }: Recorded, outcome?: 'to-be-held' | 'not-needed'): boolean =>
  event.type === 'strategy-considered' && (outcome === undefined || event.outcome === outcome);

/**
 * R72, R145: a strategy discussion that a review asks for, or that is found to be needed, is owed until it was held, or was considered and
 * found not to be needed. One of an earlier day does not answer it (L24).
 */
function discuss(c: Case): Arisen[] {
  const asked = [
    ...heldMeetings(c, 'cin-review')
      .filter(({ held }) => held.outcome === 'strategy-discussion')
      .map(({ id, held }) => ({ arose: held, meeting: id, rules: ['R145'] })),
    ...strategyConsidered(c, 'to-be-held').map((arose) => ({ arose, meeting: null, rules: ['R72'] })),
  ].sort((a, b) => (follows(a.arose)(b.arose) ? -1 : 1));
  if (asked.length === 0) return [];
  const answers = [...happened(c, 'strategy-discussion-held'), ...strategyConsidered(c, 'not-needed')].sort((a, b) =>
    follows(a)(b) ? -1 : 1,
  );
  return asked.map(({ arose, meeting, rules }, i) => {
    const done = answers.find(({ on }) => on >= arose.on);
    return unlimited(c, nth('discuss/strategy', i), arose, { rules, done, meeting });
  });
}

/** L6: what stands in the way of closing: a strategy discussion that is asked for (R72, R145), or a conference still to decide. */
export function openDanger(c: Case): { readonly rule: Rule; readonly message: string } | undefined {
  const asked = discuss(c).find(({ done }) => done === undefined);
  if (asked)
    return {
      rule: asked.meeting ? 'R145' : 'R72',
      message: `${asked.meeting ?? `what was considered on ${asked.arises}`} asks for a strategy discussion: record strategy-discussion-held, or strategy-considered with not-needed, first`,
    };
  if (withdrawnConsent(c).some(({ key, done }) => key.startsWith('consider/') && done === undefined))
    return {
      rule: 'R72',
      message: 'consent was withdrawn: record strategy-considered first, whichever way it was decided',
    };
  const runs = toChildProtection(c)
    .map(({ number }) => reference(c.file.ref, childProtection, number))
    .find((ref) => !c.decided.some((one) => one.ref === ref));
  if (runs === undefined) return undefined;
  return { rule: 'R145', message: `the child protection case ${runs} has not decided yet: wait for its conference` };
}

/** Whether consent is withdrawn and nothing was decided since. What is owed then says so. */
export function consentWithdrawn(c: Case): boolean {
  const last = c.consents.at(-1);
  if (!last || last.given) return false;
  const all = whatHappened(c);
  const since = all.findLastIndex(isOf('consent-withdrawn', 'brought-in'));
  return !all.slice(since + 1).some(isOf('decision-recorded', 'strategy-considered', 'strategy-discussion-held'));
}

/** R1, R2: the case was closed, or a child protection plan took over: whichever came first. */
export function childInNeedEnded(c: Case): Dated | undefined {
  const over = c.decided.find(({ outcome }) => outcome === 'plan');
  return over && !(c.closed && follows(c.closed)(over)) ? over : c.closed;
}

/**
 * R72, R145: a strategy discussion leads to a child protection case. One held while an earlier one's conference is still to come belongs to
 * the case that runs; one after a conference without a plan leads to a case of its own.
 */
function toChildProtection(c: Case): readonly Lead[] {
  const leads: Lead[] = [];
  for (const arose of happened(c, 'strategy-discussion-held')) {
    const number = leads.length + 1;
    if (number > 1 && !madeNoPlan(c, reference(c.file.ref, childProtection, number - 1), arose)) continue;
    const begins = { type: 'strategy-discussion-held' } as const;
    leads.push({ kind: 'child-protection', arose, rules: ['R1', 'R72', 'R145'], begins, number });
  }
  return leads;
}

/** Whether the conference of that case had decided against a plan by then. */
const madeNoPlan = (c: Case, of: string, by: Dated): boolean =>
  c.decided.some(({ ref, outcome, on }) => ref === of && outcome === 'no-plan' && on <= by.on);
