// Reads events, and what a case is opened with, from the outside: the schema of every event type, and errors that say how to mend what is wrong.

import * as z from 'zod/mini';
import { describeIssue, PolicyError, parsePolicy } from '../policy/policy.ts';
import { type Instant, instant, localDate, localDateTime } from '../time/calendar.ts';
import type { CaseEvent, EventType, Recorded } from './events.ts';

/** An event that cannot be read: one sentence that names the field, what is wrong and, for a type, what there is. */
export class EventError extends Error {
  override readonly name = 'EventError';
}

// Schemas are private and made once: the sandbox preloads this file (docs/decisions/004).
const via = (read: (text: string) => string) =>
  z.pipe(
    z.string(),
    z.transform((text: string, context) => {
      try {
        return read(text);
      } catch (error) {
        context.issues.push({ code: 'custom', message: (error as Error).message, input: text });
        return z.NEVER;
      }
    }),
  );
const date = via(localDate);
const time = via(localDateTime);
const moment = via(instant);
const id = z
  .string()
  .check(
    z.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'must be letters, digits, dots, dashes or underscores, at most 64'),
  );
const text = z
  .string()
  .check(z.minLength(1, 'must not be empty'), z.maxLength(2000, 'is longer than 2,000 characters'));
const meeting = z
  .string()
  .check(
    z.regex(
      /^(initial-conference|(core-group|review-conference|cin-meeting|cin-review|lac-review)-[1-9]\d{0,2})$/,
      'is not a meeting: they are called initial-conference, core-group-1, review-conference-1, cin-meeting-1, cin-review-1, lac-review-1 and so on',
    ),
  );
const opt = z.optional;
const place = {
  start: time,
  venue: text,
  minutes: opt(z.number().check(z.int(), z.positive('must be more than 0'), z.maximum(24 * 60))),
  chair: opt(id),
};
const fixed = z.strictObject({ ...place, start: opt(time), venue: opt(text) });
const items = z.array(text).check(z.maxLength(50, 'names more than 50 things'));
const days = z.number().check(z.int('must be a whole number'), z.positive('must be more than 0'), z.maximum(366));
const booking = { considered: opt(items), consultationDocuments: opt(z.boolean()) };
const told = z
  .array(z.strictObject({ person: id, how: text, reason: opt(text) }))
  .check(z.maxLength(100, 'names more than 100 people'));
/** What a closure letter says: yes, the words, or a list. */
const way = z.union([z.boolean(), text, items], 'must be true, a text or a list');
const people = z.array(id).check(z.maxLength(100, 'names more than 100 people'));
/** One person may stand for a list of one. */
const somebody = z
  .pipe(
    z.union([id, people], 'must be an id or a list of ids'),
    z.transform((one) => (typeof one === 'string' ? [one] : one)),
  )
  .check(z.refine((all) => all.length > 0, 'names nobody'));
const person = z.strictObject({
  id,
  name: text,
  role: z.string().check(z.regex(/^[a-z0-9-]+$/, 'must be lower-case letters, digits and dashes')),
  agency: opt(text),
  email: opt(text),
  manager: opt(id),
  contact: opt(text),
});
const otherCase = { kind: z.enum(['child-protection', 'child-in-need', 'looked-after']), ref: text };
const fields: { readonly [T in EventType]: z.core.$ZodShape } = {
  'strategy-discussion-held': { on: date },
  'conference-held': {
    on: date,
    outcome: z.enum(['plan', 'no-plan']),
    members: opt(people),
    firstCoreGroup: opt(fixed),
    confirmed: opt(items),
  },
  'meeting-booked': { meeting, ...place, ...booking },
  'meeting-moved': { meeting, ...place, venue: opt(text), ...booking },
  'meeting-cancelled': { meeting },
  'meeting-not-held': { meeting },
  'apologies-received': {
    meeting,
    person: id,
    representative: opt(text),
    writtenReport: opt(z.strictObject({ agreedBy: opt(id) })),
  },
  'meeting-held': {
    meeting,
    on: date,
    chair: id,
    minuteTaker: id,
    present: people,
    next: opt(fixed),
    planAgreed: opt(z.boolean()),
    scaling: opt(z.number().check(z.minimum(0), z.maximum(10))),
    outcome: opt(z.enum(['continue', 'end', 'close', 'assess', 'strategy-discussion'])),
    mode: opt(z.enum(['meeting', 'consultation'])),
    consulted: opt(people),
    noSignificantChange: opt(z.boolean()),
    planAmended: opt(z.boolean()),
    members: opt(people),
    everyDays: opt(days),
    coreGroupNeeded: opt(z.boolean()),
    confirmed: opt(items),
  },
  'minutes-received': { meeting, on: date },
  'minutes-distributed': { meeting, to: told },
  'family-told': { meeting, to: told },
  'action-agreed': { id, owner: opt(id), due: opt(date), activity: opt(text) },
  'action-done': { id, outcome: opt(text), on: opt(date) },
  'decision-recorded': { about: opt(text), decision: opt(text) },
  'person-joined': { person: z.union([id, person]), on: opt(date) },
  'person-updated': { person, on: opt(date) },
  'person-left': { person: id, on: opt(date) },
  'case-reallocated': { to: id, team: opt(text), on: opt(date) },
  'cover-arranged': { person: id, from: date, until: date, cover: id },
  'referral-received': { on: date },
  'assessment-completed': { on: date, outcome: text, familySupport: opt(z.boolean()) },
  'plan-proposed': {
    members: opt(people),
    everyDays: opt(days),
    discussedWith: opt(people),
    confirmed: opt(items),
    on: opt(date),
  },
  'plan-approved': { on: opt(date) },
  'consent-given': { on: opt(date) },
  'consent-withdrawn': { on: opt(date) },
  'engagement-attempted': { on: opt(date) },
  'strategy-considered': { outcome: text, on: opt(date) },
  'closure-discussed': { with: somebody, on: opt(date) },
  'closure-endorsed': { meeting },
  'closure-approved': { after: opt(z.literal('supervision')), on: opt(date) },
  'closure-letter-sent': { to: somebody, contactAgain: opt(way), supportAgencies: opt(way), on: opt(date) },
  'closure-notified': { person: id, how: text, on: opt(date) },
  'case-closed': { on: opt(date), stepDown: opt(z.literal('universal-services')) },
  'became-looked-after': { on: date, members: opt(people) },
  'ceased-looked-after': { on: date },
  'papers-provided': { meeting, documents: items, on: opt(date) },
  'plan-circulated': { meeting, to: told },
  'case-opened': otherCase,
  'case-told': otherCase,
  'child-protection-decided': { on: date, outcome: z.enum(['plan', 'no-plan']), ref: text },
  'address-refused': { person: id, code: text },
  'plan-ended': { on: date, next: opt(z.enum(['child-in-need', 'none'])) },
  'policy-changed': { policy: z.unknown(), reproject: opt(z.boolean()) },
  'calendar-changed': {
    calendar: z.strictObject({ bankHolidays: z.array(date), until: date, closureDays: z.array(date) }),
  },
};
export const EVENT_TYPES = Object.keys(fields) as readonly EventType[];
const envelope = { by: id, reason: opt(text) };
const schemas = new Map(
  EVENT_TYPES.map((type) => [type as string, z.strictObject({ type: z.literal(type), ...envelope, ...fields[type] })]),
);
const recordedSchema = z.strictObject({
  id: z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9._/:-]{0,119}$/, 'must be 1 to 120 letters, digits or ._/:-')),
  recordedAt: moment,
  event: z.unknown(),
});
const caseFile = z.strictObject({
  ref: z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/, 'must be letters, digits and dashes, at most 64')),
  kind: z.enum(['child-protection', 'child-in-need', 'looked-after']),
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
  const type = (data as { type?: unknown } | null)?.type;
  const schema = schemas.get(String(type));
  if (!schema) {
    const near = EVENT_TYPES.filter((known) => known.split('-')[0] === String(type).split('-')[0]);
    const known = near.length > 0 ? near : EVENT_TYPES;
    throw new EventError(`unknown event "${String(type)}"; there are ${known.join(', ')}`);
  }
  const result = z.safeParse(schema, data, { reportInput: true });
  if (!result.success) throw new EventError(`${String(type)}: ${problems(result.error)}`);
  const event = result.data as CaseEvent;
  if (event.type !== 'policy-changed') return event;
  try {
    return { ...event, policy: parsePolicy(event.policy) };
  } catch (error) {
    if (error instanceof PolicyError) throw new EventError(`policy-changed: ${error.message}`);
    throw error;
  }
}

/** Reads an event with its id and the moment it was recorded. @throws EventError */
export function parseRecorded(data: unknown): Recorded {
  const result = z.safeParse(recordedSchema, data, { reportInput: true });
  if (!result.success) throw new EventError(problems(result.error));
  const { id, recordedAt, event } = result.data;
  return { id, recordedAt: recordedAt as Instant, event: parseEvent(event) };
}

/**
 * Reads what a case is opened with.
 * @throws EventError naming each field that is wrong, a doubled person, or a manager nobody knows.
 */
export function parseCaseFile(data: unknown): z.infer<typeof caseFile> {
  const result = z.safeParse(caseFile, data, { reportInput: true });
  if (!result.success) throw new EventError(`case: ${problems(result.error)}`);
  const ids = result.data.people.map((one) => one.id);
  const doubled = ids.find((one, i) => ids.indexOf(one) !== i);
  if (doubled !== undefined) throw new EventError(`case: people: "${doubled}" is there twice`);
  const lost = result.data.people.find((one) => one.manager !== undefined && !ids.includes(one.manager));
  if (lost)
    throw new EventError(`case: people: the manager of "${lost.id}", "${lost.manager}", is not among the people`);
  if (!result.data.people.some((one) => one.role === 'social-worker'))
    throw new EventError('case: people: somebody must have the role social-worker');
  return result.data;
}
