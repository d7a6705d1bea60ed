// What somebody owes over all their cases, most urgent first, each with the page on which it is answered: the same that their mails link to.

import { CaseNotFound, Unavailable } from '../../client/errors.ts';
import { familyOf } from '../../domain/duties/families.ts';
import { mailWords } from '../../domain/notices/words.ts';
import { addDays, daysBetween, type Instant, type LocalDate } from '../../domain/time/calendar.ts';
import { shortDay } from '../../mail/dates.ts';
import { upper } from '../../mail/duty-texts.ts';
import { dutyLink } from '../../mail/links.ts';
import type { Desk } from './desk.ts';
import { each } from './each.ts';
import type { Mine } from './present.ts';

/** One thing somebody owes. */
export interface DutyLine {
  readonly ref: string;
  readonly thing: string;
  readonly due: string;
  readonly late: boolean;
  readonly link: { readonly href: string; readonly text: string };
  readonly day: string;
}

/** With how many cases did not answer. */
export interface OwnDuties {
  readonly lines: readonly DutyLine[];
  readonly unanswered: number;
}

export async function ownDuties(
  desk: Desk,
  cases: readonly Mine[],
  now: Instant,
  today: LocalDate,
): Promise<OwnDuties> {
  const found = await each(cases, (one) => linesOf(desk, one, now, today));
  const lines = found.flatMap((one) => one ?? []);
  const unanswered = found.filter((one) => one === undefined).length;
  lines.sort((a, b) => (`${a.day} ${a.ref} ${a.thing}` < `${b.day} ${b.ref} ${b.thing}` ? -1 : 1));
  return { lines, unanswered };
}

const NO_DAY = '9999-12-31';

/** @returns undefined where the case does not answer */
async function linesOf(
  desk: Desk,
  { place, me, setting }: Mine,
  now: Instant,
  today: LocalDate,
): Promise<DutyLine[] | undefined> {
  const ids = new Map(me.map((one) => [one.id, one]));
  try {
    const { duties } = await desk.cases.owed(place);
    // Their own, and of whom they stand in for.
    const own = duties.flatMap((one) => {
      const person = (one.askedOf ?? [one.owner]).flatMap((id) => ids.get(id) ?? [])[0];
      return person ? [{ ...one, person }] : [];
    });
    const isBooked = own.some(({ duty }) => familyOf(duty) === 'hold');
    const meetings = isBooked ? ((await desk.cases.history(place)).meetings ?? []) : [];
    return own.map(({ duty, meeting, person, due }) => {
      const start = meetings.find((one) => one.meeting === meeting)?.start;
      const { label, path } = dutyLink(desk.keys, {
        kind: place.kind,
        ref: place.ref,
        duty,
        due,
        person,
        at: now,
        booking: start && { start },
      });
      return {
        ref: place.ref,
        thing: upper(mailWords(duty, setting.labels).thing),
        due: dueWords(due, today),
        late: due !== null && due < today,
        link: { href: path, text: label },
        day: due ?? NO_DAY,
      };
    });
  } catch (error) {
    // Closed since it was listed.
    if (error instanceof CaseNotFound) return [];
    if (error instanceof Unavailable) return undefined;
    throw error;
  }
}

/** "Due today", "3 days late (Mon 1 March)" */
export function dueWords(due: string | null, today: string): string {
  if (due === null) return 'No date is set';
  const day = shortDay(due, today);
  const days = daysBetween(due as LocalDate, today as LocalDate);
  if (days > 0) return `${days} ${days === 1 ? 'day' : 'days'} late (${day})`;
  if (days === 0) return 'Due today';
  return due === addDays(today as LocalDate, 1) ? `Due tomorrow (${day})` : `Due ${day}`;
}
