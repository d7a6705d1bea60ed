// The limits that statute sets, and how a policy's figure is later than one of them: no authority may make it so (P11, P13).

import type { Rule } from '../case/model.ts';
import { addDays, Calendar, type CalendarData, type LocalDate, type Period } from '../time/calendar.ts';
import type { Limit, LimitName, Policy } from './policy.ts';
import { periodWords } from './policy-contradictions.ts';

export interface Statute extends Period {
  readonly rule: Rule;
  readonly source: string;
}

/** Figures that no authority may make later. */
export const STATUTE: Partial<Readonly<Record<LimitName, Statute>>> = {
  'initial-conference': {
    within: 15,
    unit: 'working-days',
    rule: 'R114',
    source: 'Working Together to Safeguard Children',
  },
  'first-lac-review': { within: 20, unit: 'working-days', rule: 'R108', source: 'SI 2010/959, regulation 33' },
  'second-lac-review': { within: 3, unit: 'months', rule: 'R109', source: 'SI 2010/959, regulation 33' },
  'next-lac-review': { within: 6, unit: 'months', rule: 'R110', source: 'SI 2010/959, regulation 33' },
};

/** `15 working days, Working Together to Safeguard Children` */
export const statuteWords = (statute: Statute): string => `${periodWords(statute)}, ${statute.source}`;

/** A limit of a policy that is later than statute allows. */
export interface Unlawful {
  /** `limits.initial-conference` */
  readonly field: string;
  readonly rule: Rule;
  readonly words: string;
}

/** Every limit that a policy makes later than statute, or leaves out. */
export function unlawfulLimits({ limits }: Pick<Policy, 'limits'>, calendar: CalendarData): readonly Unlawful[] {
  const counting = new Calendar(calendar);
  return (Object.entries(STATUTE) as [LimitName, Statute][]).flatMap(([name, statutory]) => {
    const how = laterThanStatute(limits[name], statutory, counting);
    if (how === undefined) return [];
    const field = `limits.${name}`;
    return [{ field, rule: statutory.rule, words: `${statutory.rule}: ${field}: ${how} (${statuteWords(statutory)})` }];
  });
}

/** How a figure is later than the statutory one: in like units by the figure, else by a day on which it is. */
export function laterThanStatute(own: Limit | null, statutory: Statute, calendar: Calendar): string | undefined {
  if (own === null) return 'no limit is set';
  if (own.unit === statutory.unit)
    return own.within > statutory.within ? `${periodWords(own)} are later than ${periodWords(statutory)}` : undefined;
  const { until, bankHolidays } = calendar.data;
  const from = bankHolidays[0] ?? until;
  for (let day = from; day < until; day = addDays(day, 1)) {
    const [its, lawful]: readonly LocalDate[] = [calendar.limit(day, own), calendar.limit(day, statutory)];
    if (its! > lawful!)
      return `${periodWords(own)} can be later than ${periodWords(statutory)}: from ${day} until ${its}, not ${lawful}`;
  }
  return undefined;
}
