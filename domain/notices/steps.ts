// `steps`: when to tell whom what. The rungs of every open duty's ladder, the bookings' invitations and reminders, and what a
// manager is told at once: departures from a rule, what was done late, an address that is dead. Each happens at most once.

import { type Case, dayOf, type Meeting } from '../case/facts.ts';
import type { PersonId, Step } from '../case/model.ts';
import { managerAt, socialWorkerAt, whoIsWho } from '../case/people.ts';
import { duties, owedAt, planEnd, type Standing } from '../duties/owed.ts';
import type { Instant } from '../time/calendar.ts';
import { arrangements, Reminders, reminding } from './attendance.ts';
import { Climb, later, reachable } from './ladder.ts';
import { stepKey, Walk } from './telling.ts';

/**
 * The steps not yet taken, in order of time.
 * @param taken keys of the steps already taken; the set may grow from one call to the next, never shrink
 * @param until leaves out what comes later; without it each ladder gives its repeats up to the first that is not taken
 * @param all the case's duties, where they were worked out already
 */
export function steps(c: Case, taken: ReadonlySet<string>, until?: Instant, all = duties(c)): readonly Step[] {
  const walk = new Walk(taken, until);
  const ended = planEnd(c)?.known;
  tellAtOnce(c, all, ended, walk);
  const climbs = c.memory.climbs.under([c.versions, taken]);
  for (const duty of all) if (isClimbed(duty)) climbs.of(duty, () => new Climb(c, duty, taken)).tell(c, walk);
  for (const m of Object.values(c.meetings))
    if (!m.held)
      for (const booking of reminding(m, ended))
        climbs.of(booking, () => new Reminders(c, m, booking, taken)).tell(c, walk);
  return walk.found;
}

const isClimbed = ({ done, lapsed, quiet }: Standing): boolean => !done && !lapsed && quiet !== 'all';

/** What is told as soon as it is known. */
function tellAtOnce(c: Case, all: readonly Standing[], ended: Instant | undefined, walk: Walk): void {
  const told = c.memory.told.under([...whoIsWho(c), ended]);
  for (const duty of all)
    if (isDoneLate(duty)) walk.note(told.of(duty, () => lateness(c, duty)));
    else if (isBookedLate(duty)) walk.note(lateBooking(c, duty));
  for (const m of Object.values(c.meetings)) {
    if (m.held && m.apologies.length === 0) continue;
    walk.note(told.of(m, () => [...(m.held ? [] : arrangements(c, m, ended)), ...apologies(c, m)]));
  }
  walk.note(told.of(c.departures, () => departures(c)));
  walk.note(told.of(c.refusedAddresses, () => addresses(c)));
  if (c.socialWorkers.length > 1) walk.note(told.of(all, () => reallocations(c, all)));
}

const isDoneLate = ({ done, due }: Standing): boolean => done !== undefined && due !== null && done.on > due;

const isBookedLate = ({ key, quiet, done, lapsed }: Standing): boolean =>
  quiet === 'before' && !done && !lapsed && key.startsWith('hold/');

/** The earliest step: what a case waits for. */
export const nextStep = (c: Case, taken: ReadonlySet<string>, all = duties(c)): Step | undefined =>
  steps(c, taken, undefined, all)[0];

/** Late stays late, and the manager hears of it the day it is recorded. */
function lateness(c: Case, { key, meeting, due, rules, done, known }: Standing): readonly Step[] {
  const text = `done on ${done?.on}, after its limit`;
  const at = done ? later(done.known, known) : known;
  return informManager(c, at, `late/${key}`, { duty: key, meeting, due, rules, text });
}

/** A booking past the limit quietens the reminders, so the manager hears of it while there is time to find another day. */
function lateBooking(c: Case, { meeting, due, rules, known }: Standing): readonly Step[] {
  const booking = meeting === null ? undefined : c.meetings[meeting]?.bookings.at(-1);
  if (!booking) return [];
  // As soon as both are known: the booking, and the limit it is past.
  const at = later(later(booking.known, known), c.versions.at(-1)?.since ?? known);
  if (c.calendar.londonDate(at) > (due ?? '')) return []; // it was late before: that is escalated
  const text = `${meeting} is booked for ${dayOf(booking)}, after its limit of ${due}`;
  const what = { duty: null, meeting, due, rules, text, why: 'booked-late' as const };
  return informManager(c, at, `booked-late/${meeting}/${booking.edition}`, what);
}

/** A gate passed with a reason is told to the manager the same day. */
function departures(c: Case): readonly Step[] {
  const withReason = c.departures.filter(({ level }) => level === 'reason');
  return withReason.flatMap(({ event, rule, message, meeting, at }) => {
    const text = `accepted with a reason: ${rule}, ${message}`;
    const about = c.events.find((one) => one.id === event)?.event.by;
    const what = { duty: null, meeting, due: null, rules: [rule], text, about, why: 'departure' as const };
    return informManager(c, at, `departure/${event}/${rule}`, what);
  });
}

/** R50: apologies go to the social worker, whoever took them. */
function apologies(c: Case, m: Meeting): readonly Step[] {
  return m.apologies.flatMap(({ person, by, known, representative, writtenReport }) => {
    const worker = socialWorkerAt(c, known);
    if (by === worker || person === worker) return [];
    const what: What = {
      duty: `attend/${m.id}`,
      meeting: m.id,
      due: null,
      rules: ['R50'],
      about: person,
      booking: m.bookings.findLast((one) => one.known <= known),
      standIn: representative !== undefined ? 'representative' : writtenReport ? 'report' : undefined,
    };
    return inform(c, known, `apologies/${m.id}/${person}`, worker, what);
  });
}

/** A case moved to another worker: they and their manager get its open duties the same day. */
function reallocations(c: Case, all: readonly Standing[]): readonly Step[] {
  return c.socialWorkers.slice(1).flatMap(({ person, since }) => {
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
    const moved: What = { ...what, text: `the case has moved: ${count}`, why: 'passed-on' };
    return [
      ...inform(c, since, `reallocated/${since}`, person, taken),
      ...informManager(c, since, `reallocated/${since}`, moved),
    ];
  });
}

function addresses(c: Case): readonly Step[] {
  return c.refusedAddresses.flatMap(({ person, event, known, code }) => {
    const what = {
      duty: null,
      meeting: null,
      due: null,
      rules: ['R38'],
      about: person,
      text: `the address is refused (${code})`,
    };
    return [
      ...inform(c, known, `address/${event}`, socialWorkerAt(c, known), what),
      ...informManager(c, known, `address/${event}`, what),
    ];
  });
}

type What = Pick<
  Step,
  'duty' | 'meeting' | 'due' | 'rules' | 'text' | 'about' | 'booking' | 'why' | 'standIn' | 'open'
>;

function informManager(c: Case, at: Instant, about: string, what: What): readonly Step[] {
  const manager = managerAt(c, at);
  return manager === undefined ? [] : inform(c, at, about, manager, what);
}

function inform(c: Case, at: Instant, about: string, person: PersonId, what: What): readonly Step[] {
  return reachable(c, person, at).map((to) => {
    const key = stepKey(about, 'at-once', 0, to, 0);
    return { key, at, kind: 'information', to, rung: 'at-once', repeat: 0, ...what };
  });
}
