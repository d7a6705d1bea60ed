// Who was given the minutes, and how: for all, or in parts.

import { doneWords, longDate, meetingOf, namesOf, peopleOptions } from '../in-words.ts';
import type { Page } from '../page.ts';
import { type ReachedHow, reachedAnswered, reachedFields } from '../reached-how.ts';
import type { Visit } from '../visit.ts';

const GIVEN: ReachedHow = {
  label: 'Who was given them',
  reached: 'got them',
  ways: [
    { value: 'e-mail', text: 'By secure e-mail' },
    { value: 'post', text: 'By post' },
    { value: 'in person', text: 'In person' },
    { value: 'withheld', text: 'They were withheld', hint: 'Say why below' },
  ],
  sayWho: 'Tick who was given the minutes',
  sayHow: 'Say how they got them',
};

/** Members of that day, the family among them, who have not had them yet; also who has left since (R37). */
const without = ({ people, meetingNow }: Visit) => people.filter(({ id }) => meetingNow?.without.includes(id));

export const distribute: Page = {
  purpose: 'distribute',
  button: 'Record this',
  title: (visit) => `Who has the minutes of ${meetingOf(visit)}?`,
  intro: (visit) =>
    (visit.meetingNow?.distributed.length ?? 0) > 0
      ? [`Recorded already for ${namesOf(visit, visit.meetingNow?.distributed ?? [])}.`]
      : [],
  facts: ({ duty }) => (duty?.due ? [['To be passed on by', longDate(duty.due)]] : []),
  closed: (visit) => (visit.duty ? undefined : doneWords(visit)),
  joint: () => true,
  fields: (visit) => [
    ...reachedFields(GIVEN, peopleOptions(visit, without(visit))),
    { is: 'text', name: 'why', label: 'Why they were withheld', hint: 'Only if they were. It stands on the case' },
  ],
  answer(visit, form) {
    const { to, how } = reachedAnswered(form, GIVEN, peopleOptions(visit, without(visit)));
    const reason = how === 'withheld' ? form.text('why', 'Say why they were withheld') : undefined;
    if (form.problems.length > 0 || how === undefined || !visit.meeting) return undefined;
    const given = to.map((person) => ({ person, how, ...(reason !== undefined && { reason }) }));
    return {
      events: [{ type: 'minutes-distributed', meeting: visit.meeting, to: given }],
      says: [`Recorded for ${namesOf(visit, to)}: ${how === 'e-mail' ? 'by secure e-mail' : how}.`],
      ...(to.length < without(visit).length && { onward: 'Record who else has them' }),
    };
  },
};
