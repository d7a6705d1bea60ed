// A manager's decision: the plan that was proposed, or the closing of the case.

import type { Option } from '../forms.ts';
import { doneWords, longDate } from '../in-words.ts';
import type { Page } from '../page.ts';
import type { Visit } from '../visit.ts';

const isClosure = ({ link }: Visit): boolean => link.about === 'approve/closure';
const options = (visit: Visit): readonly Option[] => [
  { value: 'yes', text: isClosure(visit) ? 'Yes, the case can be closed' : 'Yes, I approve it' },
  ...(isClosure(visit) ? [{ value: 'supervision', text: 'Yes, after supervision with the social worker' }] : []),
  { value: 'no', text: 'No', hint: 'Give the reason below. It stands on the case, and the decision stays open' },
];

export const decide: Page = {
  purpose: 'decide',
  button: 'Record my decision',
  title: (visit) => (isClosure(visit) ? 'Can this case be closed?' : 'Do you approve the plan?'),
  intro: () => ['Please read what was proposed in your own records before you decide.'],
  facts: ({ duty }) => (duty?.due ? [['To be decided by', longDate(duty.due)]] : []),
  closed: (visit) => (visit.duty ? undefined : doneWords(visit)),
  fields: (visit) => [
    { is: 'choice', name: 'decision', label: 'Your decision', options: options(visit) },
    { is: 'text', name: 'why', label: 'The reason', hint: 'Needed if you do not agree' },
  ],
  answer(visit, form) {
    const decision = form.choice('decision', options(visit), 'Say what you decided');
    const reason = form.text('why', decision === 'no' ? 'Give the reason' : undefined);
    if (decision === undefined || form.problems.length > 0) return undefined;
    const on = visit.today;
    const why = reason === undefined ? {} : { reason };
    if (decision === 'no')
      return {
        events: [{ type: 'decision-recorded', about: visit.link.about, decision: 'not approved', ...why }],
        says: ['You did not approve it. The reason stands on the case.'],
        weighs: true,
      };
    return isClosure(visit)
      ? {
          events: [
            {
              type: 'closure-approved',
              on,
              ...(decision === 'supervision' && { after: 'supervision' as const }),
              ...why,
            },
          ],
          says: ['You approved closing the case.'],
          weighs: true,
        }
      : { events: [{ type: 'plan-approved', on, ...why }], says: ['You approved the plan.'], weighs: true };
  },
};
