// How a case's meetings and members change: placing, moving and ending bookings, joining and leaving. Used by change.ts alone.

import type { Instant, LocalDate, LocalDateTime } from '../time/calendar.ts';
import type { Case, Meeting, Membership, PlacedBooking } from './facts.ts';
import { meetingName } from './meeting-id.ts';
import type { MeetingId, PersonId } from './model.ts';

const blank = (id: MeetingId): Meeting => ({
  id,
  ...meetingName(id),
  bookings: [],
  invited: [],
  apologies: [],
  distributed: [],
  told: [],
  circulated: [],
  held: undefined,
  minutes: undefined,
  papers: [],
});

export function inMeeting(
  meetings: Case['meetings'],
  id: MeetingId,
  change: (m: Meeting) => Meeting,
): Case['meetings'] {
  return { ...meetings, [id]: change(meetings[id] ?? blank(id)) };
}

type Wanted = {
  start: LocalDateTime;
  venue?: string | undefined;
  minutes?: number | undefined;
  chair?: PersonId | undefined;
  known: Instant;
  /** The id of the event that says so. */
  edition: string;
  announced?: boolean | undefined;
};

/** Books a meeting. Booking one that is booked moves it; booking it for the same time and place changes nothing. */
export function book(
  c: Case,
  id: MeetingId,
  wanted: Wanted,
  how: 'booked' | 'moved',
  meetings = c.meetings,
): Case['meetings'] {
  return inMeeting(meetings, id, (m) => {
    const bookings = knownBy(m, wanted.known);
    const last = bookings.at(-1);
    const standing = last && !last.ended ? last : undefined;
    const venue = wanted.venue ?? standing?.venue;
    if (standing && standing.start === wanted.start && standing.venue === venue) return { ...m, bookings };
    const ended = bookings.map((one) =>
      one === standing ? { ...one, ended: { how: 'moved' as const, known: wanted.known, by: wanted.edition } } : one,
    );
    const booking: PlacedBooking = {
      edition: wanted.edition,
      sequence: bookings.length,
      start: wanted.start,
      venue,
      minutes: wanted.minutes ?? standing?.minutes ?? c.policy.meetings[m.kind].minutes,
      chair: wanted.chair ?? standing?.chair,
      known: wanted.known,
      ended: undefined,
      moves: standing !== undefined || (how === 'moved' && last !== undefined),
      ...(wanted.announced && { announced: true }),
    };
    return { ...m, bookings: [...ended, booking] };
  });
}

/** What was typed in after this, and happened before it, never stood as far as anybody knew. */
const knownBy = (m: Meeting, known: Instant): readonly PlacedBooking[] =>
  m.bookings.filter((one) => one.known <= known);

export function endBooking(
  c: Case,
  id: MeetingId,
  how: 'cancelled' | 'not-held' | 'held',
  known: Instant,
  by: string,
): Case['meetings'] {
  if (!c.meetings[id]) return c.meetings;
  return inMeeting(c.meetings, id, (m) => ({
    ...m,
    bookings: knownBy(m, known).map((one) => (one.ended ? one : { ...one, ended: { how, known, by } })),
  }));
}

export function join(
  all: readonly Membership[],
  who: readonly PersonId[],
  from: LocalDate,
  known: Instant,
): readonly Membership[] {
  const isMember = (id: PersonId) => all.some((one) => one.person === id && one.until === undefined);
  // A conference of before may be typed in last: its members were heard of when somebody first said that they had joined.
  const heardBefore = (one: Membership) => one.until === undefined && known < one.heard && who.includes(one.person);
  return [
    ...all.map((one) => (heardBefore(one) ? { ...one, heard: known } : one)),
    ...who
      .filter((id) => !isMember(id))
      .map((person) => ({ person, from, known, heard: known, until: undefined, untilKnown: undefined })),
  ];
}

export function leave(
  all: readonly Membership[],
  who: PersonId,
  until: LocalDate,
  untilKnown: Instant,
): readonly Membership[] {
  const last = all.findLast((one) => one.person === who);
  if (!last) return all;
  // Said twice, with an earlier day the second time: known since it was first said.
  const left = { until: last.until ?? until, untilKnown: last.untilKnown ?? untilKnown };
  const ended = { ...last, ...left, untilKnown: left.untilKnown < untilKnown ? left.untilKnown : untilKnown };
  return all.map((one) => (one === last ? ended : one));
}

/** Membership as a review or a newly approved plan recorded it: who is not named leaves, who is new joins (R100, R138). */
export function become(
  all: readonly Membership[],
  who: readonly PersonId[],
  on: LocalDate,
  known: Instant,
): readonly Membership[] {
  const gone = all.filter((one) => one.until === undefined && !who.includes(one.person)).map((one) => one.person);
  return join(
    gone.reduce((left, person) => leave(left, person, on, known), all),
    who,
    on,
    known,
  );
}
