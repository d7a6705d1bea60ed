// Whether somebody comes to a meeting. Staff who cannot send somebody, or agree a written report; the family may ask for help to come.

import type { Option } from '../forms.ts';
import { longTime, meetingOf, peopleOptions, upper } from '../in-words.ts';
import type { Page } from '../page.ts';
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
        { value: 'sends', text: 'No, somebody else comes for me', hint: 'Give their name below' },
        {
          value: 'report',
          text: 'No, and a written report takes my place',
          hint: 'Only in exceptional circumstances (R48)',
        },
        { ...ALONE, hint: 'The social worker is told, and you are asked for somebody to stand in' },
      ];

const agreers = (visit: Visit) => visit.people.filter((one) => !isOfFamily(visit, one) && one.id !== visit.me.id);

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
      : [
          { is: 'line', name: 'who', label: 'Who comes for you', hint: 'Only if somebody does' } as const,
          {
            is: 'select',
            name: 'agreedBy',
            label: 'Who agreed the written report',
            hint: 'Only for a report: your line manager',
            options: [{ value: '', text: 'Choose' }, ...peopleOptions(visit, agreers(visit))],
          } as const,
          {
            is: 'text',
            name: 'why',
            label: 'Why a report',
            hint: 'Only for a report: what is exceptional, without names',
          } as const,
        ]),
  ],
  answer(visit, form) {
    const comes = form.choice('comes', options(visit), 'Say whether you can come');
    const { meeting, me } = visit;
    if (comes === undefined || !meeting) return undefined;
    const cannot = { type: 'apologies-received', meeting, person: me.id } as const;
    switch (comes) {
      case 'yes':
        return { nothing: ['Thank you. You are expected, as everybody who does not say otherwise.'] };
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
      case 'sends': {
        const representative = form.line('who', 'Say who comes for you');
        return representative === undefined
          ? undefined
          : { events: [{ ...cannot, representative }], says: ['Somebody comes for you.'] };
      }
      case 'report': {
        const agreedBy = form.choice(
          'agreedBy',
          peopleOptions(visit, agreers(visit)),
          'Say who agreed it: your line manager',
        );
        const reason = form.text('why', 'Say what is exceptional');
        if (agreedBy === undefined || reason === undefined) return undefined;
        return {
          events: [{ ...cannot, writtenReport: { agreedBy }, reason }],
          says: ['A written report takes your place.'],
        };
      }
      default:
        return { events: [cannot], says: [`You cannot come to ${meetingOf(visit)}. The social worker is told.`] };
    }
  },
};
