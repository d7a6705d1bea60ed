// Random lives of cases, for properties: the course of a plan (random-courses.ts), what happens beside it, and what turns it upside down, under
// policies and calendars that differ a little and may change. In memory and live they are the same lives.

import type { CaseFile, Person } from '../../domain/case/model.ts';
import type { Play, PlayedEvent } from '../../domain/play/player.ts';
import type { Policy } from '../../domain/policy/policy.ts';
import { addDays, type CalendarData, dateOf, type LocalDate, localDateTime } from '../../domain/time/calendar.ts';
import {
  actionDone,
  agreed,
  BARNSLEY,
  booked,
  CALENDAR,
  cover,
  HULL,
  joined,
  left,
  moment,
  other,
  PEOPLE,
  policyWith,
  type Told,
  told,
} from '../domain/support.ts';
import {
  type Course,
  days,
  FIRST_DAY,
  type Happening,
  lookedAfter,
  need,
  protection,
  saidAgain,
} from './random-courses.ts';
import fc from './seeded.ts';

const MEETING: Readonly<Record<CaseFile['kind'], string>> = {
  'child-protection': 'core-group',
  'child-in-need': 'cin-meeting',
  'looked-after': 'lac-review',
};

// Beside the course: people come, go and are away as they say when they do. Managers stay who they are: whom things are escalated to is what
// properties look for.

const someone = fc.constantFrom('sam', 'tess', 'hana', 'ed', 'nora', 'cara', 'dad');
const aside = fc.record({
  day: days(400, 1),
  what: fc.constantFrom(
    'cover',
    'back',
    'joined',
    'left',
    'action',
    'action',
    'answer',
    'answer',
    'dead address',
    'told',
    'booked',
    'apologies',
    'corrected',
    'unreadable',
    'case ended',
  ),
  who: someone,
  by: someone,
  in: days(20),
  for: days(15),
});
type Aside = typeof aside extends fc.Arbitrary<infer T> ? T : never;

function asides({ what, who, by, in: later, for: long }: Aside, day: LocalDate, file: CaseFile): Happening[] {
  const meeting = `${MEETING[file.kind]}-${1 + (long % 4)}`;
  switch (what) {
    case 'cover':
      return [[day, cover(who, addDays(day, later - 3), addDays(day, later - 3 + long), by)]];
    case 'back':
      return [
        [day, cover(who, day, addDays(day, later + long), by)],
        [addDays(day, later), other('cover-ended', { person: who, on: addDays(day, later) })],
      ];
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
    case 'answer':
      return answering(who, by, day, later, long, meeting);
    case 'dead address':
      return [[day, other('address-refused', { by: 'nodrift', person: who, code: '5.1.1' })]];
    case 'told':
      return [[day, told(meeting, 'mum')]];
    case 'booked':
      return [[day, booked(meeting, addDays(day, later), long % 2 === 0 ? { via: 'link' } : {})]];
    case 'apologies': {
      const instead = [{}, { representative: 'a colleague' }, { writtenReport: { agreedBy: by } }][long % 3];
      return [[day, other('apologies-received', { meeting, person: who, by, ...instead })]];
    }
    case 'corrected':
      return [
        [
          day,
          other('person-updated', {
            person: { ...(file.people.find(({ id }) => id === who) ?? TESS), email: `${who}-${day}@new.test` },
          }),
        ],
      ];
    case 'case ended':
      // One life in a few comes to an early end (L4).
      return long < 4 ? [[day, other('case-ended', { by: 'tess', on: day, why: WHY[later % WHY.length] })]] : [];
    case 'unreadable':
      return [[day, [other('tea-drunk', {}), told(meeting, 'nobody'), agreed(`b-${day}`, { due: 'soon' })][long % 3]!]];
  }
}

/** What somebody is asked for by then is theirs to answer, or is refused. */
function answering(who: string, by: string, day: LocalDate, later: number, long: number, meeting: string): Happening[] {
  const id = `c-${day}-${who}`;
  const duty = [`minutes/${meeting}`, `action/${id}`, `hold/${meeting}`, `distribute/${meeting}`, `confirm/${meeting}`];
  const due = addDays(day, later);
  const answers = [
    other('put-off', {
      by: who,
      duty: duty[later % duty.length],
      until: addDays(day, 1 + (long % 7)),
      reason: 'on it',
    }),
    other('not-mine', { by: who, duty: duty[later % duty.length], whose: by }),
    other('later-date-asked', { by: who, action: id, due: addDays(due, long), reason: 'longer than thought' }),
    other('help-asked', { by: who, meeting, what: ['transport'] }),
  ];
  return [
    [day, agreed(id, { owner: who, due })],
    [addDays(day, long % 5), answers[long % answers.length]!],
    [addDays(day, (long % 5) + 1), other('later-date-answered', { action: id, agreed: later % 2 === 0 })],
    [addDays(due, long), actionDone(id, { by: who, via: 'link' })],
  ];
}

const WHY = ['moved-away', 'eighteen', 'died', 'opened-in-error'];

const personOf = ({ people }: Pick<CaseFile, 'people'>, id: string): Person => people.find((one) => one.id === id)!;
const TESS = personOf({ people: PEOPLE }, 'tess');

// What turns it upside down: it changes who is meant by things that are known already, or what the rules are.

const UPHEAVALS = [
  'reallocated',
  'joined before',
  'left before',
  'another manager',
  'safe e-mail',
  'late manager',
  'policy',
  'calendar',
] as const;
type Upset = (typeof UPHEAVALS)[number];
interface Upheaval {
  readonly day: number;
  readonly what: Upset;
  readonly policy: Policy;
  readonly calendar: CalendarData;
  readonly reproject: boolean;
}

function upset({ what, policy, calendar, reproject }: Upheaval, n: number, day: LocalDate, file: CaseFile): Told {
  switch (what) {
    case 'reallocated':
      return other('case-reallocated', { to: n % 2 === 0 ? 'cara' : 'sam' });
    case 'joined before':
      return joined('nora', { on: addDays(day, -30) });
    case 'left before':
      return left('hana', { on: addDays(day, -30) });
    case 'another manager':
      return joined({ ...personOf(file, 'sam'), manager: 'sue' });
    case 'safe e-mail':
      return joined({ ...personOf(file, 'mum'), contact: 'email' });
    case 'late manager':
      return joined(TESS);
    case 'policy':
      return other('policy-changed', {
        by: 'nodrift',
        policy: { ...policy, authority: file.authority, version: `then-${n}` },
        reproject,
      });
    case 'calendar':
      return other('calendar-changed', { by: 'nodrift', calendar });
  }
}

/** Where a manager comes late there is none before, and nobody says who the social worker's is. */
function withoutManager(file: CaseFile): CaseFile {
  const people = file.people.filter(({ id }) => id !== TESS.id);
  return {
    ...file,
    people: people.map(({ manager, ...person }) => (manager === TESS.id ? person : { ...person, manager })),
  };
}

// Policies and calendars.

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
const policies: fc.Arbitrary<Policy> = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom(BARNSLEY, HULL) },
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
const calendars: fc.Arbitrary<CalendarData> = fc.record({ closed: dates, extra: dates }).map(({ closed, extra }) => ({
  ...CALENDAR,
  closureDays: [...new Set(closed)],
  bankHolidays: [...new Set([...CALENDAR.bankHolidays, ...extra])],
}));

// A life, whole.

const hours = fc.array(fc.constantFrom('00:05', '07:59', '08:00', '08:01', '10:00', '16:30', '23:59'), {
  minLength: 7,
  maxLength: 7,
});
const beside = fc.record({ asides: fc.array(aside, { maxLength: 6 }), hours, policy: policies, calendar: calendars });
type Beside = typeof beside extends fc.Arbitrary<infer T> ? T : never;

/** Long courses cost as much as ten short ones. */
const courses = fc.oneof(
  { weight: 4, arbitrary: protection },
  { weight: 1, arbitrary: need },
  { weight: 1, arbitrary: lookedAfter },
);

function lifeOf(
  course: Course,
  { asides: all, hours, policy, calendar }: Beside,
  upheavals: readonly Upheaval[],
): Play {
  const { from, opens } = course;
  const file = upheavals.some(({ what }) => what === 'late manager') ? withoutManager(course.file) : course.file;
  const happenings = [
    ...course.goesOn,
    ...all.flatMap((one) => asides(one, addDays(from, one.day), file)),
    ...upheavals.map((one, n): Happening => {
      const day = addDays(from, one.day);
      return [day, upset(one, n, day, file)];
    }),
  ];
  const events: PlayedEvent[] = [
    ...opens.map((event, i) => ({ at: localDateTime(`${from}T00:0${i + 1}`), event })),
    ...happenings
      .map(([day, event], i) => ({ at: localDateTime(`${day}T${hours[i % hours.length]}`), event }))
      .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)),
  ].map((one, i) => ({ id: `e${i}`, ...one }));
  return { file, policy, calendar, events, until: moment(addDays(dateOf(events.at(-1)!.at), 45)) };
}

/** A life of any kind in which people come, go and are away as they say when they do. */
export const lives: fc.Arbitrary<Play> = fc.tuple(courses, beside).map(([course, rest]) => lifeOf(course, rest, []));

/** Lives in which something is said once more, or before what it follows from. */
export const saidAgainLives: fc.Arbitrary<Play> = fc
  .tuple(saidAgain, beside)
  .map(([course, rest]) => lifeOf(course, rest, []));

/** The same turned upside down: by any of these, or by one of all. */
export const upsetLives = (...whats: readonly Upset[]): fc.Arbitrary<Play> => {
  const upheaval = fc.record({
    day: days(400, 1),
    what: fc.constantFrom(...(whats.length > 0 ? whats : UPHEAVALS)),
    policy: policies,
    calendar: calendars,
    reproject: fc.boolean(),
  });
  return fc
    .tuple(courses, beside, fc.array(upheaval, { minLength: 1, maxLength: 4 }))
    .map(([course, rest, upheavals]) => lifeOf(course, rest, upheavals));
};

/** One thing of a life that is put right some days after it was recorded: taken back, or with another day. */
const mistake = fc.record({ which: fc.nat(), after: days(40), withdrawn: fc.boolean(), by: days(10, 1) });

/** Lives in which things are put right (L1); what may not be is refused, as anything else. */
export const putRightLives: fc.Arbitrary<Play> = fc
  .tuple(fc.oneof(lives, upsetLives()), fc.array(mistake, { minLength: 1, maxLength: 3 }))
  .map(([life, mistakes]) => {
    const last = life.events.at(-1)?.at ?? '';
    const right = mistakes.flatMap(({ which, after, withdrawn, by }, i): PlayedEvent[] => {
      const one = life.events[which % life.events.length];
      const wrong = one?.event as { readonly type: string; readonly on?: LocalDate } | undefined;
      if (!one || !wrong || /^(policy|calendar)-changed$/.test(wrong.type)) return [];
      const at = `${addDays(dateOf(one.at), after)}T${one.at.slice(11, 16)}` as PlayedEvent['at'];
      const how =
        withdrawn || wrong.on === undefined
          ? { type: 'event-withdrawn', withdraws: one.id }
          : { type: 'event-corrected', corrects: one.id, event: { ...wrong, on: addDays(wrong.on, -by) } };
      return at > last ? [] : [{ id: `r${i}`, at, event: { by: 'tess', reason: 'typed wrongly', ...how } }];
    });
    return { ...life, events: [...life.events, ...right] };
  });
