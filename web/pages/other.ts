// What has no page of its own: what is asked, and the answers that are open to everything.

import { doneWords, longDate, thingOf, upper } from '../in-words.ts';
import type { Page } from '../page.ts';

export const other: Page = {
  purpose: 'other',
  button: 'Go on',
  title: (visit) => upper(thingOf(visit)),
  intro: () => [
    'When this is done, please record it as you record other things of this case, or tell the social worker.',
  ],
  facts: ({ duty }) => (duty?.due ? [['Due', longDate(duty.due)]] : []),
  closed: (visit) => (visit.duty ? undefined : doneWords(visit)),
  fields: () => [],
  answer: () => ({ nothing: ['Nothing was recorded.'] }),
};
