// What an event speaks of and the case does not know: people, actions, meetings that are not booked or were not held, roles. Each refusal
// says what there is.

import { peopleIn } from '../case/catalogue.ts';
import type { CaseEvent } from '../case/events.ts';
import { type Case, standing } from '../case/facts.ts';
import type { CaseFile, MeetingId, Person } from '../case/model.ts';
import { own } from '../case/own.ts';
import { isRehearsalAuthority } from '../case/rehearsals.ts';
import { isWhole } from '../case/staff.ts';
import type { Policy } from '../policy/policy.ts';
import { order } from '../time/order.ts';
import { answeredEvent, asks } from './checklists.ts';
import { NODRIFT, Refusal } from './refusal.ts';

const refuse = (message: string): Refusal => new Refusal(null, message);

/** What the event speaks of and the case does not know, beside people. */
export const unknown = (c: Case, event: CaseEvent): Refusal | undefined =>
  unknownAction(c, event) ?? unknownMeeting(c, event) ?? unknownItem(c, event);

/** Everybody an event names is a person of the case. */
export function stranger(c: Case, event: CaseEvent): Refusal | undefined {
  const found = peopleIn(event).filter(
    ({ field, id }) => own(c.people, id) === undefined && !(field === 'by' && id === NODRIFT),
  );
  if (found.length === 0) return undefined;
  const strangers = found.map(({ field, id }) => `${field}: "${id}" is not a person of this case`);
  return refuse(
    `${event.type}: ${strangers.join('; ')}; ${thereAre(Object.keys(c.people))}; record person-joined first`,
  );
}

function unknownAction(c: Case, event: CaseEvent): Refusal | undefined {
  const id = namedAction(event);
  if (id === undefined || own(c.actions, id)) return undefined;
  return refuse(`${event.type}: there is no action "${id}"; ${thereAre(Object.keys(c.actions))}`);
}

function namedAction(event: CaseEvent): string | undefined {
  if (event.type === 'action-done') return event.id;
  return event.type === 'later-date-asked' || event.type === 'later-date-answered' ? event.action : undefined;
}

/** What was not held has no minutes, and what is not booked cannot fail to be held. */
function unknownMeeting(c: Case, event: CaseEvent): Refusal | undefined {
  switch (event.type) {
    case 'minutes-received':
    case 'minutes-distributed': {
      if (wasHeld(c, event.meeting)) return undefined;
      const notHeld = own(c.meetings, event.meeting)?.bookings.at(-1)?.ended?.how === 'not-held';
      return refuse(
        notHeld
          ? `${event.type}: ${event.meeting} was not held, so it has no minutes`
          : `${event.type}: ${event.meeting} is not recorded as held; record that it was before its minutes`,
      );
    }
    case 'acceptance-received':
    case 'help-asked':
    case 'meeting-cancelled':
    case 'meeting-not-held': {
      const meeting = own(c.meetings, event.meeting);
      if (wasHeld(c, event.meeting) || (meeting && standing(meeting))) return undefined;
      const booked = Object.values(c.meetings).filter(standing);
      return refuse(`${event.type}: ${event.meeting} is not booked; ${thereAre(booked.map((m) => m.id))}`);
    }
    default:
      return undefined;
  }
}

/** The initial conference is recorded by an event of its own. */
const wasHeld = (c: Case, id: MeetingId): boolean =>
  id === 'initial-conference' ? c.conference !== undefined : own(c.meetings, id)?.held !== undefined;

/** A checklist is answered item by item, of what recorded the thing it is about. */
function unknownItem(c: Case, event: CaseEvent): Refusal | undefined {
  if (event.type !== 'checklist-answered') return undefined;
  const of = answeredEvent(c, event.answers);
  if (!of) return refuse(`checklist-answered: answers: this case has no event "${event.answers}" that stands`);
  const items = asks(c, of.event).map(({ item }) => item);
  const strange = event.confirmed.filter((item) => !items.includes(item));
  if (strange.length === 0) return undefined;
  return refuse(
    `checklist-answered: confirmed: "${event.answers}" leaves no ${strange.map((item) => `"${item}"`).join(', ')} to answer; ${thereAre(items)}`,
  );
}

/** L13: a role decides who is family, and so who may be written to. One the policy does not list is nobody's guess. */
export function unknownRole(c: Case, event: CaseEvent): Refusal | undefined {
  if (event.type === 'policy-changed') return lostRole(c, event.policy);
  const person = event.type === 'person-joined' || event.type === 'person-updated' ? event.person : undefined;
  if (typeof person === 'object' && !isWhole(person)) return refuse(`${event.type}: ${notCompleted('person', person)}`);
  if (typeof person !== 'object' || own(c.policy.roles, person.role)) return undefined;
  // What a release before 0.2 took stays as it is.
  if (own(c.people, person.id)?.role === person.role) return undefined;
  return refuse(`${event.type}: person.role: ${noRole(person, c.policy)}`);
}

/** Under the changed policy everybody still is somebody. */
function lostRole(c: Case, policy: Policy): Refusal | undefined {
  const roles = Object.values(c.people).map(({ role }) => role);
  const lost = roles.find((role) => own(c.policy.roles, role) && !own(policy.roles, role));
  return lost === undefined
    ? undefined
    : refuse(`policy-changed: policy: roles: "${lost}" is missing, and somebody of this case has it`);
}

/**
 * What is wrong with the file a case is opened with, under the policy it is to go by; undefined where nothing is. A case that another one
 * opens is not asked: its people were taken there.
 */
export function fileFault({ authority, people }: CaseFile, policy: Policy): Refusal | undefined {
  if (isRehearsalAuthority(authority))
    return refuse(`case: authority: "${authority}" is what rehearsals are kept apart by; there is no such authority`);
  const named = people.filter((person) => !isWhole(person)).map((person) => notCompleted('people', person));
  if (named.length > 0) return refuse(`case: ${named.join('; ')}`);
  const lost = unlistedRoles(people, policy);
  return lost.length > 0 ? refuse(`case: ${lost.join('; ')}`) : undefined;
}

/** Roles that the policy does not list, each by its field. Who cannot be read otherwise may lack anything. */
export const unlistedRoles = (people: readonly Partial<Person>[], policy: Policy): readonly string[] =>
  people.flatMap(({ id = '', role }, i) =>
    role === undefined || own(policy.roles, role) ? [] : [`people.${i}.role: ${noRole({ id, role }, policy)}`],
  );

/** Rehearsals and corrections know no directory. */
const notCompleted = (field: string, { id, staff }: Person): string =>
  `${field}: "${id}" is given by the directory id ${staff} alone, and nothing here knows the staff directory: give name and role`;

function noRole({ id, role }: Pick<Person, 'id' | 'role'>, { name, roles }: Policy): string {
  const [first, ...others] = nearest(role, Object.keys(roles));
  const offer = first?.isClose
    ? `did you mean ${[first, ...others.filter((one) => one.isClose)].map((one) => one.name).join(' or ')}?`
    : `the nearest are ${[first, ...others].map((one) => one?.name).join(', ')}; an authority adds roles of its own to its policy`;
  return `"${id}" has the role "${role}", which the policy of ${name} does not list; ${offer}`;
}

/** The three names nearest to one that may be mistyped, the likeliest first. Close is a letter in three at most. */
function nearest(
  word: string,
  names: readonly string[],
): readonly { readonly name: string; readonly isClose: boolean }[] {
  return names
    .map((name) => ({ name, steps: begins(word, name) ? 1 : stepsBetween(word, name) }))
    .sort((a, b) => a.steps - b.steps || order(a.name, b.name))
    .slice(0, 3)
    .map(({ name, steps }) => ({ name, isClose: steps <= Math.max(1, Math.floor(word.length / 3)) }));
}

/** `gran` for a grandmother, `teachers` for a teacher. */
const begins = (a: string, b: string): boolean =>
  Math.min(a.length, b.length) > 2 && (a.startsWith(b) || b.startsWith(a));

/** How many letters must be added, left out or exchanged to make one word of another. */
function stepsBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const before = row;
    row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      row.push(Math.min((before[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (before[j - 1] ?? 0) + same));
    }
  }
  return row[b.length] ?? 0;
}

const MOST_NAMED = 12;

export function thereAre(names: readonly string[]): string {
  if (names.length === 0) return 'there is none';
  const more = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : '';
  return `there ${names.length === 1 ? 'is' : 'are'} ${names.slice(0, MOST_NAMED).join(', ')}${more}`;
}
