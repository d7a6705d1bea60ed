// `owed`: what is owed now, by whom, by when: everything that arose and is not done. And when a case is over.

import type { Case, Dated } from '../case/facts.ts';
import { follows } from '../case/history.ts';
import type { Duty } from '../case/model.ts';
import { whoIsWho } from '../case/people.ts';
import { lifecycleOf } from '../lifecycles/registry.ts';
import { addDays, type Instant, type LocalDate } from '../time/calendar.ts';
import { actions } from './actions.ts';
import { handOver } from './after-the-end.ts';
import { allocation, asAllocated } from './allocation.ts';
import type { Arisen } from './arisen.ts';
import { endsWithPlan, outlivesCase } from './families.ts';
import { lastPutRight, type PutRight } from './last-put-right.ts';
import { owedAfter } from './meetings.ts';
import { endInError, owedToOthers } from './other-cases.ts';

/** A duty as it stands: `done` on a day, `lapsed` with the plan, or open. */
export type Standing = Arisen;

/** Every duty that ever arose, with how it stands. */
export function duties(c: Case): readonly Standing[] {
  const all = arisen(c);
  const last = lastPutRight(c);
  return asAllocated(c, last ? asLearned(all, last) : all);
}

/**
 * L1: what was put right and moved a limit, opened a duty or closed one is known since then, and its steps begin anew; what it left as it was is
 * as it was, and nothing is said again.
 */
function asLearned(all: readonly Standing[], last: PutRight): readonly Standing[] {
  const { at, by, before, after } = last;
  const was = new Map(duties(before).map((duty) => [duty.key, duty]));
  const became = new Map(arisen(after).map((duty) => [duty.key, duty]));
  const gone = takenAway(last);
  return all.map((duty) => {
    const then = became.get(duty.key);
    // It arose since, and may have been owed before something was put right: what is said of it now is not what was said then.
    if (!then) {
      const edition = gone.get(`${duty.key}|${duty.edition}`);
      return edition === undefined ? duty : { ...duty, edition };
    }
    const old = was.get(duty.key);
    const same = old !== undefined && standsTheSame(old, then) && !arisesLater(old, then);
    const isSooner = same && then.due === null && then.arises < old.arises;
    const learned = (known: Instant, unchanged: Instant | undefined) =>
      same ? (unchanged ?? known) : known > at ? known : at;
    const { done } = duty;
    return {
      ...duty,
      known: duty.known === then.known ? learned(duty.known, isSooner ? at : old?.known) : duty.known,
      edition: duty.edition !== then.edition ? duty.edition : same ? old.edition : by,
      done: done && done.known === then.done?.known ? { ...done, known: learned(done.known, old?.done?.known) } : done,
    };
  });
}

/** Duties, with their editions, that ceased to be owed as something was put right, each with what put it right last. */
function takenAway({ by, before, after }: PutRight): ReadonlyMap<string, string> {
  const earlier = lastPutRight(before);
  const still = new Set(arisen(after).map(({ key }) => key));
  const gone = new Map(earlier ? takenAway(earlier) : []);
  for (const { key, edition } of arisen(before)) if (!still.has(key)) gone.set(`${key}|${edition}`, by);
  return gone;
}

/** Whether nothing changed that anybody was told of: the limit, and how the duty stands. */
export const standsTheSame = (a: Standing, b: Standing): boolean =>
  a.due === b.due && a.lapsed === b.lapsed && a.done?.on === b.done?.on;

/** What has no limit is counted from the day it arose: with another day its weeks have other numbers. */
const arisesLater = (a: Standing, b: Standing): boolean => b.due === null && !b.done && b.arises > a.arises;

function arisen(c: Case): readonly Standing[] {
  const lifecycle = lifecycleOf(c);
  const ended = lifecycle.ended(c);
  const all = lifecycle.duties(c);
  const who = whoIsWho(c);
  for (const m of Object.values(c.meetings)) for (const duty of owedAfter(c, m, who)) all.push(duty);
  all.push(...actions(c), ...allocation(c), ...owedToOthers(c), ...handOver(c), ...endInError(c, ended ?? c.caseEnded));
  return lapsing(c, ended, c.broughtIn ? all.filter(sinceBroughtIn(c.broughtIn)) : all);
}

/** L9: what was done before a plan was brought in was nobody's to be late with here. */
const sinceBroughtIn =
  (brought: Dated) =>
  ({ done }: Arisen): boolean =>
    done === undefined || done.on > brought.on || done.known > brought.known;

function lapsing(c: Case, ended: Dated | undefined, all: readonly Standing[]): readonly Standing[] {
  if (ended === undefined && c.caseEnded === undefined) return all;
  const lapses = (key: string) =>
    (ended !== undefined && endsWithPlan(key)) || (c.caseEnded !== undefined && !outlivesCase(key));
  return all.map((duty) => (duty.done === undefined && lapses(duty.key) ? { ...duty, lapsed: true } : duty));
}

/** What is owed now. @param all the case's duties, where they were worked out already; so in the functions below */
export function owed(c: Case, all = duties(c)): readonly Duty[] {
  return all.filter((duty) => duty.done === undefined && !duty.lapsed);
}

/** What is owed at a moment, for people: without what arises later, and without telling of a meeting that has begun. */
export function owedAt(c: Case, now: Instant, all = duties(c)): readonly Duty[] {
  const today = c.calendar.londonDate(now);
  return owed(c, all).filter((duty) => duty.arises <= today && (duty.ends === undefined || duty.ends > now));
}

/** When the plan came to its end, or the case did before it, and when the case learned of it; undefined while it runs. */
export function planEnd(c: Case): Dated | undefined {
  const plan = lifecycleOf(c).ended(c);
  return plan && !(c.caseEnded && follows(c.caseEnded)(plan)) ? plan : c.caseEnded;
}

/** How long a case stays open to corrections after its end, in days. */
export const DAYS_FOR_CORRECTIONS = 28;

/**
 * When the case is over: 28 days after its end, or after it was opened again (L1), at 08:00, or as soon as nothing is owed any more.
 * Undefined while something is owed or the plan runs.
 */
export function closesAt(c: Case, all = duties(c)): Instant | undefined {
  const ended = planEnd(c);
  if (ended === undefined) return undefined;
  if (all.some((duty) => duty.done === undefined && !duty.lapsed)) return undefined;
  const last = all.reduce((latest, { done }) => (done && done.known > latest ? done.known : latest), ended.known);
  const since = c.reopened && c.reopened.on > ended.on ? c.reopened : ended;
  const corrections = c.calendar.morning(addDays(since.on, DAYS_FOR_CORRECTIONS));
  return last > corrections ? last : corrections;
}

/** Past its limit on a day. Done on the limit is on time, until midnight in London (Counting 2). */
export const isLate = (duty: Pick<Duty, 'due'>, today: LocalDate): boolean => duty.due !== null && today > duty.due;
