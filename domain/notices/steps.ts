// `steps`: when to tell whom what. The rungs of every open duty's ladder, the bookings' invitations and reminders, and what a
// manager is told at once: departures from a rule, what was done late, an address that is dead. Each happens at most once.

import { NODRIFT } from '../accept/refusal.ts';
import {
  type Case,
  type Dated,
  dayOf,
  knownAt,
  type Meeting,
  type PlacedBooking,
  whatHappened,
} from '../case/facts.ts';
import type { MeetingKind } from '../case/kinds.ts';
import type { DutyKey, PersonId, Step } from '../case/model.ts';
import {
  chairs,
  isFamily,
  managerAt,
  managerOfWorker,
  personAt,
  serviceManagerAt,
  socialWorkerAt,
  whoIsWho,
} from '../case/people.ts';
import { familyOf } from '../duties/families.ts';
import { lastPutRight } from '../duties/last-put-right.ts';
import { scaleFell } from '../duties/meetings.ts';
import { duties, owedAt, planEnd, type Standing } from '../duties/owed.ts';
import { lifecycleOf } from '../lifecycles/registry.ts';
import type { Instant, LocalDate } from '../time/calendar.ts';
import { later, order } from '../time/order.ts';
import { answered, byLink } from './answered.ts';
import { askedAgain } from './asked-again.ts';
import { arrangements, attend, reminders, reminding } from './attendance.ts';
import { climbing, lateAsBroughtIn } from './brought-in-late.ts';
import { calendarChanges } from './calendar-notices.ts';
import { recorderAt, recorderOf } from './echoes.ts';
import { inform, informManager, type What } from './inform.ts';
import { oneForEach } from './one-notice.ts';
import { lateByCorrection, putRightTo, toldAnew, wronglyChased, wronglyTold } from './put-right-notices.ts';
import { sinceWhen } from './since-when.ts';
import { isTold, NOTHING_TOLD, type Told, telling } from './told.ts';

/**
 * The steps not yet told, in order of time.
 * @param until leaves out what comes later; without it each ladder gives its first step alone
 * @param all the case's duties, where they were worked out already
 */
export function steps(c: Case, told: Told, until?: Instant, all = duties(c)): readonly Step[] {
  return inOrder(untold(c, told, until, all));
}

/** Each once, what one ladder says in the ladder's order: a step never goes to the same person twice for being in two roles. */
function untold(c: Case, told: Told, until: Instant | undefined, all: readonly Standing[]): readonly Step[] {
  const ended = planEnd(c)?.known;
  const found: Step[] = [];
  for (const step of toldAtOnce(c, all, ended, told.until))
    if (!isTold(told, step) && (until === undefined || step.at <= until)) found.push(step);
  for (const duty of all)
    if (isClimbed(duty)) found.push(...climbing(c, duty, told, until), ...askedAgain(c, duty, told, until));
  for (const m of Object.values(c.meetings))
    if (!m.held) for (const booking of reminding(m, ended)) found.push(...reminders(c, m, booking, told, until));
  const due = c.caseEnded?.why === 'died' ? found.filter(isSeemly(c, c.caseEnded.known)) : found;
  return due.length < 2 ? due : [...new Map(due.map((step) => [step.key, step])).values()];
}

/** L4: after a death nothing at all goes to the family. */
const isSeemly =
  (c: Case, since: Instant) =>
  ({ to, at }: Step): boolean =>
    at < since || !isFamily(c, personAt(c, to, at));

const inOrder = (found: readonly Step[]): readonly Step[] =>
  found.length < 2 ? found : [...found].sort((a, b) => order(a.at, b.at) || order(a.key, b.key));

/** By time alone: what a ladder says at one moment stays in its order, for the last of it is how far it was climbed. */
const climbed = (found: readonly Step[], isTaken: (step: Step) => boolean): readonly Step[] =>
  found.filter(isTaken).sort((a, b) => order(a.at, b.at));

/** The earliest step: what a case waits for. */
export const nextStep = (c: Case, told: Told, all = duties(c)): Step | undefined => steps(c, told, undefined, all)[0];

/**
 * What is due by a moment, and how far people have been told with it.
 * @param most no more than so many; the rest is due still
 */
export function takeDue(
  c: Case,
  told: Told,
  now: Instant,
  all = duties(c),
  most = Number.POSITIVE_INFINITY,
): { readonly due: readonly Step[]; readonly told: Told } {
  const found = untold(c, told, now, all);
  const every = oneForEach(inOrder(found));
  const due = every.slice(0, most);
  const taken = new Set(due.flatMap((one) => one.taken));
  const until = every.length > due.length ? due.at(-1)?.step.at : undefined;
  return {
    due: due.map(({ step }) => step),
    told: telling(
      told,
      climbed(found, (step) => taken.has(step)),
      until ?? later(told.until, now),
      isOpen(c, all),
    ),
  };
}

/** What is due before a moment: what is recorded at that very moment comes first. */
export function takeBefore(c: Case, told: Told, moment: Instant, all = duties(c)): ReturnType<typeof takeDue> {
  const taken = climbed(untold(c, told, moment, all), ({ at }) => at < moment);
  const due = oneForEach(inOrder(taken)).map(({ step }) => step);
  return { due, told: telling(told, taken, later(told.until, moment), isOpen(c, all)) };
}

/** Whether the ladder of a duty, or of being at a booked meeting, may still be climbed. */
const isOpen =
  (c: Case, all: readonly Standing[]) =>
  (duty: DutyKey, edition: string): boolean =>
    all.some((one) => one.key === duty && one.edition === edition && !one.done && !one.lapsed) ||
    Object.values(c.meetings).some((m) => !m.held && m.bookings.some(stands(edition)) && attend(m) === duty);

const stands =
  (edition: string) =>
  (booking: PlacedBooking): boolean =>
    !booking.ended && booking.edition === edition;

const isClimbed = ({ done, lapsed, quiet }: Standing): boolean => !done && !lapsed && quiet !== 'all';

/** What is told as soon as it is known. @param since what was told before is not worked out again */
function toldAtOnce(c: Case, all: readonly Standing[], ended: Instant | undefined, since: Instant): Step[] {
  const last = lastPutRight(c);
  if (!last) return known(c, all, ended, since);
  const { before, at } = last;
  const was = duties(before);
  const atOnce = toldAtOnce(before, was, planEnd(before)?.known, NEVER);
  const told = toldAnew(c, last, [...atOnce, ...wereBookedLate(before, was)], known(c, all, ended, NEVER));
  if (at < since) return [...told];
  const chased = was.filter(isClimbed).flatMap((duty) => climbing(before, duty, NOTHING_TOLD, at));
  const { after } = last;
  const now = duties(after);
  const isSaid = (step: Step) => step.at < at;
  // Whoever put it right knows that it is not so (L15).
  const isNews = (step: Step) => isSaid(step) && step.to !== recorderOf(c, last.by);
  const wrongly = putRightTo(c, last, [
    ...wronglyChased(chased.filter(isSaid), was, now),
    ...wronglyTold(c, atOnce.filter(isNews), known(after, now, planEnd(after)?.known, NEVER), now),
  ]);
  const text = lateByCorrection(c, last, was, now);
  const what: What = { duty: null, meeting: null, due: null, rules: [], text, why: 'late-by-correction' };
  return [
    ...told,
    ...wrongly,
    ...(text === undefined ? [] : informManager(c, at, `late/${last.by}`, what, recorderOf(c, last.by))),
  ];
}

const NEVER = '' as Instant;

function known(c: Case, all: readonly Standing[], ended: Instant | undefined, since: Instant): Step[] {
  const found: Step[] = [];
  const who = whoIsWho(c);
  for (const duty of all)
    if (duty.done) found.push(...(byLink(c, duty, since) ?? (isDoneLate(duty) ? lateness(c, duty, since) : [])));
    else if (duty.quiet === 'before') found.push(...(byLink(c, duty, since) ?? []));
  for (const duty of all) if (isBookedLate(duty)) found.push(...lateBooking(c, duty, since));
  found.push(...answered(c, since));
  for (const m of Object.values(c.meetings)) {
    if (!m.held) found.push(...arranged(c, m, ended, who));
    if (m.apologies.length > 0) found.push(...apologies(c, m, since));
  }
  if (c.departures.length > 0) found.push(...departures(c, since));
  for (const kind in lifecycleOf(c).meetings) found.push(...fallen(c, kind as MeetingKind, since));
  if (c.broughtIn) found.push(...lateAsBroughtIn(c, c.broughtIn, all, since));
  if (c.steppedDown) found.push(...carried(c, since));
  if (c.planEnded?.early) found.push(...endedEarly(c, c.planEnded.early, c.planEnded, since));
  if (c.refusedAddresses.length > 0) found.push(...addresses(c, since));
  if (c.versions.length > 1) found.push(...calendarChanges(c, since));
  if (c.socialWorkers.length > 1) found.push(...reallocations(c, all, since));
  return found;
}

/** What the bookings of a meeting make known: the same until one of them, or who is who, changes. */
const arranged = (c: Case, m: Meeting, ended: Instant | undefined, who: object): readonly Step[] =>
  c.memory.of('arranged', m.id, [m.bookings, ended, who], () => arrangements(c, m, ended));

const isDoneLate = ({ done, due }: Standing): boolean => done !== undefined && due !== null && done.on > due;

const isBookedLate = ({ key, quiet, done, lapsed }: Standing): boolean =>
  quiet === 'before' && !done && !lapsed && key.startsWith('hold/');

/** Late stays late, and the manager hears of it the day it is recorded. */
function lateness(c: Case, duty: Standing, since: Instant): readonly Step[] {
  const { key, edition, meeting, due, rules, done, known } = duty;
  const text = `done on ${done?.on}, after its limit`;
  if (!done || later(done.known, known) < since) return [];
  const at = sinceWhen(c, key, done.known, known, isDoneLate);
  if (at < since) return [];
  const recorder = recorderAt(c, done.known);
  // Passed on late, owed again to a member typed in since, and passed on late once more: each is told.
  const again = edition && familyOf(key) === 'distribute' ? `/${edition}` : '';
  return informManager(c, at, `late/${key}${again}`, { duty: key, meeting, due, rules, text }, recorder);
}

/** A booking past the limit quietens the reminders, so the manager hears of it while there is time to find another day. */
function lateBooking(c: Case, duty: Standing, since: Instant, known = duty.known): readonly Step[] {
  const { meeting, due, rules } = duty;
  const booking = meeting === null ? undefined : c.meetings[meeting]?.bookings.at(-1);
  if (!booking) return [];
  if (due === null || dayOf(booking) <= due) return [];
  const { from, until } = whenKnown(c, booking, known);
  if (until < since) return [];
  const at = sinceWhen(c, duty.key, from, until, (then) => then.due !== null && dayOf(booking) > then.due);
  if (at < since) return [];
  if (c.calendar.londonDate(at) > due) return []; // it was late before: that is escalated
  const text = `${meeting} is booked for ${dayOf(booking)}, after its limit of ${due}`;
  const what = { duty: null, meeting, due, rules, text, why: 'booked-late' as const };
  return informManager(c, at, `booked-late/${meeting}/${booking.edition}`, what, recorderOf(c, booking.edition, at));
}

/** Between which moments it became known that a booking is past the limit: with what was typed in later, or with another policy or calendar. */
function whenKnown(
  c: Case,
  booking: PlacedBooking,
  known: Instant,
): { readonly from: Instant; readonly until: Instant } {
  const right = lastPutRight(c)?.at;
  // A limit that was put right is known since then.
  const from = right !== undefined && right <= known ? later(booking.known, right) : booking.known;
  const changed = c.versions.findLast((version) => version.since > from)?.since ?? from;
  return { from, until: later(changed, known) };
}

/** What the manager had been told of bookings that are lost: brought back by a correction they are not told of again (L1). */
const wereBookedLate = (c: Case, all: readonly Standing[]): readonly Step[] =>
  all.flatMap((duty) => {
    const booking = duty.meeting === null ? undefined : c.meetings[duty.meeting]?.bookings.at(-1);
    if (!booking?.ended || duty.done || duty.lapsed || !duty.key.startsWith('hold/')) return [];
    return lateBooking(c, duty, NEVER, booking.known);
  });

/** A gate passed with a reason is told to the manager the same day. */
function departures(c: Case, since: Instant): readonly Step[] {
  const withReason = c.departures.filter(({ level, at }) => level === 'reason' && at >= since);
  return withReason.flatMap(({ event, rule, message, meeting, at }) => {
    const text = `accepted with a reason: ${rule}, ${message}`;
    const about = whatHappened(c).find((one) => one.id === event)?.event.by;
    const what = { duty: null, meeting, due: null, rules: [rule], text, about, why: 'departure' as const };
    return informManager(c, at, `departure/${event}/${rule}`, what, recorderOf(c, event));
  });
}

/** L5: the chair and both managers hear at once of a plan that ended without a review conference, save whoever ended it. */
function endedEarly(
  c: Case,
  { by, event }: { readonly by: PersonId; readonly event: string },
  { on, known: at }: Dated,
  since: Instant,
): readonly Step[] {
  if (at < since) return [];
  const text = `the plan ended on ${on} without a review conference; the reason is on the case`;
  const what: What = { duty: null, meeting: null, due: null, rules: ['R83'], text, why: 'ended-early' };
  const told = new Set([managerAt(c, at), serviceManagerAt(c, at), ...chairs(c)]);
  return [...told].flatMap((to) =>
    to === undefined || to === by ? [] : inform(c, at, `ended/${event}`, to, what, recorderOf(c, event)),
  );
}

/** L26, R74: a scale that falls far is told to the manager the same day. */
function fallen(c: Case, kind: MeetingKind, since: Instant): readonly Step[] {
  const found: Step[] = [];
  for (const { meeting, from, to, known: at } of scaleFell(c, kind)) {
    if (at < since) continue;
    const text = `the scale fell from ${from} to ${to} at ${meeting}`;
    const what: What = { duty: null, meeting, due: null, rules: ['R10', 'R74'], text, why: 'scale-fell' };
    found.push(...informManager(c, at, `scale/${meeting}`, what, recorderAt(c, at)));
  }
  return found;
}

/** L10: whoever had something to do under the plan that ended hears that it goes on here, once for all of it. */
function carried(c: Case, since: Instant): readonly Step[] {
  const opening = whatHappened(c).find(({ event }) => event.type === 'plan-ended');
  if (opening?.event.type !== 'plan-ended' || knownAt(opening) < since) return [];
  const at = knownAt(opening);
  const owned = new Map<PersonId, { key: DutyKey; due: LocalDate | null }[]>();
  for (const { id, owner = socialWorkerAt(c, at), due = null } of opening.event.actions ?? [])
    owned.set(owner, [...(owned.get(owner) ?? []), { key: `action/${id}`, due }]);
  return [...owned].flatMap(([owner, open]) => {
    const text = `${open.length === 1 ? 'a plan action goes' : `${open.length} plan actions go`} on under this plan`;
    const what: What = { duty: null, meeting: null, due: null, rules: ['R7', 'R8'], open, text, why: 'carried' };
    return inform(c, at, `carried/${owner}`, owner, what, opening.event.by);
  });
}

/** R50: apologies go to the social worker, whoever took them; the social worker's own to the manager. */
function apologies(c: Case, m: Meeting, since: Instant): readonly Step[] {
  const heard = new Set<PersonId>();
  return m.apologies.flatMap(({ person, by, known, representative, writtenReport }) => {
    const worker = socialWorkerAt(c, known);
    if ((by === worker && person !== worker) || heard.has(person)) return [];
    heard.add(person);
    if (known < since) return [];
    const what: What = {
      duty: attend(m),
      meeting: m.id,
      due: null,
      rules: ['R50'],
      about: person,
      booking: m.bookings.findLast((one) => one.known <= known),
      standIn: representative !== undefined ? 'representative' : writtenReport ? 'report' : undefined,
    };
    const about = `apologies/${m.id}/${person}`;
    // L11: no meeting goes ahead without a social worker unless somebody sees to it.
    if (person === worker)
      return informManager(c, known, about, { ...what, rules: ['R62', 'R63', 'R64'], why: 'no-social-worker' }, by);
    return inform(c, known, about, worker, what, by);
  });
}

/** A case moved to another worker: they and their manager get its open duties the same day; another manager it was with is told (L11). */
function reallocations(c: Case, all: readonly Standing[], from: Instant): readonly Step[] {
  return c.socialWorkers.slice(1).flatMap(({ person, since }, i) => {
    if (since < from) return [];
    const open = owedAt(c, since, all)
      .map(({ key, due }) => ({ key, due }))
      .sort((a, b) => (`${a.due ?? '9'} ${a.key}` < `${b.due ?? '9'} ${b.key}` ? -1 : 1));
    const dated = open.flatMap(({ due }) => (due === null ? [] : [due]));
    const today = c.calendar.londonDate(since);
    const late = dated.filter((due) => due < today).length;
    const next = dated.find((due) => due >= today);
    const limit = `${late > 0 ? `, ${late} of them late` : ''}${next ? `, the next limit is ${next}` : ''}`;
    const count = `${open.length} open ${open.length === 1 ? 'duty' : 'duties'}${limit}`;
    const what: What = { duty: null, meeting: null, due: null, rules: ['R62'], open };
    const taken: What = { ...what, text: `the case is now with you: ${count}`, why: 'taken-over' };
    const moved: What = { ...what, text: `the case has moved: ${count}`, why: 'passed-on', about: person };
    const former = managerOfWorker(c, c.socialWorkers[i]?.person ?? '', since);
    const given: What = {
      ...what,
      text: 'the case has moved to another social worker, who has another manager',
      why: 'given-away',
    };
    const by = recorderAt(c, since);
    const isAnother = former !== undefined && former !== managerAt(c, since);
    return [
      ...inform(c, since, `reallocated/${since}`, person, taken, by),
      ...informManager(c, since, `reallocated/${since}`, moved, by),
      ...(isAnother ? inform(c, since, `reallocated/${since}`, former, { ...given, open: undefined }, by) : []),
    ];
  });
}

function addresses(c: Case, since: Instant): readonly Step[] {
  return c.refusedAddresses.flatMap(({ person, event, known, code }) => {
    if (known < since) return [];
    const what = {
      duty: null,
      meeting: null,
      due: null,
      rules: ['R38'],
      about: person,
      text: `the address is refused (${code})`,
    };
    return [
      ...inform(c, known, `address/${event}`, socialWorkerAt(c, known), what, NODRIFT),
      ...informManager(c, known, `address/${event}`, what, NODRIFT),
    ];
  });
}
