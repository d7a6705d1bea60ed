// Small lives of a case, played: what is told, what is refused, what is owed at the end, and when a case is over.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  BARNSLEY,
  conference,
  distributed,
  FILE,
  held,
  kinds,
  minutes,
  notices,
  other,
  owes,
  PEOPLE,
  place,
  planEnded,
  story,
  strategy,
  told,
  underPlan,
} from './support.ts';

const next = place('2027-02-24');
const well = () =>
  underPlan()
    .at('2027-01-19', told('core-group-1', 'mum'))
    .at('2027-01-28T12:00', held('core-group-1', '2027-01-28', { next }))
    .at('2027-01-29', minutes('core-group-1', '2027-01-29'))
    .at('2027-01-29', told('core-group-2', 'mum'))
    .at('2027-02-01', distributed('core-group-1', 'hana', 'mum', 'dad'));

test('where everything is done in time, people hear of their meetings and of nothing else', () => {
  const played = well().until('2027-02-16');
  assert.deepEqual([...new Set(notices(played).map((step) => step.kind))].sort(), [
    'information',
    'invitation',
    'reminder',
  ]);
  assert.deepEqual(kinds(played, { kind: 'information' }), [
    '2027-01-19 08:00 information helen hilda',
    '2027-01-29 08:00 information helen hilda',
  ]);
  assert.deepEqual(kinds(played, { to: 'tess', kind: 'escalation' }), []);
});

test('an event that is refused is told with its rule, changes nothing, and what comes after is played', () => {
  const alone = underPlan().at(
    '2027-01-28T12:00',
    held('core-group-1', '2027-01-28', { next, present: ['hana', 'ed'] }),
  );
  const played = alone
    .at('2027-01-29', minutes('core-group-1', '2027-01-29'))
    .at('2027-01-30', other('decision-recorded', { about: 'school' }))
    .until('2027-02-01');
  assert.deepEqual(
    played.refused.map(({ at, type, rule }) => [at, type, rule]),
    [
      ['2027-01-28T12:00', 'meeting-held', 'R63'],
      ['2027-01-29T10:00', 'minutes-received', null], // of what was not held
    ],
  );
  assert.equal(played.case.meetings['core-group-1' as never]?.held, undefined);
  assert.equal(played.case.events.length, 3);
});

test('an event that cannot be read is refused and stops nothing', () => {
  const played = story()
    .at('2027-01-04', strategy('2027-01-04'))
    .at('2027-01-05', { type: 'tea', by: 'sam' })
    .at('2027-01-06', conference('2026-02-31'))
    .until('2027-01-11');
  assert.deepEqual(
    played.refused.map(({ type, rule }) => [type, rule]),
    [
      ['tea', null],
      ['conference-held', null],
    ],
  );
  assert.equal(played.steps.length, 1);
});

test('events are played in order of time, whatever order they are written in', () => {
  const written = story()
    .at('2027-01-18', conference('2027-01-18', { firstCoreGroup: place('2027-01-28') }), 'second')
    .at('2027-01-04', strategy('2027-01-04'), 'first');
  assert.deepEqual(written.until('2027-01-20').refused, []);
});

test('what is recorded at the very minute of a step comes first: a reminder at eight is not sent for what is done at eight', () => {
  const done = (at: string) =>
    kinds(
      underPlan()
        .at('2027-01-28T12:00', held('core-group-1', '2027-01-28', { next }))
        .at(at, minutes('core-group-1', '2027-02-02'))
        .until('2027-02-02'),
      {
        duty: 'minutes/core-group-1',
      },
    );
  assert.deepEqual(done('2027-02-02T08:00'), []);
  assert.deepEqual(done('2027-02-02T08:01'), ['2027-02-02 08:00 reminder ed']);
});

test('nothing after the end of the play is told or taken up', () => {
  const played = well().until('2027-01-20');
  assert.equal(played.case.events.length, 3);
  assert.ok(played.steps.every((step) => step.at < '2027-01-21'));
});

test('a case is over 28 days after its plan ended, when nothing is owed any more', () => {
  const ended = well().at('2027-02-16', planEnded('2027-02-16'));
  assert.equal(ended.until('2027-03-15').closed, false);
  assert.equal(ended.until('2027-03-16').closed, true); // 12 days of February, 16 of March
  assert.deepEqual(owes(ended.case()), []);
});

test('a case with minutes still owed is not over, however long the plan has ended', () => {
  const owing = underPlan()
    .at('2027-01-28T12:00', held('core-group-1', '2027-01-28', { next }))
    .at('2027-02-16', planEnded('2027-02-16'));
  assert.equal(owing.until('2027-08-01').closed, false);
  assert.deepEqual(owes(owing.case()), ['minutes/core-group-1']);
});

test('a case that is over takes up nothing more', () => {
  const late = well()
    .at('2027-02-16', planEnded('2027-02-16'))
    .at('2027-04-01', held('core-group-2', '2027-02-10', { next: place('2027-03-03') }));
  assert.match(late.until('2027-04-02').refused[0]?.reason ?? '', /closed/);
  // What nobody can read is said to be so, as where it is sent to a server.
  const unreadable = late.at('2027-04-02', other('tea-drunk', {})).until('2027-04-03').refused;
  assert.match(unreadable[1]?.reason ?? '', /^unknown event "tea-drunk"/);
});

test('a conference that makes no plan ends the case after 28 days', () => {
  const none = story()
    .at('2027-01-04', strategy('2027-01-04'))
    .at('2027-01-18', conference('2027-01-18', { outcome: 'no-plan', members: undefined }));
  const played = none.until('2027-02-15');
  assert.equal(played.closed, true);
  assert.equal(none.until('2027-02-14').closed, false);
  assert.ok(!notices(played).some((step) => step.at > '2027-01-18T12:00:00Z'));
});

test('a review conference that ends the plan ends its core groups that day', () => {
  const ended = well().at('2027-02-16T15:00', held('review-conference-1', '2027-02-16', { outcome: 'end' }));
  assert.deepEqual(kinds(ended.until('2027-02-16'), { kind: 'cancellation' }), [
    '2027-02-16 15:00 cancellation dad ed hana sam',
  ]);
  assert.deepEqual(owes(ended.case()), ['say-next/plan', 'minutes/review-conference-1']);
});

test('playing changes nothing that it is given, and gives the same again', () => {
  const frozen = JSON.stringify(BARNSLEY);
  const life = well();
  assert.deepEqual(life.until('2027-02-16').steps, life.until('2027-02-16').steps);
  assert.equal(JSON.stringify(BARNSLEY), frozen);
});

test('a rehearsal whose file has a role nobody lists begins nothing: every event is refused with what was meant, L13', () => {
  const people = [...PEOPLE, { id: 'gran', name: 'Gran', role: 'parnt' }];
  const played = story({ file: { ...FILE, people } })
    .at('2027-01-04', strategy('2027-01-04'))
    .at('2027-01-05', other('decision-recorded', { about: 'school' }))
    .until('2027-01-11');
  assert.deepEqual(
    played.refused.map(({ type, reason }) => [type, /did you mean parent\?/.test(reason)]),
    [
      ['strategy-discussion-held', true],
      ['decision-recorded', true],
    ],
  );
  assert.deepEqual(played.case.events, []);
});

test('a rehearsal plays what Nodrift records, under ids of its own alone, L3', () => {
  const dead = other('address-refused', { by: 'nodrift', person: 'dad', code: '5.1.1' });
  const played = underPlan()
    .at('2027-01-19', dead, 'address-refused/dad/x')
    .at('2027-01-19T11:00', dead)
    .until('2027-01-20');
  assert.deepEqual(
    played.refused.map(({ at, reason }) => [at, reason.slice(0, 34)]),
    [['2027-01-19T10:00', 'the id "address-refused/dad/x" beg']],
  );
  assert.equal(played.case.refusedAddresses.length, 1);
});
