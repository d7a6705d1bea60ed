// What a desk may rely on, under the policies as shipped and over random lives: who owes something late hears of it the first working day after,
// a manager within ten, and no week passes in silence until it is done.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Case } from '../../domain/case/facts.ts';
import type { PersonId, Step } from '../../domain/case/model.ts';
import { managerAt, serviceManagerAt, socialWorkerAt } from '../../domain/case/people.ts';
import { putOffs } from '../../domain/case/put-off.ts';
import { endsWithPlan, familyOf, needsLimit, outlivesCase } from '../../domain/duties/families.ts';
import { duties, planEnd, type Standing } from '../../domain/duties/owed.ts';
import { reachable } from '../../domain/notices/ladder.ts';
import { type Play, play } from '../../domain/play/player.ts';
import type { Instant } from '../../domain/time/calendar.ts';
import { loadPolicy } from '../../policies/load.ts';
import { lives, putRightLives, saidAgainLives } from '../support/random-lives.ts';
import fc from '../support/seeded.ts';
import { BARNSLEY, HULL, singly } from './support.ts';

const RUNS = Number(process.env.RUNS ?? 100);
/** What bench/caseload-results.md offers to an authority: it may be no worse in this. */
const FEWER_STEPS = loadPolicy('bench/fewer-steps.json');
const shipped: fc.Arbitrary<Play> = fc
  .tuple(lives, fc.constantFrom(BARNSLEY, HULL, FEWER_STEPS))
  .map(([life, policy]) => ({ ...life, policy }));

interface Late {
  readonly c: Case;
  readonly duty: Standing;
  /** The first working morning after its limit, and after it became known. */
  readonly from: Instant;
  /** Until when it was open and looked at. */
  readonly until: Instant;
  readonly told: readonly Step[];
}

/** Every dated duty that was late for a morning, with what was told of it. */
function late(life: Play): readonly Late[] {
  const { case: c, steps, closed } = play(life);
  if (closed) return [];
  const ended = planEnd(c)?.known;
  return duties(c).flatMap((duty) => {
    const { due, known, done, lapsed, key, ends } = duty;
    if (due === null || lapsed) return [];
    const { calendar } = c;
    const after = calendar.morning(calendar.openDays(due, 1));
    const from = [after, calendar.nextMorning(known)].sort().at(-1)!;
    const until = [
      done?.known ?? life.until,
      ...(ended && (endsWithPlan(key) || (c.caseEnded && !outlivesCase(key))) ? [ended] : []),
      ...(ends ? [ends] : []),
    ].sort()[0]!;
    // As a plan is brought in, all that is late is told in one notice (L9).
    const listed = (step: Step) => step.why === 'brought-in' && step.open?.some((one) => one.key === key);
    const told = singly(steps).filter((step) => step.duty === key || listed(step));
    return from < until ? [{ c, duty, from, until, told }] : [];
  });
}

/** Says how to repeat a failure, and the shortest life that fails, as a diary. */
function reporter({ failed, seed, counterexample, counterexamplePath, errorInstance }: fc.RunDetails<[Play]>): void {
  if (!failed) return;
  const diary = counterexample?.[0].events.map(({ id, at, event }) => `${at} ${id} ${JSON.stringify(event)}`) ?? [];
  throw new Error([`seed ${seed}, path ${counterexamplePath}`, errorInstance, ...diary].join('\n'));
}

const check = (holds: (one: Late) => void) =>
  fc.assert(
    fc.property(shipped, (life) => {
      for (const one of late(life)) holds(one);
    }),
    { numRuns: RUNS, reporter },
  );

const owners = ({ c, duty }: Late, at: Instant): readonly PersonId[] =>
  reachable(c, duty.ownerIs ? socialWorkerAt(c, at) : duty.owner, at);

/** Both managers, or whoever stands in for one. */
const managers = ({ c }: Late, at: Instant): readonly PersonId[] =>
  [managerAt(c, at), serviceManagerAt(c, at)].flatMap((id) => (id === undefined ? [] : [id, ...reachable(c, id, at)]));

const says = ({ duty, told, from }: Late): string =>
  `${duty.key}, due ${duty.due}, from ${from}: ${told.map((one) => `${one.at} ${one.to}`)}`;

/**
 * docs/rules.md, Ladders, says why. Whether a meeting was held is asked two days after it: its holding is what may be late. A decision is
 * asked for at once, and again after two. Papers are asked for until the day before they are due, and then each week.
 */
const hasItsOwnDays = ({ key, ladder }: Standing): boolean =>
  ['confirm', 'papers'].includes(familyOf(key) ?? '') || ladder === 'approve';

test('whoever owes something late hears of it on the first working day after its limit, or after it became known', () => {
  check((one) => {
    if (hasItsOwnDays(one.duty) || putOffs(one.c, one.duty).length > 0) return;
    const heard = one.told.some(
      ({ at, to }) => one.c.calendar.londonDate(at) > one.duty.due! && at <= one.from && owners(one, at).includes(to),
    );
    assert.ok(heard, says(one));
  });
});

const MOST_WORKING_DAYS = 10;

test('a manager hears of what is late within ten working days of its limit, or two of when it became known, L16, L18', () => {
  check((one) => {
    const { calendar } = one.c;
    const fromLimit = calendar.openDays(one.duty.due!, MOST_WORKING_DAYS);
    // L16: its owner the next working morning, the others the one after that.
    const fromKnown = calendar.openDays(calendar.londonDate(calendar.nextMorning(one.duty.known)), 1);
    const by = calendar.morning(fromLimit > fromKnown ? fromLimit : fromKnown);
    if (by >= one.until) return;
    assert.ok(
      one.told.some(({ at, to }) => at <= by && managers(one, at).includes(to)),
      says(one),
    );
  });
});

const WORKING_WEEK = 5;
/** What became known late is told anew, and what is told anew stands for the list of the next morning. */
const TOLD_ANEW = 6;

test('nothing that is late is silent for longer than five working days, until it is done, L14', () => {
  check((one) => {
    const { calendar } = one.c;
    // Whoever asks to be asked again speaks of it themselves.
    const asked = putOffs(one.c, one.duty).map(({ known }) => known);
    const spoken = [...one.told.map(({ at }) => at), ...asked].filter((at) => at > one.from);
    const heard = [...new Set([one.from, ...spoken])].sort();
    for (const [i, at] of heard.entries()) {
      const atLatest = calendar.morning(calendar.openDays(calendar.londonDate(at), i === 0 ? TOLD_ANEW : WORKING_WEEK));
      assert.ok((heard[i + 1] ?? one.until) <= atLatest || one.until <= atLatest, `after ${at}: ${says(one)}`);
    }
  });
});

const asksWithoutLimit: fc.Arbitrary<Play> = fc
  .tuple(fc.oneof(lives, saidAgainLives, putRightLives), fc.constantFrom(BARNSLEY, HULL, FEWER_STEPS))
  .map(([life, policy]) => ({ ...life, policy }));

test('nor is anything that is asked for without a limit, from when it is asked for, R47, L14', () => {
  const holds = (life: Play) => {
    const { case: c, steps, closed } = play(life);
    if (closed) return;
    const { calendar } = c;
    const ended = planEnd(c)?.known;
    for (const duty of duties(c)) {
      const { key, due, done, lapsed, quiet, ends, known } = duty;
      // A looked after child's group says itself when it meets next: the group is owed, and nobody is chased (R84).
      if (due !== null || lapsed || quiet !== undefined || needsLimit(duty)) continue;
      const until = [
        done?.known ?? life.until,
        ...(ended && (endsWithPlan(key) || (c.caseEnded && !outlivesCase(key))) ? [ended] : []),
        ...(ends ? [ends] : []),
      ].sort()[0]!;
      const asked = putOffs(c, duty).map((one) => one.known);
      const told = singly(steps).filter((step) => step.duty === key);
      const heard = [...new Set([known, ...told.map(({ at }) => at), ...asked].filter((at) => at >= known))].sort();
      for (const [i, at] of heard.entries()) {
        const atLatest = calendar.morning(calendar.openDays(calendar.londonDate(at), TOLD_ANEW));
        assert.ok(
          (heard[i + 1] ?? until) <= atLatest || until <= atLatest,
          `after ${at}: ${key}: ${told.map((one) => `${one.at} ${one.rung} ${one.to}`)}`,
        );
      }
    }
  };
  fc.assert(fc.property(asksWithoutLimit, holds), { numRuns: RUNS, reporter });
});
