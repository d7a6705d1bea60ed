// A plan that was running when it was brought in (L9): the facts that its one opening event stands for.

import type { LocalDate } from '../time/calendar.ts';
import { withActions } from './agreed-actions.ts';
import { book, inMeeting, join } from './bookings.ts';
import type { EventOf } from './events.ts';
import type { Case, Dated } from './facts.ts';
import { meetingId } from './meeting-id.ts';

type BroughtIn = EventOf<'brought-in'>;

/** The first day the event speaks of. */
export function firstDayOf(event: BroughtIn): LocalDate {
  const { on, strategyDiscussion, conference, referral, planApproved, lookedAfter } = event;
  const days = [
    strategyDiscussion,
    conference,
    referral,
    planApproved,
    lookedAfter,
    ...event.meetings.map((m) => m.on),
  ];
  return days.reduce<LocalDate>((first, day) => (day !== undefined && day < first ? day : first), on);
}

/** A running child in need plan was approved, though nobody may remember when: by its first meeting at the latest. */
export function approvedOn({ planApproved, planAgreed, meetings }: BroughtIn): LocalDate | undefined {
  const met = meetings.filter(({ kind }) => kind === 'cin-meeting').map(({ on }) => on);
  return planApproved ?? [...(planAgreed ? [planAgreed] : []), ...met].sort()[0];
}

/** What the event makes of a case. Its members are so since the plan began: what its meetings left to do is for them. */
export function bringIn(c: Case, event: BroughtIn, { on, known }: Dated, edition: string): Partial<Case> {
  const dated = (day: LocalDate | undefined) => day && { on: day, known };
  const since = firstDayOf(event);
  const approved = c.file.kind === 'child-in-need' ? approvedOn(event) : undefined;
  return {
    broughtIn: { on, known, since },
    strategyDiscussion: dated(event.strategyDiscussion ?? event.conference),
    conference: event.conference && { on: event.conference, known, outcome: 'plan', reason: event.reason },
    referral: dated(event.referral),
    assessment: approved && { on: approved, known, familySupport: true },
    approval: dated(approved),
    lookedAfter: dated(event.lookedAfter),
    planAgreed: dated(event.planAgreed),
    consents: event.consent ? [{ on: event.consent, known, given: true }] : [],
    memberships: join(c.memberships, event.members, since, known),
    actions: withActions(c.actions, event, { on, known }, edition),
    meetings: meetingsOf(c, event, { on, known }, edition),
  };
}

/** Numbers go on from those held. Of the last of each kind its minutes may still be owed; about those before it nobody asks. */
function meetingsOf(c: Case, { meetings }: BroughtIn, { on, known }: Dated, edition: string): Case['meetings'] {
  const worker = c.file.people.find(({ role }) => role === 'social-worker')?.id ?? '';
  const all = [...meetings].sort((a, b) => a.number - b.number);
  return all.reduce<Case['meetings']>((before, one, i) => {
    const { kind, number, on: day, mode, nextStart: start, venue, invited: announced } = one;
    const isLast = !all.slice(i + 1).some((later) => later.kind === kind);
    const id = meetingId(kind, number);
    const minutes = one.minutes ?? (isLast ? undefined : 'passed-on');
    const meetings = inMeeting(before, id, (m) => ({
      ...m,
      // Who was there nobody says: the social worker answers for what it left to do.
      held: {
        meeting: id,
        on: day,
        chair: worker,
        minuteTaker: worker,
        present: [],
        mode,
        known,
        broughtIn: { minutes },
      },
      minutes: minutes && { on, known },
    }));
    if (start === undefined) return meetings;
    return book(c, meetingId(kind, number + 1), { start, venue, known, edition, announced }, 'booked', meetings);
  }, c.meetings);
}
