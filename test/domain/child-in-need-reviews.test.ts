// Child in need reviews, rule by rule: when they are due, what is asked for before them, what each outcome leads to, reviews by consultation.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { assessed, consultation, inNeed, NEED_FILE, papers, referred, review } from './need.ts';
import {
  accepted,
  booked,
  duty,
  held,
  joined,
  lines,
  minutes,
  notices,
  other,
  owes,
  PEOPLE,
  planEnded,
  refused,
  story,
  strategy,
  table,
} from './support.ts';

table(
  'the first child in need review is due three months after the referral, R118',
  'hold/cin-review-1',
  (day) => referred({}, day),
  [
    ['2027-01-04', '2027-04-04', '2027-04-02', '4 April is a Sunday'],
    ['2026-11-30', '2027-02-28', '2027-02-26', 'February has 28 days; the 28th is a Sunday'],
    ['2027-11-30', '2028-02-29', '2028-02-29', '2028 is a leap year'],
    ['2027-12-31', '2028-03-31', '2028-03-31', 'month end to month end'],
    ['2027-08-31', '2027-11-30', '2027-11-30', 'November has 30 days'],
    ['2027-09-27', '2027-12-27', '2027-12-24', '27 December is the substitute for Christmas Day, a Saturday'],
    ['2026-12-29', '2027-03-29', '2027-03-25', '29 March is Easter Monday, the 26th Good Friday'],
  ],
);

test('the first child in need review counts from the referral, not from the plan, R118', () => {
  const c = inNeed().case();
  assert.deepEqual(
    [duty(c, 'hold/cin-review-1').due, duty(c, 'hold/cin-review-1').arises],
    ['2027-04-04', '2027-01-04'],
  );
});

test('without a referral, the first child in need review counts from the day the child protection plan ended, R118', () => {
  const c = story({ file: NEED_FILE }).at('2027-03-10', planEnded('2027-03-01')).case();
  assert.equal(duty(c, 'hold/cin-review-1').due, '2027-06-01');
});

table(
  'later child in need reviews are due six months after the last one was held, R119',
  'hold/cin-review-2',
  (day) => referred({}, '2026-07-01').at(day, review('cin-review-1', day)),
  [
    ['2027-04-02', '2027-10-02', '2027-10-01', '2 October is a Saturday'],
    ['2026-08-31', '2027-02-28', '2027-02-26', 'clamped'],
    ['2027-08-31', '2028-02-29', '2028-02-29', 'clamped to the leap day'],
    ['2027-06-30', '2027-12-30', '2027-12-30', 'between Christmas and the New Year is a working day like others'],
    ['2027-03-31', '2027-09-30', '2027-09-30', 'month end to month end'],
  ],
);

test('the social worker sets up the review: reminded 30 and 15 working days before, then with the manager, R120', () => {
  // Limit Sunday 4 April, book by Friday 2 April; Easter is 26 and 29 March.
  assert.deepEqual(lines(referred().until('2027-04-12'), { duty: 'hold/cin-review-1' }), [
    '2027-02-17 08:00 sam',
    '2027-03-10 08:00 sam',
    '2027-03-24 08:00 sam tess',
    '2027-04-05 08:00 sam tess',
    '2027-04-09 08:00 sam sue tess',
    '2027-04-12 08:00 sam sue',
  ]);
  assert.equal(duty(referred().case(), 'hold/cin-review-1').owner, 'sam');
});

test('the manager usually chairs a review, and is invited to it without being a member, R123', () => {
  const told = inNeed().at('2027-03-01', booked('cin-review-1', '2027-03-31', { consultationDocuments: true }));
  assert.deepEqual(
    notices(told.until('2027-03-01'), { kind: 'invitation' })
      .map((step) => step.to)
      .sort(),
    ['dad', 'ed', 'hana', 'sam', 'tess'],
  );
  const other = inNeed().at('2027-03-01', booked('cin-review-1', '2027-03-31', { chair: 'chris' }));
  assert.deepEqual(
    notices(other.until('2027-03-01'), { kind: 'invitation' })
      .map((step) => step.to)
      .sort(),
    ['chris', 'dad', 'ed', 'hana', 'sam'],
  );
});

test('report and plan are asked for before a booked review, and with the manager the day before, R126', () => {
  const told = inNeed().at('2027-03-01', booked('cin-review-1', '2027-03-31'));
  const asked = duty(told.case(), 'papers/cin-review-1');
  assert.deepEqual([asked.owner, asked.rules], ['sam', ['R126', 'R127', 'R128']]);
  // Back from Wednesday 31 March over Easter Monday and Good Friday: 30 (1), 25, 24, 23, 22 (5), 19, 18, 17, 16, 15 (10).
  assert.deepEqual(lines(told.until('2027-04-30'), { duty: 'papers/cin-review-1' }), [
    '2027-03-15 08:00 sam',
    '2027-03-22 08:00 sam',
    '2027-03-30 08:00 sam tess',
  ]);
});

test('papers provided are asked for no more, R126', () => {
  const told = inNeed().at('2027-03-01', booked('cin-review-1', '2027-03-31')).at('2027-03-16', papers('cin-review-1'));
  assert.equal(owes(told.case()).includes('papers/cin-review-1'), false);
  assert.deepEqual(lines(told.until('2027-04-30'), { duty: 'papers/cin-review-1' }), ['2027-03-15 08:00 sam']);
});

test('the report alone does not do: the plan is still asked for, R126', () => {
  const told = inNeed()
    .at('2027-03-01', booked('cin-review-1', '2027-03-31'))
    .at('2027-03-16', papers('cin-review-1', { documents: ['review-report'] }));
  assert.equal(owes(told.case()).includes('papers/cin-review-1'), true);
  const both = told.at('2027-03-17', papers('cin-review-1', { documents: ['plan'] }));
  assert.equal(owes(both.case()).includes('papers/cin-review-1'), false);
});

test('the pack of a review holds the minutes of every meeting: those that have not come are named, R127', () => {
  const told = inNeed()
    .at('2027-02-15', held('cin-meeting-1', '2027-02-15'))
    .at('2027-02-18', minutes('cin-meeting-1', '2027-02-18'))
    .at('2027-03-15', held('cin-meeting-2', '2027-03-15'));
  const [warning] = accepted(told.answer('2027-03-24', papers('cin-review-1'))).departures.filter(
    (one) => one.rule === 'R127',
  );
  assert.match(warning?.message ?? '', /those of cin-meeting-2 have not come/);
});

test('a review with its papers shared with the manager before it departs from nothing, R128', () => {
  const told = inNeed().at('2027-03-01', booked('cin-review-1', '2027-03-31')).at('2027-03-24', papers('cin-review-1'));
  const c = accepted(told.answer('2027-03-31', review('cin-review-1', '2027-03-31')));
  assert.deepEqual(
    c.departures.filter((one) => one.rule === 'R128'),
    [],
  );
});

test('a review ratifies members and frequency, which count from then on, R100, R138', () => {
  const c = inNeed()
    .at('2027-02-15', held('cin-meeting-1', '2027-02-15'))
    .at('2027-03-31', review('cin-review-1', '2027-03-31', { members: ['hana', 'mum', 'kit'], everyDays: 28 }))
    .at(
      '2027-04-01',
      held('cin-meeting-2', '2027-04-01', { chair: 'sam', minuteTaker: 'hana', present: ['sam', 'hana'] }),
    )
    .case();
  assert.deepEqual(
    c.memberships
      .filter((one) => one.until === undefined)
      .map((one) => one.person)
      .sort(),
    ['hana', 'kit', 'mum'],
  );
  assert.deepEqual(
    c.memberships.filter((one) => one.until !== undefined).map((one) => [one.person, one.until]),
    [
      ['ed', '2027-03-31'],
      ['dad', '2027-03-31'],
    ],
  );
  assert.equal(duty(c, 'hold/cin-meeting-3').due, '2027-04-29');
});

test('a frequency that a review tightens makes no meeting late that was in time, R138', () => {
  const told = inNeed()
    .at('2027-02-01', held('cin-meeting-1', '2027-02-01'))
    .at('2027-03-15', held('cin-meeting-2', '2027-03-15'))
    .at('2027-03-31', review('cin-review-1', '2027-03-31', { everyDays: 21 }));
  assert.equal(duty(told.case(), 'hold/cin-meeting-2').due, '2027-03-15', 'held on its limit of 42 days');
  assert.deepEqual(notices(told.until('2027-03-31'), { duty: 'hold/cin-meeting-2', kind: 'information' }), []);
  assert.equal(duty(told.case(), 'hold/cin-meeting-3').due, '2027-04-07', '5 working days are left, L18');
});

test('a frequency that a review tightens asks for no meeting before that review, R138', () => {
  const c = inNeed()
    .at('2027-02-15', held('cin-meeting-1', '2027-02-15'))
    .at('2027-03-22', review('cin-review-1', '2027-03-22', { everyDays: 14 }))
    .case();
  // 14 days were over on 1 March; five working days from then, over Easter, would be 31 March, and it was due on the 29th (L18).
  assert.equal(duty(c, 'hold/cin-meeting-2').due, '2027-03-29');
});

test('a frequency that a review relaxes moves no limit that runs, R138', () => {
  const c = inNeed({}, { everyDays: 21 })
    .at('2027-02-15', held('cin-meeting-1', '2027-02-15'))
    .at('2027-02-24', review('cin-review-1', '2027-02-24', { everyDays: 42 }));
  assert.equal(duty(c.case(), 'hold/cin-meeting-2').due, '2027-03-08');
  const next = c.at('2027-03-08', held('cin-meeting-2', '2027-03-08')).case();
  assert.equal(duty(next, 'hold/cin-meeting-3').due, '2027-04-19', '42 days from then on');
});

test('a review without an outcome to act on owes nothing but the next one: the child continues to be in need, R143', () => {
  const c = inNeed()
    .at('2027-03-31', review('cin-review-1', '2027-03-31', { outcome: 'continue' }))
    .case();
  assert.deepEqual(owes(c).sort(), ['hold/cin-meeting-1', 'hold/cin-review-2', 'minutes/cin-review-1']);
});

test('a review that finds the child no longer in need recommends closing: closing the case is owed, R142', () => {
  const told = inNeed().at('2027-03-31', review('cin-review-1', '2027-03-31', { outcome: 'close' }));
  assert.deepEqual(
    [duty(told.case(), 'close/case').owner, duty(told.case(), 'close/case').arises],
    ['sam', '2027-03-31'],
  );
  assert.deepEqual(lines(told.until('2027-04-07'), { duty: 'close/case' }), [
    '2027-03-31 10:00 sam',
    '2027-04-07 08:00 sam tess',
  ]);
});

test('a later review that finds the child still in need takes the recommendation to close back, R142, R143', () => {
  const c = inNeed()
    .at('2027-03-31', review('cin-review-1', '2027-03-31', { outcome: 'close' }))
    .at('2027-05-03', review('cin-review-2', '2027-05-03', { outcome: 'continue' }))
    .case();
  assert.equal(owes(c).includes('close/case'), false);
});

test('a review that finds needs more complex owes an assessment until one is completed after it, R144', () => {
  const told = inNeed().at('2027-03-31', review('cin-review-1', '2027-03-31', { outcome: 'assess' }));
  assert.deepEqual(
    [duty(told.case(), 'assess/cin-review-1').owner, duty(told.case(), 'assess/cin-review-1').rules],
    ['sam', ['R144']],
  );
  assert.deepEqual(lines(told.until('2027-04-07'), { duty: 'assess/cin-review-1' }), [
    '2027-03-31 10:00 sam',
    '2027-04-07 08:00 sam tess',
  ]);
  assert.equal(owes(told.at('2027-04-20', assessed('2027-04-20')).case()).includes('assess/cin-review-1'), false);
});

test('a review that finds a risk of significant harm asks for a strategy discussion at once, of social worker and manager, R145', () => {
  const told = inNeed().at('2027-03-31', review('cin-review-1', '2027-03-31', { outcome: 'strategy-discussion' }));
  assert.deepEqual(lines(told.until('2027-04-02'), { duty: 'discuss/strategy' }), [
    '2027-03-31 10:00 sam tess',
    '2027-04-02 08:00 sam tess',
  ]);
  const c = told.at('2027-04-02', strategy('2027-04-01')).case();
  assert.equal(duty(c, 'discuss/strategy').done?.on, '2027-04-01');
});

test('a strategy discussion of before the review does not answer the one it asks for, R145', () => {
  const c = inNeed()
    .at('2027-02-08', strategy('2027-02-08'))
    .at('2027-03-31', review('cin-review-1', '2027-03-31', { outcome: 'strategy-discussion' }))
    .case();
  assert.equal(owes(c).includes('discuss/strategy'), true);
});

test('an amended plan goes to child, parents and every agency in it, those new since the review included, R146', () => {
  const wren = { id: 'wren', name: 'Wren', role: 'family-support', email: 'wren@help.test' };
  const amended = { planAmended: true, members: ['hana', 'ed', 'mum', 'dad', 'kit', 'wren'] };
  const told = inNeed()
    .at('2027-03-30', joined(wren))
    .at('2027-03-31', review('cin-review-1', '2027-03-31', amended));
  const to = (...people: string[]) => people.map((person) => ({ person, how: 'post' }));
  const given = other('plan-circulated', { meeting: 'cin-review-1', to: to('hana', 'ed', 'mum', 'dad', 'kit') });
  const most = told.at('2027-04-02', given);
  assert.ok(owes(most.case()).includes('circulate/plan/cin-review-1'), 'the new provider has none yet');
  assert.deepEqual(lines(most.until('2027-04-07'), { duty: 'circulate/plan/cin-review-1' }), [
    '2027-03-31 10:00 sam',
    '2027-04-07 08:00 sam tess',
  ]);
  const all = most.at('2027-04-08', other('plan-circulated', { meeting: 'cin-review-1', to: to('wren') })).case();
  assert.equal(owes(all).includes('circulate/plan/cin-review-1'), false);
});

test('where the plan was not amended nothing is passed on, R146', () => {
  const c = inNeed().at('2027-03-31', review('cin-review-1', '2027-03-31')).case();
  assert.equal(
    owes(c).some((key) => key.startsWith('circulate/')),
    false,
  );
});

test('the record of a review by consultation is the manager’s, and goes to every member, R150', () => {
  const told = inNeed().at('2027-03-31', consultation('cin-review-1', '2027-03-31'));
  assert.equal(duty(told.case(), 'minutes/cin-review-1').owner, 'tess');
  const then = told.at('2027-04-02', minutes('cin-review-1', '2027-04-02')).case();
  assert.equal(duty(then, 'distribute/cin-review-1').owner, 'sam');
});

type Reviews = readonly [first: string, second: string, due: string, rule: 'R119' | 'R152', working: string];
const AFTER: readonly Reviews[] = [
  ['2027-04-01', '2027-09-01', '2028-03-01', 'R119', 'six months after the consultation come first'],
  ['2027-04-01', '2027-10-01', '2028-04-01', 'R119', 'both on one day'],
  ['2027-04-01', '2027-11-15', '2028-04-01', 'R152', 'twelve months after the meeting come first'],
  ['2028-02-29', '2028-09-15', '2029-02-28', 'R152', 'twelve months after a leap day'],
];
test('after a review by consultation the next is due six months after it or twelve after the last meeting, whichever is earlier, R152', () => {
  for (const [first, second, due, rule, working] of AFTER) {
    const c = referred()
      .at(first, review('cin-review-1', first))
      .at(second, consultation('cin-review-2', second))
      .case();
    const next = duty(c, 'hold/cin-review-3');
    assert.deepEqual([next.due, next.rules.includes(rule)], [due, true], working);
  }
});

test('where the first review is by consultation the twelve months count from the referral, R152', () => {
  const after = (day: string) => referred().at(day, consultation('cin-review-1', day)).case();
  assert.equal(duty(after('2027-04-01'), 'hold/cin-review-2').due, '2027-10-01');
  assert.equal(duty(after('2027-08-16'), 'hold/cin-review-2').due, '2028-01-04');
});

test('a review meeting begins the twelve months anew, R152', () => {
  const c = referred()
    .at('2027-04-01', review('cin-review-1', '2027-04-01'))
    .at('2027-11-15', consultation('cin-review-2', '2027-11-15'))
    .at('2028-03-20', review('cin-review-3', '2028-03-20'))
    .case();
  assert.equal(duty(c, 'hold/cin-review-4').due, '2028-09-20');
});

test('a review by consultation is refused after another one, and accepted after a meeting, R151', () => {
  const once = referred({ file: NEED_FILE }).at(
    '2027-04-01',
    consultation('cin-review-1', '2027-04-01', { consulted: [] }),
  );
  assert.equal(refused(once.answer('2027-09-30', consultation('cin-review-2', '2027-09-30'))).rule, 'R151');
  const met = once.at('2027-09-30', review('cin-review-2', '2027-09-30'));
  accepted(met.answer('2028-03-30', consultation('cin-review-3', '2028-03-30')));
});

test('a review booked with its consultation documents departs from nothing, R124', () => {
  const good = booked('cin-review-1', '2027-03-31T16:00', { consultationDocuments: true, considered: ['location'] });
  assert.deepEqual(
    accepted(inNeed().answer('2027-03-01', good)).departures.filter((one) => one.rule === 'R124'),
    [],
  );
});

test('papers that were late are told to the manager once, whatever is provided beside them', () => {
  const told = inNeed()
    .at('2027-03-01', booked('cin-review-1', '2027-03-31'))
    .at('2027-04-01', papers('cin-review-1'))
    .at('2027-04-02', papers('cin-review-1', { documents: ['minutes'] }));
  assert.deepEqual(lines(told.until('2027-04-30'), { duty: 'papers/cin-review-1', kind: 'information' }), [
    '2027-04-01 10:00 tess',
  ]);
});

test('another manager is invited to a booked review on the day the case learns of them, R123', () => {
  const told = inNeed()
    .at('2027-03-01', booked('cin-review-1', '2027-03-31'))
    .at('2027-03-08', other('person-updated', { person: { ...PEOPLE[0], manager: 'sue' } }));
  assert.deepEqual(lines(told.until('2027-03-08'), { kind: 'invitation', to: 'tess' }), ['2027-03-01 10:00 tess']);
  assert.deepEqual(lines(told.until('2027-03-08'), { kind: 'invitation', to: 'sue' }), ['2027-03-08 10:00 sue']);
});
