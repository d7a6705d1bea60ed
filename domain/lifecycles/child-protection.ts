// The life of a child protection plan: strategy discussion, initial conference, core groups and review conferences side by side,
// until the plan ends. Reads beside the guidance; every figure is the policy's.

import type { Case } from '../case/facts.ts';
import { meetingId } from '../case/meeting-id.ts';
import { dueAfter } from '../duties/limits.ts';
import { type Arisen, agreePlan, general, hold, holdEach, nextSteps } from '../duties/meetings.ts';

/** Every duty of a child protection case, done or open. */
export function childProtection(c: Case): Arisen[] {
  const { strategyDiscussion: discussion, conference } = c;
  if (!discussion) return [];
  const id = meetingId('initial-conference', 1);
  const initial = c.memory.holding.of(id, [discussion, conference, c.meetings[id], c.versions, c.socialWorkers], () => {
    const due = dueAfter(c, 'initial-conference', discussion, conference); // R114
    return hold(c, id, 'hold-meeting', discussion, due, conference);
  });
  return [initial, ...explainLateConference(c, initial), ...(conference?.outcome === 'plan' ? underThePlan(c) : [])];
}

/** The day this case's plan came to its end: no plan was made, or it ended. */
export function childProtectionEnded(c: Case): Case['planEnded'] {
  return c.planEnded ?? (c.conference?.outcome === 'no-plan' ? c.conference : undefined);
}

/** Known with the conference at the earliest: a core group may be typed in before it. */
function underThePlan(c: Case): Arisen[] {
  const from = c.conference;
  if (!from) return [];
  return [
    ...holdEach(c, {
      kind: 'core-group',
      ladder: 'hold-meeting',
      first: 'first-core-group',
      next: 'next-core-group',
      from,
    }), // R20, R21
    ...holdEach(c, {
      kind: 'review-conference',
      ladder: 'hold-review',
      first: 'first-review-conference', // R116
      next: 'next-review-conference', // R117
      from,
    }),
    ...agreePlan(c, 'core-group'),
    ...nextSteps(c, 'core-group'),
  ].map((duty) => (duty.known < from.known ? { ...duty, known: from.known } : duty));
}

/** R115: a conference after its limit is accepted; without a reason, the reason is owed. */
function explainLateConference(c: Case, initial: Arisen): Arisen[] {
  const held = c.conference;
  if (!held || initial.due === null || held.on <= initial.due || held.reason !== undefined) return [];
  const explained = c.decisions.find(
    (one) => one.about === 'explain/initial-conference' || one.about === 'initial-conference',
  );
  return [
    general(c, 'explain/initial-conference', held, { rules: ['R115'], done: explained, meeting: initial.meeting }),
  ];
}
