// When something is due: a policy's limit counted from what happened, with the book-by date and the target beside it.

import type { Case, Dated, Version } from '../case/facts.ts';
import type { Rule } from '../case/model.ts';
import type { Limit, LimitName, Policy } from '../policy/policy.ts';
import type { LocalDate } from '../time/calendar.ts';

export interface Due {
  readonly due: LocalDate | null;
  readonly bookBy: LocalDate | null;
  readonly target: LocalDate | null;
  readonly rules: readonly Rule[];
}

/** Nothing says when. */
export const undated = (rules: readonly Rule[]): Due => ({ due: null, bookBy: null, target: null, rules });

/** Due on a day that an event names. */
export function dueOn(c: Case, due: LocalDate, rules: readonly Rule[]): Due {
  return { due, bookBy: c.calendar.bookBy(due), target: null, rules };
}

/**
 * The limit of that name, counted from a trigger.
 * A changed calendar reaches what is still open. A changed policy reaches what arises later; with `reproject` it reaches what is open,
 * and never makes it later. What is done keeps the limit it was done under.
 */
export function dueAfter(c: Case, name: LimitName, trigger: Dated, done: Dated | undefined): Due {
  const calendar = calendarFor(c, done);
  if (c.versions.length === 1) return counted(calendar, c.policy.limits[name], trigger.on);
  return policiesFor(c, trigger, done)
    .map(({ limits }) => counted(calendar, limits[name], trigger.on))
    .reduce(noLater);
}

/** Only a calendar moves a limit later. No limit at all is later than any. */
const noLater = (before: Due, now: Due): Due =>
  now.due === null || (before.due !== null && now.due > before.due) ? before : now;

function counted(calendar: Version['calendar'], limit: Limit | null | undefined, from: LocalDate): Due {
  if (!limit) return undated([]);
  const due = calendar.limit(from, limit);
  const target = limit.target ? calendar.limit(from, limit.target) : null;
  return {
    due,
    bookBy: calendar.bookBy(due),
    // A target later than its limit is shown as the limit.
    target: target !== null && target > due ? due : target,
    rules: limit.rules,
  };
}

/**
 * The policies that decide about what a trigger made due, oldest first: the one in force on the trigger's own day and known when it was
 * typed in, and each that was later applied to what was open.
 */
export function policiesFor(c: Case, trigger: Dated, done: Dated | undefined): readonly Policy[] {
  if (c.versions.length === 1) return [c.policy];
  const inForce = (v: Version) => v.since <= trigger.known && c.calendar.londonDate(v.since) <= trigger.on;
  const first = c.versions.findLastIndex((v, i) => i === 0 || inForce(v));
  const applied = (v: Version) => v.reproject && (done === undefined || v.since <= done.known);
  return c.versions.filter((v, i) => i === first || (i > first && applied(v))).map((v) => v.policy);
}

function calendarFor(c: Case, done: Dated | undefined): Version['calendar'] {
  if (c.versions.length === 1 || done === undefined) return c.calendar;
  return c.versions.findLast((v) => v.since <= done.known)?.calendar ?? c.calendar;
}

/** The limit and target brought forward to so many days after a day, and never moved later. */
export function earliest(c: Case, before: Due, from: LocalDate, days: number, rules: readonly Rule[]): Due {
  const own = c.calendar.limit(from, { within: days, unit: 'days' });
  const target = before.target !== null && before.target < own ? before.target : before.target === null ? null : own;
  if (before.due !== null && before.due <= own) return { ...before, target };
  return { due: own, bookBy: c.calendar.bookBy(own), target, rules: [...before.rules, ...rules] };
}
