// Being there: invitation, change, reminders and cancellation of each booking, to everybody who is a member at that moment.

import type { Instant } from './calendar.ts';
import { type Case, dayOf, type Meeting, type PlacedBooking } from './case.ts';
import { climb, instead, later, stepKey, type Walk } from './ladder.ts';
import { dueOn } from './limits.ts';
import { chairOf } from './meetings.ts';
import type { Duty, NoticeKind, PersonId, Step } from './model.ts';
import {
  managerAt,
  mayBeMailed,
  membersAt,
  personAt,
  serviceManagerAt,
  socialWorkerAt,
  unmailedFamily,
  whoIsWho,
} from './people.ts';

/** R19, R38: every member has the dates. */
const RULES = ['R19', 'R38'];
/** As known now: later than every moment of recording. */
const LATEST = '9999-12-31T00:00:00Z' as Instant;

/** What the bookings of one meeting make known. @param ended when the case learned that the plan has ended */
export function attend(c: Case, m: Meeting, ended: Instant | undefined, walk: Walk): void {
  if (m.held) return;
  const { told, reminders } = c.memory.attending.of(m.id, [m, ended, ...whoIsWho(c)], () => attending(c, m, ended));
  told.forEach(walk.add);
  for (const reminder of reminders) remind(c, m, reminder, walk);
}

/** Who is told of the bookings of a meeting, and which of them is reminded of. */
export interface Attending {
  readonly told: readonly Step[];
  readonly reminders: readonly Reminder[];
}

interface Reminder {
  readonly booking: PlacedBooking;
  readonly duty: Duty;
}

function attending(c: Case, m: Meeting, ended: Instant | undefined): Attending {
  const told: Step[] = [];
  const reminders: Reminder[] = [];
  for (const booking of m.bookings) {
    if (ended !== undefined && ended <= booking.known) continue; // booked when the plan had ended: nobody was invited
    const withPlan = ended !== undefined && !(booking.ended && booking.ended.known < ended);
    const over = withPlan ? { how: 'cancelled' as const, known: ended } : booking.ended;
    if (!over) {
      told.push(...invite(c, m, booking));
      reminders.push({ booking, duty: attendance(c, m, booking) });
    } else if (over.how === 'cancelled' || over.how === 'not-held')
      told.push(...cancel(c, m, booking, over.known, withPlan));
  }
  return { told, reminders };
}

function* invite(c: Case, m: Meeting, booking: PlacedBooking): Generator<Step> {
  const start = c.calendar.fromLondon(booking.start);
  const before = m.bookings[booking.edition - 1];
  for (const { person, known } of attendees(c, m, booking, LATEST)) {
    const at = later(later(booking.known, known), mailableSince(c, person));
    if (at >= start) continue;
    const kind = booking.moves && before && known <= before.known ? 'change' : 'invitation';
    for (const to of instead(c, person, at)) yield step(m, booking, kind, to, at);
  }
  // Whoever leaves before the meeting has it taken out of the calendar.
  for (const { person, known, untilKnown } of c.memberships)
    if (
      untilKnown !== undefined &&
      untilKnown > known &&
      untilKnown > booking.known &&
      untilKnown < start &&
      mailed(c, person, untilKnown)
    )
      yield step(m, booking, 'cancellation', person, untilKnown);
  for (const { person, since } of formerSocialWorkers(c))
    if (since > booking.known && since < start && !membersAt(c, since).some((one) => one.person === person))
      yield step(m, booking, 'cancellation', person, since);
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
function remind(c: Case, m: Meeting, { booking, duty }: Reminder, walk: Walk): void {
  climb(
    c,
    duty,
    walk,
    (rung, at) => {
      if (rung.when === 'at-once') return []; // the invitation: to each from the day they are known
      if (rung.to.includes('line-managers')) return lineManagers(c, m, booking, at);
      return attendees(c, m, booking, at).flatMap(({ person }) => instead(c, person, at));
    },
    { booking },
  );
}

function* cancel(c: Case, m: Meeting, booking: PlacedBooking, known: Instant, withPlan: boolean): Generator<Step> {
  if (known >= c.calendar.fromLondon(booking.start)) return;
  // With the plan no duty to tell the family is left: the social worker hears of it with the cancellation itself (R38).
  const tells = withPlan && unmailedFamily(c, known).length > 0 ? socialWorkerAt(c, known) : undefined;
  for (const { person } of attendees(c, m, booking, known))
    for (const to of instead(c, person, known)) {
      const one = step(m, booking, 'cancellation', to, known);
      yield person === tells
        ? { ...one, text: 'please tell those of the family who cannot be written to by e-mail' }
        : one;
    }
}

function step(m: Meeting, booking: PlacedBooking, kind: NoticeKind, to: PersonId, at: Instant): Step {
  // An invitation and the change that follows it are one rung: nobody gets both for one booking.
  const rung = kind === 'cancellation' ? 'cancellation' : 'invitation';
  const duty = `attend/${m.id}`;
  const key = stepKey(duty, rung, 0, to, booking.edition);
  return { key, at, kind, duty, meeting: m.id, to, rung, repeat: 0, due: dayOf(booking), rules: RULES, booking };
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
  const members = membersAt(c, at);
  const usual =
    booking.chair === undefined && c.policy.meetings[m.kind].chair === 'manager' ? managerAt(c, at) : undefined;
  const chairs = [chairOf(c, booking) ?? socialWorkerAt(c, at), usual].filter(
    (one): one is PersonId => one !== undefined,
  );
  const invited = new Map(
    [...chairs.map((person) => ({ person, known: askedSince(m, booking, person) })), ...members].map((one) => [
      one.person,
      one,
    ]),
  );
  return [...invited.values()].filter(({ person }) => mailed(c, person, at));
}

/** Since when somebody who is no member is asked to chair: from the first of the bookings, moved one after another, that say so. */
function askedSince(m: Meeting, booking: PlacedBooking, person: PersonId): Instant {
  const before = booking.moves ? m.bookings[booking.edition - 1] : undefined;
  return before && before.chair === booking.chair ? askedSince(m, before, person) : booking.known;
}

/** R40: line managers who are not part of the case are told where their staff are asked to be. */
function lineManagers(c: Case, m: Meeting, booking: PlacedBooking, at: Instant): readonly PersonId[] {
  const inside = new Set([...membersAt(c, at).map(({ person }) => person), managerAt(c, at), serviceManagerAt(c, at)]);
  return attendees(c, m, booking, at)
    .map(({ person }) => personAt(c, person, at)?.manager)
    .filter((manager): manager is PersonId => manager !== undefined && !inside.has(manager));
}
