// What a delivery puts into people's calendars, as the record keeps it.

import type { Delivery } from '../domain/notices/notice.ts';
import type { NewEntry } from '../record/calendars.ts';
import { whereTo } from '../record/mail-ids.ts';
import { storable } from '../record/storable.ts';
import { calendarToken, hasEntry, sequenceOf } from './calendar-entry.ts';

/** One for each notice that an entry goes with. What is played is in nobody's calendar. */
export function keptEntries(secret: Buffer, { entry, notices }: Delivery): readonly NewEntry[] {
  const of = entry.case;
  if (of.rehearsal) return [];
  return notices.flatMap((notice): NewEntry[] => {
    if (!hasEntry(notice, notice.family && { family: notice.family })) return [];
    const { booking, meeting, kind, to } = storable(notice);
    return [
      {
        token: calendarToken(secret, of, notice),
        caseId: of.id,
        meeting,
        person: to.id,
        start: booking.start,
        minutes: booking.minutes,
        venue: booking.venue ?? null,
        sequence: sequenceOf(notice),
        cancelled: kind === 'cancellation',
        known: new Date(booking.known),
        reader: whereTo(secret, of.authority, to.email).reader,
      },
    ];
  });
}
