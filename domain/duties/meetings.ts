// What a cadence of meetings makes people owe: holding the next one, saying it was held, telling the family, minutes, passing them on.
// The same for every kind of meeting. Which kinds a case has, its lifecycle says.

import {
  type Case,
  calendarAt,
  type Dated,
  dayOf,
  type HeldMeeting,
  heldMeetings,
  isAnnounced,
  type Meeting,
  minutesOf,
  type PlacedBooking,
  type Received,
} from '../case/facts.ts';
import { meetingId } from '../case/meeting-id.ts';
import type { Duty, MeetingId, MeetingKind, PersonId } from '../case/model.ts';
import { own } from '../case/own.ts';
import {
  isFamily,
  LATEST,
  socialWorkerAt,
  socialWorkerOn,
  unmailedFamily,
  unreachedSince,
  whoIsWho,
} from '../case/people.ts';
import type { LadderName, LimitName } from '../policy/policy.ts';
import type { Instant } from '../time/calendar.ts';
import { later } from '../time/order.ts';
import { type Arisen, duty, unlimited } from './arisen.ts';
import { dutyKey, FAMILIES } from './families.ts';
import { type Due, dueAfter, dueOn, undated } from './limits.ts';
import { passedOn } from './passed-on.ts';

interface Cadence {
  readonly kind: MeetingKind;
  readonly ladder: LadderName;
  readonly first: LimitName;
  readonly next: LimitName | ((number: number) => LimitName);
  /** What the first counts from. */
  readonly from: Dated;
}

/** Holding each meeting of a cadence: those held, and the next one. The next counts from the day the last was held (Counting 5). */
export function holdEach(c: Case, cadence: Cadence): Arisen[] {
  const held = heldMeetings(c, cadence.kind);
  const all: Arisen[] = [];
  let before: HeldMeeting | undefined;
  for (const m of held) {
    all.push(holdAfter(c, cadence, before, m.id, m.number));
    before = m;
  }
  const next = (before?.number ?? 0) + 1;
  all.push(holdAfter(c, cadence, before, meetingId(cadence.kind, next), next));
  return all;
}

/** Holding one meeting of a cadence. @param before the one held before it */
function holdAfter(c: Case, cadence: Cadence, before: HeldMeeting | undefined, id: MeetingId, number: number): Arisen {
  const from = before?.held ?? cadence.from;
  const { held, bookings } = c.meetings[id] ?? {};
  return c.memory.of('hold', id, [held, bookings, from, c.versions, c.socialWorkers], () => {
    const next = typeof cadence.next === 'function' ? cadence.next(number) : cadence.next;
    return hold(c, id, cadence.ladder, from, dueAfter(c, before ? next : cadence.first, from, held), held);
  });
}

/** Holding one meeting: the convenor is reminded until it is booked, and everybody until it is held. */
export function hold(
  c: Case,
  id: MeetingId,
  ladder: LadderName,
  arose: Dated,
  due: Due,
  done: Dated | undefined,
): Arisen {
  const { known, edition, quiet } = openedAgain(c, c.meetings[id], due, arose.known);
  return duty(c, { key: dutyKey('hold', id), meeting: id, arises: arose.on, known, ladder, edition, quiet, done }, due);
}

/** Holding a meeting whose limit has changed: what is booked may be too late for it now. */
export function withLimit(c: Case, duty: Arisen, due: Due, known: Instant): Arisen {
  if (duty.meeting === null) return { ...duty, ...due, known };
  return { ...duty, ...due, ...openedAgain(c, c.meetings[duty.meeting], due, known) };
}

/** How a meeting's bookings stand to its limit. */
type Booked = 'none' | 'too-late' | 'in-time';

/** Booked, nothing is said before the limit. After it the steps go on: only holding the meeting stops them, and unconfirmed is not held (L17). */
const QUIET: Readonly<Record<Booked, Duty['quiet']>> = { none: undefined, 'too-late': 'before', 'in-time': 'before' };

/** Since when the duty is open, and which of its steps are quiet. A booking that is lost opens it again. */
function openedAgain(
  c: Case,
  m: Meeting | undefined,
  due: Due,
  known: Instant,
): Pick<Duty, 'known' | 'edition' | 'quiet'> {
  let booked: Booked = 'none';
  let opened = { known, edition: '' };
  for (const booking of m?.bookings ?? []) {
    if (hadPassed(c, booking)) {
      // L22: it books nothing; only that it was held ends the chase.
      if (booked === 'in-time') opened = { known: later(known, booking.known), edition: booking.edition };
      booked = 'none';
      continue;
    }
    const inTime = due.due === null || dayOf(booking) <= due.due;
    if (booked === 'in-time' && !inTime) opened = { known: later(known, booking.known), edition: booking.edition };
    booked = inTime ? 'in-time' : 'too-late';
    if (booking.ended?.how === 'cancelled' || booking.ended?.how === 'not-held') {
      // A booking that was too late had not closed the duty: what was said is not said again.
      const edition = inTime ? booking.ended.by : opened.edition;
      booked = 'none';
      opened = { known: later(known, booking.ended.known), edition };
    }
  }
  // Without a limit there is nothing it could be late for: saying that it was held is asked for.
  return { ...opened, quiet: booked === 'in-time' && due.due === null ? 'all' : QUIET[booked] };
}

/** Over already when it was recorded. */
const hadPassed = (c: Case, { start, known }: PlacedBooking): boolean => c.calendar.fromLondon(start) <= known;

/** What each booking and each meeting held makes people owe, whatever the cadence. @param who for several meetings looked up once */
export function owedAfter(c: Case, m: Meeting, who = whoIsWho(c)): readonly Arisen[] {
  return c.memory.of('after', m.id, [m, who], () => {
    const booking = m.bookings.at(-1);
    return [
      ...(booking && !m.held && !booking.ended ? [confirm(c, m, booking)] : []),
      ...(booking && !m.held ? tell(c, m, booking) : []),
      ...(booking && !m.held && !booking.ended ? represent(c, m, booking) : []),
      ...(m.held && m.held.broughtIn?.minutes !== 'passed-on'
        ? [minutes(c, m, m.held), ...distribute(c, m, m.held)]
        : []),
    ];
  });
}

/** Saying that a booked meeting was held, or not: from the day after its date. */
function confirm(c: Case, m: Meeting, booking: PlacedBooking): Arisen {
  const day = dayOf(booking);
  const chair = chairOf(c, booking);
  const { known, edition } = booking;
  const key = dutyKey('confirm', m.id);
  const said = { key, meeting: m.id, owner: chair, arises: day, known, edition, chair };
  return duty(c, said, dueOn(c, day, ['R46']));
}

/** The chair named at booking; none where that is nobody or a family member: it is the social worker then. */
export function chairOf(c: Case, booking: PlacedBooking): PersonId | undefined {
  return booking.chair === undefined || isFamily(c, own(c.people, booking.chair)) ? undefined : booking.chair;
}

/** Family members who cannot safely be e-mailed are told by the social worker: of the booking, and of its cancellation. */
function tell(c: Case, m: Meeting, booking: PlacedBooking): Arisen[] {
  if (booking.ended && booking.ended.how !== 'cancelled') return [];
  const { unmailed, since, left } = toTell(c, m, booking);
  const last = m.told.at(-1);
  const start = c.calendar.fromLondon(booking.start);
  if (unmailed === 0 || start <= since) return [];
  const said = {
    key: dutyKey('tell', m.id),
    meeting: m.id,
    ladder: tellLadder(c, booking, since),
    arises: c.calendar.londonDate(since),
    known: since,
    // Telling of a cancellation is another telling than of the booking that follows it.
    edition: booking.ended ? booking.ended.by : tellEdition(c, booking, since),
    ends: start,
    done: left.length === 0 && last ? { on: last.on, known: last.known } : undefined,
  };
  return [duty(c, said, undated(['R38', 'R61']))];
}

/** Telling somebody whose address turned out to be dead is another telling: it is asked for though that of the others was. */
const tellEdition = (c: Case, { edition, known }: PlacedBooking, since: Instant): string =>
  since > known && c.refusedAddresses.some((one) => one.known === since) ? `${edition}@${since}` : edition;

/** L15: the next morning is soon enough, unless the meeting is nearer than three working days. */
const tellLadder = (c: Case, booking: PlacedBooking, since: Instant): LadderName => {
  const calendar = calendarAt(c, since);
  return dayOf(booking) < calendar.openDays(calendar.londonDate(since), 3) ? 'other' : 'tell';
};

/** How many of the family no e-mail reaches, who they are, since when they are to be told, and who is not told yet. */
export function toTell(c: Case, m: Meeting, booking: PlacedBooking) {
  const members = unmailedFamily(c, LATEST);
  const called = m.invited.flatMap(({ person, known }) => {
    const unreached = unreachedSince(c, person, LATEST);
    if (unreached === undefined || members.some((one) => one.person === person)) return [];
    return [{ person, known: later(known, unreached) }];
  });
  const off = booking.ended?.known;
  // Of a cancellation those are told who were to be told of the meeting by then.
  const unmailed = [...members, ...called].filter(({ known }) =>
    off === undefined ? !isAnnounced(booking, known) : known <= off,
  );
  const since = off ?? unmailed.reduce((last, { known }) => later(last, known), booking.known);
  const isTold = ({ person, known }: (typeof unmailed)[number]) =>
    m.told.some((one) => one.person === person && one.known >= (off ?? later(booking.known, known)));
  const left = unmailed.filter((one) => !isTold(one)).map(({ person }) => person);
  return { unmailed: unmailed.length, people: unmailed.map(({ person }) => person), since, left };
}

/**
 * R47: a professional who cannot come sends a representative, or by R48 a written report. Each booking asks anew, and so does whoever takes back
 * what was named: what was said of another day, or before, does not stand for it.
 */
function represent(c: Case, m: Meeting, booking: PlacedBooking): Arisen[] {
  const dated = (known: Instant) => ({ on: c.calendar.londonDate(known), known });
  const absent = m.apologies
    .filter(({ person }) => !isFamily(c, own(c.people, person)))
    .filter(({ person, known }) => ![known, LATEST].some((at) => socialWorkerAt(c, at) === person));
  return [...new Set(absent.map(({ person }) => person))].map((person) => {
    const { since, isNamed, isTakenBack } = standIn(absent.filter((one) => one.person === person));
    const { edition, known, start } = booking;
    return unlimited(c, dutyKey('represent', `${m.id}/${person}`), dated(later(since, known)), {
      rules: ['R47', 'R48'],
      owner: person,
      meeting: m.id,
      done: isNamed ? dated(since) : undefined,
      ends: c.calendar.fromLondon(start),
      edition: isTakenBack && since > known ? `${edition}@${since}` : edition,
    });
  });
}

/** Whether somebody who sent apologies has named who or what comes instead, and since when: said once more it is no later. */
function standIn(all: Meeting['apologies']) {
  const named = all.map(({ representative, writtenReport }) => representative !== undefined || !!writtenReport);
  const isNamed = named.at(-1) === true;
  const first = named.lastIndexOf(!isNamed) + 1;
  return { since: all[first]?.known ?? ('' as Instant), isNamed, isTakenBack: !isNamed && first > 0 };
}

/** A meeting at which the scale stood so much lower than at the one before. */
interface Fall {
  readonly meeting: MeetingId;
  readonly from: number;
  readonly to: number;
  readonly known: Instant;
}

/** L26: where the scale fell, and how. */
export function scaleFell(c: Case, kind: MeetingKind): readonly Fall[] {
  const falls: Fall[] = [];
  let from: number | undefined;
  let since: Instant | undefined;
  for (const { id, held } of heldMeetings(c, kind)) {
    const { scaling: to, known } = held;
    if (to === undefined || held.broughtIn !== undefined) continue;
    if (from !== undefined && since !== undefined && from - to >= (c.policy.progress?.fall ?? USUAL_FALL))
      falls.push({ meeting: id, from, to, known: later(known, since) });
    from = to;
    since = known;
  }
  return falls;
}

/** Of a policy carried since a release that knew of none. */
const USUAL_FALL = 3;

/** R74: no progress on the scale over two meetings: what happens next is considered and recorded. */
export function nextSteps(c: Case, kind: MeetingKind): Arisen[] {
  const scaled = heldMeetings(c, kind).filter((m) => m.held.scaling !== undefined);
  const score = (i: number) => scaled[i]?.held.scaling ?? 0;
  const stuck = scaled.filter((_, i) => i >= 2 && score(i - 1) <= score(i - 2) && score(i) <= score(i - 1));
  return stuck.map((m) => {
    const key = dutyKey('next-steps', m.id);
    const decided = c.decisions.find((one) => one.known >= m.held.known && (one.about === key || one.about === m.id));
    const better = scaled[scaled.indexOf(m) + 1]?.held;
    return unlimited(c, key, m.held, { rules: ['R74'], meeting: m.id, done: decided ?? better });
  });
}

/** R59: a written copy to the social worker within five days. */
function minutes(c: Case, m: Meeting, held: NonNullable<Meeting['held']>): Arisen {
  const { on: arises, known, minuteTaker } = held;
  const said = {
    key: dutyKey('minutes', m.id),
    meeting: m.id,
    owner: minuteTaker === socialWorkerOn(c, arises) ? undefined : minuteTaker,
    arises,
    known,
    minuteTaker,
    done: minutesOf(m),
  };
  return duty(c, said, dueAfter(c, 'minutes', held, minutesOf(m)));
}

/** R60, R61: passed on to every member of that day and the family, each with how. */
function distribute(c: Case, m: Meeting, held: NonNullable<Meeting['held']>): Arisen[] {
  const minutes = minutesOf(m);
  if (!minutes) return [];
  const { done, known, edition: anew } = minutesPassedOn(c, m, held, minutes);
  const due = dueAfter(c, 'distribution', minutes, done);
  const said = { key: dutyKey('distribute', m.id), meeting: m.id, arises: minutes.on, known, done };
  if (due.due !== null) return [duty(c, { ...said, edition: anew }, due)];
  // Where a later policy sets a limit, its ladder is climbed from the beginning: rungs of both have the same names.
  const edition = `${anew}without-limit`;
  return [duty(c, { ...said, ladder: FAMILIES.distribute.withoutLimit, edition }, undated(['R60', 'R61']))];
}

const minutesPassedOn = (c: Case, m: Meeting, held: NonNullable<Meeting['held']>, minutes: Received) =>
  passedOn(c, {
    of: held.on,
    since: { on: minutes.on, known: later(held.known, minutes.said ?? minutes.known) },
    given: m.distributed,
    hasIt: held.minuteTaker,
  });

/** Who has still to be given the minutes of a meeting; nobody while there are none. */
export function withoutMinutes(c: Case, m: Meeting): readonly PersonId[] {
  const minutes = minutesOf(m);
  return m.held && minutes ? minutesPassedOn(c, m, m.held, minutes).without : [];
}

/** R44: until the plan is agreed at a meeting, agreeing it is owed. */
export function agreePlan(c: Case, kind: MeetingKind): Arisen[] {
  const first = heldMeetings(c, kind)[0]?.held;
  if (!first || (c.planAgreed && c.planAgreed.on <= first.on)) return [];
  return [unlimited(c, 'agree/plan', first, { rules: ['R44'], done: c.planAgreed, meeting: first.meeting })];
}
