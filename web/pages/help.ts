// A parent, or anybody of the family, needs help to come to a meeting: their social worker is told what with, and in no other words.

import { longTime, meetingOf, upper } from '../in-words.ts';
import type { Page } from '../page.ts';
import { standing } from '../visit.ts';
import { attend, HELPS } from './attend.ts';

export const help: Page = {
  purpose: 'help',
  button: 'Ask for help',
  alone: true,
  title: (visit) => `Do you need help to come to ${meetingOf(visit)}?`,
  intro: (visit) => [
    ...(standing(visit) ? ['You have asked already. You can ask for something else as well.'] : []),
    'Tick what would help. Your social worker is told.',
  ],
  facts: ({ meetingNow }) => (meetingNow?.start ? [['When', upper(longTime(meetingNow.start))]] : []),
  closed: (visit) => attend.closed(visit),
  fields: () => [{ is: 'several', name: 'what', label: 'What would help', options: HELPS }],
  answer({ meeting, me }, form) {
    const what = form.several('what', HELPS) as ('interpreter' | 'transport' | 'childcare' | 'other')[];
    if (what.length === 0) form.problem('what', 'Tick what would help, or “Something else”');
    if (form.problems.length > 0 || meeting === undefined) return undefined;
    return {
      events: [{ type: 'help-asked', meeting, person: me.id, what }],
      says: ['Thank you. Your social worker is told that you need help to come.'],
    };
  },
};
