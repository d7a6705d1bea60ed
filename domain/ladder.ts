// Climbing a ladder: which rungs of a duty are due when, what happens to those that had passed, and how the last one repeats.

import type { Instant } from './calendar.ts';
import type { Case } from './case.ts';
import type { Duty, PersonId, Step } from './model.ts';
import {
  coverAt,
  hasLeft,
  isFamily,
  managerAt,
  personAt,
  serviceManagerAt,
  socialWorkerAt,
  whoIsWho,
} from './people.ts';
import type { LadderName, Recipient, Rung } from './policy.ts';

/** The last step of a ladder repeats every 5 open days until the duty is done. */
const REPEAT_EVERY = 5;

/** What walking through a case's steps needs to know: which are taken, how far to look, and where a step goes. */
export interface Walk {
  readonly taken: ReadonlySet<string>;
  /** Without it a ladder gives its repeats up to the first that is not taken. */
  readonly until: Instant | undefined;
  readonly add: (step: Step) => void;
}

/** Who a rung is for at a moment. */
type Recipients = (rung: Rung, at: Instant) => readonly PersonId[];

export const later = (a: Instant, b: Instant): Instant => (a > b ? a : b);

/** One time a rung is due. */
interface Occurrence {
  readonly rung: Rung;
  readonly repeat: number;
  readonly at: Instant;
  /** What it says to whom, and the next morning where it had passed: worked out when first looked at. */
  steps?: readonly Step[];
  belated?: Occurrence;
}

/** The times of one duty's ladder: as many as were looked at, and where the next come from. */
export class Times {
  readonly #found: Occurrence[] = [];
  readonly #more: Iterator<Occurrence>;

  constructor(more: Iterator<Occurrence>) {
    this.#more = more;
  }

  at(i: number): Occurrence | undefined {
    if (i === this.#found.length) {
      const { done, value } = this.#more.next();
      if (!done) this.#found.push(value);
    }
    return this.#found[i];
  }
}

/**
 * The rungs of one duty, each for everybody it names.
 * Of those that had passed when the case learned of the duty (or when the calendar changed) only the latest goes, the next morning.
 */
export function climb(
  c: Case,
  duty: Duty,
  walk: Walk,
  to: Recipients = (rung, at) => everybody(c, duty, rung, at),
  extra: Partial<Step> = {},
): void {
  if (duty.quiet === 'all') return;
  const floor = later(duty.known, c.versions.at(-1)?.since ?? duty.known);
  let passed: Occurrence | undefined;
  const times = c.memory.climbing.of(duty.key, [duty, ...whoIsWho(c)], () => new Times(occurrences(c, duty)));
  for (let i = 0, occurrence = times.at(0); occurrence; occurrence = times.at(++i)) {
    const { rung, repeat, at } = occurrence;
    const timed = typeof rung.when === 'object';
    // A new date says nothing again, not to whoever took the case over either; and what came before it has been said.
    if (timed && c.versions.length > 1 && climbed(duty, occurrence, walk.taken)) {
      passed = undefined;
      continue;
    }
    if (timed && at < floor) {
      passed = occurrence;
      continue;
    }
    if (timed && passed) {
      const morning = c.calendar.nextMorning(floor);
      // A rung that falls on that very morning, or before it, says it better.
      if (morning < at && !(duty.ends !== undefined && morning >= duty.ends)) {
        passed.belated ??= { rung: passed.rung, repeat: passed.repeat, at: morning };
        send(duty, passed.belated, walk, to, extra);
      }
      passed = undefined;
    }
    if (duty.ends !== undefined && at >= duty.ends) {
      if (timed) return;
      continue;
    }
    if (timed && walk.until !== undefined && at > walk.until) return;
    const sent = send(duty, occurrence, walk, to, extra);
    // Without an end to look to, up to the first repeat that is new; one that nobody is there for would be looked for for ever.
    if (repeat > 0 && walk.until === undefined && (sent.length === 0 || sent.some(({ key }) => !walk.taken.has(key))))
      return;
  }
}

/** Every time this duty's ladder speaks, in order; the last rung without end. */
function* occurrences(c: Case, duty: Duty): Generator<Occurrence> {
  const ladder = c.policy.ladders[duty.ladder as LadderName];
  const atFirst = ladderAt(c, duty);
  for (const [i, rung] of ladder.entries()) {
    // What is said as a duty arises, and came with a later policy, is not for duties that arose before it.
    if (typeof rung.when === 'string' && !atFirst.some((one) => one.step === rung.step)) continue;
    if (rung.when === 'at-once') yield { rung, repeat: 0, at: duty.known };
    else if (rung.when === 'next-morning') yield { rung, repeat: 0, at: c.calendar.nextMorning(duty.known) };
    else {
      let day = dayOf(c, duty, rung.when);
      if (day === undefined || (rung.onlyAfterArising && day <= duty.arises)) continue;
      for (let repeat = 0; ; repeat++) {
        yield { rung, repeat, at: c.calendar.morning(day) };
        if (i < ladder.length - 1) break;
        day = c.calendar.openDays(day, REPEAT_EVERY);
      }
    }
  }
}

/** A duty's ladder as it was when the case learned of the duty. */
const ladderAt = (c: Case, { ladder, known }: Duty): readonly Rung[] =>
  (c.versions.findLast((v) => v.since <= known)?.policy ?? c.policy).ladders[ladder as LadderName];

/** Whether this time of a rung was taken, by whomever. Keys are made by stepKey. */
function climbed({ key, edition }: Duty, { rung, repeat }: Occurrence, taken: ReadonlySet<string>): boolean {
  const head = `${key}|${rung.step}|${repeat}|`;
  for (const one of taken) if (one.startsWith(head) && one.endsWith(`|${edition}`)) return true;
  return false;
}

/** Ladders that climb towards a limit: where an authority sets none, nothing is invented and nobody is reminded. */
const NEED_A_LIMIT: ReadonlySet<string> = new Set<LadderName>([
  'hold-meeting',
  'hold-review',
  'confirm',
  'minutes',
  'distribute',
  'action',
  'papers',
]);

/** "Before" counts back from book-by, "after" on from the limit, or from the day it arose for what never has a limit. */
function dayOf(c: Case, duty: Duty, when: { before: number } | { after: number }) {
  if (duty.due === null && NEED_A_LIMIT.has(duty.ladder)) return undefined;
  if ('after' in when) return c.calendar.openDays(duty.due ?? duty.arises, when.after);
  return duty.bookBy === null || duty.quiet === 'before' ? undefined : c.calendar.openDays(duty.bookBy, -when.before);
}

/** One step per person. */
function send(duty: Duty, occurrence: Occurrence, walk: Walk, to: Recipients, extra: Partial<Step>): readonly Step[] {
  const { rung, repeat, at } = occurrence;
  const { meeting, due, rules } = duty;
  occurrence.steps ??= [...new Set(to(rung, at))].map((person) => ({
    key: stepKey(duty.key, rung.step, repeat, person, duty.edition),
    at,
    kind: rung.says,
    duty: duty.key,
    meeting,
    to: person,
    rung: rung.step,
    repeat,
    due,
    rules,
    ...extra,
  }));
  occurrence.steps.forEach(walk.add);
  return occurrence.steps;
}

/** Duty, rung's stable name, repeat number, recipient, edition (design, "What keeps it sound" 3). */
export const stepKey = (duty: string, rung: string, repeat: number, to: PersonId, edition: number): string =>
  `${duty}|${rung}|${repeat}|${to}|${edition}`;

/** Whom a rung's words mean for this duty, as known at the moment of the step. */
const everybody = (c: Case, duty: Duty, rung: Rung, at: Instant): readonly PersonId[] =>
  rung.to.flatMap((recipient) => named(c, recipient, duty, at)).flatMap((id) => reachable(c, id, at));

function named(c: Case, recipient: Recipient, duty: Duty, at: Instant): readonly PersonId[] {
  const one = (id: PersonId | undefined) => (id === undefined || id === '' ? [] : [id]);
  switch (recipient) {
    case 'owner':
      return one(duty.ownerIs ? socialWorkerAt(c, at) : duty.owner);
    case 'convenor':
    case 'social-worker':
      return one(socialWorkerAt(c, at));
    case 'manager':
      return one(managerAt(c, at));
    case 'service-manager':
      return one(serviceManagerAt(c, at));
    case 'chair':
      return one(duty.chair ?? socialWorkerAt(c, at));
    case 'minute-taker':
      return one(duty.minuteTaker);
    case 'members':
    case 'line-managers':
      return []; // attendance.ts: each from the day they are known
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
