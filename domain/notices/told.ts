// How far a case has told people. Carried in its state in place of every step ever taken: a case that drifts for years carries as little of it
// as one just opened.

import type { Duty, DutyKey, PersonId, Step } from '../case/model.ts';
import { type Instant, inLondon, type LocalDate } from '../time/calendar.ts';

/**
 * All that was due before `until` has been told; of what is due at that very moment, `keys`. And how far each open duty's ladder has been
 * climbed. A calendar that moves a limit moves the days of its rungs; what was said is not said again on another day.
 */
export interface Told {
  readonly until: Instant;
  readonly keys: readonly string[];
  readonly rungs: readonly LastSaid[];
}

/**
 * The last rung said of a duty, under the edition of its booking or limit, and the number of its last time. And on which days it was asked for, for
 * the words of whoever is told next: the days on which it went, which are not the steps' own after an outage, or where the past is typed in. Nothing
 * is decided by them. Absent from releases that did not keep them.
 */
export type LastSaid = readonly [
  duty: DutyKey,
  edition: string,
  rung: string,
  repeat: number,
  askedOn?: readonly LocalDate[],
];

/** L14: after its last rung, on the first working day of each week, until it is done. */
export const WEEKLY = 'weekly';

const dayOf = (at: Instant): LocalDate => inLondon(at).slice(0, 10) as LocalDate;

/** More are not named in a mail. */
const MOST_DAYS = 6;

/** What a case has handed over for a morning to come. It counts as told when that morning is there; until then it may be withdrawn. */
export interface Ahead {
  /** The 08:00. */
  readonly until: Instant;
  /** How far people will have been told then. */
  readonly told: Told;
  readonly notices: readonly Planned[];
}

/** How far a case has told people, with what it has planned for the morning. */
export interface ToldAndAhead extends Told {
  readonly ahead?: Ahead | undefined;
}

export interface Planned {
  readonly key: string;
  readonly to: PersonId;
  /** Stands for all that the notice says. */
  readonly content: string;
}

/** A notice that is no longer wanted. */
export type Withdrawn = Pick<Planned, 'key' | 'to'>;

export const NOTHING_TOLD: Told = { until: '' as Instant, keys: [], rungs: [] };

/** Nothing appears in the past: what is due at a moment is known by then, or is due later. */
export const isTold = (told: Told, { at, key }: Pick<Step, 'at' | 'key'>): boolean =>
  at < told.until || (at === told.until && told.keys.includes(key));

/** How far a ladder was climbed; undefined where nothing timed was said. */
export const lastSaid = ({ rungs }: Told, { key, edition }: Pick<Duty, 'key' | 'edition'>): LastSaid | undefined =>
  rungs.find((last) => last[0] === key && last[1] === edition);

/** On which days a duty was asked for before a moment, in order. */
export const askedBefore = (told: Told, duty: Pick<Duty, 'key' | 'edition'>, at: Instant): readonly LocalDate[] =>
  (lastSaid(told, duty)?.[4] ?? []).filter((day) => day < dayOf(at));

/**
 * Everything until a moment is told now, with these steps the last of it.
 * @param taken steps in order of time, none of them later than `until`
 * @param isOpen whether a duty's ladder may still be climbed: of others nothing is kept
 */
export function telling(
  told: Told,
  taken: readonly Step[],
  until: Instant,
  isOpen: (duty: DutyKey, edition: string) => boolean,
): Told {
  if (taken.length === 0) return until === told.until ? told : { until, keys: [], rungs: told.rungs };
  const rungs = told.rungs.filter(([duty, edition]) => isOpen(duty, edition));
  for (const [i, { duty, edition, rung, repeat }] of taken.entries()) {
    const next = taken[i + 1];
    if (duty === null || edition === undefined || (next?.duty === duty && next.edition === edition)) continue;
    if (!isOpen(duty, edition)) continue;
    const before = rungs.findIndex((last) => last[0] === duty && last[1] === edition);
    const isAsked = taken.some((one) => one.duty === duty && one.edition === edition && one.rung !== WEEKLY);
    const asked = rungs[before]?.[4] ?? [];
    const askedOn = isAsked ? [...new Set([...asked, dayOf(until)])].slice(-MOST_DAYS) : asked;
    const last: LastSaid = askedOn.length > 0 ? [duty, edition, rung, repeat, askedOn] : [duty, edition, rung, repeat];
    rungs.splice(before < 0 ? rungs.length : before, 1, last);
  }
  const before = told.until === until ? told.keys : [];
  return { until, keys: [...before, ...taken.filter(({ at }) => at === until).map(({ key }) => key)], rungs };
}
