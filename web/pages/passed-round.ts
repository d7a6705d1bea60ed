// What goes round: the papers of a review or conference, and a plan that a review amended (R112, R126–R128, R146). And what an action lacks (R136).

import { shown } from '../../mail/address.ts';
import { dayAnswered, dayFields, NOT_YET_SAID } from '../day-answer.ts';
import type { Option } from '../forms.ts';
import { longDate, meetingOf, namesOf, peopleOptions, upper } from '../in-words.ts';
import type { SmallPage } from '../page.ts';
import { type ReachedHow, reachedAnswered, reachedFields } from '../reached-how.ts';
import { standingEvents } from '../said-before.ts';
import type { Visit } from '../visit.ts';

/** By the names that the case gives them. */
const PAPERS: readonly Option[] = [
  { value: 'review-report', text: 'The report' },
  { value: 'plan', text: 'The plan' },
  { value: 'minutes', text: 'The minutes of the meetings since the last one' },
  { value: 'consultation', text: 'What the child and the family say' },
];

export const papersReady: SmallPage = {
  title: (visit) => `Are the papers for ${meetingOf(visit)} ready?`,
  intro: () => ['Ready means: shared with whoever chairs it. What comes later you can record then.'],
  fields: (visit) => [
    ...dayFields(visit, 'The papers', (when) => `They were shared ${when}`),
    { is: 'several', name: 'papers', label: 'Which', options: PAPERS },
  ],
  answer(visit, form) {
    const on = dayAnswered(visit, form, 'Say whether they are ready');
    if (on === 'not yet') return NOT_YET_SAID;
    const documents = form.several('papers', PAPERS);
    if (documents.length === 0) form.problem('papers', 'Tick which');
    if (on === undefined || form.problems.length > 0 || !visit.meeting) return undefined;
    return {
      events: [{ type: 'papers-provided', meeting: visit.meeting, documents: [...documents], on }],
      says: [`Papers for ${meetingOf(visit)} were shared on ${longDate(on)}.`],
      onward: 'Record more of them',
    };
  },
};

const GIVEN: ReachedHow = {
  label: 'Who was given it',
  reached: 'got it',
  ways: [
    { value: 'e-mail', text: 'By secure e-mail' },
    { value: 'post', text: 'By post' },
    { value: 'in person', text: 'In person' },
  ],
  sayWho: 'Tick who was given it',
  sayHow: 'Say how they got it',
};

/** Who is not recorded as having the amended plan. */
function withoutPlan(visit: Visit) {
  const has = standingEvents(visit).flatMap(({ event }) =>
    event.type === 'plan-circulated' && event.meeting === visit.meeting ? event.to.map(({ person }) => person) : [],
  );
  return visit.people.filter(({ id, socialWorker }) => !has.includes(id) && !socialWorker);
}

export const planPassedOn: SmallPage = {
  title: () => 'Who has the amended plan?',
  intro: () => ['It goes to the child where that is right, the parents, and every agency in it, new ones included.'],
  fields: (visit) => reachedFields(GIVEN, peopleOptions(visit, withoutPlan(visit))),
  answer(visit, form) {
    const { to, how } = reachedAnswered(form, GIVEN, peopleOptions(visit, withoutPlan(visit)));
    if (how === undefined || form.problems.length > 0 || !visit.meeting) return undefined;
    return {
      events: [{ type: 'plan-circulated', meeting: visit.meeting, to: to.map((person) => ({ person, how })) }],
      says: [`${upper(namesOf(visit, to))} ${to.length > 1 ? 'have' : 'has'} the amended plan.`],
      ...(to.length < withoutPlan(visit).length && { onward: 'Record who else has it' }),
    };
  },
};

/** `date/action/housing` → `housing` */
const actionIn = ({ link }: Visit): string => link.about.split('/').slice(2).join('/');
const owners = (visit: Visit) =>
  peopleOptions(
    visit,
    visit.people.filter(({ left }) => !left),
  );

export const actionCompleted: SmallPage = {
  title: () => 'Who carries out the action, and by when?',
  facts: (visit) => [['Action', `“${shown(actionIn(visit))}”`]],
  fields: (visit) => [
    { is: 'choice', name: 'owner', label: 'Who carries it out', options: owners(visit) },
    { is: 'date', name: 'due', label: 'By which day', hint: 'For example, 27 3 2028' },
  ],
  answer(visit, form) {
    const owner = form.choice('owner', owners(visit), 'Say who carries it out');
    const due = form.date('due', 'Give the day');
    if (owner === undefined || due === undefined) return undefined;
    return {
      events: [{ type: 'action-agreed', id: actionIn(visit), owner, due }],
      says: [`${upper(namesOf(visit, [owner]))} carries it out by ${longDate(due)}.`],
    };
  },
};
