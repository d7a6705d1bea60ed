// Somebody is on it, and asks to be asked again on a day. No limit moves by it.

import { mayWait } from '../../domain/duties/families.ts';
import { putOffOf } from '../../domain/policy/policy.ts';
import { Calendar, type LocalDate } from '../../domain/time/calendar.ts';
import { doneWords, isAskedOf, longDate, ofOthers, thingOf, upper } from '../in-words.ts';
import type { Page } from '../page.ts';
import { lastSaid } from '../said-before.ts';
import type { Visit } from '../visit.ts';

/** The working days that somebody may ask for. */
function days({ setting: { calendar, policy }, today }: Visit): readonly LocalDate[] {
  const open = new Calendar(calendar);
  return Array.from({ length: putOffOf(policy).days }, (_, i) => open.openDays(today, i + 1));
}
const options = (visit: Visit) => days(visit).map((day) => ({ value: day, text: longDate(day) }));

export const later: Page = {
  purpose: 'later',
  button: 'Ask me again then',
  alone: true,
  title: (visit) => `${upper(thingOf(visit))}: when should we ask again?`,
  intro(visit) {
    const before = lastSaid(visit, 'put-off', ({ by, duty }) => by === visit.me.id && duty === visit.link.about);
    return [
      ...(before && before.event.until > visit.today
        ? [`You have asked to be asked again on ${longDate(before.event.until)}.`]
        : []),
      'No limit moves by this, and a manager who is to hear of it at a time still does.',
    ];
  },
  facts: ({ duty }) => (duty?.due ? [['Due', longDate(duty.due)]] : []),
  closed(visit) {
    if (!visit.duty) return doneWords(visit);
    if (!isAskedOf(visit, visit.duty)) return ofOthers(visit);
    return mayWait(visit.duty.duty) && putOffOf(visit.setting.policy).times > 0
      ? undefined
      : 'This cannot be put off here.';
  },
  fields: (visit) => [
    { is: 'choice', name: 'until', label: 'I am on it. Ask me again on', options: options(visit) },
    { is: 'line', name: 'why', label: 'What it waits for', hint: 'In a few words, without names' },
  ],
  answer(visit, form) {
    const until = form.choice('until', options(visit), 'Choose a day');
    const reason = form.line('why', 'Say what it waits for');
    if (until === undefined || reason === undefined) return undefined;
    return {
      events: [{ type: 'put-off', duty: visit.link.about, until, reason }],
      says: [`You are asked again on ${longDate(until)}.`],
    };
  },
};
