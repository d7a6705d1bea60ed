// Random lives of a child protection case, for properties: late, moved, cancelled and unbooked meetings, minutes that come late or never,
// people who are away, join and leave; under policies and calendars that differ a little. What the case refuses is part of life.
import fc from 'fast-check';
import type { Play, PlayedEvent } from '../../domain/play/player.ts';
import type { Policy } from '../../domain/policy/policy.ts';
import { addDays, dateOf, type LocalDate, localDate, localDateTime } from '../../domain/time/calendar.ts';
import {
  actionDone,
  agreed,
  BARNSLEY,
  booked,
  CALENDAR,
  cancelled,
  conference,
  cover,
  distributed,
  FILE,
  held,
  joined,
  left,
  minutes,
  moment,
  moved,
  notHeld,
  other,
  place,
  planEnded,
  policyWith,
  strategy,
  type Told,
  told,
} from './support.ts';

// Ahead of today, so that a server's clock, which only jumps forward, can play these lives too.
const FIRST_DAY = localDate('2027-03-01');
/** The same lives in every run, so that a red run means a change; SEED=… plays others, and RUNS=… more of them. */
export const SEED = Number(process.env.SEED ?? 20270301);
fc.configureGlobal({ seed: SEED });

const days = (max: number, min = 0) => fc.integer({ min, max });
const orNever = (max: number) => fc.option(days(max), { nil: undefined });
const someone = fc.constantFrom('sam', 'tess', 'hana', 'ed', 'nora', 'cara', 'dad');

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

const review = fc.record({
  gap: days(250, 60),
  booked: fc.boolean(),
  typed: days(12),
  ends: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
});

const aside = fc.record({
  day: days(400, 1),
  what: fc.constantFrom('cover', 'joined', 'left', 'action', 'action', 'address', 'told', 'booked'),
  who: someone,
  by: someone,
  in: days(20),
  for: days(15),
});
type Aside = typeof aside extends fc.Arbitrary<infer T> ? T : never;

/** What changes who is meant by things that are known already. */
const UPHEAVALS = ['reallocated', 'joined before', 'left before', 'another manager', 'safe e-mail'] as const;
interface Upheaval {
  readonly day: number;
  readonly what: (typeof UPHEAVALS)[number];
}

const life = fc.record({
  start: days(500),
  toConference: days(40, 1),
  typed: days(8),
  first: fc.option(days(25, 1), { nil: undefined }),
  groups: fc.array(group, { maxLength: 4 }),
  reviews: fc.array(review, { maxLength: 2 }),
  asides: fc.array(aside, { maxLength: 6 }),
  hours: fc.array(fc.constantFrom('00:05', '07:59', '08:00', '08:01', '10:00', '16:30', '23:59'), {
    minLength: 7,
    maxLength: 7,
  }),
  ends: fc.option(days(500, 40), { nil: undefined }),
});
type Life = typeof life extends fc.Arbitrary<infer T> ? T : never;

type Happening = readonly [day: LocalDate, what: Told];

function happenings(one: Life, upheavals: readonly Upheaval[]): Happening[] {
  const started = addDays(FIRST_DAY, one.start);
  const conferred = addDays(started, one.toConference);
  const first = one.first === undefined ? undefined : place(addDays(conferred, one.first));
  const reason = first ? undefined : 'no date could be found';
  return [
    [started, strategy(started)],
    [addDays(conferred, one.typed), conference(conferred, { firstCoreGroup: first, reason })],
    ...groups(one.groups, conferred),
    ...reviews(one, conferred),
    ...one.asides.flatMap((each) => asides(each, addDays(started, each.day))),
    ...upheavals.map((each): Happening => [addDays(started, each.day), upset(each, addDays(started, each.day))]),
    ...(one.ends === undefined ? [] : [[addDays(started, one.ends), planEnded(addDays(started, one.ends))] as const]),
  ];
}

function groups(all: readonly Group[], from: LocalDate): Happening[] {
  let day = from;
  return all.flatMap((one, i) => {
    const [id, next] = [`core-group-${i + 1}`, `core-group-${i + 2}`];
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
    held(id, day, { ...more, planAgreed: one.agreed, minuteTaker: one.minuteTaker, present }),
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

function reviews(one: Life, from: LocalDate): Happening[] {
  let day = from;
  return one.reviews.flatMap(({ gap, booked: isBooked, typed, ends }, i): Happening[] => {
    const id = `review-conference-${i + 1}`;
    const before = addDays(day, 20);
    day = addDays(day, gap);
    const said = held(id, day, {
      chair: 'chris',
      minuteTaker: 'nora',
      present: ['chris', 'nora'],
      outcome: ends ? 'end' : 'continue',
    });
    return [...(isBooked ? [[before, booked(id, day)] as const] : []), [addDays(day, typed), said]];
  });
}

function asides({ what, who, by, in: later, for: long }: Aside, day: LocalDate): Happening[] {
  switch (what) {
    case 'cover':
      return [[day, cover(who, addDays(day, later - 3), addDays(day, later - 3 + long), by)]];
    case 'joined':
      return [[day, joined(who)]];
    case 'left':
      return [[day, left(who)]];
    case 'action': {
      const id = `a-${day}-${who}`;
      return [
        [day, agreed(id, { owner: who, due: addDays(day, later) })],
        [addDays(day, long * 2), actionDone(id)],
      ];
    }
    case 'address':
      return [[day, other('address-refused', { by: 'nodrift', person: who, code: '5.1.1' })]];
    case 'told':
      return [[day, told(`core-group-${1 + (long % 4)}`, 'mum')]];
    case 'booked':
      return [[day, booked(`core-group-${1 + (long % 4)}`, addDays(day, later))]];
  }
}

function upset({ what }: Upheaval, day: LocalDate): Told {
  switch (what) {
    case 'reallocated':
      return other('case-reallocated', { to: 'cara' });
    case 'joined before':
      return joined('nora', { on: addDays(day, -30) });
    case 'left before':
      return left('hana', { on: addDays(day, -30) });
    case 'another manager':
      return joined({ id: 'sam', name: 'Sam Worker', role: 'social-worker', manager: 'sue' });
    case 'safe e-mail':
      return joined({ id: 'mum', name: 'Mum', role: 'mother', contact: 'email' });
  }
}

/** In the order they are typed in. Asides never touch the managers: whom things are escalated to is what properties look for. */
function typedIn(all: readonly Happening[], hours: readonly string[]): PlayedEvent[] {
  return all
    .map(([day, event], i) => ({ id: `e${i}`, at: localDateTime(`${day}T${hours[i % hours.length]}`), event }))
    .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

const level = fc.constantFrom('refuse', 'reason', 'warn', 'off');
const variation = fc.record({
  first: days(15, 2),
  next: days(42, 10),
  minutes: fc.record({ within: days(10, 1), unit: fc.constantFrom('days', 'working-days') }),
  distribution: fc.option(days(10, 1), { nil: undefined }),
  gates: fc.record(
    Object.fromEntries(['R2', 'R17', 'R22', 'R44', 'R54', 'R63', 'R81', 'R115', 'R136'].map((rule) => [rule, level])),
  ),
  rungs: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
});

/** Other figures, other gates, shorter ladders: the last step of each stays, so that a manager is reached. */
export const policies: fc.Arbitrary<Policy> = fc.oneof(
  { weight: 1, arbitrary: fc.constant(BARNSLEY) },
  {
    weight: 2,
    arbitrary: variation.map((v) =>
      policyWith(({ limits, gates, ladders }) => {
        limits['first-core-group'].within = v.first;
        limits['next-core-group'].within = v.next;
        Object.assign(limits.minutes, v.minutes);
        if (v.distribution === undefined) limits.distribution = null;
        else limits.distribution.within = v.distribution;
        Object.assign(gates, v.gates);
        for (const name of ['hold-meeting', 'hold-review', 'minutes', 'distribute'])
          ladders[name] = ladders[name].filter((_: unknown, i: number) => i >= ladders[name].length - 1 || v.rungs[i]);
      }),
    ),
  },
);

const dates = fc.array(days(1000), { maxLength: 10 }).map((all) => all.map((n) => addDays(FIRST_DAY, n)));
export const calendars = fc.record({ closed: dates, extra: dates }).map(({ closed, extra }) => ({
  ...CALENDAR,
  closureDays: [...new Set(closed)],
  bankHolidays: [...new Set([...CALENDAR.bankHolidays, ...extra])],
}));

const playOf = (one: Life, upheavals: readonly Upheaval[], policy: Policy, calendar: typeof CALENDAR): Play => {
  const events = typedIn(happenings(one, upheavals), one.hours);
  return {
    file: FILE,
    policy,
    calendar,
    events,
    until: moment(addDays(dateOf(events.at(-1)!.at), 45)),
  };
};

/** A life in which people come, go and are away as they say when they do. */
export const lives: fc.Arbitrary<Play> = fc
  .tuple(life, policies, calendars)
  .map(([one, policy, calendar]) => playOf(one, [], policy, calendar));

/** The same with changes that reach back: reallocation, people joining or leaving long ago, other managers. */
export const upsetLives = (...whats: readonly Upheaval['what'][]): fc.Arbitrary<Play> => {
  const what = fc.constantFrom(...(whats.length > 0 ? whats : UPHEAVALS));
  const upheavals = fc.array(fc.record({ day: days(400, 1), what }), { minLength: 1, maxLength: 3 });
  return fc
    .tuple(life, upheavals, policies, calendars)
    .map(([one, upsets, policy, calendar]) => playOf(one, upsets, policy, calendar));
};
