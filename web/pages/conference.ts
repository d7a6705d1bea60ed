// The initial conference, which no meeting is like: it is called with those who are invited, and decides whether there is a plan. What the pages
// that book a meeting, and say that it was held, ask in its place (R1, R20, L20).

import type { LocalDate } from '../../domain/time/calendar.ts';
import type { Field, Form, Option } from '../forms.ts';
import { longDate, longTime, meetingOf, peopleOptions, upper } from '../in-words.ts';
import { saysWhen, whenFields, whenOf } from '../meeting-fields.ts';
import type { Answer } from '../page.ts';
import type { Visit } from '../visit.ts';

export const isConference = ({ meeting }: Visit): boolean => meeting === 'initial-conference';

export const callFields = (visit: Visit): readonly Field[] => [
  ...whenFields(visit, ''),
  { is: 'several', name: 'invited', label: 'Who is called to it', options: peopleOptions(visit, visit.people) },
];

/** The conference is called: everybody who is, is invited. */
export function called(visit: Visit, form: Form): Answer | undefined {
  const when = whenOf(form, '');
  const invited = form.several('invited', peopleOptions(visit, visit.people));
  if (invited.length === 0) form.problem('invited', 'Tick everybody who is called to it');
  if (!when || form.problems.length > 0) return undefined;
  return {
    events: [{ type: 'conference-called', ...when, invited: [...invited] }],
    says: [`${upper(meetingOf(visit))} is booked for ${longTime(when.start)}.`],
  };
}

const DECISIONS: readonly Option[] = [
  { value: 'plan', text: 'The child is made subject of a child protection plan' },
  { value: 'no-plan', text: 'There is no child protection plan', hint: 'Leave the rest empty' },
];

/** @param staff who may have chaired it */
export const decisionFields = (visit: Visit, staff: readonly Option[]): readonly Field[] => [
  { is: 'select', name: 'chair', label: 'Who chaired it', options: [{ value: '', text: 'Choose' }, ...staff] },
  { is: 'several', name: 'present', label: 'Who was there', options: peopleOptions(visit, visit.people) },
  { is: 'choice', name: 'decision', label: 'What was decided', options: DECISIONS },
  {
    is: 'several',
    name: 'members',
    label: 'Who is in the core group',
    options: peopleOptions(visit, visit.people),
  },
  ...whenFields(visit, 'next-', 'The first core group, where its day was fixed'),
];

/** The conference was held: a plan begins with its core group, or there is none. What ends the enquiries weighs. */
export function decided(
  visit: Visit,
  form: Form,
  on: LocalDate | undefined,
  staff: readonly Option[],
): Answer | undefined {
  const chair = form.choice('chair', staff, 'Say who chaired it');
  const present = form.several('present', peopleOptions(visit, visit.people));
  if (present.length === 0) form.problem('present', 'Tick everybody who was there');
  const outcome = form.choice('decision', DECISIONS, 'Say what was decided');
  const members = form.several('members', peopleOptions(visit, visit.people));
  if (outcome === 'plan' && members.length === 0) form.problem('members', 'Tick everybody who is in the core group');
  const first = outcome === 'plan' && saysWhen(form, 'next-') ? whenOf(form, 'next-') : undefined;
  if (form.problems.length > 0 || on === undefined || !chair) return undefined;
  return {
    events: [
      {
        type: 'conference-held',
        on,
        outcome: outcome as 'plan' | 'no-plan',
        chair,
        present: [...present],
        ...(outcome === 'plan' && { members: [...members] }),
        ...(first && { firstCoreGroup: first }),
      },
    ],
    says: [
      `${upper(meetingOf(visit))} was held on ${longDate(on)}. ${outcome === 'plan' ? 'There is a plan.' : 'There is no plan.'}`,
    ],
    weighs: outcome === 'no-plan',
  };
}
