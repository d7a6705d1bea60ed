// Being there: invitation, change, reminders and cancellation of each booking, to everybody who is a member at that moment.

import { type Case, dayOf, isAnnounced, type Meeting, type PlacedBooking, whatHappened } from '../case/facts.ts';
import type { Duty, DutyKey, NoticeKind, PersonId, Step } from '../case/model.ts';
import {
  hasLeft,
  LATEST,
  managerAt,
  managerSince,
  mayBeMailed,
  membersAt,
  personAt,
  serviceManagerAt,
  socialWorkerAt,
  standInsFor,
  unmailedFamily,
} from '../case/people.ts';
import { isAskedForReport, papersDue } from '../duties/conferences.ts';
import { lastPutRight } from '../duties/last-put-right.ts';
import { dueOn } from '../duties/limits.ts';
import { chairOf } from '../duties/meetings.ts';
import { planEnd } from '../duties/owed.ts';
import type { Rung } from '../policy/policy.ts';
import type { Instant } from '../time/calendar.ts';
import { later } from '../time/order.ts';
import { climb, stepKey } from './ladder.ts';
import type { Told } from './told.ts';

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
    if (end?.how === 'not-held') told.push(...notHeld(c, m, booking, end));
  }
  return told;
}

function invite(c: Case, m: Meeting, booking: PlacedBooking): readonly Step[] {
  const told: Step[] = [];
  const start = c.calendar.fromLondon(booking.start);
  const before = m.bookings[booking.sequence - 1];
  for (const { person, known } of attendees(c, m, booking, LATEST)) {
    const at = later(later(booking.known, known), mailableSince(c, person));
    if (at >= start || isAnnounced(booking, known)) continue;
    const kind = booking.moves && before && known <= before.known ? 'change' : 'invitation';
    const times = timesLeft(c, person, booking.known, at);
    const text = reportAsked(c, m, booking, person, at);
    for (const to of standInsFor(c, person, at)) {
      const one = step(m, booking, kind, to, at, times);
      told.push(text === undefined ? one : { ...one, text });
    }
  }
  // Whoever leaves before the meeting has it taken out of the calendar.
  for (const { person, heard, untilKnown } of c.memberships)
    if (
      untilKnown !== undefined &&
      untilKnown > heard &&
      untilKnown > booking.known &&
      untilKnown < start &&
      mailed(c, person, untilKnown)
    ) {
      const times = timesLeft(c, person, booking.known, untilKnown) - 1;
      told.push({ ...step(m, booking, 'cancellation', person, untilKnown, times), why: 'left' });
    }
  for (const { person, since } of formerSocialWorkers(c))
    if (since > booking.known && since < start && hasLeft(c, person, since)) {
      const times = timesLeft(c, person, booking.known, since) - 1;
      told.push({ ...step(m, booking, 'cancellation', person, since, times), why: 'left' });
    }
  return told;
}

/** L21: each agency that is called to a conference is asked for its report. */
function reportAsked(c: Case, m: Meeting, booking: PlacedBooking, person: PersonId, at: Instant): string | undefined {
  const due = papersDue(c, m, booking);
  if (due === undefined || !isAskedForReport(c, m, booking, person)) return undefined;
  return due > c.calendar.londonDate(at)
    ? `please send your agency’s written report to the social worker by ${due}`
    : 'please send your agency’s written report to the social worker as soon as you can, before it begins';
}

/** What carries the invitations and reminders of a meeting. */
export const attend = (m: Meeting): DutyKey => `attend/${m.id}`;

/** Being there is owed by nobody in particular; it climbs its ladder like a duty until the meeting begins. */
function attendance(c: Case, m: Meeting, booking: PlacedBooking): Duty {
  const known = standsSince(c, m, booking);
  return {
    key: attend(m),
    meeting: m.id,
    owner: socialWorkerAt(c, booking.known),
    arises: c.calendar.londonDate(booking.known),
    known,
    ladder: 'attend',
    // Brought back by a correction it is said anew: the ledger sends each key once.
    edition: known === booking.known ? booking.edition : `${booking.edition}@${known}`,
    ends: c.calendar.fromLondon(booking.start),
    ...dueOn(c, dayOf(booking), RULES),
  };
}

/** Since when it is known that a booking stands: what was put right may have brought it, under the moment of an event of before (L1). */
function standsSince(c: Case, m: Meeting, booking: PlacedBooking): Instant {
  const last = lastPutRight(c);
  const before = last?.before.meetings[m.id];
  const was = before?.bookings.find(({ start, ended }) => start === booking.start && !ended);
  if (!last) return booking.known;
  const stood = was && before && reminding(before, planEnd(last.before)?.known).includes(was);
  return stood ? standsSince(last.before, before, was) : later(booking.known, last.at);
}

/** The timed rungs of the policy's `attend` ladder, for the members, and their line managers, of that moment. */
export function reminders(
  c: Case,
  m: Meeting,
  booking: PlacedBooking,
  told: Told,
  until: Instant | undefined,
): readonly Step[] {
  const duty = c.memory.of('attend', booking.edition, [m.id, booking, c.socialWorkers, c.versions, c.stands], () =>
    attendance(c, m, booking),
  );
  return climb(c, duty, told, until, { booking, whom: (rung, at) => reminded(c, m, booking, rung, at) });
}

function reminded(c: Case, m: Meeting, booking: PlacedBooking, rung: Rung, at: Instant): Iterable<PersonId> {
  if (rung.when === 'at-once') return []; // the invitation: to each from the day they are known
  if (rung.to.includes('line-managers')) return lineManagers(c, m, booking, at);
  const found = new Set<PersonId>();
  for (const { person, known } of attendees(c, m, booking, at))
    if (isAnnounced(booking, known) || !isFresh(c, person, later(booking.known, known), at))
      for (const to of standInsFor(c, person, at)) found.add(to);
  return found;
}

/** L15: whoever was invited, or told of a change, within two working days before needs no reminder. */
function isFresh(c: Case, person: PersonId, known: Instant, at: Instant): boolean {
  const { calendar } = c;
  const invited = calendar.londonDate(later(known, mailableSince(c, person)));
  return invited >= calendar.openDays(calendar.londonDate(at), -FRESH);
}
const FRESH = 2;

function cancel(c: Case, m: Meeting, booking: PlacedBooking, known: Instant, withPlan: boolean): readonly Step[] {
  const told: Step[] = [];
  if (known >= c.calendar.fromLondon(booking.start)) return told;
  // With the plan no duty to tell the family is left: the social worker hears of it with the cancellation itself (R38).
  // With the end of the case nothing more is said of a plan; when a child has died the family is told nothing by anybody here (L4).
  const withCase = withPlan && c.caseEnded?.known === known;
  const died = withCase && c.caseEnded?.why === 'died';
  const tells = withPlan && !died && unmailedFamily(c, known).length > 0 ? socialWorkerAt(c, known) : undefined;
  const text = 'please tell those of the family who cannot be written to by e-mail';
  for (const { person } of attendees(c, m, booking, known)) {
    // Whoever had left, and came back, was told then that they are not expected: this is another cancellation.
    const times = timesLeft(c, person, booking.known, known);
    for (const to of standInsFor(c, person, known)) {
      const one = step(m, booking, 'cancellation', to, known, times);
      told.push({
        ...one,
        ...(withPlan && { why: withCase ? 'case-ended' : 'plan-ended' }),
        ...(person === tells && { text }),
      });
    }
  }
  return told;
}

/** L11: whoever was to come hears that day that it did not take place, and the manager with them; whoever says so knows. */
function notHeld(
  c: Case,
  m: Meeting,
  booking: PlacedBooking,
  { known, by }: NonNullable<PlacedBooking['ended']>,
): readonly Step[] {
  const whoSaysSo = whatHappened(c).find(({ id }) => id === by)?.event.by;
  const manager = managerAt(c, known);
  const isOver = known >= c.calendar.fromLondon(booking.start);
  const invited = isOver ? attendees(c, m, booking, known).map(({ person }) => person) : []; // or they hear of its cancellation
  const told = new Set([...invited, ...(manager === undefined ? [] : [manager])]);
  told.delete(whoSaysSo ?? '');
  return [...told].flatMap((person) =>
    standInsFor(c, person, known).map((to): Step => {
      const key = stepKey(`attend/${m.id}`, 'not-held', 0, to, booking.edition);
      const what = { duty: null, meeting: m.id, due: null, rules: ['R14', 'R63'], booking, why: 'not-held' as const };
      return { key, at: known, kind: 'information', to, rung: 'not-held', repeat: 0, ...what };
    }),
  );
}

function step(m: Meeting, booking: PlacedBooking, kind: NoticeKind, to: PersonId, at: Instant, times = 0): Step {
  // An invitation and the change that follows it are one rung: nobody gets both for one booking.
  const rung = kind === 'cancellation' ? 'cancellation' : 'invitation';
  const duty = attend(m);
  const key = stepKey(duty, rung, 0, to, times === 0 ? booking.edition : `${booking.edition}/${times}`);
  return { key, at, kind, duty, meeting: m.id, to, rung, repeat: 0, due: dayOf(booking), rules: RULES, booking };
}

/** How often somebody had left between two moments: whoever comes back to a meeting is invited to it again. */
function timesLeft(c: Case, person: PersonId, from: Instant, until: Instant): number {
  const left = [
    ...c.memberships.map((one) => ({ person: one.person, at: one.untilKnown })),
    ...formerSocialWorkers(c).map((one) => ({ person: one.person, at: one.since })),
  ];
  const mine = left.filter((one) => one.person === person && one.at !== undefined && from < one.at && one.at <= until);
  return new Set(mine.map((one) => one.at)).size;
}

/** Everybody who was the social worker, with the moment they left or the case went to another. */
const formerSocialWorkers = (c: Case): readonly { readonly person: PersonId; readonly since: Instant }[] =>
  c.socialWorkers.flatMap(({ person, left, back }, i) => {
    const next = c.socialWorkers[i + 1]?.since;
    const gone = left && !back ? left.known : next;
    return gone === undefined ? [] : [{ person, since: gone }];
  });

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
  for (const called of m.invited) if (!invited.has(called.person)) invited.set(called.person, called);
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
  for (const { person, known } of attendees(c, m, booking, at)) {
    if (isAnnounced(booking, known)) continue;
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
