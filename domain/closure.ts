// Closing a child in need case: the three routes, and what is owed before and after (R142, R153–R162).

import type { Case, Dated, Route } from './case.ts';
import { undated } from './limits.ts';
import { meetingName } from './meeting-id.ts';
import type { Arisen } from './meetings.ts';
import type { MeetingId, Rule } from './model.ts';
import { managerAt, membersOn, socialWorkerOn } from './people.ts';

/** The route that is complete, if one is: endorsed by a review meeting, by a meeting and a manager, or approved after supervision. */
export function closureRoute(c: Case): Route | undefined {
  const { endorsed, approved } = c.closure;
  if (endorsed.some(({ meeting }) => byReviewMeeting(c, meeting)) || reviewAskedToClose(c)) return 'review'; // R153
  if (approved && endorsed.some(({ meeting }) => byMeeting(c, meeting))) return 'meeting-and-manager'; // R154
  return approved?.supervision ? 'supervision' : undefined; // R155
}

/** Which rule the closing of this case breaks while no route is complete. */
export function missingRoute(c: Case): { rule: Rule; message: string; mend: string } {
  const { endorsed, approved } = c.closure;
  if (endorsed.some(({ meeting }) => byMeeting(c, meeting)))
    return {
      rule: 'R154',
      message: 'closure endorsed by a child in need meeting also needs a manager’s approval',
      mend: 'record closure-approved',
    };
  if (approved)
    return {
      rule: 'R155',
      message: 'a manager’s approval alone closes a case only after supervision',
      mend: 'record closure-approved with after: supervision, or closure-endorsed',
    };
  return {
    rule: 'R153',
    message: 'a case is closed when a review meeting, a meeting and a manager, or a manager after supervision agreed',
    mend: 'record closure-endorsed or closure-approved first',
  };
}

/** R153: a review held as a meeting; one by consultation does not endorse. */
export function byReviewMeeting(c: Case, meeting: MeetingId): boolean {
  const held = c.meetings[meeting]?.held;
  return meetingName(meeting).kind === 'cin-review' && held !== undefined && held.mode !== 'consultation';
}

export const byMeeting = (c: Case, meeting: MeetingId): boolean =>
  meetingName(meeting).kind === 'cin-meeting' && c.meetings[meeting]?.held !== undefined;

/** R142: a review meeting whose outcome is to close endorses closure. */
const reviewAskedToClose = (c: Case): boolean =>
  Object.values(c.meetings).some((m) => m.held?.outcome === 'close' && byReviewMeeting(c, m.id));

/** Closing, and what follows it: the letter, and on the third route telling everybody. */
export function closing(c: Case): Arisen[] {
  const { closed, closure } = c;
  const endorsed = closure.endorsed.find(({ meeting }) => byMeeting(c, meeting));
  const route = closureRoute(c);
  return [
    ...(endorsed && route !== 'review'
      ? [duty(c, 'approve/closure', endorsed, ['R154'], closure.approved, 'approve')]
      : []),
    ...(route ? [duty(c, 'close/case', routeComplete(c), ['R142', 'R153'], closed)] : []),
    ...(closed && closed.route !== 'superseded' ? [duty(c, 'letter/closure', closed, ['R158'], closure.letter)] : []),
    ...(closed?.route === 'supervision' ? [duty(c, 'notify/closure', closed, ['R157'], everybodyNotified(c))] : []),
  ];
}

/** The day the route became complete. */
function routeComplete(c: Case): Dated {
  const { endorsed, approved } = c.closure;
  const reviews = Object.values(c.meetings).flatMap((m) => (m.held?.outcome === 'close' ? [m.held] : []));
  const all = [...endorsed, ...reviews, ...(approved ? [approved] : [])];
  return all.reduce((last, one) => (one.known > last.known ? one : last));
}

/** R157: all members, the child where appropriate, other relevant family: every member of the closing day. */
function everybodyNotified(c: Case): Dated | undefined {
  if (!c.closed) return undefined;
  const expected = new Set(membersOn(c, c.closed.on).filter((person) => person !== socialWorkerOn(c, c.closed!.on)));
  if (expected.size === 0) return c.closed;
  for (const one of c.closure.notified) {
    expected.delete(one.person);
    if (expected.size === 0) return one;
  }
  return undefined;
}

const duty = (
  c: Case,
  key: string,
  arose: Dated,
  rules: readonly Rule[],
  done: Dated | undefined,
  ladder = 'other',
): Arisen => ({
  ...undated(rules),
  key,
  meeting: null,
  owner: key.startsWith('approve/') ? (managerAt(c, arose.known) ?? '') : socialWorkerOn(c, arose.on),
  arises: arose.on,
  known: arose.known,
  ladder,
  edition: 0,
  done,
});
