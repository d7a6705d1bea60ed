// The lives of twenty families as one social worker's desk sees them: when things truly happened, and when somebody typed them in. A quarter is
// kept well, half is average, a quarter drifts. The same families for the same seed.

import type { CaseFile, CaseKind, Person } from '../domain/case/model.ts';
import type { PlayedEvent } from '../domain/play/player.ts';
import { addDays, addMonths, type Calendar, type LocalDate, localDateTime } from '../domain/time/calendar.ts';

/** One family's case, and on which day each thing that may be asked for was truly done. */
export interface Family {
  readonly file: CaseFile;
  readonly events: readonly PlayedEvent[];
  readonly done: ReadonlyMap<string, LocalDate>;
}

/** How well a case is kept: ranges of days, and how often out of a hundred. */
interface Keeping {
  /** Working days from something happening to its being typed in. */
  readonly typed: Range;
  /** Days by which meetings are held before their limit; below zero after it. */
  readonly slack: Range;
  /** How often the next meeting is fixed at the one before. */
  readonly fixed: number;
  /** Otherwise: days before the meeting at which it is booked. */
  readonly booked: Range;
  readonly minutes: Range;
  readonly passedOn: Range;
  readonly papers: Range;
  /** How often an action is done in time, and otherwise by how many days too late. */
  readonly inTime: number;
  readonly late: Range;
  /** How often something that ought to follow a meeting is never done. */
  readonly never: number;
}
type Range = readonly [from: number, to: number];

const WELL: Keeping = {
  ...{ typed: [0, 1], slack: [1, 8], fixed: 95, booked: [14, 20], minutes: [1, 4], passedOn: [1, 3], papers: [14, 18] },
  ...{ inTime: 92, late: [1, 4], never: 0 },
};
const AVERAGE: Keeping = {
  ...{ typed: [0, 3], slack: [-3, 6], fixed: 65, booked: [4, 18], minutes: [2, 9], passedOn: [2, 9], papers: [2, 16] },
  ...{ inTime: 75, late: [1, 14], never: 2 },
};
const DRIFTING: Keeping = {
  ...{
    typed: [0, 10],
    slack: [-30, 3],
    fixed: 30,
    booked: [0, 10],
    minutes: [5, 30],
    passedOn: [5, 35],
    papers: [0, 8],
  },
  ...{ inTime: 45, late: [4, 40], never: 12 },
};

const PEOPLE: readonly Person[] = [
  { id: 'sw', name: 'Social worker', role: 'social-worker', email: 'sw@council.example', manager: 'tm' },
  { id: 'tm', name: 'Manager', role: 'team-manager', email: 'tm@council.example', manager: 'sm' },
  { id: 'sm', name: 'Service manager', role: 'service-manager', email: 'sm@council.example' },
  { id: 'chair', name: 'Chair', role: 'conference-chair', email: 'chair@council.example' },
  { id: 'nurse', name: 'Nurse', role: 'health', email: 'nurse@nhs.example', manager: 'head' },
  { id: 'head', name: 'Head of nursing', role: 'line-manager', email: 'head@nhs.example' },
  { id: 'school', name: 'Teacher', role: 'education', email: 'school@school.example' },
  { id: 'mum', name: 'Parent', role: 'parent', email: 'mum@mail.example', contact: 'email' },
  { id: 'kid', name: 'Child', role: 'child' },
];
const MEMBERS = ['nurse', 'school', 'mum', 'kid'];

const KINDS: readonly CaseKind[] = [
  ...Array<CaseKind>(8).fill('child-protection'),
  ...Array<CaseKind>(9).fill('child-in-need'),
  ...Array<CaseKind>(3).fill('looked-after'),
];

/** Twenty families. @param from families came in the year before this day @param until nothing is lived beyond it */
export function families(calendar: Calendar, seed: number, from: LocalDate, until: LocalDate): readonly Family[] {
  return KINDS.map((kind, i) => {
    const keeping = i % 4 === 0 ? WELL : i % 4 === 3 ? DRIFTING : AVERAGE;
    const chance = new Chance(seed * 1000 + i);
    const file = { ref: `F-${i + 1}`, kind, authority: 'barnsley', people: PEOPLE };
    return new Life(calendar, chance, keeping, until).of(file, addDays(from, -chance.between([20, 340])));
  });
}

/** Chance that is the same for the same seed (mulberry32). */
class Chance {
  #state: number;
  constructor(seed: number) {
    this.#state = seed;
  }
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }
  between = ([from, to]: Range): number => from + Math.floor(this.next() * (to - from + 1));
  happens = (ofAHundred: number): boolean => this.next() * 100 < ofAHundred;
}

interface Typed {
  readonly at: string;
  readonly event: Readonly<Record<string, unknown>>;
}

interface Cadence {
  readonly kind: string;
  readonly first: LocalDate;
  readonly next: (held: LocalDate, number: number) => LocalDate;
  readonly isReview?: boolean;
}

class Life {
  readonly #typed: Typed[] = [];
  readonly #done = new Map<string, LocalDate>();
  readonly #calendar: Calendar;
  readonly #chance: Chance;
  readonly #keeping: Keeping;
  readonly #until: LocalDate;
  #actions = 0;

  constructor(calendar: Calendar, chance: Chance, keeping: Keeping, until: LocalDate) {
    this.#calendar = calendar;
    this.#chance = chance;
    this.#keeping = keeping;
    this.#until = until;
  }

  of(file: CaseFile, begins: LocalDate): Family {
    const from = this.#open(begins);
    if (file.kind === 'child-protection') this.#protection(from);
    else if (file.kind === 'child-in-need') this.#need(from);
    else this.#lookedAfter(from);
    const events = this.#typed
      .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
      .map(({ at, event }, i) => ({ id: `e${i + 1}`, at: localDateTime(at), event }));
    return { file, events, done: this.#done };
  }

  #protection(from: LocalDate): void {
    this.#type(from, { type: 'strategy-discussion-held', on: from });
    const conferred = this.#open(addDays(this.#working(from, 15), -this.#chance.between(this.#keeping.slack)));
    const met = this.#open(addDays(this.#working(conferred, 10), -2));
    const firstCoreGroup = { start: `${met}T10:00`, venue: 'Family centre' };
    const known = this.#say(conferred, from, {
      ...{ type: 'conference-held', on: conferred, by: 'chair', outcome: 'plan', members: MEMBERS, firstCoreGroup },
      reason: 'nothing else could be found',
    });
    this.#done.set('hold/initial-conference', conferred);
    this.#meet(
      { kind: 'core-group', first: this.#working(conferred, 10), next: (held) => addDays(held, 28) },
      known,
      met,
    );
    this.#meet(
      {
        kind: 'review-conference',
        first: addMonths(conferred, 3),
        next: (held) => addMonths(held, 6),
        isReview: true,
      },
      known,
    );
  }

  #need(from: LocalDate): void {
    this.#type(from, { type: 'referral-received', on: from });
    const assessed = this.#open(addDays(from, 25));
    this.#type(assessed, { type: 'assessment-completed', on: assessed, outcome: 'family support' }, '10:00');
    this.#type(assessed, { type: 'plan-proposed', members: MEMBERS, discussedWith: ['mum', 'kid'] }, '10:30');
    const approved = this.#working(assessed, 1);
    this.#type(approved, { type: 'plan-approved', by: 'tm' }, '10:00');
    this.#meet({ kind: 'cin-meeting', first: addDays(approved, 21), next: (held) => addDays(held, 42) }, approved);
    this.#meet(
      { kind: 'cin-review', first: addMonths(from, 3), next: (held) => addMonths(held, 6), isReview: true },
      approved,
    );
  }

  #lookedAfter(from: LocalDate): void {
    this.#type(from, { type: 'became-looked-after', on: from, members: MEMBERS });
    const next = (held: LocalDate, number: number) => addMonths(held, number === 1 ? 3 : 6);
    this.#meet({ kind: 'lac-review', first: this.#working(from, 20), next, isReview: true }, from);
  }

  /** Meeting after meeting: each booked, the family told, held, said, minuted, passed on; what it agreed is done or not. */
  #meet({ kind, first, next, isReview }: Cadence, since: LocalDate, fixedFor?: LocalDate): void {
    const { slack, fixed, booked } = this.#keeping;
    let [known, limit, day, number] = [since, first, fixedFor, 1];
    for (;;) {
      const held = this.#open(max(day ?? addDays(limit, -this.#chance.between(slack)), addDays(known, 1)));
      if (held > this.#until) return;
      const id = `${kind}-${number}`;
      if (day === undefined) {
        const at = this.#open(max(addDays(held, -this.#chance.between(booked)), known));
        if (at < held) this.#type(at, { type: 'meeting-booked', meeting: id, start: `${held}T10:00`, venue: 'School' });
        if (at < held) this.#tell(id, at);
      } else this.#tell(id, known);
      if (isReview && !this.#never()) this.#papers(id, held, known);
      limit = next(held, number);
      day = this.#chance.happens(fixed) ? this.#open(addDays(limit, -this.#chance.between(slack))) : undefined;
      known = this.#held(id, kind, held, known, day);
      number++;
    }
  }

  #held(id: string, kind: string, held: LocalDate, known: LocalDate, next: LocalDate | undefined): LocalDate {
    const chairs = kind === 'cin-review' ? 'tm' : kind === 'core-group' || kind === 'cin-meeting' ? 'nurse' : 'chair';
    const minuteTaker = kind === 'cin-review' ? 'tm' : 'school';
    const typed = this.#say(held, known, {
      ...{ type: 'meeting-held', meeting: id, on: held, chair: chairs, minuteTaker, planAgreed: true },
      present: [...new Set(['sw', 'nurse', 'school', 'mum', chairs])],
      ...(kind.endsWith('review') || kind === 'review-conference' ? { outcome: 'continue' } : {}),
      ...(kind === 'cin-review' ? { by: 'tm' } : {}),
      ...(next ? { next: { start: `${next}T10:00`, venue: 'School' } } : {}),
      reason: 'nothing else could be found',
    });
    for (const duty of ['hold', 'confirm']) this.#done.set(`${duty}/${id}`, held);
    const came = addDays(held, this.#chance.between(this.#keeping.minutes));
    if (!this.#never()) {
      const received = this.#say(came, typed, { type: 'minutes-received', meeting: id, on: came });
      this.#done.set(`minutes/${id}`, came);
      if (!this.#never()) {
        const given = this.#working(received, this.#chance.between(this.#keeping.passedOn));
        const to = [...MEMBERS, 'school', 'chair', 'tm'].map((person) => ({ person, how: 'e-mail' }));
        this.#say(given, received, { type: 'minutes-distributed', meeting: id, to: to.slice(0, 4) });
        this.#done.set(`distribute/${id}`, given);
      }
    }
    this.#act(typed, held);
    return typed;
  }

  /** One action or two are agreed, half of them the social worker's. */
  #act(typed: LocalDate, held: LocalDate): void {
    const { inTime, late } = this.#keeping;
    for (let n = this.#chance.between([1, 2]); n > 0; n--) {
      const id = `a-${++this.#actions}`;
      const owner = this.#chance.happens(50) ? 'sw' : this.#chance.happens(50) ? 'nurse' : 'school';
      const due = max(addDays(held, 21), typed);
      this.#type(typed, { type: 'action-agreed', id, owner, due, activity: 'as agreed' }, '16:30');
      if (this.#never()) continue;
      const by = this.#chance.happens(inTime) ? -this.#chance.between([1, 10]) : this.#chance.between(late);
      const done = this.#open(max(addDays(due, by), typed));
      this.#done.set(`action/${id}`, done);
      this.#say(done, typed, { type: 'action-done', id, outcome: 'done', by: owner });
    }
  }

  #tell(id: string, at: LocalDate): void {
    if (this.#never()) return;
    const told = this.#working(at, this.#chance.between(this.#keeping.typed));
    this.#type(told, { type: 'family-told', meeting: id, to: [{ person: 'kid', how: 'in person' }] }, '16:45');
    this.#done.set(`tell/${id}`, told);
  }

  #papers(id: string, held: LocalDate, known: LocalDate): void {
    const given = max(addDays(held, -this.#chance.between(this.#keeping.papers)), addDays(known, 1));
    if (given >= held) return;
    const day = this.#open(given);
    this.#type(day, { type: 'papers-provided', meeting: id, documents: ['review-report', 'plan', 'minutes'] });
    this.#done.set(`papers/${id}`, day);
  }

  #never = (): boolean => this.#chance.happens(this.#keeping.never);

  /** Typed in some working days after it happened, never before what it follows. @returns the day it was typed in */
  #say(on: LocalDate, after: LocalDate, event: Readonly<Record<string, unknown>>): LocalDate {
    const day = max(this.#working(on, this.#chance.between(this.#keeping.typed)), after);
    this.#type(day, event);
    return day;
  }

  #type(day: LocalDate, event: Readonly<Record<string, unknown>>, time?: string): void {
    if (day > this.#until) return;
    const minute = String(this.#chance.between([0, 59])).padStart(2, '0');
    // What follows from something on the same day is typed in after it: in the order in which it is said here.
    const hour = 11 + Math.min(4, this.#typed.filter(({ at }) => at.startsWith(day)).length);
    this.#typed.push({ at: `${day}T${time ?? `${hour}:${minute}`}`, event: { by: 'sw', ...event } });
  }

  #working = (day: LocalDate, days: number): LocalDate => this.#calendar.openDays(this.#open(day), days);
  #open = (day: LocalDate): LocalDate => (this.#calendar.isOpenDay(day) ? day : this.#calendar.openDays(day, 1));
}

const max = (a: LocalDate, b: LocalDate): LocalDate => (a > b ? a : b);
