// What a review asks of people besides being held: papers before it, the amended plan after it. Child in need and looked after reviews share it.

import { PAPERS } from '../case/event-fields.ts';
import { type Case, dayOf, type Meeting, standing } from '../case/facts.ts';
import type { Rule } from '../case/model.ts';
import { type Arisen, unlimited } from './arisen.ts';
import { dueOn } from './limits.ts';
import { passedOn } from './passed-on.ts';

/** The documents every review needs (L24), and how releases before 0.2, which took any text, knew them. */
const DOCUMENTS = [
  { name: 'review-report', before: /report/i },
  { name: 'plan', before: /plan/i },
] as const;

const NAMED: readonly string[] = PAPERS;
const hasName = (document: string): boolean => NAMED.includes(document) || document.startsWith('other: ');

/** R112, R113, R126–R128: report and plan are shared before the review. Owed from the booking until both are provided. */
export function papers(c: Case, m: Meeting, rules: readonly Rule[]): Arisen[] {
  const booking = standing(m);
  if (!booking) return [];
  const arose = { on: c.calendar.londonDate(booking.known), known: booking.known };
  // What is provided once more, or beside it, makes them no later.
  const done = m.papers.find((_, i) => complete(m.papers.slice(0, i + 1)));
  return [
    {
      ...unlimited(c, `papers/${m.id}`, arose, { rules, done, meeting: m.id }),
      ...dueOn(c, dayOf(booking), rules),
      edition: booking.edition,
      ends: c.calendar.fromLondon(booking.start),
    },
  ];
}

const complete = (papers: Meeting['papers']): boolean =>
  DOCUMENTS.every(({ name, before }) =>
    papers.some(({ documents }) => documents.some((one) => one === name || (!hasName(one) && before.test(one)))),
  );

/** R146: an amended plan goes to the child, the parents and every agency in it, new ones included. */
export function circulate(c: Case, m: Meeting): Arisen[] {
  if (!m.held?.planAmended) return [];
  const { done, known } = passedOn(c, { of: m.held.on, since: m.held, given: m.circulated });
  const rest = { rules: ['R146'], done, meeting: m.id };
  return [unlimited(c, `circulate/plan/${m.id}`, { on: m.held.on, known }, rest)];
}
