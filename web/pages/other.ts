// What is owed and has no page of its own purpose: by the family of the duty a few questions, or else what is asked, and the answers that are open
// to everything.

import { type DutyFamily, familyOf } from '../../domain/duties/families.ts';
import { doneWords, longDate, thingOf, upper } from '../in-words.ts';
import type { Page, SmallPage } from '../page.ts';
import type { Visit } from '../visit.ts';
import { closedCase, closureLetter, steppedDown, toldOfClosure } from './closing.ts';
import { assessed, considered, discussed, engaged, explained, nextSteps, transferred } from './considered.ts';
import { actionCompleted, papersReady, planPassedOn } from './passed-round.ts';
import { standIn } from './stand-in.ts';

const SMALL: Partial<Readonly<Record<DutyFamily, SmallPage>>> = {
  represent: standIn,
  papers: papersReady,
  circulate: planPassedOn,
  date: actionCompleted,
  consider: considered,
  discuss: discussed,
  assess: assessed,
  engage: engaged,
  explain: explained,
  'next-steps': nextSteps,
  transfer: transferred,
  close: closedCase,
  letter: closureLetter,
  notify: toldOfClosure,
  'step-down': steppedDown,
};

/** What is done by several hands, or elsewhere: opening a case, proposing a plan, finding a social worker. */
const NONE: SmallPage = {
  title: (visit) => upper(thingOf(visit)),
  intro: () => [
    'When this is done, please record it as you record other things of this case, or tell the social worker.',
  ],
  fields: () => [],
  answer: () => ({ nothing: ['Nothing was recorded.'] }),
};

function pageOf({ link }: Visit): SmallPage {
  const family = familyOf(link.about);
  return (family && SMALL[family]) ?? NONE;
}

export const other: Page = {
  purpose: 'other',
  button: 'Record this',
  title: (visit) => pageOf(visit).title(visit),
  intro: (visit) => pageOf(visit).intro?.(visit) ?? [],
  facts: (visit) => [
    ...(pageOf(visit).facts?.(visit) ?? []),
    ...(visit.duty?.due ? [['Due', longDate(visit.duty.due)] as const] : []),
  ],
  closed: (visit) => (visit.duty ? undefined : doneWords(visit)),
  fields: (visit) => pageOf(visit).fields(visit),
  answer: (visit, form) => pageOf(visit).answer(visit, form),
};
