// How far a case has told people. Carried in its state in place of every step ever taken: a case that drifts for years carries as little of it
// as one just opened.

import type { DutyKey, Step } from '../case/model.ts';
import type { Instant } from '../time/calendar.ts';

/**
 * All that was due before `until` has been told; of what is due at that very moment, `keys`. And how far each open duty's ladder has been
 * climbed, by `<duty>|<edition>`: its last rung and the number of its last time. A calendar that moves a limit moves the days of its rungs;
 * what was said is not said again on another day.
 */
export interface Told {
  readonly until: Instant;
  readonly keys: readonly string[];
  readonly rungs: Readonly<Record<string, LastSaid>>;
}

export type LastSaid = readonly [rung: string, repeat: number];

export const NOTHING_TOLD: Told = { until: '' as Instant, keys: [], rungs: {} };

/** Nothing appears in the past: what is due at a moment is known by then, or is due later. */
export const isTold = (told: Told, { at, key }: Pick<Step, 'at' | 'key'>): boolean =>
  at < told.until || (at === told.until && told.keys.includes(key));

/** Whose ladder a step is a rung of. */
export const climbOf = (duty: DutyKey, edition: string): string => `${duty}|${edition}`;

/** How far a ladder was climbed; undefined where nothing timed was said. */
export const lastSaid = (told: Told, climb: string): LastSaid | undefined =>
  Object.hasOwn(told.rungs, climb) ? told.rungs[climb] : undefined;

/**
 * Everything until a moment is told now, with these steps the last of it.
 * @param taken steps in order of time, none of them later than `until`
 * @param climbable the ladders that may still be climbed: of others nothing is kept
 */
export function telling(
  told: Told,
  taken: readonly Step[],
  until: Instant,
  climbable: () => ReadonlySet<string>,
): Told {
  if (taken.length === 0) return until === told.until ? told : { until, keys: [], rungs: told.rungs };
  const open = climbable();
  const rungs: Record<string, LastSaid> = {};
  for (const [climb, last] of Object.entries(told.rungs)) if (open.has(climb)) rungs[climb] = last;
  for (const { climb, rung, repeat } of taken)
    if (climb !== undefined && open.has(climb)) rungs[climb] = [rung, repeat];
  const before = told.until === until ? told.keys : [];
  return { until, keys: [...before, ...taken.filter(({ at }) => at === until).map(({ key }) => key)], rungs };
}
