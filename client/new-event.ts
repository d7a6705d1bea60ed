// What a service writes to record something: the catalogue of events with plain text for dates, times, moments and meetings.

import type { CaseEvent, Recorded } from '../domain/case/events.ts';
import type { CaseFile, GivenFile, MeetingId, NamedByStaff, Person } from '../domain/case/model.ts';
import { EventError, parseCaseFile, parseEvent, parseRecorded } from '../domain/case/read-events.ts';
import { fromEpochMs, type Instant, type LocalDate, type LocalDateTime } from '../domain/time/calendar.ts';
import { wrongIn, wrongOf } from './address-form.ts';
import { InvalidEvent } from './errors.ts';
import { newEventId } from './event-id.ts';

/**
 * A type of the domain as it is written from outside: `'2026-11-22'`, `'2026-11-22T10:00'` and `'core-group-3'` are checked when they
 * are read, not by the compiler; types of events, their fields and fixed words are the compiler's.
 */
export type Written<T> = unknown extends T
  ? T
  : T extends LocalDate | LocalDateTime | Instant | MeetingId
    ? string
    : T extends Person
      ? T | NamedByStaff
      : T extends readonly (infer Item)[]
        ? readonly Written<Item>[]
        : T extends object
          ? { readonly [Field in keyof T]: Written<T[Field]> }
          : T;

/** An event to record; its id is made here unless it has one. Sending the same id again is the same as sending it once. */
export interface NewEvent {
  readonly id?: string | undefined;
  /** The moment it was recorded, `2027-03-29T13:05:00Z` or with an offset; now, unless given. */
  readonly recordedAt?: string | undefined;
  readonly event: Written<CaseEvent>;
}

/** For whoever sent something that is no event at all. */
const EXAMPLE =
  'an event is an object with a type, such as {"type":"minutes-received","by":"amira","meeting":"core-group-1","on":"2027-02-08"}';

/**
 * Reads an event that the compiler has not seen: from a file, a message, a request.
 * @throws InvalidEvent, one sentence that names each field that is wrong, or the types there are
 */
export function readEvent(data: unknown): CaseEvent {
  checkForm(data);
  const event = valid(() => parseEvent(data));
  refuseAddresses(event);
  return event;
}

/** @throws InvalidEvent when it has no type to go by */
export function checkForm(data: unknown): void {
  const isObject = typeof data === 'object' && data !== null && !Array.isArray(data);
  if (!isObject || typeof (data as { type?: unknown }).type !== 'string') throw new InvalidEvent(EXAMPLE);
}

/** What the domain cannot read is the sender's to put right. @throws InvalidEvent */
export function valid<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof EventError) throw new InvalidEvent(error.message);
    throw error;
  }
}

/** @throws InvalidEvent naming each address that can be none */
function refuseAddresses(event: CaseEvent): void {
  const wrong = wrongOf(event);
  if (wrong.length > 0) throw new InvalidEvent(`${event.type}: ${wrong.join('; ')}`);
}

/** A case file as somebody gives it. @throws InvalidEvent */
export function givenFile(file: GivenFile): CaseFile {
  const read = valid(() => parseCaseFile(file) as CaseFile);
  const wrong = wrongIn(read.people);
  if (wrong.length > 0) throw new InvalidEvent(`case: ${wrong.join('; ')}`);
  return read;
}

/** Events as somebody gives them: each with an id and the moment it is recorded, and addresses that may be some. @throws InvalidEvent */
export function given(events: readonly NewEvent[]): readonly Recorded[] {
  const all = stamped(events);
  for (const { event } of all) refuseAddresses(event);
  return all;
}

/** Events as they are sent: each with an id and the moment it is recorded. @throws InvalidEvent */
export function stamped(events: readonly NewEvent[]): readonly Recorded[] {
  const now = fromEpochMs(Date.now());
  return events.map(({ id, recordedAt, event }) => {
    checkForm(event);
    return valid(() => parseRecorded({ id: id ?? newEventId(), recordedAt: recordedAt ?? now, event }));
  });
}
