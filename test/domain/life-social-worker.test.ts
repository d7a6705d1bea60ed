// A case without its social worker (L11): they leave, send apologies, or hand the case on. Somebody is told that day, and nothing lies with
// nobody.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rehearse } from '../../client/rehearse.ts';
import { readScenario } from '../../client/scenario.ts';
import { duties } from '../../domain/duties/owed.ts';
import { toNotices } from '../../domain/notices/to-notice.ts';
import {
  booked,
  cancelled,
  conference,
  duty,
  FILE,
  held,
  joined,
  kinds,
  left,
  lines,
  notHeld,
  notices,
  other,
  owes,
  PEOPLE,
  place,
  policyWith,
  story,
  strategy,
  underPlan,
} from './support.ts';

const rehearsed = (name: string) => rehearse(readScenario(`test/scenarios/life/${name}.yaml`));
/** Sam leaves on Tuesday 2 February 2027, with core group 2 booked for the 24th. */
const leaves = () =>
  underPlan()
    .at('2027-01-28', held('core-group-1', '2027-01-28', { next: place('2027-02-24') }))
    .at('2027-02-02', left('sam', { by: 'tess' }));
const reallocated = (to: string, more = {}) => other('case-reallocated', { by: 'tess', to, ...more });

test('the social worker’s own apologies are told to the manager at once, L11 (D08)', () => {
  const told = rehearsed('D08-social-worker-sends-apologies').notices.filter(({ at }) =>
    at.startsWith('2025-06-02T10:00'),
  );
  assert.deepEqual(
    told.map(({ to, kind, subject }) => [to, kind, subject]),
    [['tm', 'information', 'P03: core group 2, Fri 6 Jun 2025 10:00: apologies from the social worker']],
  );
});

test('a social worker who leaves: the manager is asked at once to allocate the case, and chased, L11', () => {
  const one = duty(leaves().case(), 'allocate/case');
  assert.deepEqual([one.owner, one.due], ['tess', '2027-02-03']);
  assert.deepEqual(kinds(leaves().until('2027-02-11'), { duty: 'allocate/case' }).slice(0, 3), [
    '2027-02-02 10:00 decision tess',
    '2027-02-05 08:00 chase tess',
    '2027-02-10 08:00 escalation sue tess',
  ]);
});

test('until the case is allocated what is for the social worker goes to the manager, who then owes it, L11', () => {
  const until = leaves().until('2027-02-24');
  assert.deepEqual(
    notices(until, { to: 'sam' }).filter(({ at }) => at > '2027-02-02T10:00:01Z'),
    [],
  );
  assert.ok(lines(until, { duty: 'attend/core-group-2' }).some((line) => /02-23 08:00 .*tess/.test(line)));
  assert.equal(duty(leaves().case(), 'hold/core-group-2').owner, 'tess');
  const c = leaves().case();
  const chases = notices(until, { duty: 'minutes/core-group-1', to: 'tess' });
  assert.ok(chases.length > 0);
  const mine = notices(leaves().until('2027-03-03'), { duty: 'confirm/core-group-2', to: 'tess' });
  assert.ok(
    toNotices(c, mine, duties(c)).every(({ owes: by }) => by?.you === true),
    'asked to do it, not to help',
  );
});

test('whoever leaves has the meetings taken out of the calendar, once, also when the case is allocated afterwards, L11', () => {
  const then = leaves().at('2027-02-04', reallocated('cara')).until('2027-02-20');
  assert.deepEqual(kinds(then, { to: 'sam', kind: 'cancellation' }), ['2027-02-02 10:00 cancellation sam']);
  assert.equal(notices(then, { to: 'cara', kind: 'invitation' }).length, 1);
});

test('allocating it is done with the case reallocated, or with the social worker back, L11', () => {
  const moved = leaves().at('2027-02-04', reallocated('cara')).case();
  assert.equal(duty(moved, 'allocate/case').done?.on, '2027-02-04');
  assert.equal(duty(moved, 'hold/core-group-2').owner, 'cara');
  const back = leaves().at('2027-02-03', joined('sam')).case();
  assert.ok(!owes(back).includes('allocate/case'));
  assert.equal(duty(back, 'hold/core-group-2').owner, 'sam');
});

test('a meeting that was not held is told to the members and the manager the same day, but not to whoever says so, L11', () => {
  const told = underPlan().at('2027-01-28T15:00', notHeld('core-group-1')).until('2027-01-28');
  assert.deepEqual(
    kinds(told, { kind: 'information' }).filter((line) => line.startsWith('2027-01-28 15:00')),
    ['2027-01-28 15:00 information dad ed hana tess'],
  );
  assert.deepEqual(
    new Set(notices(told, { kind: 'information', to: 'hana' }).map(({ why }) => why)),
    new Set(['not-held']),
  );
  // Said before its time it is a cancellation for the members, who are told no second time.
  const before = underPlan().at('2027-01-27T15:00', notHeld('core-group-1')).until('2027-01-28');
  assert.deepEqual(
    kinds(before).filter((line) => line.startsWith('2027-01-27 15:00')),
    ['2027-01-27 15:00 cancellation dad ed hana sam', '2027-01-27 15:00 information tess'],
  );
});

test('with the case the membership of the former social worker ends, L11', () => {
  const c = story()
    .at('2027-01-04', strategy('2027-01-04'))
    .at(
      '2027-01-18',
      conference('2027-01-18', { members: ['sam', 'hana', 'ed', 'mum'], firstCoreGroup: place('2027-01-28') }),
    )
    .at('2027-01-20', reallocated('cara'))
    .at('2027-01-21', booked('core-group-2', '2027-02-24'));
  assert.equal(c.case().memberships.find(({ person }) => person === 'sam')?.until, '2027-01-20');
  assert.deepEqual(notices(c.until('2027-02-24'), { to: 'sam', duty: 'attend/core-group-2' }), []);
  assert.deepEqual(kinds(c.until('2027-01-27'), { to: 'sam', kind: 'cancellation' }), [
    '2027-01-20 10:00 cancellation sam',
  ]);
});

test('a case that goes to another manager’s worker is told to both managers, L11', () => {
  const people = PEOPLE.map((one) => (one.id === 'cara' ? { ...one, manager: 'mo' } : one));
  const file = {
    ...FILE,
    people: [
      ...people,
      { id: 'mo', name: 'Mo Manager', role: 'team-manager', email: 'mo@council.test', manager: 'sue' },
    ],
  };
  const played = underPlan({ file })
    .at('2027-01-20', reallocated('cara', { by: 'sue', team: 'south' }))
    .until('2027-01-20');
  const told = notices(played).filter(({ at, kind }) => at === '2027-01-20T10:00:00Z' && kind === 'information');
  assert.deepEqual(told.map(({ to, why }) => [to, why]).sort(), [
    ['cara', 'taken-over'],
    ['mo', 'passed-on'],
    ['tess', 'given-away'],
  ]);
});

test('under a policy without that figure allocating has no limit, and is asked for at once all the same, L11', () => {
  const policy = policyWith(({ limits }) => {
    limits.allocation = null;
  });
  const played = underPlan({ policy }).at('2027-02-02', left('sam', { by: 'tess' }));
  assert.equal(duty(played.case(), 'allocate/case').due, null);
  assert.ok(kinds(played.until('2027-02-02'), { duty: 'allocate/case' }).includes('2027-02-02 10:00 decision tess'));
});

test('whoever left, came back and was invited again hears that the meeting is off, under a key of its own, L11', () => {
  const story = underPlan()
    .at('2027-01-19', left('hana'))
    .at('2027-01-20', joined('hana'))
    .at('2027-01-21', cancelled('core-group-1'));
  const told = notices(story.until('2027-01-22'), { to: 'hana' }).filter(({ kind }) => kind === 'cancellation');
  assert.deepEqual(
    told.map(({ at }) => at.slice(0, 10)),
    ['2027-01-19', '2027-01-21'],
  );
  assert.equal(new Set(told.map(({ key }) => key)).size, 2);
});
