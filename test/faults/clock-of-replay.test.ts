// What a case took from its clock it takes again when it is replayed, also where something came in while the record was slow to take an entry: when
// it learned of an event is the same moment.

import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type NewEvent, Nodrift } from '../../client/nodrift.ts';
import { Calendar, fromEpochMs } from '../../domain/time/calendar.ts';
import { loadCalendar } from '../../policies/load.ts';
import { syncDirectory } from '../../record/directory.ts';
import { type RunningCase, until, useRig } from '../support/harness.ts';
import { member } from '../support/staff.ts';

const rig = useRig();

/** Recorded two hours ago: so the case learned of it when its clock says that it came. */
const late = (id: string, event: object = { type: 'decision-recorded', decision: id }): NewEvent => ({
  id,
  recordedAt: fromEpochMs(Date.now() - 2 * 3_600_000),
  event: { by: 'amira', ...event } as NewEvent['event'],
});
const opened = (): Promise<RunningCase> => {
  const on = new Calendar(loadCalendar()).londonDate(fromEpochMs(Date.now() - 2 * 3_600_000));
  return rig.open([late('discussion', { type: 'strategy-discussion-held', on })]);
};

let whole = () => {};
afterEach(() => whole());
/** The record takes as long as this for what it is given next, each in its turn. @returns how many it has been given */
function slowRecord(...delays: number[]): () => number {
  const { writable } = rig.record;
  whole = () => Object.assign(rig.record, { writable });
  let given = 0;
  Object.assign(rig.record, {
    writable: async () => {
      await sleep(delays[given++] ?? 0);
      return writable();
    },
  });
  return () => given;
}
const record = (c: RunningCase, event: NewEvent) => new Nodrift(rig.client).record(c.key, [event]);

/** When the case learned of each event; and the same of a worker that has it from its history alone. */
async function knownTwice(c: RunningCase): Promise<readonly [then: readonly string[], replayed: readonly string[]]> {
  const known = async () => (await c.history()).events.map(({ id, known: at }) => `${id}: ${at}`).sort();
  const then = await known();
  await rig.worker.stop();
  rig.worker = await rig.startWorker(rig.bundle);
  return [then, await known()];
}

test('an event that comes while the record does not answer was learned of at the same moment', async () => {
  const c = await opened();
  const given = slowRecord(9_300);
  const first = record(c, late('first'));
  await until(async () => given() > 0, 'its entry is handed over');
  const second = record(c, late('second'));
  await Promise.all([first, second]);
  await until(async () => given() > 1, 'it is handed over again');
  const [then, replayed] = await knownTwice(c);
  assert.equal(then.length, 3, then.join());
  assert.deepEqual(replayed, then);
});

test('an event that waits for the staff directory beside an entry was learned of at the same moment', async () => {
  await syncDirectory(rig.record, 'barnsley', [member('S-1', { role: 'education' })]);
  const c = await opened();
  const given = slowRecord(2_000, 3_000);
  const all = [record(c, late('first'))];
  await until(async () => given() > 0, 'an entry is handed over, so that what comes now comes together');
  all.push(record(c, late('beside')));
  all.push(record(c, late('joined', { type: 'person-joined', person: { id: 'ben', staff: 'S-1' } })));
  await Promise.all(all);
  const [then, replayed] = await knownTwice(c);
  assert.equal(then.length, 4, then.join());
  assert.deepEqual(replayed, then);
  const tasks = (await c.runs())[0]!.events.flatMap(
    ({ workflowExecutionUpdateAcceptedEventAttributes: accepted }) => accepted?.acceptedRequestSequencingEventId ?? [],
  );
  assert.equal(String(tasks.at(-1)), String(tasks.at(-2)), 'both came in one task');
});
