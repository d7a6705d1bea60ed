// Booking a meeting, or moving it: beside the limit, the day to book by, bank holidays, and what is booked for the family's other children.

import { CHILDREN, SCHOOL_HOURS } from '../../domain/accept/booking-gates.ts';
import { meetingWords, shortDate } from '../../domain/notices/words.ts';
import { clockTime } from '../../mail/dates.ts';
import { doneWords, longDate, longTime, meetingOf, upper } from '../in-words.ts';
import { whenFields, whenOf } from '../meeting-fields.ts';
import type { Page } from '../page.ts';
import type { Visit } from '../visit.ts';
import { called, callFields, isConference } from './conference.ts';

/** Bank holidays up to the limit; of one that is long past none. */
function holidays({ setting: { calendar }, duty, today }: Visit): readonly string[] {
  return calendar.bankHolidays.filter((day) => day >= today && day <= (duty?.due ?? '')).map(shortDate);
}

/** A time of any day. */
const clock = (time: string): string => clockTime(`2000-01-01T${time}`);
/** Said before a time is chosen, where a child may come (R97). */
const SCHOOL = [
  'School hours',
  `${clock(SCHOOL_HOURS.from)} to ${clock(SCHOOL_HOURS.until)}: where a child of school age comes, please meet outside them if you can (R97)`,
] as const;

const isToBeCalled = (visit: Visit): boolean => isConference(visit) && !visit.meetingNow?.start;

export const book: Page = {
  purpose: 'book',
  button: 'Book it',
  title: (visit) => (visit.meetingNow?.start ? `Move ${meetingOf(visit)}` : `Book ${meetingOf(visit)}`),
  intro: ({ meetingNow }) =>
    meetingNow?.start
      ? ['Everybody who is asked to come hears of the new day by itself.']
      : ['Everybody who is asked to come is invited by itself.'],
  closed(visit) {
    if (visit.meetingNow?.held) return `${upper(meetingOf(visit))} was held on ${longDate(visit.meetingNow.held)}.`;
    return visit.duty ? undefined : doneWords(visit);
  },
  facts(visit) {
    const { duty, meetingNow, people, siblings, setting } = visit;
    const days = holidays(visit);
    return [
      ...(meetingNow?.start ? [['Booked for', longTime(meetingNow.start)] as const] : []),
      ...(duty?.due ? [['To be held by', longDate(duty.due)] as const] : []),
      ...(duty?.bookBy && duty.bookBy !== duty.due
        ? [['Last working day before', longDate(duty.bookBy)] as const]
        : []),
      ...(days.length > 0 ? [['Bank holidays until then', days.join(', ')] as const] : []),
      ...(people.some(({ role, left }) => CHILDREN.includes(role) && !left) ? [SCHOOL] : []),
      ...siblings.booked.map(
        ({ ref, meeting, start }) =>
          [
            `Another child of the family, ${ref}`,
            `${meetingWords(meeting, setting.labels)}, ${longTime(start)}`,
          ] as const,
      ),
      ...(siblings.jointDays.length > 0
        ? [['Days that would do for all the children', siblings.jointDays.map(shortDate).join(', ')] as const]
        : []),
    ];
  },
  joint: (visit) => !isConference(visit),
  fields: (visit) => (isToBeCalled(visit) ? callFields(visit) : whenFields(visit, '')),
  answer(visit, form) {
    if (isToBeCalled(visit)) return called(visit, form);
    const when = whenOf(form, '');
    if (!when || !visit.meeting) return undefined;
    const type = visit.meetingNow?.start ? 'meeting-moved' : 'meeting-booked';
    return {
      events: [{ type, meeting: visit.meeting, ...when }],
      says: [`${upper(meetingOf(visit))} is booked for ${longTime(when.start)}.`],
    };
  },
};
