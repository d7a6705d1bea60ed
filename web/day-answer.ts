// The question on which day something was done: today, yesterday, another day, or not yet.

import { addDays, type LocalDate } from '../domain/time/calendar.ts';
import type { Field, Form, Option } from './forms.ts';
import { dayOptions } from './in-words.ts';
import type { Visit } from './visit.ts';

const NOT_YET: Option = { value: 'no', text: 'Not yet' };

/** @param words "It was held today" */
const options = (visit: Visit, words: (when: string) => string): readonly Option[] => [
  ...dayOptions(visit, words),
  NOT_YET,
];

/** The question, and where another day is typed. */
export const dayFields = (visit: Visit, label: string, words: (when: string) => string): readonly Field[] => [
  { is: 'choice', name: 'done', label, options: options(visit, words) },
  { is: 'date', name: 'on', label: 'The other day', hint: 'Only if you chose another day. For example, 27 3 2028' },
];

/** The day that was answered; 'not yet', or undefined where the form says what is wrong. */
export function dayAnswered(visit: Visit, form: Form, otherwise: string): LocalDate | 'not yet' | undefined {
  const done = form.choice(
    'done',
    options(visit, (when) => when),
    otherwise,
  );
  if (done === undefined) return undefined;
  if (done === 'no') return 'not yet';
  return done === 'day' ? form.date('on', 'Give the day') : addDays(visit.today, done === 'today' ? 0 : -1);
}

/** What is said where it is not done yet. */
export const NOT_YET_SAID = { nothing: ['Nothing was recorded. You are asked again.'] };
