// One thing that was recorded is put right (L1): it did not happen, or not on that day, or with other people. What a correction may change is
// the case's to say; whatever this page cannot, people tell the social worker.

import { correctionIn } from '../../client/corrections-sent.ts';
import { endsSomething } from '../../domain/case/catalogue.ts';
import type { CaseEvent, Recorded } from '../../domain/case/events.ts';
import { fates } from '../../domain/case/put-right.ts';
import type { Field, Form, Option } from '../forms.ts';
import { momentWords, nameOf, namesOf, peopleOptions, upper } from '../in-words.ts';
import type { Answer, Page, SaidEvent } from '../page.ts';
import { lineOf } from '../said-before.ts';
import { isOfFamily, personOf, type Visit } from '../visit.ts';
import { whomToTell } from './wrong.ts';

/** What a link is about: an event, and, once that is said, what is wrong with it. No id holds a space. */
function aboutOf({ link }: Visit): { readonly id: string; readonly how: string | undefined } {
  const [id = '', how] = link.about.split(' ');
  return { id, how };
}

/** The event as it stands now; undefined where it was taken back, or there is none. */
const target = (visit: Visit): Recorded | undefined => fates(visit.history.events).get(aboutOf(visit).id)?.stands;

/** What of an event can be said anew here: the field, and what the choice says. */
interface Part {
  readonly field: string;
  readonly is: 'day' | 'person' | 'people';
  readonly says: string;
}
const DAY: Part = { field: 'on', is: 'day', says: 'It was on another day' };
const CHAIR: Part = { field: 'chair', is: 'person', says: 'Somebody else chaired it' };
const PRESENT: Part = { field: 'present', is: 'people', says: 'Other people were there' };

function partsOf(event: CaseEvent): readonly Part[] {
  const day = 'on' in event && event.on !== undefined ? [DAY] : [];
  switch (event.type) {
    case 'meeting-held':
      return [
        ...[...day, PRESENT, CHAIR],
        { field: 'minuteTaker', is: 'person', says: 'Somebody else took the minutes' },
      ];
    case 'conference-held':
      return [...day, PRESENT, CHAIR];
    case 'action-agreed':
      return [
        { field: 'owner', is: 'person', says: 'It is for somebody else' },
        { field: 'due', is: 'day', says: 'It is to be done by another day' },
      ];
    default:
      return day;
  }
}

const partOf = (event: CaseEvent, how: string): Part | undefined => partsOf(event).find(({ field }) => field === how);

const NEVER: Option = { value: 'never', text: 'It did not happen, or not in this case' };
const ELSE: Option = { value: 'else', text: 'Something else is wrong with it' };
const options = (event: CaseEvent): readonly Option[] => [
  NEVER,
  ...partsOf(event).map(({ field, says }) => ({ value: field, text: says })),
  ELSE,
];

const staff = (visit: Visit) => visit.people.filter((one) => !isOfFamily(visit, one));

/** What is asked of one part, once it is said that it is wrong. */
function asked(visit: Visit, part: Part | undefined): readonly Field[] {
  switch (part?.is) {
    case 'day':
      return [{ is: 'date', name: 'day', label: 'The right day', hint: 'For example, 27 3 2028' }];
    case 'person':
      return [{ is: 'choice', name: 'person', label: 'The right person', options: peopleOptions(visit, staff(visit)) }];
    case 'people':
      return [
        {
          is: 'several',
          name: 'people',
          label: 'Who was there',
          hint: 'Tick everybody who was',
          options: peopleOptions(visit, visit.people),
        },
      ];
    default:
      return [];
  }
}

const YES: readonly Option[] = [{ value: 'yes', text: 'Yes, take it back' }];

/** What is said in place of what was recorded; undefined where the form does not say it. */
function changed(visit: Visit, form: Form, event: CaseEvent, { field, is }: Part): Record<string, unknown> | undefined {
  switch (is) {
    case 'day': {
      const day = form.date('day', 'Give the right day');
      return day === undefined ? undefined : { [field]: day };
    }
    case 'person': {
      const person = form.choice('person', peopleOptions(visit, staff(visit)), 'Choose the right person');
      return person === undefined ? undefined : { [field]: person };
    }
    case 'people': {
      const people = form.several('people', peopleOptions(visit, visit.people));
      if (people.length === 0) return form.problem('people', 'Tick everybody who was there');
      // Whoever came for somebody else did.
      return { [field]: [...people, ...present(event).filter((one) => typeof one !== 'string')] };
    }
    default:
      return is satisfies never;
  }
}

const present = (event: CaseEvent) => ('present' in event ? (event.present ?? []) : []);

/** The page that asks what is wrong with one thing, and then, at an address of its own, how it should be. */
export const mistake: Page = {
  purpose: 'put-right',
  button: 'Send this',
  alone: true,
  title(visit) {
    const { how } = aboutOf(visit);
    return how === undefined ? 'What is wrong with it?' : how === NEVER.value ? 'Take it back?' : 'How should it be?';
  },
  intro: () => [
    'What was recorded stays in the history, marked as put right. Whoever was told of it hears what is no longer so.',
  ],
  facts(visit) {
    const found = target(visit);
    if (!found) return [];
    const by = personOf(visit, found.event.by);
    const there = present(found.event).map((one) => (typeof one === 'string' ? one : one.for));
    return [
      ['Recorded', lineOf(visit, found)],
      ...(by ? [['By', `${upper(nameOf(visit, by))}, on ${momentWords(found.recordedAt)}`] as const] : []),
      ...(there.length > 0 ? [['Recorded as there', upper(namesOf(visit, there))] as const] : []),
    ];
  },
  closed(visit) {
    if (isOfFamily(visit, visit.me)) return whomToTell(visit);
    const found = target(visit);
    const { how } = aboutOf(visit);
    return found && (how === undefined || how === NEVER.value || partOf(found.event, how))
      ? undefined
      : 'This is taken back already, or was never recorded.';
  },
  fields(visit) {
    const found = target(visit);
    const { how } = aboutOf(visit);
    if (!found) return [];
    if (how === undefined) return [{ is: 'choice', name: 'how', label: 'Choose one', options: options(found.event) }];
    return [
      ...(how === NEVER.value
        ? [{ is: 'choice', name: 'sure', label: 'Did it not happen?', options: YES } as const]
        : asked(visit, partOf(found.event, how))),
      { is: 'line', name: 'why', label: 'How the mistake came about', hint: 'In a few words, without names' },
    ];
  },
  answer(visit, form) {
    const found = target(visit);
    const { how } = aboutOf(visit);
    if (!found) return undefined;
    return how === undefined ? chosen(visit, form, found) : mended(visit, form, found, how);
  },
};

function chosen(visit: Visit, form: Form, { event }: Recorded): Answer | undefined {
  const how = form.choice('how', options(event), 'Say what is wrong');
  if (how === undefined) return undefined;
  return how === ELSE.value
    ? { nothing: [whomToTell(visit)] }
    : { next: visit.to('put-right', `${aboutOf(visit).id} ${how}`) };
}

function mended(visit: Visit, form: Form, found: Recorded, how: string): Answer | undefined {
  const part = partOf(found.event, how);
  const change = part && changed(visit, form, found.event, part);
  if (!part) form.choice('sure', YES, 'Say that it did not happen');
  const reason = form.line('why', 'Say how the mistake came about');
  if (form.problems.length > 0 || reason === undefined) return undefined;
  const weighs = endsSomething(found.event) || DECIDES.includes(found.event.type);
  return change
    ? { events: [correction(visit, change, reason)], says: ['It is put right.'], weighs }
    : {
        events: [{ type: 'event-withdrawn', withdraws: aboutOf(visit).id, reason }],
        weighs,
        says: [`It is taken back: ${lineOf(visit, found)}.`],
      };
}

const DECIDES: readonly string[] = ['plan-approved', 'decision-recorded'];

function correction(visit: Visit, change: Record<string, unknown>, reason: string): SaidEvent {
  const said = { corrects: aboutOf(visit).id, change, by: visit.me.id, reason };
  const { by: _by, ...event } = correctionIn(visit.history.events, said).event;
  return event as SaidEvent;
}
