// All meetings that one person is asked to come to, as a calendar to subscribe to. References and kinds of meetings only; the entries are those of the
// invitations, by the same UIDs.

import { ICalCalendarMethod } from 'ical-generator';
import type { Labels } from '../domain/notices/words.ts';
import { addDays, type Instant, inLondon, type LocalDate, type LocalDateTime } from '../domain/time/calendar.ts';
import { type FeedEntry, feedNamed, feedOf } from '../record/calendars.ts';
import type { OpenRecord } from '../record/open.ts';
import { addEntry, newCalendar, stamped } from './calendar-entry.ts';
import { type MailSettings, senderDomain } from './mail-settings.ts';
import { readToken, sign } from './tokens.ts';

/** How often a calendar shall look again. */
const EVERY_S = 6 * 3600;
/** What was longer ago is nobody's calendar's matter. */
const DAYS_BACK = 90;

export interface FeedSettings extends Pick<MailSettings, 'sender'> {
  readonly labels?: Labels | undefined;
  readonly now: Instant;
}

/** The feed of these entries. */
export function calendarFeed(entries: readonly FeedEntry[], { sender, labels, now }: FeedSettings): string {
  const calendar = newCalendar(ICalCalendarMethod.PUBLISH);
  calendar.name('Meetings on plans').ttl(EVERY_S);
  const domain = senderDomain({ sender });
  for (const { token, ref, meeting, sequence, start, minutes, venue } of entries)
    addEntry(calendar, {
      uid: `${token}@${domain}`,
      ref,
      meeting,
      sequence,
      labels,
      cancelled: false,
      organiser: sender,
      booking: { start, minutes, venue: venue ?? undefined },
    });
  return stamped(calendar, now);
}

/** `/calendar/<token>.ics`, the contract of design.md: what stands between. @param id of the feed */
export const feedPath = (secret: Buffer, id: string): string => `/calendar/${sign(secret, 'calendar', id)}.ics`;

/**
 * The feed that a token shows.
 * @returns undefined for one that was made up, or was given another since
 * @throws RecordUnavailable
 */
export async function feedBehind(
  record: OpenRecord,
  token: string,
  settings: Omit<FeedSettings, 'labels'> & Pick<MailSettings, 'labels'>,
): Promise<string | undefined> {
  const id = readToken(record.ledgerKey, 'calendar', token);
  const feed = id === null ? undefined : await feedNamed(record, id);
  if (!feed) return undefined;
  const today = inLondon(settings.now).slice(0, 10) as LocalDate;
  const from = `${addDays(today, -DAYS_BACK)}T00:00` as LocalDateTime;
  const labels = await settings.labels?.(feed.authority);
  return calendarFeed(await feedOf(record, feed.reader, from), { ...settings, labels });
}
