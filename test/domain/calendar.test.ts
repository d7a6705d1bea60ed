// Days as the law counts them: tables with the working shown, and thousands of dates against a second computation on Temporal's own types.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Temporal } from 'temporal-polyfill';
import {
  addDays,
  addMonths,
  Calendar,
  daysBetween,
  fromLondon,
  inLondon,
  instant,
  localDate,
  localDateTime,
  type Period,
} from '../../domain/time/calendar.ts';
import fc from '../support/seeded.ts';
import { CALENDAR, closedOn } from './support.ts';

const open = new Calendar(CALENDAR);
/** A council that closes from Christmas Eve to the New Year. */
const closing = new Calendar(closedOn('2027-12-24', '2027-12-29', '2027-12-30', '2027-12-31'));

const within = (within: number, unit: Period['unit']): Period => ({ within, unit });

const LIMITS: readonly (readonly [trigger: string, number, Period['unit'], limit: string, working: string])[] = [
  ['2027-01-04', 15, 'working-days', '2027-01-25', 'three plain weeks from a Monday'],
  ['2027-01-08', 1, 'working-days', '2027-01-11', 'Friday to Monday'],
  ['2027-01-09', 1, 'working-days', '2027-01-11', 'a trigger on a Saturday: Monday is day 1'],
  ['2027-01-10', 0, 'working-days', '2027-01-10', 'nothing to count: the day of the trigger itself'],
  ['2027-03-18', 10, 'working-days', '2027-04-05', 'Easter: 19, 22–25 (5), not 26 and 29 March, 30, 31, 1, 2, 5 April'],
  ['2028-04-06', 5, 'working-days', '2028-04-13', 'ends the day before Good Friday'],
  ['2028-04-06', 6, 'working-days', '2028-04-18', 'not Good Friday 14 and Easter Monday 17 April'],
  ['2028-02-24', 10, 'working-days', '2028-03-09', '25, 28, 29 February of a leap year (3), 1–3 (6), 6–9 March'],
  ['2027-12-13', 15, 'working-days', '2028-01-06', '14–17 (4), 20–24 (9), 29–31 (12), not 3 January, 4, 5, 6 January'],
  ['2021-12-20', 5, 'working-days', '2021-12-29', '21–24 (4), substitutes for Saturday and Sunday on 27 and 28, 29'],
  ['2022-05-30', 3, 'working-days', '2022-06-06', '31, 1, not 2 and 3 June (moved holiday and jubilee), 6 June'],
  ['2020-05-07', 1, 'working-days', '2020-05-11', 'the early May holiday moved to Friday 8 May'],
  ['2022-12-23', 1, 'working-days', '2022-12-28', 'Monday 26 and the substitute on Tuesday 27 December'],
  ['2027-01-31', 28, 'days', '2027-02-28', 'a month of 28 days'],
  ['2028-02-01', 28, 'days', '2028-02-29', 'a leap day'],
  ['2027-03-01', 28, 'days', '2027-03-29', 'a limit on Easter Monday stays there'],
  ['2027-03-27', 1, 'days', '2027-03-28', 'a day of 23 hours is a day'],
  ['2026-11-30', 3, 'months', '2027-02-28', 'clamped to the end of February'],
  ['2027-11-30', 3, 'months', '2028-02-29', 'clamped to a leap day'],
  ['2027-08-31', 6, 'months', '2028-02-29', 'clamped to a leap day'],
  ['2027-03-31', 3, 'months', '2027-06-30', 'clamped to a month of 30 days'],
  ['2028-02-29', 12, 'months', '2029-02-28', 'a leap day a year on'],
  ['2027-02-28', 6, 'months', '2027-08-28', 'the day’s number is kept, not the end of the month'],
  ['2027-09-30', 3, 'months', '2027-12-30', 'over the clock change'],
];

for (const [trigger, count, unit, limit, working] of LIMITS)
  test(`${count} ${unit} after ${trigger} is ${limit}: ${working}`, () => {
    assert.equal(open.limit(localDate(trigger), within(count, unit)), limit);
  });

test('closure days of a council never move a limit', () => {
  for (const [trigger, count, unit, limit] of LIMITS)
    assert.equal(closing.limit(localDate(trigger), within(count, unit)), limit);
});

const BOOK_BY: readonly (readonly [limit: string, bookBy: string, whereClosing: string, working: string])[] = [
  ['2027-02-19', '2027-02-19', '2027-02-19', 'a working day is its own'],
  ['2027-02-20', '2027-02-19', '2027-02-19', 'Saturday: the Friday'],
  ['2027-02-21', '2027-02-19', '2027-02-19', 'Sunday: the Friday'],
  ['2027-03-26', '2027-03-25', '2027-03-25', 'Good Friday: the Thursday'],
  ['2027-03-29', '2027-03-25', '2027-03-25', 'Easter Monday: the Thursday before Good Friday'],
  ['2027-12-27', '2027-12-24', '2027-12-23', 'the substitute for Christmas Day'],
  ['2027-12-31', '2027-12-31', '2027-12-23', 'open, or closed since Christmas Eve'],
  ['2028-01-03', '2027-12-31', '2027-12-23', 'the substitute for New Year’s Day'],
  ['2028-02-29', '2028-02-29', '2028-02-29', 'a leap day, a Tuesday'],
];

for (const [limit, bookBy, whereClosing, working] of BOOK_BY)
  test(`what is due on ${limit} is booked by ${bookBy}, by ${whereClosing} where the council closes: ${working}`, () => {
    assert.equal(open.bookBy(localDate(limit)), bookBy);
    assert.equal(closing.bookBy(localDate(limit)), whereClosing);
  });

const OPEN_DAYS: readonly (readonly [from: string, count: number, there: string, whereClosing: string])[] = [
  ['2027-12-23', 1, '2027-12-24', '2028-01-04'], // closed 24, 29–31; holidays 27, 28 and 3 January
  ['2027-12-23', 5, '2028-01-04', '2028-01-10'],
  ['2028-01-05', -2, '2027-12-31', '2027-12-23'], // 4 January (1), then the last open day of the old year (2)
  ['2027-12-25', 0, '2027-12-24', '2027-12-23'],
  ['2027-03-28', 1, '2027-03-30', '2027-03-30'],
  ['2027-03-28', -1, '2027-03-25', '2027-03-25'],
];

test('steps count days on which the council is open, before and after', () => {
  for (const [from, count, there, whereClosing] of OPEN_DAYS) {
    assert.equal(open.openDays(localDate(from), count), there, `${count} from ${from}`);
    assert.equal(closing.openDays(localDate(from), count), whereClosing, `${count} from ${from}, closing`);
  }
});

const MORNINGS: readonly (readonly [day: string, morning: string])[] = [
  ['2027-01-04', '2027-01-04T08:00:00Z'],
  ['2027-03-27', '2027-03-27T08:00:00Z'],
  ['2027-03-28', '2027-03-28T07:00:00Z'], // the clocks went forward at one
  ['2027-07-01', '2027-07-01T07:00:00Z'],
  ['2027-10-30', '2027-10-30T07:00:00Z'],
  ['2027-10-31', '2027-10-31T08:00:00Z'], // and back
  ['2028-02-29', '2028-02-29T08:00:00Z'],
];

test('eight in the morning is London’s, on both days the clocks change too', () => {
  for (const [day, morning] of MORNINGS) assert.equal(open.morning(localDate(day)), morning);
});

const NEXT_MORNINGS: readonly (readonly [after: string, next: string, working: string])[] = [
  ['2027-01-04T07:59:59Z', '2027-01-04T08:00:00Z', 'a second before: the same day'],
  ['2027-01-04T08:00:00Z', '2027-01-05T08:00:00Z', 'at eight sharp: the next day'],
  ['2027-01-08T09:00:00Z', '2027-01-11T08:00:00Z', 'Friday: Monday'],
  ['2027-03-25T09:00:00Z', '2027-03-30T07:00:00Z', 'Maundy Thursday: Tuesday, in summer time'],
  ['2027-03-27T23:30:00Z', '2027-03-30T07:00:00Z', 'the night the clocks go forward'],
  ['2027-10-29T06:59:59Z', '2027-10-29T07:00:00Z', 'in summer time eight is seven in UTC'],
  ['2027-10-29T07:00:00Z', '2027-11-01T08:00:00Z', 'over the weekend the clocks go back'],
  ['2027-06-30T23:30:00Z', '2027-07-01T07:00:00Z', 'half past midnight in London'],
  ['2027-12-31T09:00:00Z', '2028-01-04T08:00:00Z', 'New Year’s Day on a Saturday, its substitute on Monday'],
];

for (const [after, next, working] of NEXT_MORNINGS)
  test(`the next morning round after ${after} is ${next}: ${working}`, () => {
    assert.equal(open.nextMorning(instant(after)), next);
  });

const LONDON_DAYS: readonly (readonly [moment: string, day: string])[] = [
  ['2027-01-01T23:59:59Z', '2027-01-01'],
  ['2027-07-01T22:59:59Z', '2027-07-01'],
  ['2027-07-01T23:00:00Z', '2027-07-02'],
  ['2027-03-27T23:59:59Z', '2027-03-27'],
  ['2027-03-28T22:59:59Z', '2027-03-28'],
  ['2027-03-28T23:00:00Z', '2027-03-29'],
  ['2027-10-30T23:00:00Z', '2027-10-31'],
  ['2027-10-31T23:59:59Z', '2027-10-31'],
  ['2027-12-31T23:59:59Z', '2027-12-31'],
];

test('a day ends at midnight in London', () => {
  for (const [moment, day] of LONDON_DAYS) assert.equal(open.londonDate(instant(moment)), day, moment);
});

test('a time that the clocks skip is the later one, a time that happens twice the first', () => {
  assert.equal(fromLondon(localDateTime('2027-03-28T01:30')), '2027-03-28T01:30:00Z'); // half past two in summer time
  assert.equal(inLondon(instant('2027-03-28T01:30:00Z')), '2027-03-28T02:30:00+01:00');
  assert.equal(fromLondon(localDateTime('2027-10-31T01:30')), '2027-10-31T00:30:00Z');
  assert.equal(inLondon(instant('2027-10-31T01:30:00Z')), '2027-10-31T01:30:00+00:00');
});

const NO_DATES = ['2026-02-31', '2027-02-29', '2027-04-31', '2027-13-01', '2027-00-10', '2027-1-1', '2027-01-01T10:00'];
const NO_WORDS = ['', 'tomorrow', '01/02/2027', '2027-01-01 ', '+002027-01-01'];
for (const text of [...NO_DATES, ...NO_WORDS])
  test(`"${text}" is refused as a date, and named`, () => {
    assert.throws(
      () => localDate(text),
      (error: Error) => error.message.includes(`"${text}"`),
    );
  });

for (const text of ['2026-02-31T10:00', '2027-01-01T24:00', '2027-01-01T10:60', '2027-01-01', '2027-01-01T10:00Z'])
  test(`"${text}" is refused as a London time, and named`, () => {
    assert.throws(
      () => localDateTime(text),
      (error: Error) => error.message.includes(`"${text}"`),
    );
  });

for (const text of ['2027-01-01T10:00', '2026-02-31T10:00:00Z', 'now'])
  test(`"${text}" is refused as a moment, and named`, () => {
    assert.throws(
      () => instant(text),
      (error: Error) => error.message.includes(`"${text}"`),
    );
  });

// The second computation: day by day, on Temporal's own types, with nothing of ours.

const holidays = new Set<string>(CALENDAR.bankHolidays);
type Day = Temporal.PlainDate;
const isWorking = (day: Day, closed: ReadonlySet<string>) =>
  day.dayOfWeek <= 5 && !holidays.has(day.toString()) && !closed.has(day.toString());
function walk(from: Day, count: number, closed: ReadonlySet<string>): Day {
  let day = from;
  for (let left = Math.abs(count); left > 0; ) {
    day = day.add({ days: Math.sign(count) });
    if (isWorking(day, closed)) left--;
  }
  return day;
}
function backTo(from: Day, closed: ReadonlySet<string>): Day {
  return isWorking(from, closed) ? from : backTo(from.subtract({ days: 1 }), closed);
}

const FIRST = Temporal.PlainDate.from('2019-02-01');
const days = fc.integer({ min: 0, max: 3500 }).map((n) => FIRST.add({ days: n }));
const moments = fc
  .integer({ min: Date.parse('2019-01-01T00:00:00Z') / 1000, max: Date.parse('2028-12-20T00:00:00Z') / 1000 })
  .map((second) => Temporal.Instant.fromEpochMilliseconds(second * 1000));
const closures = fc.array(days, { maxLength: 12 }).map((some) => [...new Set(some.map(String))]);
const RUNS = { numRuns: 3000 };

test('limits, book-by dates and open days agree with a second computation over thousands of dates', () => {
  fc.assert(
    fc.property(days, fc.integer({ min: 0, max: 40 }), closures, (from, count, closed) => {
      const calendar = new Calendar(closedOn(...closed));
      const [date, none, shut] = [localDate(from.toString()), new Set<string>(), new Set(closed)];
      assert.equal(calendar.limit(date, within(count, 'working-days')), walk(from, count, none).toString());
      assert.equal(calendar.limit(date, within(count, 'days')), from.add({ days: count }).toString());
      assert.equal(calendar.limit(date, within(count, 'months')), from.add({ months: count }).toString());
      assert.equal(calendar.bookBy(date), backTo(from, shut).toString());
      assert.equal(calendar.isOpenDay(date), isWorking(from, shut));
      if (count > 0) {
        assert.equal(calendar.openDays(date, count), walk(from, count, shut).toString());
        assert.equal(calendar.openDays(date, -count), walk(from, -count, shut).toString());
      }
    }),
    RUNS,
  );
});

test('mornings and London days agree with a second computation over thousands of moments', () => {
  fc.assert(
    fc.property(moments, closures, (moment, closed) => {
      const calendar = new Calendar(closedOn(...closed));
      const at = instant(moment.toString());
      const london = moment.toZonedDateTimeISO('Europe/London');
      assert.equal(calendar.londonDate(at), london.toPlainDate().toString());
      assert.equal(Temporal.Instant.from(inLondon(at)).epochMilliseconds, moment.epochMilliseconds);
      const eight = (day: Day) => day.toZonedDateTime({ timeZone: 'Europe/London', plainTime: '08:00' });
      assert.equal(
        Date.parse(calendar.morning(localDate(london.toPlainDate().toString()))),
        eight(london.toPlainDate()).epochMilliseconds,
      );
      let day = london.toPlainDate();
      while (!isWorking(day, new Set(closed)) || Temporal.Instant.compare(eight(day).toInstant(), moment) <= 0)
        day = day.add({ days: 1 });
      assert.equal(Date.parse(calendar.nextMorning(at)), eight(day).epochMilliseconds);
    }),
    RUNS,
  );
});

test('a London time and its moment are each other’s, but for the hour that the clocks skip', () => {
  fc.assert(
    fc.property(moments, (moment) => {
      const minute = moment.round({ smallestUnit: 'minute', roundingMode: 'floor' });
      const wall = minute.toZonedDateTimeISO('Europe/London').toPlainDateTime().toString({ smallestUnit: 'minute' });
      const back = Date.parse(fromLondon(localDateTime(wall)));
      // The hour that happens twice is taken the first time: an hour earlier at most.
      assert.ok([0, 3_600_000].includes(minute.epochMilliseconds - back), wall);
    }),
    RUNS,
  );
});

test('adding days and months, and the days between, agree with Temporal', () => {
  fc.assert(
    fc.property(days, fc.integer({ min: -400, max: 400 }), fc.integer({ min: 0, max: 24 }), (from, n, months) => {
      const date = localDate(from.toString());
      assert.equal(addDays(date, n), from.add({ days: n }).toString());
      assert.equal(daysBetween(date, addDays(date, n)), n);
      assert.equal(addMonths(date, months), from.add({ months }).toString());
    }),
    RUNS,
  );
});
