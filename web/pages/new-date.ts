// A later date that the owner of an action asked for: the social worker, or a manager, agrees to it, to another one, or not.

import type { Option } from '../forms.ts';
import { longDate, nameOf, upper } from '../in-words.ts';
import type { Page } from '../page.ts';
import { actionFacts, actionOf, askedFor } from '../said-before.ts';
import { personOf, type Visit } from '../visit.ts';

function options(visit: Visit): readonly Option[] {
  const asked = askedFor(visit);
  return [
    ...(asked ? [{ value: 'yes', text: `Yes, by ${longDate(asked.event.due)}` }] : []),
    { value: 'other', text: 'Yes, but by another day', hint: 'Give the day below' },
    { value: 'no', text: 'No, the date stays' },
  ];
}

export const newDate: Page = {
  purpose: 'new-date',
  button: 'Send this',
  alone: true,
  title: () => 'May this action be done later?',
  intro(visit) {
    const by = personOf(visit, askedFor(visit)?.event.by ?? '');
    return by ? [`${upper(nameOf(visit, by))} is told what you decide. The reason stands on the case.`] : [];
  },
  facts(visit) {
    const asked = askedFor(visit);
    return [...(actionFacts(visit) ?? []), ...(asked ? [['Asked for', longDate(asked.event.due)] as const] : [])];
  },
  closed: (visit) =>
    askedFor(visit) && visit.duty
      ? undefined
      : 'Nobody asks for a later date now: it is answered, or the action is done.',
  fields: (visit) => [
    { is: 'choice', name: 'agreed', label: 'Your answer', options: options(visit) },
    {
      is: 'date',
      name: 'due',
      label: 'The other day',
      hint: 'Only if you agree to another day. For example, 27 3 2028',
    },
    { is: 'text', name: 'why', label: 'Why', hint: 'In a sentence or two, without names. You may leave it empty' },
  ],
  answer(visit, form) {
    const agreed = form.choice('agreed', options(visit), 'Say whether it may be done later');
    const due = agreed === 'other' ? form.date('due', 'Give the day you agree to') : undefined;
    const reason = form.text('why');
    const action = actionOf(visit);
    if (agreed === undefined || form.problems.length > 0 || action === undefined) return undefined;
    const by = due ?? askedFor(visit)?.event.due;
    return {
      events: [
        {
          type: 'later-date-answered',
          action,
          agreed: agreed !== 'no',
          ...(due !== undefined && { due }),
          ...(reason !== undefined && { reason }),
        },
      ],
      says: [agreed === 'no' || !by ? 'The date stays as it is.' : `The action is to be done by ${longDate(by)}.`],
    };
  },
};
