// What a changed policy or calendar reaches, and what it must not: limits of open duties, of those that are done, and mails.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '../../domain/accept/refusal.ts';
import { movedLimits } from '../../domain/duties/moved-limits.ts';
import type { Policy } from '../../domain/policy/policy.ts';
import { localDate } from '../../domain/time/calendar.ts';
import {
  BARNSLEY,
  booked,
  CALENDAR,
  conference,
  duty,
  held,
  joined,
  lines,
  minutes,
  notices,
  other,
  owes,
  policyWith,
  refused,
  type Story,
  story,
  strategy,
  underPlan,
} from './support.ts';

/** Barnsley's policy, version 2, with core groups every so many days. */
const coreGroups = (days: number, version = '2'): Policy =>
  policyWith((draft) => {
    draft.version = version;
    draft.limits['next-core-group'].within = days;
  });
const policy = (changed: Policy, more: object = {}) => other('policy-changed', { policy: changed, ...more });
const holidays = (...dates: string[]) =>
  other('calendar-changed', {
    calendar: { ...CALENDAR, bankHolidays: [...CALENDAR.bankHolidays, ...dates.map(localDate)].sort() },
  });

/** Conference on Monday 18 January 2027, first core group on Thursday 28: the second is due by 25 February. */
const running = (): Story =>
  story()
    .at('2027-01-04', strategy('2027-01-04'))
    .at('2027-01-18', conference('2027-01-18', { reason: 'room' }))
    .at('2027-01-28T12:00', held('core-group-1', '2027-01-28', { reason: 'dates' }));
const due = (one: Story, key: string) => duty(one.case(), key).due;

test('a limit that is open stays where it was when the policy changes, and the next counts by the new one, R21, R78', () => {
  const after = running().at('2027-02-01', policy(coreGroups(21)));
  assert.equal(due(after, 'hold/core-group-2'), '2027-02-25'); // 28 January + 28
  after.at('2027-02-24T12:00', held('core-group-2', '2027-02-24', { reason: 'dates' }));
  assert.equal(due(after, 'hold/core-group-2'), '2027-02-25');
  assert.equal(due(after, 'hold/core-group-3'), '2027-03-17'); // 24 February + 21
});

test('a ladder that loses the rung it was climbed to says nothing again of what went before', () => {
  const shorter = policyWith((draft) => {
    draft.version = '2';
    draft.ladders['hold-meeting'] = draft.ladders['hold-meeting'].filter(
      ({ step }: { step: string }) => step !== '5-before',
    );
  });
  const told = (one: Story) => lines(one.until('2027-02-28'), { duty: 'hold/core-group-2' });
  assert.deepEqual(told(running().at('2027-02-19', policy(shorter))), [
    '2027-02-11 08:00 sam',
    '2027-02-18 08:00 sam',
    '2027-02-23 08:00 sam tess',
    '2027-02-26 08:00 sam tess',
  ]);
  assert.deepEqual(told(running().at('2027-02-19', policy(shorter))), told(running()));
});

test('passing minutes on gets a limit with another policy: its ladder is climbed from the beginning, under keys of its own', () => {
  const unlimited = policyWith((draft) => {
    draft.limits.distribution = null;
  });
  const played = underPlan({ policy: unlimited })
    .at('2027-01-28', held('core-group-1', '2027-01-28', { reason: 'dates' }))
    .at('2027-02-01', minutes('core-group-1', '2027-02-01'))
    .at('2027-02-16', policy({ ...BARNSLEY, version: '2' }, { reproject: true }))
    .until('2027-03-03');
  assert.deepEqual(lines(played, { duty: 'distribute/core-group-1' }), [
    '2027-02-08 08:00 sam',
    '2027-02-15 08:00 sam tess',
    '2027-02-23 08:00 sam', // the limit: five working days after the case learned of it, L18
    '2027-02-24 08:00 sam',
    '2027-02-26 08:00 sam',
    '2027-03-02 08:00 sam tess',
  ]);
  const keys = played.steps.map(({ key }) => key);
  assert.deepEqual(keys, [...new Set(keys)]);
});

const REPROJECTED: readonly (readonly [days: number, due: string, why: string])[] = [
  [21, '2027-02-18', 'a tighter one moves it earlier'],
  [35, '2027-02-25', 'a looser one never moves it later'],
  [28, '2027-02-25', 'the same figure moves nothing'],
];
for (const [days, expected, why] of REPROJECTED)
  test(`applied to what is open, ${days} days give ${expected}: ${why}, R21, R78`, () => {
    const after = running().at('2027-02-01', policy(coreGroups(days), { reproject: true }));
    assert.equal(due(after, 'hold/core-group-2'), expected);
  });

test('a limit that the new policy leaves open is not taken away, and one that it sets is given, when applied to what is open', () => {
  const none = policyWith((draft) => {
    draft.version = '2';
    draft.limits['next-core-group'] = null;
  });
  assert.equal(due(running().at('2027-02-01', policy(none, { reproject: true })), 'hold/core-group-2'), '2027-02-25');
  const without = policyWith((draft) => {
    draft.limits['first-review-conference'] = null;
  });
  const set = story({ policy: without })
    .at('2027-01-04', strategy('2027-01-04'))
    .at('2027-01-18', conference('2027-01-18', { reason: 'room' }))
    .at('2027-02-01', policy(coreGroups(28), { reproject: true }));
  assert.equal(due(set, 'hold/review-conference-1'), '2027-04-18');
});

test('what happened before the policy changed goes by the old one, also when it is typed in afterwards, R78', () => {
  const after = running()
    .at('2027-02-10', policy(coreGroups(21)))
    .at('2027-02-11', held('core-group-2', '2027-02-09', { reason: 'dates' }));
  assert.equal(due(after, 'hold/core-group-3'), '2027-03-09'); // 9 February + 28
});

test('what is done keeps the limit it was done under, whatever changes', () => {
  const after = running()
    .at('2027-02-24T12:00', held('core-group-2', '2027-02-24', { reason: 'dates' }))
    .at('2027-03-01', policy(coreGroups(14), { reproject: true }))
    .at('2027-03-02', holidays('2027-01-19'));
  assert.equal(due(after, 'hold/core-group-2'), '2027-02-25');
  assert.equal(due(after, 'hold/core-group-1'), '2027-02-01'); // 18 January + 10 wd, without the holiday of later
});

test('a changed calendar moves what is open at once, later too, and keeps the old date beside the new (Counting 8)', () => {
  const before = story().at('2027-01-04', strategy('2027-01-04'));
  assert.equal(due(before, 'hold/initial-conference'), '2027-01-25'); // 15 wd
  const after = before.at('2027-01-11', holidays('2027-01-20'), 'calendar/1');
  assert.equal(due(after, 'hold/initial-conference'), '2027-01-26');
  assert.deepEqual(movedLimits(after.case()), [
    {
      duty: 'hold/initial-conference',
      was: '2027-01-25',
      due: '2027-01-26',
      by: 'calendar/1',
      at: '2027-01-11T10:00:00Z',
    },
  ]);
});

test('closure days move book-by and never a limit', () => {
  const after = story()
    .at('2027-01-04', strategy('2027-01-04'))
    .at('2027-01-11', other('calendar-changed', { calendar: { ...CALENDAR, closureDays: ['2027-01-25'] } }));
  const conferenceDuty = duty(after.case(), 'hold/initial-conference');
  assert.deepEqual([conferenceDuty.due, conferenceDuty.bookBy], ['2027-01-25', '2027-01-22']);
  assert.deepEqual(movedLimits(after.case()), []);
});

test('each change that moved a limit is kept, in order, with the event it was', () => {
  const after = running()
    .at('2027-02-01', policy(coreGroups(21), { reproject: true }), 'policy/2')
    .at('2027-02-02', policy(coreGroups(14, '3'), { reproject: true }), 'policy/3')
    .at('2027-02-03', policy(coreGroups(40, '4'), { reproject: true }), 'policy/4');
  assert.deepEqual(
    movedLimits(after.case()).map(({ duty: of, was, due: now, by }) => `${by}: ${of} ${was} ${now}`),
    ['policy/2: hold/core-group-2 2027-02-25 2027-02-18', 'policy/3: hold/core-group-2 2027-02-18 2027-02-11'],
  );
});

test('a changed calendar repeats no mail: a step taken before is not taken again on its new day', () => {
  const plain = story().at('2027-01-04', strategy('2027-01-04'));
  assert.deepEqual(lines(plain.until('2027-01-18'), { duty: 'hold/initial-conference' }), [
    '2027-01-11 08:00 sam', // 10 wd before 25 January
    '2027-01-18 08:00 sam', // 5
  ]);
  // The holiday, already past, moves the limit to the 26th: "5 before" would be on the 19th, after it has gone.
  const changed = plain.at('2027-01-18T10:00', holidays('2027-01-12'));
  assert.deepEqual(lines(changed.until('2027-01-29'), { duty: 'hold/initial-conference' }), [
    '2027-01-11 08:00 sam',
    '2027-01-18 08:00 sam',
    '2027-01-22 08:00 sam tess', // 2 before the 26th
    '2027-01-27 08:00 sam tess', // 1 after
  ]);
});

test('a changed calendar sends no step again to whoever took the case over since', () => {
  const changed = story()
    .at('2027-01-04', strategy('2027-01-04'))
    .at('2027-01-18T09:00', other('case-reallocated', { to: 'cara' }))
    .at('2027-01-18T10:00', holidays('2027-01-12'));
  assert.deepEqual(lines(changed.until('2027-01-21'), { duty: 'hold/initial-conference' }), [
    '2027-01-11 08:00 sam',
    '2027-01-18 08:00 sam',
  ]);
});

test('a limit moved earlier by a policy tells the latest of the steps it has passed, the next morning, once', () => {
  const after = running().at('2027-02-16T10:00', policy(coreGroups(21), { reproject: true })); // due 18 February, which leaves five working days: the 23rd (L18)
  const told = notices(after.until('2027-02-18'), { duty: 'hold/core-group-2' }).map(({ rung, at, to }) => [
    rung,
    at,
    to,
  ]);
  assert.deepEqual(told, [
    ['10-before', '2027-02-11T08:00:00Z', 'sam'], // of 25 February
    ['5-before', '2027-02-17T08:00:00Z', 'sam'], // of the 23rd
  ]);
});

test('a booking past its limit is told to the manager once, whatever changes after it; one that a policy makes so, when it does', () => {
  const told = (life: Story) =>
    notices(life.until('2027-02-12'), { to: 'tess' })
      .filter(({ why }) => why === 'booked-late')
      .map(({ at }) => at.slice(0, 10));
  const late = running().at('2027-02-01T10:00', booked('core-group-2', '2027-03-01')); // due 25 February
  assert.deepEqual(told(late.at('2027-02-03T10:00', policy(coreGroups(28))).at('2027-02-04T10:00', holidays())), [
    '2027-02-01',
  ]);
  const inTime = running().at('2027-02-01T10:00', booked('core-group-2', '2027-02-24'));
  inTime.at('2027-02-03T10:00', policy(coreGroups(21), { reproject: true })); // due 18 February
  assert.deepEqual(told(inTime.at('2027-02-04T10:00', holidays())), ['2027-02-03']);
});

test('a step at once that a later policy adds is for what arises from then on', () => {
  const greeting = policyWith((draft) => {
    draft.version = '2';
    draft.ladders['hold-meeting'].unshift({ step: 'at-once', when: 'at-once', to: ['convenor'], says: 'reminder' });
  });
  const after = running()
    .at('2027-02-01', policy(greeting))
    .at('2027-02-10T12:00', held('core-group-2', '2027-02-10', { reason: 'dates' }));
  const atOnce = notices(after.until('2027-02-12')).filter(
    ({ rung, duty: of }) => rung === 'at-once' && of?.startsWith('hold/'),
  );
  assert.deepEqual(
    atOnce.map(({ duty: of, at }) => [of, at]),
    [['hold/core-group-3', '2027-02-10T12:00:00Z']],
  );
});

test('an invitation is not repeated when policy and calendar change', () => {
  const after = running()
    .at('2027-02-01T10:00', joined('hana'))
    .at('2027-02-01T11:00', booked('core-group-2', '2027-02-24'))
    .at('2027-02-02T10:00', policy(coreGroups(21), { reproject: true }))
    .at('2027-02-02T11:00', holidays('2027-02-12'));
  const invited = notices(after.until('2027-02-10'), { kind: 'invitation', to: 'hana' });
  assert.equal(invited.length, 1);
});

test('reviews of a child in need that a policy switches off go on where they were owed, P3', () => {
  const without = policyWith((draft) => {
    draft.version = '2';
    draft.reviews.childInNeed = false;
  });
  const file = { ...story().empty().file, kind: 'child-in-need' as const };
  const opened = () => story({ file }).at('2027-01-04', other('referral-received', { on: '2027-01-04' }));
  assert.ok(owes(opened().at('2027-02-01', policy(without)).case()).includes('hold/cin-review-1'));
  const held1 = opened()
    .at('2027-02-01', policy(without))
    .at(
      '2027-03-31',
      held('cin-review-1', '2027-03-31', {
        chair: 'tess',
        present: ['sam', 'tess', 'ed'],
        outcome: 'continue',
        reason: 'dates',
      }),
    );
  assert.ok(!owes(held1.case()).includes('hold/cin-review-2'), 'the next one arose under the new policy');
});

test('a version of a policy names one set of figures for ever, R78', () => {
  const answer = refused(running().answer('2027-02-01', policy({ ...coreGroups(21), version: '1' })));
  assert.match(
    answer.message,
    /version 1 of barnsley has other figures here; give the changed policy a version of its own/,
  );
  const back = running().at('2027-02-01', policy(coreGroups(21)));
  assert.match(refused(back.answer('2027-02-02', policy(BARNSLEY))).message, /version 1 was in force before 2/);
  assert.ok(!(running().answer('2027-02-01', policy(BARNSLEY)) instanceof Refusal));
});
