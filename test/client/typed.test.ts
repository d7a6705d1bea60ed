// The typed client: what the compiler refuses, what it takes, and which error a service gets for which mistake.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Client } from '@temporalio/client';
import { BadInput, type CaseEvent, InvalidEvent, loadPolicy, type NewEvent, readEvent } from '../../client/index.ts';
import { Nodrift } from '../../client/nodrift.ts';

/** No server: what is wrong is found before one is asked. */
const nodrift = new Nodrift({} as Client);
const KEY = { kind: 'child-protection', ref: 'BC-1' } as const;
const FILE = {
  ...KEY,
  authority: 'barnsley',
  people: [{ id: 'amira', name: 'Amira Khan', role: 'social-worker' }],
};
const event = (data: NewEvent['event']): NewEvent => ({ event: data });

/** Compiled, never run. */
export const TYPES: readonly NewEvent[] = [
  event({ type: 'minutes-received', by: 'amira', meeting: 'core-group-3', on: '2026-11-22' }),
  event({ type: 'meeting-booked', by: 'amira', meeting: 'core-group-3', start: '2026-11-22T10:00', venue: 'Hall' }),
  event({ type: 'conference-held', by: 'carl', on: '2026-11-22', outcome: 'plan', firstCoreGroup: { venue: 'Hall' } }),
  event({ type: 'minutes-distributed', by: 'amira', meeting: 'core-group-1', to: [{ person: 'mum', how: 'post' }] }),
  event({ type: 'person-joined', by: 'amira', person: { id: 'zoe', name: 'Zoe', role: 'police' } }),
  event({ type: 'policy-changed', by: 'amira', policy: loadPolicy('barnsley') }),
  event({
    type: 'calendar-changed',
    by: 'amira',
    calendar: { bankHolidays: ['2027-06-18'], until: '2028-12-31', closureDays: [] },
  }),
  { id: 'evt-1', recordedAt: '2026-11-22T10:00:00.123+01:00', event: { type: 'plan-approved', by: 'tom' } },
  event({ type: 'plan-approved', by: 'tom' } satisfies CaseEvent),
  // @ts-expect-error there is no such event
  event({ type: 'plan-aproved', by: 'tom' }),
  // @ts-expect-error somebody says so
  event({ type: 'plan-approved' }),
  // @ts-expect-error there is no such field
  event({ type: 'plan-approved', by: 'tom', dated: '2026-11-22' }),
  // @ts-expect-error a field of another event
  event({ type: 'plan-approved', by: 'tom', meeting: 'core-group-1' }),
  // @ts-expect-error a field that is missing
  event({ type: 'minutes-received', by: 'amira', meeting: 'core-group-3' }),
  // @ts-expect-error no such outcome
  event({ type: 'conference-held', by: 'carl', on: '2026-11-22', outcome: 'perhaps' }),
  // @ts-expect-error a field of a group that there is not
  event({ type: 'conference-held', by: 'carl', on: '2026-11-22', outcome: 'plan', firstCoreGroup: { room: 'Hall' } }),
  // @ts-expect-error a date is text
  event({ type: 'minutes-received', by: 'amira', meeting: 'core-group-3', on: new Date() }),
  // @ts-expect-error what the compiler has not seen is read first, by readEvent
  event({} as Readonly<Record<string, unknown>>),
];

const MISTAKES: readonly (readonly [what: string, data: unknown, says: RegExp])[] = [
  ['a type there is not', { type: 'plan-aproved', by: 'tom' }, /^unknown event "plan-aproved"; there are plan-/],
  ['a field there is not', { type: 'plan-approved', by: 'tom', dated: 1 }, /does not know "dated"/],
  ['a day there is not', { type: 'plan-approved', by: 'tom', on: '2026-02-31' }, /"2026-02-31" is not a day/],
  ['nothing', null, /^an event is an object with a type, such as \{"type":"minutes-received"/],
  ['a list', [], /^an event is an object with a type/],
  ['an object without a type', { by: 'tom' }, /^an event is an object with a type/],
];
describe('an event that cannot be read is an InvalidEvent, in one line', () => {
  for (const [what, data, says] of MISTAKES)
    test(what, async () => {
      const invalid = (error: unknown) =>
        error instanceof InvalidEvent && error.name === 'InvalidEvent' && says.test(error.message);
      assert.throws(() => readEvent(data), invalid);
      await assert.rejects(nodrift.record(KEY, [event(data as NewEvent['event'])]), invalid);
    });
});

test('moments are text, checked before anything is sent', async () => {
  const discussion = { type: 'strategy-discussion-held', by: 'amira', on: '2026-01-05' } as const;
  await assert.rejects(
    nodrift.open(FILE, [{ recordedAt: '2026-01-05', event: discussion }]),
    (error) => error instanceof InvalidEvent && /^recordedAt: "2026-01-05" is not a moment like/.test(error.message),
  );
  await assert.rejects(
    nodrift.owed(KEY, 'tomorrow'),
    (error) =>
      error instanceof BadInput && error.message === 'at: "tomorrow" is not a moment like 2027-03-01T10:00:00Z',
  );
});

test('a case file that cannot be is said to', async () => {
  await assert.rejects(
    nodrift.open({ ...FILE, people: [] }, []),
    (error) => error instanceof InvalidEvent && /^case: people: names nobody/.test(error.message),
  );
});
