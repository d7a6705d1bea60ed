// Closing a child in need case: the three routes, and what is owed before and after (R142, R153–R162).

import { type Case, type Dated, type HeldMeeting, heldMeetings, type Route } from '../case/facts.ts';
import { follows } from '../case/history.ts';
import { meetingName } from '../case/meeting-id.ts';
import type { MeetingId, Rule } from '../case/model.ts';
import { own } from '../case/own.ts';
import { isFamily, managerAt, socialWorkerOn } from '../case/people.ts';
import { type Arisen, unlimited } from './arisen.ts';
import { passedOn } from './passed-on.ts';

/** The route that is complete: endorsed by a review meeting, or by a meeting and a manager, or approved after supervision. */
export function closureRoute(c: Case): Route | undefined {
  const { endorsed, approved } = agreed(c);
  if (endorsed.some(({ meeting }) => byReviewMeeting(c, meeting)) || reviewAskedToClose(c)) return 'review'; // R153
  if (approved && endorsed.some(({ meeting }) => byMeeting(c, meeting))) return 'meeting-and-manager'; // R154
  return approved?.supervision ? 'supervision' : undefined; // R155
}

/** Which rule closing this case would break while no route is complete, and how to mend it. */
export function missingRoute(c: Case): { rule: Rule; message: string; mend: string } {
  const { endorsed, approved } = agreed(c);
  const back = takenBack(c);
  if (back && !approved && endorsed.length === 0 && (c.closure.approved || c.closure.endorsed.length > 0))
    return {
      rule: c.closure.approved ? 'R155' : 'R153',
      message: `what was agreed about closing no longer stands: on ${back.on} the case was to go on`,
      mend: 'have closing endorsed or approved anew',
    };
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

/** L6: the last time a review, a meeting or a decision said that the case goes on. What was agreed about closing before is void. */
function takenBack(c: Case): Dated | undefined {
  const goesOn = [
    ...heldMeetings(c, 'cin-review').filter(({ held }) => held.outcome !== undefined && held.outcome !== 'close'),
    ...heldMeetings(c, 'cin-meeting').filter(({ held }) => held.outcome === 'continue'),
  ].map(({ held }) => held);
  const decided = c.decisions.filter(({ about, decision }) => about === 'close/case' && decision === 'continue');
  return [...goesOn, ...decided].reduce<Dated | undefined>(
    (last, one) => (last === undefined || follows(last)(one) ? one : last),
    undefined,
  );
}

/** What was agreed about closing and still stands. An endorsement weighs as much as the meeting that gave it. */
export function agreed(c: Case): Pick<Case['closure'], 'endorsed' | 'approved'> {
  const { endorsed, approved } = c.closure;
  const back = endorsed.length > 0 || approved ? takenBack(c) : undefined;
  if (!back) return { endorsed, approved };
  const stands = (one: Dated) => one.on > back.on || (one.on === back.on && one.known >= back.known);
  return {
    endorsed: endorsed.filter((one) => stands(one) && stands(c.meetings[one.meeting]?.held ?? one)),
    approved: approved && stands(approved) ? approved : undefined,
  };
}

/** R153: a review held as a meeting; one by consultation does not endorse. */
export function byReviewMeeting(c: Case, meeting: MeetingId): boolean {
  const held = c.meetings[meeting]?.held;
  return meetingName(meeting).kind === 'cin-review' && held !== undefined && held.mode !== 'consultation';
}

export const byMeeting = (c: Case, meeting: MeetingId): boolean =>
  meetingName(meeting).kind === 'cin-meeting' && c.meetings[meeting]?.held !== undefined;

/** R142: the last review recommends closing. A later one that finds the child still in need takes that back. */
const recommendsClosing = (c: Case) => {
  const last = heldMeetings(c, 'cin-review').findLast((m) => m.held.outcome !== undefined);
  if (last?.held.outcome !== 'close') return undefined;
  const back = takenBack(c);
  return back === undefined || follows(back)(last.held) ? last.held : undefined;
};

/** Since when reviews recommend it: the first that did, since the case was to go on. One that recommends it once more puts nothing off. */
const recommendedSince = (c: Case, isOne: (held: HeldMeeting['held']) => boolean = () => true) => {
  const back = takenBack(c);
  const recommends = ({ held }: HeldMeeting) =>
    held.outcome === 'close' && isOne(held) && (back === undefined || follows(back)(held));
  return heldMeetings(c, 'cin-review').find(recommends)?.held;
};

/** A review meeting that recommends closing endorses it (R153). A review by consultation needs the manager's approval as well (R155). */
const reviewAskedToClose = (c: Case): boolean => {
  const review = recommendsClosing(c);
  return review !== undefined && review.mode !== 'consultation';
};

/** Closing is owed since a route is complete. One that was taken back and is complete again is another one: it is told again. */
const close = (c: Case): Arisen =>
  unlimited(c, 'close/case', routeComplete(c), {
    rules: ['R142', 'R153'],
    done: c.closed,
    edition: takenBack(c)?.known ?? '',
  });

/** Closing, and what follows it: the letter, and on the third route telling everybody. */
export function closing(c: Case): Arisen[] {
  const { closed, closure } = c;
  const byConsultation = recommendsClosing(c) && recommendedSince(c);
  const endorsed = agreed(c).endorsed.find(({ meeting }) => byMeeting(c, meeting)) ?? byConsultation;
  const route = closureRoute(c);
  return [
    ...(endorsed && route !== 'review' ? [approval(c, endorsed, endorsed === byConsultation ? 'R155' : 'R154')] : []),
    ...(route ? [close(c)] : []),
    ...(closed ? [unlimited(c, 'letter/closure', closed, { rules: ['R158'], done: closure.letter })] : []),
    ...(closed?.route === 'supervision' ? [notify(c, closed)] : []),
    ...(closed?.stepDown ? [stepDown(c, closed)] : []),
  ];
}

/** R162: the agencies and the family discuss what universal services are to manage: at least one of each. */
function stepDown(c: Case, closed: Dated): Arisen {
  const { discussed } = c.closure;
  const others = (talk: (typeof discussed)[number]) =>
    talk.with
      .filter((person) => person !== socialWorkerOn(c, talk.on))
      .map((person) => isFamily(c, own(c.people, person)));
  const enough = discussed.find((_, i) => new Set(discussed.slice(0, i + 1).flatMap(others)).size === 2);
  return unlimited(c, 'step-down/universal-services', closed, { rules: ['R162'], done: enough });
}

/** R157: everybody who was a member on the closing day is told, and the family in the case who were none (L25). */
function notify(c: Case, closed: Dated): Arisen {
  const also = Object.values(c.people).flatMap((person) => (isFamily(c, person) ? [person.id] : []));
  const { done, known, edition } = passedOn(c, { of: closed.on, since: closed, given: c.closure.notified, also });
  return unlimited(c, 'notify/closure', { on: closed.on, known }, { rules: ['R157'], done, edition });
}

/** The manager is asked to approve what a meeting endorsed, or what was recommended in supervision; and anew once that was taken back. */
function approval(c: Case, arose: Dated, rule: Rule): Arisen {
  const owner = managerAt(c, arose.known) ?? '';
  const edition = takenBack(c)?.known ?? '';
  return unlimited(c, 'approve/closure', arose, { rules: [rule], done: agreed(c).approved, owner, edition });
}

/** When the first of the routes became complete. */
export function routeComplete(c: Case): Dated {
  const { endorsed, approved } = agreed(c);
  const review = reviewAskedToClose(c) ? recommendedSince(c, ({ mode }) => mode !== 'consultation') : undefined;
  const met = endorsed.find(({ meeting }) => byMeeting(c, meeting));
  const both = met && approved ? [follows(met)(approved) ? approved : met] : [];
  const all = [
    ...endorsed.filter(({ meeting }) => byReviewMeeting(c, meeting)),
    ...(review ? [review] : []),
    ...(approved?.supervision ? [approved] : []),
    ...both,
  ];
  return all.reduce<Dated>((first, one) => (follows(first)(one) ? first : one), all[0] as Dated);
}
