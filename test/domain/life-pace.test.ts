// A child's own interval (L19): whoever meets may decide to meet again sooner than the policy says, and never later.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rehearse } from '../../client/rehearse.ts';
import { readScenario } from '../../client/scenario.ts';
import { lacReview, lookedAfter } from './need.ts';
import { duty, held, underPlan } from './support.ts';

const why = { reason: 'the next date is fixed by telephone' };
const group = (number: number, on: string, more = {}) => held(`core-group-${number}`, on, { ...why, ...more });

test('a core group that decides to meet every 14 days is due again in 14, L19 (D14a)', () => {
  const { owed, notices } = rehearse(readScenario('test/scenarios/life/D14a-everydays-on-core-group.yaml'));
  const next = owed.find(({ duty }) => duty === 'hold/core-group-2');
  assert.equal(next?.due, '2025-05-23');
  assert.ok(next?.rules.includes('R99'));
  // It is booked for 6 June, too late for that: the manager hears of it.
  assert.ok(notices.some(({ to, subject }) => to === 'tm' && /after its limit of Fri 23 May 2025/.test(subject)));
});

const ROWS: readonly (readonly [what: string, second: object, third: object, due: string])[] = [
  ['the policy’s 28 days where none decided otherwise', {}, {}, '2027-03-17'],
  ['14 days where the last one said so', {}, { everyDays: 14 }, '2027-03-03'],
  ['14 days where an earlier one said so', { everyDays: 14 }, {}, '2027-03-03'],
  ['21 days where that was said last', { everyDays: 14 }, { everyDays: 21 }, '2027-03-10'],
  ['28 days where a longer interval was said', {}, { everyDays: 60 }, '2027-03-17'],
];
for (const [what, first, second, due] of ROWS)
  test(`the core group after one of 17 February is due within ${what}, L19`, () => {
    const c = underPlan()
      .at('2027-01-28', group(1, '2027-01-28', first))
      .at('2027-02-17', group(2, '2027-02-17', second))
      .case();
    assert.equal(duty(c, 'hold/core-group-3').due, due);
  });

test('a review conference shortens the time to the next one, and leaves the core groups, L19', () => {
  const conferred = (more = {}) =>
    underPlan()
      .at('2027-03-17', group(1, '2027-03-17'))
      .at(
        '2027-04-12',
        held('review-conference-1', '2027-04-12', {
          chair: 'chris',
          minuteTaker: 'nora',
          present: ['chris', 'nora', 'sam', 'hana'],
          ...more,
        }),
      )
      .case();
  assert.equal(duty(conferred(), 'hold/review-conference-2').due, '2027-10-12');
  assert.equal(duty(conferred({ everyDays: 90 }), 'hold/review-conference-2').due, '2027-07-11');
  assert.equal(duty(conferred({ everyDays: 10 }), 'hold/core-group-2').due, '2027-04-14');
});

test('a core group of a looked after child says nothing about its reviews, which say it themselves, L19, R111', () => {
  const reviewed = lookedAfter().at('2027-01-28', lacReview('lac-review-1', '2027-01-28'));
  const grouped = reviewed.at('2027-02-01', held('core-group-1', '2027-02-01', { everyDays: 14 }));
  assert.equal(duty(grouped.case(), 'hold/lac-review-2').due, '2027-04-28');
  const sooner = lookedAfter().at('2027-01-28', lacReview('lac-review-1', '2027-01-28', { everyDays: 60 }));
  assert.equal(duty(sooner.case(), 'hold/lac-review-2').due, '2027-03-29');
});

test('an interval decided after the last core group was held counts from its decision, not from before, L19', () => {
  const typedLate = underPlan()
    .at('2027-01-28', group(1, '2027-01-28'))
    .at('2027-03-10', group(2, '2027-02-17', { everyDays: 14 }));
  assert.equal(duty(typedLate.case(), 'hold/core-group-3').due, '2027-03-03');
});
