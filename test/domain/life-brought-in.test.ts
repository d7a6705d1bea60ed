// Life as it is: a plan that ran already is brought in, and goes on from where it stood (L9).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rehearse } from '../../client/rehearse.ts';
import { readScenario } from '../../client/scenario.ts';
import { duties, isLate, owed } from '../../domain/duties/owed.ts';
import type { LocalDate } from '../../domain/time/calendar.ts';
import { LAC_FILE, NEED_FILE } from './need.ts';
import {
  accepted,
  agreed,
  booked,
  CALENDAR,
  clock,
  duty,
  HULL,
  held,
  kinds,
  MEMBERS,
  minutes,
  notices,
  other,
  owes,
  refused,
  type Story,
  story,
  type Told,
} from './support.ts';

type Fields = Readonly<Record<string, unknown>>;

/** On Monday 1 March 2027: a conference of 14 September 2026, the ninth core group on 8 February, the first review on 10 December. */
const protection = (more: Fields = {}): Told =>
  other('brought-in', {
    on: '2027-03-01',
    strategyDiscussion: '2026-08-24',
    conference: '2026-09-14',
    planAgreed: '2026-09-28',
    members: MEMBERS,
    meetings: [
      { kind: 'core-group', number: 9, on: '2027-02-08', minutes: 'received' },
      { kind: 'review-conference', number: 1, on: '2026-12-10', minutes: 'passed-on' },
    ],
    ...more,
  });
const need = (more: Fields = {}): Told =>
  other('brought-in', {
    on: '2027-03-01',
    referral: '2026-06-01',
    planApproved: '2026-07-01',
    planAgreed: '2026-07-15',
    consent: '2026-06-03',
    members: MEMBERS,
    everyDays: 28,
    meetings: [
      { kind: 'cin-meeting', number: 6, on: '2027-02-15', minutes: 'passed-on' },
      { kind: 'cin-review', number: 1, on: '2026-08-31', minutes: 'passed-on' },
      { kind: 'cin-review', number: 2, on: '2027-02-22', mode: 'consultation', minutes: 'passed-on' },
    ],
    ...more,
  });
const lookedAfter = (more: Fields = {}): Told =>
  other('brought-in', {
    on: '2027-03-01',
    lookedAfter: '2026-03-02',
    members: MEMBERS,
    meetings: [{ kind: 'lac-review', number: 3, on: '2026-12-21', minutes: 'passed-on' }],
    ...more,
  });
const brought = (event: Told, file = story().empty().file): Story => story({ file }).at('2027-03-01', event);

const due = (from: Story, key: string): string | null => duty(from.case(), key).due;

test('a plan in mid-life opens with one event, and its numbers and limits go on: D15, L9', () => {
  const {
    refused: all,
    owed: open,
    notices: told,
  } = rehearse(readScenario('test/scenarios/life/D15-import-mid-life.yaml'));
  assert.deepEqual(all, []);
  assert.deepEqual(
    open.map(({ duty: key, due }) => [key, due]),
    [
      ['distribute/core-group-9', '2025-06-09'], // the minutes are there since Monday 2 June
      ['confirm/review-conference-2', '2025-06-12'],
      ['hold/review-conference-2', '2025-06-16'],
      ['minutes/core-group-10', '2025-06-17'],
      ['hold/core-group-11', '2025-07-10'],
    ],
  );
  // The papers of a conference that is near are another matter (L21).
  const late = told.filter(({ duty: key }) => key !== 'papers/review-conference-2');
  assert.ok(!late.some(({ at, kind }) => at < '2025-06-09' && (kind === 'chase' || kind === 'escalation')));
});

test('the next core group and review conference count from the last, L9', () => {
  const c = brought(protection()).case();
  assert.deepEqual(
    owed(c).map(({ key, due: day }) => [key, day]),
    [
      ['hold/core-group-10', '2027-03-08'], // 28 days
      ['hold/review-conference-2', '2027-06-10'], // six months
      ['distribute/core-group-9', '2027-03-08'], // five working days since the case knows of the minutes
    ],
  );
});

test('a child in need plan goes on at its own pace, its reviews from the last, a meeting within twelve months, L9', () => {
  const open = brought(need(), NEED_FILE);
  assert.equal(due(open, 'hold/cin-meeting-7'), '2027-03-15'); // 28 days, not 42
  assert.equal(due(open, 'hold/cin-review-3'), '2027-08-22'); // six months; the last meeting was on 31 August 2026
  assert.deepEqual(owes(open.case()).sort(), ['hold/cin-meeting-7', 'hold/cin-review-3']);
  const again = held('cin-review-3', '2027-03-02', {
    mode: 'consultation',
    outcome: 'continue',
    planAgreed: undefined,
  });
  assert.match(refused(open.answer('2027-03-02', again)).message, /R147|R148|R149|R150|R151/);
});

test('a looked after child’s fourth review is six months after the third, L9', () => {
  assert.equal(due(brought(lookedAfter(), LAC_FILE), 'hold/lac-review-4'), '2027-06-21');
});

test('enquiries under section 47 may be brought in before their conference, L9', () => {
  const none = { conference: undefined, planAgreed: undefined, members: [], meetings: [] };
  const open = brought(protection({ ...none, strategyDiscussion: '2027-02-22' }));
  assert.deepEqual(
    [owes(open.case()), due(open, 'hold/initial-conference')],
    [['hold/initial-conference'], '2027-03-15'],
  );
});

test('the next meeting may be booked with it, and everybody is invited, L9', () => {
  const meetings = [
    {
      kind: 'core-group',
      number: 9,
      on: '2027-02-08',
      minutes: 'passed-on',
      nextStart: '2027-03-05T10:00',
      venue: 'Hall',
    },
  ];
  const open = brought(protection({ meetings }));
  assert.deepEqual(kinds(open.until('2027-03-01'), { kind: 'invitation' }), [
    '2027-03-01 10:00 invitation dad ed hana sam',
  ]);
});

test('who knows of the next meeting is not invited again, but reminded, and told when it is moved, L9', () => {
  const next = { nextStart: '2027-03-16T10:00', venue: 'Hall', invited: true };
  const meetings = [{ kind: 'core-group', number: 9, on: '2027-02-22', minutes: 'passed-on', ...next }];
  const open = brought(protection({ meetings }));
  assert.deepEqual(
    notices(open.until('2027-03-04')).filter(({ duty: key }) => key === 'attend/core-group-10'),
    [],
  );
  assert.ok(!owes(open.case()).includes('tell/core-group-10')); // nor is anybody told by word of mouth
  const reminded = notices(open.until('2027-03-16'), { duty: 'attend/core-group-10', kind: 'reminder' });
  assert.deepEqual([...new Set(reminded.map(({ to }) => to))].sort(), ['dad', 'ed', 'hana', 'sam']);
  const moved = open.at('2027-03-03', booked('core-group-10', '2027-03-17'));
  assert.deepEqual(kinds(moved.until('2027-03-03'), { kind: 'change' }), ['2027-03-03 10:00 change dad ed hana sam']);
  const joined = open.at(
    '2027-03-03',
    other('person-joined', { person: { id: 'gp', name: 'Gill', role: 'health', email: 'gp@nhs.example' } }),
  );
  assert.deepEqual(kinds(joined.until('2027-03-03'), { kind: 'invitation' }), ['2027-03-03 10:00 invitation gp']);
});

test('invited is said of a meeting that is booked, L9', () => {
  const meetings = [{ kind: 'core-group', number: 9, on: '2027-02-22', invited: true }];
  const answer = story().answer('2027-03-01', protection({ meetings }));
  assert.match(refused(answer).message, /meetings\.0\.invited: is to a meeting that is booked: give nextStart/);
});

test('nothing that was done before counts as late, and nobody hears of it, L9', () => {
  const late = protection({ conference: '2026-10-30', planAgreed: '2026-12-01' }); // after more than 15 working days
  const open = brought(late);
  assert.ok(duties(open.case()).every(({ done }) => done === undefined));
  assert.ok(!owes(open.case()).includes('explain/initial-conference'));
  const told = notices(open.until('2027-03-05')).filter(({ text }) => text?.includes('after its limit'));
  assert.deepEqual(told, []);
});

const overdue = () =>
  brought(
    protection({
      meetings: [
        { kind: 'core-group', number: 9, on: '2027-01-11' },
        { kind: 'review-conference', number: 1, on: '2026-12-10', minutes: 'passed-on' },
      ],
      actions: [
        { id: 'visit', owner: 'hana', due: '2027-02-01' },
        { id: 'school', owner: 'ed', due: '2027-04-01' },
      ],
    }),
  );

test('what is late already comes in one notice each to social worker and manager, and nothing else about it that week, L9', () => {
  const played = overdue().until('2027-03-05');
  const late = ['minutes/core-group-9', 'action/visit', 'hold/core-group-10'];
  const told = notices(played).filter(({ why }) => why === 'brought-in');
  assert.deepEqual(
    told.map(({ at, to, open }) => [clock(at), to, open?.map(({ key }) => key)]),
    [
      ['2027-03-02 08:00', 'sam', late],
      ['2027-03-02 08:00', 'tess', late],
    ],
  );
  assert.equal(told[0]?.text, 'the plan was brought in: 3 duties were late already');
  const more = notices(played).filter((step) => late.includes(step.duty ?? '') && clock(step.at) <= '2027-03-03 08:00');
  assert.deepEqual(new Set(more.map(({ to, duty: key }) => `${to} ${key}`)), new Set(['hana action/visit'])); // hers, and she has no notice
});

test('a calendar that closes the morning on which it was told says nothing of it again, L9', () => {
  const closing = { ...CALENDAR, bankHolidays: [...CALENDAR.bankHolidays, '2027-03-02' as LocalDate].sort() };
  const later = overdue().at('2027-03-02T12:00', other('calendar-changed', { by: 'nodrift', calendar: closing }));
  const told = notices(later.until('2027-03-05')).filter(({ why }) => why === 'brought-in');
  assert.deepEqual(
    told.map(({ at, to }) => `${clock(at)} ${to}`),
    ['2027-03-02 08:00 sam', '2027-03-02 08:00 tess'],
  );
});

test('what was late then is said each week from there on, like anything that is late, L9, L14', () => {
  const later = notices(overdue().until('2027-03-20'), { duty: 'hold/core-group-10' });
  assert.deepEqual(new Set(later.map(({ to }) => to)), new Set(['sam', 'sue']));
  const first = later[0] ?? assert.fail('nobody hears of it');
  assert.ok(clock(first.at) > '2027-03-03 08:00' && clock(first.at) < '2027-03-10');
});

test('where nothing is late nobody hears that a plan was brought in, L9', () => {
  assert.deepEqual(
    notices(brought(protection()).until('2027-03-03')).filter(({ why }) => why === 'brought-in'),
    [],
  );
});

test('minutes: those of the last meeting of each kind are owed, passed on, or neither; about those before nobody asks, L9', () => {
  const group = (more: Fields) =>
    brought(protection({ meetings: [{ kind: 'core-group', number: 9, on: '2027-02-26', ...more }] }));
  const open = (from: Story) => owes(from.case()).filter((key) => /core-group-9/.test(key));
  assert.deepEqual(open(group({})), ['minutes/core-group-9']);
  assert.deepEqual(open(group({ minutes: 'received' })), ['distribute/core-group-9']);
  assert.deepEqual(open(group({ minutes: 'passed-on' })), []);
  assert.deepEqual(open(group({}).at('2027-03-02', minutes('core-group-9', '2027-03-01'))), [
    'distribute/core-group-9',
  ]);
  const two = [
    { kind: 'core-group', number: 8, on: '2027-01-15' },
    { kind: 'core-group', number: 9, on: '2027-02-08' },
  ];
  assert.deepEqual(
    owes(brought(protection({ meetings: two })).case()).filter((key) => key.startsWith('minutes/')),
    ['minutes/core-group-9'],
  );
});

test('what is to be done comes with owner and date, and its id is taken, L9', () => {
  const open = overdue();
  assert.deepEqual([duty(open.case(), 'action/school').owner, due(open, 'action/school')], ['ed', '2027-04-01']);
  assert.equal(refused(open.answer('2027-03-02', agreed('school', { owner: 'ed', due: '2027-05-01' }))).rule, 'R8');
});

test('after it the plan goes on as any other: the tenth is held, an older number is not, L9', () => {
  const open = brought(protection());
  accepted(open.answer('2027-03-04', held('core-group-10', '2027-03-04', { reason: 'see the diary' })));
  assert.match(
    refused(open.answer('2027-03-04', held('core-group-11', '2027-03-04'))).message,
    /the next is core-group-10/,
  );
  for (const event of [held('core-group-3', '2027-03-04'), booked('core-group-3', '2027-03-10')])
    assert.match(
      refused(open.answer('2027-03-04', event)).message,
      /core-group-3 was before the plan was brought in: the next is core-group-10/,
    );
  const early = minutes('core-group-9', '2027-02-20');
  assert.match(
    refused(
      brought(protection({ meetings: [{ kind: 'core-group', number: 9, on: '2027-02-08' }] })).answer(
        '2027-03-02',
        early,
      ),
    ).message,
    /before the plan was brought in, 2027-03-01: correct the brought-in/,
  );
});

test('it opens a case, and may be corrected: what it says then counts, L9', () => {
  assert.match(refused(brought(protection()).answer('2027-03-02', protection())).message, /^brought-in: opens a case/);
  const right = protection({ meetings: [{ kind: 'core-group', number: 9, on: '2027-02-15', minutes: 'passed-on' }] });
  const put = brought(protection()).at(
    '2027-03-02',
    other('event-corrected', { corrects: 'e1', event: right, reason: 'the wrong week' }),
  );
  assert.equal(due(put, 'hold/core-group-10'), '2027-03-15');
});

const WRONG: readonly (readonly [what: string, event: Told, says: RegExp, file?: typeof NEED_FILE])[] = [
  [
    'a conference before its strategy discussion',
    protection({ conference: '2026-08-01' }),
    /^brought-in: conference: 2026-08-01 is before strategyDiscussion, 2026-08-24$/,
  ],
  [
    'a plan agreed before its conference',
    protection({ planAgreed: '2026-09-01' }),
    /^brought-in: planAgreed: 2026-09-01 is before conference, 2026-09-14$/,
  ],
  [
    'a day after the one it is brought in on',
    protection({ conference: '2027-03-02', planAgreed: undefined, meetings: [] }),
    /^brought-in: conference: 2027-03-02 is after on, 2027-03-01: bring in what had happened by then$/,
  ],
  [
    'a meeting after that day',
    protection({ meetings: [{ kind: 'core-group', number: 9, on: '2027-03-02' }] }),
    /^brought-in: meetings\.0\.on: core-group-9 was held on 2027-03-02, after on, 2027-03-01: record it with meeting-held$/,
  ],
  [
    'a meeting before the plan',
    protection({ meetings: [{ kind: 'core-group', number: 1, on: '2026-09-01' }] }),
    /^brought-in: meetings\.0\.on: core-group-1 was held on 2026-09-01, before conference, 2026-09-14$/,
  ],
  [
    'the ninth before the eighth',
    protection({
      meetings: [
        { kind: 'core-group', number: 9, on: '2027-01-08' },
        { kind: 'core-group', number: 8, on: '2027-02-08' },
      ],
    }),
    /^brought-in: meetings\.0\.on: core-group-9 was held on 2027-01-08, before core-group-8, 2027-02-08$/,
  ],
  [
    'a meeting twice',
    protection({
      meetings: [
        { kind: 'core-group', number: 9, on: '2027-02-08' },
        { kind: 'core-group', number: 9, on: '2027-02-09' },
      ],
    }),
    /^brought-in: meetings\.0: core-group-9 is there twice$/,
  ],
  [
    'a next meeting in the past',
    protection({ meetings: [{ kind: 'core-group', number: 9, on: '2027-02-08', nextStart: '2027-02-22T10:00' }] }),
    /^brought-in: meetings\.0\.nextStart: 2027-02-22T10:00 is before on, 2027-03-01: say that core-group-10 was held, or leave it out$/,
  ],
  [
    'a next meeting of one that is not the last',
    protection({
      meetings: [
        { kind: 'core-group', number: 8, on: '2027-01-08', nextStart: '2027-03-08T10:00' },
        { kind: 'core-group', number: 9, on: '2027-02-08' },
      ],
    }),
    /nextStart: what follows core-group-8 is among the meetings/,
  ],
  [
    'a venue of no booking',
    protection({ meetings: [{ kind: 'core-group', number: 9, on: '2027-02-08', venue: 'Hall' }] }),
    /venue: is where the next is booked/,
  ],
  [
    'core groups without a conference',
    protection({ conference: undefined, planAgreed: undefined }),
    /^brought-in: meetings\.0: core-group-9 follows the conference: give its day$/,
  ],
  [
    'a meeting of another plan',
    protection({ meetings: [{ kind: 'cin-review', number: 1, on: '2027-02-08' }] }),
    /meetings\.0\.kind: a child-protection plan has no cin-review; it has core-group, review-conference/,
  ],
  [
    'the initial conference among the meetings',
    protection({ meetings: [{ kind: 'initial-conference', number: 1, on: '2026-09-14' }] }),
    /give the day of the initial conference as conference/,
  ],
  [
    'a core group by consultation',
    protection({ meetings: [{ kind: 'core-group', number: 9, on: '2027-02-08', mode: 'consultation' }] }),
    /only a child in need review is held by consultation/,
  ],
  [
    'a day of another plan',
    protection({ referral: '2026-08-01' }),
    /^brought-in: referral: a child-protection plan has none; it has strategyDiscussion, conference, planAgreed$/,
  ],
  ['no day to count from', need({ referral: undefined }), /^brought-in: referral: is missing/, NEED_FILE],
  [
    'a plan approved before the referral',
    need({ planApproved: '2026-05-01' }),
    /planApproved: 2026-05-01 is before referral, 2026-06-01/,
    NEED_FILE,
  ],
  ['a plan without members', protection({ members: [] }), /^brought-in: members: names nobody/],
  ['an action twice', protection({ actions: [{ id: 'a' }, { id: 'a' }] }), /^brought-in: actions: "a" is there twice$/],
  [
    'an owner nobody knows',
    protection({ actions: [{ id: 'a', owner: 'zoe' }] }),
    /actions\.owner: "zoe" is not a person of this case/,
  ],
];
for (const [what, event, says, file] of WRONG)
  test(`${what} is refused in one line, L9`, () => {
    assert.match(refused(story(file ? { file } : {}).answer('2027-03-05', event)).message, says);
  });

test('the figures are those of the policy that is in force when it is brought in, L9', () => {
  const hull = story({ file: { ...NEED_FILE, authority: 'hull' }, policy: HULL }).at(
    '2027-03-01',
    need({ everyDays: undefined }),
  );
  assert.deepEqual(
    [due(hull, 'hold/cin-meeting-7'), duty(hull.case(), 'hold/cin-meeting-7').target],
    ['2027-03-29', '2027-03-15'],
  );
  assert.ok(!isLate(duty(hull.case(), 'hold/cin-meeting-7'), '2027-03-29' as never));
});
