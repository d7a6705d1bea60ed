// What was late already when a plan was brought in (L9): the social worker and the manager hear of all of it in one notice each, the next
// morning. Its ladders speak to whoever else owes it, and go on from there.

import type { Case, Dated } from '../case/facts.ts';
import type { Duty, PersonId, Step } from '../case/model.ts';
import { managerAt, socialWorkerAt } from '../case/people.ts';
import { owedAt, type Standing } from '../duties/owed.ts';
import type { Instant } from '../time/calendar.ts';
import { order } from '../time/order.ts';
import { climb, morningAfter, reachable, recipients, stepKey } from './ladder.ts';
import type { Told } from './told.ts';

/** Late already on the day it was brought in. */
const wasLate = (c: Case, brought: Dated, { due, known }: Duty): boolean =>
  due !== null && known <= brought.known && due < c.calendar.londonDate(brought.known);

/** One notice for the social worker and one for the manager, where anything is late. @param all the case's duties */
export function lateAsBroughtIn(c: Case, brought: Dated, all: readonly Standing[], since: Instant): readonly Step[] {
  const at = morningAfter(c, brought.known);
  if (at < since) return [];
  const open = owedAt(c, at, all)
    .filter((duty) => wasLate(c, brought, duty))
    .map(({ key, due }) => ({ key, due }))
    .sort((a, b) => order(`${a.due} ${a.key}`, `${b.due} ${b.key}`));
  if (open.length === 0) return [];
  const text = `the plan was brought in: ${open.length} ${open.length === 1 ? 'duty was' : 'duties were'} late already`;
  return [...told(c, at)].map((to) => ({
    key: stepKey('brought-in', 'next-morning', 0, to, ''),
    at,
    kind: 'information',
    duty: null,
    meeting: null,
    to,
    rung: 'next-morning',
    repeat: 0,
    due: null,
    rules: [],
    why: 'brought-in',
    text,
    open,
  }));
}

function told(c: Case, at: Instant): ReadonlySet<PersonId> {
  const people = [socialWorkerAt(c, at), managerAt(c, at)];
  return new Set(people.flatMap((person) => (person === undefined ? [] : reachable(c, person, at))));
}

/** The steps of a duty; of one that was late as its plan was brought in, not again to those who have the notice, nor to those above them. */
export function climbing(c: Case, duty: Duty, upTo: Told, until: Instant | undefined): readonly Step[] {
  const { broughtIn } = c;
  if (!broughtIn || !wasLate(c, broughtIn, duty)) return climb(c, duty, upTo, until);
  const morning = morningAfter(c, broughtIn.known);
  const caughtUp = c.calendar.nextMorning(morning);
  const everybody = recipients(c, duty);
  return climb(c, duty, upTo, until, {
    whom: (rung, at) => {
      const named = [...everybody(rung, at)];
      if (at > caughtUp) return named;
      const heard = told(c, morning);
      return named.filter((to) => to === duty.owner && !heard.has(to));
    },
  });
}
