// Stories in which every example of an event is taken by the case it belongs to: played in memory, and lived on a server.

import type { EventType } from '../../domain/case/catalogue.ts';
import type { CaseKind } from '../../domain/case/model.ts';
import { type EventExamples, eventExamples } from '../../web/api/event-examples.ts';

const examples = eventExamples() as Required<EventExamples>;

/** The moment it is typed in, and the type whose example it is; or another event, with its id. */
export type Line =
  | readonly [at: string, type: EventType]
  | readonly [at: string, other: { readonly type: string }, id?: string];
export interface Told {
  readonly kind: CaseKind;
  readonly lines: readonly Line[];
}

const A = { by: 'amira' };
const begun: readonly Line[] = [
  ['2027-03-01T12:00', 'strategy-discussion-held'],
  ['2027-03-03T10:00', 'conference-called'],
  ['2027-03-15T15:00', 'conference-held'],
];
const underway: readonly Line[] = [
  ...begun,
  ['2027-03-16T09:00', 'meeting-booked'],
  ['2027-03-17T09:00', 'meeting-moved'],
  ['2027-03-24T09:00', 'apologies-received'],
  ['2027-03-25T18:00', examples['meeting-held'], 'evt-core-group-1'],
];
const jo = { id: 'jo', name: 'Jo Pike', role: 'social-worker', email: 'jo@council.example', manager: 'maya' };
const approved: readonly Line[] = [
  ['2027-01-11T10:00', 'referral-received'],
  ['2027-01-13T10:00', 'consent-given'],
  ['2027-02-01T15:00', 'assessment-completed'],
  ['2027-02-01T16:00', 'plan-proposed'],
  ['2027-02-02T09:00', 'plan-approved'],
];
const meeting = (number: number, on: string) => ({
  ...{ type: 'meeting-held', ...A, meeting: `cin-meeting-${number}`, on, chair: 'amira', minuteTaker: 'tom' },
  ...{ present: ['amira', 'tom', 'nina', 'rosa'], planAgreed: true },
});
const review = {
  ...{ type: 'meeting-held', ...A, meeting: 'lac-review-1', on: '2027-03-24', chair: 'grace', minuteTaker: 'tom' },
  ...{ present: ['grace', 'tom', 'amira', 'nina', 'rosa'], planAmended: true },
};

export const STORIES: Readonly<Record<string, Told>> = {
  'a core group and what follows it': {
    kind: 'child-protection',
    lines: [
      ...underway,
      ['2027-03-25T18:05', 'family-told'],
      ['2027-03-25T18:10', 'action-agreed'],
      ['2027-03-26T09:00', 'checklist-answered'],
      ['2027-03-26T10:00', 'decision-recorded'],
      ['2027-03-26T11:00', 'help-asked'],
      ['2027-03-26T11:30', 'acceptance-received'],
      ['2027-03-29T10:00', examples['minutes-received'], 'evt-minutes-1'],
      ['2027-03-30T10:00', 'minutes-distributed'],
      ['2027-03-31T10:00', 'event-corrected'],
      ['2027-04-01T10:00', 'person-joined'],
      ['2027-04-01T11:00', 'address-refused'],
      ['2027-04-01T12:00', 'person-updated'],
      ['2027-04-05T10:00', 'person-left'],
      ['2027-04-06T09:00', 'cover-arranged'],
      ['2027-04-12T09:00', 'put-off'],
      ['2027-04-12T10:00', 'later-date-asked'],
      ['2027-04-12T11:00', 'later-date-answered'],
      ['2027-04-12T12:00', 'not-mine'],
      ['2027-04-13T09:00', 'cover-ended'],
      ['2027-04-14T09:00', 'action-done'],
      ['2027-04-20T09:00', 'meeting-cancelled'],
      ['2027-05-04T09:00', { type: 'person-joined', ...A, person: jo } as { type: string }],
      ['2027-05-04T10:00', 'case-reallocated'],
      ['2027-05-20T10:00', 'case-ended'],
    ],
  },
  'the end of a plan': {
    kind: 'child-protection',
    lines: [
      ...underway,
      ['2027-03-29T10:00', examples['minutes-received'], 'evt-minutes-1'],
      ['2027-03-29T11:00', 'event-withdrawn'],
      ['2027-04-21T18:00', 'meeting-not-held'],
      ['2027-05-01T10:00', 'policy-changed'],
      ['2027-05-02T10:00', 'calendar-changed'],
      ['2027-06-01T10:00', 'papers-provided'],
      ['2027-06-10T12:00', 'plan-ended'],
      ['2027-06-11T12:00', 'case-opened'],
    ],
  },
  'enquiries that end': {
    kind: 'child-protection',
    lines: [...begun.slice(0, 1), ['2027-03-10T10:00', 'enquiries-ended']],
  },
  'a plan brought in': { kind: 'child-protection', lines: [['2027-03-01T10:00', 'brought-in']] },
  'a plan brought in with its next core group': {
    kind: 'child-protection',
    lines: [
      [
        '2027-03-01T10:00',
        {
          ...examples['brought-in'],
          meetings: [
            { kind: 'core-group', number: 4, on: '2027-02-10', nextStart: '2027-03-10T10:00', venue: 'Family centre' },
          ],
        } as { type: string },
      ],
    ],
  },
  'a child in need plan that closes': {
    kind: 'child-in-need',
    lines: [
      ...approved,
      ['2027-02-15T18:00', meeting(1, '2027-02-15')],
      ['2027-03-15T18:00', meeting(2, '2027-03-15')],
      ['2027-03-15T18:05', 'closure-discussed'],
      ['2027-03-15T18:10', 'closure-endorsed'],
      ['2027-03-16T10:00', 'closure-approved'],
      ['2027-03-17T10:00', 'closure-letter-sent'],
      ['2027-03-18T10:00', 'case-closed'],
      ['2027-03-18T11:00', 'closure-notified'],
      ['2027-06-01T10:00', 'case-reopened'],
    ],
  },
  'consent withdrawn, and a conference kept elsewhere': {
    kind: 'child-in-need',
    lines: [
      ...approved,
      ['2027-03-01T10:00', 'consent-withdrawn'],
      ['2027-03-03T10:00', 'engagement-attempted'],
      ['2027-03-04T10:00', 'strategy-considered'],
      ['2027-03-05T10:00', { type: 'strategy-discussion-held', ...A, on: '2027-03-05' } as { type: string }],
      ['2027-03-15T18:00', 'child-protection-decided'],
    ],
  },
  'looked after': {
    kind: 'looked-after',
    lines: [
      ['2027-03-01T12:00', 'became-looked-after'],
      ['2027-03-24T12:00', review],
      ['2027-03-25T12:00', 'plan-circulated'],
      ['2027-05-10T12:00', 'ceased-looked-after'],
    ],
  },
};
