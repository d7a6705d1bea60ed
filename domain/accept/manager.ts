// A case has a manager who can be written to (L13): what is late would be told to nobody otherwise.

import { change } from '../case/change.ts';
import type { Recorded } from '../case/events.ts';
import { type Case, knownAt } from '../case/facts.ts';
import type { Person } from '../case/model.ts';
import { own } from '../case/own.ts';
import { managerAt, managerOf } from '../case/people.ts';
import { Refusal } from './refusal.ts';

const MEND = 'give the social worker a manager who is among the people, with an email';

/** What is wrong with the manager of a case that these people begin with; undefined where there is one who can be written to. */
export function managerFault(people: readonly Person[]): Refusal | undefined {
  const nobody = nobodyManages(people);
  const worker = people.findIndex(({ role }) => role === 'social-worker');
  if (nobody !== undefined) return refuse(`case: people${worker < 0 ? '' : `.${worker}.manager`}: ${nobody}`);
  const at = people.findIndex(({ id }) => id === managerOf(people));
  const manager = people[at];
  if (manager?.email !== undefined) return undefined;
  return refuse(
    `case: people.${at}.email: the manager, "${manager?.id}", has no email: what is late would be told to nobody; ${MEND}`,
  );
}

/** Why nobody manages the case; undefined where somebody does. All that a rehearsal is asked, since it may leave addresses out. */
export function nobodyManages(people: readonly Person[]): string | undefined {
  const id = managerOf(people);
  if (id === undefined) return `nobody is the case’s manager; ${MEND}`;
  return people.some((person) => person.id === id) ? undefined : `the manager, "${id}", is not among them; ${MEND}`;
}

/** Nothing that is recorded takes the last manager away who can be written to. */
export function managerGone(c: Case, recorded: Recorded): Refusal | undefined {
  const { event } = recorded;
  if (!['person-joined', 'person-updated', 'case-reallocated'].includes(event.type)) return undefined;
  const at = knownAt(recorded);
  if (!isReachable(c, at)) return undefined;
  const next = { ...c, ...change(c, recorded, event) };
  if (isReachable(next, at)) return undefined;
  const manager = managerAt(next, at);
  const who = manager === undefined ? 'no manager' : `"${manager}" for a manager, who has no email or is not known`;
  return refuse(`${event.type}: the case would have ${who}; record them first, with person-updated`);
}

function isReachable(c: Case, at: Recorded['recordedAt']): boolean {
  const manager = managerAt(c, at);
  return manager !== undefined && own(c.people, manager)?.email !== undefined;
}

const refuse = (message: string): Refusal => new Refusal(null, message);
