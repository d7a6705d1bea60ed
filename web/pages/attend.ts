// Whether somebody comes to a meeting. Staff who cannot send somebody, or agree a written report; the family may ask for help to come.

import type { Option } from '../forms.ts';
import { longTime, meetingOf, upper } from '../in-words.ts';
import type { Page } from '../page.ts';
import { comesAfterAll } from '../said-before.ts';
import { insteadAnswered, insteadFields, insteadOptions } from '../somebody-instead.ts';
import { isOfFamily, type Visit } from '../visit.ts';

const COMES = { value: 'yes', text: 'Yes, I will come' };
const ALONE = { value: 'no', text: 'No, I cannot come' };
const HELP = { value: 'help', text: 'I need help to come' };
/** What the family may need help with. */
export const HELPS: readonly Option[] = [
  { value: 'interpreter', text: 'An interpreter' },
  { value: 'transport', text: 'Getting there' },
  { value: 'childcare', text: 'Somebody to look after children' },
  { value: 'other', text: 'Something else' },
];

const options = (visit: Visit): readonly Option[] =>
  isOfFamily(visit, visit.me)
    ? [COMES, HELP, ALONE]
    : [
        COMES,
        ...insteadOptions(true).map((one) => ({ ...one, text: `No. ${one.text}` })),
        { ...ALONE, hint: 'The social worker is told, and you are asked for somebody to stand in' },
      ];

export const attend: Page = {
  purpose: 'attend',
  button: 'Send',
  title: (visit) => `Can you come to ${meetingOf(visit)}?`,
  facts: ({ meetingNow }) => (meetingNow?.start ? [['When', upper(longTime(meetingNow.start))]] : []),
  closed(visit) {
    const { meetingNow, today } = visit;
    if (meetingNow?.held) return `${upper(meetingOf(visit))} was held.`;
    if (!meetingNow?.start) return `${upper(meetingOf(visit))} has no date now. You will hear when it has one.`;
    return meetingNow.start.slice(0, 10) < today ? `${upper(meetingOf(visit))} is over.` : undefined;
  },
  fields: (visit) => [
    { is: 'choice', name: 'comes', label: 'Your answer', options: options(visit) },
    ...(isOfFamily(visit, visit.me)
      ? [
          {
            is: 'several',
            name: 'help',
            label: 'What would help',
            hint: 'Only if you need help to come',
            options: HELPS,
          } as const,
        ]
      : insteadFields(visit, visit.me.id)),
  ],
  answer(visit, form) {
    const comes = form.choice('comes', options(visit), 'Say whether you can come');
    const { meeting, me } = visit;
    if (comes === undefined || !meeting) return undefined;
    const cannot = { type: 'apologies-received', meeting, person: me.id } as const;
    switch (comes) {
      case 'yes':
        return {
          events: [...comesAfterAll(visit, me.id), { type: 'acceptance-received', meeting, person: me.id }],
          says: ['Thank you. You are expected. Whoever prepares the meeting sees that you come.'],
        };
      case 'help': {
        const what = form.several('help', HELPS);
        const event = {
          type: 'help-asked',
          meeting,
          person: me.id,
          ...(what.length > 0 && { what: what as readonly 'other'[] }),
        } as const;
        return {
          events: [event],
          says: ['Thank you. Your social worker is told that you need help to come.'],
        };
      }
      case 'sends':
      case 'report':
        return insteadAnswered(visit, form, comes, { meeting, person: me.id });
      default:
        return { events: [cannot], says: [`You cannot come to ${meetingOf(visit)}. The social worker is told.`] };
    }
  },
};
