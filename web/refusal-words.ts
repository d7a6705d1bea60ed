// Why the case would not have an answer, in the words of the pages: a refusal is written for services, with ids of people and names of fields, and
// says what to give there. Its rule stays in front.

import { EVENT_TYPES } from '../domain/case/catalogue.ts';
import { mailWords, readable, roleWords } from '../domain/notices/words.ts';
import { longDate, longTime, nameOf, upper } from './in-words.ts';
import { isOfFamily, personOf, type Visit } from './visit.ts';

/** What a gate asks for, as a page asks for it. Longer ones first, where one begins another. */
const WAYS: readonly (readonly [asked: string, words: string])[] = [
  [
    'give all who came in present, with { for: … } for a representative; or record meeting-not-held',
    'tick everybody who was there, and for whom somebody else came; or say that it did not take place',
  ],
  ['give reason and writtenReport.agreedBy: ', 'say what is exceptional, and that the line manager agreed: '],
  ['give reason and writtenReport.agreedBy', 'say what is exceptional, and which line manager agreed'],
  ['give reason, or give a reason', 'give a reason'],
  ['give reason', 'give a reason'],
  ['give owner and due', 'say whose it is, and by when'],
  ['give planAgreed: true', 'say that the plan was agreed, once it is'],
  ['give next with start', 'give the day, time and place of the next one'],
  ['give firstCoreGroup with start and venue', 'give the day, time and place of the first core group'],
  ['give members', 'tick everybody who is in the core group'],
  ['give both in present', 'tick both of them among who was there'],
  ['give consulted', 'say who was consulted'],
  ['give consultationDocuments: true', 'tick that consultation documents go out'],
  ['give noSignificantChange: true', 'say that nothing has changed significantly'],
  ['give discussedWith', 'say with whom it was discussed'],
  ['give contactAgain or supportAgencies', 'say how to contact the service again, or who else can help'],
  ['name one of them in to', 'say which of them it went to'],
  ['name another minuteTaker', 'say who else took the minutes'],
  ['name the manager as minuteTaker', 'say that the manager took the minutes'],
  ['name the manager as chair', 'say that the manager chaired it'],
  ['record meeting-not-held', 'say that it did not take place'],
  ['record that it was held, or book it anew', 'say that it was held, or give a day to come'],
  ['record minutes-received', 'have those minutes recorded first, behind the link of the mail that asks for them'],
  ['record papers-provided', 'have it recorded first, by the social worker, that they were provided'],
  ['record consent-given', 'have the family’s consent recorded first, by the social worker'],
  ['record assessment-completed', 'have the assessment recorded first, by the social worker'],
  ['record plan-proposed with members', 'have the plan proposed with its members first, by the social worker'],
  ['record conference-held or plan-approved', 'have the conference, or the approval of the plan, recorded first'],
  ['record closure-discussed with one of them', 'have it recorded first, by the social worker, that it was discussed'],
  ['record apologies-received with a representative first', 'have it recorded first who comes for them'],
  ['record person-joined first', 'have them recorded first, by the social worker'],
  ['record conference-called', 'have it recorded first who was called to it'],
  ['put these right in the same record', 'please have these put right first'],
];

const TYPES: readonly string[] = EVENT_TYPES;
/** `minutes-received: on: …`: which event, and which of its fields. */
const PLACE = new RegExp(`(^|[;:] )(?:${TYPES.join('|')}): (?:[a-z][A-Za-z0-9]*(?:\\.[A-Za-z0-9]+)*: )*`, 'g');
const TYPE = new RegExp(`(?<![\\w/-])(?:${TYPES.filter((type) => type.includes('-')).join('|')})(?![\\w/-])`, 'g');
const QUOTED = /"([^"]{1,300})"/g;
const LISTED = /\(([\w-]+(?:, [\w-]+)*)\)/g;
const MOMENT = /\b\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}\b/g;
/** `minuteTaker` */
const FIELD = /\b[a-z]+(?:[A-Z][a-z]+)+\b/g;

/**
 * A refusal, or what is recorded all the same, as its reader can act on it.
 * `minutes-received: on: 2028-02-01 is before the meeting, 2028-02-08` → "Tuesday 1 February 2028 is before the meeting, Tuesday 8 February 2028"
 */
export function refusalWords(visit: Visit, message: string): string {
  const { labels } = visit.setting;
  const plain = WAYS.reduce((text, [asked, words]) => text.replaceAll(asked, words), message)
    .replace(PLACE, '$1')
    .replace(
      /considered: ([a-z][a-z, -]*)/g,
      (_, items: string) => `what was thought of: ${items.replaceAll('-', ' ')}`,
    )
    .replace(QUOTED, (said, id: string) => meant(visit, id) ?? said)
    .replace(LISTED, (said, ids: string) => everybody(visit, ids.split(', ')) ?? said)
    .replace(MOMENT, (at) => longTime(at.replace(' ', 'T')));
  const read = readable(plain, longDate, labels)
    .replace(TYPE, (type) => `“${type.replaceAll('-', ' ')}”`)
    .replace(FIELD, (field) => field.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`));
  return upper(read);
}

/** Whom or what an id stands for: nobody but services knows it. */
function meant(visit: Visit, id: string): string | undefined {
  const { labels } = visit.setting;
  const person = personOf(visit, id);
  if (person?.id === visit.me.id) return 'you';
  if (person) return isOfFamily(visit, visit.me) ? `the ${roleWords(person.role, labels)}` : nameOf(visit, person);
  if (visit.history.events.some((one) => one.id === id)) return 'what was recorded before';
  return visit.owed.duties.some(({ duty }) => duty === id) ? mailWords(id, labels).thing : undefined;
}

/** `(amira, tom)`, where each is somebody of the case. */
function everybody(visit: Visit, ids: readonly string[]): string | undefined {
  const names = ids.map((id) => (personOf(visit, id) ? meant(visit, id) : undefined));
  return names.every((name) => name !== undefined)
    ? `(${names.map((name) => name.replace(/ \((.*)\)$/, ', $1')).join('; ')})`
    : undefined;
}
