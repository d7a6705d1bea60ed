// The gates of a booking: its venue, its time, what goes out with it. The same whether it is booked by itself, or fixed at the meeting or
// conference before it (L22). Used by gates.ts alone.

import type { EventOf, Recorded } from '../case/events.ts';
import { type Case, knownAt } from '../case/facts.ts';
import { meetingName } from '../case/meeting-id.ts';
import type { MeetingId, PersonId } from '../case/model.ts';
import { own } from '../case/own.ts';
import { dateOf, type LocalDateTime } from '../time/calendar.ts';
import type { Gate } from './gate.ts';

interface Booking {
  readonly meeting: MeetingId;
  readonly start: LocalDateTime;
  readonly considered?: readonly string[] | undefined;
  readonly consultationDocuments?: boolean | undefined;
}

type Fixed = NonNullable<EventOf<'meeting-held'>['next']>;

/** The gates of a booking that is fixed where people are together anyway; none while it has no date. */
export function fixedGates(c: Case, recorded: Recorded, meeting: MeetingId, fixed: Fixed | undefined): readonly Gate[] {
  const { event } = recorded;
  const members = 'members' in event && Array.isArray(event.members) ? event.members : [];
  return fixed?.start ? bookingGates(c, recorded, { ...fixed, start: fixed.start, meeting }, members) : [];
}

/** @param joining who becomes a member by the same event */
export function bookingGates(
  c: Case,
  recorded: Recorded,
  booking: Booking,
  joining: readonly PersonId[] = [],
): readonly Gate[] {
  const { meeting, start } = booking;
  const { kind } = meetingName(meeting);
  const thought = new Set(booking.considered ?? []);
  return [
    {
      rule: 'R13',
      broken: (kind === 'core-group' || kind === 'cin-meeting') && !VENUE.every((one) => thought.has(one)),
      message: 'the venue is comfortable, accessible to all and private',
      mend: `tick considered: ${VENUE.join(', ')}`,
    },
    {
      rule: 'R95',
      broken: kind === 'cin-meeting' && !thought.has('suitable-for-family'),
      message: 'the venue suits the child and the family',
      mend: 'tick considered: suitable-for-family',
    },
    {
      rule: 'R97',
      broken: inSchoolHours(start) && childComes(c, joining) && !thought.has('outside-school-time'),
      message: 'where a child of school age comes, the meeting is outside school time wherever possible',
      mend: 'book another time, or tick considered: outside-school-time',
    },
    {
      rule: 'R122',
      broken: kind === 'cin-review' && !thought.has('location'),
      message: 'the place of a review is chosen for this family; it may be their home',
      mend: 'tick considered: location',
    },
    {
      rule: 'R124',
      broken: kind === 'cin-review' && booking.consultationDocuments !== true,
      message: 'consultation documents go out with the invitations to a review',
      mend: 'give consultationDocuments: true',
    },
    ...atWhatTime(c, recorded, booking),
  ];
}

/** L22: what is likely to be typed wrongly. It may be meant, and so it only warns. */
function atWhatTime(c: Case, recorded: Recorded, { meeting, start }: Booking): readonly Gate[] {
  const time = start.slice(11);
  const { hours } = c.policy;
  const day = dateOf(start);
  const isOver = c.calendar.fromLondon(start) <= knownAt(recorded);
  const odd = [
    ...(hours && (time < hours.from || time > hours.until) ? [`at ${time}`] : []),
    ...(isWeekend(day) ? ['at a weekend'] : c.calendar.isBankHoliday(day) ? ['on a bank holiday'] : []),
  ];
  return [
    {
      rule: 'L22',
      level: 'warn',
      broken: isOver,
      message: `${meeting} is booked for ${start.replace('T', ' ')}, which has passed: nobody is invited`,
      mend: 'record that it was held, or book it anew',
    },
    {
      rule: 'L22',
      level: 'warn',
      broken: odd.length > 0,
      message: `${meeting} is booked ${odd.join(', ')}: ${start.replace('T', ' ')}`,
      mend: 'book another time',
    },
  ];
}

const VENUE = ['comfortable', 'accessible', 'private'];
/** On what is no weekend (R97). */
export const SCHOOL_HOURS = { from: '08:45', until: '15:30' } as const;
const inSchoolHours = (start: string): boolean =>
  start.slice(11) >= SCHOOL_HOURS.from && start.slice(11) < SCHOOL_HOURS.until && !isWeekend(start.slice(0, 10));
const isWeekend = (date: string): boolean => [0, 6].includes(new Date(`${date}T00:00:00Z`).getUTCDay());
/** Who may have to be at school. */
export const CHILDREN: readonly string[] = ['child', 'young-person'];
const childComes = (c: Case, joining: readonly PersonId[]): boolean =>
  [...c.memberships.filter(({ until }) => until === undefined).map(({ person }) => person), ...joining].some((person) =>
    CHILDREN.includes(own(c.people, person)?.role ?? ''),
  );
