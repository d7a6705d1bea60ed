// Telling somebody what happened: they, or who stands in for them, but nobody what they have recorded themselves (L15).

import type { Case } from '../case/facts.ts';
import type { PersonId, Step } from '../case/model.ts';
import { managerAt } from '../case/people.ts';
import type { Instant } from '../time/calendar.ts';
import { reachable, stepKey } from './ladder.ts';

/** What is told. */
export type What = Pick<
  Step,
  'duty' | 'meeting' | 'due' | 'rules' | 'text' | 'about' | 'whose' | 'booking' | 'why' | 'standIn' | 'open'
>;

/** @param recorder who recorded what is told: see `inform` */
export function informManager(
  c: Case,
  at: Instant,
  about: string,
  what: What,
  recorder: PersonId | undefined,
): readonly Step[] {
  const manager = managerAt(c, at);
  return manager === undefined ? [] : inform(c, at, about, manager, what, recorder);
}

/** Tells somebody, or who stands in for them, but not whoever recorded it (L15). */
export function inform(
  c: Case,
  at: Instant,
  about: string,
  person: PersonId,
  what: What,
  recorder: PersonId | undefined,
): readonly Step[] {
  const others = reachable(c, person, at).filter((to) => to !== recorder);
  return others.map((to) => toldAt(at, about, to, 'information', what));
}

/** Asks people to decide: each once, though two of them have the same stand-in, and not whoever asks. */
export function ask(c: Case, at: Instant, about: string, people: readonly PersonId[], what: What): readonly Step[] {
  const asked = new Set(people.flatMap((person) => reachable(c, person, at)));
  if (what.about !== undefined) asked.delete(what.about);
  return [...asked].map((to) => toldAt(at, about, to, 'decision', what));
}

/** @param edition tells what is said of one thing more than once apart */
export const toldAt = (
  at: Instant,
  about: string,
  to: PersonId,
  kind: Step['kind'],
  what: What,
  edition = '',
): Step => ({
  key: stepKey(about, 'at-once', 0, to, edition),
  at,
  kind,
  to,
  rung: 'at-once',
  repeat: 0,
  ...what,
});
