// What one source has to tell: a duty's ladder, a booking, a departure. Found as far as somebody looked, and gone through from the
// first that is not taken, so that what was told last year is not looked at again. Used by ladder.ts, attendance.ts and steps.ts.

import type { Case } from '../case/facts.ts';
import type { PersonId, Step } from '../case/model.ts';
import { differsSince } from '../case/people.ts';
import type { Instant } from '../time/calendar.ts';
import { order } from '../time/order.ts';

/** One moment at which something is told, to everybody it is told to. */
export interface Occasion {
  readonly at: Instant;
  /** On a ladder, what comes later stands later: whoever looks as far as a moment need not look past it. */
  readonly timed: boolean;
  /** Comes again and again until the duty is done. */
  readonly endless: boolean;
  steps(c: Case): readonly Step[];
  /** The steps are worked out again when somebody looks. */
  forget(): void;
}

/** Finds the steps not yet taken: which are, how far to look, and what was found. */
export class Walk {
  /** Only ever grows: a step that was taken is taken for good. */
  readonly taken: ReadonlySet<string>;
  /** Without it every source gives what comes without end up to the first that is not taken. */
  readonly until: Instant | undefined;
  /** By key: a step never goes to the same person twice for being in two roles. */
  readonly #found = new Map<string, Step>();

  constructor(taken: ReadonlySet<string>, until: Instant | undefined) {
    this.taken = taken;
    this.until = until;
  }

  /** Notes those of the steps that are not taken. @returns whether all are */
  note(steps: readonly Step[]): boolean {
    let all = true;
    for (const step of steps) {
      if (this.taken.has(step.key)) continue;
      all = false;
      if (this.until === undefined || step.at <= this.until) this.#found.set(step.key, step);
    }
    return all;
  }

  /** In order of time. */
  get found(): readonly Step[] {
    return [...this.#found.values()].sort((a, b) => order(a.at, b.at) || order(a.key, b.key));
  }
}

/** A source that speaks more than once, gone through in the order of its occasions. */
export abstract class Telling {
  readonly #known: Occasion[] = [];
  /** All before this one were found taken. */
  #first = 0;
  /** Who was who when somebody last looked. */
  #seen: Case;

  constructor(c: Case) {
    this.#seen = c;
  }

  /** The occasion after those it gave before; undefined after the last. */
  protected abstract next(): Occasion | undefined;

  tell(c: Case, walk: Walk): void {
    this.#look(c);
    for (let i = this.#first, one = this.#at(i); one; one = this.#at(++i)) {
      if (one.timed && walk.until !== undefined && one.at > walk.until) return;
      const steps = one.steps(c);
      const taken = walk.note(steps);
      // One that nobody is there for would be looked for for ever.
      const someoneAndTaken = taken && steps.length > 0;
      if (i === this.#first && (someoneAndTaken || (taken && !one.endless))) this.#first++;
      if (one.endless && walk.until === undefined && !someoneAndTaken) return;
    }
  }

  /** Whom a step is for is decided as known at its moment: whoever comes or goes changes what is told from then on. */
  #look(c: Case): void {
    const since = differsSince(this.#seen, c);
    this.#seen = c;
    if (since === undefined) return;
    let i = this.#known.length;
    for (let one = this.#known[i - 1]; one && one.at >= since; one = this.#known[--i - 1]) one.forget();
    if (i < this.#first) this.#first = i;
  }

  #at(i: number): Occasion | undefined {
    if (i === this.#known.length) {
      const one = this.next();
      if (one) this.#known.push(one);
    }
    return this.#known[i];
  }
}

/** Duty, rung's stable name, repeat number, recipient, edition (design, "What keeps it sound" 3). */
export const stepKey = (duty: string, rung: string, repeat: number, to: PersonId, edition: number): string =>
  `${duty}|${rung}|${repeat}|${to}|${edition}`;
