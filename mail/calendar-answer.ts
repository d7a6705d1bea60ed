// What a calendar answers to an invitation (RFC 5546, 3.2.3). Only what attendance needs is read; comments and names are not.

import ICAL from 'ical.js';
import { epochMs, fromLondon, localDateTime } from '../domain/time/calendar.ts';

/** A calendar's answer for one person. */
export interface CalendarAnswer {
  readonly uid: string;
  readonly sequence: number;
  /** The start as it knows it; undefined where it gives none, or in another time zone than London's; NaN for what is no time. */
  readonly startMs: number | undefined;
  /** `ACCEPTED`, `DECLINED`, `TENTATIVE`, `DELEGATED`, …, as it was sent. */
  readonly status: string;
  /** Whose answer it is: an address in small letters. */
  readonly attendee: string;
  /** When it was given, by that calendar's clock. */
  readonly atMs: number | undefined;
}

/** The answer in a calendar part; null where it holds none, or cannot be read. */
export function readCalendarAnswer(text: string): CalendarAnswer | null {
  try {
    const calendar = new ICAL.Component(ICAL.parse(text));
    if (String(calendar.getFirstPropertyValue('method')).toUpperCase() !== 'REPLY') return null;
    const events = calendar.getAllSubcomponents('vevent');
    // It answers one meeting, for one person.
    const [event] = events;
    const attendees = event?.getAllProperties('attendee') ?? [];
    const [attendee] = attendees;
    if (!event || events.length > 1 || !attendee || attendees.length > 1) return null;
    const uid = event.getFirstPropertyValue('uid');
    if (typeof uid !== 'string') return null;
    const sequence = Number(event.getFirstPropertyValue('sequence') ?? 0);
    return {
      uid,
      sequence: Number.isInteger(sequence) ? sequence : -1,
      startMs: momentOf(event.getFirstProperty('dtstart')),
      status: String(attendee.getFirstParameter('partstat') ?? '').toUpperCase(),
      attendee: String(attendee.getFirstValue())
        .replace(/^mailto:/i, '')
        .trim()
        .toLowerCase(),
      atMs: momentOf(event.getFirstProperty('dtstamp')) || undefined,
    };
  } catch {
    return null;
  }
}

/** What programs call London's time: the IANA name, also with a prefix, and Windows' own. */
const LONDON = /^(?:.*\/)?Europe\/London$|^GMT Standard Time$/;

/**
 * A time in UTC or in London's time. The rules of other zones stand in the calendar itself; they are not worked out, for they may be written so that this
 * takes for ever.
 */
function momentOf(property: ICAL.Property | null): number | undefined {
  const value = property?.getFirstValue();
  if (!(value instanceof ICAL.Time) || value.isDate) return undefined;
  const text = value.toString();
  if (text.endsWith('Z')) return Date.parse(text);
  const zone = property?.getFirstParameter('tzid') ?? '';
  return LONDON.test(zone) ? epochMs(fromLondon(localDateTime(text.slice(0, 16)))) : undefined;
}
