// A case as its events make it: `fold` places each event by its own date and never fails, so every list of events gives a case.
// Facts only. What is owed follows from them in owed.ts; who may record what is in accept.ts.

import { Calendar, type CalendarData, dateOf, type Instant, type LocalDate, type LocalDateTime } from './calendar.ts';
import type { CaseEvent, EventOf, Held, Recorded } from './events.ts';
import { departures } from './gates.ts';
import { type MeetingName, meetingId, meetingName } from './meeting-id.ts';
import type { Booking, CaseFile, MeetingId, Person, PersonId, Rule } from './model.ts';
import type { Policy } from './policy.ts';

/** A booking, and how it ended if it did. */
export interface PlacedBooking extends Booking {
  readonly ended?: { readonly how: 'moved' | 'cancelled' | 'not-held' | 'held'; readonly known: Instant } | undefined;
  /** This booking moved an earlier one: people hear of a change, not of a new meeting. */
  readonly moves: boolean;
}

export interface Meeting extends MeetingName {
  readonly id: MeetingId;
  /** In the order they were recorded. */
  readonly bookings: readonly PlacedBooking[];
  readonly apologies: readonly (EventOf<'apologies-received'> & { readonly known: Instant })[];
  readonly held?: (Held & { readonly known: Instant; readonly reason?: string | undefined }) | undefined;
  readonly minutes?: { readonly on: LocalDate; readonly known: Instant } | undefined;
  readonly distributed: readonly { readonly person: PersonId; readonly on: LocalDate; readonly known: Instant }[];
  readonly told: readonly { readonly person: PersonId; readonly known: Instant }[];
}

/** From when until when somebody is a member, and when the case learned of it. */
export interface Membership {
  readonly person: PersonId;
  readonly from: LocalDate;
  readonly known: Instant;
  readonly until?: LocalDate | undefined;
  readonly untilKnown?: Instant | undefined;
}

export interface Action {
  readonly id: string;
  readonly owner?: PersonId | undefined;
  readonly due?: LocalDate | undefined;
  readonly agreed: LocalDate;
  readonly known: Instant;
  readonly done?: { readonly on: LocalDate; readonly known: Instant } | undefined;
}

/** A gate that was passed with a reason, or one that only warns: kept on the case for ever. */
export interface Departure {
  readonly event: string;
  readonly rule: Rule;
  readonly level: 'reason' | 'warn';
  readonly message: string;
  readonly reason?: string | undefined;
  readonly at: Instant;
  readonly meeting: MeetingId | null;
}

/** From when a policy and a calendar decide. A calendar reaches all that is open, a policy only with `reproject`. */
export interface Version {
  readonly since: Instant;
  readonly policy: Policy;
  readonly calendar: Calendar;
  readonly reproject: boolean;
}

export interface Dated {
  readonly on: LocalDate;
  readonly known: Instant;
}

export interface Case {
  readonly file: CaseFile;
  /** In the order of their own dates. */
  readonly events: readonly Recorded[];
  readonly policy: Policy;
  readonly calendar: Calendar;
  /** Every policy and calendar the case has had, oldest first: what was done keeps the limit it was done under. */
  readonly versions: readonly Version[];
  readonly began?: LocalDate | undefined;
  readonly people: Readonly<Record<PersonId, Person>>;
  /** Who was the case's social worker since when, newest last. */
  readonly socialWorkers: readonly { readonly person: PersonId; readonly since: Instant; readonly on: LocalDate }[];
  readonly team: string | null;
  readonly memberships: readonly Membership[];
  readonly covers: readonly (EventOf<'cover-arranged'> & { readonly known: Instant })[];
  readonly meetings: Readonly<Record<MeetingId, Meeting>>;
  readonly actions: Readonly<Record<string, Action>>;
  readonly strategyDiscussion?: Dated | undefined;
  readonly conference?:
    | (Dated & { readonly outcome: 'plan' | 'no-plan'; readonly reason?: string | undefined })
    | undefined;
  readonly planAgreed?: Dated | undefined;
  readonly planEnded?: (Dated & { readonly next?: 'child-in-need' | 'none' | undefined }) | undefined;
  readonly decisions: readonly (EventOf<'decision-recorded'> & {
    readonly id: string;
    readonly on: LocalDate;
    readonly known: Instant;
  })[];
  readonly refusedAddresses: readonly {
    readonly person: PersonId;
    readonly code: string;
    readonly known: Instant;
    readonly event: string;
  }[];
  readonly departures: readonly Departure[];
}

/** Before every event. */
const DAWN = '0000-01-01T00:00:00Z' as Instant;

/** A case before anything happened. */
export function emptyCase(file: CaseFile, policy: Policy, calendar: CalendarData | Calendar): Case {
  const counting = calendar instanceof Calendar ? calendar : new Calendar(calendar);
  return {
    file,
    events: [],
    policy,
    calendar: counting,
    versions: [{ since: DAWN, policy, calendar: counting, reproject: false }],
    people: Object.fromEntries(file.people.map((person) => [person.id, person])),
    socialWorkers: [],
    team: file.team ?? null,
    memberships: [],
    covers: [],
    meetings: {},
    actions: {},
    decisions: [],
    refusedAddresses: [],
    departures: [],
  };
}

/** The event's own date: the day it happened, or else the day it was typed in. */
export function ownDate(c: Case, { event, recordedAt }: Recorded): LocalDate {
  return 'on' in event && event.on !== undefined ? event.on : c.calendar.londonDate(recordedAt);
}

/** The case these events make, in whatever order they arrived. */
export function fold(start: Case, events: readonly Recorded[]): Case {
  const order = events.map((recorded) => ({ recorded, on: ownDate(start, recorded) })).sort(byOwnDate);
  return order.reduce((c, { recorded }) => place(c, recorded), start);
}

/** The case with one more event, wherever its date places it among the others. */
export function withEvent(c: Case, recorded: Recorded): Case {
  const last = c.events.at(-1);
  const inOrder =
    !last || byOwnDate({ recorded: last, on: ownDate(c, last) }, { recorded, on: ownDate(c, recorded) }) < 0;
  // A policy or calendar that changed later must not decide about what came before it: fold from what the case began with.
  return inOrder ? place(c, recorded) : fold(beginning(c), [...c.events, recorded]);
}

const beginnings = Symbol('beginning');
type WithBeginning = Case & { [beginnings]?: Case };
const beginning = (c: Case): Case => (c as WithBeginning)[beginnings] ?? c;

type Placed = { readonly recorded: Recorded; readonly on: LocalDate };

/** Own date, then the moment of recording, then the id: nothing about the order of arrival. */
function byOwnDate(a: Placed, b: Placed): number {
  return (
    compare(a.on, b.on) ||
    compare(a.recorded.recordedAt, b.recorded.recordedAt) ||
    compare(a.recorded.id, b.recorded.id)
  );
}
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function place(c: Case, recorded: Recorded): Case {
  const found = departures(c, recorded);
  const next: WithBeginning = {
    ...c,
    began: c.began ?? ownDate(c, recorded),
    socialWorkers: c.socialWorkers.length > 0 ? c.socialWorkers : firstSocialWorker(c, recorded),
    ...change(c, recorded, recorded.event),
    events: [...c.events, recorded],
    departures: found.length > 0 ? [...c.departures, ...found] : c.departures,
  };
  next[beginnings] = beginning(c);
  return next;
}

function firstSocialWorker(c: Case, recorded: Recorded): Case['socialWorkers'] {
  const first = c.file.people.find((person) => person.role === 'social-worker');
  return first ? [{ person: first.id, since: recorded.recordedAt, on: ownDate(c, recorded) }] : [];
}

/** What one event changes. A new event type that nobody handles does not compile. */
function change(c: Case, recorded: Recorded, event: CaseEvent): Partial<Case> {
  const known = recorded.recordedAt;
  const on = ownDate(c, recorded);
  switch (event.type) {
    case 'strategy-discussion-held':
      return { strategyDiscussion: { on, known } };
    case 'conference-held': {
      const members = join(c.memberships, event.members ?? [], on, known);
      const first = event.outcome === 'plan' ? event.firstCoreGroup : undefined;
      const meetings = endBooking(c, meetingId('initial-conference', 1), 'held', known);
      return {
        conference: { on, known, outcome: event.outcome, reason: event.reason },
        memberships: members,
        meetings: first
          ? book({ ...c, meetings }, meetingId('core-group', 1), { ...first, known }, 'booked')
          : meetings,
      };
    }
    case 'meeting-booked':
    case 'meeting-moved':
      return {
        meetings: book(c, event.meeting, { ...event, known }, event.type === 'meeting-moved' ? 'moved' : 'booked'),
      };
    case 'meeting-cancelled':
      return { meetings: endBooking(c, event.meeting, 'cancelled', known) };
    case 'meeting-not-held':
      return { meetings: endBooking(c, event.meeting, 'not-held', known) };
    case 'apologies-received':
      return { meetings: inMeeting(c, event.meeting, (m) => ({ apologies: [...m.apologies, { ...event, known }] })) };
    case 'meeting-held':
      return held(c, event, on, known);
    case 'minutes-received':
      return { meetings: inMeeting(c, event.meeting, (m) => ({ minutes: m.minutes ?? { on, known } })) };
    case 'minutes-distributed': {
      const given = event.to.map(({ person }) => ({ person, on, known }));
      return { meetings: inMeeting(c, event.meeting, (m) => ({ distributed: [...m.distributed, ...given] })) };
    }
    case 'family-told': {
      const told = event.to.map(({ person }) => ({ person, known }));
      return { meetings: inMeeting(c, event.meeting, (m) => ({ told: [...m.told, ...told] })) };
    }
    case 'action-agreed': {
      const action = { id: event.id, owner: event.owner, due: event.due, agreed: on, known };
      return { actions: { ...c.actions, [event.id]: { ...c.actions[event.id], ...action } } };
    }
    case 'action-done': {
      const action = c.actions[event.id] ?? { id: event.id, agreed: on, known };
      return { actions: { ...c.actions, [event.id]: { ...action, done: action.done ?? { on, known } } } };
    }
    case 'decision-recorded':
      return { decisions: [...c.decisions, { ...event, id: recorded.id, on, known }] };
    case 'person-joined': {
      const person = typeof event.person === 'string' ? c.people[event.person] : event.person;
      if (!person) return {};
      return { people: { ...c.people, [person.id]: person }, memberships: join(c.memberships, [person.id], on, known) };
    }
    case 'person-left':
      return { memberships: leave(c.memberships, event.person, on, known) };
    case 'case-reallocated':
      return {
        socialWorkers: [...c.socialWorkers, { person: event.to, since: known, on }],
        team: event.team ?? c.team,
      };
    case 'cover-arranged':
      return { covers: [...c.covers, { ...event, known }] };
    case 'address-refused':
      return {
        refusedAddresses: [
          ...c.refusedAddresses,
          { person: event.person, code: event.code, known, event: recorded.id },
        ],
      };
    case 'plan-ended':
      return {
        planEnded: {
          on: c.planEnded?.on ?? on,
          known: c.planEnded?.known ?? known,
          next: event.next ?? c.planEnded?.next,
        },
      };
    case 'policy-changed':
      return newVersion(c, known, { policy: event.policy, reproject: event.reproject ?? false });
    case 'calendar-changed':
      return newVersion(c, known, { calendar: new Calendar(event.calendar) });
    default:
      return event satisfies never;
  }
}

function newVersion(c: Case, since: Instant, changed: Partial<Version>): Partial<Case> {
  const version = { policy: c.policy, calendar: c.calendar, reproject: false, ...changed, since };
  return { policy: version.policy, calendar: version.calendar, versions: [...c.versions, version] };
}

function held(c: Case, event: EventOf<'meeting-held'>, on: LocalDate, known: Instant): Partial<Case> {
  const { kind, number } = meetingName(event.meeting);
  const meetings = inMeeting(c, event.meeting, (m) => ({ held: m.held ?? { ...event, known } }));
  const next = event.next;
  const ends = kind === 'review-conference' && event.outcome === 'end' && !c.planEnded;
  return {
    meetings: next ? book({ ...c, meetings }, meetingId(kind, number + 1), { ...next, known }, 'booked') : meetings,
    ...(event.planAgreed ? { planAgreed: c.planAgreed ?? { on, known } } : {}),
    ...(ends ? { planEnded: { on, known } } : {}),
  };
}

const blank = (id: MeetingId): Meeting => ({
  id,
  ...meetingName(id),
  bookings: [],
  apologies: [],
  distributed: [],
  told: [],
});

function inMeeting(c: Case, id: MeetingId, change: (m: Meeting) => Partial<Meeting>): Case['meetings'] {
  const meeting = c.meetings[id] ?? blank(id);
  return { ...c.meetings, [id]: { ...meeting, ...change(meeting) } };
}

type Wanted = {
  start: LocalDateTime;
  venue: string;
  minutes?: number | undefined;
  chair?: PersonId | undefined;
  known: Instant;
};

/** Books a meeting. Booking one that is booked moves it; booking it for the same time and place changes nothing. */
function book(c: Case, id: MeetingId, wanted: Wanted, how: 'booked' | 'moved'): Case['meetings'] {
  return inMeeting(c, id, (m) => {
    const last = m.bookings.at(-1);
    const standing = last && !last.ended ? last : undefined;
    if (standing && standing.start === wanted.start && standing.venue === wanted.venue) return {};
    const ended = m.bookings.map((one) =>
      one === standing ? { ...one, ended: { how: 'moved' as const, known: wanted.known } } : one,
    );
    const booking: PlacedBooking = {
      edition: m.bookings.length,
      start: wanted.start,
      venue: wanted.venue,
      minutes: wanted.minutes ?? c.policy.meetings[m.kind].minutes,
      chair: wanted.chair ?? standing?.chair,
      known: wanted.known,
      moves: standing !== undefined || (how === 'moved' && last !== undefined),
    };
    return { bookings: [...ended, booking] };
  });
}

function endBooking(c: Case, id: MeetingId, how: 'cancelled' | 'not-held' | 'held', known: Instant): Case['meetings'] {
  if (!c.meetings[id]) return c.meetings;
  return inMeeting(c, id, (m) => ({
    bookings: m.bookings.map((one) => (one.ended ? one : { ...one, ended: { how, known } })),
  }));
}

function join(
  all: readonly Membership[],
  who: readonly PersonId[],
  from: LocalDate,
  known: Instant,
): readonly Membership[] {
  const isMember = (id: PersonId) => all.some((one) => one.person === id && one.until === undefined);
  return [...all, ...who.filter((id) => !isMember(id)).map((person) => ({ person, from, known }))];
}

function leave(
  all: readonly Membership[],
  who: PersonId,
  until: LocalDate,
  untilKnown: Instant,
): readonly Membership[] {
  return all.map((one) => (one.person === who && one.until === undefined ? { ...one, until, untilKnown } : one));
}

/** The booking that stands: not moved, cancelled or over without having been held. */
export function standing(m: Meeting): PlacedBooking | undefined {
  const last = m.bookings.at(-1);
  return m.held || last?.ended ? undefined : last;
}

/** The meetings of one kind that were held, by number. */
export function heldMeetings(
  c: Case,
  kind: Meeting['kind'],
): readonly (Meeting & { held: NonNullable<Meeting['held']> })[] {
  return Object.values(c.meetings)
    .filter((m): m is Meeting & { held: NonNullable<Meeting['held']> } => m.kind === kind && m.held !== undefined)
    .sort((a, b) => a.number - b.number);
}

/** The day of a booking. */
export const dayOf = (booking: Booking): LocalDate => dateOf(booking.start);
