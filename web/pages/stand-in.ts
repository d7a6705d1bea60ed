// Who stands in at a meeting for somebody who sent apologies, or that a report takes their place, or that they come after all (R47, R48).

import { meetingOf, nameOf } from '../in-words.ts';
import type { SmallPage } from '../page.ts';
import { comesAfterAll } from '../said-before.ts';
import { insteadAnswered, insteadFields, insteadOptions } from '../somebody-instead.ts';
import { personOf, type Visit } from '../visit.ts';

/** `represent/core-group-3/nina` → `nina` */
const whoseOf = ({ link }: Visit): string => link.about.split('/').at(-1) ?? '';
const isMine = (visit: Visit): boolean => whoseOf(visit) === visit.me.id;

const COMES = { value: 'comes', text: 'I can come after all', hint: 'Your apologies are taken back' };
const options = (visit: Visit) => [...insteadOptions(isMine(visit)), ...(isMine(visit) ? [COMES] : [])];

function whoCannotCome(visit: Visit): string {
  const person = personOf(visit, whoseOf(visit));
  return isMine(visit) || !person ? 'you' : nameOf(visit, person);
}

export const standIn: SmallPage = {
  title: (visit) => `Who stands in for ${whoCannotCome(visit)} at ${meetingOf(visit)}?`,
  intro: () => [
    'Whoever cannot come sends somebody from their agency. In exceptional circumstances a written report does.',
  ],
  fields: (visit) => [
    { is: 'choice', name: 'comes', label: 'Your answer', options: options(visit) },
    ...insteadFields(visit, whoseOf(visit)),
  ],
  answer(visit, form) {
    const comes = form.choice('comes', options(visit), 'Say who stands in');
    const { meeting } = visit;
    if (comes === undefined || !meeting) return undefined;
    if (comes !== COMES.value) return insteadAnswered(visit, form, comes, { meeting, person: whoseOf(visit) });
    return { events: comesAfterAll(visit, whoseOf(visit)), says: [`You are expected at ${meetingOf(visit)}.`] };
  },
};
