// The usual course of each plan, at random: how it begins, its meetings, and how it ends; meetings are late, moved, cancelled, unbooked or never
// spoken of. A course says what happens to one family. What happens beside it is in random-lives.ts; what the case refuses is part of life.

import type { CaseFile } from '../../domain/case/model.ts';
import { addDays, type LocalDate, localDate } from '../../domain/time/calendar.ts';
import {
  approved,
  assessed,
  closed,
  closureApproved,
  consent,
  consultation,
  discussed,
  endorsed,
  LAC_FILE,
  lacReview,
  letter,
  NEED_FILE,
  notified,
  papers,
  proposed,
  referral,
  review,
  withdrawn,
} from '../domain/need.ts';
import {
  booked,
  cancelled,
  conference,
  distributed,
  FILE,
  held,
  joined,
  minutes,
  moved,
  notHeld,
  other,
  place,
  planEnded,
  strategy,
  type Told,
} from '../domain/support.ts';
import fc from './seeded.ts';

/** Ahead of today, so that a server's clock, which only jumps forward, can play these lives too. */
export const FIRST_DAY = localDate('2027-03-01');

/** What is typed in on a day. */
export type Happening = readonly [day: LocalDate, what: Told];

export interface Course {
  readonly file: CaseFile;
  readonly from: LocalDate;
  /** What makes it a case, typed in one after the other in the first hours. */
  readonly opens: readonly Told[];
  readonly goesOn: readonly Happening[];
}

export const days = (max: number, min = 0): fc.Arbitrary<number> => fc.integer({ min, max });
const orNever = (max: number) => fc.option(days(max), { nil: undefined });

// Child protection: conference, core groups and reviews, one after the other.

const group = fc.record({
  gap: days(60, 5),
  how: fc.constantFrom(
    'fixed',
    'fixed',
    'unbooked',
    'moved',
    'cancelled',
    'cancelled and booked',
    'not held',
    'never said',
  ),
  chair: fc.constantFrom(undefined, 'hana', 'dad'),
  minuteTaker: fc.constantFrom('ed', 'ed', 'nora', 'sam', 'dad', 'tess'),
  worker: fc.constantFrom('sam', 'sam', 'cara', 'nora'),
  typed: days(12),
  agreed: fc.boolean(),
  reason: fc.boolean(),
  minutes: orNever(25),
  minutesTyped: days(6),
  passedOn: orNever(20),
  inParts: fc.boolean(),
});
type Group = typeof group extends fc.Arbitrary<infer T> ? T : never;

const reviewed = fc.record({
  gap: days(250, 60),
  booked: fc.boolean(),
  typed: days(12),
  ends: days(5).map((n) => n === 0),
  quorate: days(4).map((n) => n > 0),
});
type Reviewed = typeof reviewed extends fc.Arbitrary<infer T> ? T : never;

/** A plan that ran for a while before it was brought in (L9). */
const running = fc.record({
  groups: days(9, 1),
  since: days(60, 1),
  minutes: fc.constantFrom(undefined, 'received', 'passed-on'),
  next: fc.option(days(20, 1), { nil: undefined }),
  invited: fc.boolean(),
  reviewed: fc.boolean(),
  due: days(40),
});
type Running = typeof running extends fc.Arbitrary<infer T> ? T : never;

function goneOn(
  { groups: number, since, minutes: came, next, invited, reviewed: isReviewed, due }: Running,
  from: LocalDate,
  all: readonly Group[],
  those: readonly Reviewed[],
): Pick<Course, 'opens' | 'goesOn'> {
  const last = { kind: 'core-group', number, on: addDays(from, -since), minutes: came };
  const fixed = next === undefined ? {} : { nextStart: `${addDays(from, next)}T10:00`, venue: 'Hall', invited };
  const review = { kind: 'review-conference', number: 1, on: addDays(from, -100), minutes: 'passed-on' };
  const brought = other('brought-in', {
    ...{
      on: from,
      conference: addDays(from, -200),
      planAgreed: addDays(from, -190),
      members: ['hana', 'ed', 'mum', 'dad'],
    },
    meetings: [{ ...last, ...fixed }, ...(isReviewed ? [review] : [])],
    actions: [{ id: 'brought', owner: 'hana', due: addDays(from, due - 20) }],
  });
  return {
    opens: [brought],
    goesOn: [...groups(all, from, number), ...reviews(those, from, isReviewed ? 1 : 0)],
  };
}

export const protection: fc.Arbitrary<Course> = fc
  .record({
    start: days(500),
    toConference: days(40, 1),
    typed: days(8),
    first: fc.option(days(25, 1), { nil: undefined }),
    groups: fc.array(group, { maxLength: 4 }),
    reviews: fc.array(reviewed, { maxLength: 2 }),
    ends: fc.option(days(500, 40), { nil: undefined }),
    broughtIn: fc.option(running, { nil: undefined, freq: 4 }),
  })
  .map(({ start, toConference, typed, first, groups: all, reviews: those, ends, broughtIn: before }) => {
    const from = addDays(FIRST_DAY, start);
    if (before) return { file: FILE, from, ...goneOn(before, from, all, those) };
    const conferred = addDays(from, toConference);
    const firstCoreGroup = first === undefined ? undefined : place(addDays(conferred, first));
    const reason = firstCoreGroup ? undefined : 'no date could be found';
    const calls = other('conference-called', {
      ...place(conferred),
      invited: ['hana', 'ed', 'mum', 'dad'],
      chair: 'chris',
    });
    const goesOn: Happening[] = [
      ...(typed % 2 === 0 ? [[addDays(conferred, -2), calls] as const] : []),
      [addDays(conferred, typed), conference(conferred, { firstCoreGroup, reason })],
      ...groups(all, conferred, 0),
      ...reviews(those, conferred, 0),
      ...(ends === undefined ? [] : [[addDays(from, ends), planEnded(addDays(from, ends))] as const]),
    ];
    return { file: FILE, from, opens: [strategy(from)], goesOn };
  });

function groups(all: readonly Group[], from: LocalDate, held: number): Happening[] {
  let day = from;
  return all.flatMap((one, i) => {
    const [id, next] = [`core-group-${held + i + 1}`, `core-group-${held + i + 2}`];
    const before = day;
    day = addDays(day, one.gap);
    return [...arranged(one, id, before, day), ...happened(one, id, next, day, addDays(day, all[i + 1]?.gap ?? 28))];
  });
}

function arranged({ how, chair }: Group, id: string, before: LocalDate, day: LocalDate): Happening[] {
  const near = addDays(before, 3);
  switch (how) {
    case 'moved':
      return [
        [near, moved(id, addDays(day, -1), { chair })],
        [addDays(day, -2), moved(id, day, { chair })],
      ];
    case 'cancelled':
      return [[addDays(day, -2), cancelled(id)]];
    case 'cancelled and booked':
      return [
        [near, cancelled(id)],
        [addDays(near, 1), booked(id, day, { chair })],
      ];
    case 'unbooked':
      return [];
    default:
      return [[near, booked(id, day, { chair })]];
  }
}

function happened(one: Group, id: string, nextId: string, day: LocalDate, nextDay: LocalDate): Happening[] {
  const typed = addDays(day, one.typed);
  if (one.how === 'never said') return [];
  if (one.how === 'not held') return [[typed, notHeld(id)]];
  const present = ['hana', one.minuteTaker, one.worker];
  const more = { next: one.reason ? undefined : place(nextDay), reason: one.reason ? `see ${nextId}` : undefined };
  const said: Happening = [
    typed,
    held(id, day, {
      ...more,
      planAgreed: one.agreed,
      minuteTaker: one.minuteTaker,
      present,
      everyDays: EVERYDAYS[one.typed % EVERYDAYS.length],
    }),
  ];
  if (one.minutes === undefined) return [said];
  const came = addDays(day, one.minutes);
  const received: Happening = [addDays(came, one.minutesTyped), minutes(id, came)];
  if (one.passedOn === undefined) return [said, received];
  const given = addDays(came, one.passedOn);
  const people = ['ed', 'hana', 'mum', 'dad', 'nora', 'cara', 'tess'];
  return one.inParts
    ? [
        said,
        received,
        [given, distributed(id, ...people.slice(0, 3))],
        [addDays(given, 4), distributed(id, ...people.slice(3))],
      ]
    : [said, received, [given, distributed(id, ...people)]];
}

function reviews(all: readonly Reviewed[], from: LocalDate, earlier: number): Happening[] {
  let day = from;
  return all.flatMap(({ gap, booked: isBooked, typed, ends, quorate }, i): Happening[] => {
    const id = `review-conference-${earlier + i + 1}`;
    const before = addDays(day, 20);
    day = addDays(day, gap);
    const said = held(id, day, {
      chair: 'chris',
      minuteTaker: 'nora',
      present: quorate ? ['chris', 'nora', 'sam', 'hana'] : ['chris', 'nora'],
      outcome: ends ? 'end' : 'continue',
    });
    return [...(isBooked ? [[before, booked(id, day)] as const] : []), [addDays(day, typed), said]];
  });
}

// Child in need and looked after: anything may happen on any day, and be typed in late.

/** On a day, with a number to choose by, and where the meetings of each kind have got to. */
type Thing = (on: LocalDate, n: number, at: Meetings) => Told;

/** How many of each kind were said to be held. */
class Meetings {
  readonly #held = new Map<string, number>();
  next = (kind: string): string => `${kind}-${(this.#held.get(kind) ?? 0) + 1}`;
  last = (kind: string): string => `${kind}-${this.#held.get(kind) ?? 1}`;

  heard(event: Told): Told {
    const [, kind, number] = /^(.*)-(\d+)$/.exec(String(event.meeting)) ?? [];
    if (event.type === 'meeting-held' && kind) this.#held.set(kind, Number(number));
    return event;
  }
}

const why = { reason: 'nothing else could be found' };
const EVERYDAYS = [undefined, 14, 28, 60];
const OUTCOMES = ['continue', 'close', 'assess', 'strategy-discussion'];
const SOMEBODY = ['hana', 'ed', 'mum', 'dad'];
const pick = <T>(from: readonly T[], n: number): T => from[n % from.length] as T;
/** Another number to choose by. */
const digit = (on: LocalDate): number => on.charCodeAt(9);

const NEED: readonly Thing[] = [
  (on) => assessed(on),
  (_, n) => proposed({ everyDays: pick(EVERYDAYS, n) }),
  (on) => approved({ on }),
  (on) => consent({ on }),
  (on) => withdrawn({ on }),
  (on) => other('engagement-attempted', { on }),
  (on) => other('strategy-considered', { on, outcome: 'not-needed' }),
  (on) => strategy(on),
  (on, _n, at) => booked(at.next('cin-meeting'), addDays(on, 15)),
  (on, _n, at) => booked(at.next('cin-review'), addDays(on, 30), { considered: ['location'] }),
  (_, _n, at) => cancelled(at.next('cin-meeting')),
  (_, _n, at) => notHeld(at.next('cin-review')),
  (on, n, at) => held(at.next('cin-meeting'), on, { ...why, scaling: n, planAgreed: n > 1 }),
  (on, _n, at) => held(at.next('cin-meeting'), on, { ...why, scaling: 3 }),
  (on, _n, at) => held(at.next('cin-meeting'), on, { ...why, minuteTaker: 'sam' }),
  (on, n, at) =>
    review(at.next('cin-review'), on, {
      outcome: pick(OUTCOMES, n + digit(on)),
      everyDays: pick(EVERYDAYS, n),
      planAmended: n === 2,
    }),
  (on, n, at) => review(at.next('cin-review'), on, { members: SOMEBODY.slice(n % 3) }),
  (on, _n, at) => consultation(at.next('cin-review'), on, { consulted: [...SOMEBODY, 'kit'] }),
  (_, _n, at) => papers(at.next('cin-review')),
  (_, _n, at) =>
    other('plan-circulated', {
      meeting: at.last('cin-review'),
      to: SOMEBODY.map((person) => ({ person, how: 'post' })),
    }),
  (on, _n, at) => minutes(pick([at.last('cin-meeting'), at.last('cin-review')], digit(on)), on),
  (on, _n, at) =>
    distributed(pick([at.last('cin-meeting'), at.last('cin-review')], digit(on)), ...SOMEBODY, 'kit', 'tess'),
];
const CLOSING: readonly Thing[] = [
  (on) => discussed({ on }),
  (_, n, at) => endorsed(pick([at.last('cin-meeting'), at.last('cin-review')], n)),
  (on, n) => closureApproved({ on, after: pick([undefined, 'supervision'], n) }),
  (on) => closed({ on }),
  (on) => letter({ on }),
  (on, n) => notified(pick(SOMEBODY, n), { on }),
];
const LOOKED_AFTER: readonly Thing[] = [
  (on, _n, at) => booked(at.next('lac-review'), addDays(on, 20)),
  (_, _n, at) => cancelled(at.next('lac-review')),
  (on, n, at) =>
    lacReview(at.next('lac-review'), on, {
      coreGroupNeeded: pick([true, false, undefined], n),
      everyDays: pick(EVERYDAYS, n),
    }),
  (on, _n, at) => lacReview(at.next('lac-review'), on),
  (_, _n, at) => papers(at.next('lac-review')),
  (on, _n, at) => held(at.next('core-group'), on),
  (on, _n, at) => minutes(pick([at.last('lac-review'), at.last('core-group')], digit(on)), on),
  (_, _n, at) => distributed(at.last('lac-review'), ...SOMEBODY),
  (on, n, at) => (n === 4 ? other('ceased-looked-after', { on }) : papers(at.next('lac-review'))),
];

const thing = fc.record({
  day: days(450),
  late: fc.constantFrom(0, 0, 0, 1, 6),
  what: fc.nat(999),
  n: days(4, 1),
});
type Drawn = typeof thing extends fc.Arbitrary<infer T> ? T : never;
const things = fc.array(thing, { maxLength: 45, size: 'max' });

function drawn(all: readonly Drawn[], choice: readonly Thing[]): Happening[] {
  const meetings = new Meetings();
  return all
    .toSorted((a, b) => a.day - b.day)
    .map(({ day, late, what, n }) => {
      const on = addDays(FIRST_DAY, day);
      return [addDays(on, late), meetings.heard(pick(choice, what)(on, n, meetings))];
    });
}

/** Half of all lives begin with an approved plan: else few would get anywhere. */
export const need: fc.Arbitrary<Course> = fc.tuple(fc.boolean(), things).map(([planned, all]) => ({
  file: NEED_FILE,
  from: FIRST_DAY,
  opens: [referral(FIRST_DAY), ...(planned ? [assessed(FIRST_DAY), proposed(), approved()] : [])],
  goesOn: drawn(all, [...NEED, ...NEED, ...CLOSING]),
}));

export const lookedAfter: fc.Arbitrary<Course> = things.map((all) => ({
  file: LAC_FILE,
  from: FIRST_DAY,
  opens: [other('became-looked-after', { on: FIRST_DAY, members: SOMEBODY })],
  goesOn: drawn(all, LOOKED_AFTER),
}));

// What is said once more, or before what it follows from.

/** Members join, and are invited, before the conference that made them members is typed in. */
const joinedBefore: fc.Arbitrary<Course> = fc
  .record({ joins: days(12, 3), books: days(4), typed: days(6), who: fc.constantFrom('hana', 'ed', 'dad', 'mum') })
  .map(({ joins, books, typed, who }) => ({
    file: FILE,
    from: FIRST_DAY,
    opens: [strategy(FIRST_DAY)],
    goesOn: [
      [addDays(FIRST_DAY, joins), joined(who)],
      [addDays(FIRST_DAY, joins + books), booked('core-group-1', addDays(FIRST_DAY, 40))],
      [addDays(FIRST_DAY, joins + books + typed), conference(addDays(FIRST_DAY, joins - 2), why)],
    ],
  }));

/** Reviews one soon after the other, typed in late, that ask for the same core group, or want none. */
const askedAgain: fc.Arbitrary<Course> = fc
  .array(
    fc.record({ gap: days(40, 1), typed: days(12), wants: fc.constantFrom(true, true, true, false), met: days(9) }),
    {
      minLength: 2,
      maxLength: 8,
    },
  )
  .map((all) => {
    let on = FIRST_DAY;
    let met = 0;
    const goesOn = all.flatMap(({ gap, typed, wants, met: meets }, i): Happening[] => {
      on = addDays(on, gap);
      const said = lacReview(`lac-review-${i + 1}`, on, { coreGroupNeeded: wants });
      const group: Happening[] = meets === 0 ? [[addDays(on, gap), held(`core-group-${++met}`, addDays(on, gap))]] : [];
      return [[addDays(on, typed), said], ...group];
    });
    const opens = [other('became-looked-after', { on: FIRST_DAY, members: SOMEBODY })];
    return { file: LAC_FILE, from: FIRST_DAY, opens, goesOn };
  });

export const saidAgain: fc.Arbitrary<Course> = fc.oneof(joinedBefore, askedAgain);
