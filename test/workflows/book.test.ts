// What a case holds, without a server: how much it hands over at once, how much it carries, and what it makes of what comes late.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApplicationFailure } from '@temporalio/common';
import { EVENT_TYPES } from '../../domain/case/catalogue.ts';
import type { Instant } from '../../domain/time/calendar.ts';
import type { Carried } from '../../workflows/api.ts';
import { Book } from '../../workflows/book.ts';
import { SizeOfState } from '../../workflows/size.ts';
import {
  BARNSLEY,
  CALENDAR,
  conference,
  FILE,
  held,
  minutes,
  moment,
  other,
  place,
  planEnded,
  recorded,
  strategy,
  type Told,
} from '../domain/support.ts';

const begun = { file: FILE, policy: BARNSLEY, calendar: CALENDAR, rehearsal: false };
const newBook = (change: Partial<typeof begun> = {}) => new Book({ ...begun, ...change }, moment('2027-01-01'));
const type = (book: Book, at: string, event: Told, id: string) =>
  book.record([recorded(at, event, id)], 'outside', moment(at));

const START: readonly (readonly [string, Told])[] = [
  ['2027-01-04', strategy('2027-01-04')],
  ['2027-01-18', conference('2027-01-18', { firstCoreGroup: place('2027-01-28') })],
];

test('one activation hands over two hundred notices at most, says so to the operator, and the rest follows once', () => {
  const people = Array.from({ length: 80 }, (_, i) => ({
    id: `p${i}`,
    name: `P ${i}`,
    role: 'health',
    email: `p${i}@nhs.test`,
  }));
  const book = newBook({ file: { ...FILE, people: [...FILE.people, ...people] } });
  type(book, '2027-01-04', strategy('2027-01-04'), 'e-0');
  const members = people.map(({ id }) => id);
  const now = moment('2027-01-18');
  const booked = (meeting: string, day: string) =>
    ({ type: 'meeting-booked', by: 'sam', meeting, start: `${day}T10:00`, venue: 'Hall', chair: 'chris' }) as Told;
  book.takeDue(now);
  book.record(
    [
      recorded('2027-01-18', conference('2027-01-18', { members, firstCoreGroup: place('2027-01-28') }), 'e-1'),
      recorded('2027-01-18', booked('review-conference-1', '2027-04-05'), 'e-2'),
      recorded('2027-01-18', booked('core-group-2', '2027-02-24'), 'e-3'),
    ],
    'outside',
    now,
  );
  const handed: string[][] = [];
  for (let notices = book.takeDue(now); notices.length > 0; notices = book.takeDue(now)) {
    handed.push(notices.map(({ key }) => key));
    if (notices.length === 200) assert.ok(book.entry(now).alerts?.some(({ what }) => what === 'many-notices'));
  }
  assert.equal(handed[0]?.length, 200);
  assert.ok(handed.length > 1);
  const all = handed.flat();
  assert.equal(new Set(all).size, all.length);
  assert.ok(all.length >= 240);
});

test('what is recorded late is learned when it comes: nothing is told in the past, and the record knows both moments', () => {
  const book = newBook();
  type(book, '2027-01-04', strategy('2027-01-04'), 'e-0');
  book.takeDue(moment('2027-01-15'));
  const now = moment('2027-01-18T15:00');
  book.record([recorded('2027-01-18T10:00', START[1]![1], 'e-1')], 'outside', now);
  const [, row] = book.entry(now).newEvents;
  assert.deepEqual([row?.recordedAt, row?.known, row?.arrival], [moment('2027-01-18T10:00'), now, 2]);
  for (const { at } of book.takeDue(now)) assert.ok(at >= now, at);
});

const note = (text: string): Told => ({ type: 'decision-recorded', by: 'sam', decision: text }) as Told;

test('a case that has grown as large as it may refuses more in one line, but never an ending; the operator was told before', () => {
  const book = newBook();
  for (const [i, [at, event]] of START.entries()) type(book, at, event, `e-${i}`);
  const alerts: string[] = [];
  let refusal: unknown;
  for (let i = 0; i < 1_000 && refusal === undefined; i++) {
    try {
      type(book, '2027-01-19', note('é'.repeat(1_000)), `n-${i}`);
    } catch (error) {
      refusal = error;
    }
    alerts.push(...(book.entry(moment('2027-01-19')).alerts?.map(({ what }) => what) ?? []));
  }
  assert.ok(refusal instanceof ApplicationFailure);
  assert.equal(refusal.type, 'Refused');
  assert.match(refusal.message, /^the case holds \d+ kB of events, as much as it can carry/);
  assert.ok(alerts.includes('state-large'));
  assert.deepEqual(type(book, '2027-01-20', planEnded('2027-01-20'), 'end').recorded, ['end']);
  const carried = Buffer.byteLength(JSON.stringify({ ...begun, carried: book.carried() }));
  assert.ok(carried < 1_600_000, `${carried} bytes`);
});

const ENDS =
  /-(?:ended|closed|cancelled|withdrawn|corrected|left)$|^(?:ceased|closure-(?!discussed))|^child-protection-decided$/;
for (const type of EVENT_TYPES)
  test(`a case that is full takes ${ENDS.test(type) ? type : `no ${type}`}`, () => {
    const full = new SizeOfState(['x'.repeat(1_200_000)]);
    const refusal = full.refuses([{ id: 'e', recordedAt: moment('2027-01-19'), event: { type, by: 'sam' } } as never]);
    if (ENDS.test(type)) assert.equal(refusal, undefined);
    else assert.match(refusal ?? '', /^the case holds 1200 kB of events/);
  });

test('an event with which the loop could not go on is not taken, in the validator or after it, and the case is as it was', () => {
  // Whatever climbs the ladder of minutes falls over it once a meeting was held; nothing that judges the event looks at it.
  const ladders = { ...BARNSLEY.ladders, minutes: [null] } as unknown as typeof BARNSLEY.ladders;
  const book = newBook({ policy: { ...BARNSLEY, ladders } });
  for (const [i, [at, event]] of START.entries()) type(book, at, event, `e-${i}`);
  const now = moment('2027-01-28T15:00');
  book.takeDue(now);
  book.entry(now);
  const before = JSON.stringify(book.carried());
  const wedging = [
    recorded('2027-01-28T15:00', held('core-group-1', '2027-01-28', { next: place('2027-02-25') }), 'held'),
  ];
  assert.throws(() => book.check(wedging, 'outside', now), TypeError);
  assert.throws(
    () => book.record(wedging, 'outside', now),
    (error) => error instanceof ApplicationFailure && error.type === 'TypeError' && /cannot go on/.test(error.message),
  );
  assert.equal(book.changed, false);
  assert.equal(JSON.stringify(book.carried()), before);
  assert.deepEqual(type(book, '2027-01-28T15:00', note('it goes on'), 'note').recorded, ['note']);
});

test('policies that decide nothing any more are not carried, and nothing owed is another for it', () => {
  const book = newBook();
  for (const [i, [at, event]] of START.entries()) type(book, at, event, `e-${i}`);
  const policy = (n: number, minutes: number) =>
    ({
      type: 'policy-changed',
      by: 'nodrift',
      policy: {
        ...BARNSLEY,
        version: `v${n}`,
        limits: { ...BARNSLEY.limits, minutes: { ...BARNSLEY.limits.minutes!, within: minutes } },
      },
    }) as Told;
  // Between the second and the fourth nothing arises: what the second and third say is nobody's limit.
  type(
    book,
    '2027-01-29',
    held('core-group-1', '2027-01-28', { minuteTaker: 'ed', next: place('2027-02-25') }),
    'held',
  );
  for (const [n, day] of ['2027-02-01', '2027-02-02', '2027-02-03', '2027-02-04'].entries())
    book.record([recorded(day, policy(n + 2, 3 + n), `policy/${n}`)], 'nodrift', moment(day));
  const before = book.owed(moment('2027-02-05'));
  const carried = JSON.parse(JSON.stringify(book.carried())) as Carried;
  const contents = carried.events.flatMap(({ event }) =>
    event.type === 'policy-changed' ? [event.policy as unknown] : [],
  );
  assert.deepEqual(
    contents.map((content) => content !== null),
    [false, false, false, true],
  );
  const again = new Book({ ...begun, carried }, moment('2027-02-05'));
  assert.deepEqual(again.owed(moment('2027-02-05')), before);
  assert.deepEqual(
    again.record([recorded('2027-02-01', policy(2, 3), 'policy/0')], 'nodrift', moment('2027-02-05')).recorded,
    ['policy/0'],
  );
});

test('beside its events a case that has drifted for five years carries less than sixty kilobytes', () => {
  let book = newBook();
  for (const [i, [at, event]] of START.entries()) type(book, at, event, `e-${i}`);
  const end = moment('2032-01-01');
  let mails = 0;
  for (let next = book.next; next && next.at < end; next = book.next) {
    mails += book.takeDue(next.at).length;
    if (mails % 40 === 0)
      book = new Book({ ...begun, carried: JSON.parse(JSON.stringify(book.carried())) as Carried }, next.at);
  }
  assert.ok(mails > 500, `${mails}`); // two a week, at least
  const { events: _, ...beside } = book.carried();
  const bytes = Buffer.byteLength(JSON.stringify({ ...begun, carried: beside }));
  assert.ok(bytes < 60_000, `${bytes} bytes`);
});

test('a state of a release that is not known waits, as it is, and names both versions', () => {
  const carried = { ...newBook().carried(), version: 3 } as never;
  assert.throws(() => new Book({ ...begun, carried }, '2027-01-01T10:00:00Z' as Instant), /version 3 .* understands 2/);
});

test('what a correction undoes is handed to the record as withdrawn, with the limits it moved, the old date beside the new, L1', () => {
  const book = newBook();
  for (const [at, event] of START) type(book, at, event, `e-${at}`);
  type(book, '2027-01-28', held('core-group-1', '2027-01-28', { reason: 'agreed by telephone' }), 'held');
  type(book, '2027-01-29', minutes('core-group-1', '2027-01-29'), 'minutes');
  book.entry(moment('2027-01-29'));
  const right = { ...held('core-group-1', '2027-01-27', { reason: 'agreed by telephone' }) };
  type(book, '2027-02-01', other('event-corrected', { corrects: 'held', event: right, reason: 'typed wrongly' }), 'c1');
  const corrected = book.entry(moment('2027-02-01'));
  assert.deepEqual(
    corrected.moved?.map(({ duty, was, due, by }) => `${by}: ${duty} ${was} ${due}`),
    ['c1: hold/core-group-2 2027-02-25 2027-02-24'],
  );
  const gone = [
    recorded('2027-02-02', other('event-withdrawn', { withdraws: 'minutes', reason: 'another case' }), 'w1'),
    recorded('2027-02-02', other('event-withdrawn', { withdraws: 'held', reason: 'another case' }), 'w2'),
  ];
  book.record(gone, 'outside', moment('2027-02-02'));
  const { duties } = book.entry(moment('2027-02-02'));
  const of = (key: string) => duties.filter((duty) => duty.key === key).map(({ done, withdrawn }) => [done, withdrawn]);
  assert.deepEqual(of('minutes/core-group-1'), [['2027-01-29', true]]);
  assert.deepEqual(of('hold/core-group-1'), [[null, undefined]], 'owed again');
  assert.ok(!book.entry(moment('2027-02-03')).duties.some(({ withdrawn }) => withdrawn), 'said once');
});

test('what was late before a plan was brought in is handed to the record as not counted, and all of a case opened in error, L9, L4', () => {
  const book = newBook();
  const meetings = [{ kind: 'core-group', number: 3, on: '2026-11-02', minutes: 'received' }];
  const running = { conference: '2026-08-03', on: '2027-01-04', members: ['hana', 'ed'], meetings };
  type(book, '2027-01-04', other('brought-in', running), 'e1');
  const uncounted = () => book.entry(moment('2027-01-05')).duties.flatMap((one) => (one.uncounted ? [one.key] : []));
  assert.deepEqual(uncounted().sort(), ['hold/core-group-4', 'hold/review-conference-1']);
  type(book, '2027-01-06', held('core-group-4', '2027-01-06', { planAgreed: true, reason: 'late' }), 'e2');
  assert.deepEqual(uncounted().sort(), ['hold/core-group-4', 'hold/review-conference-1'], 'late before, done since');
  type(book, '2027-01-07', other('case-ended', { by: 'tess', on: '2027-01-07', why: 'opened-in-error' }), 'e3');
  const all = uncounted();
  for (const key of ['hold/core-group-5', 'minutes/core-group-4']) assert.ok(all.includes(key), key);
});
