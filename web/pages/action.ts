// An action of the plan: done, with what came of it; or a later date that is asked for.

import { addDays } from '../../domain/time/calendar.ts';
import type { Option } from '../forms.ts';
import { dayOptions, doneWords, longDate, upper } from '../in-words.ts';
import type { Page } from '../page.ts';
import type { Visit } from '../visit.ts';

/** `action/housing` → `housing` */
const idOf = ({ link }: Visit): string => link.about.slice('action/'.length);

const options = (visit: Visit): readonly Option[] => [
  ...dayOptions(visit, (when) => `It was done ${when}`),
  ...(visit.duty?.owner === visit.me.id && visit.duty.due && !visit.duty.late
    ? [{ value: 'later', text: 'I need longer', hint: 'Give the day and the reason below. The social worker decides' }]
    : []),
  { value: 'no', text: 'Not yet' },
];

export const action: Page = {
  purpose: 'action',
  button: 'Send',
  title: () => 'Is your action of the plan done?',
  facts: (visit) => [
    ['Action', upper(idOf(visit).replaceAll('-', ' '))],
    ...(visit.duty?.due ? [['Due', longDate(visit.duty.due)] as const] : []),
  ],
  closed: (visit) => (visit.duty ? undefined : doneWords(visit)),
  fields: (visit) => [
    { is: 'choice', name: 'done', label: 'Your answer', options: options(visit) },
    { is: 'date', name: 'on', label: 'The other day', hint: 'The day it was done, or until when you need' },
    {
      is: 'text',
      name: 'outcome',
      label: 'What came of it, or why you need longer',
      hint: 'In a sentence or two, without names',
    },
  ],
  answer(visit, form) {
    const done = form.choice('done', options(visit), 'Say whether it is done');
    if (done === undefined) return undefined;
    if (done === 'no') return { nothing: ['Nothing was recorded. You are asked again.'] };
    if (done === 'later') {
      const due = form.date('on', 'Give the day until which you need');
      const reason = form.text('outcome', 'Say why you need longer');
      if (due === undefined || reason === undefined) return undefined;
      return {
        events: [{ type: 'later-date-asked', action: idOf(visit), due, reason }],
        says: [`You asked for ${longDate(due)}. The social worker decides; until then the date stays as it is.`],
      };
    }
    const on =
      done === 'day'
        ? form.date('on', 'Give the day on which it was done')
        : addDays(visit.today, done === 'today' ? 0 : -1);
    const outcome = form.text('outcome', 'Say what came of it');
    if (on === undefined || outcome === undefined) return undefined;
    return {
      events: [{ type: 'action-done', id: idOf(visit), on, outcome }],
      says: [`Your action was done on ${longDate(on)}.`],
    };
  },
};
