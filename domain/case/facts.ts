// A case: the facts its events make (fold.ts), as plain data. What is owed follows from them in owed.ts; who may record what is in accept.ts.

import type { Policy } from '../policy/policy.ts';
import { Calendar, type CalendarData, dateOf, type Instant, type LocalDate } from '../time/calendar.ts';
import type { EventOf, Held, Recorded } from './events.ts';
import type { MeetingName } from './meeting-id.ts';
import type { Booking, CaseFile, CaseKind, MeetingId, Person, PersonId, Rule } from './model.ts';
import { Memory } from './remembered.ts';

/** A booking, and how it ended if it did. */
export interface PlacedBooking extends Booking {
  readonly ended?:
    | {
        readonly how: 'moved' | 'cancelled' | 'not-held' | 'held';
        readonly known: Instant;
        /** The id of the event that ended it. */
        readonly by: string;
      }
    | undefined;
  /** This booking moved an earlier one: people hear of a change, not of a new meeting. */
  readonly moves: boolean;
  /** Those who were members when it was recorded were told of it elsewhere, before the plan was brought in: nobody invites them again. */
  readonly announced?: boolean | undefined;
}

export interface Meeting extends MeetingName {
  readonly id: MeetingId;
  /** In the order they were recorded. */
  readonly bookings: readonly PlacedBooking[];
  /** Who is called to it without being a member: to the initial conference, before there are any (L21). */
  readonly invited: readonly { readonly person: PersonId; readonly known: Instant }[];
  readonly apologies: readonly (EventOf<'apologies-received'> & { readonly known: Instant })[];
  readonly held?:
    | (Held & {
        readonly known: Instant;
        readonly reason?: string | undefined;
        /** Held before the plan was brought in, and what had become of its minutes (L9). */
        readonly broughtIn?: { readonly minutes: 'received' | 'passed-on' | undefined } | undefined;
      })
    | undefined;
  readonly minutes?: Received | undefined;
  readonly distributed: readonly { readonly person: PersonId; readonly on: LocalDate; readonly known: Instant }[];
  readonly told: readonly (Dated & { readonly person: PersonId })[];
  /** R112, R113, R126: what was provided for a review, and shared with whoever chairs it; it may come in parts. */
  readonly papers: readonly (Dated & { readonly documents: readonly string[] })[];
  /** R146: who has the amended plan. */
  readonly circulated: readonly (Dated & { readonly person: PersonId })[];
}

/** Whose the case is. One who leaves has it no longer, and nobody has until it is allocated anew (L11). */
export interface Allocation {
  readonly person: PersonId;
  readonly since: Instant;
  readonly on: LocalDate;
  readonly left?: Dated | undefined;
  /** Came back, with the case still theirs. */
  readonly back?: Dated | undefined;
}

/** When the social worker had the minutes: said so, or implied by their being passed on to everybody (L23). */
export type Received = Dated & {
  readonly implied?: true;
  /** Since when the day itself is known, where it was said after it had been implied. */
  readonly said?: Instant;
};

/** From when until when somebody is a member, and when the case learned of it. */
export interface Membership {
  readonly person: PersonId;
  readonly from: LocalDate;
  /** When it learned that they are from that day. */
  readonly known: Instant;
  /** When it first heard of them as a member; before `known` where what was typed in later made them one from an earlier day. */
  readonly heard: Instant;
  readonly until?: LocalDate | undefined;
  readonly untilKnown?: Instant | undefined;
}

export interface Action {
  readonly id: string;
  readonly owner?: PersonId | undefined;
  readonly due?: LocalDate | undefined;
  readonly activity?: string | undefined;
  /** When it was first agreed without an owner or a date, and when it had both (L13). */
  readonly open?: Dated | undefined;
  readonly complete?: Dated | undefined;
  readonly agreed: LocalDate;
  readonly known: Instant;
  /** The id of the event that set its limit. */
  readonly edition: string;
  readonly done?: { readonly on: LocalDate; readonly known: Instant } | undefined;
  /** Its owner asked for a later date, and has no answer yet. */
  readonly asked?: (Dated & { readonly due: LocalDate; readonly by: PersonId }) | undefined;
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

/** The three ways to close a child in need case (R153, R154, R155). */
export type Route = 'review' | 'meeting-and-manager' | 'supervision';

export interface Closure {
  readonly discussed: readonly (Dated & { readonly with: readonly PersonId[] })[];
  readonly endorsed: readonly (Dated & { readonly meeting: MeetingId })[];
  /** The first approval that stands; `last` is the day it was given again. */
  readonly approved?: (Dated & { readonly supervision: boolean; readonly last: LocalDate }) | undefined;
  readonly letter?: Dated | undefined;
  readonly notified: readonly (Dated & { readonly person: PersonId })[];
}

export interface Dated {
  readonly on: LocalDate;
  readonly known: Instant;
}

export interface Case {
  readonly file: CaseFile;
  /** All that was recorded, as it was typed in, in the order of their own dates. */
  readonly events: readonly Recorded[];
  /** What the case is made of, where something was put right (L1): each event as it stands. Undefined where that is simply `events`. */
  readonly stands: readonly Recorded[] | undefined;
  readonly policy: Policy;
  readonly calendar: Calendar;
  /** Every policy and calendar the case has had, oldest first: what was done keeps the limit it was done under. */
  readonly versions: readonly Version[];
  readonly began?: LocalDate | undefined;
  /** The plan ran already when it was brought in (L9): since that day or before. */
  readonly broughtIn?: (Dated & { readonly since: LocalDate }) | undefined;
  /** The case that led to this one. */
  readonly cameFrom?: { readonly kind: CaseKind; readonly ref: string } | undefined;
  readonly people: Readonly<Record<PersonId, Person>>;
  /** People as they were known before something about them changed, oldest first. */
  readonly formerly: readonly { readonly person: Person; readonly until: Instant }[];
  /** Who was the case's social worker since when, newest last. */
  readonly socialWorkers: readonly Allocation[];
  readonly team: string | null;
  readonly memberships: readonly Membership[];
  readonly covers: readonly (EventOf<'cover-arranged'> & { readonly known: Instant })[];
  /** From which day on somebody is back. */
  readonly coverEnds: readonly (Dated & { readonly person: PersonId })[];
  readonly meetings: Readonly<Record<MeetingId, Meeting>>;
  readonly actions: Readonly<Record<string, Action>>;
  readonly strategyDiscussion?: Dated | undefined;
  readonly conference?:
    | (Dated & { readonly outcome: 'plan' | 'no-plan'; readonly reason?: string | undefined })
    | undefined;
  readonly planAgreed?: Dated | undefined;
  /** Child in need: the referral, or the day the child protection plan ended. */
  readonly referral?: Dated | undefined;
  readonly steppedDown?: Dated | undefined;
  /** The last one, or the first of those that found need one after the other; `edition` where one before it had found none. */
  readonly assessment?: (Dated & { readonly familySupport: boolean; readonly edition?: string }) | undefined;
  readonly proposal?: (Dated & EventOf<'plan-proposed'>) | undefined;
  readonly approval?: Dated | undefined;
  /** Every time consent was given or withdrawn, newest last. */
  readonly consents: readonly (Dated & { readonly given: boolean })[];
  readonly closure: Closure;
  readonly closed?: (Dated & { readonly route: Route; readonly stepDown: boolean }) | undefined;
  readonly lookedAfter?: Dated | undefined;
  readonly ceased?: Dated | undefined;
  /** Cases this one led to and that are open. */
  readonly opened: readonly (Dated & { readonly kind: CaseKind; readonly ref: string })[];
  /** Cases that led here and know what was decided. */
  readonly reported: readonly (Dated & {
    readonly kind: CaseKind;
    readonly ref: string;
    readonly what?: string | undefined;
  })[];
  /** It was closed and over, and is open again to be put right (L1). */
  readonly reopened?: Dated | undefined;
  /** The case that led here says that it did so in error. */
  readonly openedInError?: Dated | undefined;
  /** Child in need: what the conferences of the child protection cases it led to decided. */
  readonly decided: readonly (Dated & { readonly outcome: 'plan' | 'no-plan'; readonly ref: string })[];
  readonly planEnded?:
    | (Dated & {
        readonly next?: 'child-in-need' | 'none' | undefined;
        /** When somebody said what is next. */
        readonly nextSaid?: Dated | undefined;
        /** No review conference decided it: who said so, and the event (L5). */
        readonly early?: { readonly by: PersonId; readonly event: string } | undefined;
      })
    | undefined;
  /** Child protection: section 47 enquiries that ended without a conference (L4). */
  readonly enquiriesEnded?: (Dated & { readonly outcome: 'no-further-action' | 'child-in-need' }) | undefined;
  /** The case itself is over, whatever its plan asked for (L4). */
  readonly caseEnded?: (Dated & { readonly why: EventOf<'case-ended'>['why'] }) | undefined;
  readonly decisions: readonly (EventOf<'decision-recorded'> & {
    readonly id: string;
    readonly on: LocalDate;
    readonly known: Instant;
  })[];
  readonly refusedAddresses: readonly {
    readonly person: PersonId;
    /** The address that was refused: a corrected one is another matter. */
    readonly address: string | undefined;
    readonly code: string;
    readonly known: Instant;
    readonly event: string;
  }[];
  readonly departures: readonly Departure[];
  readonly memory: Memory;
}

/** Before every event. */
const DAWN = '0000-01-01T00:00:00Z' as Instant;

/** A case before anything happened. Every field is there from the beginning: objects of one shape are read many times as fast. */
export function emptyCase(file: CaseFile, policy: Policy, calendar: CalendarData | Calendar): Case {
  const counting = calendar instanceof Calendar ? calendar : new Calendar(calendar);
  return {
    file,
    events: [],
    stands: undefined,
    policy,
    calendar: counting,
    versions: [{ since: DAWN, policy, calendar: counting, reproject: false }],
    began: undefined,
    broughtIn: undefined,
    cameFrom: undefined,
    people: Object.fromEntries(file.people.map((person) => [person.id, person])),
    formerly: [],
    socialWorkers: [],
    team: file.team ?? null,
    memberships: [],
    covers: [],
    coverEnds: [],
    meetings: {},
    actions: {},
    strategyDiscussion: undefined,
    conference: undefined,
    planAgreed: undefined,
    referral: undefined,
    steppedDown: undefined,
    assessment: undefined,
    proposal: undefined,
    approval: undefined,
    consents: [],
    closure: { discussed: [], endorsed: [], notified: [] },
    closed: undefined,
    lookedAfter: undefined,
    ceased: undefined,
    opened: [],
    reported: [],
    reopened: undefined,
    openedInError: undefined,
    decided: [],
    planEnded: undefined,
    enquiriesEnded: undefined,
    caseEnded: undefined,
    decisions: [],
    refusedAddresses: [],
    departures: [],
    memory: new Memory(),
  };
}

/** A copy of a case, to be changed. Field by field: spreading so many takes twenty times as long, for every event of a case. */
export const copyOf = (c: Case): { -readonly [Field in keyof Required<Case>]: Case[Field] } => ({
  file: c.file,
  events: c.events,
  stands: c.stands,
  policy: c.policy,
  calendar: c.calendar,
  versions: c.versions,
  began: c.began,
  broughtIn: c.broughtIn,
  cameFrom: c.cameFrom,
  people: c.people,
  formerly: c.formerly,
  socialWorkers: c.socialWorkers,
  team: c.team,
  memberships: c.memberships,
  covers: c.covers,
  coverEnds: c.coverEnds,
  meetings: c.meetings,
  actions: c.actions,
  strategyDiscussion: c.strategyDiscussion,
  conference: c.conference,
  planAgreed: c.planAgreed,
  referral: c.referral,
  steppedDown: c.steppedDown,
  assessment: c.assessment,
  proposal: c.proposal,
  approval: c.approval,
  consents: c.consents,
  closure: c.closure,
  closed: c.closed,
  lookedAfter: c.lookedAfter,
  ceased: c.ceased,
  opened: c.opened,
  reported: c.reported,
  reopened: c.reopened,
  openedInError: c.openedInError,
  decided: c.decided,
  planEnded: c.planEnded,
  enquiriesEnded: c.enquiriesEnded,
  caseEnded: c.caseEnded,
  decisions: c.decisions,
  refusedAddresses: c.refusedAddresses,
  departures: c.departures,
  memory: c.memory,
});

/** What happened, as it stands now: what was put right is as it should have been. */
export const whatHappened = (c: Case): readonly Recorded[] => c.stands ?? c.events;

/** When the case learned of an event: when it was recorded, or when it arrived where that was much later. */
export const knownAt = ({ known, recordedAt }: Recorded): Instant => known ?? recordedAt;

/** The event's own date: the day it happened, or else the day it was typed in. */
export function ownDate(c: Case, { event, recordedAt }: Recorded): LocalDate {
  return 'on' in event && event.on !== undefined ? event.on : c.calendar.londonDate(recordedAt);
}

/** L9: those who were members when the plan was brought in had been invited elsewhere. */
export const isAnnounced = (booking: PlacedBooking, since: Instant): boolean =>
  booking.announced === true && since <= booking.known;

/** The booking that stands: not moved, cancelled or over without having been held. */
export function standing(m: Meeting): PlacedBooking | undefined {
  const last = m.bookings.at(-1);
  return m.held || last?.ended ? undefined : last;
}

/** The minutes of a meeting. Some that came before it was held are not its minutes, whatever was typed in. */
export const minutesOf = (m: Meeting): Meeting['minutes'] =>
  m.minutes && m.held && m.minutes.on < m.held.on ? undefined : m.minutes;

type HeldByKind = { readonly [kind in Meeting['kind']]?: readonly HeldMeeting[] };
export type HeldMeeting = Meeting & { readonly held: NonNullable<Meeting['held']> };

/** The meetings of one kind that were held, by number. */
export function heldMeetings(c: Case, kind: Meeting['kind']): readonly HeldMeeting[] {
  return c.memory.of('held', '', [c.meetings], () => heldByKind(c.meetings))[kind] ?? NONE;
}

const NONE: readonly HeldMeeting[] = [];

function heldByKind(meetings: Case['meetings']): HeldByKind {
  const held: { [kind in Meeting['kind']]?: HeldMeeting[] } = {};
  for (const m of Object.values(meetings)) {
    if (!isHeld(m)) continue;
    const same = held[m.kind] ?? [];
    held[m.kind] = same;
    // Nearly always they come in order.
    let place = same.length;
    while (place > 0 && same[place - 1]!.number > m.number) place--;
    same.splice(place, 0, m);
  }
  return held;
}

export const isHeld = (m: Meeting): m is HeldMeeting => m.held !== undefined;

/** The day of a booking. */
export const dayOf = (booking: Booking): LocalDate => dateOf(booking.start);

/** The calendar that was in force then: what it decided once is not decided again by a later one. */
export const calendarAt = ({ versions, calendar }: Case, at: Instant): Calendar =>
  versions.length === 1 ? calendar : (versions.findLast(({ since }) => since <= at)?.calendar ?? calendar);

/** A case by the policy and the calendar of a moment: what was decided by then is not decided again by a later one. */
export function asOf(c: Case, at: Instant): Case {
  const versions = c.versions.filter(({ since }) => since <= at);
  const last = versions.at(-1);
  if (!last || versions.length === c.versions.length) return c;
  return { ...c, policy: last.policy, calendar: last.calendar, versions, memory: new Memory() };
}
