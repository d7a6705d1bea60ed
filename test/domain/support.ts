// What the tests of the domain share: a family and its professionals, a story told event by event, and notices as lines to compare.
// Dates are written as people write them; `2027-03-01` alone means ten in the morning of that day, in London.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accept } from '../../domain/accept/accept.ts';
import { Refusal } from '../../domain/accept/refusal.ts';
import type { Recorded } from '../../domain/case/events.ts';
import { type Case, emptyCase } from '../../domain/case/facts.ts';
import type { CaseFile, Duty, Person, Step } from '../../domain/case/model.ts';
import { parseRecorded } from '../../domain/case/read-events.ts';
import { duties, owed, type Standing } from '../../domain/duties/owed.ts';
import { type Played, type PlayedEvent, play } from '../../domain/play/player.ts';
import type { GateLevel, Policy } from '../../domain/policy/policy.ts';
import { parsePolicy } from '../../domain/policy/read-policy.ts';
import { fromLondon, type Instant, inLondon, localDate, localDateTime } from '../../domain/time/calendar.ts';
import { loadCalendar, loadPolicy } from '../../policies/load.ts';

export const BARNSLEY = loadPolicy('barnsley');
export const HULL = loadPolicy('hull');
export const CALENDAR = loadCalendar();

/** Sam is the social worker, Tess her team manager; Hana and Ed have line managers outside the case; only Dad may be e-mailed. */
export const PEOPLE: readonly Person[] = [
  { id: 'sam', name: 'Sam Worker', role: 'social-worker', manager: 'tess', email: 'sam@council.test' },
  { id: 'tess', name: 'Tess Manager', role: 'team-manager', manager: 'sue', email: 'tess@council.test' },
  { id: 'sue', name: 'Sue Service', role: 'service-manager', email: 'sue@council.test' },
  { id: 'chris', name: 'Chris Chair', role: 'conference-chair', email: 'chris@council.test' },
  { id: 'nora', name: 'Nora Notes', role: 'minute-taker', email: 'nora@council.test' },
  { id: 'hana', name: 'Hana Health', role: 'health', manager: 'hilda', email: 'hana@nhs.test' },
  { id: 'hilda', name: 'Hilda Head', role: 'line-manager', email: 'hilda@nhs.test' },
  { id: 'ed', name: 'Ed Teacher', role: 'education', manager: 'helen', email: 'ed@school.test' },
  { id: 'helen', name: 'Helen Head', role: 'line-manager', email: 'helen@school.test' },
  { id: 'mum', name: 'Mum', role: 'mother', email: 'mum@home.test' },
  { id: 'dad', name: 'Dad', role: 'father', email: 'dad@home.test', contact: 'email' },
  { id: 'cara', name: 'Cara Cover', role: 'social-worker', manager: 'tess', email: 'cara@council.test' },
];
export const MEMBERS = ['hana', 'ed', 'mum', 'dad'] as const;

export const FILE: CaseFile = { ref: 'T-1', kind: 'child-protection', authority: 'barnsley', people: PEOPLE };

/** A policy with something else in it; it must still be one. */
export function policyWith(change: (draft: Draft) => void, base: Policy = BARNSLEY): Policy {
  const draft = structuredClone(base) as unknown as Draft;
  change(draft);
  return parsePolicy(draft);
}
// biome-ignore lint/suspicious/noExplicitAny: a draft may be anything; parsePolicy says whether it is a policy.
type Draft = any;

export const withGates = (levels: Readonly<Record<string, GateLevel>>, base: Policy = BARNSLEY): Policy =>
  policyWith((draft) => Object.assign(draft.gates, levels), base);

export const closedOn = (...closureDays: string[]) => ({ ...CALENDAR, closureDays: closureDays.map(localDate) });

/** The moment a London time names; a date alone is ten in the morning. */
export const moment = (london: string): Instant =>
  fromLondon(localDateTime(london.includes('T') ? london : `${london}T10:00`));

type Fields = Readonly<Record<string, unknown>>;
export type Told = Fields & { readonly type: string };
const event = (type: string, fields: Fields): Told => ({ type, by: 'sam', ...fields });

export const strategy = (on: string, more: Fields = {}) => event('strategy-discussion-held', { on, ...more });
export const conference = (on: string, more: Fields = {}) =>
  event('conference-held', { on, outcome: 'plan', members: MEMBERS, ...more });
export const place = (start: string, more: Fields = {}) => ({
  start: start.includes('T') ? start : `${start}T10:00`,
  venue: 'Family Centre',
  ...more,
});
export const booked = (meeting: string, start: string, more: Fields = {}) =>
  event('meeting-booked', { meeting, ...place(start), ...more });
export const moved = (meeting: string, start: string, more: Fields = {}) =>
  event('meeting-moved', { meeting, ...place(start), ...more });
export const cancelled = (meeting: string, more: Fields = {}) => event('meeting-cancelled', { meeting, ...more });
export const notHeld = (meeting: string, more: Fields = {}) => event('meeting-not-held', { meeting, ...more });
/** A meeting chaired by Hana, with Ed's minutes and Sam there; the plan is agreed. */
export const held = (meeting: string, on: string, more: Fields = {}) =>
  event('meeting-held', {
    meeting,
    on,
    chair: 'hana',
    minuteTaker: 'ed',
    present: ['sam', 'hana', 'ed'],
    planAgreed: true,
    ...more,
  });
export const minutes = (meeting: string, on: string, more: Fields = {}) =>
  event('minutes-received', { meeting, on, ...more });
export const distributed = (meeting: string, ...people: string[]) =>
  event('minutes-distributed', { meeting, to: people.map((person) => ({ person, how: 'e-mail' })) });
export const told = (meeting: string, ...people: string[]) =>
  event('family-told', { meeting, to: people.map((person) => ({ person, how: 'in person' })) });
export const cover = (person: string, from: string, until: string, by: string) =>
  event('cover-arranged', { person, from, until, cover: by });
export const joined = (person: string | Person, more: Fields = {}) => event('person-joined', { person, ...more });
export const left = (person: string, more: Fields = {}) => event('person-left', { person, ...more });
export const agreed = (id: string, more: Fields = {}) => event('action-agreed', { id, ...more });
export const actionDone = (id: string, more: Fields = {}) => event('action-done', { id, outcome: 'done', ...more });
/** Tess, the manager, ends the plan without a review conference, and says that nothing follows. */
export const planEnded = (on: string, more: Fields = {}) =>
  event('plan-ended', { by: 'tess', reason: 'the child is safe', next: 'none', on, ...more });
export const other = event;

interface Setting {
  readonly policy?: Policy;
  readonly calendar?: typeof CALENDAR;
  readonly file?: CaseFile;
}

/** A case told event by event: each with the time it is typed in. */
export class Story {
  readonly events: PlayedEvent[] = [];
  readonly #setting: Required<Setting>;

  constructor(setting: Setting = {}) {
    this.#setting = { policy: BARNSLEY, calendar: CALENDAR, file: FILE, ...setting };
  }

  /** Typed in at that London time. */
  at(at: string, what: Told, id = `e${this.events.length + 1}`): this {
    this.events.push({ id, at: localDateTime(at.includes('T') ? at : `${at}T10:00`), event: what });
    return this;
  }

  /** Everything until a day, its evening included. */
  until(day: string): Played {
    const { file, policy, calendar } = this.#setting;
    return play({ file, policy, calendar, events: this.events, until: moment(`${day}T23:59`) });
  }

  /** The case after all events; a refusal fails the test. */
  case(): Case {
    return this.events.reduce<Case>((c, one) => taken(c, one), this.empty());
  }

  /** What the case says to one more event. */
  answer(at: string, what: Told, id = 'next'): Case | Refusal {
    return accept(this.case(), recorded(at, what, id));
  }

  empty(): Case {
    const { file, policy, calendar } = this.#setting;
    return emptyCase(file, policy, calendar);
  }
}

export const story = (setting: Setting = {}): Story => new Story(setting);

/** From the strategy discussion of Monday 4 January 2027 to the conference of Monday 18 January, the first core group fixed there. */
export const underPlan = (setting: Setting = {}, first = '2027-01-28'): Story =>
  story(setting)
    .at('2027-01-04', strategy('2027-01-04'))
    .at('2027-01-18', conference('2027-01-18', { firstCoreGroup: place(first) }));

export const recorded = (at: string, what: Told, id = 'next'): Recorded =>
  parseRecorded({ id, recordedAt: moment(at), event: what });

function taken(c: Case, { id, at, event: what }: PlayedEvent): Case {
  return accepted(accept(c, parseRecorded({ id, recordedAt: fromLondon(at), event: what })));
}

/** The case, or a failed test with the refusal's words. */
export function accepted(answer: Case | Refusal): Case {
  if (answer instanceof Refusal) assert.fail(`refused: ${answer.message}`);
  return answer;
}

/** The refusal, or a failed test. */
export function refused(answer: Case | Refusal): Refusal {
  if (!(answer instanceof Refusal)) assert.fail('was accepted');
  return answer;
}

/** `2027-03-01 08:00` in London. */
export const clock = (at: Instant): string => inLondon(at).slice(0, 16).replace('T', ' ');

type Which = Partial<Pick<Step, 'duty' | 'kind' | 'to'>>;

export const notices = (played: Played, which: Which = {}): readonly Step[] =>
  singly(played.steps).filter((step) =>
    Object.entries(which).every(([key, value]) => step[key as keyof Step] === value),
  );

/** Each thing that is told, also where one notice tells several of a meeting (L15). */
export const singly = (steps: readonly Step[]): readonly Step[] =>
  steps.flatMap(({ also = [], ...step }) => [step, ...also.map((one) => ({ ...step, ...one }))]);

/** One line for each moment: `2027-03-01 08:00 sam tess`, in order of time, people in order of name. */
export const lines = (played: Played, which: Which = {}): string[] => grouped(notices(played, which), clockOf);

/** The same with what kind of notice it is: `2027-03-01 10:00 invitation dad sam`. */
export const kinds = (played: Played, which: Which = {}): string[] =>
  grouped(notices(played, which), (step) => `${clock(step.at)} ${step.kind}`);

const clockOf = (step: Step): string => clock(step.at);

function grouped(steps: readonly Step[], headOf: (step: Step) => string): string[] {
  const heads = new Map<string, string[]>();
  for (const step of steps) heads.set(headOf(step), [...(heads.get(headOf(step)) ?? []), step.to]);
  return [...heads].map(([head, to]) => `${head} ${to.sort().join(' ')}`).sort();
}

export function duty(c: Case, key: string): Standing {
  const found = duties(c).find((one) => one.key === key);
  return found ?? assert.fail(`there is no ${key}, only ${duties(c).map((one) => one.key)}`);
}

export const owes = (c: Case): string[] => owed(c).map((one: Duty) => one.key);

export type Row = readonly [trigger: string, limit: string, bookBy: string, working: string];

/** A timescale as a table: a story in which the trigger happens on that day, the duty it makes, and when that is due. */
export function table(title: string, key: string, tell: (day: string) => Story, rows: readonly Row[]) {
  test(title, () => {
    for (const [trigger, limit, bookBy, working] of rows) {
      const { due, bookBy: by } = duty(tell(trigger).case(), key);
      assert.deepEqual([due, by], [limit, bookBy], `${trigger}: ${working}`);
    }
  });
}
