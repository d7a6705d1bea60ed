// What the mails say of people who leave, meetings that were not held, calendars that change (L11, L13, L21, L22): whole cases, read as they are sent.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { duties } from '../../domain/duties/owed.ts';
import { toNotices } from '../../domain/notices/to-notice.ts';
import { wording } from '../../mail/wording.ts';
import {
  agreed,
  booked,
  CALENDAR,
  FILE,
  left,
  notHeld,
  other,
  PEOPLE,
  place,
  type Story,
  story,
  strategy,
  underPlan,
} from '../domain/support.ts';
import { identity } from '../support/entries.ts';

/** Subject, first sentence and the rest of what one person is sent on a day. */
function read(of: Story, to: string, day: string): string {
  const { case: c, steps } = of.until(day);
  const mine = steps.filter((step) => step.to === to && step.at.startsWith(day));
  const notices = toNotices(c, mine, duties(c)).map((notice) => wording(identity(), notice));
  return notices
    .map(({ subject, lead, paragraphs, todo }) => [subject, lead, ...paragraphs, ...todo].join('\n'))
    .join('\n');
}

test('the manager is asked to allocate a case whose social worker has left, L11', () => {
  const text = read(underPlan().at('2027-02-02', left('sam', { by: 'sam' })), 'tess', '2027-02-02');
  assert.match(text, /your decision is needed: allocating the case to a social worker/);
  assert.match(text, /\nPlease allocate this case to a social worker\.\n/);
  assert.match(text, /what is for the social worker comes to you/);
});

test('the manager is asked who goes in the social worker’s place, L11', () => {
  const apologies = other('apologies-received', { meeting: 'core-group-1', person: 'sam' });
  const text = read(underPlan().at('2027-01-22', apologies), 'tess', '2027-01-22');
  assert.match(text, /core group 1, .*: apologies from the social worker/);
  assert.match(text, /\nPlease see who goes in the social worker’s place: .* sent apologies for core group 1/);
});

test('staff and family hear in words of their own that a meeting did not take place, L11', () => {
  const of = underPlan().at('2027-01-28T15:00', notHeld('core-group-1'));
  const staff = read(of, 'hana', '2027-01-28');
  assert.match(
    staff,
    /did not take place: core group 1, Thu 28 Jan 2027 10:00\nCore group 1 on .* did not take place\.\nIts limit stays/,
  );
  assert.match(
    read(of, 'dad', '2027-01-28'),
    /did not take place\.\nYou need not do anything\. You will hear when a new date is set\./,
  );
});

test('the manager a case is taken from is told, and no more, L11', () => {
  const people = PEOPLE.map((one) => (one.id === 'cara' ? { ...one, manager: 'sue' } : one));
  const moved = other('case-reallocated', { by: 'sue', to: 'cara' });
  const text = read(underPlan({ file: { ...FILE, people } }).at('2027-01-20', moved), 'tess', '2027-01-20');
  assert.match(text, /\nThis case is with another manager now\.\n/);
  assert.match(text, /You get no more messages about it/);
});

test('the convenor reads what a changed calendar did, L22', () => {
  const bankHolidays = [...CALENDAR.bankHolidays, '2027-01-28'];
  const changed = other('calendar-changed', { by: 'nodrift', calendar: { ...CALENDAR, bankHolidays } });
  const text = read(underPlan().at('2027-01-20', changed), 'sam', '2027-01-20');
  assert.match(text, /Please see whether what is booked can stay where it is\./);
  assert.match(
    text,
    /core group 1 is due on Tuesday 2 February 2027, not on Monday 1 February 2027; core group 1 is booked for Thursday 28 January 2027/,
  );
});

test('an agency that is called to a conference is asked for its report, L21', () => {
  const called = other('conference-called', { ...place('2027-01-18'), invited: ['hana', 'dad'], chair: 'chris' });
  const of = story().at('2027-01-04', strategy('2027-01-04')).at('2027-01-06', called);
  assert.match(
    read(of, 'hana', '2027-01-06'),
    /Please send your agency’s written report to the social worker by Thursday 14 January 2027\./,
  );
  assert.doesNotMatch(read(of, 'dad', '2027-01-06'), /report/);
});

test('an action without owner or date is asked for, and its subject does not name it, L13', () => {
  const of = underPlan().at('2027-01-19', agreed('moses-to-school', { reason: 'nobody could say yet' }));
  const text = read(of, 'sam', '2027-01-26');
  assert.match(text, /\nPlease agree who is to carry out the action “moses-to-school”, and by when\.\n/);
  assert.doesNotMatch(text.split('\n')[0] ?? '', /moses/);
});

test('a booking for a day that has passed says nothing to those who would have come, L22', () => {
  const of = underPlan().at('2027-02-20', booked('core-group-2', '2027-02-18'));
  assert.equal(read(of, 'hana', '2027-02-20'), '');
});
