// Whether a meeting took place: who chaired and took the minutes, who was there, when the next one is; or that it did not.

import type { LocalDate } from '../../domain/time/calendar.ts';
import type { Field, Form, Option } from '../forms.ts';
import { doneWords, longDate, meetingOf, peopleOptions, upper } from '../in-words.ts';
import { kindOf, saysWhen, whenFields, whenOf } from '../meeting-fields.ts';
import type { Answer, Page } from '../page.ts';
import { isOfFamily, type Visit } from '../visit.ts';
import { decided, decisionFields, isConference } from './conference.ts';

/** What a review decides. */
const OUTCOMES: Readonly<Record<string, readonly Option[]>> = {
  'review-conference': [
    { value: 'continue', text: 'The plan goes on' },
    { value: 'end', text: 'The plan ends' },
  ],
  'cin-review': [
    { value: 'continue', text: 'The plan goes on' },
    { value: 'close', text: 'To be closed' },
    { value: 'assess', text: 'A new assessment' },
    { value: 'strategy-discussion', text: 'A strategy discussion' },
  ],
};
const ENDS = ['end', 'close'];
const YES_NO: readonly Option[] = [
  { value: 'yes', text: 'Yes' },
  { value: 'no', text: 'No' },
];

/** The day it was booked for, once that has come. */
function booked({ meetingNow, today }: Visit): LocalDate | undefined {
  const day = meetingNow?.start?.slice(0, 10) as LocalDate | undefined;
  return day !== undefined && day <= today ? day : undefined;
}

function whether(visit: Visit): readonly Option[] {
  const day = booked(visit);
  return [
    ...(day ? [{ value: 'booked', text: `Yes, on ${longDate(day)}`, hint: 'As it was booked' }] : []),
    { value: 'day', text: day ? 'Yes, on another day' : 'Yes', hint: 'Give the day below' },
    { value: 'no', text: 'No, it did not take place', hint: 'Leave the rest empty' },
  ];
}

const staff = (visit: Visit) => visit.people.filter((person) => !isOfFamily(visit, person));
const choose: Option = { value: '', text: 'Choose' };
const hasNext = (visit: Visit) =>
  ['core-group', 'cin-meeting', 'review-conference', 'cin-review', 'lac-review'].includes(kindOf(visit));
const isFirst = ({ meeting }: Visit) => meeting === 'core-group-1' || meeting === 'cin-meeting-1';
const representing = (visit: Visit) =>
  visit.people.filter(({ id }) => visit.meetingNow?.apologies.some((one) => one.person === id && one.represented));

export const held: Page = {
  purpose: 'held',
  button: 'Record this',
  title: (visit) => `Was ${meetingOf(visit)} held?`,
  closed(visit) {
    if (visit.meetingNow?.held) return `${upper(meetingOf(visit))} was held on ${longDate(visit.meetingNow.held)}.`;
    return visit.duty ? undefined : doneWords(visit);
  },
  facts: ({ meetingNow, duty }) => [
    ...(meetingNow?.start ? [['Booked for', longDate(meetingNow.start)] as const] : []),
    ...(duty?.due ? [['To be held by', longDate(duty.due)] as const] : []),
  ],
  // What a review or a conference decides is decided of each child.
  joint: (visit) => !isConference(visit) && OUTCOMES[kindOf(visit)] === undefined,
  fields: (visit) => [
    { is: 'choice', name: 'held', label: 'The meeting', options: whether(visit) },
    { is: 'date', name: 'on', label: 'The other day', hint: 'Only if it was on another day. For example, 27 3 2028' },
    ...(isConference(visit) ? decisionFields(visit, peopleOptions(visit, staff(visit))) : meetingFields(visit)),
  ],
  answer(visit, form) {
    const how = form.choice('held', whether(visit), 'Say whether it was held');
    if (how === undefined || !visit.meeting) return undefined;
    if (how === 'no')
      return {
        events: [{ type: 'meeting-not-held', meeting: visit.meeting }],
        says: [`${upper(meetingOf(visit))} did not take place. A new date is needed.`],
      };
    const on = how === 'booked' ? booked(visit) : form.date('on', 'Give the day on which it was held');
    return isConference(visit)
      ? decided(visit, form, on, peopleOptions(visit, staff(visit)))
      : whatWasHeld(visit, form, on);
  },
};

function meetingFields(visit: Visit): readonly Field[] {
  return [
    { is: 'select', name: 'chair', label: 'Who chaired it', options: [choose, ...peopleOptions(visit, staff(visit))] },
    {
      is: 'select',
      name: 'minuteTaker',
      label: 'Who took the minutes',
      hint: 'Somebody else than the chair (R54)',
      options: [choose, ...peopleOptions(visit, staff(visit))],
    },
    { is: 'several', name: 'present', label: 'Who was there', options: peopleOptions(visit, visit.people) },
    ...(representing(visit).length > 0
      ? [
          {
            is: 'several',
            name: 'represented',
            label: 'For whom did somebody else come',
            options: peopleOptions(visit, representing(visit)),
          } as const,
        ]
      : []),
    ...planFields(visit),
    ...(hasNext(visit)
      ? whenFields(visit, 'next-', 'Where one was fixed. Leave the rest of this page empty otherwise')
      : []),
  ];
}

function planFields(visit: Visit): readonly Field[] {
  const outcomes = OUTCOMES[kindOf(visit)];
  return [
    ...(outcomes ? [{ is: 'choice', name: 'outcome', label: 'What was decided', options: outcomes } as const] : []),
    ...(isFirst(visit)
      ? [{ is: 'choice', name: 'planAgreed', label: 'Was the plan finalised and agreed', options: YES_NO } as const]
      : []),
    { is: 'line', name: 'scaling', label: 'The answer to the scaling question', hint: 'From 0 to 10, if it was asked' },
  ];
}

function whatWasHeld(visit: Visit, form: Form, on: LocalDate | undefined): Answer | undefined {
  const chair = form.choice('chair', peopleOptions(visit, staff(visit)), 'Say who chaired it');
  const minuteTaker = form.choice('minuteTaker', peopleOptions(visit, staff(visit)), 'Say who took the minutes');
  const present = form.several('present', peopleOptions(visit, visit.people));
  const represented = form.several('represented', peopleOptions(visit, representing(visit)));
  if (present.length === 0) form.problem('present', 'Tick everybody who was there');
  const outcomes = OUTCOMES[kindOf(visit)];
  const outcome = outcomes ? form.choice('outcome', outcomes, 'Say what was decided') : undefined;
  const agreed = isFirst(visit) ? form.choice('planAgreed', YES_NO, 'Say whether the plan was agreed') : undefined;
  const scaling = score(form);
  const next = hasNext(visit) && saysWhen(form, 'next-') ? whenOf(form, 'next-') : undefined;
  const { meeting } = visit;
  if (form.problems.length > 0 || on === undefined || !chair || !minuteTaker || !meeting) return undefined;
  return {
    events: [
      {
        type: 'meeting-held',
        meeting,
        on,
        chair,
        minuteTaker,
        present: [...present, ...represented.map((person) => ({ for: person }))],
        ...(outcome !== undefined && { outcome: outcome as 'continue' }),
        ...(agreed !== undefined && { planAgreed: agreed === 'yes' }),
        ...(scaling !== undefined && { scaling }),
        ...(next && { next }),
      },
    ],
    says: [`${upper(meetingOf(visit))} was held on ${longDate(on)}.`],
    weighs: ENDS.includes(outcome ?? ''),
  };
}

function score(form: Form): number | undefined {
  const text = form.line('scaling');
  if (text === undefined) return undefined;
  return /^(10|\d)(\.\d)?$/.test(text) && Number(text) <= 10
    ? Number(text)
    : form.problem('scaling', 'The answer is a number from 0 to 10');
}
