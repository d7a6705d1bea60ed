// Climbing a ladder: which rungs of a duty are due when, what happens to those that had passed, and how the last one repeats.

import type { Case } from '../case/facts.ts';
import type { Booking, Duty, PersonId, Step } from '../case/model.ts';
import {
  coverAt,
  hasLeft,
  isFamily,
  managerAt,
  personAt,
  serviceManagerAt,
  settledFrom,
  socialWorkerAt,
} from '../case/people.ts';
import { needsLimit } from '../duties/families.ts';
import type { LadderName, Recipient, Rung } from '../policy/policy.ts';
import type { Instant, LocalDate } from '../time/calendar.ts';
import { type Occasion, stepKey, Telling } from './telling.ts';

/** The last step of a ladder repeats every 5 open days until the duty is done. */
const REPEAT_EVERY = 5;

export const later = (a: Instant, b: Instant): Instant => (a > b ? a : b);

/** What the rungs of one duty tell, each to everybody it names. Found one after the other, as far as somebody looks. */
export class Climb extends Telling {
  readonly #case: Case;
  readonly #duty: Duty;
  readonly #taken: ReadonlySet<string>;
  readonly #booking: Booking | undefined;
  readonly #ladder: readonly Rung[];
  readonly #floor: Instant;
  /** Where the ladder stands: the rung, and the day and number of its next time. */
  #rung = 0;
  #repeat = 0;
  #day: LocalDate | undefined;
  /** The latest time that had passed when the case learned of the duty, or when the calendar changed. */
  #passed: RungTime | undefined;
  /** Whom the time before was for. */
  #last:
    | { readonly case: Case; readonly rung: Rung; readonly at: Instant; readonly people: Iterable<PersonId> }
    | undefined;
  /** What comes after a time that is made up for. */
  #after: RungTime | undefined;

  /**
   * @param taken the steps taken so far, which a new date does not say again
   * @param booking what the steps speak of
   */
  constructor(c: Case, duty: Duty, taken: ReadonlySet<string>, booking?: Booking) {
    super(c);
    this.#case = c;
    this.#duty = duty;
    this.#taken = taken;
    this.#booking = booking;
    this.#ladder = c.policy.ladders[duty.ladder as LadderName];
    this.#floor = later(duty.known, c.versions.at(-1)?.since ?? duty.known);
  }

  protected override next(): Occasion | undefined {
    const { ends } = this.#duty;
    for (let one = this.#after ?? this.#due(); one; one = this.#due()) {
      this.#after = undefined;
      if (one.timed) {
        if (this.#said(one)) {
          this.#passed = undefined;
          continue;
        }
        if (one.at < this.#floor) {
          this.#passed = one;
          continue;
        }
        const belated = this.#belated(one);
        if (belated) {
          this.#after = one;
          return belated;
        }
      }
      if (ends === undefined || one.at < ends) return one;
      if (one.timed) return undefined;
    }
    return undefined;
  }

  /** A new date says nothing again, not to whoever took the case over either; and what came before it has been said. */
  #said({ rung, repeat }: RungTime): boolean {
    if (this.#case.versions.length === 1) return false;
    const head = `${this.#duty.key}|${rung.step}|${repeat}|`;
    const tail = `|${this.#duty.edition}`;
    for (const one of this.#taken) if (one.startsWith(head) && one.endsWith(tail)) return true;
    return false;
  }

  /** Of the times that had passed only the latest goes, the next morning; a rung of that very morning, or before it, says it better. */
  #belated(next: RungTime): RungTime | undefined {
    const passed = this.#passed;
    if (!passed) return undefined;
    this.#passed = undefined;
    const morning = this.#case.calendar.nextMorning(this.#floor);
    const { ends } = this.#duty;
    if (morning >= next.at || (ends !== undefined && morning >= ends)) return undefined;
    return new RungTime(this, passed.rung, passed.repeat, morning, false);
  }

  /** The next time the ladder speaks; its last rung without end. */
  #due(): RungTime | undefined {
    const { calendar } = this.#case;
    for (let rung = this.#ladder[this.#rung]; rung; rung = this.#ladder[++this.#rung]) {
      if (typeof rung.when === 'string') {
        // What is said as a duty arises, and came with a later policy, is not for duties that arose before it.
        if (!this.#wasThere(rung)) continue;
        this.#rung++;
        const { known } = this.#duty;
        return new RungTime(this, rung, 0, rung.when === 'at-once' ? known : calendar.nextMorning(known), false);
      }
      const day = this.#day ?? this.#dayOf(rung, rung.when);
      if (day === undefined) continue;
      const repeat = this.#repeat;
      if (this.#rung < this.#ladder.length - 1) this.#rung++;
      else {
        this.#repeat++;
        this.#day = calendar.openDays(day, REPEAT_EVERY);
      }
      return new RungTime(this, rung, repeat, calendar.morning(day), repeat > 0);
    }
    return undefined;
  }

  /** On the duty's ladder as it was when the case learned of the duty. */
  #wasThere(rung: Rung): boolean {
    const { versions } = this.#case;
    if (versions.length === 1) return true;
    const { known, ladder } = this.#duty;
    const then = versions.findLast((v) => v.since <= known)?.policy ?? this.#case.policy;
    return then.ladders[ladder as LadderName].some((one) => one.step === rung.step);
  }

  /** "Before" counts back from book-by, "after" on from the limit, or from the day it arose for what never has a limit. */
  #dayOf(rung: Rung, when: { before: number } | { after: number }): LocalDate | undefined {
    const { due, arises, bookBy, quiet } = this.#duty;
    if (due === null && needsLimit(this.#duty)) return undefined;
    const { calendar } = this.#case;
    let day: LocalDate | undefined;
    if ('after' in when) day = calendar.openDays(due ?? arises, when.after);
    else if (bookBy !== null && quiet !== 'before') day = calendar.openDays(bookBy, -when.before);
    return day !== undefined && rung.onlyAfterArising && day <= arises ? undefined : day;
  }

  /** One step for each person a rung names. */
  say(c: Case, { rung, repeat, at }: RungTime): readonly Step[] {
    const { key: duty, meeting, edition, due, rules } = this.#duty;
    const steps: Step[] = [];
    for (const to of this.#whom(c, rung, at)) {
      const key = stepKey(duty, rung.step, repeat, to, edition);
      const booking = this.#booking;
      steps.push({ key, at, kind: rung.says, duty, meeting, to, rung: rung.step, repeat, due, rules, booking });
    }
    return steps;
  }

  /** As the time before where nobody came or went since: a last rung that repeats for months is for the same people. */
  #whom(c: Case, rung: Rung, at: Instant): Iterable<PersonId> {
    const last = this.#last;
    if (last && last.case === c && last.rung === rung && last.at >= settledFrom(c)) return last.people;
    const people = this.recipients(c, rung, at);
    this.#last = { case: c, rung, at, people };
    return people;
  }

  /** Whom a rung is for at a moment. */
  protected recipients(c: Case, rung: Rung, at: Instant): Iterable<PersonId> {
    return everybody(c, this.#duty, rung, at);
  }
}

/** One time of a rung; whom it is for is worked out when somebody looks. */
class RungTime implements Occasion {
  readonly rung: Rung;
  readonly repeat: number;
  readonly at: Instant;
  readonly timed: boolean;
  readonly endless: boolean;
  readonly #climb: Climb;
  #steps: readonly Step[] | undefined;

  constructor(climb: Climb, rung: Rung, repeat: number, at: Instant, endless: boolean) {
    this.#climb = climb;
    this.rung = rung;
    this.repeat = repeat;
    this.at = at;
    this.timed = typeof rung.when === 'object';
    this.endless = endless;
  }

  steps(c: Case): readonly Step[] {
    this.#steps ??= this.#climb.say(c, this);
    return this.#steps;
  }

  forget(): void {
    this.#steps = undefined;
  }
}

/** Whom a rung's words mean for this duty, as known at the moment of the step. */
function everybody(c: Case, duty: Duty, rung: Rung, at: Instant): Iterable<PersonId> {
  const found = new Set<PersonId>();
  for (const recipient of rung.to) {
    const person = named(c, recipient, duty, at);
    if (person) for (const to of reachable(c, person, at)) found.add(to);
  }
  return found;
}

function named(c: Case, recipient: Recipient, duty: Duty, at: Instant): PersonId | undefined {
  switch (recipient) {
    case 'owner':
      return duty.ownerIs ? socialWorkerAt(c, at) : duty.owner;
    case 'convenor':
    case 'social-worker':
      return socialWorkerAt(c, at);
    case 'manager':
      return managerAt(c, at);
    case 'service-manager':
      return serviceManagerAt(c, at);
    case 'chair':
      return duty.chair ?? socialWorkerAt(c, at);
    case 'minute-taker':
      return duty.minuteTaker;
    case 'members':
    case 'line-managers':
      return undefined; // attendance.ts: each from the day they are known
    default:
      return recipient satisfies never;
  }
}

/** Families are never chased, and whoever has left is not either: the social worker is. A manager is one by office, not as a member. */
export function reachable(c: Case, id: PersonId, at: Instant): readonly PersonId[] {
  const left = hasLeft(c, id, at) && id !== managerAt(c, at) && id !== serviceManagerAt(c, at);
  return instead(c, left || isFamily(c, personAt(c, id, at)) ? socialWorkerAt(c, at) : id, at);
}

/** From the first to the last day of a cover, what is for that person goes to the cover and the manager instead. */
export function instead(c: Case, person: PersonId, at: Instant): readonly PersonId[] {
  const cover = coverAt(c, person, at);
  if (cover === undefined) return [person];
  const manager = managerAt(c, at);
  return manager === undefined ? [cover] : [cover, manager];
}
