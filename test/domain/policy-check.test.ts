// What an authority changes is explained: each departure with its rules and both figures; statute cannot be loosened; contradictions are refused.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { departuresOf, LADDER_RULES, type PolicyDeparture } from '../../domain/policy/departures.ts';
import { PolicyError, parsePolicy } from '../../domain/policy/read-policy.ts';
import type { LocalDate } from '../../domain/time/calendar.ts';
import { calendarEndsSoon, calendarWarning } from '../../domain/time/calendar-end.ts';
import { rules } from '../../policies/rules.ts';
import { BARNSLEY, CALENDAR, HULL, policyWith } from './support.ts';

// biome-ignore lint/suspicious/noExplicitAny: a draft may be anything; parsePolicy says whether it is a policy.
type Draft = any;
const within = (name: string, count: number, unit?: string) => (p: Draft) =>
  Object.assign(p.limits[name], { within: count, ...(unit ? { unit } : {}), target: undefined });

const found = (change: (p: Draft) => void): readonly PolicyDeparture[] =>
  departuresOf(policyWith(change), BARNSLEY, CALENDAR);

const ROWS: readonly (readonly [what: string, change: (p: Draft) => void, expected: string])[] = [
  [
    'P4, P5: core groups later, R21',
    within('next-core-group', 35),
    'R21 limits.next-core-group looser 28 days|35 days',
  ],
  [
    'P4, P5: core groups sooner, R20',
    within('first-core-group', 5),
    'R20 limits.first-core-group tighter 10 working days|5 working days',
  ],
  [
    'P8: minutes in working days, R59',
    within('minutes', 5, 'working-days'),
    'R59 limits.minutes unlike 5 days|5 working days',
  ],
  [
    'P9: no limit for passing minutes on, R60',
    (p) => {
      p.limits.distribution = null;
    },
    'R60,R61 limits.distribution unset 5 working days|none',
  ],
  [
    'a first child in need meeting with a limit, R98',
    (p) => {
      p.limits['first-cin-meeting'] = { within: 10, unit: 'working-days', of: 'the approval', rules: ['R98'] };
    },
    'R98 limits.first-cin-meeting set none|10 working days',
  ],
  [
    'P1: a target, R98',
    (p) => {
      p.limits['next-cin-meeting'].target = { within: 28, unit: 'days', rules: ['R98'] };
    },
    'R28,R98 limits.next-cin-meeting tighter 42 days|42 days, target 28 days',
  ],
  [
    'P12: review conferences in days, R117',
    within('next-review-conference', 183, 'days'),
    'R117 limits.next-review-conference unlike 6 months|183 days',
  ],
  [
    'other rules cited, R21',
    (p) => {
      p.limits['next-core-group'].rules = ['R20'];
    },
    'R21 limits.next-core-group other 28 days (R21)|28 days (R20)',
  ],
  [
    'P10: a core group without the social worker, R63',
    (p) => {
      p.gates.R63 = 'warn';
    },
    'R63 gates.R63 weaker refuse|warn',
  ],
  [
    'P7: chair and note-taker, R54',
    (p) => {
      p.gates.R54 = 'refuse';
    },
    'R54 gates.R54 stronger reason|refuse',
  ],
  [
    'P3: no child in need reviews, R118',
    (p) => {
      p.reviews.childInNeed = false;
    },
    'R118,R119 reviews.childInNeed other on|off',
  ],
  [
    'P2: another name for the meeting',
    (p) => {
      p.meetings['cin-meeting'].label = 'team round the child';
    },
    'R53,R92,R123 meetings.cin-meeting.label other child in need meeting|team round the child',
  ],
  [
    'P6: who usually chairs, R123',
    (p) => {
      p.meetings['cin-review'].chair = 'social-worker';
    },
    'R53,R92,R123 meetings.cin-review.chair other manager|social-worker',
  ],
  [
    'a step left out, R59',
    (p) => {
      p.ladders.minutes.pop();
    },
    'R59 ladders.minutes.5-after ladder escalation 5 working days after, to minute-taker, social-worker, manager|no such step',
  ],
  [
    'a step later, R60',
    (p) => {
      p.ladders.distribute[1].when = { after: 2 };
    },
    'R60,R61 ladders.distribute.1-after ladder chase 1 working day after, to social-worker|chase 2 working days after, to social-worker',
  ],
  [
    'a step added, R89',
    (p) => {
      p.ladders.approve.push({ step: '9-after', when: { after: 9 }, to: ['manager'], says: 'chase' });
    },
    'R89 ladders.approve.9-after ladder no such step|chase 9 working days after, to manager',
  ],
  [
    'a role that may approve, R89',
    (p) => {
      p.roles['conference-chair'].approves = true;
    },
    'R89 roles.conference-chair.approves other none|on',
  ],
  [
    'a role of its own',
    (p) => {
      p.roles.mentor = { label: 'mentor' };
    },
    'R89 roles.mentor other none|mentor',
  ],
  [
    'initial conferences sooner, R114',
    within('initial-conference', 10),
    'R114 limits.initial-conference tighter 15 working days|10 working days',
  ],
];
for (const [what, change, expected] of ROWS)
  test(`the policy check explains ${what}`, () => {
    const lines = found(change).map((one) => `${one.rules} ${one.field} ${one.kind} ${one.shipped}|${one.own}`);
    assert.deepEqual(lines, [expected]);
    assert.ok(found(change).every(({ unlawful }) => unlawful === undefined));
  });

test('a policy that changes nothing has no departures, and Hull’s are those that were decided, P1, P2, P6, P7', () => {
  assert.deepEqual(departuresOf(BARNSLEY, BARNSLEY, CALENDAR), []);
  assert.deepEqual(departuresOf(HULL, HULL, CALENDAR), []);
  assert.deepEqual(
    departuresOf(HULL, BARNSLEY, CALENDAR).map(({ field }) => field),
    ['limits.next-cin-meeting', 'gates.R44', 'gates.R54', 'meetings.cin-meeting.label', 'meetings.cin-meeting.chair'],
  );
});

const UNLAWFUL: readonly (readonly [what: string, change: (p: Draft) => void, says: RegExp | undefined])[] = [
  [
    'P11: a conference after 16 working days, R114',
    within('initial-conference', 16),
    /^16 working days are later than 15 working days$/,
  ],
  ['P11: a conference after 15 days, R114', within('initial-conference', 15, 'days'), undefined],
  // Counted from a Saturday, 15 working days end on a Friday: 20 days.
  [
    'P11: a conference after 21 days, R114',
    within('initial-conference', 21, 'days'),
    /^21 days can be later than 15 working days: from \d{4}-/,
  ],
  [
    'P11: no limit for the conference, R114',
    (p) => {
      p.limits['initial-conference'] = null;
    },
    /no limit is set/,
  ],
  [
    'P13: a first review after 21 working days, R108',
    within('first-lac-review', 21),
    /21 working days are later than 20/,
  ],
  [
    'P13: a first review after 28 days, R108',
    within('first-lac-review', 28, 'days'),
    /28 days can be later than 20 working days/,
  ],
  ['P13: a second review after four months, R109', within('second-lac-review', 4), /4 months are later than 3 months/],
  [
    'P13: later reviews after 183 days, R110',
    within('next-lac-review', 183, 'days'),
    /183 days can be later than 6 months/,
  ],
  ['P13: later reviews after five months, R110', within('next-lac-review', 5), undefined],
];
for (const [what, change, says] of UNLAWFUL)
  test(`statute: ${what} ${says ? 'is an error' : 'is the authority’s choice'}`, () => {
    const [departure, ...more] = found(change);
    assert.deepEqual(more, []);
    assert.match(departure?.statute ?? '', /^(15|20) working days|^[36] months/);
    if (says) assert.match(departure?.unlawful ?? '', says);
    else assert.equal(departure?.unlawful, undefined);
  });

const IMPOSSIBLE: readonly (readonly [what: string, change: (p: Draft) => void, says: string])[] = [
  [
    'a target after its limit',
    (p) => {
      p.limits['next-cin-meeting'].target = { within: 49, unit: 'days', rules: [] };
    },
    'limits.next-cin-meeting.target: 49 days is later than the limit it belongs to, 42 days',
  ],
  [
    'a next meeting on the day of the last',
    within('next-core-group', 0),
    'limits.next-core-group.within: must be more than 0',
  ],
  ['a limit without end', within('minutes', 1e9), 'limits.minutes.within: is longer than ten years'],
  [
    'a step for nobody',
    (p) => {
      p.ladders.minutes[0].to = ['members'];
    },
    'ladders.minutes.0.to: "members" is nobody on this ladder, only on attend',
  ],
  [
    'steps out of their order',
    (p) => {
      p.ladders.minutes.reverse();
    },
    'ladders.minutes.1.when: "2-after" comes before "5-after"',
  ],
  [
    'the same step twice',
    (p) => {
      p.ladders.minutes.push(p.ladders.minutes[3]);
    },
    'ladders.minutes.4.step: the step "5-after" is there twice',
  ],
  [
    'a ladder for an unknown duty',
    (p) => {
      p.ladders.tea = [];
    },
    'ladders: does not know "tea"',
  ],
  [
    'plans that nobody may approve',
    (p) => {
      for (const role of Object.values(p.roles) as Draft[]) role.approves = false;
    },
    'roles: none approves',
  ],
  [
    'a version that is no name',
    (p) => {
      p.version = 'next year';
    },
    'version: must be letters',
  ],
];
for (const [what, change, says] of IMPOSSIBLE)
  test(`a policy that contradicts itself is refused, naming the field: ${what}`, () => {
    assert.throws(
      () => policyWith(change),
      (error: Error) => error instanceof PolicyError && error.message.includes(says),
    );
  });

test('a target in another unit than its limit is taken as it is: like units only, P13', () => {
  assert.equal(parsePolicy(BARNSLEY).limits['first-lac-review']?.target?.within, 28);
});

test('every ladder cites rules that exist', () => {
  const known = rules();
  for (const [ladder, cited] of Object.entries(LADDER_RULES))
    for (const rule of cited) assert.ok(known[rule], `${ladder}: ${rule}`);
});

const ENDS: readonly (readonly [until: string, today: string, soon: boolean, why: string])[] = [
  ['2028-12-31', '2027-09-30', false, 'fifteen months and a day'],
  ['2028-12-31', '2027-10-01', true, '1 October + 15 months is 1 January 2029'],
  ['2028-12-31', '2029-06-01', true, 'it has ended'],
];
for (const [until, today, soon, why] of ENDS)
  test(`bank holidays known until ${until} ${soon ? 'are' : 'are not'} warned about on ${today}: ${why} (Counting 8)`, () => {
    assert.equal(calendarEndsSoon(until as LocalDate, today as LocalDate), soon);
    const warning = calendarWarning({ until: until as LocalDate }, today as LocalDate);
    if (soon)
      assert.match(warning ?? '', /^the bank holidays that are known end(ed)? on Sun 31 Dec 2028: add later ones/);
    else assert.equal(warning, undefined);
  });
