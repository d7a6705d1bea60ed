// The minutes of a meeting: whoever writes them says that they went to the social worker, the social worker that they came.

import { addDays } from '../../domain/time/calendar.ts';
import { dayOptions, doneWords, longDate, meetingOf } from '../in-words.ts';
import type { Page } from '../page.ts';
import type { Visit } from '../visit.ts';

const options = (visit: Visit) => [
  ...dayOptions(visit, (when) => `${verb(visit)} ${when}`),
  { value: 'no', text: 'Not yet' },
];

/** What is said of them depends on who says it; what is recorded does not. */
function verb({ me, duty }: Visit): string {
  if (me.socialWorker) return duty?.owner === me.id ? 'I finished them' : 'They came';
  return duty?.owner === me.id ? 'I sent them to the social worker' : 'The social worker got them';
}

export const minutes: Page = {
  purpose: 'minutes',
  button: 'Record this',
  title: (visit) =>
    visit.duty?.owner === visit.me.id && !visit.me.socialWorker
      ? `Have you sent the minutes of ${meetingOf(visit)}?`
      : `Are the minutes of ${meetingOf(visit)} here?`,
  closed: (visit) => (visit.duty ? undefined : doneWords(visit)),
  facts: ({ duty }) => (duty?.due ? [['To be with the social worker by', longDate(duty.due)]] : []),
  joint: () => true,
  fields: (visit) => [
    { is: 'choice', name: 'came', label: 'The minutes', options: options(visit) },
    { is: 'date', name: 'on', label: 'The other day', hint: 'Only if you chose another day. For example, 27 3 2028' },
  ],
  answer(visit, form) {
    const came = form.choice('came', options(visit), 'Say whether the minutes are there');
    if (came === undefined) return undefined;
    if (came === 'no')
      return { nothing: ['Nothing was recorded. Whoever writes the minutes is reminded until they are there.'] };
    const on =
      came === 'day'
        ? form.date('on', 'Give the day on which the social worker had the minutes')
        : addDays(visit.today, came === 'today' ? 0 : -1);
    if (on === undefined || !visit.meeting) return undefined;
    return {
      events: [{ type: 'minutes-received', meeting: visit.meeting, on }],
      says: [`The social worker has had the minutes of ${meetingOf(visit)} since ${longDate(on)}.`],
    };
  },
};
