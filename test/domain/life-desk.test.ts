// What a desk can bear (L14–L18): ladders end and lateness does not, nobody's manager hears before they do, unconfirmed is not held.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rehearse } from '../../client/rehearse.ts';
import { readScenario } from '../../client/scenario.ts';
import {
  conference,
  FILE,
  held,
  kinds,
  lines,
  minutes,
  notices,
  other,
  PEOPLE,
  place,
  story,
  strategy,
  underPlan,
} from './support.ts';

const lived = (name: string) =>
  rehearse(readScenario(new URL(`../scenarios/life/${name}.yaml`, import.meta.url).pathname)).notices;

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

test('D30: the first a nurse hears of minutes that were due long ago is not an escalation, L16', () => {
  const minutes = lived('D30-first-notice-is-an-escalation').filter(({ duty }) => duty === 'minutes/core-group-2');
  assert.deepEqual(
    minutes.map(({ at, kind, to }) => `${at.slice(0, 10)} ${kind} ${to}`),
    ['2025-06-30 chase nurse', '2025-07-01 escalation sw', '2025-07-01 escalation tm'],
  );
});
