// What a case answers when it is asked: what is owed, what happened, what shows in lists. Pure functions of the case.

import { answerFor } from '../domain/accept/answering.ts';
import { stillAsked, unanswered } from '../domain/accept/checklists.ts';
import { type Case, isHeld, type Meeting, standing, whatHappened } from '../domain/case/facts.ts';
import type { Duty, DutyKey, MeetingId } from '../domain/case/model.ts';
import { hasLeft, socialWorkerAt } from '../domain/case/people.ts';
import { standings } from '../domain/case/put-right.ts';
import { whoCame } from '../domain/case/who-came.ts';
import { makePaper, NoSuchPaper } from '../domain/documents/make-paper.ts';
import type { Paper } from '../domain/documents/paper.ts';
import { familyOf } from '../domain/duties/families.ts';
import { toTell, withoutMinutes } from '../domain/duties/meetings.ts';
import { movedLimits } from '../domain/duties/moved-limits.ts';
import { isLate, owedAt, planEnd, type Standing } from '../domain/duties/owed.ts';
import { consentWithdrawn } from '../domain/lifecycles/child-in-need.ts';
import { whomToRing } from '../domain/notices/to-notice.ts';
import { policyName } from '../domain/policy/policy.ts';
import type { Instant, LocalDate } from '../domain/time/calendar.ts';
import { order } from '../domain/time/order.ts';
import type {
  ByWord,
  HistoryAnswer,
  KnownPerson,
  MeetingNow,
  OwedAnswer,
  OwedDuty,
  PutRightEvent,
  RecordAnswer,
} from './api.ts';

/**
 * What is answered to events that were taken up: which they are, what was departed from, what is asked for still.
 * @param ids of the events that came
 * @param own those of them that Nodrift added
 */
export function recordAnswer(c: Case, ids: ReadonlySet<string>, own: ReadonlySet<string>): RecordAnswer {
  const warnings = c.departures.filter((one) => ids.has(one.event));
  return {
    recorded: [...ids].filter((id) => !own.has(id)),
    warnings: warnings.map(({ event, rule, message }) => ({ event, rule, message })),
    asks: c.events
      .filter((one) => ids.has(one.id))
      .flatMap((one) => stillAsked(c, one).map(({ item, rules, ask }) => ({ event: one.id, item, rules, ask }))),
  };
}

/** @param next the earliest thing the case does */
export function owedAnswer(c: Case, now: Instant, all: readonly Standing[], next: OwedAnswer['next']): OwedAnswer {
  const today = c.calendar.londonDate(now);
  return {
    ref: c.file.ref,
    kind: c.file.kind,
    duties: owedAt(c, now, all)
      .map((duty) => owedDuty(c, duty, now, today))
      .sort((a, b) => order(a.due ?? '9', b.due ?? '9')),
    next,
    ended: planEnd(c)?.on ?? null,
    consentWithdrawn: consentWithdrawn(c),
  };
}

const owedDuty = (c: Case, duty: Duty, now: Instant, today: LocalDate): OwedDuty => ({
  duty: duty.key,
  meeting: duty.meeting,
  owner: duty.owner,
  role: Object.hasOwn(c.people, duty.owner) ? (c.people[duty.owner]?.role ?? '') : '',
  askedOf: answerFor(c, duty, now),
  due: duty.due,
  bookBy: duty.bookBy,
  target: duty.target,
  late: isLate(duty, today),
  rules: duty.rules,
});

export function historyAnswer(c: Case, all: readonly Standing[]): HistoryAnswer {
  const done = all.flatMap(({ key, due, done: how }) =>
    how
      ? [{ duty: key, due, on: how.on, late: due !== null && how.on > due, ...(how.implied && { implied: true }) }]
      : [],
  );
  const scaling = Object.values(c.meetings)
    .flatMap(({ id, held }) => (held?.scaling === undefined ? [] : [{ meeting: id, on: held.on, score: held.scaling }]))
    .sort((a, b) => order(a.on, b.on));
  const attendance = Object.values(c.meetings)
    .filter(isHeld)
    .map((m) => ({ meeting: m.id, on: m.held.on, people: whoCame(c, m) }))
    .sort((a, b) => order(a.on, b.on));
  return {
    events: c.events,
    departures: c.departures,
    scaling,
    attendance,
    done,
    moved: movedLimits(c),
    meetings: Object.values(c.meetings).map((m) => meetingNow(c, m)),
    unanswered: whatHappened(c).flatMap((one) =>
      unanswered(c, one).map(({ item, rules, ask }) => ({ event: one.id, item, rules, ask })),
    ),
    putRight: putRightEvents(c),
  };
}

function meetingNow(c: Case, m: Meeting): MeetingNow {
  const booking = standing(m);
  const byWord = toldByWord(c, m);
  return {
    meeting: m.id,
    ...(booking && { start: booking.start, venue: booking.venue }),
    held: m.held?.on ?? null,
    apologies: m.apologies.map(({ person, representative }) => ({ person, represented: representative !== undefined })),
    distributed: [...new Set(m.distributed.map(({ person }) => person))],
    without: withoutMinutes(c, m),
    ...(byWord && { byWord }),
  };
}

/** R38: what the family without safe e-mail are to be told of a meeting. */
function toldByWord(c: Case, m: Meeting): ByWord | undefined {
  const booking = m.bookings.at(-1);
  if (!booking || m.held || (booking.ended && booking.ended.how !== 'cancelled')) return undefined;
  const { people, left } = toTell(c, m, booking);
  if (people.length === 0) return undefined;
  const what = booking.ended ? 'cancellation' : m.bookings.length > 1 ? 'change' : 'invitation';
  return { what, start: booking.start, venue: booking.venue, people, left };
}

function putRightEvents({ events, stands }: Case): readonly PutRightEvent[] {
  if (!stands) return [];
  const all = new Map(events.map((one) => [one.id, one]));
  return [...standings(events)].flatMap(([event, { standing, by }]) => {
    const what = by === null ? undefined : all.get(by);
    if (!what || standing === 'stands') return [];
    const { recordedAt, event: said } = what;
    return [{ event, standing, by: what.id, person: said.by, at: recordedAt, reason: said.reason ?? '' }];
  });
}

/** Everybody a case knows: its social worker first, then the members, then the others. */
export function peopleAnswer(c: Case, now: Instant): readonly KnownPerson[] {
  const worker = socialWorkerAt(c, now);
  const ring = whomToRing(c, now);
  const members = new Set(c.memberships.filter(({ until }) => until === undefined).map(({ person }) => person));
  const rank = ({ socialWorker, member }: KnownPerson) => (socialWorker ? 0 : member ? 1 : 2);
  return Object.values(c.people)
    .map((person) => ({
      ...person,
      member: members.has(person.id),
      ...(person.id === ring.id && { familyRings: ring.as }),
      socialWorker: person.id === worker,
      ...(hasLeft(c, person.id, now) && { left: true }),
    }))
    .sort((a, b) => rank(a) - rank(b));
}

/** A paper for a meeting, or why there is none. */
export function paperAnswer(
  c: Case,
  name: string,
  meeting: MeetingId,
  now: Instant,
  all: readonly Standing[],
): Paper | { readonly fault: string } {
  try {
    return makePaper(c, name, meeting, now, all);
  } catch (error) {
    if (error instanceof NoSuchPaper) return { fault: error.message };
    throw error;
  }
}

/** What a case is found by in Temporal's lists. */
export interface Shown {
  /** The nearest limit that has not passed. */
  readonly next: LocalDate | null;
  /** What is late, by family and meeting: ids that people typed in stay out of it. */
  readonly late: readonly string[];
  readonly policy: string;
  readonly team: string | null;
  readonly family: string | null;
}

/** At most so many late duties are shown. */
const LISTED = 20;

export function shown(c: Case, now: Instant, all: readonly Standing[]): Shown {
  const today = c.calendar.londonDate(now);
  const open = owedAt(c, now, all);
  const ahead = open.flatMap(({ due }) => (due !== null && due >= today ? [due] : [])).sort();
  const late = open.filter((duty) => isLate(duty, today)).map(({ key, meeting }) => withoutIds(key, meeting));
  return {
    next: ahead[0] ?? null,
    late: [...new Set(late)].sort().slice(0, LISTED),
    policy: policyName(c.policy),
    team: c.team,
    family: c.file.family ?? null,
  };
}

/** `hold/core-group-3` as it is, `action/<id>` as `action`: lists and logs are read by everybody, and people have typed names into ids. */
export function withoutIds(key: DutyKey, meeting: string | null): string {
  switch (familyOf(key)) {
    case 'action':
      return 'action';
    case 'date':
      return 'date/action';
    case 'represent':
      return `represent/${meeting ?? ''}`;
    default:
      return key;
  }
}
