// What a case hands over with its notices, worked out without a server: who owes it, by role, and why a meeting is called off.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Notice } from '../../domain/notices/notice.ts';
import type { Instant } from '../../domain/time/calendar.ts';
import { Book } from '../../workflows/book.ts';
import {
  agreed,
  BARNSLEY,
  CALENDAR,
  cancelled,
  conference,
  FILE,
  held,
  left,
  moment,
  other,
  place,
  recorded,
  strategy,
  type Told,
} from '../domain/support.ts';

type Line = readonly [at: string, event: Told];

const START: readonly Line[] = [
  ['2027-01-04', strategy('2027-01-04')],
  ['2027-01-18', conference('2027-01-18', { firstCoreGroup: place('2027-01-28') })],
];

/** Everything a case tells until a day, each at its own moment. */
function notices(lines: readonly Line[], until: string): Notice[] {
  const begun = { file: FILE, policy: BARNSLEY, calendar: CALENDAR, rehearsal: false };
  const book = new Book(begun, moment('2027-01-01'));
  const told: Notice[] = [];
  const tell = (to: Instant) => {
    for (let next = book.next; next && next.at <= to; next = book.next) {
      const due = book.takeDue(next.at);
      if (due.length === 0) return;
      told.push(...due);
    }
  };
  lines.forEach(([at, event], i) => {
    tell(moment(at));
    book.record([recorded(at, event, `e-${i}`)], 'outside', moment(at));
  });
  tell(moment(until));
  return told;
}

test('an escalation says by role who owes it, whether the reader does, and to that one who else was told', () => {
  const story: Line[] = [
    ...START,
    ['2027-01-28T12:00', held('core-group-1', '2027-01-28', { minuteTaker: 'ed', next: place('2027-02-25') })],
  ];
  const escalated = notices(story, '2027-02-12').filter(
    ({ duty, kind }) => duty === 'minutes/core-group-1' && kind === 'escalation',
  );
  assert.deepEqual(Object.fromEntries(escalated.map(({ to, owes }) => [to.id, [owes?.role, owes?.you]])), {
    ed: ['education', true],
    sam: ['education', false],
    tess: ['education', false],
  });
  const toEd = escalated.find(({ to }) => to.id === 'ed');
  assert.deepEqual(toEd?.owes?.alsoTold?.map(({ role }) => role).sort(), ['social-worker', 'team-manager']);
});

test('an escalation says on which days it was asked for: those of the notices that went', () => {
  const story: Line[] = [
    ...START,
    ['2027-01-28T12:00', held('core-group-1', '2027-01-28', { minuteTaker: 'ed', next: place('2027-02-25') })],
  ];
  const told = notices(story, '2027-02-12').filter(({ duty }) => duty === 'minutes/core-group-1');
  const first = told.find(({ kind }) => kind === 'escalation');
  const asked = told.filter(({ to, at }) => to.id === 'ed' && at < first!.at).map(({ at }) => at.slice(0, 10));
  assert.ok(asked.length > 0);
  assert.deepEqual(first?.owes?.askedOn, asked);
  assert.ok(told.every(({ kind, owes }) => kind === 'escalation' || owes?.askedOn === undefined));
});

test('what went out late, after an outage or for a past that was typed in, was asked for on the day it went, and not on its own', () => {
  const escalated = (...moments: string[]) => {
    const book = new Book({ file: FILE, policy: BARNSLEY, calendar: CALENDAR, rehearsal: false }, moment('2027-01-01'));
    const story: Line[] = [
      ...START,
      ['2027-01-28T12:00', held('core-group-1', '2027-01-28', { minuteTaker: 'ed', next: place('2027-02-25') })],
    ];
    story.forEach(([at, event], i) => {
      book.takeDue(moment(at));
      book.record([recorded(at, event, `e-${i}`)], 'outside', moment(at));
    });
    return moments
      .flatMap((at) => book.takeDue(moment(at)))
      .filter(({ duty, kind }) => duty === 'minutes/core-group-1' && kind === 'escalation')
      .map(({ owes }) => owes?.askedOn?.join());
  };
  assert.deepEqual(new Set(escalated('2027-02-09T12:00')), new Set([undefined]));
  assert.deepEqual(new Set(escalated('2027-02-08T12:00', '2027-02-09T12:00')), new Set(['2027-02-08']));
});

test('an invitation says by role who is asked to come', () => {
  const isHers = ({ kind, meeting, to }: Notice) =>
    kind === 'invitation' && meeting === 'core-group-1' && to.id === 'hana';
  const asked = notices(START, '2027-01-20').find(isHers)?.asked ?? [];
  assert.ok(asked.includes('social-worker') && asked.includes('health'));
  assert.equal(new Set(asked).size, asked.length);
});

test('what a parent took on is asked of the social worker as a parent’s', () => {
  const story: Line[] = [...START, ['2027-01-28', agreed('a-1', { owner: 'dad', due: '2027-02-01' })]];
  const chase = notices(story, '2027-02-03').find(({ duty, kind }) => duty === 'action/a-1' && kind === 'chase');
  assert.deepEqual([chase?.to.id, chase?.owes], ['sam', { role: 'father', you: false }]);
});

test('a cancelled meeting is the social worker’s to book again; whoever left is not expected, and that is no cancellation', () => {
  const called = notices(
    [...START, ['2027-01-20', left('ed')], ['2027-01-21', cancelled('core-group-1')]],
    '2027-01-21',
  );
  const told = called.filter(({ kind }) => kind === 'cancellation').map(({ to, why, owes }) => [to.id, why, owes?.you]);
  assert.deepEqual(told.sort(), [
    ['dad', undefined, false],
    ['ed', 'left', false],
    ['hana', undefined, false],
    ['sam', undefined, true],
  ]);
});

test('a former social worker is not expected; the new one and the manager get what is owed', () => {
  const told = notices([...START, ['2027-01-20', other('case-reallocated', { to: 'cara' })]], '2027-01-20');
  assert.deepEqual(
    told.filter(({ kind }) => kind === 'cancellation').map(({ to, why }) => [to.id, why]),
    [['sam', 'left']],
  );
  const given = told.filter(({ open }) => open);
  assert.deepEqual(given.map(({ to, why }) => [to.id, why]).sort(), [
    ['cara', 'taken-over'],
    ['tess', 'passed-on'],
  ]);
  assert.deepEqual(given[0]?.open, given[1]?.open);
  assert.ok(
    given[0]?.open?.every(({ key }) => !PEOPLE_IDS.test(key)),
    'duties and dates only',
  );
});
const PEOPLE_IDS = /\b(?:sam|tess|hana|ed|mum|dad|cara)\b/;

test('apologies carry who cannot come, for which date, and what comes instead', () => {
  const sorry = (more: object) =>
    other('apologies-received', { by: 'ed', meeting: 'core-group-1', person: 'ed', ...more });
  const told = (more: object) =>
    notices([...START, ['2027-01-20', sorry(more)]], '2027-01-20').find(({ rules }) => rules.includes('R50'));
  const one = told({ representative: 'the deputy head' });
  assert.deepEqual(
    [one?.to.id, one?.about?.role, one?.standIn, one?.text],
    ['sam', 'education', 'representative', undefined],
  );
  assert.equal(one?.booking?.start, '2027-01-28T10:00');
  assert.equal(told({})?.standIn, undefined);
  assert.ok(!JSON.stringify(one).includes('deputy head'));
});

test('a departure says who recorded it, by role, and keeps the reason on the case', () => {
  const late = held('core-group-1', '2027-01-28', { reason: 'Canary was ill' });
  const told = notices([...START, ['2027-01-28T12:00', late]], '2027-01-29').find(({ why }) => why === 'departure');
  assert.deepEqual([told?.to.id, told?.about?.role], ['tess', 'social-worker']);
  assert.ok(!JSON.stringify(told).includes('Canary'));
});
