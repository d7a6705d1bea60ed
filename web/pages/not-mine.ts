// Somebody who is asked for something says that it is not theirs to do, and whose it is, if they know.

import { doneWords, isAskedOf, momentWords, namesOf, ofOthers, peopleOptions, thingOf, upper } from '../in-words.ts';
import type { Page } from '../page.ts';
import { lastSaid } from '../said-before.ts';
import { isOfFamily, type Visit } from '../visit.ts';

const others = (visit: Visit) =>
  visit.people.filter((one) => !isOfFamily(visit, one) && one.id !== visit.me.id && !one.left);
const options = (visit: Visit) => [...peopleOptions(visit, others(visit)), { value: '?', text: 'I do not know' }];

export const notMine: Page = {
  purpose: 'not-mine',
  button: 'Send',
  alone: true,
  title: (visit) => `${upper(thingOf(visit))}: whose is it?`,
  intro: () => ['The social worker and the manager are asked to decide. Until they have, you may still be reminded.'],
  closed(visit) {
    if (!visit.duty) return doneWords(visit);
    if (!isAskedOf(visit, visit.duty)) return ofOthers(visit);
    const said = lastSaid(visit, 'not-mine', ({ by, duty }) => by === visit.me.id && duty === visit.link.about);
    return said && `You said on ${momentWords(said.recordedAt)} that it is not yours. It is being decided.`;
  },
  fields: (visit) => [
    { is: 'choice', name: 'whose', label: 'It is not mine to do. It is for', options: options(visit) },
  ],
  answer(visit, form) {
    const whose = form.choice('whose', options(visit), 'Say whose it is, or that you do not know');
    if (whose === undefined) return undefined;
    const known = whose !== '?';
    return {
      events: [{ type: 'not-mine', duty: visit.link.about, ...(known && { whose }) }],
      says: [known ? `You said that it is for ${namesOf(visit, [whose])}.` : 'You said that it is not yours to do.'],
    };
  },
};
