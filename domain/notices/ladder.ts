// Climbing a ladder: which rungs of a duty are due when, what happens to those that had passed, and what is said each week after the last. Pure:
// the times follow from the duty, the policy and the calendar, and those long past are never walked through.

import { type Case, calendarAt } from '../case/facts.ts';
import type { Booking, Duty, PersonId, Step } from '../case/model.ts';
import {
  hasLeft,
  isFamily,
  managerAt,
  personAt,
  serviceManagerAt,
  settledFrom,
  socialWorkerAt,
  standInsFor,
} from '../case/people.ts';
import { needsLimit } from '../duties/families.ts';
import { type LadderName, ladderOf, type Recipient, type Rung } from '../policy/policy.ts';
import { addDays, type Instant, type LocalDate, mondayOf, weeksBetween } from '../time/calendar.ts';
import { later } from '../time/order.ts';
import { isTold, type LastSaid, lastSaid, type Told, WEEKLY } from './told.ts';
import { heeding, waitsWith } from './waiting.ts';

/** One time at which a ladder speaks, to everybody its rung names. */
export interface Occasion {
  readonly at: Instant;
  readonly rung: Rung;
  /** 0 for a rung; of what is said each week, how many weeks after that in which the duty arose. */
  readonly repeat: number;
  /** It comes again and again until the duty is done. */
  readonly endless: boolean;
  /** The owner was told before: the others are now. */
  readonly butOwner?: boolean;
}

/** Whom a rung is for at a moment; the ladder's own words mean what `recipients` says unless somebody else is asked. */
type Whom = (rung: Rung, at: Instant) => Iterable<PersonId>;

/** What the steps speak of, and whom they are for. */
interface Saying {
  readonly booking?: Booking | undefined;
  readonly whom?: Whom;
}

/**
 * The steps of a duty that are not told yet, in order of time.
 * @param until leaves out what comes later; without it only the first moment that is for anybody is given
 * @param saying what the steps speak of, and whom they are for
 */
export function climb(c: Case, duty: Duty, told: Told, until: Instant | undefined, saying?: Saying): readonly Step[] {
  if (until !== undefined && !speaksBy(c, duty, told, until)) return NOTHING;
  const { booking = unconfirmed(c, duty), whom = recipients(c, duty) } = saying ?? {};
  const waits = waitsWith(c, duty, () => escalations(c, duty));
  const found: Step[] = [];
  for (const occasion of occasions(c, duty, told)) {
    const last = until ?? found[0]?.at;
    if (last !== undefined && occasion.at > last) break;
    const steps = said(duty, occasion, whom, booking)
      .filter((step) => !isTold(told, step))
      .flatMap((step) => heeding(c, waits, step));
    found.push(...steps);
    // Nobody is there for it, and nobody who comes or goes is known of: it would be looked for without end.
    if (occasion.endless && steps.length === 0 && occasion.at > later(settledFrom(c), told.until)) break;
  }
  return found;
}

/** L17: the booking of a meeting that nobody has said was held. What was over when it was typed in books nothing, and is named all the same (L22). */
function unconfirmed(c: Case, { key, meeting }: Duty): Booking | undefined {
  const booking = meeting !== null && key.startsWith('hold/') ? c.meetings[meeting]?.bookings.at(-1) : undefined;
  return booking?.ended ? undefined : booking;
}

const escalations = (c: Case, duty: Duty): readonly Instant[] =>
  climbing(c, duty).rungs.flatMap(({ at, rung }) => (rung.says === 'escalation' ? [at] : []));

const NOTHING: readonly Step[] = [];

/** Whether the ladder has something to say by a moment, to anybody. Most have not, and are asked after every event. */
function speaksBy(c: Case, duty: Duty, told: Told, until: Instant): boolean {
  const known = climbing(c, duty);
  // Nothing is due before it, as long as it is still to come: what has been said since it was looked for only makes it later.
  if (known.next === undefined || (known.next !== null && known.next < told.until))
    known.next = firstFrom(c, duty, told);
  return known.next !== null && known.next <= until;
}

function firstFrom(c: Case, duty: Duty, told: Told): Instant | null {
  for (const { at } of occasions(c, duty, told)) if (at >= told.until) return at;
  return null;
}

/** One step for each person a rung names. */
function said(
  { key: duty, meeting, edition, due, rules }: Duty,
  { at, rung, repeat, butOwner }: Occasion,
  whom: Whom,
  booking: Booking | undefined,
): readonly Step[] {
  const owners = new Set(butOwner ? whom(forOwner(rung), at) : []);
  return [...whom(rung, at)]
    .filter((to) => !owners.has(to))
    .map((to) => {
      const key = stepKey(duty, rung.step, repeat, to, edition);
      return {
        key,
        edition,
        at,
        kind: rung.says,
        duty,
        meeting,
        to,
        rung: rung.step,
        repeat,
        due,
        rules,
        booking,
      };
    });
}

/** The times at which a duty's ladder speaks, in order; those long past, and told, are left out. Without end: what is late is said each week. */
export function* occasions(c: Case, duty: Duty, told: Told): Generator<Occasion> {
  for (const one of unended(c, duty, told)) {
    if (duty.ends !== undefined && one.at >= duty.ends) return;
    yield one;
  }
}

/** What is not said yet: as the duty arises, then its rungs, those that had passed made up for, then week by week. */
function* unended(c: Case, duty: Duty, told: Told): Generator<Occasion> {
  const before = lastSaid(told, duty);
  const { rungs, last } = climbing(c, duty);
  const floor = counts(c, duty);
  const isUnsaid = (one: Occasion) => before === undefined || !saidBefore(c, duty, before, one);
  const unsaid = rungs.filter(isUnsaid);
  const timed = unsaid.filter((one) => !isSaidAsItArises(one));
  const passed = timed.findLast(({ at }) => at < floor);
  const makesUp = passed && c.calendar.nextMorning(floor);
  // What has passed is made up for that morning, and asks it better than that it has arisen; line managers are not asked for anything.
  const isAskedBetter = ({ at, rung }: Occasion) => at === makesUp && rung.says !== 'information';
  yield* unsaid.filter((one) => isSaidAsItArises(one) && !isAskedBetter(one));
  const ahead = toCome(
    timed.filter(({ at }) => at >= floor),
    last !== undefined && duty.ladder !== 'attend' ? weeks(c, duty, last, told.until) : [],
    (one) => one.at >= floor && isUnsaid(one),
  );
  // What is said as a duty arises is told in the same breath or before: it is no step of the climb.
  const climbed = before !== undefined && !saysAsItArises(c, duty, before[2]) ? before[2] : undefined;
  yield* passed && makesUp ? caughtUp(c, { ...passed, at: makesUp }, ahead, climbed) : ahead;
}

function* toCome(rungs: Iterable<Occasion>, weekly: Iterable<Occasion>, counts: (one: Occasion) => boolean) {
  yield* rungs;
  for (const one of weekly) if (counts(one)) yield one;
}

/**
 * Of what had passed only the latest is made up for, the next morning, unless another rung is due by then and says it better. Nobody above the
 * owner hears of it first (L16).
 * @param latest the latest that had passed, on that morning
 * @param ahead what is to come, in order
 * @param climbed the rung that was said last, where one was
 */
function* caughtUp(
  c: Case,
  latest: Occasion,
  ahead: Generator<Occasion>,
  climbed: string | undefined,
): Generator<Occasion> {
  const next = pull(ahead);
  const isBetter = next !== undefined && next.rung.step !== WEEKLY && next.at <= latest.at;
  const late = isBetter ? next : latest;
  const after = isBetter ? pull(ahead) : next;
  if (!next || !isAboveOwner(late.rung) || (climbed !== undefined && climbed !== OWNER_FIRST)) yield late;
  else {
    if (climbed === undefined) yield { ...late, rung: forOwner(late.rung) };
    const others: Occasion = { ...late, at: c.calendar.nextMorning(late.at), butOwner: true };
    // Else the rung after it tells them.
    if (after && after.at > others.at) yield others;
  }
  if (after) yield after;
  yield* ahead;
}

const pull = (ahead: Generator<Occasion>): Occasion | undefined => {
  const { value, done } = ahead.next();
  return done ? undefined : value;
};

/** From when on a duty's steps count: when the case learned of it, or when the calendar changed. */
const counts = ({ versions }: Case, { known }: Duty): Instant => later(known, versions.at(-1)?.since ?? known);

/** L16: a duty that became known after its steps had passed is told to its owner alone first; to the others a working day later. */
const OWNER_FIRST = 'owner-first';
const isAboveOwner = ({ to }: Rung): boolean => to.length > 1;
const forOwner = ({ when, says }: Rung): Rung => {
  const asks = typeof when !== 'string' && 'after' in when ? 'chase' : 'reminder';
  return { step: OWNER_FIRST, when, to: ['owner'], says: says === 'escalation' ? asks : says };
};

const isSaidAsItArises = ({ rung }: Occasion): boolean => typeof rung.when === 'string';
const saysAsItArises = (c: Case, duty: Duty, step: string): boolean =>
  ladderOf(c.policy, duty.ladder as LadderName).some((rung) => rung.step === step && typeof rung.when === 'string');

/** What a duty and its ladder come to, whatever was told. */
interface Climbing {
  readonly rungs: readonly Occasion[];
  /** The day of the last rung. */
  readonly last: LocalDate | undefined;
  /** The first moment it speaks at, as far as somebody looked; null where it says nothing more. */
  next?: Instant | null;
}

const climbing = (c: Case, duty: Duty): Climbing =>
  c.memory.about(duty, [c.versions], () => {
    const ladder = ladderOf(c.policy, duty.ladder as LadderName);
    const rungs: Occasion[] = [];
    let last: LocalDate | undefined;
    for (const rung of ladder) {
      const one = dated(c, duty, rung);
      if (!one) continue;
      rungs.push(one);
      last = one.day ?? last;
    }
    return { rungs, last };
  });

function dated(c: Case, duty: Duty, rung: Rung): (Occasion & { readonly day?: LocalDate }) | undefined {
  const { calendar } = c;
  if (typeof rung.when === 'string') {
    // What is said as a duty arises, and came with a later policy, is not for duties that arose before it.
    if (duty.quiet === 'at-once' || !wasThere(c, duty, rung)) return undefined;
    const at = rung.when === 'at-once' ? duty.known : morningAfter(c, duty.known);
    return { at, rung, repeat: 0, endless: false };
  }
  const day = dayOf(c, duty, rung, rung.when);
  return day === undefined ? undefined : { at: calendar.morning(day), rung, repeat: 0, endless: false, day };
}

/** The next morning as it was seen then: another calendar moves it while it is to come, and never into the past. */
export function morningAfter(c: Case, known: Instant): Instant {
  const first = calendarAt(c, known).nextMorning(known);
  if (c.versions.length === 1) return first;
  return c.versions
    .filter(({ since }) => since > known)
    .reduce(
      (morning, { since, calendar: changed }) =>
        since >= morning ? morning : later(changed.nextMorning(known), changed.nextMorning(since)),
      first,
    );
}

/** Each week after the last rung: of the weeks only that which people were told by, and those after. */
function* weeks(c: Case, duty: Duty, last: LocalDate, toldUntil: Instant): Generator<Occasion> {
  const { arises, known, ladder } = duty;
  const floor = counts(c, duty);
  const today = c.calendar.londonDate(toldUntil > c.calendar.nextMorning(floor) ? toldUntil : floor);
  const rung = weekly(ladderOf(c.policy, ladder as LadderName));
  // By then the owner, and the others, have been told what had passed when it became known.
  const told = c.calendar.nextMorning(c.calendar.nextMorning(known));
  for (let monday = mondayOf(today > last ? today : last); ; monday = addDays(monday, 7)) {
    const day = c.calendar.openDays(addDays(monday, -1), 1);
    if (c.calendar.morning(day) <= told) continue;
    if (day <= last || day >= addDays(monday, 7)) continue; // a week without a working day has none
    // Counted from the week it arose in, which no calendar moves: a week's steps have the same keys for ever.
    yield { at: c.calendar.morning(day), rung, repeat: weeksBetween(arises, monday), endless: true };
  }
}

/** For the owner, and the highest manager the ladder has told; the manager where it has told none, so that nothing is late unseen. */
function weekly(ladder: readonly Rung[]): Rung {
  const told = (who: Recipient) => ladder.some(({ to }) => to.includes(who));
  const highest = HIGHEST_FIRST.find(told) ?? 'manager';
  return { step: WEEKLY, when: { after: 0 }, to: ['owner', highest], says: 'escalation' };
}

const HIGHEST_FIRST: readonly Recipient[] = ['service-manager', 'manager'];

/** A new day for a rung, or a duty that is open again, says nothing again: not to whoever took the case over either. */
function saidBefore(c: Case, duty: Duty, last: LastSaid, { rung, repeat }: Occasion): boolean {
  const [, , step, time] = last;
  if (rung.step === WEEKLY) return step === WEEKLY && repeat <= time;
  if (step === WEEKLY) return true;
  const ladder = ladderWith(c, duty, step);
  const here = ladder?.findIndex((one) => one.step === rung.step) ?? -1;
  // To the owner first is on no ladder (L16), and another policy may have rungs of its own: what is said as a duty arises went before all of them.
  if (!ladder || here < 0) return typeof rung.when === 'string';
  const reached = ladder.findIndex((one) => one.step === step);
  return here < reached || (here === reached && repeat <= time);
}

/** The duty's ladder on which a rung stood: the one in force, or the last before it that had the rung. */
function ladderWith({ policy, versions }: Case, { ladder }: Duty, step: string): readonly Rung[] | undefined {
  const has = (rungs: readonly Rung[]) => rungs.some((one) => one.step === step);
  const now = ladderOf(policy, ladder as LadderName);
  if (has(now) || versions.length === 1) return has(now) ? now : undefined;
  return versions.map((v) => ladderOf(v.policy, ladder as LadderName)).findLast(has);
}

/** On the duty's ladder as it was when the case learned of the duty. */
function wasThere({ versions, policy }: Case, { known, ladder }: Duty, rung: Rung): boolean {
  if (versions.length === 1) return true;
  const then = versions.findLast((v) => v.since <= known)?.policy ?? policy;
  return ladderOf(then, ladder as LadderName).some((one) => one.step === rung.step);
}

/** "Before" counts back from book-by, "after" on from the limit, or from the day it arose for what never has a limit. */
function dayOf(
  { calendar }: Case,
  duty: Duty,
  rung: Rung,
  when: { before: number } | { after: number },
): LocalDate | undefined {
  const { due, arises, bookBy, quiet } = duty;
  if (due === null && needsLimit(duty)) return undefined;
  let day: LocalDate | undefined;
  if ('after' in when) day = calendar.openDays(due ?? arises, when.after);
  else if (bookBy !== null && quiet !== 'before') day = calendar.openDays(bookBy, -when.before);
  return day !== undefined && rung.onlyAfterArising && day <= arises ? undefined : day;
}

/** Whom a rung's words mean for this duty, as known at the moment of the step. */
export const recipients =
  (c: Case, duty: Duty): Whom =>
  (rung, at) => {
    const found = new Set<PersonId>();
    for (const recipient of rung.to) {
      // Each week the highest manager there is.
      const orManager = rung.step === WEEKLY && recipient === 'service-manager';
      const person = named(c, recipient, duty, at) ?? (orManager ? managerAt(c, at) : undefined);
      if (person) for (const to of reachable(c, person, at)) found.add(to);
    }
    return found;
  };

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
  return standInsFor(c, left || isFamily(c, personAt(c, id, at)) ? socialWorkerAt(c, at) : id, at);
}

/** Duty, rung's stable name, repeat number, recipient, edition (design, "What keeps it sound" 3). */
export const stepKey = (duty: string, rung: string, repeat: number, to: PersonId, edition: string): string =>
  `${duty}|${rung}|${repeat}|${to}|${edition}`;

/** Who is told of a duty by steps with these keys. */
export const toldOf = (duty: string, keys: readonly string[]): readonly PersonId[] =>
  keys.flatMap((key) => {
    const [of, , , to] = key.split('|');
    return of === duty && to !== undefined ? [to] : [];
  });
