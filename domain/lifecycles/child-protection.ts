// The life of a child protection plan: strategy discussion, initial conference, core groups and review conferences side by side,
// until the plan ends. Reads beside the guidance; every figure is the policy's.

import { NODRIFT } from '../accept/refusal.ts';
import { openActionsAt } from '../case/agreed-actions.ts';
import { type Case, type Dated, standing } from '../case/facts.ts';
import type { MeetingKind } from '../case/kinds.ts';
import { meetingId } from '../case/meeting-id.ts';
import { sayNext } from '../duties/after-the-end.ts';
import { type Arisen, unlimited } from '../duties/arisen.ts';
import { conferencePapers } from '../duties/conferences.ts';
import { dueAfter } from '../duties/limits.ts';
import { agreePlan, hold, holdEach, nextSteps } from '../duties/meetings.ts';
import { paced } from '../duties/own-pace.ts';
import type { Lead, LifecycleOf, Report } from './lifecycle.ts';
import { toLookedAfter } from './to-looked-after.ts';

export const childProtection: LifecycleOf<'child-protection'> = {
  kind: 'child-protection',
  workflowType: 'childProtection',
  suffix: 'CP',
  opensWith: ['strategy-discussion-held', 'brought-in'],
  meetings: {
    'initial-conference': {},
    'core-group': { agreesPlan: true },
    'review-conference': { outcomes: ['continue', 'end'] },
  },
  broughtIn: {
    days: ['strategyDiscussion', 'conference', 'planAgreed'],
    needs: ['conference', 'strategyDiscussion'],
    meetingsFollow: 'conference',
  },
  duties,
  ended,
  leadsTo,
  reports,
};

function duties(c: Case): Arisen[] {
  const { strategyDiscussion: discussion, conference } = c;
  if (!discussion) return [];
  const id = meetingId('initial-conference', 1);
  const initial = c.memory.of('hold', id, [discussion, conference, c.meetings[id], c.versions, c.socialWorkers], () => {
    const due = dueAfter(c, 'initial-conference', discussion, conference); // R114
    return hold(c, id, 'hold-meeting', discussion, due, conference);
  });
  return [
    initial,
    ...papers(c),
    ...explainLateConference(c, initial),
    ...(conference?.outcome === 'plan' ? underThePlan(c) : []),
    ...sayNext(c),
  ];
}

/** The plan ended, the conference made none, or the enquiries ended without one (L4). */
function ended(c: Case): Dated | undefined {
  return c.planEnded ?? (c.conference?.outcome === 'no-plan' ? c.conference : undefined) ?? c.enquiriesEnded;
}

/** Of each conference that is booked. */
function papers(c: Case): Arisen[] {
  const all: Arisen[] = [];
  for (const m of Object.values(c.meetings))
    if (standing(m))
      all.push(...c.memory.of('papers', m.id, [m, c.versions, c.socialWorkers], () => conferencePapers(c, m)));
  return all;
}

/** What the plan asks for is known with the conference at the earliest: a core group may be typed in before it. */
function underThePlan(c: Case): Arisen[] {
  const from = c.conference;
  if (!from) return [];
  // R99, L19: a core group, or a conference, may decide to meet again sooner than the policy says; never later.
  const ownPace = (kind: MeetingKind) => (duty: Arisen, i: number) =>
    i === 0 ? duty : paced(c, duty, [kind], ['R99']);
  return [
    ...holdEach(c, {
      kind: 'core-group',
      ladder: 'hold-meeting',
      first: 'first-core-group', // R20
      next: 'next-core-group', // R21
      from,
    }).map(ownPace('core-group')),
    ...holdEach(c, {
      kind: 'review-conference',
      ladder: 'hold-review',
      first: 'first-review-conference', // R116
      next: 'next-review-conference', // R117
      from,
    }).map(ownPace('review-conference')),
    ...agreePlan(c, 'core-group'),
    ...nextSteps(c, 'core-group'),
  ].map((duty) => (duty.known < from.known ? { ...duty, known: from.known } : duty));
}

/** R115: a conference after its limit is accepted; without a reason, the reason is owed. */
function explainLateConference(c: Case, initial: Arisen): Arisen[] {
  const held = c.conference;
  if (c.broughtIn && held && held.on <= c.broughtIn.on) return [];
  if (!held || initial.due === null || held.on <= initial.due || held.reason !== undefined) return [];
  const explained = c.decisions.find(
    (one) => one.about === 'explain/initial-conference' || one.about === 'initial-conference',
  );
  return [
    unlimited(c, 'explain/initial-conference', held, { rules: ['R115'], done: explained, meeting: initial.meeting }),
  ];
}

/** R1, R118: a plan that ends may be followed by a child in need plan, which counts from that day. */
function leadsTo(c: Case): readonly Lead[] {
  return [...stepDown(c), ...foundInNeed(c), ...toLookedAfter(c)];
}

/** L10: what is still to be done goes with the child, with owner and date. */
function stepDown(c: Case): readonly Lead[] {
  const { planEnded } = c;
  if (planEnded?.next !== 'child-in-need') return [];
  const actions = openActionsAt(c, (planEnded.nextSaid ?? planEnded).known);
  const begins = { type: 'plan-ended', ...(actions.length > 0 && { actions }) } as const;
  return [{ kind: 'child-in-need', arose: planEnded, rules: ['R1', 'R118'], begins }];
}

/** L4: enquiries that find a child in need lead to that case, unless one led to them, and goes on. */
function foundInNeed(c: Case): readonly Lead[] {
  const { enquiriesEnded: arose } = c;
  if (arose?.outcome !== 'child-in-need' || c.cameFrom?.kind === 'child-in-need') return [];
  const begins = { type: 'enquiries-ended', outcome: arose.outcome } as const;
  return [{ kind: 'child-in-need', arose, rules: ['R1', 'R114'], begins }];
}

/** R1, R2: the child in need case that led to a conference learns what it decided. With a child protection plan its own plan ends. */
function reports(c: Case): readonly Report[] {
  const { cameFrom } = c;
  // Where no conference comes any more there is no plan (L4).
  const decided = c.conference ?? c.enquiriesEnded ?? c.caseEnded;
  if (!decided || cameFrom?.kind !== 'child-in-need') return [];
  const { on, known } = decided;
  const outcome = c.conference?.outcome ?? 'no-plan';
  const event = { type: 'child-protection-decided', by: NODRIFT, on, outcome, ref: c.file.ref } as const;
  return [
    {
      to: cameFrom,
      arose: { on, known },
      rules: ['R1', 'R2'],
      id: `decided/${c.file.ref}`,
      event,
      inError: { ...event, outcome: 'none' },
    },
  ];
}
