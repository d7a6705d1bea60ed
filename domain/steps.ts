// `steps`: when to tell whom what. The rungs of every open duty's ladder, the bookings' invitations and reminders, and what a
// manager is told at once: departures from a rule, what was done late, an address that is dead. Each happens at most once.

import { attend } from './attendance.ts';
import type { Instant } from './calendar.ts';
import type { Case } from './case.ts';
import { climb, later, reachable, stepKey, type Walk } from './ladder.ts';
import type { PersonId, Step } from './model.ts';
import { duties, owedAt, planEnd, type Standing } from './owed.ts';
import { managerAt, socialWorkerAt } from './people.ts';

/**
 * The steps not yet taken, in order of time.
 * @param taken keys of the steps already taken
 * @param until leaves out what comes later; without it each ladder gives its repeats up to the first that is not taken
 * @param all the case's duties, where they were worked out already
 */
export function steps(c: Case, taken: ReadonlySet<string>, until?: Instant, all = duties(c)): readonly Step[] {
  // By key: a step never goes to the same person twice for being in two roles.
  const found = new Map<string, Step>();
  const walk: Walk = {
    taken,
    until,
    add: (step) => {
      if (!taken.has(step.key) && (until === undefined || step.at <= until)) found.set(step.key, step);
    },
  };
  for (const duty of all) {
    if (duty.done) tellOfLateness(c, duty, walk);
    else if (!duty.lapsed) climb(c, duty, walk);
  }
  const ended = planEnd(c)?.known;
  for (const meeting of Object.values(c.meetings)) attend(c, meeting, ended, walk);
  tellOfDepartures(c, walk);
  tellOfApologies(c, walk);
  tellOfReallocation(c, all, walk);
  tellOfAddresses(c, walk);
  return [...found.values()].sort((a, b) => order(a.at, b.at) || order(a.key, b.key));
}

/** The earliest step: what a case waits for. */
export const nextStep = (c: Case, taken: ReadonlySet<string>, all = duties(c)): Step | undefined =>
  steps(c, taken, undefined, all)[0];

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Late stays late, and the manager hears of it the day it is recorded. */
function tellOfLateness(c: Case, { key, meeting, due, rules, done, known }: Standing, walk: Walk): void {
  if (due === null || !done || done.on <= due) return;
  const text = `done on ${done.on}, after its limit`;
  informManager(c, later(done.known, known), `late/${key}`, { duty: key, meeting, due, rules, text }, walk);
}

/** A gate passed with a reason is told to the manager the same day. */
function tellOfDepartures(c: Case, walk: Walk): void {
  for (const { event, rule, level, message, meeting, at } of c.departures) {
    const what = { duty: null, meeting, due: null, rules: [rule], text: `accepted with a reason: ${rule}, ${message}` };
    if (level === 'reason') informManager(c, at, `departure/${event}/${rule}`, what, walk);
  }
}

/** R50: apologies go to the social worker, whoever took them. */
function tellOfApologies(c: Case, walk: Walk): void {
  for (const m of Object.values(c.meetings))
    for (const { person, by, known } of m.apologies) {
      const worker = socialWorkerAt(c, known);
      const what = {
        duty: `attend/${m.id}`,
        meeting: m.id,
        due: null,
        rules: ['R50'],
        about: person,
        text: `apologies for ${m.id}`,
      };
      if (by !== worker && person !== worker) inform(c, known, `apologies/${m.id}/${person}`, worker, what, walk);
    }
}

/** A case moved to another worker: they and their manager get its open duties the same day. */
function tellOfReallocation(c: Case, all: readonly Standing[], walk: Walk): void {
  for (const { person, since } of c.socialWorkers.slice(1)) {
    const open = owedAt(c, since, all);
    const dated = open.flatMap(({ due }) => (due === null ? [] : [due])).sort();
    const today = c.calendar.londonDate(since);
    const late = dated.filter((due) => due < today).length;
    const next = dated.find((due) => due >= today);
    const limit = `${late > 0 ? `, ${late} of them late` : ''}${next ? `, the next limit is ${next}` : ''}`;
    const what = {
      duty: null,
      meeting: null,
      due: null,
      rules: ['R62'],
      text: `the case is now with you: ${open.length} open duties${limit}`,
    };
    inform(c, since, `reallocated/${since}`, person, what, walk);
    informManager(
      c,
      since,
      `reallocated/${since}`,
      { ...what, text: `the case has moved: ${open.length} open duties${limit}` },
      walk,
    );
  }
}

function tellOfAddresses(c: Case, walk: Walk): void {
  for (const { person, event, known, code } of c.refusedAddresses) {
    const what = {
      duty: null,
      meeting: null,
      due: null,
      rules: ['R38'],
      about: person,
      text: `the address is refused (${code})`,
    };
    inform(c, known, `address/${event}`, socialWorkerAt(c, known), what, walk);
    informManager(c, known, `address/${event}`, what, walk);
  }
}

type What = Pick<Step, 'duty' | 'meeting' | 'due' | 'rules' | 'text' | 'about'>;

function informManager(c: Case, at: Instant, about: string, what: What, walk: Walk): void {
  const manager = managerAt(c, at);
  if (manager !== undefined) inform(c, at, about, manager, what, walk);
}

function inform(c: Case, at: Instant, about: string, person: PersonId, what: What, walk: Walk): void {
  for (const to of reachable(c, person, at)) {
    const key = stepKey(about, 'at-once', 0, to, 0);
    walk.add({ key, at, kind: 'information', to, rung: 'at-once', repeat: 0, ...what });
  }
}
