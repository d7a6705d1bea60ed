// Mistakes put right (L1): the case is the one that was typed right the first time, and both versions stay.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rehearse } from '../../client/rehearse.ts';
import { readScenario } from '../../client/scenario.ts';
import { accept, acceptAll } from '../../domain/accept/accept.ts';
import { Refusal } from '../../domain/accept/refusal.ts';
import type { CaseEvent, Recorded } from '../../domain/case/events.ts';
import { type Case, emptyCase } from '../../domain/case/facts.ts';
import { beginning, fold } from '../../domain/case/fold.ts';
import { duties } from '../../domain/duties/owed.ts';
import { type Play, play } from '../../domain/play/player.ts';
import { addDays, inLondon, type LocalDate, type LocalDateTime } from '../../domain/time/calendar.ts';
import { lives, upsetLives } from '../support/random-lives.ts';
import fc from '../support/seeded.ts';
import { NEED_FILE, referral, review } from './need.ts';
import {
  accepted,
  booked,
  cancelled,
  duty,
  held,
  joined,
  left,
  minutes,
  moment,
  moved,
  notHeld,
  notices,
  other,
  owes,
  planEnded,
  recorded,
  refused,
  story,
  strategy,
  type Told,
  underPlan,
} from './support.ts';

const correct = (id: string, event: Told, more = {}) =>
  other('event-corrected', { corrects: id, event, reason: 'typed wrongly', ...more });
const withdraw = (id: string, more = {}) =>
  other('event-withdrawn', { withdraws: id, reason: 'never happened', ...more });
const rehearsed = (name: string) => rehearse(readScenario(`test/scenarios/life/${name}.yaml`));
const byAgreement = { reason: 'the next date is fixed by telephone' };

/** e1 strategy discussion, e2 conference, e3 and e4 the first two core groups. */
const twoHeld = () =>
  underPlan()
    .at('2027-01-28', held('core-group-1', '2027-01-28', byAgreement))
    .at('2027-02-24', held('core-group-2', '2027-02-24', byAgreement));

test('a meeting typed with the wrong date is corrected: limits count from the true one, L1 (D01a)', () => {
  const { owed, refused } = rehearsed('wrong-meeting-date');
  assert.deepEqual(refused, []);
  const due = Object.fromEntries(owed.map((one) => [one.duty, one.due]));
  assert.equal(due['hold/core-group-3'], '2025-06-17');
  assert.equal(due['minutes/core-group-2'], '2025-05-25');
});

test('an outcome that ended the plan is put right by the chair, not by the social worker, L1 (D01c)', () => {
  const { owed, refused } = rehearsed('wrong-outcome-end');
  assert.deepEqual(
    refused.map(({ at }) => at.slice(0, 16)),
    ['2025-06-10T13:05'],
  );
  assert.deepEqual(
    owed.map((one) => one.duty),
    [
      'minutes/core-group-1',
      'confirm/core-group-2',
      'hold/core-group-2',
      'minutes/review-conference-1',
      'hold/review-conference-2',
    ],
  );
});

test('a plan ended by mistake goes on when that is withdrawn, and its meetings with it, L1 (D01e)', () => {
  const { owed, refused } = rehearsed('plan-ended-by-mistake');
  assert.deepEqual(refused, []);
  assert.ok(owed.some((one) => one.duty === 'hold/core-group-3' && one.due === '2025-07-04'));
});

test('what is recorded in one minute stands in the order it was typed in, L2 (D02)', () => {
  const { notices, owed } = rehearsed('cancel-and-rebook');
  assert.ok(
    owed.some((one) => one.duty === 'confirm/core-group-1'),
    'the second booking stands',
  );
  assert.ok(notices.some(({ kind, at }) => kind === 'reminder' && at.startsWith('2025-05-07')));
  // Whatever the events are called.
  const c = underPlan({}, '2027-02-10')
    .at('2027-01-20', cancelled('core-group-1'), 'z')
    .at('2027-01-20', booked('core-group-1', '2027-02-11'), 'a')
    .case();
  assert.deepEqual(
    c.events.slice(-2).map(({ id }) => id),
    ['z', 'a'],
  );
});

test('both versions stay, and the one that stands has the original’s place under the correction’s id, L1', () => {
  const c = accepted(
    twoHeld().answer('2027-03-01', correct('e4', held('core-group-2', '2027-02-10', byAgreement)), 'c1'),
  );
  assert.deepEqual(
    c.events.map(({ id }) => id),
    ['e1', 'e2', 'e3', 'e4', 'c1'],
  );
  assert.deepEqual(
    c.stands?.map(({ id, recordedAt, arrival }) => [id, recordedAt, arrival]),
    [
      ['e1', moment('2027-01-04'), 1],
      ['e2', moment('2027-01-18'), 2],
      ['e3', moment('2027-01-28'), 3],
      ['c1', moment('2027-02-24'), 4],
    ],
  );
  assert.equal(c.meetings['core-group-2' as keyof typeof c.meetings]?.held?.on, '2027-02-10');
});

test('the newest correction counts, whether it names the original or the correction before it; withdrawn, the one before, L1', () => {
  const right = (on: string) => held('core-group-2', on, byAgreement);
  for (const second of ['e4', 'c1']) {
    const c = accepted(
      acceptAll(twoHeld().case(), [
        recorded('2027-03-01', correct('e4', right('2027-02-10')), 'c1'),
        recorded('2027-03-02', correct(second, right('2027-02-11')), 'c2'),
      ]),
    );
    assert.equal(duty(c, 'minutes/core-group-2').arises, '2027-02-11');
    const back = accepted(accept(c, recorded('2027-03-03', withdraw('c2'), 'w1')));
    assert.equal(duty(back, 'minutes/core-group-2').arises, '2027-02-10');
    const again = accepted(accept(back, recorded('2027-03-04', withdraw('w1'), 'w2')));
    assert.equal(duty(again, 'minutes/core-group-2').arises, '2027-02-11');
  }
});

test('a correction may be dated after the original was recorded, never after it is recorded itself, L1', () => {
  const to = (on: string) => twoHeld().answer('2027-03-01', correct('e4', held('core-group-2', on, byAgreement)));
  accepted(to('2027-02-26'));
  assert.match(refused(to('2027-03-02')).message, /had not come when this was recorded/);
});

const REFUSED: readonly (readonly [what: string, event: Told, why: RegExp])[] = [
  ['an event nobody knows', withdraw('e9'), /no event "e9"/],
  ['the event that opened the case', withdraw('e1'), /opened the case: it can be corrected, not withdrawn/],
  [
    'a correction that breaks a gate',
    correct('e4', held('core-group-2', '2027-02-10', { present: ['hana', 'ed'], ...byAgreement })),
    /^R63/,
  ],
  [
    'a correction into what Nodrift records',
    correct('e4', other('case-opened', { kind: 'child-in-need', ref: 'X' })),
    /recorded by Nodrift/,
  ],
  [
    'a correction to somebody unknown',
    correct('e4', held('core-group-2', '2027-02-10', { chair: 'x', present: ['x', 'ed', 'sam'] })),
    /"x"/,
  ],
  [
    'a correction that ends the plan, by the social worker',
    correct('e4', planEnded('2027-02-24')),
    /the chair or a manager puts it right \(tess, sue\)/,
  ],
];
for (const [what, event, why] of REFUSED)
  test(`refused in one line: ${what}, L1`, () => {
    const { message } = refused(twoHeld().answer('2027-03-01', event));
    assert.match(message, why);
    assert.doesNotMatch(message, /\n/);
  });

test('what is withdrawn is neither withdrawn again nor corrected; what Nodrift recorded is not put right by hand, L1', () => {
  const c = accepted(
    acceptAll(twoHeld().case(), [
      recorded('2027-03-01', withdraw('e4'), 'w1'),
      recorded('2027-03-01', other('address-refused', { by: 'nodrift', person: 'ed', code: '5.1.1' }), 'n1'),
    ]),
  );
  assert.deepEqual(
    owes(c).filter((key) => key.endsWith('core-group-2')),
    ['hold/core-group-2'],
  );
  const why = (event: Told) => refused(accept(c, recorded('2027-03-02', event))).message;
  assert.match(why(withdraw('e4')), /"e4" is withdrawn already; withdraw "w1" to bring it back/);
  assert.match(why(correct('e4', held('core-group-2', '2027-02-10'))), /withdrawn already/);
  assert.match(why(correct('w1', held('core-group-2', '2027-02-10'))), /is a withdrawal/);
  assert.match(why(withdraw('n1')), /Nodrift recorded/);
});

test('the opening event is corrected like any other: the conference is due from the true day, L1', () => {
  const c = accepted(
    story()
      .at('2027-01-04', strategy('2027-01-04'))
      .answer('2027-01-05', correct('e1', strategy('2027-01-02'))),
  );
  assert.deepEqual([c.began, duty(c, 'hold/initial-conference').due], ['2027-01-02', '2027-01-22']);
});

test('a correction that makes a later event impossible names it; recorded together they put each other right, L1', () => {
  const c = twoHeld().case();
  const first = recorded('2027-03-01', correct('e3', held('core-group-1', '2027-02-26', byAgreement)), 'c1');
  const second = recorded('2027-03-01', correct('e4', held('core-group-2', '2027-02-28', byAgreement)), 'c2');
  assert.match(refused(accept(c, first)).message, /could not have been: "e4" \(.*core-group/);
  const both = accepted(acceptAll(c, [first, second]));
  assert.deepEqual(duty(both, 'minutes/core-group-2').arises, '2027-02-28');
  const gone = recorded('2027-03-01', withdraw('e3'), 'w1');
  assert.match(refused(acceptAll(c, [second, gone])).message, /there cannot be a core-group-2 yet/);
  assert.match(refused(accept(c, gone)).message, /could not have been: "e4"/);
});

test('another version of what only some may record is for them to give: a social worker corrects no approval, L1', () => {
  const need = story({
    file: {
      ...story().empty().file,
      kind: 'child-in-need',
    },
  })
    .at('2027-01-04', other('referral-received', { on: '2027-01-04' }))
    .at('2027-01-05', other('consent-given', {}))
    .at('2027-01-20', other('assessment-completed', { on: '2027-01-20', outcome: 'family support' }))
    .at('2027-01-21', other('plan-proposed', { members: ['hana', 'mum'], discussedWith: ['mum'] }))
    .at('2027-01-22', other('plan-approved', { by: 'tess', on: '2027-01-22' }));
  const right = other('plan-approved', { by: 'tess', on: '2027-01-21' });
  assert.match(refused(need.answer('2027-01-25', correct('e5', right))).message, /^R89/);
  accepted(need.answer('2027-01-25', correct('e5', right, { by: 'tess' })));
});

// Who is told.

const atOf = (at: string) => ({ at: moment(at) });
const told = (life: ReturnType<typeof twoHeld>, at: string, until = '2027-04-30') =>
  life
    .until(until)
    .steps.filter((step) => step.at === atOf(at).at)
    .map(({ kind, to, meeting, booking, text }) => [kind, to, meeting, booking?.start ?? text].join(' '))
    .sort();

test('whoever was told that the plan ended hears once that the meeting is on, L1 (D01e)', () => {
  const { notices } = rehearsed('plan-ended-by-mistake');
  const again = notices.filter(({ at }) => at.startsWith('2025-05-19T10:00'));
  assert.deepEqual(
    again.map(({ kind, to, meeting }) => [kind, to, meeting]),
    [
      ...['mum', 'nurse', 'sw', 'teacher'].map((to) => ['change', to, 'core-group-2']),
      ...['chair', 'sm'].map((to) => ['change', to, null]),
    ],
  );
});

test('a booking typed for the wrong day is one change to everybody invited, numbered above what they have, L1', () => {
  const life = twoHeld()
    .at('2027-03-01', booked('core-group-3', '2027-03-16'))
    .at('2027-03-02', correct('e5', booked('core-group-3', '2027-03-18')));
  assert.deepEqual(
    told(life, '2027-03-02'),
    ['dad', 'ed', 'hana', 'sam'].map((to) => `change ${to} core-group-3 2027-03-18T10:00`),
  );
  const numbers = life
    .until('2027-03-02')
    .steps.filter(({ meeting, to }) => meeting === 'core-group-3' && to === 'ed')
    .map(({ booking }) => booking?.sequence);
  assert.deepEqual(numbers, [0, 1]);
});

test('a booking that never was is cancelled once to everybody invited, L1', () => {
  const life = twoHeld().at('2027-03-01', booked('core-group-3', '2027-03-16')).at('2027-03-02', withdraw('e5'));
  assert.deepEqual(told(life, '2027-03-02'), [
    ...['dad', 'ed', 'hana', 'sam'].map((to) => `cancellation ${to} core-group-3 2027-03-16T10:00`),
    // Mum cannot be written to: Sam was asked to tell her.
    'change sam  what was recorded wrongly is put right: telling the family about core group 3 is not owed',
  ]);
});

test('a cancellation that never was: everybody hears that the meeting is on, in a notice of its own, L1', () => {
  const on = underPlan({}, '2027-02-10').at('2027-02-01', cancelled('core-group-1')).at('2027-02-05', withdraw('e3'));
  assert.deepEqual(
    told(on, '2027-02-05').filter((line) => line.startsWith('change')),
    ['dad', 'ed', 'hana', 'sam'].map((to) => `change ${to} core-group-1 2027-02-10T10:00`),
  );
  const keys = on.until('2027-02-28').steps.map(({ key }) => key);
  assert.deepEqual(keys, [...new Set(keys)], 'the ledger sends each key once');
});

test('whoever was chased for what is not late after all hears so in one notice, and is not chased for it again, L1', () => {
  const life = underPlan()
    .at('2027-01-28', held('core-group-1', '2027-01-28', byAgreement))
    .at('2027-02-24', held('core-group-2', '2027-02-24', byAgreement))
    .at('2027-02-25', minutes('core-group-1', '2027-01-29'))
    .at('2027-03-15', correct('e4', held('core-group-2', '2027-03-12', byAgreement)));
  const what = /minutes of core group 2, which you were told of as due on 2027-03-01, are due on 2027-03-17/;
  const lines = told(life, '2027-03-15').filter((line) => what.test(line));
  assert.deepEqual(
    lines.map((line) => line.split(' ').slice(0, 2).join(' ')),
    ['change ed', 'change sam', 'change tess'],
  );
});

test('whoever was told that a plan had ended, that a meeting did not take place, or that something was late hears that it is not so, L1', () => {
  const put = (life: ReturnType<typeof story>, at: string) =>
    told(life, at)
      .filter((line) => line.includes('put right'))
      .map((line) => line.replace('  what was recorded wrongly is put right', ''));
  const over = twoHeld()
    .at('2027-03-01', planEnded('2027-03-01'))
    .at('2027-03-03', withdraw('e5', { by: 'tess' }));
  const ended = 'it is not so that the plan ended on 2027-03-01 without a review conference';
  // Tess ended it and put it right: she knows.
  assert.deepEqual(put(over, '2027-03-03'), [`change chris: ${ended}`, `change sue: ${ended}`]);

  const off = underPlan().at('2027-01-29', notHeld('core-group-1')).at('2027-01-30', withdraw('e3'));
  const on = 'core group 1, which you were told did not take place, is due on 2027-02-01';
  assert.deepEqual(
    put(off, '2027-01-30'),
    ['dad', 'ed', 'hana', 'tess'].map((to) => `change ${to}: ${on}`),
  );

  const late = underPlan()
    .at('2027-02-02', held('core-group-1', '2027-02-02', byAgreement))
    .at('2027-02-03', correct('e3', held('core-group-1', '2027-01-28', byAgreement)));
  assert.deepEqual(put(late, '2027-02-03'), [
    'change tess: core group 1, which you were told was done on 2027-02-02, after its limit, was held on 2027-01-28',
  ]);

  const sorry = other('apologies-received', { by: 'ed', meeting: 'core-group-1', person: 'ed' });
  const there = underPlan()
    .at('2027-01-20', sorry)
    .at('2027-01-21', withdraw('e3', { by: 'tess' }));
  assert.deepEqual(put(there, '2027-01-21'), [
    'change ed: somebody to stand in at core group 1 is not owed',
    'change sam: it is not so that the education representative sent apologies for core-group-1',
  ]);

  const moving = underPlan()
    .at('2027-01-20', other('case-reallocated', { by: 'tess', to: 'cara' }))
    .at('2027-01-21', withdraw('e3', { by: 'tess' }));
  assert.deepEqual(put(moving, '2027-01-21'), ['change cara: it is not so that the case is now with you']);
});

test('whoever was asked to a meeting in error is no longer expected, and the meeting goes on, L1', () => {
  const asked = underPlan().at('2027-01-20', joined('nora')).at('2027-01-21', withdraw('e3'));
  const [off] = notices(asked.until('2027-01-21'), { to: 'nora', kind: 'cancellation' });
  assert.deepEqual([off?.meeting, off?.why], ['core-group-1', 'left']);
});

test('what has no limit, and by a correction arose some days before, is made up for: nobody waits for its week, L1, L14', () => {
  const life = story({ file: NEED_FILE })
    .at('2027-03-01', referral('2027-03-01'))
    .at('2027-03-02', review('cin-review-1', '2027-03-02', { outcome: 'close' }))
    .at('2027-03-08T12:00', correct('e2', review('cin-review-1', '2027-03-01', { outcome: 'close' }), { by: 'tess' }));
  // Five working days after 1 March were over that morning, before anybody knew that it arose then.
  assert.deepEqual(
    notices(life.until('2027-03-15'), { duty: 'close/case', to: 'sam' }).map(
      ({ at, rung }) => `${at.slice(0, 10)} ${rung}`,
    ),
    ['2027-03-02 at-once', '2027-03-09 owner-first', '2027-03-15 weekly'],
  );
});

test('what is told another way once it is put right is told anew, and not besides as not so, L1', () => {
  const again = twoHeld()
    .at('2027-03-03', planEnded('2027-03-03'))
    .at('2027-03-04', correct('e5', planEnded('2027-03-02'), { by: 'tess' }));
  const ended = 'information %  the plan ended on 2027-03-02 without a review conference; the reason is on the case';
  assert.deepEqual(
    told(again, '2027-03-04').filter((line) => /ended on|put right/.test(line)),
    ['chris', 'sue'].map((to) => ended.replace('%', to)),
  );
});

// Properties.

const RUNS = Number(process.env.RUNS ?? 40);

/** What people see of what is owed: without when and by which event the case learned of it. */
const owing = (c: Case) => duties(c).map(({ known, edition, done, ends, ...rest }) => ({ ...rest, done: done?.on }));

/** The events of a random life that were accepted, in the order they came. */
function lived(life: {
  file: Case['file'];
  policy: Case['policy'];
  calendar: Parameters<typeof emptyCase>[2];
  events: Parameters<typeof arriving>[0];
}): Case {
  return arriving(life.events).reduce<Case>(
    (c, one) => {
      const answer = accept(c, one);
      return answer instanceof Refusal ? c : answer;
    },
    emptyCase(life.file, life.policy, life.calendar),
  );
}
const arriving = (events: readonly { id: string; at: string; event: unknown }[]): readonly Recorded[] =>
  [...events]
    .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
    .flatMap(({ id, at, event }) => {
      try {
        return [recorded(at, event as Told, id)];
      } catch {
        return [];
      }
    });

const anyLife = fc.oneof(lives, upsetLives());
type AnyLife = typeof anyLife extends fc.Arbitrary<infer T> ? T : never;
/** @param holds given a life, a number to choose by, and by how many days something was typed wrongly */
const check = (holds: (life: AnyLife, pick: number, by: number) => void) =>
  fc.assert(fc.property(anyLife, fc.nat(), fc.integer({ min: 1, max: 20 }), holds), {
    numRuns: RUNS,
    reporter,
    endOnFailure: true,
  });

/** Says how to repeat a failure, and the shortest life that fails, as a diary. */
function reporter(outcome: fc.RunDetails<[AnyLife, number, number]>): void {
  if (!outcome.failed) return;
  const [life, pick, by] = outcome.counterexample ?? [];
  const diary = life?.events.map(({ id, at, event }) => `${at} ${id} ${JSON.stringify(event).slice(0, 400)}`) ?? [];
  throw new Error([`seed ${outcome.seed}, ${pick}, ${by}`, outcome.errorInstance, ...diary].join('\n'));
}
const MISTAKEN = '2030-01-01T09:00:00Z' as Recorded['recordedAt'];

/** The same event typed wrongly: another day, or another meeting's. */
function wrongly(one: Recorded, by: number): Recorded {
  const event = one.event as { on?: LocalDate } & CaseEvent;
  return {
    ...one,
    event: (event.on === undefined
      ? { ...event, reason: 'wrong' }
      : { ...event, on: addDays(event.on, -by) }) as CaseEvent,
  };
}

const correction = (id: string, of: string, event: CaseEvent, at = MISTAKEN): Recorded => ({
  id,
  recordedAt: at,
  event: { type: 'event-corrected', by: 'tess', corrects: of, event, reason: 'typed wrongly' } as CaseEvent,
});
const withdrawal = (id: string, of: string, at = MISTAKEN): Recorded => ({
  id,
  recordedAt: at,
  event: { type: 'event-withdrawn', by: 'tess', withdraws: of, reason: 'no' } as CaseEvent,
});
const numbered = (events: readonly Recorded[]): readonly Recorded[] =>
  [...events]
    .sort((a, b) => (a.arrival ?? 1e9) - (b.arrival ?? 1e9))
    .map((one, i) => ({ ...one, arrival: one.arrival ?? i + 1 }));
const json = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

test('a case put right owes what the case typed right the first time owes, in any order, and across continue-as-new, L1', () => {
  check((life, pick, by) => {
    const c = lived(life);
    const open = c.events.filter(({ event }) => !event.type.endsWith('-changed'));
    const right = open[pick % Math.max(1, open.length)];
    if (!right) return;
    const mistaken = c.events.map((one) => (one === right ? wrongly(one, by) : one));
    const put = fold(beginning(c), numbered([...mistaken, correction('c1', right.id, right.event)]));
    assert.deepEqual(owing(put), owing(c));
    assert.deepEqual(owing(fold(beginning(c), [...put.events].reverse())), owing(c));
    assert.deepEqual(json(duties(fold(beginning(c), json(put.events)))), json(duties(put)));
  });
});

test('correcting back, or withdrawing what was withdrawn, gives the first case again, L1', () => {
  check((life, pick, by) => {
    const c = lived(life);
    const right = c.events[pick % Math.max(1, c.events.length)];
    if (!right) return;
    const wrong = correction('c1', right.id, wrongly(right, by).event);
    for (const back of [
      correction('c2', right.id, right.event),
      correction('c2', 'c1', right.event),
      withdrawal('w1', 'c1'),
    ])
      assert.deepEqual(owing(fold(beginning(c), numbered([...c.events, wrong, back]))), owing(c));
    const gone = [withdrawal('w1', right.id), withdrawal('w2', 'w1')];
    assert.deepEqual(owing(fold(beginning(c), numbered([...c.events, ...gone]))), owing(c));
  });
});

test('a member who left by mistake is one again when that is withdrawn, L1', () => {
  const c = twoHeld().at('2027-02-25', left('hana')).at('2027-02-26', booked('core-group-3', '2027-03-20'));
  const again = accepted(c.answer('2027-02-27', withdraw('e5')));
  assert.equal(again.memberships.find(({ person }) => person === 'hana')?.until, undefined);
});

/** The life with one thing put right in the middle of it; undefined where nothing was recorded by then. */
function putRightIn(life: Play, pick: number, event: (c: Case, one: Recorded) => object): Play | undefined {
  const c = play(life).case;
  const one = c.events.filter(({ event }) => !/-changed$|^case-|address/.test(event.type))[
    pick % Math.max(1, c.events.length)
  ];
  if (!one) return undefined;
  const after = inLondon((Date.parse(one.recordedAt) + 3 * 86_400_000 > 0 ? one.recordedAt : life.until) as never);
  const at = `${addDays(after.slice(0, 10) as LocalDate, 3)}T11:11` as LocalDateTime;
  return { ...life, events: [...life.events, { id: 'c1', at, event: { by: 'tess', reason: 'r', ...event(c, one) } }] };
}
const seen = (life: Play) =>
  play(life).steps.map(({ at, kind, to, duty, meeting, rung, repeat, due, text }) =>
    JSON.stringify([at, kind, to, duty, meeting, rung, repeat, due, text]),
  );

test('a correction that changes nothing tells nobody anything, and nothing is said again, L1', () => {
  check((life, pick) => {
    const same = putRightIn(life, pick, (_, one) => ({
      type: 'event-corrected',
      corrects: one.id,
      event: json(one.event),
    }));
    if (same) assert.deepEqual(seen(same).sort(), seen(life).sort());
  });
});

test('a meeting that the end of the plan called off and that goes on after all is called anew, under a key of its own, L1', () => {
  const { steps } = underPlan()
    .at('2027-02-01', booked('review-conference-1', '2027-04-12'), 'booked')
    .at('2027-02-10', planEnded('2027-02-10', { by: 'tess', reason: 'the child is safe' }), 'ended')
    .at('2027-02-12', withdraw('ended', { by: 'tess' }))
    .until('2027-02-12');
  const called = steps.filter(
    ({ duty, rung, to }) => /review/.test(duty ?? '') && rung === 'invitation' && to === 'hana',
  );
  assert.deepEqual(
    called.map(({ at, kind }) => [at, kind]),
    [
      ['2027-02-01T10:00:00Z', 'invitation'],
      ['2027-02-12T10:00:00Z', 'change'],
    ],
  );
  assert.equal(new Set(called.map(({ key }) => key)).size, 2);
});

test('what is put right makes no notice of the past, none twice, and all in order, L1', () => {
  check((life, pick, by) => {
    const put = putRightIn(life, pick, (_, one) =>
      by % 2 === 0
        ? { type: 'event-withdrawn', withdraws: one.id }
        : { type: 'event-corrected', corrects: one.id, event: json(wrongly(one, by).event) },
    );
    if (!put) return;
    const { steps, case: c } = play(put);
    if (!c.stands) return;
    const keys = steps.map(({ key }) => key);
    assert.deepEqual(keys, [...new Set(keys)]);
    assert.deepEqual(
      steps.map(({ at }) => at),
      steps.map(({ at }) => at).sort(),
    );
  });
});

test('a booking after its limit, whose cancellation is taken back, is told to the manager once, L1', () => {
  const story = underPlan()
    .at('2027-01-20', moved('core-group-1', '2027-02-05')) // due on 1 February
    .at('2027-01-21', cancelled('core-group-1'))
    .at('2027-01-22', withdraw('e4'));
  const told = notices(story.until('2027-01-25'), { to: 'tess' }).filter(({ why }) => why === 'booked-late');
  assert.deepEqual(
    told.map(({ at }) => at.slice(0, 10)),
    ['2027-01-20'],
  );
});
