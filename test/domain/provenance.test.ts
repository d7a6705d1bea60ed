// Nobody forges (L3): what may come from outside, under which ids, stamped with which moments.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Arrival, provenanceFault, tooOldToRecord } from '../../domain/accept/provenance.ts';
import { EVENT_TYPES, sourceOf } from '../../domain/case/catalogue.ts';
import type { CaseEvent, Recorded } from '../../domain/case/events.ts';
import { instant } from '../../domain/time/calendar.ts';
import {
  BARNSLEY,
  CALENDAR,
  cover,
  joined,
  minutes,
  other,
  recorded,
  strategy,
  type Told,
  underPlan,
} from './support.ts';

const AT = '2027-01-19T10:00';
const NOW = instant('2027-01-19T10:00:00Z');
const outside: Arrival = { now: NOW, from: 'outside', rehearsal: false };
const nodrift: Arrival = { ...outside, from: 'nodrift' };
const rehearsal: Arrival = { ...outside, rehearsal: true };
const c = underPlan().case();
const why = (event: Told, arrival: Arrival = outside, id = 'mine') =>
  provenanceFault(c, recorded(AT, event, id), arrival)?.message;

const opened = (more: object = {}) => other('case-opened', { by: 'tess', kind: 'looked-after', ref: 'LA-1', ...more });
const INTERNAL: Readonly<Record<string, Told>> = {
  'case-opened': opened({ by: 'nodrift' }),
  'case-told': other('case-told', { by: 'nodrift', kind: 'child-in-need', ref: 'N-1' }),
  'child-protection-decided': other('child-protection-decided', {
    ...{ by: 'nodrift', on: '2027-01-18', outcome: 'plan', ref: 'N-1-CP' },
  }),
  'case-reopened': other('case-reopened', { by: 'nodrift' }),
  'opening-withdrawn': other('opening-withdrawn', { by: 'nodrift' }),
  'address-refused': other('address-refused', { by: 'nodrift', person: 'dad', code: '5.1.1' }),
  'policy-changed': other('policy-changed', { by: 'nodrift', policy: { ...BARNSLEY, version: '2' } }),
  'calendar-changed': other('calendar-changed', { by: 'nodrift', calendar: CALENDAR }),
};

test('the table below has every type that Nodrift records itself', () => {
  assert.deepEqual(EVENT_TYPES.filter((type) => sourceOf(type) !== 'anybody').sort(), Object.keys(INTERNAL).sort());
});

for (const [type, event] of Object.entries(INTERNAL))
  test(`${type} comes from Nodrift, and from nobody else in a real case, L3`, () => {
    assert.match(why(event) ?? 'taken', new RegExp(`^${type}: is recorded by Nodrift`));
    assert.match(why({ ...event, by: 'sam', reason: 'I say so' }) ?? 'taken', /^[a-z-]+: is recorded by Nodrift/);
    assert.equal(why(event, nodrift, 'opened/looked-after/LA-1'), undefined);
    assert.equal(why(event, rehearsal), undefined, 'a rehearsal may play it');
  });

const BY_HAND = ['case-opened', 'case-told', 'child-protection-decided'];
for (const [type, event] of Object.entries(INTERNAL))
  test(`${type} is ${BY_HAND.includes(type) ? '' : 'not '}a manager’s to record, with a reason, L3`, () => {
    const byManager = (more: object) => why({ ...event, by: 'tess', ...more });
    assert.equal(byManager({ reason: 'the other case is on paper' }) === undefined, BY_HAND.includes(type));
    assert.notEqual(byManager({}), undefined, 'without a reason it is not');
  });

test('a refusal names the managers who may; the cover of one may too', () => {
  assert.match(why(opened({ by: 'sam', reason: 'kept elsewhere' })) ?? '', /by a manager \(tess, sue\), with a reason/);
  const covered = underPlan()
    .at('2027-01-18T12:00', cover('tess', '2027-01-18', '2027-01-22', 'chris'))
    .case();
  const byCover = recorded(AT, opened({ by: 'chris', reason: 'kept elsewhere' }));
  assert.equal(provenanceFault(covered, byCover, outside), undefined);
  assert.notEqual(provenanceFault(c, byCover, outside), undefined);
});

for (const id of [
  ...['opened/looked-after/T-1-LAC', 'told/child-in-need/T', 'from/child-in-need/T', 'decided/T-1-CP'],
  ...['policy/2', 'calendar/1', 'address-refused/dad/x'],
])
  test(`an event from outside is not called ${id}: in a rehearsal neither, L3`, () => {
    for (const arrival of [outside, rehearsal])
      assert.match(why(joined('nora'), arrival, id) ?? 'taken', /^the id ".*" begins with ".*\/"/);
    assert.equal(why(joined('nora'), nodrift, id), undefined);
  });

test('ids that only look alike are anybody’s', () => {
  for (const id of ['opened', 'policy-2', 'letter-told/x', 'evt/opened/1'])
    assert.equal(why(joined('nora'), outside, id), undefined);
});

test('where a case came from is said by Nodrift alone', () => {
  const from = strategy('2027-01-04', { from: { kind: 'child-in-need', ref: 'N-1' } });
  assert.match(why(from) ?? 'taken', /from: is said by Nodrift/);
  assert.equal(why(from, nodrift), undefined);
  assert.equal(why(from, rehearsal), undefined);
  assert.equal(why(cover('sam', '2027-01-20', '2027-01-22', 'cara')), undefined, 'a cover’s from is a day');
});

test('nobody records in Nodrift’s name', () => {
  assert.match(why({ ...joined('nora'), by: 'nodrift' }) ?? 'taken', /by: "nodrift" records by itself/);
  assert.equal(why({ ...joined('nora'), by: 'nodrift' }, nodrift), undefined);
});

/** Stamped, now, from where, and whether it is taken. */
const STAMPS: readonly (readonly [recordedAt: string, arrival: Arrival, taken: boolean])[] = [
  ['2027-01-19T10:00:00Z', outside, true],
  ['2027-01-19T10:05:00Z', outside, true],
  ['2027-01-19T10:05:01Z', outside, false],
  ['2027-01-22T10:00:00Z', outside, false],
  ['2028-01-22T10:00:00Z', rehearsal, true],
  ['2028-01-22T10:00:00Z', nodrift, true],
  ['2000-01-01T00:00:00Z', outside, true],
  ['1999-12-31T23:59:59Z', outside, false],
  ['1970-01-01T00:00:00Z', rehearsal, false],
  ['1900-01-01T00:00:00Z', nodrift, false],
];
for (const [recordedAt, arrival, taken] of STAMPS)
  test(`stamped ${recordedAt} at ${NOW}, from ${arrival.rehearsal ? 'a rehearsal' : arrival.from}: ${taken ? 'taken' : 'refused'}, L3`, () => {
    const one: Recorded = {
      id: 'mine',
      recordedAt: instant(recordedAt),
      event: joined('nora') as unknown as CaseEvent,
    };
    const fault = provenanceFault(c, one, arrival);
    assert.equal(fault === undefined, taken, fault?.message);
    if (fault) assert.match(fault.message, /^recordedAt: .*\b(2000|ahead of the case’s clock)\b/);
  });

test('an event the case knows is never judged by where it comes from: sent again it gets its first answer', () => {
  const known: Recorded = {
    id: 'opened/looked-after/LA-1',
    recordedAt: instant('1999-01-01T00:00:00Z'),
    event: {
      ...({ type: 'case-opened', by: 'nodrift', kind: 'looked-after', ref: 'LA-1' } as const),
    },
  };
  assert.equal(provenanceFault({ ...c, events: [...c.events, known] }, known, outside), undefined);
  assert.notEqual(provenanceFault(c, known, outside), undefined);
});

test('what is more than 35 days old is too old to type in, L3', () => {
  const now = instant('2027-03-01T10:00:00Z');
  assert.equal(tooOldToRecord(instant('2027-01-25T10:00:00Z'), now), undefined);
  assert.match(tooOldToRecord(instant('2027-01-25T09:59:59Z'), now)?.message ?? '', /^recordedAt: .* 35 days/);
});

test('what everybody records comes from outside', () => {
  assert.equal(why(minutes('core-group-1', '2027-01-18')), undefined);
});
