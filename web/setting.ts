// What the pages stand on: what they ask of cases, and what an authority says of one.

import type { CaseKey } from '../client/listed.ts';
import type { Nodrift } from '../client/nodrift.ts';
import type { Labels } from '../domain/notices/words.ts';
import type { Policy } from '../domain/policy/policy.ts';
import type { CalendarData } from '../domain/time/calendar.ts';

/** What the pages ask of cases, and record in them. */
export type Cases = Pick<Nodrift, 'owed' | 'people' | 'history' | 'record' | 'refusal' | 'paper'>;

/** What an authority says of a case: its words, figures and days. */
export interface Setting {
  readonly authority: string;
  readonly labels: Labels;
  readonly policy: Policy;
  readonly calendar: CalendarData;
  /** Running cases of other children of the family. */
  readonly siblings: readonly CaseKey[];
}
