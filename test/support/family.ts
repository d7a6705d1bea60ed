// The family and the professionals of the running cases, and what is recorded of them. Cases live in 2028: a server's clock only
// jumps forward, and bank holidays are known until the end of that year.

import type { NewEvent } from '../../client/nodrift.ts';
import type { CaseFile, Person } from '../../domain/case/model.ts';
import { fromLondon, type Instant, localDateTime } from '../../domain/time/calendar.ts';

/** Amira is the social worker, Tom her manager; Nina's line manager stands outside the case; Mum may not be e-mailed. */
export const PEOPLE: readonly Person[] = [
  { id: 'amira', name: 'Amira Khan', role: 'social-worker', email: 'amira@council.test', manager: 'tom' },
  { id: 'tom', name: 'Tom Reed', role: 'team-manager', email: 'tom@council.test', manager: 'sue' },
  { id: 'sue', name: 'Sue Hart', role: 'service-manager', email: 'sue@council.test' },
  { id: 'carl', name: 'Carl Moss', role: 'conference-chair', email: 'carl@council.test' },
  { id: 'nina', name: 'Nina Shah', role: 'health', email: 'nina@nhs.test', manager: 'hana' },
  { id: 'hana', name: 'Hana Pike', role: 'line-manager', email: 'hana@nhs.test' },
  { id: 'owen', name: 'Owen Bell', role: 'education', email: 'owen@school.test' },
  { id: 'mum', name: 'Mum', role: 'mother' },
  { id: 'dad', name: 'Dad', role: 'father', email: 'dad@home.test', contact: 'email' },
];

export const family = (ref: string, change: Partial<CaseFile> = {}): CaseFile => ({
  ref,
  kind: 'child-protection',
  authority: 'barnsley',
  team: 'north',
  people: PEOPLE,
  ...change,
});

/** The moment a London time names; a date alone is ten in the morning. */
export const moment = (london: string): Instant =>
  fromLondon(localDateTime(london.includes('T') ? london : `${london}T10:00`));

type Fields = Readonly<Record<string, unknown>>;

/** An event as it is sent, however wrong; `at` is when it is typed in. */
export const event = (
  id: string,
  at: string,
  type: string,
  fields: Fields = {},
): NewEvent & { readonly recordedAt: Instant } => ({
  id,
  recordedAt: moment(at),
  event: { type, by: 'amira', ...fields } as NewEvent['event'],
});

/** Tuesday 11 January 2028; the initial conference is due by 1 February. */
export const discussion = (id = 'discussion') =>
  event(id, '2028-01-11', 'strategy-discussion-held', { on: '2028-01-11' });

/** Thursday 27 January: a plan, the first core group fixed for Tuesday 8 February at ten. */
export const conference = (change: Fields = {}) =>
  event('conference', '2028-01-27T13:00', 'conference-held', {
    by: 'carl',
    on: '2028-01-27',
    outcome: 'plan',
    members: ['nina', 'owen', 'mum', 'dad'],
    firstCoreGroup: { start: '2028-02-08T10:00', venue: 'Family centre' },
    ...change,
  });

/** Tuesday 8 February: held, Nina takes the minutes, due by Sunday 13 February; the second is fixed for 7 March. */
export const coreGroup = (change: Fields = {}) =>
  event('core-group', '2028-02-08T12:00', 'meeting-held', {
    meeting: 'core-group-1',
    on: '2028-02-08',
    chair: 'amira',
    minuteTaker: 'nina',
    present: ['amira', 'nina', 'owen', 'mum'],
    planAgreed: true,
    next: { start: '2028-03-07T10:00', venue: 'Family centre' },
    ...change,
  });

/** The review conference of 24 April ends the plan. */
export const lastReview = () =>
  event('last-review', '2028-04-24T15:00', 'meeting-held', {
    meeting: 'review-conference-1',
    on: '2028-04-24',
    chair: 'carl',
    minuteTaker: 'nina',
    present: ['carl', 'amira', 'nina'],
    outcome: 'end',
  });
