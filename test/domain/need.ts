// What the tests of child in need and looked after cases share: how they begin, their reviews, and events as people would record them.
import type { CaseFile } from '../../domain/case/model.ts';
import { FILE, held, MEMBERS, other, PEOPLE, type Story, story, type Told } from './support.ts';

type Setting = Parameters<typeof story>[0];
type Fields = Readonly<Record<string, unknown>>;

/** Kit is the child, to be told in person. */
export const KIT = { id: 'kit', name: 'Kit', role: 'child' };
export const NEED_FILE: CaseFile = { ...FILE, ref: 'N-1', kind: 'child-in-need', people: [...PEOPLE, KIT] };
export const LAC_FILE: CaseFile = { ...NEED_FILE, ref: 'L-1', kind: 'looked-after' };

export const referral = (on: string): Told => other('referral-received', { on });
export const assessed = (on: string): Told => other('assessment-completed', { on, outcome: 'family support' });
export const proposed = (more: Fields = {}): Told =>
  other('plan-proposed', { members: MEMBERS, discussedWith: ['mum', 'kit'], ...more });
export const approved = (more: Fields = {}): Told => other('plan-approved', { by: 'tess', ...more });
export const consent = (more: Fields = {}): Told => other('consent-given', more);
export const withdrawn = (more: Fields = {}): Told => other('consent-withdrawn', more);
export const papers = (meeting: string, more: Fields = {}): Told =>
  other('papers-provided', { meeting, documents: ['review-report', 'plan', 'minutes'], ...more });

/** A child in need review as a meeting: Tess chairs and writes the record. */
export const review = (meeting: string, on: string, more: Fields = {}): Told =>
  held(meeting, on, {
    by: 'tess',
    chair: 'tess',
    minuteTaker: 'tess',
    present: ['sam', 'tess', 'hana', 'ed', 'mum'],
    outcome: 'continue',
    planAgreed: undefined,
    ...more,
  });

/** The same by consultation, in supervision between Sam and Tess. */
export const consultation = (meeting: string, on: string, more: Fields = {}): Told =>
  review(meeting, on, {
    mode: 'consultation',
    present: ['sam', 'tess'],
    consulted: MEMBERS,
    noSignificantChange: true,
    ...more,
  });

export const discussed = (more: Fields = {}): Told =>
  other('closure-discussed', { with: ['mum', 'dad', 'hana', 'ed'], ...more });
export const endorsed = (meeting: string): Told => other('closure-endorsed', { meeting });
export const closureApproved = (more: Fields = {}): Told => other('closure-approved', { by: 'tess', ...more });
export const letter = (more: Fields = {}): Told =>
  other('closure-letter-sent', { to: ['mum', 'dad'], contactAgain: 'the number at the head of this letter', ...more });
export const notified = (person: string, more: Fields = {}): Told =>
  other('closure-notified', { person, how: 'post', ...more });
export const closed = (more: Fields = {}): Told => other('case-closed', more);

/** Referred, and nothing else. */
export const referred = (setting: Setting = {}, on = '2027-01-04'): Story =>
  story({ file: NEED_FILE, ...setting }).at(on, referral(on));

/** From the referral of Monday 4 January 2027 to the assessment of Monday 25 January; the family consents. */
export const assessedNeed = (setting: Setting = {}): Story =>
  referred(setting).at('2027-01-05', consent()).at('2027-01-25', assessed('2027-01-25'));

/** The plan proposed on Tuesday 26 January 2027 and approved on Wednesday 27 January. */
export const inNeed = (setting: Setting = {}, plan: Fields = {}): Story =>
  assessedNeed(setting).at('2027-01-26', proposed(plan)).at('2027-01-27', approved());

/** Looked after since Monday 4 January 2027. */
export const lookedAfter = (setting: Setting = {}, on = '2027-01-04', more: Fields = {}): Story =>
  story({ file: LAC_FILE, ...setting }).at(on, other('became-looked-after', { on, members: MEMBERS, ...more }));

/** A looked after review, which an independent reviewing officer, here Chris, chairs. */
export const lacReview = (meeting: string, on: string, more: Fields = {}): Told =>
  held(meeting, on, { chair: 'chris', minuteTaker: 'nora', present: ['chris', 'nora', 'sam', 'hana'], ...more });
