// Every timescale of a child protection plan as a table: trigger in, limit and book-by out, the working beside it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { timeline } from '../../domain/play/timeline.ts';
import { addDays, localDate } from '../../domain/time/calendar.ts';
import {
  BARNSLEY,
  CALENDAR,
  closedOn,
  conference,
  distributed,
  duty,
  HULL,
  held,
  minutes,
  place,
  policyWith,
  type Row,
  type Story,
  story,
  strategy,
  table,
} from './support.ts';

/** A council that closes from Christmas Eve to the New Year. */
const CLOSING = closedOn('2027-12-24', '2027-12-29', '2027-12-30', '2027-12-31');
type Calendar = typeof CALENDAR;

/** Each timescale, without closure days and with them. */
function timescale(title: string, key: string, tell: (day: string, calendar: Calendar) => Story, rows: readonly Row[]) {
  table(title, key, (day) => tell(day, CALENDAR), rows);
  test(`${title}: closure days move the booking, never the limit`, () => {
    for (const [trigger, limit, bookBy] of rows) {
      const { due, bookBy: by } = duty(tell(trigger, CLOSING).case(), key);
      const early = bookBy >= '2027-12-24' && bookBy <= '2027-12-31' ? '2027-12-23' : bookBy;
      assert.deepEqual([due, by], [limit, early], trigger);
    }
  });
}

const before = (day: string, days: number): string => addDays(localDate(day), -days);
const started = (calendar: Calendar, day: string) => story({ calendar }).at(day, strategy(day));
/** A conference ten days after the strategy discussion. */
const planned = (calendar: Calendar, day: string) =>
  started(calendar, before(day, 10)).at(day, conference(day, { firstCoreGroup: place(day) }));
const met = (calendar: Calendar, day: string) =>
  planned(calendar, before(day, 7)).at(day, held('core-group-1', day, { next: place(day) }));

timescale(
  'the initial conference is due 15 working days after the strategy discussion, R114',
  'hold/initial-conference',
  (day, calendar) => started(calendar, day),
  [
    ['2027-01-04', '2027-01-25', '2027-01-25', '5–8 (4), 11–15 (9), 18–22 (14), 25 January'],
    ['2025-04-01', '2025-04-24', '2025-04-24', '2–4 (3), 7–11 (8), 14–17 (12), not Easter 18 and 21, 22–24 April'],
    ['2027-03-15', '2027-04-07', '2027-04-07', '16–19 (4), 22–25 (8), not 26 and 29, 30 March to 2 April (12), 5–7'],
    ['2028-02-10', '2028-03-02', '2028-03-02', '11 (1), 14–18 (6), 21–25 (11), 28, 29 February (13), 1, 2 March'],
    ['2027-12-13', '2028-01-06', '2028-01-06', '14–17 (4), 20–24 (9), 29–31 (12), not 3 January, 4–6 January'],
    ['2027-12-08', '2027-12-31', '2027-12-31', '9, 10 (2), 13–17 (7), 20–24 (12), not 27 and 28, 29–31 December'],
    ['2027-10-15', '2027-11-05', '2027-11-05', 'three weeks over the end of summer time'],
  ],
);

timescale(
  'the first core group is due 10 working days after the conference, R20',
  'hold/core-group-1',
  (day, calendar) => planned(calendar, day),
  [
    ['2027-01-18', '2027-02-01', '2027-02-01', '19–22 (4), 25–29 (9), 1 February'],
    ['2025-04-24', '2025-05-09', '2025-05-09', '25 (1), 28–2 (6), not 5 May, 6–9 May'],
    ['2027-03-18', '2027-04-05', '2027-04-05', '19 (1), 22–25 (5), not Easter 26 and 29, 30 March to 2 April (9), 5'],
    ['2027-05-20', '2027-06-04', '2027-06-04', '21 (1), 24–28 (6), not 31 May, 1–4 June'],
    ['2028-02-24', '2028-03-09', '2028-03-09', '25 (1), 28, 29 February (3), 1–3 (6), 6–9 March'],
    ['2027-12-15', '2027-12-31', '2027-12-31', '16, 17 (2), 20–24 (7), not 27 and 28, 29–31 December'],
    ['2027-12-17', '2028-01-05', '2028-01-05', '20–24 (5), 29–31 (8), not 3 January, 4, 5 January'],
    ['2027-10-22', '2027-11-05', '2027-11-05', 'two weeks over the end of summer time'],
  ],
);

timescale(
  'the next core group is due 28 days after the last was held, R21',
  'hold/core-group-2',
  (day, calendar) => met(calendar, day),
  [
    ['2027-01-28', '2027-02-25', '2027-02-25', 'Thursday to Thursday'],
    ['2028-02-01', '2028-02-29', '2028-02-29', 'a leap day'],
    ['2028-02-02', '2028-03-01', '2028-03-01', 'over a leap day'],
    ['2027-02-26', '2027-03-26', '2027-03-25', 'Good Friday: book by Thursday'],
    ['2027-03-01', '2027-03-29', '2027-03-25', 'Easter Monday: book by Thursday before Good Friday'],
    ['2027-03-08', '2027-04-05', '2027-04-05', 'over the start of summer time'],
    ['2027-05-03', '2027-05-31', '2027-05-28', 'spring bank holiday: book by Friday'],
    ['2027-11-29', '2027-12-27', '2027-12-24', 'the substitute for Christmas Day'],
    ['2027-12-03', '2027-12-31', '2027-12-31', 'New Year’s Eve'],
    ['2027-12-06', '2028-01-03', '2027-12-31', 'the substitute for New Year’s Day'],
  ],
);

timescale(
  'minutes are due with the social worker five days after the meeting, R59',
  'minutes/core-group-1',
  (day, calendar) => met(calendar, day),
  [
    ['2027-01-28', '2027-02-02', '2027-02-02', 'calendar days: the weekend counts'],
    ['2027-02-01', '2027-02-06', '2027-02-05', 'a Saturday stays the limit: book by Friday'],
    ['2028-02-24', '2028-02-29', '2028-02-29', 'a leap day'],
    ['2027-03-24', '2027-03-29', '2027-03-25', 'Easter Monday: book by Thursday'],
    ['2027-10-28', '2027-11-02', '2027-11-02', 'over the end of summer time'],
    ['2027-12-22', '2027-12-27', '2027-12-24', 'the substitute for Christmas Day'],
    ['2027-12-24', '2027-12-29', '2027-12-29', 'the day after the holidays'],
  ],
);

timescale(
  'minutes are passed on within five working days of their arrival, R60',
  'distribute/core-group-1',
  (day, calendar) => met(calendar, before(day, 2)).at(day, minutes('core-group-1', day)),
  [
    ['2027-02-02', '2027-02-09', '2027-02-09', '3–5 (3), 8, 9 February'],
    ['2027-03-24', '2027-04-02', '2027-04-02', '25 (1), not Easter 26 and 29, 30 March to 2 April'],
    ['2028-02-25', '2028-03-03', '2028-03-03', '28, 29 February (2), 1–3 March'],
    ['2027-02-06', '2027-02-12', '2027-02-12', 'received on a Saturday: Monday is day 1'],
    ['2027-12-22', '2027-12-31', '2027-12-31', '23, 24 (2), not 27 and 28, 29–31 December'],
  ],
);

timescale(
  'the first review conference is due three months after the initial conference, R116',
  'hold/review-conference-1',
  (day, calendar) => planned(calendar, day),
  [
    ['2027-08-31', '2027-11-30', '2027-11-30', 'clamped to a month of 30 days'],
    ['2026-11-30', '2027-02-28', '2027-02-26', 'clamped to the end of February, a Sunday'],
    ['2027-11-30', '2028-02-29', '2028-02-29', 'clamped to a leap day'],
    ['2026-12-29', '2027-03-29', '2027-03-25', 'Easter Monday: book by Thursday'],
    ['2027-01-18', '2027-04-18', '2027-04-16', 'a Sunday: book by Friday'],
    ['2027-09-27', '2027-12-27', '2027-12-24', 'the substitute for Christmas Day'],
    ['2027-09-30', '2027-12-30', '2027-12-30', 'Christmas week'],
  ],
);

timescale(
  'later review conferences are due six months after the last was held, R117',
  'hold/review-conference-2',
  (day, calendar) => planned(calendar, before(day, 80)).at(day, held('review-conference-1', day)),
  [
    ['2027-04-16', '2027-10-16', '2027-10-15', 'a Saturday: book by Friday'],
    ['2027-08-31', '2028-02-29', '2028-02-29', 'clamped to a leap day'],
    ['2028-02-29', '2028-08-29', '2028-08-29', 'from a leap day; the bank holiday is the day before'],
    ['2027-06-28', '2027-12-28', '2027-12-24', 'the substitute for Boxing Day'],
    ['2027-10-17', '2028-04-17', '2028-04-13', 'Easter Monday: book by Thursday'],
  ],
);

test('the next core group counts from the day the last was held, not from its limit nor from the day it was typed in, R21', () => {
  // Held on 20 January, twelve days before its limit of 1 February; typed in on 29 January.
  const c = planned(CALENDAR, '2027-01-18').at(
    '2027-01-29',
    held('core-group-1', '2027-01-20', { next: place('2027-02-16') }),
  );
  assert.equal(duty(c.case(), 'hold/core-group-2').due, '2027-02-17');
});

test('a late core group moves the next limit with it and keeps its own, R21', () => {
  const c = planned(CALENDAR, '2027-01-18').at(
    '2027-02-08',
    held('core-group-1', '2027-02-08', { next: place('2027-03-01') }),
  );
  const [first, next] = ['hold/core-group-1', 'hold/core-group-2'].map((key) => duty(c.case(), key));
  assert.deepEqual([first?.due, first?.done?.on, next?.due], ['2027-02-01', '2027-02-08', '2027-03-08']);
});

test('the third review conference counts six months from the second, R117', () => {
  const c = planned(CALENDAR, '2027-01-18')
    .at('2027-04-12', held('review-conference-1', '2027-04-12'))
    .at('2027-10-04', held('review-conference-2', '2027-10-04'));
  assert.equal(duty(c.case(), 'hold/review-conference-3').due, '2028-04-04');
});

test('minutes that came late are passed on five working days after they came, R60', () => {
  const c = met(CALENDAR, '2027-01-28').at('2027-02-16', minutes('core-group-1', '2027-02-15'));
  assert.equal(duty(c.case(), 'distribute/core-group-1').due, '2027-02-22');
  const passedOn = c.at('2027-02-19', distributed('core-group-1', 'hana', 'mum', 'dad'));
  assert.equal(duty(passedOn.case(), 'distribute/core-group-1').done?.on, '2027-02-19');
});

test('both shipped authorities count child protection alike', () => {
  const [barnsley, hull] = [BARNSLEY, HULL].map((policy) =>
    timeline({
      kind: 'child-protection',
      policy,
      calendar: CALENDAR,
      opened: localDate('2027-01-04'),
      months: 14,
      held: {},
    }),
  );
  assert.ok((barnsley?.length ?? 0) > 20);
  assert.deepEqual(barnsley, hull);
});

test('an authority may count review conferences in days, 91 and then 183', () => {
  const policy = policyWith(({ limits }) => {
    Object.assign(limits['first-review-conference'], { within: 91, unit: 'days' });
    Object.assign(limits['next-review-conference'], { within: 183, unit: 'days' });
  });
  const c = story({ policy })
    .at('2027-01-04', strategy('2027-01-04'))
    .at('2027-01-18', conference('2027-01-18', { firstCoreGroup: place('2027-01-28') }))
    .at('2027-04-12', held('review-conference-1', '2027-04-12'))
    .case();
  assert.equal(duty(c, 'hold/review-conference-1').due, '2027-04-19'); // January 13, February 28, March 31, April 19
  assert.equal(duty(c, 'hold/review-conference-2').due, '2027-10-12'); // 18, 31, 30, 31, 31, 30, October 12
});

test('the dates of a plan from its strategy discussion on, R114, R20, R21, R116', () => {
  const dates = timeline({
    kind: 'child-protection',
    policy: BARNSLEY,
    calendar: CALENDAR,
    opened: localDate('2025-04-01'),
    months: 4,
    held: { 'initial-conference': localDate('2025-04-24') },
  });
  assert.deepEqual(
    dates.filter((one) => one.duty.startsWith('hold/')).map((one) => [one.duty, one.due, one.bookBy]),
    [
      ['hold/initial-conference', '2025-04-24', '2025-04-24'],
      ['hold/core-group-1', '2025-05-09', '2025-05-09'],
      ['hold/core-group-2', '2025-06-06', '2025-06-06'],
      ['hold/core-group-3', '2025-07-04', '2025-07-04'],
      ['hold/review-conference-1', '2025-07-24', '2025-07-24'],
      ['hold/core-group-4', '2025-08-01', '2025-08-01'],
    ],
  );
});
