// One thing that was recorded is put right (L1): it did not happen, or not on that day, or with other people. What a correction may change is
// the case's to say; whatever this page cannot, people tell the social worker.

import { correctionIn } from '../../client/corrections-sent.ts';
import { endsSomething } from '../../domain/case/catalogue.ts';
import type { CaseEvent, Recorded } from '../../domain/case/events.ts';
import { fates } from '../../domain/case/put-right.ts';
import type { Field, Form, Option } from '../forms.ts';
import { momentWords, nameOf, namesOf, peopleOptions, upper } from '../in-words.ts';
import type { Page, SaidEvent } from '../page.ts';
import { lineOf } from '../said-before.ts';
import { isOfFamily, personOf, type Visit } from '../visit.ts';
import { whomToTell } from './wrong.ts';

/** The event as it stands now; undefined where it was taken back, or there is none. */
const target = ({ link, history }: Visit): Recorded | undefined => fates(history.events).get(link.about)?.stands;

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

const NEVER: Option = { value: 'never', text: 'It did not happen, or not in this case' };
const ELSE: Option = { value: 'else', text: 'Something else is wrong with it' };
const options = (event: CaseEvent): readonly Option[] => [
  NEVER,
  ...partsOf(event).map(({ field, says }) => ({ value: field, text: says })),
  ELSE,
];

const staff = (visit: Visit) => visit.people.filter((one) => !isOfFamily(visit, one));

/** The questions that the choices lead to; each says for which it is. */
function asked(visit: Visit, event: CaseEvent): readonly Field[] {
  const parts = partsOf(event);
  const has = (is: Part['is']) => parts.some((one) => one.is === is);
  const all: readonly (Field | false)[] = [
    has('day') && {
      ...{ is: 'date', name: 'day', label: 'The right day' },
      hint: 'Only if the day is wrong. For example, 27 3 2028',
    },
    has('people') && {
      ...{ is: 'several', name: 'people', label: 'Everybody who was there' },
      hint: 'Only if other people were there: tick all of them',
      options: peopleOptions(visit, visit.people),
    },
    has('person') && {
      ...{ is: 'select', name: 'person', label: 'The right person', hint: 'Only if it was, or is for, somebody else' },
      options: [{ value: '', text: 'Choose' }, ...peopleOptions(visit, staff(visit))],
    },
  ];
  return all.filter((one) => one !== false);
}

/** What is said in place of what was recorded; undefined where the form does not say it. */
function changed(visit: Visit, form: Form, event: CaseEvent, how: string): Record<string, unknown> | undefined {
  const part = partsOf(event).find(({ field }) => field === how);
  switch (part?.is) {
    case 'day': {
      const day = form.date('day', 'Give the right day');
      return day === undefined ? undefined : { [how]: day };
    }
    case 'person': {
      const person = form.choice('person', peopleOptions(visit, staff(visit)), 'Choose the right person');
      return person === undefined ? undefined : { [how]: person };
    }
    case 'people': {
      const people = form.several('people', peopleOptions(visit, visit.people));
      if (people.length === 0) return form.problem('people', 'Tick everybody who was there');
      // Whoever came for somebody else did.
      return { [how]: [...people, ...present(event).filter((one) => typeof one !== 'string')] };
    }
    default:
      return undefined;
  }
}

const present = (event: CaseEvent) => ('present' in event ? (event.present ?? []) : []);

export const mistake: Page = {
  purpose: 'put-right',
  button: 'Put it right',
  alone: true,
  title: () => 'How should it be?',
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
    return target(visit) ? undefined : 'This is taken back already, or was never recorded.';
  },
  fields(visit) {
    const found = target(visit);
    if (!found) return [];
    return [
      { is: 'choice', name: 'how', label: 'What is wrong', options: options(found.event) },
      ...asked(visit, found.event),
      { is: 'line', name: 'why', label: 'How the mistake came about', hint: 'In a few words, without names' },
    ];
  },
  answer(visit, form) {
    const found = target(visit);
    const how = found && form.choice('how', options(found.event), 'Say what is wrong');
    if (!found || how === undefined) return undefined;
    if (how === ELSE.value) return { nothing: [whomToTell(visit)] };
    const change = how === NEVER.value ? undefined : changed(visit, form, found.event, how);
    const reason = form.line('why', 'Say how the mistake came about');
    if (form.problems.length > 0 || reason === undefined || (how !== NEVER.value && !change)) return undefined;
    const weighs = endsSomething(found.event);
    return change
      ? { events: [correction(visit, change, reason)], says: ['It is put right.'], weighs }
      : {
          ...{ events: [{ type: 'event-withdrawn', withdraws: visit.link.about, reason }], weighs },
          says: [`It is taken back: ${lineOf(visit, found)}.`],
        };
  },
};

function correction({ link, history, me }: Visit, change: Record<string, unknown>, reason: string): SaidEvent {
  const { event } = correctionIn(history.events, { corrects: link.about, change, by: me.id, reason });
  const { by: _by, ...said } = event;
  return said as SaidEvent;
}
