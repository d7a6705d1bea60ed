// What no real case may go by: each in one line, and everything an authority may really have passes.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LADDERS } from '../../domain/policy/policy.ts';
import { unfitCalendar, unfitForRealCases, unfitPolicy } from '../../domain/policy/unfit.ts';
import { addDays, type CalendarData, type LocalDate } from '../../domain/time/calendar.ts';
import { BARNSLEY, CALENDAR, HULL, policyWith } from './support.ts';

// biome-ignore lint/suspicious/noExplicitAny: a draft may be anything; parsePolicy says whether it is a policy.
type Draft = any;

/** `count` days from a day on, every `step`-th. */
const days = (from: string, count: number, step = 1): LocalDate[] =>
  Array.from({ length: count }, (_, i) => addDays(from as LocalDate, i * step));
const withDays = (change: Partial<CalendarData>): CalendarData => ({ ...CALENDAR, ...change });

test('what is shipped is fit for real cases', () => {
  for (const policy of [BARNSLEY, HULL]) assert.equal(unfitForRealCases(policy, CALENDAR), undefined);
});

const CALENDARS: readonly (readonly [what: string, change: Partial<CalendarData>, says: RegExp | undefined])[] = [
  [
    'every day of a century a holiday',
    { bankHolidays: days('2000-01-01', 36_890) },
    /^calendar: 2000 would have 0 working/,
  ],
  ['every Friday closed', { closureDays: days('2027-01-01', 53, 7) }, undefined], // 253 - 52 = 201
  [
    'every Friday and some Mondays closed',
    { closureDays: [...days('2027-01-01', 53, 7), ...days('2027-01-04', 20, 7)] },
    /^calendar: 2027 would have 184 working days; a year with fewer than 200 is a mistake$/,
  ],
  ['schools’ summer, six weeks', { closureDays: days('2027-07-22', 42) }, undefined],
  // From the weekend and the bank holiday before it.
  [
    'nine weeks closed',
    { closureDays: days('2027-05-04', 62) },
    /^calendar: \d+ days in a row would be closed from 2027-05-01; more than 60/,
  ],
  [
    'a day of the year 9999',
    { bankHolidays: ['9999-12-31' as LocalDate] },
    /^calendar: 9999-12-31 is not between 2000-01-01 and 2100-12-31$/,
  ],
  ['known until the year 9999', { until: '9999-12-31' as LocalDate }, /^calendar: 9999-12-31 is not between/],
  ['a day of the year 1', { closureDays: ['0001-01-01' as LocalDate] }, /^calendar: 0001-01-01 is not between/],
];
for (const [what, change, says] of CALENDARS)
  test(`a calendar with ${what} is ${says ? 'unfit' : 'fit'} for real cases`, () => {
    const why = unfitCalendar(withDays(change));
    if (says) assert.match(why ?? 'fit', says);
    else assert.equal(why, undefined);
    assert.equal(unfitForRealCases(BARNSLEY, withDays(change)), why);
  });

test('a policy with an empty ladder is unfit, for nobody would be told, R23, R59', () => {
  const empty = (...names: string[]) =>
    policyWith((p: Draft) => {
      for (const name of names) p.ladders[name] = [];
    });
  const expected = 'ladders.minutes (R59): has no step, so nobody would be told of what is owed';
  assert.equal(unfitPolicy(empty('minutes'), CALENDAR), expected);
  assert.match(
    unfitPolicy(empty(...LADDERS), CALENDAR) ?? '',
    /^ladders\.hold-meeting \(R23, R29\), ladders\.hold-review/,
  );
  assert.equal(unfitPolicy(empty('attend'), CALENDAR), undefined, 'the invitation went all the same');
});

test('a policy later than statute is unfit, with every such limit, P11, P13', () => {
  const late = policyWith((p: Draft) => {
    p.limits['initial-conference'].within = 20;
    p.limits['next-lac-review'] = null;
  });
  assert.equal(
    unfitPolicy(late, CALENDAR),
    'statute sets this limit: R114: limits.initial-conference: 20 working days are later than 15 working days (15 working days, Working Together to Safeguard Children); R110: limits.next-lac-review: no limit is set (6 months, SI 2010/959, regulation 33)',
  );
});

test('the authority of a rehearsal is nobody’s', () => {
  const policy = policyWith((p: Draft) => {
    p.authority = 'rehearsal-barnsley';
  });
  assert.match(unfitPolicy(policy, CALENDAR) ?? '', /^authority: rehearsal-barnsley: names that begin with rehearsal-/);
});
