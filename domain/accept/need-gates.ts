// The gates of a child in need case: approving the plan, reviews and reviews by consultation, closing. Used by gates.ts alone.

import type { EventOf, Recorded } from '../case/events.ts';
import type { Case } from '../case/facts.ts';
import { heldMeetings, minutesOf, ownDate } from '../case/facts.ts';
import { meetingName } from '../case/meeting-id.ts';
import type { PersonId } from '../case/model.ts';
import { own } from '../case/own.ts';
import { actsAsSocialWorker, includesFamily, isFamily, membersOn, socialWorkerOn } from '../case/people.ts';
import { inPerson, represented } from '../case/who-came.ts';
import { agreed, byMeeting, byReviewMeeting, closureRoute, missingRoute, routeComplete } from '../duties/closure.ts';
import { dueAfter } from '../duties/limits.ts';
import type { LocalDate } from '../time/calendar.ts';
import type { Gate } from './gate.ts';

type NeedEvent = EventOf<
  | 'plan-proposed'
  | 'plan-approved'
  | 'papers-provided'
  | 'closure-endorsed'
  | 'closure-approved'
  | 'closure-letter-sent'
  | 'case-closed'
>;

export function needGates(c: Case, recorded: Recorded, event: NeedEvent): readonly Gate[] {
  switch (event.type) {
    case 'plan-proposed':
      return [afterAssessment(c, 'R86'), discussedFirst(c, event)];
    case 'plan-approved':
      return [managerApproves(c, event.by), hasMembers(c), consented(c, event.on)];
    case 'papers-provided':
      return [minutesComplete(c, event)];
    case 'closure-endorsed':
      return [endorsedByMeeting(c, event)];
    case 'closure-approved':
      return [managerCloses(c, event)];
    case 'closure-letter-sent':
      return letterGates(c, event);
    case 'case-closed':
      return [{ ...missingRoute(c), broken: !routeBefore(c, event) }, recentlyApproved(c, ownDate(c, recorded))];
    default:
      return event satisfies never;
  }
}

const approves = (c: Case, person: PersonId): boolean =>
  own(c.policy.roles, own(c.people, person)?.role ?? '')?.approves === true;

/** R86 of the plan, R25 of its meetings: after an assessment that concludes that services are needed under section 17. */
export const afterAssessment = (c: Case, rule: 'R86' | 'R25'): Gate => ({
  rule,
  broken: c.assessment?.familySupport !== true && c.steppedDown === undefined,
  message:
    'a child in need plan and its meetings follow an assessment that concludes services are needed under section 17',
  mend: 'record assessment-completed',
});

/** A route that was complete by the day the case was closed. */
const routeBefore = (c: Case, { on }: EventOf<'case-closed'>): boolean =>
  closureRoute(c) !== undefined && (on === undefined || routeComplete(c).on <= on);

/** L6: an approval from long ago may be about another family by now. How long is local. */
function recentlyApproved(c: Case, day: LocalDate): Gate {
  const { approved } = agreed(c);
  const until = approved && dueAfter(c, 'closure-approval', { ...approved, on: approved.last }, undefined).due;
  return {
    rule: 'R155',
    level: 'warn',
    broken: until !== null && until !== undefined && day > until,
    message: `the manager’s approval is of ${approved?.last}`,
    mend: 'have closing approved anew',
  };
}

const discussedFirst = (c: Case, event: EventOf<'plan-proposed'>): Gate => ({
  rule: 'R90',
  broken: !(event.discussedWith ?? []).some((person) => isFamily(c, own(c.people, person))),
  message: 'who will attend is discussed with the child and the parents first',
  mend: 'give discussedWith',
});

const managerApproves = (c: Case, by: PersonId): Gate => ({
  rule: 'R89',
  broken: !approves(c, by),
  message: 'only a consultant social worker or team manager approves the plan, its members and their frequency',
  mend: 'have it recorded by the manager',
});

const hasMembers = (c: Case): Gate => ({
  rule: 'R80',
  broken: (c.proposal?.members ?? []).length === 0,
  message: 'there is a core group for every child with a child in need plan',
  mend: 'record plan-proposed with members',
});

/** R69: child in need work is voluntary; consent is held on the case, and it is that day's that counts. */
export const consented = (c: Case, day?: LocalDate): Gate => ({
  rule: 'R69',
  broken: c.consents.findLast(({ on }) => day === undefined || on <= day)?.given !== true,
  message: 'child in need work is voluntary: the family’s consent is recorded',
  mend: 'record consent-given',
});

/** R127: the minutes of every meeting since the last review are in the pack. */
function minutesComplete(c: Case, event: EventOf<'papers-provided'>): Gate {
  const missing = heldMeetings(c, 'cin-meeting').filter((m) => !minutesOf(m));
  return {
    rule: 'R127',
    broken: meetingName(event.meeting).kind === 'cin-review' && missing.length > 0,
    message: `copies of the minutes of every meeting go to the review; those of ${missing.map((m) => m.id).join(', ')} have not come`,
    mend: 'record minutes-received',
  };
}

export function reviewGates(c: Case, event: EventOf<'meeting-held'>): readonly Gate[] {
  const papers = c.meetings[event.meeting]?.papers ?? [];
  const shared: Gate = {
    rule: 'R128',
    broken: !papers.some(({ on }) => on <= event.on),
    message: 'the documents are collated and shared with the manager before the review',
    mend: 'record papers-provided',
  };
  return event.mode === 'consultation' ? consultationGates(c, event) : [shared, ...byTheManager(c, event)];
}

/** L21: the manager chairs a review and writes it up, not the social worker whose work it is about. */
const byTheManager = (c: Case, { chair, minuteTaker }: EventOf<'meeting-held'>): readonly Gate[] => [
  {
    rule: 'R123',
    broken: actsAsSocialWorker(c, chair),
    message: 'a consultant social worker or team manager chairs a review, not a social worker (R133)',
    mend: 'name the manager as chair',
  },
  {
    rule: 'R139',
    broken: actsAsSocialWorker(c, minuteTaker),
    message: 'the manager writes the record of a review, not a social worker',
    mend: 'name the manager as minuteTaker',
  },
];

/** R147–R151: when a review may be held by consultation, and how. */
function consultationGates(c: Case, event: EventOf<'meeting-held'>): readonly Gate[] {
  const { number } = meetingName(event.meeting);
  const before = heldMeetings(c, 'cin-review').findLast((m) => m.number < number);
  const consulted = new Set([...(event.consulted ?? []), ...inPerson(event.present), ...represented(event.present)]);
  const left = membersOn(c, event.on).filter(
    (person) => person !== socialWorkerOn(c, event.on) && !consulted.has(person),
  );
  return [
    {
      rule: 'R147',
      broken: event.noSignificantChange !== true,
      message: 'a review is held by consultation only where circumstances have not changed significantly',
      mend: 'give noSignificantChange: true, or hold a meeting',
    },
    {
      rule: 'R148',
      broken:
        !inPerson(event.present).some((person) => approves(c, person)) ||
        !inPerson(event.present).some((person) => actsAsSocialWorker(c, person)),
      message: 'a review by consultation takes place in supervision between the social worker and the manager',
      mend: 'give both in present',
    },
    {
      rule: 'R149',
      broken: left.length > 0,
      message: `consultation documents go to every professional and family member; ${left.join(', ')} is not among those consulted`,
      mend: 'give consulted',
    },
    {
      rule: 'R150',
      broken: !approves(c, event.minuteTaker) && !approves(c, event.by),
      message: 'the manager makes the record of a review by consultation',
      mend: 'name the manager as minuteTaker',
    },
    {
      rule: 'R151',
      broken: before?.held.mode === 'consultation',
      message: 'there are not two reviews by consultation running',
      mend: 'hold a meeting',
    },
  ];
}

function endorsedByMeeting(c: Case, { meeting }: EventOf<'closure-endorsed'>): Gate {
  return {
    rule: meetingName(meeting).kind === 'cin-review' ? 'R153' : 'R154',
    broken: !(byReviewMeeting(c, meeting) && c.meetings[meeting]?.held?.outcome === 'close') && !byMeeting(c, meeting),
    message:
      'closure is endorsed by a review meeting with the outcome close, or a child in need meeting, that was held',
    mend: 'record the meeting as held first, with what it decided',
  };
}

const managerCloses = (c: Case, event: EventOf<'closure-approved'>): Gate => ({
  rule: event.after === 'supervision' ? 'R155' : 'R154',
  broken: !approves(c, event.by),
  message: 'only a consultant social worker or team manager approves closure',
  mend: 'have it recorded by the manager',
});

function letterGates(c: Case, event: EventOf<'closure-letter-sent'>): readonly Gate[] {
  const given = (value: unknown) =>
    value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0);
  return [
    {
      rule: 'R159',
      broken:
        !includesFamily(
          c,
          c.closure.discussed.filter(({ on }) => event.on === undefined || on <= event.on).flatMap((talk) => talk.with),
        ) || c.closure.discussed.length === 0,
      message: 'a closure letter does not come as a surprise: closing is discussed with a parent or the child first',
      mend: 'record closure-discussed with one of them',
    },
    {
      rule: 'R158',
      broken: !includesFamily(c, event.to),
      message: 'a closure letter goes to the child or a parent, and not only to professionals',
      mend: 'name one of them in to',
    },
    {
      rule: 'R160',
      broken: !given(event.contactAgain) && !given(event.supportAgencies),
      message: 'a closure letter says how to contact the service again, or who else can help (R161)',
      mend: 'give contactAgain or supportAgencies',
    },
  ];
}
