// What a desk can bear (L14–L18): ladders end and lateness does not, nobody's manager hears before they do, unconfirmed is not held.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rehearse } from '../../client/rehearse.ts';
import { readScenario } from '../../client/scenario.ts';
import { completed } from '../../policies/load.ts';
import {
  agreed,
  conference,
  FILE,
  held,
  kinds,
  lines,
  minutes,
  moved,
  notices,
  other,
  PEOPLE,
  place,
  story,
  strategy,
  type Told,
  underPlan,
} from './support.ts';

/** A policy that a scenario brings is one of its time: what came since is the defaults'. */
function scenario(name: string) {
  const read = readScenario(new URL(`../scenarios/life/${name}.yaml`, import.meta.url).pathname);
  const events = read.events.map(({ event, ...one }) => {
    const { policy, ...rest } = event as { readonly policy?: unknown };
    return { ...one, event: policy ? { ...rest, policy: completed(policy) } : rest };
  });
  return { ...read, events };
}
const lived = (name: string) => rehearse(scenario(name)).notices;

test('after its last rung a duty is said on the first working day of each week, to its owner and the highest manager told, L14', () => {
  const drifting = story().at('2027-02-24', strategy('2027-02-24')).until('2027-04-21'); // limit 17 March
  const weekly = notices(drifting, { duty: 'hold/initial-conference' }).filter(({ rung }) => rung === 'weekly');
  assert.deepEqual(
    weekly.map(({ at, kind, to }) => `${at.slice(0, 10)} ${kind} ${to}`),
    [
      '2027-03-30 escalation sam', // Monday 29 March is Easter Monday
      '2027-03-30 escalation sue',
      '2027-04-05 escalation sam',
      '2027-04-05 escalation sue',
      '2027-04-12 escalation sam',
      '2027-04-12 escalation sue',
      '2027-04-19 escalation sam',
      '2027-04-19 escalation sue',
    ],
  );
  assert.equal(new Set(weekly.map(({ key }) => key)).size, weekly.length);
});

test('where there is no service manager it goes to the manager each week, L14', () => {
  const people = PEOPLE.filter(({ id }) => id !== 'sue').map((one) =>
    one.id === 'tess' ? { ...one, manager: undefined } : one,
  );
  const drifting = story({ file: { ...FILE, people } })
    .at('2027-02-24', strategy('2027-02-24'))
    .until('2027-04-06');
  assert.deepEqual(
    kinds(drifting, { duty: 'hold/initial-conference' }).filter((line) => line > '2027-03-25'),
    ['2027-03-30 08:00 escalation sam tess', '2027-04-05 08:00 escalation sam tess'],
  );
});

test('a weekly notice keeps its place when a holiday moves the limit: no week is said twice, none is left out, L14', () => {
  const calendar = { ...story().empty().calendar.data };
  const moved = story()
    .at('2027-01-04', strategy('2027-01-04')) // limit 25 January, the last rung 1 February
    .at(
      '2027-02-15T12:00',
      other('calendar-changed', {
        calendar: { ...calendar, bankHolidays: [...calendar.bankHolidays, '2027-01-20', '2027-02-15'].sort() },
      }),
    );
  const days = notices(moved.until('2027-03-05'), { duty: 'hold/initial-conference', to: 'sam' }).filter(
    ({ rung }) => rung === 'weekly',
  );
  assert.deepEqual(
    days.map(({ at }) => at.slice(0, 10)),
    ['2027-02-08', '2027-02-15', '2027-02-22', '2027-03-01'],
  );
});

test('what is done is said no more, L14', () => {
  const done = story()
    .at('2027-01-04', strategy('2027-01-04'))
    .at('2027-02-10', conference('2027-02-10', { firstCoreGroup: place('2027-02-18'), reason: 'no interpreter' }));
  assert.equal(
    lines(done.until('2027-03-10'), { duty: 'hold/initial-conference' }).filter((line) => line > '2027-02-11').length,
    0,
  );
});

test('what is known after its steps had passed is told to its owner alone, and to the others a working day later, L16', () => {
  const late = underPlan().at(
    '2027-02-18T12:00',
    held('core-group-1', '2027-01-28', { next: place('2027-02-24'), reason: 'typed in late' }),
  );
  assert.deepEqual(kinds(late.until('2027-02-22'), { duty: 'minutes/core-group-1' }), [
    '2027-02-19 08:00 chase ed',
    '2027-02-22 08:00 escalation sam tess',
  ]);
  const done = late.at('2027-02-19T12:00', minutes('core-group-1', '2027-02-19'));
  assert.deepEqual(kinds(done.until('2027-02-22'), { duty: 'minutes/core-group-1' }), [
    '2027-02-19 08:00 chase ed',
    '2027-02-19 12:00 information tess',
  ]);
});

test('what is asked for the morning after it arose, and was late by then, is asked once that morning, L15, L16', () => {
  const away = underPlan().at(
    '2027-02-10',
    other('case-ended', { by: 'tess', on: '2027-01-20', why: 'moved-away', to: 'Leeds' }),
  );
  // Due on 22 January: one working day after, and five, had passed.
  assert.deepEqual(kinds(away.until('2027-02-12'), { duty: 'transfer/case' }), [
    '2027-02-11 08:00 chase tess',
    '2027-02-12 08:00 escalation sue',
  ]);
});

test('D30: the first a nurse hears of minutes that were due long ago is not an escalation, L16', () => {
  const minutes = lived('D30-first-notice-is-an-escalation').filter(({ duty }) => duty === 'minutes/core-group-2');
  assert.deepEqual(
    minutes.map(({ at, kind, to }) => `${at.slice(0, 10)} ${kind} ${to}`),
    ['2025-06-30 chase nurse', '2025-07-01 escalation sw', '2025-07-01 escalation tm'],
  );
});

test('D10: a meeting booked in time that nobody confirmed is escalated after its limit, in words of its own, L17', () => {
  const heard = lived('D10-booked-in-time-never-confirmed').filter(
    ({ meeting, at }) => meeting === 'core-group-2' && at > '2025-06-06',
  );
  const of = (family: string) =>
    heard
      .filter(({ duty, also = [] }) => [duty, ...also.map((one) => one.duty)].includes(`${family}/core-group-2`))
      .slice(0, 7)
      .map(({ at, kind, to }) => `${at.slice(0, 10)} ${kind} ${to}`);
  assert.deepEqual(of('hold'), [
    '2025-06-09 escalation sw',
    '2025-06-09 escalation tm',
    '2025-06-13 escalation sm',
    '2025-06-13 escalation sw',
    '2025-06-13 escalation tm',
    '2025-06-16 escalation sw',
    '2025-06-16 escalation sm',
  ]);
  assert.deepEqual(of('confirm').slice(0, 3), [
    '2025-06-10 reminder sw',
    '2025-06-12 chase sw',
    '2025-06-16 escalation sw',
  ]);
  assert.match(
    heard.find(({ duty }) => duty === 'hold/core-group-2')?.subject ?? '',
    /core group 2 was booked for Fri 6 Jun 2025; nobody has said that it was held, 3 days late/,
  );
});

test('nobody is told what they have recorded themselves, L15', () => {
  const late = (by: string) =>
    notices(
      underPlan()
        .at('2027-02-05', held('core-group-1', '2027-02-05', { by, planAgreed: false, reason: 'the heating failed' }))
        .until('2027-02-06'),
    )
      .filter(({ at }) => at > '2027-02-05T09')
      .map(({ kind, duty, to }) => `${kind} ${duty} ${to}`);
  assert.deepEqual(late('hana'), [
    'reminder agree/plan sam',
    'information null tess',
    'information null tess',
    'information hold/core-group-1 tess',
  ]);
  assert.deepEqual(late('sam'), late('hana')); // what she owes by it she is asked for
  assert.deepEqual(late('tess'), late('hana').slice(0, 1));
});

test('what somebody else recorded within the same second is told all the same, L15', () => {
  const noted = agreed('a-1', { owner: 'nora', due: '2027-03-01' });
  const sorry = other('apologies-received', { by: 'nora', person: 'nora', meeting: 'core-group-1' });
  const heard = (...together: readonly Told[]) =>
    together
      .reduce((all, one) => all.at('2027-01-20', one), underPlan())
      .until('2027-01-20')
      .steps.filter(({ about }) => about === 'nora')
      .map(({ kind, duty, to }) => `${kind} ${duty} ${to}`);
  assert.deepEqual(heard(sorry), ['information attend/core-group-1 sam']);
  assert.deepEqual(heard(noted, sorry), heard(sorry)); // the social worker types something in just then
  const late = held('core-group-1', '2027-02-05', { by: 'tess', reason: 'no date yet' });
  const told = (...together: readonly Told[]) =>
    notices(together.reduce((all, one) => all.at('2027-02-05', one), underPlan()).until('2027-02-05'), { to: 'tess' })
      .filter(({ duty, at }) => duty === 'hold/core-group-1' && at > '2027-02-05T09')
      .map(({ kind }) => kind);
  assert.deepEqual(told(late), []);
  for (const both of [
    [noted, late],
    [late, noted],
  ])
    assert.deepEqual(told(...both), ['information']); // who of the two made it late is not said: better once too often
});

test('no reminder of a meeting to whoever was invited, or told of a change, within two working days before, L15', () => {
  const moves = underPlan().at('2027-01-25', moved('core-group-1', '2027-01-29')); // reminders on the 22nd and 28th
  assert.deepEqual(kinds(moves.until('2027-01-29'), { kind: 'reminder', to: 'ed' }), [
    '2027-01-21 08:00 reminder ed',
    '2027-01-28 08:00 reminder ed',
  ]);
  const sooner = underPlan().at('2027-01-26', moved('core-group-1', '2027-01-29'));
  assert.deepEqual(kinds(sooner.until('2027-01-29'), { kind: 'reminder', to: 'ed' }), ['2027-01-21 08:00 reminder ed']);
});

test('what one person is asked of one meeting on one morning is one notice, the strongest, with the others in it, L15', () => {
  const drifting = underPlan().until('2027-02-08');
  const morning = drifting.steps.filter(
    ({ at, meeting }) => at === '2027-02-08T08:00:00Z' && meeting === 'core-group-1',
  );
  assert.deepEqual(
    morning.map(({ to, kind, duty, rung, also = [] }) => [to, kind, duty, rung, also.map((one) => one.duty)]),
    [
      ['sam', 'escalation', 'hold/core-group-1', '5-after', ['confirm/core-group-1']],
      ['tess', 'escalation', 'hold/core-group-1', '5-after', ['confirm/core-group-1']],
      ['sue', 'escalation', 'hold/core-group-1', '5-after', []],
    ],
  );
});

test('to tell the family is asked the next morning, and at once when the meeting is nearer than three working days, L15', () => {
  const telling = (start: string) =>
    lines(underPlan().at('2027-01-20', moved('core-group-1', start)).until('2027-01-22'), {
      duty: 'tell/core-group-1',
    }).slice(1);
  assert.deepEqual(telling('2027-01-25'), ['2027-01-21 08:00 sam']);
  assert.deepEqual(telling('2027-01-22'), ['2027-01-20 10:00 sam']);
});

test('D22a: a policy applied to what is open brings a limit forward to five working days from then, never later than it was, L18', () => {
  // 9 May + 21 days was 30 May when the policy came on 3 June; five working days on is the 10th, and the limit had been 6 June.
  const { refused, owed } = rehearse(scenario('D22a-reproject-makes-late'));
  assert.deepEqual(refused, []);
  assert.equal(owed.find(({ duty }) => duty === 'hold/core-group-2')?.due, '2025-06-06');
});

test('an action that is not done is told to the manager ten working days after its limit, L18', () => {
  const story = underPlan().at('2027-01-19', agreed('visit', { owner: 'ed', due: '2027-02-01' }));
  assert.deepEqual(lines(story.until('2027-02-15'), { duty: 'action/visit' }).slice(-2), [
    '2027-02-08 08:00 ed sam',
    '2027-02-15 08:00 ed tess',
  ]);
});
