// What the fields of events are made of: dates, people, meetings, places, each with its reader. Used by the catalogue and by read-events.ts.
// A field that names a person or a meeting is marked by its reader, so that no list of field names has to be kept beside it.

import * as z from 'zod/mini';
import { instant, localDate, localDateTime } from '../time/calendar.ts';
import { CASE_KINDS, HAPPENS_ONCE, MEETING_KINDS } from './kinds.ts';
import type { MeetingId, Person, PersonId, Role } from './model.ts';

/** Text with a meaning of its own, read by a function that throws where it has none. */
const via = <T>(read: (text: string) => T) =>
  z.pipe(
    z.string(),
    z.transform((text: string, context): T => {
      try {
        return read(text);
      } catch (error) {
        context.issues.push({ code: 'custom', message: (error as Error).message, input: text });
        return z.NEVER;
      }
    }),
  );

const opt = z.optional;
const date = via(localDate);
const time = via(localDateTime);
const moment = via(instant);
const yesOrNo = z.boolean();
const text = z
  .string()
  .check(z.minLength(1, 'must not be empty'), z.maxLength(2000, 'is longer than 2,000 characters'));
const items = z.array(text).check(z.maxLength(50, 'names more than 50 things'));
/** With what a family asks for help to come to a meeting. */
const help = z
  .array(z.enum(['interpreter', 'transport', 'childcare', 'other']))
  .check(z.minLength(1, 'names nothing'), z.maxLength(4, 'names more than 4 things'));
const days = z.number().check(z.int('must be a whole number'), z.positive('must be more than 0'), z.maximum(366));

const EVENT_ID = /^[A-Za-z0-9][A-Za-z0-9._/:-]{0,119}$/;
const shortId = () =>
  z
    .string()
    .check(
      z.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'must be letters, digits, dots, dashes or underscores, at most 64'),
    );
const id = shortId();
/** The id of an event of the case. */
const eventId = z.string().check(z.regex(EVENT_ID, 'must be 1 to 120 letters, digits or ._/:-'));
/** What somebody owes, as a path. That it is owed is `accept`'s to say. */
const dutyKey = z
  .string()
  .check(z.regex(/^[a-z-]{1,20}\/[A-Za-z0-9][A-Za-z0-9._/-]{0,119}$/, 'must be a duty, such as minutes/core-group-3'));
/** The id of somebody who must be a person of the case. */
const personId: z.ZodMiniType<PersonId> = shortId();
const numbered = MEETING_KINDS.filter((kind) => !HAPPENS_ONCE.includes(kind));
const meetingName = new RegExp(`^(${HAPPENS_ONCE.join('|')}|(${numbered.join('|')})-[1-9]\\d{0,2})$`);
const called = MEETING_KINDS.map((kind) => (HAPPENS_ONCE.includes(kind) ? kind : `${kind}-1`)).join(', ');
const meeting = z
  .string()
  .check(z.regex(meetingName, `is not a meeting: they are called ${called} and so on`)) as unknown as z.ZodMiniType<
  MeetingId,
  string
>;

const people = z.array(personId).check(z.maxLength(100, 'names more than 100 people'));
/** Who came: somebody of the case, or whoever came for them (L20). */
const came = z
  .array(
    z.union([personId, z.strictObject({ for: personId })], 'must be a person, or { for: the person they came for }'),
  )
  .check(z.maxLength(100, 'names more than 100 people'));
/** One person may stand for a list of one. */
const somebody = z
  .pipe(
    z.union([personId, people], 'must be an id or a list of ids'),
    z.transform((one) => (typeof one === 'string' ? [one] : one)),
  )
  .check(z.refine((all) => all.length > 0, 'names nobody'));
const role: z.ZodMiniType<Role> = z
  .string()
  .check(z.regex(/^[a-z0-9-]+$/, 'must be lower-case letters, digits and dashes'));
/** As people write one: `01226 555 010`, `+44 (0)1226 555010 ext. 12`. */
const phone = z
  .string()
  .check(
    z.regex(
      /^\+?[\d(][\d ()-]{4,22}\d(?: ?(?:ext\.?|x) ?\d{1,6})?$/i,
      'must be a telephone number, such as 01226 555 010',
    ),
  );
/** What somebody needs so that they can take part, and read what they are given. */
const needs = z.strictObject({
  interpreter: opt(
    z
      .string()
      .check(z.regex(/^\p{L}[\p{L}\p{M} ()’'-]{1,39}$/u, 'must be a language, such as Polish, in at most 40 letters')),
  ),
  format: opt(z.enum(['large-print', 'easy-read', 'braille', 'audio', 'translated'])),
});
/** Somebody as the case is told about them. Whom the staff directory knows needs neither name nor role: it has them (staff.ts). */
const person = z
  .strictObject({
    id,
    name: opt(text),
    role: opt(role),
    agency: opt(text),
    email: opt(text),
    manager: opt(personId),
    contact: opt(text),
    phone: opt(phone),
    needs: opt(needs),
    staff: opt(shortId()),
  })
  .check(
    z.check(({ value, issues }) => {
      if (value.staff !== undefined) return;
      for (const field of ['name', 'role'] as const)
        if (value[field] === undefined)
          issues.push({ code: 'custom', path: [field], message: 'is missing', input: value });
    }),
    // A domain that is told of somebody has them whole: whom the directory has not completed is refused (accept/unknown.ts).
  ) as unknown as z.ZodMiniType<Person>;

const kindOfCase = z.enum(CASE_KINDS);
const place = {
  start: time,
  venue: text,
  minutes: opt(z.number().check(z.int(), z.positive('must be more than 0'), z.maximum(24 * 60))),
  chair: opt(personId),
};
/** R13, R95–R97, R122, R131: what was considered about place and time. R124: what goes out with the invitations to a review. */
const booking = { considered: opt(items), consultationDocuments: opt(yesOrNo) };
/** Where and when a meeting is to be, as far as it is known: a gate asks for what is missing. */
const fixed = z.strictObject({ ...place, start: opt(time), venue: opt(text), ...booking });
/** Who was told how: `e-mail`, `post`, `in person`, or `withheld` with a reason, the person's own or the event's. */
const told = z
  .array(z.strictObject({ person: personId, how: text, reason: opt(text) }))
  .check(z.maxLength(100, 'names more than 100 people'));
/** The papers of a review by their names, or `other: school report`; YAML reads that as a group of one field. */
export const PAPERS = ['review-report', 'plan', 'minutes', 'consultation'] as const;
const OTHER = /^other: ?(\S.*)$/s;
const paper = z.pipe(
  z.union([text, z.strictObject({ other: text })], 'must be a name, or other: what it is'),
  z.transform((one: string | { other: string }, context): string => {
    const written = typeof one === 'string' ? one : `other: ${one.other}`;
    if (PAPERS.some((name) => name === written) || OTHER.test(written)) return written;
    context.issues.push({
      code: 'custom',
      message: `"${written}" is none of ${PAPERS.join(', ')}, nor other: what it is`,
      input: one,
    });
    return z.NEVER;
  }),
);
const papers = z.array(paper).check(z.minLength(1, 'names nothing'), z.maxLength(50, 'names more than 50 things'));
/** What is to be done, by whom and by when: of a plan that goes on somewhere else. */
const actions = z
  .array(z.strictObject({ id, owner: opt(personId), due: opt(date), activity: opt(text) }))
  .check(z.maxLength(100, 'names more than 100 actions'));
/** What a closure letter says: yes, the words, or a list. */
const contents = z.union([yesOrNo, text, items], 'must be true, a text or a list');

const READERS = {
  actions,
  opt,
  papers,
  date,
  time,
  moment,
  yesOrNo,
  text,
  items,
  days,
  dutyKey,
  eventId,
  help,
  id,
  personId,
  meeting,
  people,
  came,
  somebody,
  person,
  kindOfCase,
  place,
  fixed,
  booking,
  told,
  contents,
};
/**
 * The readers, handed out by a function: whatever a preloaded file exports is frozen through and through, and zod finishes its schemas
 * when they first read ("object is not extensible").
 */
export const readers = () => READERS;

/** Where in an event something stands: the names of fields from the outside in. A list is looked through without a name of its own. */
export type Path = readonly string[];

/** Every place of a shape where this very reader reads. */
export function placesOf(reader: z.core.$ZodType, shape: z.core.$ZodShape): readonly Path[] {
  const found = Object.entries(shape).flatMap(([field, inner]) =>
    within(reader, inner).map((path) => [field, ...path]),
  );
  // One person or a list of them is one place.
  return found.filter((path, i) => found.findIndex((one) => one.join('.') === path.join('.')) === i);
}

function within(reader: z.core.$ZodType, schema: z.core.$ZodType): readonly Path[] {
  if (schema === reader) return [[]];
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'optional':
      return within(reader, def.innerType);
    case 'array':
      return within(reader, def.element);
    case 'pipe':
      return within(reader, def.in);
    case 'union':
      return def.options.flatMap((one) => within(reader, one));
    case 'object':
      return placesOf(reader, def.shape);
    default:
      return [];
  }
}

/** The texts that stand at a place of an event: none where it has nothing there, several where a list lies on the way. */
export function textsAt(event: unknown, path: Path): readonly string[] {
  const found: string[] = [];
  gather(event, path, 0, found);
  return found;
}

function gather(value: unknown, path: Path, depth: number, found: string[]): void {
  const field = path[depth];
  if (Array.isArray(value)) for (const one of value) gather(one, path, depth, found);
  else if (field === undefined) {
    if (typeof value === 'string') found.push(value);
  } else if (typeof value === 'object' && value !== null)
    gather((value as Readonly<Record<string, unknown>>)[field], path, depth + 1, found);
}

/** A value with the texts at a place changed; the rest is as it was. */
export function changedAt(value: unknown, path: Path, change: (text: string) => string, depth = 0): unknown {
  if (Array.isArray(value)) return value.map((one) => changedAt(one, path, change, depth));
  const field = path[depth];
  if (field === undefined) return typeof value === 'string' ? change(value) : value;
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, field)) return value;
  const inner = (value as Readonly<Record<string, unknown>>)[field];
  return { ...value, [field]: changedAt(inner, path, change, depth + 1) };
}
