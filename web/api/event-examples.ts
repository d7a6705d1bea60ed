// One example of every type of event, as a service sends it: of the case in `EXAMPLE_FILE`, or of a child in need or looked after case of the
// same family. Each is read, and taken by a played case, in test/web/event-schemas.test.ts.

import type { Written } from '../../client/new-event.ts';
import type { EventOf, EventType } from '../../domain/case/catalogue.ts';
import type { CaseFile } from '../../domain/case/model.ts';
import { shippedPolicy } from '../../policies/load.ts';

/** A case file as `POST /cases` takes it. */
export const EXAMPLE_FILE: CaseFile = {
  ref: 'BC-2041',
  kind: 'child-protection',
  authority: 'barnsley',
  team: 'north',
  people: [
    { id: 'amira', name: 'Amira Khan', role: 'social-worker', email: 'amira@council.example', manager: 'maya' },
    { id: 'maya', name: 'Maya Lowe', role: 'team-manager', email: 'maya@council.example' },
    { id: 'grace', name: 'Grace Odell', role: 'conference-chair', email: 'grace@council.example' },
    { id: 'tom', name: 'Tom Reid', role: 'minute-taker', email: 'tom@council.example' },
    { id: 'nina', name: 'Nina Shah', role: 'health-visitor', agency: 'Health visiting', email: 'nina@nhs.example' },
    { id: 'ed', name: 'Ed Marsh', role: 'education', agency: 'Primary school', email: 'ed@school.example' },
    { id: 'rosa', name: 'Parent', role: 'parent', email: 'rosa@mail.example', contact: 'email' },
    { id: 'kit', name: 'Child', role: 'child' },
  ],
};

const CONSIDERED = ['comfortable', 'accessible', 'private'];

/** Each type has one: a test says so, and the compiler lets one that was just added be tried without. */
export type EventExamples = { readonly [T in EventType]?: Written<EventOf<T>> };

/** By type. Made when it is asked for: a whole policy is among them. */
export const eventExamples = (): EventExamples => ({
  'strategy-discussion-held': { type: 'strategy-discussion-held', by: 'amira', on: '2027-03-01' },
  'conference-called': {
    ...{
      type: 'conference-called',
      by: 'amira',
      start: '2027-03-15T10:00',
      venue: 'Town hall, room 4',
      chair: 'grace',
    },
    invited: ['amira', 'nina', 'ed', 'rosa'],
  },
  'conference-held': {
    ...{ type: 'conference-held', by: 'grace', on: '2027-03-15', outcome: 'plan', chair: 'grace' },
    present: ['grace', 'amira', 'nina', 'rosa'],
    members: ['nina', 'ed', 'rosa', 'kit'],
    firstCoreGroup: { start: '2027-03-24T16:00', venue: 'Family centre, room 2', considered: CONSIDERED },
  },
  'meeting-booked': {
    ...{ type: 'meeting-booked', by: 'amira', meeting: 'review-conference-1', chair: 'grace' },
    ...{ start: '2027-06-10T10:00', venue: 'Town hall, room 4' },
  },
  'meeting-moved': {
    ...{ type: 'meeting-moved', by: 'amira', meeting: 'core-group-1', considered: CONSIDERED },
    ...{ start: '2027-03-25T16:00', venue: 'Family centre, room 1' },
  },
  'meeting-cancelled': {
    type: 'meeting-cancelled',
    by: 'amira',
    meeting: 'core-group-2',
    reason: 'the school is shut',
  },
  'meeting-not-held': {
    ...{ type: 'meeting-not-held', by: 'amira', meeting: 'core-group-2', reason: 'no social worker could come' },
  },
  'apologies-received': {
    ...{ type: 'apologies-received', by: 'ed', meeting: 'core-group-1', person: 'ed' },
    representative: 'the deputy head',
  },
  'meeting-held': {
    ...{
      type: 'meeting-held',
      by: 'amira',
      meeting: 'core-group-1',
      on: '2027-03-25',
      chair: 'amira',
      minuteTaker: 'tom',
    },
    present: ['amira', 'tom', 'nina', { for: 'ed' }, 'rosa'],
    ...{ planAgreed: true, scaling: 4 },
    next: { start: '2027-04-21T16:00', venue: 'Family centre, room 1', considered: CONSIDERED },
  },
  'minutes-received': { type: 'minutes-received', by: 'amira', meeting: 'core-group-1', on: '2027-03-29' },
  'minutes-distributed': {
    ...{ type: 'minutes-distributed', by: 'amira', meeting: 'core-group-1' },
    to: [
      { person: 'nina', how: 'e-mail' },
      { person: 'rosa', how: 'post' },
      { person: 'kit', how: 'withheld', reason: 'too young to read them' },
    ],
  },
  'family-told': {
    ...{ type: 'family-told', by: 'amira', meeting: 'core-group-2', to: [{ person: 'kit', how: 'in person' }] },
  },
  'action-agreed': {
    ...{ type: 'action-agreed', by: 'amira', id: 'school-place', owner: 'ed', due: '2027-04-16' },
    activity: 'a place in the breakfast club',
  },
  'action-done': { type: 'action-done', by: 'ed', id: 'school-place', outcome: 'there each morning since Monday' },
  'decision-recorded': {
    ...{ type: 'decision-recorded', by: 'amira', about: 'contact', decision: 'supervised until the next core group' },
    reason: 'agreed at the core group',
  },
  'person-joined': {
    ...{ type: 'person-joined', by: 'amira', on: '2027-04-01' },
    person: { id: 'wes', name: 'Wes Hart', role: 'housing', agency: 'Housing', email: 'wes@housing.example' },
  },
  'person-updated': {
    ...{ type: 'person-updated', by: 'amira' },
    person: { id: 'nina', name: 'Nina Shah', role: 'health-visitor', email: 'nina.shah@nhs.example' },
  },
  'person-left': { type: 'person-left', by: 'amira', person: 'wes', on: '2027-04-05' },
  'case-reallocated': { type: 'case-reallocated', by: 'maya', to: 'jo', team: 'south', on: '2027-05-04' },
  'cover-arranged': {
    ...{ type: 'cover-arranged', by: 'maya', person: 'amira', from: '2027-04-06', until: '2027-04-16', cover: 'maya' },
  },
  'brought-in': {
    ...{ type: 'brought-in', by: 'amira', on: '2027-03-01', conference: '2026-10-05', planAgreed: '2026-10-15' },
    members: ['nina', 'ed', 'rosa', 'kit'],
    meetings: [
      { kind: 'core-group', number: 4, on: '2027-02-10', minutes: 'passed-on' },
      { kind: 'review-conference', number: 1, on: '2026-12-21', minutes: 'passed-on' },
    ],
    actions: [{ id: 'school-place', owner: 'ed', due: '2027-03-19' }],
  },
  'cover-ended': { type: 'cover-ended', by: 'maya', person: 'amira', on: '2027-04-13' },
  'referral-received': { type: 'referral-received', by: 'amira', on: '2027-01-11' },
  'assessment-completed': {
    ...{ type: 'assessment-completed', by: 'amira', on: '2027-02-01', outcome: 'family support under section 17' },
    familySupport: true,
  },
  'plan-proposed': {
    ...{ type: 'plan-proposed', by: 'amira', members: ['nina', 'ed', 'rosa', 'kit'], everyDays: 35 },
    discussedWith: ['rosa', 'kit'],
  },
  'plan-approved': { type: 'plan-approved', by: 'maya', on: '2027-02-02' },
  'consent-given': { type: 'consent-given', by: 'amira', on: '2027-01-13' },
  'consent-withdrawn': { type: 'consent-withdrawn', by: 'amira', on: '2027-03-01' },
  'engagement-attempted': { type: 'engagement-attempted', by: 'amira', on: '2027-03-03' },
  'strategy-considered': { type: 'strategy-considered', by: 'maya', outcome: 'not-needed', on: '2027-03-04' },
  'closure-discussed': { type: 'closure-discussed', by: 'amira', with: ['rosa', 'kit'], on: '2027-03-15' },
  'closure-endorsed': { type: 'closure-endorsed', by: 'amira', meeting: 'cin-meeting-2' },
  'closure-approved': { type: 'closure-approved', by: 'maya', on: '2027-03-16' },
  'closure-letter-sent': {
    ...{ type: 'closure-letter-sent', by: 'amira', to: ['rosa'], on: '2027-03-17' },
    ...{ contactAgain: 'the number at the head of the letter', supportAgencies: ['the family hub'] },
  },
  'closure-notified': { type: 'closure-notified', by: 'amira', person: 'kit', how: 'in person', on: '2027-03-18' },
  'case-closed': { type: 'case-closed', by: 'amira', on: '2027-03-18', stepDown: 'universal-services' },
  'became-looked-after': {
    ...{ type: 'became-looked-after', by: 'amira', on: '2027-03-01', members: ['nina', 'ed', 'rosa', 'kit'] },
  },
  'ceased-looked-after': { type: 'ceased-looked-after', by: 'amira', on: '2027-05-10' },
  'papers-provided': {
    ...{ type: 'papers-provided', by: 'amira', meeting: 'review-conference-1' },
    documents: ['review-report', 'plan', 'other: the school’s report'],
  },
  'plan-circulated': {
    ...{ type: 'plan-circulated', by: 'amira', meeting: 'lac-review-1', to: [{ person: 'nina', how: 'e-mail' }] },
  },
  'case-opened': {
    ...{ type: 'case-opened', by: 'maya', kind: 'child-in-need', ref: 'BC-2041-CIN' },
    reason: 'opened in the system of the other team',
  },
  'case-told': {
    ...{ type: 'case-told', by: 'maya', kind: 'child-in-need', ref: 'HU-118', reason: 'told by telephone' },
  },
  'opening-withdrawn': { type: 'opening-withdrawn', by: 'nodrift' },
  'case-reopened': { type: 'case-reopened', by: 'nodrift', on: '2027-06-01' },
  'child-protection-decided': {
    ...{ type: 'child-protection-decided', by: 'maya', on: '2027-03-15', outcome: 'no-plan', ref: 'BC-2041' },
    reason: 'the conference is recorded in another system',
  },
  'address-refused': { type: 'address-refused', by: 'nodrift', person: 'wes', code: '5.1.1' },
  'plan-ended': {
    ...{ type: 'plan-ended', by: 'grace', on: '2027-06-10', next: 'child-in-need', reason: 'stepped down' },
  },
  'checklist-answered': {
    ...{
      type: 'checklist-answered',
      by: 'amira',
      answers: 'evt-core-group-1',
      confirmed: ['introductions', 'honest'],
    },
  },
  'put-off': {
    ...{
      type: 'put-off',
      by: 'ed',
      duty: 'action/school-place',
      until: '2027-04-14',
      reason: 'the club answers next week',
    },
  },
  'not-mine': { type: 'not-mine', by: 'ed', duty: 'action/school-place', whose: 'nina' },
  'later-date-asked': {
    ...{ type: 'later-date-asked', by: 'ed', action: 'school-place', due: '2027-04-30', reason: 'the club is full' },
  },
  'later-date-answered': { type: 'later-date-answered', by: 'maya', action: 'school-place', agreed: true },
  'help-asked': { type: 'help-asked', by: 'amira', meeting: 'core-group-2', person: 'rosa', what: ['transport'] },
  'event-corrected': {
    ...{ type: 'event-corrected', by: 'amira', corrects: 'evt-minutes-1', reason: 'they came a day later' },
    event: { ...{ meeting: 'core-group-1', on: '2027-03-30' }, type: 'minutes-received', by: 'amira' },
  },
  'event-withdrawn': {
    ...{ type: 'event-withdrawn', by: 'amira', withdraws: 'evt-minutes-1', reason: 'they have not come' },
  },
  'enquiries-ended': { type: 'enquiries-ended', by: 'maya', on: '2027-03-10', outcome: 'no-further-action' },
  'case-ended': { type: 'case-ended', by: 'maya', on: '2027-05-20', why: 'moved-away', to: 'Leeds' },
  'policy-changed': { type: 'policy-changed', by: 'nodrift', policy: shippedPolicy('barnsley') },
  'calendar-changed': {
    ...{ type: 'calendar-changed', by: 'nodrift' },
    calendar: { bankHolidays: ['2027-12-27', '2027-12-28'], until: '2027-12-31', closureDays: ['2027-12-29'] },
  },
});
