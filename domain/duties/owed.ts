// `owed`: what is owed now, by whom, by when: everything that arose and is not done. And when a case is over.

import type { Case, Dated } from '../case/facts.ts';
import type { Duty } from '../case/model.ts';
import { lifecycleOf } from '../lifecycles/registry.ts';
import { addDays, type Instant, type LocalDate } from '../time/calendar.ts';
import { actions } from './actions.ts';
import type { Arisen } from './arisen.ts';
import { endsWithPlan } from './families.ts';
import { owedAfter } from './meetings.ts';
import { owedToOthers } from './other-cases.ts';

/** A duty as it stands: `done` on a day, `lapsed` with the plan, or open. */
export type Standing = Arisen;

/** Every duty that ever arose, with how it stands. */
export function duties(c: Case): readonly Standing[] {
  const lifecycle = lifecycleOf(c);
  const ended = lifecycle.ended(c);
  const arisen = lifecycle.duties(c);
  for (const m of Object.values(c.meetings)) arisen.push(...owedAfter(c, m));
  arisen.push(...actions(c), ...owedToOthers(c));
  if (ended === undefined) return arisen;
  return arisen.map((duty) => (duty.done === undefined && endsWithPlan(duty.key) ? { ...duty, lapsed: true } : duty));
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

/** When the plan came to its end, and when the case learned of it; undefined while it runs. */
export const planEnd = (c: Case): Dated | undefined => lifecycleOf(c).ended(c);

/** How long a case stays open to corrections after its end, in days. */
export const DAYS_FOR_CORRECTIONS = 28;

/**
 * When the case is over: 28 days after its end, at 08:00, or as soon as nothing is owed any more.
 * Undefined while something is owed or the plan runs.
 */
export function closesAt(c: Case, all = duties(c)): Instant | undefined {
  const ended = planEnd(c);
  if (ended === undefined) return undefined;
  if (all.some((duty) => duty.done === undefined && !duty.lapsed)) return undefined;
  const last = all.reduce((latest, { done }) => (done && done.known > latest ? done.known : latest), ended.known);
  const corrections = c.calendar.morning(addDays(ended.on, DAYS_FOR_CORRECTIONS));
  return last > corrections ? last : corrections;
}

/** Past its limit on a day. Done on the limit is on time, until midnight in London (Counting 2). */
export const isLate = (duty: Pick<Duty, 'due'>, today: LocalDate): boolean => duty.due !== null && today > duty.due;
