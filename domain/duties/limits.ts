// When something is due: a policy's limit counted from what happened, with the book-by date and the target beside it.

import { type Case, calendarAt, type Dated, type Version } from '../case/facts.ts';
import type { Rule } from '../case/model.ts';
import type { Limit, LimitName, Policy } from '../policy/policy.ts';
import type { Instant, LocalDate } from '../time/calendar.ts';

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
  return versionsFor(c, trigger, done)
    .map(({ policy, since }, i) => {
      const due = counted(calendar, policy.limits[name], trigger.on);
      return i === 0 ? due : notAtOnce(c, due, since);
    })
    .reduce(noLater);
}

/** A policy that a case has carried since before there was such a limit. */
const LEAVES: Limit = { within: 5, unit: 'working-days', of: 'the day the case learned of it', rules: [] };

/** The earliest day to which what the case learned at a moment may bring a limit forward (L18). */
export function earliestFrom(c: Case, known: Instant): LocalDate {
  const { policy } = c.versions.findLast(({ since }) => since <= known) ?? c;
  const leaves = policy.limits['brought-forward'] ?? LEAVES;
  return c.calendar.limit(c.calendar.londonDate(known), leaves);
}

function notAtOnce(c: Case, now: Due, known: Instant): Due {
  const earliest = earliestFrom(c, known);
  if (now.due === null || now.due >= earliest) return now;
  return { ...now, due: earliest, bookBy: c.calendar.bookBy(earliest) };
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
export const policiesFor = (c: Case, trigger: Dated, done: Dated | undefined): readonly Policy[] =>
  versionsFor(c, trigger, done).map(({ policy }) => policy);

function versionsFor(c: Case, trigger: Dated, done: Dated | undefined): readonly Version[] {
  if (c.versions.length === 1) return c.versions;
  const inForce = (v: Version) => v.since <= trigger.known && c.calendar.londonDate(v.since) <= trigger.on;
  const first = c.versions.findLastIndex((v, i) => i === 0 || inForce(v));
  const applied = (v: Version) => v.reproject && (done === undefined || v.since <= done.known);
  return c.versions.filter((v, i) => i === first || (i > first && applied(v)));
}

function calendarFor(c: Case, done: Dated | undefined): Version['calendar'] {
  return done === undefined ? c.calendar : calendarAt(c, done.known);
}

/** The limit and target brought forward to so many days after a day, and never moved later. */
export function earliest(c: Case, before: Due, from: LocalDate, days: number, rules: readonly Rule[]): Due {
  const own = c.calendar.limit(from, { within: days, unit: 'days' });
  const target = before.target !== null && before.target < own ? before.target : before.target === null ? null : own;
  if (before.due !== null && before.due <= own) return { ...before, target };
  return { due: own, bookBy: c.calendar.bookBy(own), target, rules: [...before.rules, ...rules] };
}
