// The one line a notice is known by: what, which, when; never who.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MeetingId } from '../../domain/case/model.ts';
import { meetingWords, roleWords, type Subject, shortDate, subject } from '../../domain/notices/words.ts';
import type { Instant, LocalDate } from '../../domain/time/calendar.ts';
import { BOOKING } from '../support/entries.ts';

const minutes: Subject = {
  ...{ ref: 'BC-2041', kind: 'chase', duty: 'minutes/core-group-3', meeting: 'core-group-3' as MeetingId },
  ...{ due: '2027-03-01' as LocalDate, rung: '1-after', repeat: 0, at: '2027-03-04T08:00:00Z' as Instant },
};
const attend: Subject = { ...minutes, duty: 'attend/core-group-3', booking: BOOKING, due: '2027-07-02' as LocalDate };

const TABLE: readonly (readonly [Partial<Subject>, string, Subject?])[] = [
  [{}, 'minutes of core group 3 were due on Mon 1 Mar 2027, 3 days late'],
  [{ repeat: 2 }, 'minutes of core group 3 were due on Mon 1 Mar 2027, 3 days late, for the third time'],
  [{ repeat: 1 }, 'minutes of core group 3 were due on Mon 1 Mar 2027, 3 days late, for the second time'],
  [{ repeat: 21 }, 'minutes of core group 3 were due on Mon 1 Mar 2027, 3 days late, for the 22nd time'],
  [{ repeat: 10 }, 'minutes of core group 3 were due on Mon 1 Mar 2027, 3 days late, for the 11th time'],
  [{ at: undefined }, 'minutes of core group 3 were due on Mon 1 Mar 2027'],
  [
    { kind: 'reminder', at: '2027-03-01T08:00:00Z' as Instant },
    'minutes of core group 3 are due on Mon 1 Mar 2027, today',
  ],
  [
    { kind: 'escalation', at: '2027-03-02T08:00:00Z' as Instant },
    'escalation: minutes of core group 3 were due on Mon 1 Mar 2027, 1 day late',
  ],
  [
    { duty: 'hold/core-group-3', kind: 'escalation', at: '2027-02-26T08:00:00Z' as Instant },
    'escalation: core group 3 is not booked, and is due by Mon 1 Mar 2027, in 3 days',
  ],
  [{ duty: 'hold/core-group-1', due: null, kind: 'reminder' }, 'core group 1 is to be booked'],
  [{ duty: 'hold/core-group-3' }, 'core group 3 was due by Mon 1 Mar 2027 and has not been held, 3 days late'],
  [{ duty: 'confirm/core-group-3' }, 'was core group 3 held? It was booked for Mon 1 Mar 2027, 3 days ago'],
  [{ duty: 'action/A3', meeting: null }, 'a plan action was due on Mon 1 Mar 2027, 3 days late'],
  [
    { duty: 'explain/initial-conference', due: null, kind: 'reminder' },
    'to do: reason for the late initial child protection conference',
  ],
  [{ duty: 'distribute/core-group-3', due: null }, 'passing on the minutes of core group 3 is still outstanding'],
  [{ duty: 'approve/plan', due: null, kind: 'decision' }, 'your decision is needed: the plan'],
  [{ duty: 'approve/closure', due: null, kind: 'decision' }, 'your decision is needed: closing the case'],
  [
    { duty: 'consider/strategy-discussion', due: null, kind: 'decision' },
    'your decision is needed: whether to hold a strategy discussion',
  ],
  [
    { duty: 'discuss/strategy', due: null, kind: 'decision', at: undefined },
    'please act at once: the strategy discussion that was asked for',
  ],
  [
    { kind: 'information', duty: null, text: 'the case has moved', why: 'passed-on', about: { role: 'social-worker' } },
    'the case has moved',
  ],
  [{ duty: 'something-new/plan' }, 'something new plan was due on Mon 1 Mar 2027, 3 days late'],
  [
    { kind: 'information', text: 'done on 2027-03-09, after its limit' },
    'minutes of core group 3: done on Tue 9 Mar 2027, after its limit',
  ],
  [{ kind: 'information', duty: null, meeting: null, due: null, text: 'first\nsecond' }, 'first'],
  [{ kind: 'invitation' }, 'invitation to core group 3, Fri 2 Jul 2027 10:00', attend],
  [{ kind: 'change' }, 'change: core group 3, Fri 2 Jul 2027 10:00', attend],
  [{ kind: 'cancellation', why: 'left' }, 'no longer expected: core group 3, Fri 2 Jul 2027 10:00', attend],
  [
    { kind: 'cancellation', why: 'plan-ended' },
    'cancelled: core group 3, Fri 2 Jul 2027 10:00, the plan has ended',
    attend,
  ],
  [{ kind: 'cancellation' }, 'cancelled: core group 3, Fri 2 Jul 2027 10:00', attend],
  [
    { kind: 'reminder', at: '2027-07-01T07:00:00Z' as Instant },
    'reminder: core group 3, Fri 2 Jul 2027 10:00, tomorrow',
    attend,
  ],
  [{ kind: 'information' }, 'core group 3, Fri 2 Jul 2027 10:00: your staff are invited', attend],
];

for (const [change, expected, of = minutes] of TABLE)
  test(expected, () => assert.equal(subject({ ...of, ...change }), `BC-2041: ${expected}`));

test('the last hour of a summer’s day in UTC is the next day in London', () => {
  const late = { ...minutes, due: '2027-07-02' as LocalDate, kind: 'reminder' as const };
  assert.match(subject({ ...late, at: '2027-07-01T22:59:59Z' as Instant }), /, tomorrow$/);
  assert.match(subject({ ...late, at: '2027-07-01T23:00:00Z' as Instant }), /, today$/);
});

test('an authority’s own words', () => {
  const labels = { meetings: { 'cin-meeting': 'core group' }, roles: { health: 'school nurse' } };
  assert.equal(meetingWords('cin-meeting-4', labels), 'core group 4');
  assert.equal(meetingWords('initial-conference'), 'initial child protection conference');
  assert.equal(roleWords('health', labels), 'school nurse');
  assert.equal(roleWords('drugs-worker'), 'drugs worker');
  assert.equal(
    subject({ ...minutes, duty: 'minutes/cin-meeting-4' }, labels).includes('minutes of core group 4'),
    true,
  );
});

test('a date reads as it is written, whatever the time zone of the process', () => {
  assert.equal(shortDate('2028-02-29'), 'Tue 29 Feb 2028');
});
