// What one event changes in a case. Facts only: each sets its own part, so that order of arrival does not matter.

import { agreed, closureRoute } from '../duties/closure.ts';
import { lifecycleOf } from '../lifecycles/registry.ts';
import type { Policy } from '../policy/policy.ts';
import { Calendar, type Instant, type LocalDate } from '../time/calendar.ts';
import { withActions } from './agreed-actions.ts';
import { become, book, endBooking, inMeeting, join, leave } from './bookings.ts';
import { bringIn } from './brought-in.ts';
import { isOnlyRead } from './catalogue.ts';
import type { CaseEvent, EventOf, Recorded } from './events.ts';
import { type Case, type Dated, knownAt, type Meeting, minutesOf, ownDate, type Version } from './facts.ts';
import { meetingId, meetingName } from './meeting-id.ts';
import type { Person, PersonId } from './model.ts';
import { own } from './own.ts';
import { includesFamily, isKnownRefused, membersOn, socialWorkerAt, socialWorkerOn } from './people.ts';

/** What one event changes. A new event type that nobody handles does not compile. */
export function change(c: Case, recorded: Recorded, event: CaseEvent): Partial<Case> {
  const known = knownAt(recorded);
  const edition = recorded.id;
  const on = ownDate(c, recorded);
  if (isOnlyRead(event)) return {};
  switch (event.type) {
    case 'strategy-discussion-held':
      return { strategyDiscussion: { on, known } };
    case 'conference-called': {
      const id = meetingId('initial-conference', 1);
      const meetings = book(c, id, { ...event, known, edition }, 'booked');
      const called = (m: Meeting) => new Set(m.invited.map(({ person }) => person));
      const invite = (m: Meeting) =>
        event.invited.filter((person) => !called(m).has(person)).map((person) => ({ person, known }));
      return { meetings: inMeeting(meetings, id, (m) => ({ ...m, invited: [...m.invited, ...invite(m)] })) };
    }
    case 'conference-held': {
      const members = join(c.memberships, event.members ?? [], on, known);
      const first = event.outcome === 'plan' ? event.firstCoreGroup : undefined;
      const meetings = endBooking(c, meetingId('initial-conference', 1), 'held', known, recorded.id);
      return {
        conference: { on, known, outcome: event.outcome, reason: event.reason },
        memberships: members,
        meetings: first?.start
          ? book(c, meetingId('core-group', 1), { ...first, start: first.start, known, edition }, 'booked', meetings)
          : meetings,
      };
    }
    case 'meeting-booked':
    case 'meeting-moved':
      return {
        meetings: book(
          c,
          event.meeting,
          { ...event, known, edition },
          event.type === 'meeting-moved' ? 'moved' : 'booked',
        ),
      };
    case 'meeting-cancelled':
      return { meetings: endBooking(c, event.meeting, 'cancelled', known, recorded.id) };
    case 'meeting-not-held':
      return { meetings: endBooking(c, event.meeting, 'not-held', known, recorded.id) };
    case 'apologies-received':
      return {
        meetings: inMeeting(c.meetings, event.meeting, (m) => ({
          ...m,
          apologies: [...m.apologies, { ...event, known }],
        })),
      };
    case 'meeting-held':
      return held(c, event, on, known, edition);
    case 'minutes-received':
      return {
        meetings: inMeeting(c.meetings, event.meeting, (m) => {
          const before = minutesOf(m);
          // Implied before, they were known of then, and cannot have come later.
          const day = before && before.on < on ? before.on : on;
          const moved = before && day < before.on ? { said: known } : undefined;
          return {
            ...m,
            minutes: before?.implied ? { on: day, known: before.known, ...moved } : (before ?? { on, known }),
          };
        }),
      };
    case 'minutes-distributed': {
      const given = event.to.map(({ person }) => ({ person, on, known }));
      return {
        meetings: inMeeting(c.meetings, event.meeting, (m) => {
          const distributed = [...m.distributed, ...given];
          const implied = given.length > 0 && isWithEverybody(c, { ...m, distributed });
          const before = minutesOf(m);
          // Said later, and of an earlier day: known of since everybody had them.
          const said = before && implied && known < before.known ? { ...before, known, said: before.known } : before;
          return { ...m, distributed, minutes: said ?? (implied ? { on, known, implied } : undefined) };
        }),
      };
    }
    case 'family-told': {
      const told = event.to.map(({ person }) => ({ person, on, known }));
      return { meetings: inMeeting(c.meetings, event.meeting, (m) => ({ ...m, told: [...m.told, ...told] })) };
    }
    case 'action-agreed':
    case 'action-done':
    case 'later-date-asked':
    case 'later-date-answered':
      return { actions: withActions(c.actions, event, { on, known }, edition) };
    case 'decision-recorded':
      return { decisions: [...c.decisions, { ...event, id: recorded.id, on, known }] };
    case 'person-joined': {
      const person = typeof event.person === 'string' ? own(c.people, event.person) : event.person;
      if (!person) return {};
      const memberships = join(c.memberships, [person.id], on, known);
      return { ...knownAs(c, person, known), memberships, ...workerBack(c, person.id, { on, known }) };
    }
    case 'person-updated':
      return knownAs(c, event.person, known);
    case 'person-left':
      return {
        memberships: leave(c.memberships, event.person, on, known),
        ...workerLeft(c, event.person, { on, known }),
      };
    case 'case-reallocated': {
      const former = socialWorkerAt(c, known);
      return {
        socialWorkers: [...c.socialWorkers, { person: event.to, since: known, on }],
        team: event.team ?? c.team,
        memberships: former === event.to ? c.memberships : leave(c.memberships, former, on, known),
      };
    }
    case 'cover-arranged':
      return { covers: [...c.covers, { ...event, known }] };
    case 'cover-ended':
      return { coverEnds: [...c.coverEnds, { person: event.person, on, known }] };
    case 'address-refused': {
      if (isKnownRefused(c, event.person)) return {};
      const { person, code } = event;
      const refused = { person, code, address: own(c.people, person)?.email, known, event: recorded.id };
      return { refusedAddresses: [...c.refusedAddresses, refused] };
    }
    case 'brought-in':
      return bringIn(c, event, { on, known }, edition);
    case 'referral-received':
      return { referral: { on, known } };
    case 'assessment-completed':
      return { assessment: assessed(c, recorded.id, { on, known, familySupport: event.familySupport !== false }) };
    case 'plan-proposed':
      return { proposal: { ...event, on, known } };
    case 'plan-approved':
      return approved(c, on, known);
    case 'consent-given':
    case 'consent-withdrawn':
      return { consents: [...c.consents, { on, known, given: event.type === 'consent-given' }] };
    case 'closure-discussed':
      return closing(c, { discussed: [...c.closure.discussed, { on, known, with: event.with }] });
    case 'closure-endorsed':
      return closing(c, { endorsed: [...c.closure.endorsed, { on, known, meeting: event.meeting }] });
    case 'closure-approved':
      return closing(c, { approved: approvedAgain(c, { on, known }, event.after === 'supervision') });
    case 'closure-letter-sent':
      // R158: to the family; a copy for professionals is not the letter.
      return closing(c, { letter: c.closure.letter ?? (includesFamily(c, event.to) ? { on, known } : undefined) });
    case 'closure-notified':
      return closing(c, { notified: [...c.closure.notified, { on, known, person: event.person }] });
    case 'case-closed':
      return {
        closed: c.closed ?? {
          on,
          known,
          route: closureRoute(c) ?? 'supervision',
          stepDown: event.stepDown === 'universal-services',
        },
      };
    case 'became-looked-after': {
      // In another case it leads to the looked after one, whose members it names (lifecycles/to-looked-after.ts).
      const members = c.file.kind === 'looked-after' ? (event.members ?? []) : [];
      return { lookedAfter: { on, known }, memberships: join(c.memberships, members, on, known) };
    }
    case 'ceased-looked-after':
      return { ceased: c.ceased ?? { on, known } };
    case 'papers-provided': {
      const papers = { on, known, documents: event.documents };
      return { meetings: inMeeting(c.meetings, event.meeting, (m) => ({ ...m, papers: [...m.papers, papers] })) };
    }
    case 'plan-circulated': {
      const given = event.to.map(({ person }) => ({ person, on, known }));
      return {
        meetings: inMeeting(c.meetings, event.meeting, (m) => ({ ...m, circulated: [...m.circulated, ...given] })),
      };
    }
    case 'case-opened':
      return { opened: [...c.opened, { on, known, kind: event.kind, ref: event.ref }] };
    case 'case-told':
      return { reported: [...c.reported, { on, known, kind: event.kind, ref: event.ref, what: event.what }] };
    case 'opening-withdrawn':
      return { openedInError: event.stands ? undefined : { on, known } };
    case 'case-reopened':
      return { reopened: { on, known } };
    case 'child-protection-decided':
      if (event.outcome === 'none') return {};
      return { decided: [...c.decided, { on, known, outcome: event.outcome, ref: event.ref }] };
    case 'plan-ended':
      // In a child in need case it is how the case began: the child protection plan ended, the child is stepped down.
      if (c.file.kind === 'child-in-need')
        return { steppedDown: { on, known }, actions: withActions(c.actions, event, { on, known }, edition) };
      return { planEnded: ends(c, event, { on, known }, recorded.id) };
    case 'enquiries-ended':
      // In a child in need case it is how the case began: the enquiries found a child in need.
      if (c.file.kind === 'child-in-need') return { steppedDown: { on, known } };
      return { enquiriesEnded: c.enquiriesEnded ?? { on, known, outcome: event.outcome } };
    case 'case-ended':
      return { caseEnded: c.caseEnded ?? { on, known, why: event.why } };
    case 'policy-changed':
      // One that decides nothing any more is no longer carried (duties/idle-policies.ts).
      if ((event.policy as Policy | null) === null) return {};
      return newVersion(c, known, { policy: event.policy, reproject: event.reproject ?? false });
    case 'calendar-changed':
      return newVersion(c, known, { calendar: new Calendar(event.calendar) });
    default:
      return event satisfies never;
  }
}

/** L11: the social worker left, and the case is nobody's until it is allocated anew. */
function workerLeft(c: Case, person: PersonId, left: Dated): Partial<Case> {
  const now = c.socialWorkers.findLast(({ since }) => since <= left.known);
  if (now?.person !== person || (now.left && !now.back)) return {};
  return { socialWorkers: c.socialWorkers.map((one) => (one === now ? { ...one, left, back: undefined } : one)) };
}

function workerBack(c: Case, person: PersonId, back: Dated): Partial<Case> {
  const now = c.socialWorkers.findLast(({ since }) => since <= back.known);
  if (now?.person !== person || !now.left || now.back) return {};
  return { socialWorkers: c.socialWorkers.map((one) => (one === now ? { ...one, back } : one)) };
}

/** L23: minutes that every member of the meeting's day has been given had been received. */
function isWithEverybody(c: Case, { held, distributed }: Meeting): boolean {
  if (!held) return false;
  const has = new Set([socialWorkerOn(c, held.on), held.minuteTaker, ...distributed.map(({ person }) => person)]);
  return membersOn(c, held.on).every((person) => has.has(person));
}

function newVersion(c: Case, since: Instant, changed: Partial<Version>): Partial<Case> {
  const version = { policy: c.policy, calendar: c.calendar, reproject: false, ...changed, since };
  return { policy: version.policy, calendar: version.calendar, versions: [...c.versions, version] };
}

/** Somebody as they are known from now on; what was true before stays so for what was before. */
function knownAs(c: Case, person: Person, known: Instant): Pick<Case, 'people' | 'formerly'> {
  const before = own(c.people, person.id);
  const formerly = before && before !== person ? [...c.formerly, { person: before, until: known }] : c.formerly;
  return { formerly, people: { ...c.people, [person.id]: person } };
}

function held(c: Case, event: EventOf<'meeting-held'>, on: LocalDate, known: Instant, edition: string): Partial<Case> {
  const { kind, number } = meetingName(event.meeting);
  const meetings = inMeeting(c.meetings, event.meeting, (m) => ({ ...m, held: m.held ?? { ...event, known } }));
  const next = event.next;
  const ends = kind === 'review-conference' && event.outcome === 'end' && !c.planEnded;
  return {
    meetings: next?.start
      ? book(c, meetingId(kind, number + 1), { ...next, start: next.start, known, edition }, 'booked', meetings)
      : meetings,
    ...(event.planAgreed && lifecycleOf(c).meetings[kind]?.agreesPlan
      ? { planAgreed: c.planAgreed ?? { on, known } }
      : {}),
    ...(ends ? { planEnded: { on, known } } : {}),
    ...(event.members === undefined ? {} : { memberships: become(c.memberships, event.members, on, known) }),
  };
}

/** Said after a review conference ended the plan it only adds what is next; without one it ends the plan itself. */
function ends(c: Case, { by, next }: EventOf<'plan-ended'>, said: Dated, event: string): Case['planEnded'] {
  const ended = c.planEnded ?? { ...said, early: { by, event } };
  return next === undefined ? ended : { ...ended, next, nextSaid: said };
}

/** R86: a child is in need since the first assessment that found so; one that finds it once more puts nothing off, after one that did not it is anew. */
function assessed(c: Case, edition: string, now: Dated & { readonly familySupport: boolean }): Case['assessment'] {
  const before = c.assessment;
  if (!before || !now.familySupport) return now;
  return before.familySupport ? before : { ...now, edition };
}

/** R88, R89: what the social worker proposed is ratified with the plan; a proposal about the frequency alone leaves the members. */
function approved(c: Case, on: LocalDate, known: Instant): Partial<Case> {
  const members = c.proposal?.members;
  return {
    approval: c.approval ?? { on, known },
    ...(members === undefined ? {} : { memberships: (c.approval ? become : join)(c.memberships, members, on, known) }),
  };
}

/** Approved again it stands since the first time, unless that is void (L6) or this one is after supervision and that was not. */
function approvedAgain(c: Case, now: Dated, supervision: boolean): Case['closure']['approved'] {
  const { approved } = agreed(c);
  if (approved && (approved.supervision || !supervision)) return { ...approved, last: now.on };
  return { ...now, supervision, last: now.on };
}

const closing = (c: Case, changed: Partial<Case['closure']>): Partial<Case> => ({
  closure: { ...c.closure, ...changed },
});
