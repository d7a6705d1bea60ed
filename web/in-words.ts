// Words that several pages use: people, meetings, days. Staff by name to staff, the family by role.

import { familyOf } from '../domain/duties/families.ts';
import { listed, mailWords, meetingWords, personWords, roleWords } from '../domain/notices/words.ts';
import { addDays, type Instant, inLondon } from '../domain/time/calendar.ts';
import { shown } from '../mail/address.ts';
import { longDate, longTime } from '../mail/dates.ts';
import { the, upper } from '../mail/duty-texts.ts';
import type { KnownPerson, OwedDuty } from '../workflows/api.ts';
import type { Option } from './forms.ts';
import { isOfFamily, type Visit } from './visit.ts';

/** "core group 3", "the initial child protection conference" */
export const meetingOf = ({ meeting, setting: { labels } }: Visit): string =>
  meeting ? the(meetingWords(meeting, labels)) : 'the meeting';

/** "minutes of core group 3" */
export const thingOf = ({ link, setting: { labels } }: Visit): string => mailWords(link.about, labels).thing;

/** Somebody as the reader may see them: no page names a child or one of the family. */
export function nameOf(visit: Visit, person: KnownPerson): string {
  const { labels } = visit.setting;
  if (isOfFamily(visit, person)) return familyWords(visit, person);
  const name = shown(personWords({ role: person.role, name: person.name }, labels)).slice(0, 120);
  return person.id === visit.me.id ? `${name}, you` : name;
}

/** "the parent"; "the first parent", where there are several. */
function familyWords({ people, setting: { labels } }: Visit, { id, role }: KnownPerson): string {
  const words = roleWords(role, labels);
  const same = people.filter((one) => roleWords(one.role, labels) === words);
  const nth = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth'][same.findIndex((one) => one.id === id)];
  return same.length > 1 && nth ? `the ${nth} ${words}` : `the ${words}`;
}

/** People to choose from. */
export const peopleOptions = (visit: Visit, people: readonly KnownPerson[]): readonly Option[] =>
  people.map((person) => ({ value: person.id, text: upper(nameOf(visit, person)) }));

/** "Amira Khan (social worker) and the parent" */
export const namesOf = (visit: Visit, ids: readonly string[]): string =>
  listed(visit.people.filter(({ id }) => ids.includes(id)).map((one) => nameOf(visit, one)));

/** "Monday 1 March 2027 at 1:30pm", London's time. */
export const momentWords = (at: Instant): string => longTime(inLondon(at));

/** Today, yesterday or another day: what most answers say, in one tap. */
export const dayOptions = ({ today }: Visit, words: (when: string) => string): readonly Option[] => [
  { value: 'today', text: words('today'), hint: longDate(today) },
  { value: 'yesterday', text: words('yesterday'), hint: longDate(addDays(today, -1)) },
  { value: 'day', text: words('on another day'), hint: 'Give the day below' },
];

/** What is owed no longer, in words. */
export function doneWords(visit: Visit): string {
  const done = visit.history.done.findLast(({ duty }) => duty === visit.link.about);
  const thing = upper(
    familyOf(visit.link.about) === 'hold' || familyOf(visit.link.about) === 'confirm'
      ? meetingOf(visit)
      : thingOf(visit),
  );
  return done
    ? `${thing}: this is recorded as done on ${longDate(done.on)}.`
    : `${thing}: this is not asked of anybody now.`;
}

/** Whether a duty is the reader's to answer for: who has a copy of its notice helps, and cannot put it off or pass it on. */
export const isAskedOf = ({ me }: Visit, { askedOf }: OwedDuty): boolean => askedOf?.includes(me.id) ?? true;

/** Why a reader of a copy cannot answer for it. */
export function ofOthers(visit: Visit): string {
  const names = namesOf(visit, visit.duty?.askedOf ?? []);
  return `${upper(thingOf(visit))}: this is asked of ${names || 'somebody else'}, and not of you.`;
}

export { longDate, longTime, the, upper };
