// What holds for every life of a case of any kind, whatever happens in it: checked over random lives. A failure prints the seed that repeats it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accept } from '../../domain/accept/accept.ts';
import { Refusal } from '../../domain/accept/refusal.ts';
import type { Recorded } from '../../domain/case/events.ts';
import { type Case, emptyCase } from '../../domain/case/facts.ts';
import { fold } from '../../domain/case/fold.ts';
import type { DutyKey, Step } from '../../domain/case/model.ts';
import { duties, planEnd, type Standing } from '../../domain/duties/owed.ts';
import { nextStep, steps, takeBefore, takeDue } from '../../domain/notices/steps.ts';
import { NOTHING_TOLD, type Told } from '../../domain/notices/told.ts';
import { type Play, play, prepare } from '../../domain/play/player.ts';
import { addDays, type Calendar, fromLondon, type Instant, type LocalDate } from '../../domain/time/calendar.ts';
import { lives, putRightLives, saidAgainLives, upsetLives } from '../support/random-lives.ts';
import fc from '../support/seeded.ts';
import { singly } from './support.ts';

/** How many lives each property is tried on; `RUNS=3000` for a soak. */
const RUNS = Number(process.env.RUNS ?? 100);
const anyLife = fc.oneof(lives, upsetLives(), putRightLives);

/** Says how to repeat a failure, and the shortest life that fails, as a diary. */
function reporter(outcome: fc.RunDetails<[Play, fc.Stream<number>]>): void {
  if (!outcome.failed) return;
  const [life] = outcome.counterexample ?? [];
  const diary = life?.events.map(({ id, at, event }) => `${at} ${id} ${JSON.stringify(event).slice(0, 400)}`) ?? [];
  const closed = life && 'closureDays' in life.calendar ? `closed ${life.calendar.closureDays}` : '';
  throw new Error(
    [`seed ${outcome.seed}, path ${outcome.counterexamplePath}`, outcome.errorInstance, ...diary, closed].join('\n'),
  );
}

/** @param holds given a life, and numbers to choose by */
const check = (arbitrary: fc.Arbitrary<Play>, holds: (life: Play, random: fc.Stream<number>) => void) =>
  fc.assert(fc.property(arbitrary, fc.infiniteStream(fc.nat()), holds), { numRuns: RUNS, reporter });

/** Everything but what travels beside it: policy, calendar, their versions. */
const facts = ({ policy, calendar, versions, ...rest }: Case): string => JSON.stringify([rest, versions.length]);

/** The events that can be read, in the order they are typed in. */
const readable = (life: Play): readonly Recorded[] =>
  prepare(life).events.flatMap(({ recordedAt, read }) =>
    read instanceof Refusal || recordedAt > life.until ? [] : [read],
  );

/** Walks a life like the player, with a look at the case after each event, and at what is told before each. */
function walk(
  life: Play,
  look: (c: Case, at: Instant, told: Told) => void,
  before: (c: Case, due: readonly Step[]) => void = () => {},
): Case {
  let c = emptyCase(life.file, life.policy, life.calendar);
  let told = NOTHING_TOLD;
  for (const recorded of readable(life)) {
    const taken = takeBefore(c, told, recorded.recordedAt);
    told = taken.told;
    before(c, taken.due);
    const answer = accept(c, recorded);
    if (answer instanceof Refusal) continue;
    c = answer;
    look(c, recorded.recordedAt, told);
  }
  before(c, takeDue(c, told, life.until).due);
  return c;
}

const family = (key: DutyKey | null): string => key?.split('/')[0] ?? '';

test('no notice for a duty after it is done, but that it was late', () => {
  check(lives, (life) => {
    const { case: c, steps: all } = play(life);
    const done = new Map(duties(c).flatMap((duty) => (duty.done ? [[duty.key, duty.done.known] as const] : [])));
    for (const step of all) {
      const known = step.duty === null || step.kind === 'information' ? undefined : done.get(step.duty);
      if (known !== undefined && !['tell', 'attend'].includes(family(step.duty)))
        assert.ok(step.at <= known, `${step.key} after ${known}`);
    }
  });
});

test('no reminder of a meeting that began, was held, or is not to be', () => {
  check(lives, (life) => {
    const { case: c, steps: all } = play(life);
    for (const step of all) {
      if (family(step.duty) !== 'attend' || step.kind !== 'reminder') continue;
      const meeting = step.meeting === null ? undefined : c.meetings[step.meeting];
      const over = meeting?.bookings.find(({ edition }) => edition === step.booking?.edition)?.ended?.known;
      assert.ok(step.booking && step.at < fromLondon(step.booking.start), step.key);
      if (over) assert.ok(step.at <= over, `${step.key} after ${over}`);
      if (meeting?.held) assert.ok(step.at <= meeting.held.known, `${step.key} after it was held`);
    }
  });
});

/** What is still asked for when a plan has ended: what was left undone, and that others hear of the end. */
const AFTER_THE_END =
  'minutes distribute action explain letter notify step-down circulate open report say-next transfer'.split(' ');

test('once the plan has ended only what was left undone, and that others hear of the end, is asked for', () => {
  check(lives, (life) => {
    const { case: c, steps: all } = play(life);
    const ended = planEnd(c)?.known;
    for (const { duty, kind, at, key } of all)
      if (ended !== undefined && at > ended && duty !== null && kind !== 'information')
        assert.ok(AFTER_THE_END.includes(family(duty)), `${key} at ${at}, ended ${ended}`);
  });
});

const twice = (all: readonly string[]) => all.filter((one, i) => all.indexOf(one) !== i);

test('no step twice, all in order of time, timed ones at eight in London on days that are worked', () => {
  check(lives, (life) => {
    const { case: c, steps: all } = play(life);
    assert.deepEqual(twice(all.map((step) => step.key)), []);
    const perPerson = all.map((step) =>
      [step.at, step.duty, step.kind, step.to, step.meeting, step.rules, step.text, step.about].join(),
    );
    assert.deepEqual(twice(perPerson), [], 'nobody is told the same twice at once');
    for (const step of all.filter((one) => ['chase', 'escalation'].includes(one.kind))) {
      const day = c.calendar.londonDate(step.at);
      assert.ok(c.calendar.isOpenDay(day) && c.calendar.morning(day) === step.at, step.key);
    }
    for (const [i, step] of all.entries())
      assert.ok(i === 0 || (all[i - 1]?.at ?? '') <= step.at, `${step.key} out of order`);
  });
});

test('no key is told twice in one life, whatever turns it upside down or is put right in it', () => {
  const all = fc.oneof(anyLife, saidAgainLives, upsetLives('policy'));
  check(all, (life) => assert.deepEqual(twice(play(life).steps.map(({ key }) => key)), []));
});

/** An action is told to the social worker after a week, its ladder names no manager; of papers the manager hears the day before the review. */
const reachesManager = ({ key, due, lapsed }: Standing): boolean =>
  due !== null && !lapsed && !['action', 'papers'].includes(family(key));

test('each dated duty that is late for a week reached a manager, R14', () => {
  check(lives, (life) => {
    const { case: c, steps: told } = play(life);
    const all = singly(told);
    const today = c.calendar.londonDate(life.until);
    const last = c.events
      .map((one) => c.calendar.londonDate(one.recordedAt))
      .sort()
      .at(-1);
    const reached = (...keys: string[]) =>
      all.some((step) => ['tess', 'sue'].includes(step.to) && keys.includes(step.duty ?? ''));
    for (const duty of duties(c)) {
      if (!reachesManager(duty)) continue;
      const due = duty.due!;
      const theirs = (at: Instant) =>
        c.events.some((one) => known(one) === at && ['tess', 'sue'].includes(one.event.by));
      if (duty.done)
        assert.ok(duty.done.on <= due || reached(duty.key) || theirs(duty.done.known), `${duty.key}, done late`);
      else if (last !== undefined && inTime(c.calendar, due, last, family(duty.key)) <= today)
        assert.ok(reached(duty.key, `confirm/${duty.meeting}`), `${duty.key}, due ${due}`);
    }
  });
});

const known = ({ known: at, recordedAt }: Recorded): Instant => at ?? recordedAt;

/** A week of working days and a morning after the later of two days; whether a meeting was held is asked twice, and then each week (L17). */
const inTime = (calendar: Calendar, a: LocalDate, b: LocalDate, of: string): LocalDate =>
  calendar.openDays(a > b ? a : b, of === 'confirm' ? 11 : 6);

test('any order in which the same events are given gives the same case', () => {
  check(anyLife, (life, random) => {
    const c = walk(life, () => {});
    const again = fold(emptyCase(life.file, life.policy, life.calendar), shuffled(c.events, random));
    assert.equal(facts(again), facts(c));
    assert.deepEqual(duties(again), duties(c));
  });
});

test('any order in which events of different moments arrive gives the same case, L2', () => {
  check(anyLife, (life, random) => {
    const moments = new Set<Instant>();
    const apart = walk(life, () => {}).events.filter(
      ({ recordedAt }) => !moments.has(recordedAt) && moments.add(recordedAt),
    );
    const arriving = (events: readonly Recorded[]) =>
      fold(
        emptyCase(life.file, life.policy, life.calendar),
        events.map((one, i) => ({ ...one, arrival: i + 1 })),
      );
    const without = (all: readonly Recorded[]) => all.map(({ arrival, ...one }) => one);
    const unnumbered = (c: Case) =>
      facts({ ...c, events: without(c.events), stands: c.stands ? without(c.stands) : undefined });
    assert.equal(unnumbered(arriving(shuffled(apart, random))), unnumbered(arriving(apart)));
  });
});

const shuffled = <T>(all: readonly T[], random: fc.Stream<number>): readonly T[] =>
  all
    .map((one) => [random.next().value, one] as const)
    .sort(([a], [b]) => a - b)
    .map(([, one]) => one);

test('any event sent twice is as once', () => {
  check(anyLife, (life) => {
    const once = play(life);
    const twice = play({ ...life, events: life.events.flatMap((one, i) => (i % 2 === 0 ? [one, one] : [one])) });
    assert.deepEqual(twice.steps, once.steps);
    assert.equal(facts(twice.case), facts(once.case));
    assert.deepEqual(duties(twice.case), duties(once.case));
  });
});

test('forgetting at any moment what was worked out changes nothing', () => {
  check(anyLife, (life, random) => {
    const remembering: unknown[] = [];
    const forgetting: unknown[] = [];
    const told = (into: unknown[], at: (c: Case) => void) =>
      walk(
        life,
        (c, _, soFar) => {
          at(c);
          into.push(duties(c), nextStep(c, soFar));
          at(c);
        },
        (c, due) => {
          at(c);
          into.push(due);
        },
      );
    told(remembering, () => {});
    told(forgetting, (c) => {
      if (random.next().value % 2 === 0) c.memory.forget();
    });
    assert.deepEqual(forgetting, remembering);
  });
});

/** What a case carries when it continues as new: plain JSON, and nothing else. */
interface Carried {
  readonly events: readonly Recorded[];
  readonly told: Told;
}

test('a case that continues as new after every event goes on as if it had not', () => {
  check(anyLife, (life) => {
    let carried = JSON.stringify({ events: [], told: NOTHING_TOLD } satisfies Carried);
    const sent: Step[] = [];
    const goOn = (moment: Instant, take: typeof takeDue | typeof takeBefore, one?: Recorded) => {
      const { events, told: before } = JSON.parse(carried) as Carried;
      const c = fold(emptyCase(life.file, life.policy, life.calendar), events);
      const { due, told } = take(c, before, moment);
      sent.push(...due);
      const answer = one ? accept(c, one) : c;
      carried = JSON.stringify({ events: (answer instanceof Refusal ? c : answer).events, told } satisfies Carried);
    };
    for (const one of readable(life)) goOn(one.recordedAt, takeBefore, one);
    goOn(life.until, takeDue);
    const whole = play(life);
    // A player opens other cases at once and ends with its case: the rest is told in other-cases.test.ts.
    if (!whole.closed && whole.case.opened.length === 0) assert.deepEqual(sent, whole.steps);
  });
});

test('without a moment each ladder gives its first step; until one, those that follow it too', () => {
  check(anyLife, (life) => {
    walk(life, (c, at, told) => {
      const until = c.calendar.morning(c.calendar.openDays(c.calendar.londonDate(at), 12));
      const bounded = steps(c, told, until);
      const all = steps(c, told).filter((step) => step.at <= until);
      const keys = new Set(all.map((step) => step.key));
      assert.deepEqual(
        bounded.filter((step) => keys.has(step.key)),
        all,
      );
      for (const step of bounded)
        assert.ok(
          keys.has(step.key) || all.some((one) => one.duty === step.duty && one.at < step.at),
          `${step.key} has no earlier one`,
        );
      const next = nextStep(c, told);
      assert.deepEqual(bounded[0], next && next.at <= until ? next : undefined);
    });
  });
});

/** R8: an action may be done by a later day where that was asked for in time, and agreed. */
const isAgreedLater = (c: Case, key: string): boolean =>
  c.events.some(
    ({ event }) => event.type === 'later-date-answered' && event.agreed && key === `action/${event.action}`,
  );

test('a limit never moves later while its meeting, the calendar and the policy stay', () => {
  check(lives, (life) => {
    const seen = new Map<string, { readonly due: LocalDate; readonly arises: LocalDate }>();
    walk(life, (c) => {
      for (const { key, due, arises, done } of duties(c)) {
        // What is due on the day of a booking is due when that is.
        if (due === null || ['confirm', 'papers'].includes(family(key))) continue;
        const before = seen.get(key);
        if (isAgreedLater(c, key)) continue;
        // Typed in late as done before the interval was tightened: it was never under that limit.
        if (before?.arises === arises && !(done && done.on <= before.due))
          assert.ok(due <= before.due, `${key} moved from ${before.due} to ${due}`);
        seen.set(key, { due, arises });
      }
    });
  });
});

test('what is asked for without a limit never arises later than it did: saying it once more puts nothing off', () => {
  check(fc.oneof(lives, saidAgainLives), (life) => {
    const seen = new Map<string, LocalDate>();
    walk(life, (c) => {
      for (const { key, edition, ladder, due, arises, done, lapsed } of duties(c)) {
        if (due !== null || done || lapsed) continue;
        const asked = `${key} ${edition} ${ladder}`;
        const before = seen.get(asked) ?? arises;
        assert.ok(arises <= before, `${asked} moved from ${before} to ${arises}`);
        seen.set(asked, arises);
      }
    });
  });
});

test('a child’s own interval between meetings is never longer than the policy’s, R99', () => {
  check(lives, (life) => {
    walk(life, (c) => {
      for (const { key, due, arises } of duties(c))
        if (due !== null && /^hold\/cin-meeting-([2-9]|1\d)$/.test(key))
          assert.ok(due <= addDays(arises, 42), `${key}: ${arises}, ${due}`);
    });
  });
});

for (const [what, arbitrary] of [
  ['what is recorded', lives],
  [
    'a case that changes hands, or a member who joined or left long ago,',
    upsetLives('reallocated', 'joined before', 'left before'),
  ],
  // One who joins a case without any is told of it from then on: what there was to tell nobody is not told to them.
  ['another manager of the social worker', upsetLives('another manager')],
  ['a family member who may be e-mailed from now on', upsetLives('safe e-mail')],
  ['another policy or calendar', upsetLives('policy', 'calendar')],
] as const)
  test(`${what} never makes a notice of the past`, () => {
    check(arbitrary, (life) => {
      const taken = new Set<string>();
      walk(
        life,
        (c, at, told) => {
          // What is told is not looked at again, so a notice of the past would be lost: looked for as if nothing were told.
          for (const step of steps(c, { ...told, until: NOTHING_TOLD.until }, at))
            assert.ok(step.at >= at || taken.has(step.key), `${step.key} of ${step.at} appears at ${at}`);
        },
        (_, due) => {
          for (const { key } of singly(due)) taken.add(key);
        },
      );
    });
  });
