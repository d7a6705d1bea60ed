// embedded/example-cases.ts: what a newcomer finds in the inbox, on whatever day the first start is, and that no policy stops that start.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { Unavailable } from '../../client/errors.ts';
import { Nodrift } from '../../client/nodrift.ts';
import type { Recorded } from '../../domain/case/events.ts';
import { owed } from '../../domain/duties/owed.ts';
import { play } from '../../domain/play/player.ts';
import { addDays, Calendar, type Instant, inLondon, type LocalDate } from '../../domain/time/calendar.ts';
import { openExamples } from '../../embedded/example-cases.ts';
import { loadCalendar } from '../../policies/load.ts';
import type { BegunCase } from '../../workflows/api.ts';

type Opened = { input: BegunCase; events: readonly Recorded[] };

/** The client up to the server, which takes what it is given. */
function server(fails?: Error): { nodrift: Nodrift; opened: Opened[] } {
  const opened: Opened[] = [];
  const start = async (_: unknown, { args: [input] }: { args: [BegunCase] }) => {
    if (fails) throw fails;
    opened.push({ input, events: input.carried?.events ?? [] });
  };
  return { nodrift: new Nodrift({ workflow: { start } } as unknown as Client), opened };
}

/** What was told by the evening of the first start, or by the time of day that is given. */
async function firstDay(day: string, time = '18:00') {
  const { nodrift, opened } = server();
  const now = `${day}T${time}:00Z` as Instant;
  assert.deepEqual(await openExamples(nodrift, new Date(now)), { missing: [], tryAgain: false });
  return opened.map(({ input, events }) => {
    const recorded = events.map(({ id, recordedAt, event }) => ({ id, at: inLondon(recordedAt).slice(0, 16), event }));
    const { file, policy, calendar } = input;
    return { ref: file.ref, ...play({ file, policy, calendar, events: recorded as never, until: now }) };
  });
}

test('on a Wednesday the drifting case says little, and of every sort', async () => {
  const [, drifting] = await firstDay('2027-03-10');
  assert.deepEqual(
    drifting!.steps.map(({ at, kind, duty, to }) => `${at.slice(0, 10)} ${kind} ${duty ?? 'R22'} to ${to}`).sort(),
    [
      '2027-03-08 information R22 to tm',
      '2027-03-09 chase action/health-check to hv',
      '2027-03-09 chase minutes/core-group-1 to hv',
      '2027-03-09 reminder action/attendance to school',
      '2027-03-09 reminder hold/core-group-2 to sw',
      '2027-03-10 escalation hold/core-group-2 to tm', // the owners heard first (L16)
      '2027-03-10 escalation minutes/core-group-1 to sw',
      '2027-03-10 escalation minutes/core-group-1 to tm',
      '2027-03-10 reminder action/attendance to school',
    ],
  );
  const limits = owed(drifting!.case).map(({ key, due }) => `${key} ${due}`);
  assert.ok(limits.includes('hold/core-group-2 2027-03-11'), limits.join());
});

test('on every day there is something to read and never a flood, and a limit falls on the next working day', async () => {
  const calendar = new Calendar(loadCalendar());
  for (let day = '2026-11-01' as LocalDate; day < '2028-01-01'; day = addDays(day, 1)) {
    const [onCourse, drifting] = await firstDay(day);
    for (const { ref, refused } of [onCourse!, drifting!]) assert.deepEqual(refused, [], `${ref} on ${day}`);
    const mails = [onCourse!.steps.length, drifting!.steps.length];
    assert.ok(mails[0]! >= 5 && mails[0]! <= 10, `${mails} on ${day}`);
    assert.ok(mails[1]! >= 5 && mails[1]! <= 10, `${mails} on ${day}`);
    const due = owed(drifting!.case).find(({ key }) => key === 'hold/core-group-2')!.due!;
    assert.ok(due > day && due <= calendar.openDays(day, 5), `${due} on ${day}`);
  }
});

test('a start in the night finds the mails of the day before', async () => {
  const told = async (day: string, time?: string) =>
    (await firstDay(day, time)).map(({ ref, steps }) => [ref, steps.map(({ at, kind, to }) => `${at} ${kind} ${to}`)]);
  assert.deepEqual(await told('2027-03-11', '00:20'), await told('2027-03-10'));
  assert.deepEqual(await told('2027-07-08', '06:30'), await told('2027-07-07'));
});

test('what an authority has put in force is not asked: the examples are told for the shipped policy', async () => {
  const { nodrift, opened } = server();
  await openExamples(nodrift, new Date('2027-03-10T18:00:00Z'));
  assert.deepEqual(
    opened.map(({ input }) => [input.file.ref, input.policy.version, input.policy.gates.R22]),
    [
      ['EX-ON-COURSE', '1', 'reason'],
      ['EX-DRIFTING', '1', 'reason'],
    ],
  );
});

test('an example that is not taken is named with why, and the start goes on', async () => {
  const open = (error: Error) => openExamples(server(error).nodrift, new Date());
  const missing = (why: string) =>
    ['EX-ON-COURSE', 'EX-DRIFTING'].map((ref) => ({ id: `child-protection/${ref}`, why }));
  const closed = new WorkflowExecutionAlreadyStartedError('started before', 'x', 'childProtection');
  const answer = await open(closed);
  assert.equal(answer.tryAgain, false);
  assert.deepEqual(
    answer.missing.map(({ id }) => id),
    missing('').map(({ id }) => id),
  );
  assert.match(answer.missing[0]?.why ?? '', /was opened before and is closed/);
  assert.deepEqual(await open(new Unavailable('no answer')), { missing: missing('no answer'), tryAgain: true });
  await assert.rejects(open(new TypeError('a bug')), TypeError);
});
