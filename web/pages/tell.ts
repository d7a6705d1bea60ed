// Whether the family who cannot safely be e-mailed were told of a meeting, by letter or by word; with the letters to print (R38, R61).

import { needWords } from '../../mail/wording-asks.ts';
import type { ByWord } from '../../workflows/api.ts';
import { doneWords, longTime, meetingOf, nameOf, namesOf, peopleOptions, upper } from '../in-words.ts';
import type { Page } from '../page.ts';
import { type ReachedHow, reachedAnswered, reachedFields } from '../reached-how.ts';
import { personOf, type Visit } from '../visit.ts';

const TOLD: ReachedHow = {
  label: 'Who was told',
  reached: 'were told',
  ways: [
    { value: 'post', text: 'I posted the letter' },
    { value: 'in person', text: 'I handed over the letter, or told them myself' },
    { value: 'telephone', text: 'I told them by telephone' },
  ],
  sayWho: 'Tick who was told',
  sayHow: 'Say how they were told',
};

const WHAT: Readonly<Record<ByWord['what'], string>> = {
  invitation: 'They are invited to it',
  change: 'It has another date, time or place',
  cancellation: 'It does not take place',
};

const toldBy = (visit: Visit) => visit.meetingNow?.byWord;
const people = (visit: Visit, ids: readonly string[]) => ids.flatMap((id) => personOf(visit, id) ?? []);
const left = (visit: Visit) => peopleOptions(visit, people(visit, toldBy(visit)?.left ?? []));

export const tell: Page = {
  purpose: 'tell',
  button: 'Record this',
  title: (visit) => `Was the family told of ${meetingOf(visit)}?`,
  intro: () => [
    'No e-mail is safe for them. Print their letter, write name and address on it by hand, and post it or hand it over. Telling them yourself counts too.',
  ],
  facts(visit) {
    const told = toldBy(visit);
    if (!told) return [];
    const needs = people(visit, told.people).flatMap((person) => needsOf(visit, person.id));
    return [
      ['What to tell', WHAT[told.what]],
      ['When', upper(longTime(told.start))],
      ...(needs.length > 0 ? [['What they need', needs.join('; ')] as const] : []),
    ];
  },
  links: (visit) =>
    people(visit, toldBy(visit)?.people ?? []).map((person) => ({
      href: visit.to('letter', `letter/${visit.meeting}/${person.id}`).replace('/do/', '/letters/'),
      text: `Print the letter for ${nameOf(visit, person)}`,
    })),
  closed: (visit) => (visit.duty && toldBy(visit) ? undefined : doneWords(visit)),
  fields: (visit) => reachedFields(TOLD, left(visit)),
  answer(visit, form) {
    const { to, how } = reachedAnswered(form, TOLD, left(visit));
    if (form.problems.length > 0 || how === undefined || !visit.meeting) return undefined;
    return {
      events: [{ type: 'family-told', meeting: visit.meeting, to: to.map((person) => ({ person, how })) }],
      says: [`Recorded: ${namesOf(visit, to)} ${to.length > 1 ? 'were' : 'was'} told (${how}).`],
    };
  },
};

const NEEDS: Readonly<Record<string, string>> = {
  interpreter: 'an interpreter',
  transport: 'help to get there',
  childcare: 'somebody to look after children',
  other: 'help to come',
};

/** What somebody of the family needs to take part and to read the letter, and what they asked for to be able to come. */
function needsOf(visit: Visit, id: string): string[] {
  const person = personOf(visit, id);
  const asked = visit.history.events.flatMap(({ event }) =>
    event.type === 'help-asked' && (event.person ?? event.by) === id ? [event.what ?? 'other'].flat() : [],
  );
  const words = [
    ...needWords(person?.needs ?? {}),
    ...[...new Set(asked)].map((what) => NEEDS[what] ?? 'help to come'),
  ];
  return person && words.length > 0 ? [`${upper(nameOf(visit, person))}: ${words.join(', ')}`] : [];
}
