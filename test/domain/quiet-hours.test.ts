// Quiet hours (local): what is told at once at night waits for seven, save what speaks of the same day or of the morning after.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Booking } from '../../domain/case/model.ts';
import { quietUntil } from '../../domain/notices/quiet-hours.ts';
import { localDateTime } from '../../domain/time/calendar.ts';
import { moment, policyWith, underPlan } from './support.ts';

const CASE = underPlan().case();

const booked = (start: string): Booking => ({
  ...{ edition: 'e', sequence: 0, minutes: 60, known: moment('2027-01-01') },
  start: localDateTime(start),
});

const ROWS: readonly (readonly [what: string, at: string, meeting: string | undefined, until: string | undefined])[] = [
  ['by day it goes at once', '2027-01-20T19:59', undefined, undefined],
  ['at eight in the evening it waits until seven', '2027-01-20T20:00', undefined, '2027-01-21T07:00'],
  ['before midnight as after it', '2027-01-20T23:59', undefined, '2027-01-21T07:00'],
  ['in the small hours until the same day’s seven', '2027-01-21T00:01', undefined, '2027-01-21T07:00'],
  ['at seven it goes', '2027-01-21T07:00', undefined, undefined],
  ['in summer by London’s clock', '2027-06-20T20:00', undefined, '2027-06-21T07:00'],
  ['of a meeting next week it waits', '2027-01-20T21:00', '2027-01-27T10:00', '2027-01-21T07:00'],
  ['of a meeting the next morning it does not', '2027-01-20T21:00', '2027-01-21T09:30', undefined],
  [
    'of a meeting the next afternoon it waits: seven is soon enough',
    '2027-01-20T21:00',
    '2027-01-21T14:00',
    '2027-01-21T07:00',
  ],
  ['of a meeting of this evening it does not', '2027-01-20T20:05', '2027-01-20T20:30', undefined],
  ['before dawn, of a meeting of that day, it does not', '2027-01-21T05:00', '2027-01-21T16:00', undefined],
];
for (const [what, at, meeting, until] of ROWS)
  test(`quiet hours: ${what}`, () => {
    const step = { at: moment(at), booking: meeting === undefined ? undefined : booked(meeting) };
    assert.equal(quietUntil(CASE, step), until && moment(until));
  });

test('an authority sets its own quiet hours', () => {
  const policy = policyWith((draft) => Object.assign(draft, { quietHours: { from: '18:00', until: '08:00' } }));
  assert.equal(
    quietUntil(underPlan({ policy }).case(), { at: moment('2027-01-20T18:30') }),
    moment('2027-01-21T08:00'),
  );
});
