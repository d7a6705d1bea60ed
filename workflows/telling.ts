// How far a case has told people, and what it has planned for the morning: what is handed over, when. Synchronous, and pure of Temporal.

import type { Case } from '../domain/case/facts.ts';
import type { Step } from '../domain/case/model.ts';
import { closesAt, type Standing } from '../domain/duties/owed.ts';
import { isMorning, planningTime, replanned } from '../domain/notices/ahead.ts';
import type { Delivery, Notice } from '../domain/notices/notice.ts';
import { quietUntil } from '../domain/notices/quiet-hours.ts';
import { nextStep, takeDue } from '../domain/notices/steps.ts';
import { toNotices } from '../domain/notices/to-notice.ts';
import type { Ahead, Told, ToldAndAhead } from '../domain/notices/told.ts';
import { waitsForRound } from '../domain/notices/waits-for-round.ts';
import { epochMs, fromEpochMs, type Instant } from '../domain/time/calendar.ts';

/** One activation hands over so many notices at most; what is more goes with the next. */
export const MOST_NOTICES = 200;

/** What goes to `deliver`. */
export type Handover = Required<Pick<Delivery, 'notices' | 'withdrawn'>>;
const NOTHING: Handover = { notices: [], withdrawn: [] };

interface Whose {
  /** The case's id: its own hour of the night follows from it. */
  readonly id: string;
  readonly rehearsal: boolean;
  /** The duties of the case, or of one it may become. */
  readonly duties: (c: Case) => readonly Standing[];
  /** Hears that one moment had more notices than are handed over at once. */
  readonly tooMany: () => void;
}

/** Each method is given the case as it is then. */
export class Telling {
  readonly #of: Whose;
  #told: Told;
  /** What is planned for a morning to come, and of what it was worked out. */
  #ahead: Ahead | undefined;
  #aheadOf: { readonly of: Case; readonly told: Told } | undefined;
  /** Worked out from the case and how far it was told, and good as long as these do not change. */
  #next: { readonly of: Case; readonly told: Told; readonly step: Step | undefined } | undefined;

  constructor(of: Whose, c: Case, told: Told, ahead: Ahead | undefined) {
    this.#of = of;
    this.#told = told;
    this.#ahead = ahead;
    this.#aheadOf = ahead && { of: c, told };
  }

  /** What is carried over, and kept by the record. */
  get state(): ToldAndAhead {
    return { ...this.#told, ...(this.#ahead && { ahead: this.#ahead }) };
  }

  /** The next step that is neither taken nor planned. */
  nextStep(c: Case, told = this.#ahead?.told ?? this.#told): Step | undefined {
    if (this.#next?.of !== c || this.#next.told !== told)
      this.#next = { of: c, told, step: nextStep(c, told, this.#of.duties(c)) };
    return this.#next.step;
  }

  /** When the next step is worked on: what is due at 08:00, in the night before, unless that morning is planned already. */
  planningTime(c: Case, step: Step): Instant {
    return this.#isAhead(c, step) && this.#ahead?.until !== step.at ? planningTime(this.#of.id, step.at) : step.at;
  }

  /** Takes, on trial, what a case that the present one may become has to tell: what throws here would wedge the loop. */
  tryOut(next: Case, c: Case, now: Instant): void {
    const all = this.#of.duties(next);
    const told = this.toldBy(c, now);
    const until = this.#morningToPlan(next, now, this.nextStep(next, told)) ?? now;
    const taken = takeDue(next, told, until > now ? until : now, all, MOST_NOTICES);
    toNotices(next, taken.due, all, told);
  }

  /**
   * What is to be handed over now: what is due, and in the night what will be at 08:00, as far as it is not handed over yet.
   * @returns `withdrawn`: what was planned, and by what has been recorded since will not be due
   */
  handOver(c: Case, now: Instant): Handover {
    // What was recorded before 08:00, while the record did not answer.
    const overdue = this.#ahead && now >= this.#ahead.until ? this.#planAhead(c, this.#ahead.until) : NOTHING;
    this.pass(c, now);
    const due = this.takeDue(c, now);
    const until = due.length < MOST_NOTICES ? this.#morningToPlan(c, now, this.nextStep(c)) : undefined;
    const ahead = until === undefined ? NOTHING : this.#planAhead(c, until);
    return {
      notices: [...overdue.notices, ...due, ...ahead.notices],
      withdrawn: [...overdue.withdrawn, ...ahead.withdrawn],
    };
  }

  /** What is due by now; from here on it counts as told. */
  takeDue(c: Case, now: Instant): readonly Notice[] {
    const next = this.nextStep(c, this.#told);
    if (!next || next.at > now) return [];
    const all = this.#of.duties(c);
    const before = this.#told;
    const { due, told } = takeDue(c, before, now, all, MOST_NOTICES);
    if (due.length === MOST_NOTICES) this.#of.tooMany();
    this.#told = told;
    if (this.#ahead) {
      const taken = new Set(due.map(({ key }) => key));
      this.#ahead = { ...this.#ahead, notices: this.#ahead.notices.filter(({ key }) => !taken.has(key)) };
    }
    return this.#toNotices(c, due, all, before);
  }

  /**
   * A rehearsal's notices go alone: it is no real morning.
   * @param before how far people had been told when these were taken: what goes out with them was asked of nobody the day before
   */
  #toNotices(c: Case, due: readonly Step[], all: readonly Standing[], before: Told): readonly Notice[] {
    const notices = toNotices(c, due, all, before);
    return this.#of.rehearsal ? notices : notices.map((notice) => timed(c, notice));
  }

  /** The morning to plan for: that which was planned for, or the next step's from the case's own hour of the night on. */
  #morningToPlan(c: Case, now: Instant, next: Step | undefined): Instant | undefined {
    if (this.#ahead) return this.#ahead.until;
    return next && this.#isAhead(c, next) && planningTime(this.#of.id, next.at) <= now ? next.at : undefined;
  }

  /** A rehearsal takes each step at its own moment: in memory and live it is the same. */
  #isAhead(c: Case, { at }: Step): boolean {
    return !this.#of.rehearsal && isMorning(c.calendar, at);
  }

  /**
   * Plans what will be due at a morning, counted from what people have been told by now. What is more than is handed over at once, and what a
   * case that is closed by then would say, is not planned: the first is taken when it is due.
   */
  #planAhead(of: Case, until: Instant): Handover {
    const told = this.#told;
    if (this.#ahead && this.#aheadOf?.of === of && this.#aheadOf.told === told) return NOTHING;
    const all = this.#of.duties(of);
    const closes = closesAt(of, all);
    const taken = takeDue(of, told, until, all, MOST_NOTICES);
    const isPlanned = taken.due.length < MOST_NOTICES && (closes === undefined || closes > until);
    const wanted = isPlanned ? this.#toNotices(of, taken.due, all, told) : [];
    const { planned, fresh, withdrawn } = replanned(this.#ahead?.notices ?? [], wanted);
    this.#ahead = { until, told: isPlanned ? taken.told : told, notices: planned };
    this.#aheadOf = { of, told };
    return { notices: fresh, withdrawn };
  }

  /** The morning is there: what was planned for it is told. Where something was recorded since it was planned, that comes first (`handOver`). */
  pass(c: Case, now: Instant): void {
    if (this.#ahead) {
      if (now < this.#ahead.until) return;
      if (this.#aheadOf?.of !== c || this.#aheadOf.told !== this.#told) return;
      this.#told = this.#ahead.told;
      this.#ahead = undefined;
      this.#aheadOf = undefined;
    }
    this.#told = this.#left(c, this.#told, now);
  }

  /** How far people have been told by a moment. */
  toldBy(c: Case, now: Instant): Told {
    const told = this.#ahead && now >= this.#ahead.until ? this.#ahead.told : this.#told;
    return this.#left(c, told, now);
  }

  /** Once a moment is over, nothing more is told in it: what is recorded later may change what would have been said then. */
  #left(c: Case, told: Told, now: Instant): Told {
    if (now <= told.until || told.keys.length === 0) return told;
    const next = this.nextStep(c, told);
    if (next && next.at <= told.until) return told;
    const left = { ...told, until: fromEpochMs(epochMs(told.until) + 1_000), keys: [] };
    this.#next = { of: c, told: left, step: next };
    return left;
  }

  /** Before a wait: what is easily worked out again is not kept. */
  rest(): void {
    this.#next = undefined;
  }
}

/** With what it waits for, if for anything: the morning round, or the end of the night. */
function timed(c: Case, notice: Notice): Notice {
  if (waitsForRound(c, notice)) return { ...notice, round: true };
  const notBefore = quietUntil(c, notice);
  return notBefore === undefined ? notice : { ...notice, notBefore };
}
