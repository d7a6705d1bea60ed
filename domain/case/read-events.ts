// Reads events, and what a case is opened with, from the outside; errors say how to mend what is wrong.

import * as z from 'zod/mini';
import { describeIssue } from '../policy/read-policy.ts';
import { EVENT_TYPES, isEventType, readAs } from './catalogue.ts';
import { readers } from './event-fields.ts';
import type { CaseEvent, Recorded } from './events.ts';
import type { CaseFile, Person } from './model.ts';
import { isWhole } from './staff.ts';

/** An event that cannot be read: one sentence that names the field, what is wrong and, for a type, what there is. */
export class EventError extends Error {
  override readonly name = 'EventError';
}

// Schemas are private and made once: the sandbox preloads this file (docs/decisions/004).
const { eventId, id, kindOfCase, moment, opt, person } = readers();
const recordedSchema = z.strictObject({
  id: eventId,
  recordedAt: moment,
  event: z.unknown(),
});
const caseFile = z.strictObject({
  ref: z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/, 'must be letters, digits and dashes, at most 64')),
  kind: kindOfCase,
  authority: z.string(),
  people: z.array(person).check(z.minLength(1, 'names nobody'), z.maxLength(100, 'names more than 100 people')),
  family: opt(id),
  team: opt(id),
});

const problems = (error: z.core.$ZodError): string => error.issues.map(describeIssue).join('; ');

/**
 * Reads an event from the outside: types, dates that exist, meetings that have a name. What the case thinks of it is `accept`'s.
 * @throws EventError, one sentence that names each field that is wrong.
 */
export function parseEvent(data: unknown): CaseEvent {
  const type = String((data as { type?: unknown } | null)?.type);
  if (!isEventType(type)) {
    const near = EVENT_TYPES.filter((known) => known.split('-')[0] === type.split('-')[0]);
    const known = near.length > 0 ? near : EVENT_TYPES;
    throw new EventError(`unknown event "${type}"; there are ${known.join(', ')}`);
  }
  const event = readAs(type, data);
  if ('issues' in event) throw new EventError(`${type}: ${problems(event)}`);
  return event;
}

/** Reads an event with its id and the moment it was recorded. @throws EventError */
export function parseRecorded(data: unknown): Recorded {
  const result = z.safeParse(recordedSchema, data, { reportInput: true });
  if (!result.success) throw new EventError(problems(result.error));
  const { id, recordedAt, event } = result.data;
  return { id, recordedAt, event: parseEvent(event) };
}

/**
 * Reads what a case is opened with.
 * @throws EventError naming each field that is wrong, a doubled person, or a manager nobody knows.
 */
export function parseCaseFile(data: unknown): CaseFile {
  const result = z.safeParse(caseFile, data, { reportInput: true });
  if (!result.success) throw new EventError(`case: ${problems(result.error)}`);
  const { people } = result.data;
  const faults = amongPeople(people);
  if (faults.length > 0) throw new EventError(`case: ${faults.join('; ')}`);
  return result.data;
}

/** What is wrong with people among themselves, each by its field. Who cannot be read otherwise may lack anything. */
export function amongPeople(people: readonly Partial<Person>[]): readonly string[] {
  const ids = people.map((one) => one.id);
  // Somebody whose id cannot be read may be anybody's manager.
  const areKnown = !ids.includes(undefined);
  const each = people.flatMap(({ id, manager }, i) => [
    ...(id !== undefined && ids.indexOf(id) !== i ? [`people.${i}.id: "${id}" is there twice`] : []),
    ...(areKnown && manager !== undefined && !ids.includes(manager)
      ? [`people.${i}.manager: the manager of "${id}", "${manager}", is not among the people`]
      : []),
  ]);
  // Whose role is the staff directory's may be the social worker: asked again when it is known.
  return people.some((one) => one.role === 'social-worker' || !isWhole(one))
    ? each
    : [...each, 'people: somebody must have the role social-worker'];
}
