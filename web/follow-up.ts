// What is the reader's to do next about the same meeting, once an answer is recorded: who recorded the minutes may say who has them.

import { familyOf } from '../domain/duties/families.ts';
import { mailWords } from '../domain/notices/words.ts';
import type { Purpose } from '../mail/link-token.ts';
import type { OwedDuty } from '../workflows/api.ts';
import { longDate, upper } from './in-words.ts';
import type { Visit } from './visit.ts';

/** Duties that a page of their own answers, in the order in which a meeting's come. */
const PAGES: readonly (readonly [family: string, purpose: Purpose])[] = [
  ['minutes', 'minutes'],
  ['distribute', 'distribute'],
];

/** @param visit as the case stands after the answer */
export function followUp(visit: Visit): readonly { readonly href: string; readonly text: string }[] {
  const { owed, me, meeting, link, setting } = visit;
  const mine = (family: string) =>
    owed.duties.find(
      (one) =>
        familyOf(one.duty) === family && one.meeting === meeting && one.owner === me.id && one.duty !== link.about,
    );
  return PAGES.flatMap(([family, purpose]) => {
    const duty = meeting && mine(family);
    return duty ? [{ href: visit.to(purpose, duty.duty), text: upper(nextWords(duty, setting.labels)) }] : [];
  });
}

/** "Minutes of core group 3, by Monday 1 March 2027" */
const nextWords = ({ duty, due }: OwedDuty, labels: Visit['setting']['labels']): string =>
  `${mailWords(duty, labels).thing}${due ? `, by ${longDate(due)}` : ''}`;
