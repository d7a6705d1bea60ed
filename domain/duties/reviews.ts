// What a review asks of people besides being held: papers before it, the amended plan after it. Child in need and looked after reviews share it.

import { PAPERS } from '../case/event-fields.ts';
import { type Case, type Dated, dayOf, heldMeetings, type Meeting, type Membership, standing } from '../case/facts.ts';
import type { Rule } from '../case/model.ts';
import { own } from '../case/own.ts';
import { isFamily, LATEST, socialWorkerAt } from '../case/people.ts';
import { order } from '../time/order.ts';
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

export type Needed = (typeof DOCUMENTS)[number]['name'];

/** Whether the papers that came have everything that is needed. */
export const complete = (papers: Meeting['papers'], needed: readonly Needed[] = ['review-report', 'plan']): boolean =>
  DOCUMENTS.filter(({ name }) => needed.includes(name)).every(({ name, before }) =>
    papers.some(({ documents }) => documents.some((one) => one === name || (!hasName(one) && before.test(one)))),
  );

/**
 * R146: an amended plan goes to the child, the parents and every agency in it, new ones included: a provider who joins after the last review
 * that amended it is owed it too, and asked for anew (L23).
 */
export function circulate(c: Case, m: Meeting): Arisen[] {
  if (!m.held?.planAmended) return [];
  const { on } = m.held;
  const key = `circulate/plan/${m.id}` as const;
  const { done, known, edition } = passedOn(c, { of: on, since: m.held, given: m.circulated });
  const rest = { rules: ['R146'], meeting: m.id };
  const joined = done ? joinedSince(c, m) : [];
  const has = new Map(m.circulated.map((one) => [one.person, one]));
  const without = joined.find(({ person }) => !has.has(person));
  const last = without ?? joined.at(-1);
  if (!last) return [unlimited(c, key, { on, known }, { ...rest, done, edition })];
  // Told again: what was said of those before was about others.
  const anew = { ...rest, edition: last.known, done: without ? undefined : lastKnown(has.get(last.person), done) };
  return [unlimited(c, key, { on: last.from, known: last.known }, anew)];
}

const lastKnown = (a: Dated | undefined, b: Dated | undefined): Dated | undefined =>
  a && (!b || a.known > b.known) ? { on: a.on, known: a.known } : b;

/** Professionals who became members after a review that amended the plan, and still are; of the last such review alone. */
function joinedSince(c: Case, { kind, number, held }: Meeting): readonly Membership[] {
  const isLast = !heldMeetings(c, kind).some((one) => one.number > number && one.held.planAmended);
  if (!isLast || !held) return [];
  return c.memberships
    .filter(({ from, until }) => from > held.on && until === undefined)
    .filter(({ person }) => !isFamily(c, own(c.people, person)) && socialWorkerAt(c, LATEST) !== person)
    .toSorted((a, b) => order(a.known, b.known));
}
