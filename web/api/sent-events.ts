// Case files and events as they are sent: their schemas, and the reading of them with every fault at once. What an event may be is the catalogue's
// to say (domain/case/catalogue.ts); what a case thinks of it is the case's.

import { z } from '@hono/zod-openapi';
import { wrongOf } from '../../client/address-form.ts';
import { InvalidEvent } from '../../client/errors.ts';
import { isObject } from '../../client/is-object.ts';
import { checkForm, givenFile, type NewEvent, valid } from '../../client/new-event.ts';
import { isEventType, readAs } from '../../domain/case/catalogue.ts';
import type { CaseFile, GivenFile } from '../../domain/case/model.ts';
import { parseEvent } from '../../domain/case/read-events.ts';
import { describeIssue } from '../../domain/policy/read-policy.ts';
import { instant } from '../../domain/time/calendar.ts';
import { type Fault, faults } from './problem.ts';

/** So many events are taken at once, all or none. */
const MOST_EVENTS = 1000;

type Fields = Readonly<Record<string, unknown>>;
/** An object as it was sent, `__proto__` and all: the domain's own readers judge it. */
const anObject = z.custom<Fields>(isObject, 'must be an object');

export const CASE_FILE = anObject.openapi('CaseFile', {
  type: 'object',
  description:
    'Which case, of which authority, and who belongs to it: at most 100 people, a social worker and a manager among them',
});
export const EVENT = anObject.openapi('Event', {
  type: 'object',
  description: 'What happened or was decided: its type, who says so, and the fields of the type',
});

const EVENT_ID = /^[A-Za-z0-9][A-Za-z0-9._/:-]{0,119}$/;
const NEW_EVENT = z
  .strictObject({
    id: z
      .string()
      .regex(EVENT_ID, 'must be 1 to 120 letters, digits or ._/:-')
      .openapi({ description: 'Yours, the same whenever the same is sent again', example: 'mosaic-2041-7' }),
    recordedAt: z
      .string()
      .optional()
      .openapi({ description: 'When it was typed in; now, unless said', example: '2027-03-29T13:05:00Z' }),
    event: EVENT,
  })
  .openapi('NewEvent');
export const EVENTS = z
  .array(NEW_EVENT)
  .min(1, 'names none')
  .max(MOST_EVENTS, 'are more than 1,000: send them in parts');

/** What an event carries is said by services for a person of the case: by what way is Nodrift's own to say. */
const VIA = 'is not said from outside: leave it out';

/**
 * Reads events that were sent. @param at where they stand: `events`
 * @throws Problem `invalid-event` with every fault of every event
 */
export function readEvents(sent: z.output<typeof EVENTS>, at = 'events'): readonly NewEvent[] {
  const wrong = sent.flatMap(({ recordedAt, event }, i) => [
    ...(recordedAt === undefined ? [] : momentFaults(recordedAt, `${at}.${i}.recordedAt`)),
    ...eventFaults(event, `${at}.${i}.event`),
  ]);
  if (wrong.length > 0) throw faults('invalid-event', wrong);
  return sent as unknown as readonly NewEvent[];
}

/** @throws Problem `invalid-event` with every fault of it */
export function readFile(sent: Fields): CaseFile {
  const said = wordsOf(() => givenFile(sent as unknown as GivenFile));
  // `case: people.0.role: is missing; …`: the reader's one sentence, a fault each.
  if (said)
    throw faults(
      'invalid-event',
      said
        .replace(/^case: /, '')
        .split('; ')
        .map((one) => within('file', one)),
    );
  return sent as unknown as CaseFile;
}

function momentFaults(text: string, field: string): readonly Fault[] {
  try {
    instant(text);
    return [];
  } catch (error) {
    return [{ field, detail: (error as Error).message }];
  }
}

function eventFaults(event: Fields, at: string): readonly Fault[] {
  const said = wordsOf(() => checkForm(event));
  if (said) return [{ field: at, detail: said }];
  const ways = [event, event.event].filter((one) => isObject(one) && one.via !== undefined);
  const via = ways.map((one) => ({ field: `${at}.${one === event ? '' : 'event.'}via`, detail: VIA }));
  const type = String(event.type);
  if (!isEventType(type)) return [...via, { field: `${at}.type`, detail: wordsOf(() => parseEvent(event)) ?? '' }];
  const read = readAs(type, event);
  if (!('issues' in read)) return [...via, ...wrongOf(event).map((one) => within(at, one))];
  return [...via, ...read.issues.map((issue) => within(at, describeIssue(issue)))];
}

/** `on: is missing` at `events.0.event` → the fault of `events.0.event.on`. */
function within(at: string, words: string): Fault {
  const [, path, detail] = /^([^\s:]+): ([\s\S]*)$/.exec(words) ?? [];
  return path === undefined || detail === undefined ? { field: at, detail: words } : { field: `${at}.${path}`, detail };
}

/** What a reader says against it; undefined where it takes it. */
function wordsOf(read: () => unknown): string | undefined {
  try {
    valid(read);
    return undefined;
  } catch (error) {
    if (error instanceof InvalidEvent) return error.message;
    throw error;
  }
}
