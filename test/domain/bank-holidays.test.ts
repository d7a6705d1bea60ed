// Checks the shipped bank holidays against a well-kept library, so that a slip in either shows before a limit is counted wrongly.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import Holidays from 'date-holidays';
import { Temporal } from 'temporal-polyfill';

interface BankHolidays {
  division: string;
  from: string;
  until: string;
  dates: { date: string; title: string }[];
}

const shipped: BankHolidays = JSON.parse(
  readFileSync(new URL('../../policies/bank-holidays.json', import.meta.url), 'utf8'),
);
const years = Array.from({ length: 10 }, (_, i) => 2019 + i);
const dates = shipped.dates.map((holiday) => holiday.date);

/** Holidays of one country of the library's United Kingdom. */
function library(country: 'ENG' | 'WLS', year: number): string[] {
  return new Holidays('GB', country)
    .getHolidays(year)
    .filter((holiday) => holiday.type === 'public')
    .map((holiday) => holiday.date.slice(0, 10));
}

const isWeekend = (date: string) => Temporal.PlainDate.from(date).dayOfWeek > 5;

for (const year of years) {
  test(`the bank holidays of ${year} are those of the library`, () => {
    // The library lists a holiday that falls on a weekend as well as its substitute day; the published list has the substitute only.
    // That is the one way they differ: on weekends nothing changes, because they are no working days anyway.
    const expected = library('ENG', year).filter((date) => !isWeekend(date));
    assert.deepEqual(
      dates.filter((date) => date.startsWith(`${year}-`)),
      expected,
    );
  });
}

test('England and Wales keep the same bank holidays in the library, so one list serves both', () => {
  for (const year of years) assert.deepEqual(library('WLS', year), library('ENG', year));
});

test('the days that were moved or given once are in the list', () => {
  const titles = new Map(shipped.dates.map((holiday) => [holiday.date, holiday.title]));
  assert.equal(titles.has('2020-05-04'), false); // moved to Friday 8 May for VE day
  assert.equal(titles.get('2020-05-08'), 'Early May bank holiday (VE day)');
  assert.equal(titles.has('2022-05-30'), false); // moved to Thursday 2 June for the jubilee
  assert.equal(titles.get('2022-06-02'), 'Spring bank holiday');
  assert.equal(titles.get('2022-06-03'), 'Platinum Jubilee bank holiday');
  assert.equal(titles.get('2022-09-19'), 'Bank Holiday for the State Funeral of Queen Elizabeth II');
  assert.equal(titles.get('2023-05-08'), 'Bank holiday for the coronation of King Charles III');
});

test('every bank holiday is a weekday inside the range the list speaks for, once, in order, with a title', () => {
  assert.equal(shipped.division, 'england-and-wales');
  assert.deepEqual([shipped.from, shipped.until], ['2019-01-01', '2028-12-31']);
  assert.deepEqual(dates, [...new Set(dates)].sort());
  for (const { date, title } of shipped.dates) {
    assert.ok(date >= shipped.from && date <= shipped.until, date);
    assert.ok(!isWeekend(date), `${date} is a weekend`);
    assert.ok(title.length > 0, date);
  }
});
