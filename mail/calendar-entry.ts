// A meeting as an iCalendar entry for one person: London time with its rules, one UID for ever, a number that rises with every change. No personal data.

import { getVtimezoneComponent } from '@touch4it/ical-timezones';
import ical, {
  ICalAttendeeRole,
  ICalAttendeeStatus,
  ICalAttendeeType,
  type ICalCalendar,
  ICalCalendarMethod,
  type ICalEvent,
  ICalEventStatus,
  ICalEventTransparency,
} from 'ical-generator';
import type { Booking, MeetingId } from '../domain/case/model.ts';
import type { CaseIdentity, Notice } from '../domain/notices/notice.ts';
import { type Labels, listed, meetingWords, roleWords } from '../domain/notices/words.ts';
import { mailIds } from '../record/mail-ids.ts';
import { endOf } from './dates.ts';
import { place } from './venue.ts';
import { isFamily } from './wording-asks.ts';

export interface CalendarEntry {
  readonly method: 'REQUEST' | 'CANCEL';
  readonly content: string;
}

interface Organiser {
  readonly name: string;
  readonly address: string;
}

/** What an entry says, whoever it goes to. */
export interface Entry {
  /** Opaque, the same for a person and a meeting however often it moves. */
  readonly uid: string;
  readonly ref: string;
  readonly meeting: string;
  readonly booking: Pick<Booking, 'start' | 'minutes' | 'venue'>;
  readonly sequence: number;
  readonly cancelled: boolean;
  readonly organiser: Organiser;
  /** The organiser's address is one at which Nodrift takes the answer. */
  readonly asksAnswer?: boolean | undefined;
  /** Who is asked to come, by role. */
  readonly roles?: readonly string[] | undefined;
  readonly labels?: Labels | undefined;
}

/** A notice that puts a meeting into a calendar, changes it there, or takes it out. */
export type CalendarNotice = Notice & Required<Pick<Notice, 'booking'>> & { readonly meeting: MeetingId };

/**
 * Whether an entry goes with a notice. Professionals get one with every invitation, change and cancellation; children and family only where they asked for
 * it; a line manager, who is told of somebody else's meeting, none.
 */
export function hasEntry(notice: Notice, labels: Labels | undefined): notice is CalendarNotice {
  const { booking, meeting, to } = notice;
  if (!booking || !meeting || !to.email || notice.about) return false;
  if (notice.kind !== 'invitation' && notice.kind !== 'change' && notice.kind !== 'cancellation') return false;
  return !isFamily(to.role, labels) || to.contact === 'email-and-calendar';
}

/**
 * The entry that goes with a notice; null where none does.
 * @param options.now the case's clock: the entry's stamp.
 * @param options.asksAnswer the organiser's address is one at which Nodrift takes the answer
 */
export function calendarEntry(
  of: CaseIdentity,
  notice: Notice,
  options: {
    uid: string;
    now: string;
    organiser: Organiser;
    asksAnswer?: boolean;
    labels?: Labels | undefined;
  },
): CalendarEntry | null {
  const { labels, organiser, uid, asksAnswer = false } = options;
  if (!hasEntry(notice, labels)) return null;
  const { booking, meeting, to } = notice;
  const cancelled = notice.kind === 'cancellation';
  const calendar = newCalendar(cancelled ? ICalCalendarMethod.CANCEL : ICalCalendarMethod.REQUEST);
  addEntry(calendar, {
    uid,
    ref: of.ref,
    meeting,
    booking,
    organiser,
    labels,
    cancelled,
    asksAnswer,
    sequence: sequenceOf(notice),
    roles: notice.asked,
  }).createAttendee({
    // Everybody's entry names themselves alone, by role: whoever it is passed on to learns nobody's name from it.
    name: roleWords(to.role, labels),
    email: to.email!,
    role: ICalAttendeeRole.REQ,
    type: ICalAttendeeType.INDIVIDUAL,
    status: ICalAttendeeStatus.NEEDSACTION,
    rsvp: asksAnswer && !cancelled,
  });
  return { method: cancelled ? 'CANCEL' : 'REQUEST', content: stamped(calendar, options.now) };
}

/** Names what a notice puts into somebody's calendar: the same for a person and a meeting, however often it moves. */
export const calendarToken = (
  secret: Buffer,
  of: Pick<CaseIdentity, 'id' | 'opening'>,
  { meeting, to }: Pick<Notice, 'meeting' | 'to'>,
): string => mailIds(secret, of, `meeting/${meeting}`, to.id).token;

/** An empty calendar in London's time. */
export function newCalendar(method: ICalCalendarMethod): ICalCalendar {
  const calendar = ical({ prodId: { company: 'Nodrift', product: 'Nodrift', language: 'EN' } });
  calendar.method(method);
  calendar.timezone({ name: 'Europe/London', generator: getVtimezoneComponent });
  return calendar;
}

export function addEntry(calendar: ICalCalendar, entry: Entry): ICalEvent {
  const { uid, ref, meeting, booking, sequence, cancelled, organiser, asksAnswer, labels, roles = [] } = entry;
  const asked = [...new Set(roles.map((role) => roleWords(role, labels)))];
  return calendar.createEvent({
    id: uid,
    sequence,
    // Local times as text: a Date would be written in the process's time zone and labelled London.
    start: `${booking.start}:00`,
    end: `${endOf(booking)}:00`,
    timezone: 'Europe/London',
    summary: `${ref}: ${meetingWords(meeting, labels)}`,
    location: place(booking.venue),
    description: `Case ${ref}. ${asked.length > 0 && !cancelled ? `Asked to come: ${listed(asked)}. ` : ''}${cancelled ? '' : `If you cannot come, please ${asksAnswer ? 'decline it' : 'tell the social worker'}. `}Please keep names and details of the family out of calendar entries.`,
    status: cancelled ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
    transparency: ICalEventTransparency.OPAQUE,
    organizer: { name: organiser.name, email: organiser.address },
  });
}

/**
 * The number by which calendars take an entry for newer: a cancellation counts above the edition it cancels and below the next one. What a worker of a
 * release before 0.2 planned, and is still to go, counts by its edition.
 */
export function sequenceOf({ booking, kind }: Pick<CalendarNotice, 'booking' | 'kind'>): number {
  const { sequence, edition } = booking as NonNullable<Notice['booking']>;
  return (sequence ?? Number(edition)) * 2 + (kind === 'cancellation' ? 1 : 0);
}

/** RFC 5545 wants DTSTAMP in UTC; ical-generator writes the machine's clock, and without its Z. */
export const stamped = (calendar: ICalCalendar, now: string): string =>
  calendar.toString().replace(/^DTSTAMP:.*$/gm, `DTSTAMP:${now.slice(0, 19).replace(/[-:]/g, '')}Z`);
