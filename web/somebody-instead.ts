// Who comes in somebody's place, or that a written report takes it (R47, R48): asked with an invitation, and again where nobody was named.

import type { MeetingId } from '../domain/case/model.ts';
import type { Field, Form, Option } from './forms.ts';
import { peopleOptions } from './in-words.ts';
import type { Answer } from './page.ts';
import { isOfFamily, type Visit } from './visit.ts';

/** Who may have agreed a report. */
const agreers = (visit: Visit, person: string) =>
  visit.people.filter((one) => !isOfFamily(visit, one) && one.id !== person && !one.left);

/** @param mine it is asked of the one who cannot come */
export const insteadOptions = (mine: boolean): readonly Option[] => [
  {
    value: 'sends',
    text: mine ? 'Somebody else comes for me' : 'Somebody else comes for them',
    hint: 'Give their name below',
  },
  {
    value: 'report',
    text: mine ? 'A written report takes my place' : 'A written report takes their place',
    hint: 'Only in exceptional circumstances (R48)',
  },
];

export const insteadFields = (visit: Visit, person: string): readonly Field[] => [
  { is: 'line', name: 'who', label: 'Who comes instead', hint: 'Only if somebody does' },
  {
    is: 'select',
    name: 'agreedBy',
    label: 'Who agreed the written report',
    hint: 'Only for a report: the line manager',
    options: [{ value: '', text: 'Choose' }, ...peopleOptions(visit, agreers(visit, person))],
  },
  { is: 'text', name: 'why', label: 'Why a report', hint: 'Only for a report: what is exceptional, without names' },
];

/** Reads one of the two answers. @param cannot who cannot come to what */
export function insteadAnswered(
  visit: Visit,
  form: Form,
  comes: string,
  cannot: { readonly meeting: MeetingId; readonly person: string },
): Answer | undefined {
  const apologies = { type: 'apologies-received', ...cannot } as const;
  if (comes === 'sends') {
    const representative = form.line('who', 'Say who comes instead');
    if (representative === undefined) return undefined;
    return { events: [{ ...apologies, representative }], says: ['Somebody comes instead.'] };
  }
  const agreedBy = form.choice(
    'agreedBy',
    peopleOptions(visit, agreers(visit, cannot.person)),
    'Say who agreed it: the line manager',
  );
  const reason = form.text('why', 'Say what is exceptional');
  if (agreedBy === undefined || reason === undefined) return undefined;
  return {
    events: [{ ...apologies, writtenReport: { agreedBy }, reason }],
    says: ['A written report is given instead.'],
  };
}
