// What was considered, decided or explained, and what took place outside of meetings: each a day, or a few words.

import type { LocalDate } from '../../domain/time/calendar.ts';
import { dayAnswered, dayFields, NOT_YET_SAID } from '../day-answer.ts';
import type { Option } from '../forms.ts';
import { longDate, meetingOf } from '../in-words.ts';
import type { SaidEvent, SmallPage } from '../page.ts';
import type { Visit } from '../visit.ts';

interface OnADay {
  readonly title: string;
  /** "It was held today" */
  readonly words: (when: string) => string;
  readonly event: (on: LocalDate) => SaidEvent;
}

/** Something that happened on a day, of which nothing more is said. */
const onADay = ({ title, words, event }: OnADay): SmallPage => ({
  title: () => title,
  fields: (visit) => dayFields(visit, 'Your answer', words),
  answer(visit, form) {
    const on = dayAnswered(visit, form, 'Say whether it was done');
    if (on === undefined) return undefined;
    return on === 'not yet' ? NOT_YET_SAID : { events: [event(on)], says: [`${words(`on ${longDate(on)}`)}.`] };
  },
});

/** R71. */
export const engaged = onADay({
  title: 'Have you talked with the parents about working with the plan?',
  words: (when) => `I tried to encourage them ${when}`,
  event: (on) => ({ type: 'engagement-attempted', on }),
});

/** R72, R145. */
export const discussed = onADay({
  title: 'Was the strategy discussion held?',
  words: (when) => `It was held ${when}`,
  event: (on) => ({ type: 'strategy-discussion-held', on }),
});

const OUTCOMES: readonly Option[] = [
  { value: 'to-be-held', text: 'Yes, one is to be held' },
  { value: 'not-needed', text: 'No, none is needed' },
];

/** R72: whichever way it was decided, with its reasons. */
export const considered: SmallPage = {
  title: () => 'Is a strategy discussion needed?',
  intro: () => ['Consent was withdrawn. Please decide together, and record what was decided with the reasons.'],
  fields: () => [
    { is: 'choice', name: 'outcome', label: 'What was decided', options: OUTCOMES },
    { is: 'text', name: 'why', label: 'The reasons', hint: 'In a sentence or two, without names' },
  ],
  answer(visit, form) {
    const outcome = form.choice('outcome', OUTCOMES, 'Say what was decided');
    const reason = form.text('why', 'Give the reasons');
    if (outcome === undefined || reason === undefined) return undefined;
    return {
      events: [
        { type: 'strategy-considered', outcome: outcome as 'to-be-held' | 'not-needed', on: visit.today, reason },
      ],
      says: [outcome === 'to-be-held' ? 'A strategy discussion is to be held.' : 'No strategy discussion is needed.'],
      weighs: true,
    };
  },
};

/** R144: an assessment that a review asked for. */
export const assessed: SmallPage = {
  title: () => 'Is the assessment complete?',
  fields: (visit) => [
    ...dayFields(visit, 'The assessment', (when) => `It was completed ${when}`),
    { is: 'text', name: 'outcome', label: 'What it concludes', hint: 'In a sentence or two, without names' },
  ],
  answer(visit, form) {
    const on = dayAnswered(visit, form, 'Say whether it is complete');
    if (on === 'not yet') return NOT_YET_SAID;
    const outcome = form.text('outcome', 'Say what it concludes');
    if (on === undefined || outcome === undefined) return undefined;
    return {
      events: [{ type: 'assessment-completed', on, outcome }],
      says: [`The assessment was completed on ${longDate(on)}.`],
    };
  },
};

interface Told {
  readonly title: (visit: Visit) => string;
  /** The one answer besides "not yet". */
  readonly text: string;
  /** What the decision is called on the case. */
  readonly decision: string;
  readonly why: string;
}

/** What is closed by a decision about it, with what was decided in words. */
const decided = ({ title, text, decision, why }: Told): SmallPage => {
  const options: readonly Option[] = [
    { value: 'yes', text },
    { value: 'no', text: 'Not yet' },
  ];
  return {
    title,
    fields: () => [
      { is: 'choice', name: 'done', label: 'Your answer', options },
      { is: 'text', name: 'why', label: why, hint: 'In a sentence or two, without names. It stands on the case' },
    ],
    answer(visit, form) {
      const done = form.choice('done', options, 'Choose an answer');
      if (done === 'no') return NOT_YET_SAID;
      const reason = form.text('why', `Please say: ${why.toLowerCase()}`);
      if (done === undefined || reason === undefined) return undefined;
      return {
        events: [{ type: 'decision-recorded', about: visit.link.about, decision, reason }],
        says: ['Your words stand on the case.'],
      };
    },
  };
};

/** R115. */
export const explained = decided({
  title: (visit) => `Why was ${meetingOf(visit)} late?`,
  ...{ text: 'This is why', decision: 'explained', why: 'The reason' },
});

/** R74. */
export const nextSteps = decided({
  title: (visit) => `What happens next, after ${meetingOf(visit)}?`,
  ...{ text: 'We have decided', decision: 'next steps', why: 'What was decided' },
});

/** L4. */
export const transferred = decided({
  title: () => 'Does the other authority know about the case?',
  ...{ text: 'Yes, the case was handed over', decision: 'handed over', why: 'To whom, and how' },
});
