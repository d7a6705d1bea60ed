// Ids are anybody's words: `constructor`, `toString` and their like name people and actions as well as any other, and nothing throws.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accept } from '../../domain/accept/accept.ts';
import { Refusal } from '../../domain/accept/refusal.ts';
import type { Case } from '../../domain/case/facts.ts';
import { fold } from '../../domain/case/fold.ts';
import { EventError, parseRecorded } from '../../domain/case/read-events.ts';
import { duties, owed } from '../../domain/duties/owed.ts';
import { dutyWords, meetingWords, roleWords } from '../../domain/notices/words.ts';
import { type Play, play } from '../../domain/play/player.ts';
import { addDays, dateOf, localDate, localDateTime } from '../../domain/time/calendar.ts';
import { lives } from '../support/random-lives.ts';
import fc from '../support/seeded.ts';
import * as say from './support.ts';

/** Names that every object has. `__proto__` is read as text, and refused: an id begins with a letter or a digit. */
const INHERITED = ['constructor', 'toString', 'hasOwnProperty', 'valueOf', 'isPrototypeOf', 'toLocaleString'];
const OTHERS = ['__proto__', '__defineGetter__', '__lookupSetter__', 'propertyIsEnumerable', 'length', 'name'];

const RENAMED: Readonly<Record<string, string>> = Object.fromEntries(
  ['sam', 'tess', 'hana', 'ed', 'nora', 'dad'].map((id, i) => [id, INHERITED[i] ?? id]),
);
const renamedId = (id: string): string => (Object.hasOwn(RENAMED, id) ? (RENAMED[id] ?? id) : id);

/** Every text that is somebody's id, wherever it stands. */
function renamed<T>(value: T): T {
  // `represent/core-group-1/hana` holds one too.
  if (typeof value === 'string') return value.split('/').map(renamedId).join('/') as T;
  if (Array.isArray(value)) return value.map(renamed) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, renamed(inner)])) as T;
}

test('a case is the same whatever its people are called: the same notices to the same people, and the same is owed', () => {
  fc.assert(
    fc.property(lives, (life: Play) => {
      const other = { ...life, file: renamed(life.file), events: renamed(life.events) };
      const [mine, theirs] = [life, other].map((one) => {
        const { steps, refused, closed, case: c } = play(one);
        return {
          steps: steps.map(({ at, kind, duty, meeting, to, rung, repeat }) => [
            at,
            kind,
            duty,
            meeting,
            to,
            rung,
            repeat,
          ]),
          refused: refused.map(({ at, type, rule }) => [at, type, rule]),
          owed: owed(c).map(({ key, owner, due }) => [key, owner, due]),
          closed,
        };
      });
      const sorted = (lines: readonly unknown[][]) => lines.map((line) => JSON.stringify(line)).sort();
      assert.deepEqual(sorted(renamed(mine!.steps)), sorted(theirs!.steps));
      assert.deepEqual(renamed({ ...mine, steps: [] }), { ...theirs, steps: [] });
    }),
    { numRuns: Number(process.env.RUNS ?? 100) },
  );
});

const id = fc.oneof(
  fc.constantFrom(...INHERITED, ...OTHERS),
  fc.constantFrom('sam', 'hana', 'dad', 'visit'),
  fc.string({ maxLength: 12 }),
);
const meeting = fc.constantFrom('initial-conference', 'core-group-1', 'core-group-2', 'review-conference-1');
const day = fc.integer({ min: -30, max: 60 }).map((n) => addDays(localDate('2027-01-20'), n));

/** Any event that names people, actions and meetings by ids that may be anything. */
const anything: fc.Arbitrary<say.Told> = fc.oneof(
  fc.tuple(id, id, day).map(([what, owner, due]) => say.agreed(what, { owner, due })),
  id.map((what) => say.agreed(what, { reason: 'to be seen' })),
  id.map((what) => say.actionDone(what)),
  fc.tuple(id, id).map(([who, manager]) => say.joined({ id: who, name: 'N', role: 'health', manager })),
  fc.tuple(id, id).map(([who, role]) => say.joined({ id: who, name: 'N', role })),
  fc.tuple(id, day).map(([who, on]) => say.left(who, { on })),
  fc.tuple(id, day, day, id).map(([who, from, until, by]) => say.cover(who, from, until, by)),
  fc.tuple(meeting, day, id).map(([which, on, chair]) => say.booked(which, on, { chair })),
  fc
    .tuple(meeting, day, id, id)
    .map(([which, on, chair, minuteTaker]) =>
      say.held(which, on, { chair, minuteTaker, present: [chair, minuteTaker, 'sam'], reason: 'so it was' }),
    ),
  fc.tuple(meeting, day).map(([which, on]) => say.minutes(which, on)),
  fc.tuple(meeting, id).map(([which, who]) => say.distributed(which, who)),
  fc.tuple(meeting, id).map(([which, who]) => say.told(which, who)),
  meeting.map((which) => say.notHeld(which)),
  meeting.map((which) => say.cancelled(which)),
  fc.tuple(id, id).map(([about, to]) => say.other('case-reallocated', { to, team: about })),
  id.map((about) => say.other('decision-recorded', { about, decision: about })),
  id.map((who) => say.other('address-refused', { by: 'nodrift', person: who, code: '5.1.1' })),
  fc.tuple(id, meeting).map(([who, which]) => say.other('apologies-received', { meeting: which, person: who })),
);

/** As it arrives from outside, or undefined where it cannot be read. */
function arriving(event: say.Told, at: string, called: string) {
  try {
    return parseRecorded({ id: called, recordedAt: say.moment(at), event });
  } catch (error) {
    if (error instanceof EventError) return undefined;
    throw error;
  }
}

test('whatever ids are, an event is read or not, taken or refused; never does anything throw', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(anything, day), { maxLength: 12 }), (events) => {
      const start = say.underPlan().case();
      const sorted = events.toSorted(([, a], [, b]) => (a < b ? -1 : 1));
      const all = sorted.flatMap(([event, on], i) => arriving(event, on, `x${i}`) ?? []);
      let c: Case = start;
      for (const one of all) {
        const answer = accept(c, one);
        if (!(answer instanceof Refusal)) c = answer;
        else assert.match(answer.message, /^[^\n]+$/);
      }
      for (const { key } of duties(c)) assert.doesNotMatch(dutyWords(key).thing, /native code/);
      // As an older release may have taken them, unasked.
      duties(fold(say.story().empty(), [...start.events, ...all]));
      const played = play({
        ...{ file: c.file, policy: c.policy, calendar: c.calendar },
        events: [
          ...say.underPlan().events,
          ...sorted.map(([event, on], i) => ({ id: `x${i}`, at: localDateTime(`${on}T10:00`), event })),
        ],
        until: say.moment(`${addDays(dateOf(localDateTime('2027-03-01T10:00')), 90)}`),
      });
      for (const step of played.steps) assert.ok(Object.hasOwn(played.case.people, step.to), step.to);
    }),
    { numRuns: Number(process.env.RUNS ?? 300) },
  );
});

for (const name of [...INHERITED, '__proto__'])
  test(`an action called ${name} is agreed and done like any other, if its id may be written at all`, () => {
    const agree = say.agreed(name, { owner: 'ed', due: '2027-02-01' });
    if (name === '__proto__') return assert.throws(() => say.recorded('2027-01-19', agree), EventError);
    const story = say.underPlan().at('2027-01-19', agree);
    assert.equal(say.duty(story.case(), `action/${name}`).owner, 'ed');
    assert.equal(
      say.duty(story.at('2027-01-20', say.actionDone(name)).case(), `action/${name}`).done?.on,
      '2027-01-20',
    );
  });

test('an action that a release before 0.2 took as done without its being agreed is that action, whatever it is called', () => {
  for (const name of ['visit', ...INHERITED]) {
    const done = say.recorded('2027-01-20', say.actionDone(name));
    const c = fold(say.story().empty(), [...say.underPlan().case().events, done]);
    assert.equal(say.duty(c, `action/${name}`).done?.on, '2027-01-20');
  }
});

test('words are words: a meeting, a role or a duty with the name of a JavaScript word is read out as it is written', () => {
  const labels = { meetings: {}, roles: {}, family: [] };
  for (const words of [
    meetingWords('constructor', labels),
    roleWords('constructor', labels),
    dutyWords('valueOf').family,
  ])
    assert.match(words, /^(constructor|valueOf)$/);
  assert.equal(dutyWords('constructor/toString', labels).thing, 'constructor toString');
});
