// A meeting as an iCalendar entry for one person: London time with its rules, one UID for ever, a number that rises with every change. No personal data.

import { getVtimezoneComponent } from '@touch4it/ical-timezones';
import ical, {
  ICalAttendeeRole,
  ICalAttendeeStatus,
  ICalCalendarMethod,
  ICalEventStatus,
  ICalEventTransparency,
} from 'ical-generator';
import type { CaseIdentity, Notice } from '../domain/notices/notice.ts';
import { type Labels, meetingWords } from '../domain/notices/words.ts';
import { epochMs, fromEpochMs, fromLondon, inLondon } from '../domain/time/calendar.ts';
import { place } from './venue.ts';
import { isFamily } from './wording-asks.ts';

export interface CalendarEntry {
  readonly method: 'REQUEST' | 'CANCEL';
  readonly content: string;
}

/**
 * The entry that goes with a notice; null where none does. Professionals get one with every invitation, change and cancellation; children and family only where
 * they asked for it; a line manager, who is told of somebody else's meeting, none.
 * @param uid opaque, the same for a person and a meeting however often it moves.
 * @param now the case's clock: the entry's stamp.
 */
export function calendarEntry(
  of: CaseIdentity,
  notice: Notice,
  options: { uid: string; now: string; organiser: { name: string; address: string }; labels?: Labels | undefined },
): CalendarEntry | null {
  const { booking, meeting, to } = notice;
  if (!booking || !meeting || !to.email || notice.about) return null;
  if (notice.kind !== 'invitation' && notice.kind !== 'change' && notice.kind !== 'cancellation') return null;
  if (isFamily(to.role, options.labels) && to.contact !== 'email-and-calendar') return null;

  const cancelled = notice.kind === 'cancellation';
  const calendar = ical({ prodId: { company: 'Nodrift', product: 'Nodrift', language: 'EN' } });
  calendar.method(cancelled ? ICalCalendarMethod.CANCEL : ICalCalendarMethod.REQUEST);
  calendar.timezone({ name: 'Europe/London', generator: getVtimezoneComponent });
  calendar
    .createEvent({
      id: options.uid,
      // A cancellation counts above the edition it cancels and below the next one.
      sequence: sequenceOf(booking) * 2 + (cancelled ? 1 : 0),
      // Local times as text: a Date would be written in the process's time zone and labelled London.
      start: `${booking.start}:00`,
      end: `${inLondon(fromEpochMs(epochMs(fromLondon(booking.start)) + booking.minutes * 60_000)).slice(0, 19)}`,
      timezone: 'Europe/London',
      summary: `${of.ref}: ${meetingWords(meeting, options.labels)}`,
      location: place(booking.venue),
      description: `Case ${of.ref}. ${cancelled ? '' : 'If you cannot come, please tell the social worker. '}Please keep names and details of the family out of calendar entries.`,
      status: cancelled ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
      transparency: ICalEventTransparency.OPAQUE,
      organizer: { name: options.organiser.name, email: options.organiser.address },
    })
    .createAttendee({
      email: to.email,
      role: ICalAttendeeRole.REQ,
      status: ICalAttendeeStatus.NEEDSACTION,
      rsvp: false,
    });
  return { method: cancelled ? 'CANCEL' : 'REQUEST', content: stamped(calendar.toString(), options.now) };
}

/** What a worker of a release before 0.2 planned, and is still to go, counts by its edition. */
const sequenceOf = ({ sequence, edition }: NonNullable<Notice['booking']>): number => sequence ?? Number(edition);

/** RFC 5545 wants DTSTAMP in UTC; ical-generator writes the machine's clock, and without its Z. */
const stamped = (text: string, now: string): string =>
  text.replace(/^DTSTAMP:.*$/gm, `DTSTAMP:${now.slice(0, 19).replace(/[-:]/g, '')}Z`);
