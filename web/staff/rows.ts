// Rows of tables that several pages have.

import { CaseNotFound, Unavailable } from '../../client/errors.ts';
import { mailWords, personWords, roleWords } from '../../domain/notices/words.ts';
import { shown } from '../../mail/address.ts';
import { shortDay } from '../../mail/dates.ts';
import { upper } from '../../mail/duty-texts.ts';
import type { OpenDuty, Standing } from '../../record/naming-cases.ts';
import type { Cell } from '../render.ts';
import type { Desk } from './desk.ts';
import { type DutyLine, dueWords } from './own-duties.ts';

/** So many late things are on one page, the longest first. */
export const MOST_LATE = 100;

export const dutyRow = ({ ref, thing, due, late, link }: DutyLine): readonly Cell[] => [
  { text: ref, ref: true },
  { text: thing },
  { text: due, late },
  { ...link, about: `${ref}: ${thing}` },
];

export const LATE_COLUMNS = ['Case', 'What', 'Since', 'Whose'] as const;

/** What is late, and whose it is: staff by name, the family by role. */
export async function lateRow(desk: Desk, duty: OpenDuty, today: string): Promise<readonly Cell[]> {
  const setting = await desk.settingOf(duty.id);
  return [
    { text: duty.ref, ref: true },
    { text: upper(mailWords(duty.duty, setting?.labels).thing) },
    { text: dueWords(duty.due, today), late: true },
    { text: await whose(desk, duty, setting?.labels) },
  ];
}

async function whose(desk: Desk, duty: OpenDuty, labels: Parameters<typeof personWords>[1]): Promise<string> {
  try {
    const person = (await desk.cases.people(duty)).find(({ id }) => id === duty.owner);
    if (!person) return '';
    if (labels?.family?.includes(person.role)) return `the ${roleWords(person.role, labels)}`;
    return shown(personWords({ role: person.role, name: person.name }, labels)).slice(0, 120);
  } catch (error) {
    // The record knows what is late; who it is, the case alone says.
    if (error instanceof Unavailable || error instanceof CaseNotFound) return 'not known just now';
    throw error;
  }
}

export const STANDING_COLUMNS = ['Team', 'Cases', 'With something late', 'Late things', 'Late since'] as const;

export const standingRow = ({ team, cases, lateCases, late, since }: Standing, today: string): readonly Cell[] => [
  { text: team ?? 'No team' },
  { text: String(cases) },
  { text: String(lateCases), late: lateCases > 0 },
  { text: String(late), late: late > 0 },
  { text: since === null ? '' : shortDay(since, today) },
];
