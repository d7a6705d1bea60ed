// What a conference asks for before it is held: the social worker's papers, and the reports of the agencies that are called (L21).

import { type Case, dayOf, type Meeting, type PlacedBooking, standing } from '../case/facts.ts';
import type { MeetingKind, PersonId } from '../case/model.ts';
import { own } from '../case/own.ts';
import { isFamily, socialWorkerAt } from '../case/people.ts';
import type { LimitName } from '../policy/policy.ts';
import { addDays, type LocalDate } from '../time/calendar.ts';
import { type Arisen, unlimited } from './arisen.ts';
import { dueOn } from './limits.ts';
import { chairOf } from './meetings.ts';
import { complete, type Needed } from './reviews.ts';

/** How long before it, and what: local figures, as no source has any. */
const PAPERS: {
  readonly [kind in MeetingKind]?: { readonly limit: LimitName; readonly documents: readonly Needed[] };
} = {
  'initial-conference': { limit: 'papers-initial-conference', documents: ['review-report'] },
  'review-conference': { limit: 'papers-review-conference', documents: ['review-report', 'plan'] },
};

/** Owed from the booking until they are provided, so long before the conference that people can read them. */
export function conferencePapers(c: Case, m: Meeting): Arisen[] {
  const booking = standing(m);
  const due = booking && papersDue(c, m, booking);
  const { documents } = PAPERS[m.kind] ?? {};
  if (!booking || due === undefined || !documents) return [];
  const arose = { on: c.calendar.londonDate(booking.known), known: booking.known };
  const done = m.papers.find((_, i) => complete(m.papers.slice(0, i + 1), documents));
  return [
    {
      ...unlimited(c, `papers/${m.id}`, arose, { rules: [], done, meeting: m.id }),
      ...dueOn(c, due, []),
      edition: booking.edition,
      ends: c.calendar.fromLondon(booking.start),
    },
  ];
}

/** The day by which papers are there: never before the booking was known. Undefined where nothing is asked for, or no figure is set. */
export function papersDue(c: Case, { kind }: Meeting, booking: PlacedBooking): LocalDate | undefined {
  const papers = PAPERS[kind];
  const limit = papers && c.policy.limits[papers.limit];
  if (!limit) return undefined;
  const day = dayOf(booking);
  const before = limit.unit === 'working-days' ? c.calendar.openDays(day, -limit.within) : addDays(day, -limit.within);
  const known = c.calendar.londonDate(booking.known);
  return before > known ? before : known < day ? known : day;
}

/** Whether somebody who is called comes for an agency that is asked for its report: not who convenes, chairs, or is of the family. */
export const isAskedForReport = (c: Case, { kind }: Meeting, booking: PlacedBooking, person: PersonId): boolean =>
  PAPERS[kind] !== undefined &&
  !isFamily(c, own(c.people, person)) &&
  person !== chairOf(c, booking) &&
  person !== socialWorkerAt(c, booking.known);
