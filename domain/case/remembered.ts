// What a case keeps of its own working-out: a result, as long as what it was made from is the same. Events replace the objects they
// change and leave the others as they are, so "the same" is identity. Owned by one case and its successors, never by a module (004).

import type { Arisen } from '../duties/meetings.ts';
import type { Attendee } from '../notices/attendance.ts';
import type { Climb } from '../notices/ladder.ts';
import type { Instant } from '../time/calendar.ts';
import type { Meeting } from './facts.ts';
import type { Step } from './model.ts';

/** The last result for each name, and what it was made from. */
class Remembered<Result> {
  #last: Map<string, { readonly from: readonly unknown[]; readonly result: Result }> | undefined;

  /** The result, made anew where any of what it is made from is another object than last time. */
  of(name: string, from: readonly unknown[], make: () => Result): Result {
    const last = this.#last?.get(name);
    if (last?.from.every((one, i) => one === from[i])) return last.result;
    const result = make();
    this.#last ??= new Map();
    this.#last.set(name, { from, result });
    return result;
  }

  forget(): void {
    this.#last = undefined;
  }
}

/** Results by the object they were worked out of, as long as all the circumstances are the same. */
class Under<Result> {
  #circumstances: readonly unknown[] = [];
  #results: WeakMap<object, Result> | undefined;

  under(circumstances: readonly unknown[]): this {
    const before = this.#circumstances;
    if (before.length !== circumstances.length || circumstances.some((one, i) => one !== before[i])) this.forget();
    this.#circumstances = circumstances;
    return this;
  }

  of(one: object, make: () => Result): Result {
    this.#results ??= new WeakMap();
    let result = this.#results.get(one);
    if (result === undefined) {
      result = make();
      this.#results.set(one, result);
    }
    return result;
  }

  forget(): void {
    this.#circumstances = [];
    this.#results = undefined;
  }
}

function saysTheSame(a: Arisen, b: Arisen): boolean {
  for (const field in a) {
    const name = field as keyof Arisen;
    if (a[name] !== b[name] && !(name === 'rules' && a.rules.join() === b.rules.join())) return false;
  }
  return true;
}

/** Says nothing about the case that its events do not: two cases with the same facts are equal whatever they remember. */
export class Memory {
  readonly held = new Remembered<HeldByKind>();
  readonly holding = new Remembered<Arisen>();
  readonly after = new Remembered<readonly Arisen[]>();
  readonly attendees = new Under<readonly Attendee[]>();
  readonly settled = new Remembered<Instant>();
  readonly action = new Remembered<Arisen>();
  /** What each duty, meeting or list of happenings makes known at once. */
  readonly told = new Under<readonly Step[]>();
  /** How far each duty and each booking has climbed its ladder. */
  readonly climbs = new Under<Climb>();

  readonly #duties = new Map<string, Arisen>();

  /** The duties, open ones as the objects they were where they say the same: what was worked out of them is still good. */
  asBefore(all: readonly Arisen[]): readonly Arisen[] {
    return all.map((duty) => {
      if (duty.done || duty.lapsed) return duty;
      const before = this.#duties.get(duty.key);
      if (before && (before === duty || saysTheSame(before, duty))) return before;
      this.#duties.set(duty.key, duty);
      return duty;
    });
  }

  /** Everything: it takes most of a case's room, and is worked out again when something happens. */
  forget(): void {
    for (const part of [this.held, this.holding, this.after, this.settled, this.action]) part.forget();
    for (const part of [this.attendees, this.told, this.climbs]) part.forget();
    this.#duties.clear();
  }
}

export type HeldByKind = { readonly [kind in Meeting['kind']]?: readonly HeldMeeting[] };
export type HeldMeeting = Meeting & { readonly held: NonNullable<Meeting['held']> };
