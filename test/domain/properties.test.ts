// What holds for every life of a case, whatever happens in it: checked over random lives. A failure prints the seed that repeats it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { accept } from '../../domain/accept/accept.ts';
import { Refusal } from '../../domain/accept/refusal.ts';
import type { Recorded } from '../../domain/case/events.ts';
import { type Case, emptyCase } from '../../domain/case/facts.ts';
import { fold } from '../../domain/case/fold.ts';
import type { Step } from '../../domain/case/model.ts';
import { parseRecorded } from '../../domain/case/read-events.ts';
import { duties, planEnd } from '../../domain/duties/owed.ts';
import { nextStep, steps, takeBefore, takeDue } from '../../domain/notices/steps.ts';
import { NOTHING_TOLD, type Told } from '../../domain/notices/told.ts';
import { type Play, play } from '../../domain/play/player.ts';
import { type Calendar, fromLondon, type Instant, type LocalDate } from '../../domain/time/calendar.ts';
import { lives, upsetLives } from './random-case.ts';

/** How many lives each property is tried on; `RUNS=3000` for a soak. */
const RUNS = Number(process.env.RUNS ?? 100);

/** Says how to repeat a failure, and the shortest life that fails, as a diary. */
function reporter(outcome: fc.RunDetails<[Play]> | fc.RunDetails<[Play, fc.Stream<number>]>): void {
  if (!outcome.failed) return;
  const [life] = outcome.counterexample ?? [];
  const diary = life?.events.map(({ id, at, event }) => `${at} ${id} ${JSON.stringify(event)}`) ?? [];
  const closed = life && 'closureDays' in life.calendar ? `closed ${life.calendar.closureDays}` : '';
  throw new Error(
    [`seed ${outcome.seed}, path ${outcome.counterexamplePath}`, outcome.errorInstance, ...diary, closed].join('\n'),
  );
}

const check = (arbitrary: fc.Arbitrary<Play>, holds: (life: Play) => void) =>
  fc.assert(fc.property(arbitrary, holds), { numRuns: RUNS, reporter });

/** Everything but what travels beside it: policy, calendar, their versions. */
const facts = ({ policy, calendar, versions, ...rest }: Case): string => JSON.stringify([rest, versions.length]);

const typed = ({ id, at, event }: Play['events'][number]): Recorded =>
  parseRecorded({ id, recordedAt: fromLondon(at), event });

/** What a case carries when it continues as new: plain JSON, and nothing else. */
interface Carried {
  readonly events: readonly Recorded[];
  readonly told: Told;
}

/** Walks a life like the player, with a look at the case after each event. */
function walk({ file, policy, calendar, events, until }: Play, look: (c: Case, at: Instant, told: Told) => void): Case {
  let c = emptyCase(file, policy, calendar);
  let told = NOTHING_TOLD;
  for (const one of events.filter(({ at }) => fromLondon(at) <= until)) {
    const recorded = typed(one);
    told = takeBefore(c, told, recorded.recordedAt).told;
    const answer = accept(c, recorded);
    if (answer instanceof Refusal) continue;
    c = answer;
    look(c, recorded.recordedAt, told);
  }
  return c;
}

/** Reported: what is typed in late still makes some notices of the past. */

test('no notice for a duty after it is done, but that it was late', () => {
  check(lives, (life) => {
    const { case: c, steps: all } = play(life);
    const done = new Map(duties(c).flatMap((duty) => (duty.done ? [[duty.key, duty.done.known] as const] : [])));
    for (const step of all) {
      const known = step.duty === null || step.kind === 'information' ? undefined : done.get(step.duty);
      if (known !== undefined && step.duty?.split('/')[0] !== 'tell')
        assert.ok(step.at <= known, `${step.key} after ${known}`);
    }
  });
});

test('no reminder of a meeting that began, was held, or is not to be; nothing to hold, attend or confirm once the plan has ended', () => {
  check(lives, (life) => {
    const { case: c, steps: all } = play(life);
    const ended = planEnd(c)?.known;
    for (const step of all) {
      const [what] = step.duty?.split('/') ?? [];
      if (what === 'attend' && step.kind === 'reminder') {
        const meeting = step.meeting === null ? undefined : c.meetings[step.meeting];
        const over = step.booking && meeting?.bookings[step.booking.sequence]?.ended?.known;
        assert.ok(step.booking && step.at < fromLondon(step.booking.start), step.key);
        if (over) assert.ok(step.at <= over, `${step.key} after ${over}`);
        if (meeting?.held) assert.ok(step.at <= meeting.held.known, `${step.key} after it was held`);
      }
      if (
        ended !== undefined &&
        ['hold', 'attend', 'confirm', 'tell', 'agree'].includes(what ?? '') &&
        step.kind !== 'information'
      )
        assert.ok(step.at <= ended, `${step.key} after the plan ended, ${ended}`);
    }
  });
});

test('no step twice, all in order of time, timed ones at eight in London on days that are worked', () => {
  check(lives, (life) => {
    const { case: c, steps: all } = play(life);
    assert.equal(new Set(all.map((step) => step.key)).size, all.length);
    const perPerson = all.map((step) =>
      [step.at, step.duty, step.kind, step.to, step.meeting, step.rules, step.text].join(),
    );
    assert.equal(new Set(perPerson).size, perPerson.length, 'nobody is told the same twice at once');
    for (const step of all.filter((one) => ['chase', 'escalation'].includes(one.kind))) {
      const day = c.calendar.londonDate(step.at);
      assert.ok(c.calendar.isOpenDay(day) && c.calendar.morning(day) === step.at, step.key);
    }
    for (const [i, step] of all.entries())
      assert.ok(i === 0 || (all[i - 1]?.at ?? '') <= step.at, `${step.key} out of order`);
  });
});

test('each dated duty that is late for a week reached a manager, R14', () => {
  check(lives, (life) => {
    const { case: c, steps: all } = play(life);
    const today = c.calendar.londonDate(life.until);
    const last = c.events
      .map((one) => c.calendar.londonDate(one.recordedAt))
      .sort()
      .at(-1);
    const reached = (keys: readonly string[]) =>
      all.some((step) => step.to === 'tess' && keys.includes(step.duty ?? ''));
    for (const duty of duties(c)) {
      // An action is told to the social worker after a week; the table of ladders names no manager.
      if (duty.due === null || duty.lapsed || duty.key.startsWith('action/')) continue;
      if (duty.done) {
        if (duty.done.on > duty.due) assert.ok(reached([duty.key]), `${duty.key}, done late`);
      } else if (last !== undefined && week(c.calendar, duty.due, last) <= today)
        assert.ok(reached([duty.key, `confirm/${duty.meeting}`]), `${duty.key}, due ${duty.due}`);
    }
  });
});

/** A week of working days and a morning after the later of two days. */
const week = (calendar: Calendar, a: LocalDate, b: LocalDate): LocalDate => calendar.openDays(a > b ? a : b, 6);

test('any order in which the same events arrive gives the same case', () => {
  fc.assert(
    fc.property(fc.oneof(lives, upsetLives()), fc.infiniteStream(fc.nat()), (life, random) => {
      const c = walk(life, () => {});
      const shuffled = c.events
        .map((one) => [random.next().value, one] as const)
        .sort(([a], [b]) => a - b)
        .map(([, one]) => one);
      const start = emptyCase(life.file, life.policy, life.calendar);
      assert.equal(facts(fold(start, shuffled)), facts(c));
      assert.deepEqual(duties(fold(start, shuffled)), duties(c));
    }),
    { numRuns: RUNS, reporter },
  );
});

test('any event sent twice is as once', () => {
  check(lives, (life) => {
    const once = play(life);
    const twice = play({ ...life, events: life.events.flatMap((one, i) => (i % 2 === 0 ? [one, one] : [one])) });
    assert.deepEqual(twice.steps, once.steps);
    assert.equal(facts(twice.case), facts(once.case));
  });
});

test('a case that continues as new after every event goes on as if it had not', () => {
  check(fc.oneof(lives, upsetLives()), (life) => {
    const { file, policy, calendar, events, until } = life;
    let carried = JSON.stringify({ events: [], told: NOTHING_TOLD } satisfies Carried);
    const sent: Step[] = [];
    const goOn = (moment: Instant, including: boolean, one?: Play['events'][number]) => {
      const { events: before, told } = JSON.parse(carried) as Carried;
      const c = fold(emptyCase(file, policy, calendar), before);
      const now = (including ? takeDue : takeBefore)(c, told, moment);
      sent.push(...now.due);
      const answer = one ? accept(c, typed(one)) : c;
      const next = answer instanceof Refusal ? c : answer;
      carried = JSON.stringify({
        events: next.events,
        told: now.told,
      } satisfies Carried);
    };
    for (const one of events) if (fromLondon(one.at) <= until) goOn(fromLondon(one.at), false, one);
    goOn(until, true);
    const whole = play(life);
    if (whole.closed) return; // the player refuses what comes after; the loop has ended
    assert.deepEqual(sent, whole.steps);
  });
});

test('without a moment each ladder gives its first step; until one, those that follow it too', () => {
  check(fc.oneof(lives, upsetLives()), (life) => {
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
        if (!keys.has(step.key)) {
          assert.ok(
            all.some((one) => one.duty === step.duty && one.at < step.at),
            `${step.key} has no earlier one`,
          );
        }
      const next = nextStep(c, told);
      assert.deepEqual(bounded[0], next && next.at <= until ? next : undefined);
    });
  });
});

test('a limit never moves later while the calendar and the policy stay', () => {
  check(lives, (life) => {
    const due = new Map<string, LocalDate>();
    walk(life, (c) => {
      for (const duty of duties(c)) {
        if (duty.due === null || duty.key.startsWith('confirm/')) continue;
        const before = due.get(duty.key);
        assert.ok(before === undefined || duty.due <= before, `${duty.key} moved from ${before} to ${duty.due}`);
        due.set(duty.key, duty.due);
      }
    });
  });
});

const neverBack = (life: Play) => {
  walk(life, (c, at, told) => {
    for (const step of steps(c, told, at)) assert.ok(step.at >= at, `${step.key} of ${step.at} appears at ${at}`);
  });
};

test('what is recorded never makes a notice of the past', () => {
  check(lives, neverBack);
});

test('nor does a case that changes hands, or a member who joined or left long ago', () => {
  check(upsetLives('reallocated', 'joined before', 'left before'), neverBack);
});

test('nor does another manager of the social worker', () => {
  check(upsetLives('another manager'), neverBack);
});

test('nor does a family member who may be e-mailed from now on', () => {
  check(upsetLives('safe e-mail'), neverBack);
});
