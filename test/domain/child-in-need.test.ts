// The life of a child in need plan, rule by rule: proposing and approving it, its meetings, and consent.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { consentWithdrawn } from '../../domain/lifecycles/child-in-need.ts';
import { approved, assessedNeed, consent, inNeed, NEED_FILE, proposed, referred, review, withdrawn } from './need.ts';
import {
  accepted,
  booked,
  clock,
  duty,
  HULL,
  held,
  lines,
  notices,
  other,
  owes,
  place,
  planEnded,
  type Story,
  story,
  strategy,
  table,
} from './support.ts';

table(
  'child in need meetings are due 42 days after the last one, R28',
  'hold/cin-meeting-2',
  (day) => inNeed().at(day, held('cin-meeting-1', day)),
  [
    ['2027-02-15', '2027-03-29', '2027-03-25', 'Easter Monday'],
    ['2027-11-15', '2027-12-27', '2027-12-24', 'the substitute for Christmas Day'],
    ['2028-01-18', '2028-02-29', '2028-02-29', '13 days of January and 29 of February'],
    ['2027-09-20', '2027-11-01', '2027-11-01', 'across the end of summer time'],
    ['2027-03-01', '2027-04-12', '2027-04-12', 'across the beginning of summer time'],
  ],
);

test('in Hull the meetings have a target of 28 days before their limit of 42, R98', () => {
  const tell = (policy = HULL) => inNeed({ policy }).at('2027-02-15', held('cin-meeting-1', '2027-02-15'));
  const { due, target, rules } = duty(tell().case(), 'hold/cin-meeting-2');
  assert.deepEqual([due, target], ['2027-03-29', '2027-03-15']);
  assert.equal(rules.includes('R98'), true);
  assert.equal(duty(tell(undefined).case(), 'hold/cin-meeting-2').target, '2027-03-15');
  assert.equal(
    duty(inNeed().at('2027-02-15', held('cin-meeting-1', '2027-02-15')).case(), 'hold/cin-meeting-2').target,
    null,
  );
});

test('neither document says when the first child in need meeting is due: it is owed without a limit, and asked for all the same, R28', () => {
  const told = inNeed();
  assert.deepEqual(
    [duty(told.case(), 'hold/cin-meeting-1').due, owes(told.case()).includes('hold/cin-meeting-1')],
    [null, true],
  );
  assert.deepEqual(lines(told.until('2027-02-14'), { duty: 'hold/cin-meeting-1' }), [
    '2027-02-01 08:00 sam',
    '2027-02-08 08:00 sam tess',
  ]); // approved on 27 January; 3 and 8 working days, local (L7)
});

test('child in need meetings are planned ahead: who convenes them is reminded until the next is booked, then nobody, R29', () => {
  const told = inNeed().at('2027-02-01', held('cin-meeting-1', '2027-02-01'));
  // Limit Monday 15 March: 10 working days before is 1 March, 5 before 8 March, 2 before 11 March, 1 after 16 March, 5 after 22 March.
  assert.deepEqual(lines(told.until('2027-03-22'), { duty: 'hold/cin-meeting-2' }), [
    '2027-03-01 08:00 sam',
    '2027-03-08 08:00 sam',
    '2027-03-11 08:00 sam tess',
    '2027-03-16 08:00 sam tess',
    '2027-03-22 08:00 sam sue tess',
  ]);
  const planned = told.at('2027-03-02', booked('cin-meeting-2', '2027-03-15'));
  assert.deepEqual(lines(planned.until('2027-03-15'), { duty: 'hold/cin-meeting-2' }), ['2027-03-01 08:00 sam']);
});

const INTERVALS: readonly (readonly [
  everyDays: number,
  policy: 'barnsley' | 'hull',
  due: string,
  target: string | null,
])[] = [
  [21, 'barnsley', '2027-03-08', null],
  [42, 'barnsley', '2027-03-29', null],
  [60, 'barnsley', '2027-03-29', null],
  [35, 'hull', '2027-03-22', '2027-03-15'],
  [21, 'hull', '2027-03-08', '2027-03-08'],
  [60, 'hull', '2027-03-29', '2027-03-15'],
];
for (const [everyDays, authority, due, target] of INTERVALS)
  test(`a plan with meetings every ${everyDays} days in ${authority} has its next one due ${due}, never later than the policy’s, R88, R99`, () => {
    const setting = authority === 'hull' ? { policy: HULL } : {};
    const c = inNeed(setting, { everyDays }).at('2027-02-15', held('cin-meeting-1', '2027-02-15')).case();
    const next = duty(c, 'hold/cin-meeting-2');
    assert.deepEqual([next.due, next.target], [due, target]);
  });

test('the social worker proposes members and frequency, and the manager is asked at once to ratify them, R88', () => {
  const told = assessedNeed().at('2027-01-26', proposed({ everyDays: 28 }));
  const asked = duty(told.case(), 'approve/plan');
  assert.deepEqual([asked.owner, asked.rules], ['tess', ['R88', 'R89']]);
  assert.deepEqual(lines(told.until('2027-02-02'), { duty: 'approve/plan' }), [
    '2027-01-26 10:00 tess',
    '2027-01-28 08:00 tess',
    '2027-02-02 08:00 sue tess',
  ]);
  assert.deepEqual(told.case().memberships, [], 'nobody is a member before it is approved');
});

test('what was proposed counts from the day the manager approves it, R89', () => {
  const c = inNeed({}, { everyDays: 28 }).case();
  assert.equal(owes(c).includes('approve/plan'), false);
  assert.deepEqual(
    c.memberships.map(({ person, from }) => [person, from]),
    [
      ['hana', '2027-01-27'],
      ['ed', '2027-01-27'],
      ['mum', '2027-01-27'],
      ['dad', '2027-01-27'],
    ],
  );
});

test('a plan proposed anew mid-way is asked of the manager anew, and told, R88, R89', () => {
  const told = inNeed().at('2027-03-01', proposed({ members: ['hana', 'mum'], everyDays: 21 }));
  assert.equal(owes(told.case()).includes('approve/plan/2'), true);
  assert.deepEqual(lines(told.until('2027-03-01'), { duty: 'approve/plan/2' }), ['2027-03-01 10:00 tess']);
  const c = told.at('2027-03-02', approved()).case();
  assert.equal(owes(c).includes('approve/plan/2'), false);
  assert.deepEqual(
    c.memberships.filter((one) => one.until === undefined).map((one) => one.person),
    ['hana', 'mum'],
  );
});

test('the outline plan is shared and agreed at the first child in need meeting; until it is, agreeing it is owed, R27, R44', () => {
  const late = held('cin-meeting-1', '2027-02-15', { planAgreed: false, reason: 'mother asked for time' });
  const told = inNeed().at('2027-02-15', late);
  assert.equal(owes(told.case()).includes('agree/plan'), true);
  assert.deepEqual(lines(told.until('2027-02-22'), { duty: 'agree/plan' }), [
    '2027-02-15 10:00 sam',
    '2027-02-22 08:00 sam tess',
  ]);
  const then = told.at('2027-03-08', held('cin-meeting-2', '2027-03-08')).case();
  assert.equal(duty(then, 'agree/plan').done?.on, '2027-03-08');
});

test('a plan agreed at the first meeting is agreed, and nothing is owed, R27', () => {
  const c = inNeed().at('2027-02-15', held('cin-meeting-1', '2027-02-15')).case();
  assert.equal(c.planAgreed?.on, '2027-02-15');
  assert.equal(owes(c).includes('agree/plan'), false);
});

test('a review never finalises the plan of a child in need: the gate asks nothing of it, R44', () => {
  const c = accepted(inNeed().answer('2027-03-31', review('cin-review-1', '2027-03-31')));
  assert.deepEqual(
    c.departures.filter((one) => one.rule === 'R44'),
    [],
  );
});

test('consent is held on the case: given, withdrawn, given again, R69', () => {
  const told = inNeed();
  assert.deepEqual(
    told.case().consents.map(({ given, on }) => [given, on]),
    [[true, '2027-01-05']],
  );
  assert.equal(consentWithdrawn(told.case()), false);
  assert.equal(consentWithdrawn(told.at('2027-03-01', withdrawn()).case()), true);
  assert.equal(consentWithdrawn(told.at('2027-03-08', consent()).case()), false);
});

test('a withdrawn consent stops no clock: meetings and reviews stay due, marked until a decision is recorded, R70', () => {
  const before = inNeed().at('2027-02-15', held('cin-meeting-1', '2027-02-15'));
  const dates = (told: Story) => ['hold/cin-meeting-2', 'hold/cin-review-1'].map((key) => duty(told.case(), key).due);
  const due = dates(before);
  const after = before.at('2027-03-01', withdrawn());
  assert.deepEqual(dates(after), due);
  assert.equal(consentWithdrawn(after.case()), true);
  const decided = after.at(
    '2027-03-03',
    other('decision-recorded', { about: 'consent', decision: 'go on with what they accept' }),
  );
  assert.equal(consentWithdrawn(decided.case()), false);
});

test('once consent is withdrawn the social worker encourages the family: told at once, with the manager after five working days, R71', () => {
  const told = inNeed().at('2027-03-01', withdrawn());
  assert.deepEqual(lines(told.until('2027-03-08'), { duty: 'engage/family' }), [
    '2027-03-01 10:00 sam',
    '2027-03-08 08:00 sam tess',
  ]);
  const tried = told.at('2027-03-03', other('engagement-attempted', {}));
  assert.equal(owes(tried.case()).includes('engage/family'), false);
  assert.deepEqual(lines(tried.until('2027-04-08'), { duty: 'engage/family' }), ['2027-03-01 10:00 sam']);
});

test('once consent is withdrawn social worker and manager consider a strategy discussion: at once and two working days later, R72', () => {
  const told = inNeed().at('2027-03-01', withdrawn());
  assert.deepEqual(lines(told.until('2027-03-04'), { duty: 'consider/strategy-discussion' }), [
    '2027-03-01 10:00 sam tess',
    '2027-03-03 08:00 sam tess',
  ]);
  const done = told.at('2027-03-04', other('strategy-considered', { outcome: 'not-needed' })).case();
  assert.equal(owes(done).includes('consider/strategy-discussion'), false);
});

test('holding the strategy discussion is having considered it, R72', () => {
  const c = inNeed().at('2027-03-01', withdrawn()).at('2027-03-02', strategy('2027-03-02')).case();
  assert.equal(owes(c).includes('consider/strategy-discussion'), false);
});

test('consent given again ends what its withdrawal asked for, R70', () => {
  const c = inNeed().at('2027-03-01', withdrawn()).at('2027-03-02', consent()).case();
  assert.deepEqual(
    owes(c).filter((key) => key.startsWith('engage/') || key.startsWith('consider/')),
    [],
  );
});

test('consent given and withdrawn in one record is withdrawn, and what was considered before it answers nothing, L2, R71, R72', () => {
  const told = referred()
    .at('2027-03-01', consent())
    .at('2027-03-01', other('strategy-considered', { outcome: 'not-needed' }))
    .at('2027-03-01', withdrawn());
  const asked = ['engage/family', 'consider/strategy-discussion'];
  assert.deepEqual(
    asked.map((key) => lines(told.until('2027-03-01'), { duty: key })),
    [['2027-03-01 10:00 sam'], ['2027-03-01 10:00 sam tess']],
  );
  assert.equal(consentWithdrawn(told.case()), true);
  // The first that answers it counts, whatever else is tried afterwards.
  const again = told.at('2027-03-03', consent()).at('2027-03-09', other('engagement-attempted', {})).case();
  assert.deepEqual(
    asked.map((key) => duty(again, key).done?.on),
    ['2027-03-03', '2027-03-03'],
  );
});

test('a plan proposed in the record that approves the one before is still to be approved, L2, R88', () => {
  const told = assessedNeed().at('2027-01-26', proposed()).at('2027-01-27', approved()).at('2027-01-27', proposed());
  assert.ok(owes(told.case()).includes('approve/plan/2'));
});

test('consent withdrawn a second time is told a second time, R70, R71, R72', () => {
  const told = inNeed()
    .at('2027-03-01', withdrawn())
    .at('2027-03-02', other('engagement-attempted', {}))
    .at('2027-03-02T11:00', other('strategy-considered', { outcome: 'not-needed' }))
    .at('2027-03-08', consent())
    .at('2027-05-10', withdrawn());
  const that = notices(told.until('2027-05-10')).filter(
    (step) => /^(engage|consider)\//.test(step.duty ?? '') && step.at >= '2027-05-10',
  );
  assert.deepEqual(that.map((step) => step.to).sort(), ['sam', 'sam', 'tess']);
  assert.equal(owes(told.case()).filter((key) => key.startsWith('engage/')).length, 1);
});

test('what was tried on the day after the withdrawal counts, whichever was typed in first, R71', () => {
  const c = inNeed()
    .at('2027-03-02', other('engagement-attempted', { on: '2027-03-02' }))
    .at('2027-03-03', withdrawn({ on: '2027-03-01' }))
    .case();
  assert.equal(owes(c).includes('engage/family'), false);
});

test('a plan follows an assessment, has members, and was discussed with the family: then it departs from nothing, R80, R86, R90', () => {
  assert.deepEqual(inNeed().case().departures, []);
});

test('stepped down from a child protection plan, no new assessment is asked for, R86', () => {
  const down = story({ file: NEED_FILE }).at('2027-03-01', planEnded('2027-03-01')).at('2027-03-01', consent());
  assert.deepEqual(down.at('2027-03-02', proposed()).at('2027-03-03', approved()).case().departures, []);
});

test('two meetings without progress on the scale ask for next steps, R74', () => {
  const scaled = (n: number, on: string, scaling: number) =>
    held(`cin-meeting-${n}`, on, { scaling, next: place('2027-09-01') });
  const c = inNeed()
    .at('2027-02-15', scaled(1, '2027-02-15', 4))
    .at('2027-03-15', scaled(2, '2027-03-15', 4))
    .at('2027-04-12', scaled(3, '2027-04-12', 3))
    .case();
  assert.equal(owes(c).includes('next-steps/cin-meeting-3'), true);
});

test('a tighter interval sends nothing for the days before it was decided: of what has passed only the latest, next morning, R88, R99', () => {
  const story = inNeed()
    .at('2027-02-15', held('cin-meeting-1', '2027-02-15'))
    .at('2027-03-08', proposed({ everyDays: 14 }))
    .at('2027-03-08T14:30', approved());
  // 14 days were over on 1 March: it is due five working days after the decision (L18). 10 and 5 days before have passed.
  assert.equal(duty(story.case(), 'hold/cin-meeting-2').due, '2027-03-15');
  assert.deepEqual(lines(story.until('2027-03-16'), { duty: 'hold/cin-meeting-2' }), [
    '2027-03-09 08:00 sam',
    '2027-03-11 08:00 sam tess',
    '2027-03-16 08:00 sam tess',
  ]);
});

test('a meeting held late, under a plan whose approval was typed in after it, is told to the manager then', () => {
  const told = referred()
    .at('2027-01-05', consent())
    .at('2027-01-06', held('cin-meeting-1', '2027-01-06', { reason: 'the family asked for it' }))
    .at('2027-02-22', held('cin-meeting-2', '2027-02-22', { reason: 'the family asked for it' }))
    .at('2027-02-22T11:00', approved({ on: '2027-02-15' }));
  assert.deepEqual(lines(told.until('2027-02-28'), { duty: 'hold/cin-meeting-2', kind: 'information' }), [
    '2027-02-22 11:00 tess',
  ]);
});

test('a meeting held late is told of once, whatever earlier approval is typed in after it, L16', () => {
  const told = inNeed()
    .at('2027-02-15', held('cin-meeting-1', '2027-02-15'))
    .at('2027-04-12', held('cin-meeting-2', '2027-04-12'))
    .at('2027-04-14', approved({ on: '2027-01-26' }));
  const { due, known } = duty(told.case(), 'hold/cin-meeting-2');
  assert.deepEqual([due, known.slice(0, 10)], ['2027-03-29', '2027-04-14'], 'known since the approval was typed in');
  assert.deepEqual(lines(told.until('2027-04-30'), { duty: 'hold/cin-meeting-2', kind: 'information' }), [
    '2027-04-12 10:00 tess',
  ]);
});

test('a meeting booked past its limit is told of once, whatever earlier approval is typed in after it, L15', () => {
  const told = inNeed()
    .at('2027-02-15', held('cin-meeting-1', '2027-02-15'))
    .at('2027-02-22', booked('cin-meeting-2', '2027-04-12'))
    .at('2027-02-24', approved({ on: '2027-01-26' }));
  assert.deepEqual(
    notices(told.until('2027-03-01'), { to: 'tess' })
      .filter(({ why }) => why === 'booked-late')
      .map(({ at }) => clock(at)),
    ['2027-02-22 10:00'],
  );
});
