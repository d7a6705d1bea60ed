// The catalogue of events: each entry is whole, and knows which of its fields name people and meetings.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  describeEvent,
  EVENT_TYPES,
  isEventType,
  mayStandIn,
  meetingsIn,
  peopleIn,
} from '../../domain/case/catalogue.ts';
import { parseEvent } from '../../domain/case/read-events.ts';
import { distributed, held, joined, other, place, type Told } from './support.ts';

for (const type of EVENT_TYPES)
  test(`${type} says in one sentence what happened, and stands in a kind of case`, () => {
    assert.match(describeEvent(type), /^[A-Z][^\n]{8,100}\.$/);
    assert.ok(mayStandIn(type).length > 0);
  });

test('names that every object has are no types of events', () => {
  for (const name of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) {
    assert.ok(!isEventType(name));
    assert.throws(() => parseEvent({ type: name, by: 'sam' }), /unknown event/);
  }
});

const next = place('2027-02-24', { chair: 'chris' });
const PEOPLE: readonly (readonly [what: string, Told, fields: readonly string[]])[] = [
  [
    'a meeting that was held',
    held('core-group-1', '2027-01-28', { next, consulted: ['mum'], members: ['dad'] }),
    [
      ...['by sam', 'chair hana', 'minuteTaker ed', 'present sam', 'present hana', 'present ed'],
      ...['next.chair chris', 'consulted mum', 'members dad'],
    ],
  ],
  ['minutes passed on', distributed('core-group-1', 'mum', 'dad'), ['by sam', 'to.person mum', 'to.person dad']],
  ['somebody who joins, by id', joined('ed'), ['by sam', 'person ed']],
  [
    'somebody who joins and is new: themselves no, their manager yes',
    joined({ id: 'zoe', name: 'Zoe', role: 'health', manager: 'hilda' }),
    ['by sam', 'person.manager hilda'],
  ],
  [
    'a written report',
    other('apologies-received', { meeting: 'core-group-1', person: 'ed', writtenReport: { agreedBy: 'helen' } }),
    ['by sam', 'person ed', 'writtenReport.agreedBy helen'],
  ],
  ['a closure discussed with one', other('closure-discussed', { with: 'mum' }), ['by sam', 'with mum']],
  ['a decision: its words name nobody', other('decision-recorded', { about: 'sam', decision: 'ed' }), ['by sam']],
  ['an action: its id names nobody', other('action-agreed', { id: 'sam', owner: 'ed' }), ['by sam', 'owner ed']],
];
for (const [what, event, fields] of PEOPLE)
  test(`who is named: ${what}`, () => {
    const named = peopleIn(parseEvent(event)).map(({ field, id }) => `${field} ${id}`);
    assert.deepEqual(named.sort(), [...fields].sort());
  });

test('which meeting is named', () => {
  assert.deepEqual(meetingsIn(parseEvent(distributed('core-group-1', 'mum'))), ['core-group-1']);
  assert.deepEqual(meetingsIn(parseEvent(joined('ed'))), []);
});
