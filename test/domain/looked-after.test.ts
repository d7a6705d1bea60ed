// A looked after child's reviews and the core groups a review may ask for, rule by rule.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lacReview, lookedAfter, papers } from './need.ts';
import { accepted, booked, closedOn, duty, held, lines, notices, other, owes, refused } from './support.ts';

type Row = readonly [since: string, limit: string, target: string, bookBy: string, working: string];
/** Limit 20 working days (regulation 33), target Hull's 28 days, which is never shown as later than the limit. */
const FIRST: readonly Row[] = [
  ['2027-01-04', '2027-02-01', '2027-02-01', '2027-02-01', 'four whole weeks: both on one day'],
  ['2027-03-15', '2027-04-14', '2027-04-12', '2027-04-14', 'Easter takes 26 and 29 March'],
  ['2027-12-13', '2028-01-13', '2028-01-10', '2028-01-13', '27 and 28 December, and 3 January, are holidays'],
  ['2027-04-12', '2027-05-11', '2027-05-10', '2027-05-11', 'the early May holiday of 3 May'],
  [
    '2027-01-09',
    '2027-02-05',
    '2027-02-05',
    '2027-02-05',
    'a Saturday: counting begins on Monday 11; 28 days end on the 6th, after the limit',
  ],
  ['2028-02-01', '2028-02-29', '2028-02-29', '2028-02-29', 'to the leap day'],
];

test('the first looked after review is due within 20 working days, with 28 days as its target, R108', () => {
  for (const [since, limit, target, bookBy, working] of FIRST) {
    const { due, target: amber, bookBy: by } = duty(lookedAfter({}, since).case(), 'hold/lac-review-1');
    assert.deepEqual([due, amber, by], [limit, target, bookBy], `${since}: ${working}`);
  }
});

test('closure days at Christmas move the booking of the first review, never its limit, R108', () => {
  const calendar = closedOn('2028-01-13', '2028-01-12');
  const { due, bookBy } = duty(lookedAfter({ calendar }, '2027-12-13').case(), 'hold/lac-review-1');
  assert.deepEqual([due, bookBy], ['2028-01-13', '2028-01-11']);
});

const after = (first: string, second?: string) => {
  const once = lookedAfter({}, '2026-11-02').at(first, lacReview('lac-review-1', first));
  return second === undefined ? once : once.at(second, lacReview('lac-review-2', second));
};

test('the second looked after review is due three months after the first, R109', () => {
  for (const [first, due, bookBy] of [
    ['2027-01-29', '2027-04-29', '2027-04-29'],
    ['2026-11-30', '2027-02-28', '2027-02-26'],
    ['2027-12-29', '2028-03-29', '2028-03-29'],
  ] as const) {
    const next = duty(after(first).case(), 'hold/lac-review-2');
    assert.deepEqual([next.due, next.bookBy, next.rules], [due, bookBy, ['R109']]);
  }
});

test('later looked after reviews are due six months after the last, R110', () => {
  for (const [second, due, bookBy] of [
    ['2027-04-29', '2027-10-29', '2027-10-29'],
    ['2027-08-31', '2028-02-29', '2028-02-29'],
    ['2027-06-25', '2027-12-25', '2027-12-24'],
  ] as const) {
    const told = after('2027-01-29', second);
    const next = duty(told.case(), 'hold/lac-review-3');
    assert.deepEqual([next.due, next.bookBy, next.rules], [due, bookBy, ['R110']]);
  }
  const third = after('2027-01-29', '2027-04-29').at('2027-10-01', lacReview('lac-review-3', '2027-10-01')).case();
  assert.equal(duty(third, 'hold/lac-review-4').due, '2028-04-01');
});

test('some arrangements ask for reviews more often: the interval a review records brings the next forward, never back, R111', () => {
  const short = (everyDays: number) =>
    lookedAfter()
      .at('2027-01-29', lacReview('lac-review-1', '2027-01-29', { everyDays }))
      .case();
  assert.deepEqual(
    [duty(short(42), 'hold/lac-review-2').due, duty(short(42), 'hold/lac-review-2').rules],
    ['2027-03-12', ['R109', 'R111']],
  );
  assert.equal(duty(short(200), 'hold/lac-review-2').due, '2027-04-29');
});

test('a review that is not booked is asked for like every review, up to the service manager, R108', () => {
  // Limit Monday 1 February: 15 working days before is 11 January, 5 before 25 January; 30 before had passed on 4 January.
  assert.deepEqual(lines(lookedAfter().until('2027-02-08'), { duty: 'hold/lac-review-1' }), [
    '2027-01-05 08:00 sam',
    '2027-01-11 08:00 sam',
    '2027-01-25 08:00 sam tess',
    '2027-02-02 08:00 sam tess',
    '2027-02-08 08:00 sam sue tess',
  ]);
});

test('the review report is asked for before a booked review until it is there, R112', () => {
  const told = lookedAfter().at('2027-01-05', booked('lac-review-1', '2027-01-29'));
  const asked = duty(told.case(), 'papers/lac-review-1');
  assert.deepEqual([asked.owner, asked.due, asked.rules], ['sam', '2027-01-29', ['R112', 'R113']]);
  const plan = told.at('2027-01-19', papers('lac-review-1', { documents: ['plan'] }));
  assert.equal(owes(plan.case()).includes('papers/lac-review-1'), true);
  const both = plan.at('2027-01-20', papers('lac-review-1', { documents: ['review-report'] }));
  assert.equal(owes(both.case()).includes('papers/lac-review-1'), false);
});

test('the child’s plan is asked for before a booked review until it is there, R113', () => {
  const report = lookedAfter()
    .at('2027-01-05', booked('lac-review-1', '2027-01-29'))
    .at('2027-01-19', papers('lac-review-1', { documents: ['review-report'] }));
  assert.equal(owes(report.case()).includes('papers/lac-review-1'), true);
  // Back from Friday 29 January: 28 (1), 27, 26, 25, 22 (5), 21, 20, 19, 18, 15 (10).
  assert.deepEqual(lines(report.until('2027-02-28'), { duty: 'papers/lac-review-1' }), [
    '2027-01-15 08:00 sam',
    '2027-01-22 08:00 sam',
    '2027-01-28 08:00 sam tess',
  ]);
  assert.deepEqual(
    report.case().meetings['lac-review-1' as never]?.papers.flatMap(({ documents }) => documents),
    ['review-report'],
  );
});

test('core groups are not compulsory for a looked after child: none is owed, and one may still be held, R84', () => {
  const told = lookedAfter().at('2027-01-29', lacReview('lac-review-1', '2027-01-29'));
  assert.equal(
    owes(told.case()).some((key) => key.startsWith('hold/core-group')),
    false,
  );
  accepted(told.answer('2027-02-15', held('core-group-1', '2027-02-15')));
  const notNeeded = lookedAfter().at('2027-01-29', lacReview('lac-review-1', '2027-01-29', { coreGroupNeeded: false }));
  assert.ok(!owes(notNeeded.case()).includes('hold/core-group-1'));
});

test('a core group that a review finds beneficial is owed, without a limit nobody has set, R84, R85', () => {
  const told = lookedAfter().at('2027-01-29', lacReview('lac-review-1', '2027-01-29', { coreGroupNeeded: true }));
  const group = duty(told.case(), 'hold/core-group-1');
  assert.deepEqual([group.owner, group.due, group.arises, group.rules], ['sam', null, '2027-01-29', ['R84']]);
  assert.deepEqual(lines(told.until('2027-02-14'), { duty: 'hold/core-group-1' }), [
    '2027-01-29 10:00 sam',
    '2027-02-05 08:00 sam tess',
    '2027-02-08 08:00 sam tess',
  ]);
  const met = told.at('2027-01-29T11:00', booked('core-group-1', '2027-02-12'));
  assert.equal(
    lines(met.until('2027-12-31'), { duty: 'hold/core-group-1' }).length,
    1,
    'booked: nobody is asked again',
  );
});

test('each core group that was held is kept, and the next one owed, until a review finds them no longer needed, R85', () => {
  const told = lookedAfter()
    .at('2027-01-29', lacReview('lac-review-1', '2027-01-29', { coreGroupNeeded: true }))
    .at('2027-02-15', held('core-group-1', '2027-02-15'));
  assert.equal(duty(told.case(), 'hold/core-group-1').done?.on, '2027-02-15');
  assert.equal(duty(told.case(), 'hold/core-group-2').arises, '2027-02-15');
  assert.deepEqual(
    notices(told.until('2027-04-28'), { duty: 'hold/core-group-2' }),
    [],
    'the group says when it meets',
  );
  const later = told.at('2027-04-29', lacReview('lac-review-2', '2027-04-29', { coreGroupNeeded: false })).case();
  assert.equal(
    owes(later).some((key) => key.startsWith('hold/core-group')),
    false,
  );
  assert.equal(duty(later, 'hold/core-group-1').done?.on, '2027-02-15');
});

test('a review that says nothing about core groups changes nothing about them, R85', () => {
  const c = lookedAfter()
    .at('2027-01-29', lacReview('lac-review-1', '2027-01-29', { coreGroupNeeded: true }))
    .at('2027-04-29', lacReview('lac-review-2', '2027-04-29'))
    .case();
  assert.equal(owes(c).includes('hold/core-group-1'), true);
});

test('a second review that asks for the same core group says nothing twice, and puts off nothing: it is wanted since the first, R85', () => {
  const group = 'hold/core-group-1';
  // Typed in when the fifth working day after it, Friday 22 January, had passed.
  const once = lookedAfter().at('2027-01-26', lacReview('lac-review-1', '2027-01-15', { coreGroupNeeded: true }));
  const twice = once.at('2027-01-27', lacReview('lac-review-2', '2027-01-27', { coreGroupNeeded: true }));
  assert.equal(duty(twice.case(), group).arises, '2027-01-15');
  const keys = twice.until('2027-06-30').steps.map(({ key }) => key);
  assert.deepEqual(keys, [...new Set(keys)]);
  assert.deepEqual(lines(twice.until('2027-06-30'), { duty: group }), lines(once.until('2027-06-30'), { duty: group }));
  const met = twice
    .at('2027-02-10', held('core-group-1', '2027-02-10'))
    .at('2027-04-28', lacReview('lac-review-3', '2027-04-28', { coreGroupNeeded: true }));
  assert.equal(duty(met.case(), 'hold/core-group-2').arises, '2027-04-28', 'since then: the group had met');
});

test('a core group of a looked after child does not go ahead without a social worker either, R63', () => {
  const without = held('core-group-1', '2027-02-15', { present: ['hana', 'ed'] });
  assert.equal(refused(lookedAfter().answer('2027-02-15', without)).rule, 'R63');
});

test('a child who is no longer looked after has no more reviews; minutes of the last stay owed, R108', () => {
  const told = after('2027-01-29')
    .at('2027-02-01', booked('lac-review-2', '2027-04-20'))
    .at('2027-03-01', other('ceased-looked-after', { on: '2027-03-01' }));
  assert.deepEqual(owes(told.case()), ['minutes/lac-review-1']);
  const later = notices(told.until('2027-12-31')).filter((step) => step.at > '2027-03-01T12');
  assert.deepEqual([...new Set(later.map((step) => step.duty))], ['minutes/lac-review-1']);
});
