// What a child in need case that closes asks for: closing it, the letter to the family, telling everybody, and what universal services take on
// (R153, R157–R162).

import { dayAnswered, dayFields, NOT_YET_SAID } from '../day-answer.ts';
import type { Option } from '../forms.ts';
import { longDate, namesOf, peopleOptions, upper } from '../in-words.ts';
import type { SmallPage } from '../page.ts';
import { type ReachedHow, reachedAnswered, reachedFields } from '../reached-how.ts';
import { standingEvents } from '../said-before.ts';
import { isOfFamily, type Visit } from '../visit.ts';

const family = (visit: Visit) => visit.people.filter((one) => isOfFamily(visit, one) && !one.left);

const SAYS: readonly Option[] = [
  { value: 'contactAgain', text: 'How the family can make contact again' },
  { value: 'supportAgencies', text: 'Who else can help them' },
];

/** R158–R161. */
export const closureLetter: SmallPage = {
  title: () => 'Has the closure letter gone?',
  intro: () => [
    'It is no surprise to the family: closing is talked over with them first. It says how to make contact again, or who else can help.',
  ],
  fields: (visit) => [
    ...dayFields(visit, 'The letter', (when) => `It was sent ${when}`),
    { is: 'several', name: 'to', label: 'To whom', options: peopleOptions(visit, family(visit)) },
    { is: 'several', name: 'says', label: 'What it says', options: SAYS },
  ],
  answer(visit, form) {
    const on = dayAnswered(visit, form, 'Say whether it has gone');
    if (on === 'not yet') return NOT_YET_SAID;
    const to = form.several('to', peopleOptions(visit, family(visit)));
    if (to.length === 0) form.problem('to', 'Tick whom it went to');
    const says = form.several('says', SAYS);
    if (on === undefined || form.problems.length > 0) return undefined;
    return {
      events: [
        { type: 'closure-letter-sent', to: [...to], on, ...Object.fromEntries(says.map((what) => [what, true])) },
      ],
      says: [`The closure letter went to ${namesOf(visit, to)} on ${longDate(on)}.`],
    };
  },
};

const TOLD: ReachedHow = {
  label: 'Who was told',
  reached: 'were told',
  ways: [
    { value: 'in person', text: 'In person' },
    { value: 'telephone', text: 'By telephone' },
    { value: 'e-mail', text: 'By secure e-mail' },
    { value: 'post', text: 'By post' },
  ],
  sayWho: 'Tick who was told',
  sayHow: 'Say how they were told',
};

/** Who is not recorded as told. The one who tells the others needs no telling. */
function untold(visit: Visit) {
  const told = standingEvents(visit).flatMap(({ event }) => (event.type === 'closure-notified' ? [event.person] : []));
  return visit.people.filter(({ id, socialWorker }) => !told.includes(id) && !socialWorker);
}

/** R157. */
export const toldOfClosure: SmallPage = {
  title: () => 'Who knows that the case is closed?',
  fields: (visit) => reachedFields(TOLD, peopleOptions(visit, untold(visit))),
  answer(visit, form) {
    const { to, how } = reachedAnswered(form, TOLD, peopleOptions(visit, untold(visit)));
    if (how === undefined || form.problems.length > 0) return undefined;
    return {
      events: to.map((person) => ({ type: 'closure-notified', person, how, on: visit.today })),
      says: [`${upper(namesOf(visit, to))} ${to.length > 1 ? 'know' : 'knows'} that the case is closed.`],
      ...(to.length < untold(visit).length && { onward: 'Record who else was told' }),
    };
  },
};

const others = (visit: Visit) => visit.people.filter(({ socialWorker, left }) => !socialWorker && !left);

/** R162. */
export const steppedDown: SmallPage = {
  title: () => 'Was it talked over what universal services take on?',
  fields: (visit) => [
    ...dayFields(visit, 'The talk', (when) => `It was ${when}`),
    { is: 'several', name: 'with', label: 'With whom', options: peopleOptions(visit, others(visit)) },
  ],
  answer(visit, form) {
    const on = dayAnswered(visit, form, 'Say whether it was talked over');
    if (on === 'not yet') return NOT_YET_SAID;
    const talked = form.several('with', peopleOptions(visit, others(visit)));
    if (talked.length === 0) form.problem('with', 'Tick with whom');
    if (on === undefined || form.problems.length > 0) return undefined;
    return {
      events: [{ type: 'closure-discussed', with: [...talked], on }],
      says: [`It was talked over with ${namesOf(visit, talked)} on ${longDate(on)}.`],
    };
  },
};

const CLOSES: readonly Option[] = [
  { value: 'yes', text: 'Yes, the case is closed today' },
  { value: 'step-down', text: 'Yes, and universal services meet the needs that are left' },
  { value: 'no', text: 'Not yet' },
];

/** R142, R153–R155: once a route is complete. It ends the plan. */
export const closedCase: SmallPage = {
  title: () => 'Is this case closed?',
  intro: () => ['Closing was agreed. Once it is closed, the letter to the family and telling everybody are asked for.'],
  fields: () => [{ is: 'choice', name: 'closes', label: 'Your answer', options: CLOSES }],
  answer(visit, form) {
    const closes = form.choice('closes', CLOSES, 'Say whether it is closed');
    if (closes === undefined) return undefined;
    if (closes === 'no') return NOT_YET_SAID;
    const stepDown = closes === 'step-down' ? ({ stepDown: 'universal-services' } as const) : {};
    return {
      events: [{ type: 'case-closed', on: visit.today, ...stepDown }],
      says: ['The case is closed.'],
      weighs: true,
    };
  },
};
