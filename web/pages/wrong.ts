// Something about a duty or a meeting is recorded wrongly: what? Each thing that was recorded can then be put right (mistake.ts).

import { rootOf } from '../../domain/case/put-right.ts';
import { shown } from '../../mail/address.ts';
import type { Option } from '../forms.ts';
import { momentWords, nameOf } from '../in-words.ts';
import type { Page } from '../page.ts';
import { eventsAbout, lineOf } from '../said-before.ts';
import { isOfFamily, personOf, type Visit } from '../visit.ts';

/** More would be read by nobody on a phone. */
const MOST = 8;
const NONE: Option = { value: 'none', text: 'Something else' };

/** What was recorded, by the number it has in the history: an id may hold what people typed. */
const recorded = (visit: Visit) =>
  eventsAbout(visit)
    .slice(0, MOST)
    .map((one) => ({ value: String(one.arrival ?? one.id), one }));

const options = (visit: Visit): readonly Option[] => [
  ...recorded(visit).map(({ value, one }) => {
    const by = personOf(visit, one.event.by);
    return {
      value,
      text: lineOf(visit, one),
      hint: `Recorded ${by ? `by ${nameOf(visit, by)}, ` : ''}on ${momentWords(one.recordedAt)}`,
    };
  }),
  NONE,
];

/** Whom to tell what no page can put right. */
export function whomToTell({ me, people }: Visit): string {
  const worker = people.find(({ socialWorker }) => socialWorker);
  if (!worker || worker.id === me.id)
    return 'Please put it right on the case itself (nodrift correct), or with whoever recorded it.';
  const phone = worker.phone ? `, on ${shown(worker.phone)}` : '';
  return `Please tell ${shown(worker.name)}, the social worker${phone}.`;
}

export const wrong: Page = {
  purpose: 'wrong',
  button: 'Go on',
  alone: true,
  title: () => 'What is wrong?',
  intro: () => ['Nothing is recorded until you have said how it should be.'],
  closed(visit) {
    if (isOfFamily(visit, visit.me) || recorded(visit).length === 0) return whomToTell(visit);
    return undefined;
  },
  fields: (visit) => [{ is: 'choice', name: 'which', label: 'What was recorded', options: options(visit) }],
  answer(visit, form) {
    const which = form.choice('which', options(visit), 'Choose what is wrong');
    if (which === undefined) return undefined;
    const found = recorded(visit).find(({ value }) => value === which);
    const root = found && rootOf(new Map(visit.history.events.map((one) => [one.id, one])), found.one.id);
    return root ? { next: visit.to('put-right', root.id) } : { nothing: [whomToTell(visit)] };
  },
};
