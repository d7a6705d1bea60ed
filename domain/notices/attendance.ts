// Being there: invitation, change, reminders and cancellation of each booking, to everybody who is a member at that moment.

import { type Case, dayOf, type Meeting, type PlacedBooking } from '../case/facts.ts';
import type { Duty, NoticeKind, PersonId, Step } from '../case/model.ts';
import {
  isFamily,
  LATEST,
  managerAt,
  managerSince,
  mayBeMailed,
  membersAt,
  personAt,
  serviceManagerAt,
  socialWorkerAt,
  unmailedFamily,
} from '../case/people.ts';
import { dueOn } from '../duties/limits.ts';
import { chairOf } from '../duties/meetings.ts';
import type { Rung } from '../policy/policy.ts';
import type { Instant } from '../time/calendar.ts';
import { climb, instead, later, stepKey } from './ladder.ts';
import { climbOf, type Told } from './told.ts';

/** R19, R38: every member has the dates. */
const RULES = ['R19', 'R38'];

/** The bookings of a meeting that stand and that people are reminded of. @param ended when the case learned that the plan has ended */
export const reminding = (m: Meeting, ended: Instant | undefined): readonly PlacedBooking[] =>
  m.bookings.filter((booking) => invited(booking, ended) && !over(booking, ended));

/** Booked when the plan had ended: nobody was invited. */
const invited = (booking: PlacedBooking, ended: Instant | undefined): boolean =>
  ended === undefined || ended > booking.known;

/** How a booking ended; the end of the plan cancels what still stands. */
function over(booking: PlacedBooking, ended: Instant | undefined): PlacedBooking['ended'] {
  const withPlan = ended !== undefined && !(booking.ended && booking.ended.known < ended);
  return withPlan ? { how: 'cancelled', known: ended, by: '' } : booking.ended;
}

/** What the bookings of one meeting make known at once. */
export function arrangements(c: Case, m: Meeting, ended: Instant | undefined): readonly Step[] {
  const told: Step[] = [];
  for (const booking of m.bookings) {
    if (!invited(booking, ended)) continue;
    const end = over(booking, ended);
    if (!end) told.push(...invite(c, m, booking));
    else if (end.how === 'cancelled' || end.how === 'not-held')
      told.push(...cancel(c, m, booking, end.known, end !== booking.ended));
  }
  return told;
}

function invite(c: Case, m: Meeting, booking: PlacedBooking): readonly Step[] {
  const told: Step[] = [];
  const start = c.calendar.fromLondon(booking.start);
  const before = m.bookings[booking.sequence - 1];
  for (const { person, known } of attendees(c, m, booking, LATEST)) {
    const at = later(later(booking.known, known), mailableSince(c, person));
    if (at >= start) continue;
    const kind = booking.moves && before && known <= before.known ? 'change' : 'invitation';
    const times = timesLeft(c, person, booking.known, at);
    for (const to of instead(c, person, at)) told.push(step(m, booking, kind, to, at, times));
  }
  // Whoever leaves before the meeting has it taken out of the calendar.
  for (const { person, known, untilKnown } of c.memberships)
    if (
      untilKnown !== undefined &&
      untilKnown > known &&
      untilKnown > booking.known &&
      untilKnown < start &&
      mailed(c, person, untilKnown)
    ) {
      const times = timesLeft(c, person, booking.known, untilKnown) - 1;
      told.push({ ...step(m, booking, 'cancellation', person, untilKnown, times), why: 'left' });
    }
  for (const { person, since } of formerSocialWorkers(c))
    if (since > booking.known && since < start && !membersAt(c, since).some((one) => one.person === person)) {
      const times = timesLeft(c, person, booking.known, since) - 1;
      told.push({ ...step(m, booking, 'cancellation', person, since, times), why: 'left' });
    }
  return told;
}

/** Being there is owed by nobody in particular; it climbs its ladder like a duty until the meeting begins. */
function attendance(c: Case, m: Meeting, booking: PlacedBooking): Duty {
  return {
    key: `attend/${m.id}`,
    meeting: m.id,
    owner: socialWorkerAt(c, booking.known),
    arises: c.calendar.londonDate(booking.known),
    known: booking.known,
    ladder: 'attend',
    edition: booking.edition,
    ends: c.calendar.fromLondon(booking.start),
    ...dueOn(c, dayOf(booking), RULES),
  };
}

/** The timed rungs of the policy's `attend` ladder, for the members, and their line managers, of that moment. */
export function reminders(
  c: Case,
  m: Meeting,
  booking: PlacedBooking,
  told: Told,
  until: Instant | undefined,
): readonly Step[] {
  const whom = (rung: Rung, at: Instant): Iterable<PersonId> => {
    if (rung.when === 'at-once') return []; // the invitation: to each from the day they are known
    if (rung.to.includes('line-managers')) return lineManagers(c, m, booking, at);
    const found = new Set<PersonId>();
    for (const { person } of attendees(c, m, booking, at)) for (const to of instead(c, person, at)) found.add(to);
    return found;
  };
  const duty = c.memory.of('attend', booking.edition, [m.id, booking, c.socialWorkers, c.versions], () =>
    attendance(c, m, booking),
  );
  return climb(c, duty, told, until, { booking, whom });
}

/** The ladder of being at a booked meeting. */
export const attendanceClimb = (m: Meeting, booking: PlacedBooking): string =>
  climbOf(`attend/${m.id}`, booking.edition);

function cancel(c: Case, m: Meeting, booking: PlacedBooking, known: Instant, withPlan: boolean): readonly Step[] {
  const told: Step[] = [];
  if (known >= c.calendar.fromLondon(booking.start)) return told;
  // With the plan no duty to tell the family is left: the social worker hears of it with the cancellation itself (R38).
  // With the end of the case nothing more is said of a plan; when a child has died nothing at all goes to the family (L4).
  const withCase = withPlan && c.caseEnded?.known === known;
  const died = withCase && c.caseEnded?.why === 'died';
  const tells = withPlan && !died && unmailedFamily(c, known).length > 0 ? socialWorkerAt(c, known) : undefined;
  const text = 'please tell those of the family who cannot be written to by e-mail';
  for (const { person } of attendees(c, m, booking, known)) {
    if (died && isFamily(c, personAt(c, person, known))) continue;
    for (const to of instead(c, person, known)) {
      const one = step(m, booking, 'cancellation', to, known);
      told.push({
        ...one,
        ...(withPlan && { why: withCase ? 'case-ended' : 'plan-ended' }),
        ...(person === tells && { text }),
      });
    }
  }
  return told;
}

function step(m: Meeting, booking: PlacedBooking, kind: NoticeKind, to: PersonId, at: Instant, times = 0): Step {
  // An invitation and the change that follows it are one rung: nobody gets both for one booking.
  const rung = kind === 'cancellation' ? 'cancellation' : 'invitation';
  const duty = `attend/${m.id}`;
  const key = stepKey(duty, rung, 0, to, times === 0 ? booking.edition : `${booking.edition}/${times}`);
  return { key, at, kind, duty, meeting: m.id, to, rung, repeat: 0, due: dayOf(booking), rules: RULES, booking };
}

/** How often somebody had left between two moments: whoever comes back to a meeting is invited to it again. */
function timesLeft(c: Case, person: PersonId, from: Instant, until: Instant): number {
  const left = [
    ...c.memberships.map((one) => ({ person: one.person, at: one.untilKnown })),
    ...formerSocialWorkers(c).map((one) => ({ person: one.person, at: one.since })),
  ];
  return left.filter((one) => one.person === person && one.at !== undefined && from < one.at && one.at <= until).length;
}

/** Everybody who was the social worker, with the moment the case went to another. */
const formerSocialWorkers = (c: Case): readonly { readonly person: PersonId; readonly since: Instant }[] =>
  c.socialWorkers.slice(1).map(({ since }, i) => ({ person: c.socialWorkers[i]?.person ?? '', since }));

const mailed = (c: Case, id: PersonId, at: Instant): boolean => {
  const person = personAt(c, id, at);
  return person !== undefined && mayBeMailed(c, person);
};

/** A family member who may be e-mailed from some day on is invited then. */
const mailableSince = (c: Case, id: PersonId): Instant =>
  c.formerly.findLast((one) => one.person.id === id && !mayBeMailed(c, one.person))?.until ?? ('' as Instant);

type Attendee = { readonly person: PersonId; readonly known: Instant };

/** Members, the chair named at booking, and a manager who usually chairs this kind of meeting (R123): those who may be e-mailed. */
function attendees(c: Case, m: Meeting, booking: PlacedBooking, at: Instant): readonly Attendee[] {
  const invited = new Map<PersonId, Attendee>();
  // Where nobody is named it is the social worker, who is a member.
  const chair = chairOf(c, booking);
  if (chair !== undefined) invited.set(chair, { person: chair, known: askedSince(m, booking) });
  if (booking.chair === undefined && c.policy.meetings[m.kind].chair === 'manager') {
    const manager = managerAt(c, at);
    const known = later(askedSince(m, booking), managerSince(c, at));
    if (manager !== undefined) invited.set(manager, { person: manager, known });
  }
  for (const member of membersAt(c, at)) {
    // Somebody asked to chair who becomes a member later was invited then.
    const before = invited.get(member.person);
    if (!before || member.known < before.known) invited.set(member.person, member);
  }
  return [...invited.values()].filter(({ person }) => mailed(c, person, at));
}

/** Since when somebody who is no member is asked to chair: from the first of the bookings, moved one after another, that say so. */
function askedSince(m: Meeting, booking: PlacedBooking): Instant {
  const before = booking.moves ? m.bookings[booking.sequence - 1] : undefined;
  return before && before.chair === booking.chair ? askedSince(m, before) : booking.known;
}

/** R40: line managers who are not part of the case are told where their staff are asked to be. */
function lineManagers(c: Case, m: Meeting, booking: PlacedBooking, at: Instant): Iterable<PersonId> {
  const inside = new Set([...membersAt(c, at).map(({ person }) => person), managerAt(c, at), serviceManagerAt(c, at)]);
  const found = new Set<PersonId>();
  for (const { person } of attendees(c, m, booking, at)) {
    const manager = personAt(c, person, at)?.manager;
    if (manager !== undefined && !inside.has(manager)) found.add(manager);
  }
  return found;
}

/** R40: whom of their staff a line manager is told of. */
export const staffOf = (
  c: Case,
  m: Meeting,
  booking: PlacedBooking,
  manager: PersonId,
  at: Instant,
): readonly PersonId[] =>
  attendees(c, m, booking, at)
    .map(({ person }) => person)
    .filter((person) => personAt(c, person, at)?.manager === manager);
