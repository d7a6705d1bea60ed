// No case ever wedges, dies or falls silent: what once did each of these, recorded on the real server. Every history is replayed afterwards.
// Stands alone: it goes by all that the service has logged and alerted.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CaseExists, Refused } from '../../client/errors.ts';
import type { NewEvent } from '../../client/nodrift.ts';
import { note } from '../../client/note.ts';
import { fromEpochMs } from '../../domain/time/calendar.ts';
import { shippedPolicy } from '../../policies/load.ts';
import { alertsToMail } from '../../record/alerts.ts';
import { openingAttributes, SEARCH_ATTRIBUTES, TASK_QUEUE, WORKFLOW_TYPES, workflowId } from '../../workflows/api.ts';
import { conference, coreGroup, discussion, event, family, moment, PEOPLE } from '../support/family.ts';
import { type RunningCase, until, useRig } from '../support/harness.ts';

const rig = useRig();

const YEAR_MS = 365 * 86_400_000;
const DAY_MS = 86_400_000;

const isRunning = async (c: RunningCase) => (await c.handle.describe()).status.name === 'RUNNING';
const refusedWith = (words: RegExp) => (error: unknown) => error instanceof Refused && words.test(error.message);
const alertsOf = async (c: RunningCase) =>
  (await alertsToMail(rig.record)).filter(({ caseId }) => caseId === c.id).map(({ what }) => what);

test('a manager who joins after the policy changed hears what is due from then on, and the history replays', async () => {
  const people = PEOPLE.filter(({ id }) => id !== 'tom' && id !== 'sue').map(({ manager, ...one }) =>
    one.id === 'amira' ? one : { ...one, ...(manager === undefined || manager === 'tom' ? {} : { manager }) },
  );
  // Only a rehearsal, or a case that another one opens, begins without a manager (L13).
  const c = await rig.open([discussion()], { people }, { rehearsal: true });
  await c.forwardTo('2028-02-10');
  const policy = { ...shippedPolicy('barnsley'), version: '2', hash: undefined };
  const changed = { type: 'policy-changed', by: 'nodrift', policy } as NewEvent['event'];
  await note(rig.client, c.key, [{ id: 'policy/2', recordedAt: moment('2028-02-10T10:00'), event: changed }]);
  const { manager: _, ...tom } = PEOPLE.find(({ id }) => id === 'tom')!;
  await c.record(event('tom-joins', '2028-02-11', 'person-joined', { person: tom }));
  await c.forwardTo('2028-02-23');
  const toTom = (await c.told()).filter((line) => line.endsWith('to tom'));
  assert.deepEqual(toTom, [
    '2028-02-14 escalation hold/initial-conference to tom',
    '2028-02-21 escalation hold/initial-conference to tom',
  ]);
});

test('a moment of long ago, or of days to come, is not believed', async () => {
  const c = await rig.open();
  const at = (recordedAt: string) => [{ ...event('x', '2028-01-11', 'decision-recorded'), recordedAt }] as never;
  for (const [recordedAt, words] of [
    ['1900-01-01T00:00:00Z', /before the year 2000/],
    ['1970-01-01T00:00:00Z', /before the year 2000/],
    ['2028-01-14T10:00:00Z', /ahead of the case’s clock/],
  ] as const)
    await assert.rejects(
      c.handle.executeUpdate('record', { args: [at(recordedAt)] }),
      (error: Error) => words.test(String(error.cause)),
      recordedAt,
    );
  await c.record(coreGroup({ meeting: 'core-group-1' })).catch(() => {});
  assert.deepEqual((await c.record(conference())).recorded, ['conference']);
});

test('a plan typed in two years late asks for what is owed once, not for every morning since', async () => {
  const on = fromEpochMs(Date.now() - 2 * YEAR_MS).slice(0, 10);
  const longAgo = { id: 'long-ago', event: { type: 'strategy-discussion-held', by: 'amira', on } } as NewEvent;
  // What it was stamped with would send what two years would have: the client takes the day it happened instead (L3).
  const recordedAt = fromEpochMs(Date.now() - 2 * YEAR_MS);
  await assert.rejects(rig.open([{ ...longAgo, recordedAt }]), refusedWith(/more than 35 days ago: leave it out/));
  const c = await rig.open([longAgo]);
  await until(() => isRunning(c), 'it runs');
  const before = (await c.mails()).length;
  assert.ok(before <= 2, `${before} mails at once`);
  await c.clock.forwardTo(fromEpochMs(Date.now() + 5 * DAY_MS));
  const after = await c.told();
  assert.ok(after.length > 0 && after.length <= 6, after.join('\n'));
});

test('what the case knows already may be sent again however long ago it was stamped, L3', async () => {
  const ago = (days: number) => fromEpochMs(Date.now() - days * DAY_MS);
  const on = ago(60).slice(0, 10);
  const c = await rig.open([{ id: 'began', event: { type: 'strategy-discussion-held', by: 'amira', on } }]);
  const assessed = { type: 'assessment-completed', by: 'amira', on: ago(41).slice(0, 10), outcome: 'in need' };
  const old = (id: string) => ({ id, recordedAt: ago(40), event: assessed }) as NewEvent;
  const known = old('known');
  await c.handle.executeUpdate('record', { args: [[known]] });
  assert.deepEqual((await rig.nodrift.record(c.key, [known])).recorded, ['known']);
  await assert.rejects(
    rig.nodrift.record(c.key, [old('other')]),
    refusedWith(/^assessment-completed: recordedAt: .* 35 days/),
  );
});

test('what Nodrift itself records cannot be forged, and a forged name does not end the case later', async () => {
  const c = await rig.open();
  const forged = (id: string, type: string, fields: Readonly<Record<string, unknown>> = {}) =>
    c.record(event(id, '2028-01-12', type, fields));
  const lac = { kind: 'looked-after', ref: `${c.key.ref}-LAC` };
  await assert.rejects(forged('x', 'case-opened', lac), refusedWith(/recorded by Nodrift/));
  await assert.rejects(forged('x', 'address-refused', { person: 'nina', code: '5.1.1' }), refusedWith(/Nodrift alone/));
  await assert.rejects(
    forged(`opened/looked-after/${lac.ref}`, 'decision-recorded', { decision: 'x' }),
    refusedWith(/as Nodrift’s own do/),
  );
  rig.track(`looked-after/${lac.ref}`);
  await c.record(event('lac', '2028-01-13', 'became-looked-after', { on: '2028-01-13' }));
  await until(
    async () => (await c.history()).events.some(({ id }) => id.startsWith('opened/')),
    'the other case is open',
  );
  assert.ok(await isRunning(c));
});

test('ids that every object has are ids like others: refused where they name nothing, and mails go on', async () => {
  const c = await rig.open([discussion(), conference(), coreGroup()]);
  for (const id of ['constructor', 'toString', 'hasOwnProperty'])
    await assert.rejects(
      c.record(event(`done-${id}`, '2028-02-09', 'action-done', { id, on: '2028-02-09', outcome: 'x' })),
      Refused,
      id,
    );
  await c.record(
    event('agreed', '2028-02-09', 'action-agreed', { id: 'constructor', owner: 'nina', due: '2028-02-21' }),
  );
  await c.forwardTo('2028-02-23');
  assert.ok((await c.told()).includes('2028-02-22 chase action/constructor to nina'));
});

test('a reference that belongs to another case is refused before anything is acknowledged, and stays free of this one', async () => {
  const c = await rig.open();
  const key = { kind: 'child-in-need', ref: c.key.ref } as const;
  rig.track(workflowId(key.kind, key.ref));
  const referral = event('referral', '2028-01-11', 'referral-received', { on: '2028-01-11' });
  await assert.rejects(rig.nodrift.open(family(key.ref, { kind: key.kind }), [referral]), CaseExists);
  const status = async () =>
    (await rig.client.workflow.getHandle(workflowId(key.kind, key.ref)).describe()).status.name;
  await until(async () => (await status()) === 'FAILED', 'the second run has failed');
  assert.ok(await isRunning(c));
});

test('opened again with the same event and other people: it means something else, and says so', async () => {
  const c = await rig.open();
  const others = PEOPLE.map((one) => (one.id === 'nina' ? { ...one, email: 'other@nhs.test' } : one));
  await assert.rejects(rig.nodrift.open(family(c.key.ref, { people: others }), [discussion()]), CaseExists);
  assert.deepEqual((await rig.nodrift.open(family(c.key.ref), [discussion()])).recorded, ['discussion']);
});

test('while another case cannot be opened this one tells its own people, and opens it when it can', async () => {
  const c = await rig.open();
  rig.failing.add('openCase');
  rig.track(`looked-after/${c.key.ref}-LAC`);
  await c.record(event('lac', '2028-01-13', 'became-looked-after', { on: '2028-01-13' }));
  await c.record(
    event('booked', '2028-01-13', 'meeting-booked', {
      meeting: 'initial-conference',
      start: '2028-01-27T10:00',
      venue: 'Town hall',
      chair: 'carl',
    }),
  );
  await until(async () => (await c.told()).some((line) => line.includes('invitation')), 'people are invited');
  assert.ok((await c.owed()).duties.some(({ duty }) => duty === 'open/looked-after'));
  rig.failing.delete('openCase');
  await until(
    async () => (await c.history()).events.some(({ id }) => id.startsWith('opened/')),
    'the other case is open',
  );
});

test('a case that is cancelled in Temporal goes on, and the operator hears of it', async () => {
  const c = await rig.open();
  await c.handle.cancel();
  await until(async () => (await alertsOf(c)).includes('cancel-asked'), 'the record has the alert');
  await c.forwardTo('2028-01-19');
  assert.ok(await isRunning(c));
  assert.deepEqual(await c.told(), ['2028-01-18 reminder hold/initial-conference to amira']);
  await c.renew();
  await c.forwardTo('2028-01-26');
  assert.ok((await c.told()).includes('2028-01-25 reminder hold/initial-conference to amira'));
});

test('lists show what is so after a run has ended too, and never an id that people typed', async () => {
  const c = await rig.open([discussion(), conference(), coreGroup()]);
  await c.record(event('agreed', '2028-02-09', 'action-agreed', { id: 'jane-doe', owner: 'nina', due: '2028-02-11' }));
  await c.forwardTo('2028-02-16');
  const late = async () => (await c.handle.describe()).typedSearchAttributes.get(SEARCH_ATTRIBUTES.late) ?? [];
  await until(async () => (await late()).length > 0, 'the list knows');
  assert.deepEqual(await late(), ['action', 'minutes/core-group-1']);
  await c.renew();
  await c.record(
    event('minutes', '2028-02-16T12:00', 'minutes-received', { meeting: 'core-group-1', on: '2028-02-16' }),
  );
  await until(async () => (await late()).join() === 'action', 'the list knows of the minutes');
  const histories = JSON.stringify(
    (await c.runs()).flatMap(({ events }) => events.map(({ userMetadata }) => userMetadata?.summary?.data?.toString())),
  );
  assert.doesNotMatch(histories, /jane-doe/);
});

test('a case is started by any language with a file and events alone; what is no case fails once, and says why', async () => {
  const start = async (input: unknown) => {
    const id = workflowId('child-protection', rig.newRef());
    rig.track(id);
    return rig.client.workflow.start(WORKFLOW_TYPES['child-protection'], {
      workflowId: id,
      taskQueue: TASK_QUEUE,
      args: [input],
    });
  };
  const now = fromEpochMs(Date.now());
  const first = { id: 'd', event: { type: 'strategy-discussion-held', by: 'amira', on: now.slice(0, 10) } };
  const handle = await start({ file: family(`T-${rig.newRef()}`), events: [first] });
  await until(
    async () => (await handle.query<{ events: unknown[] }>('history').catch(() => null))?.events.length === 1,
    'it runs',
  );
  for (const [input, words] of [
    [{}, /case/],
    [{ file: family(rig.newRef(), { authority: 'nowhere' }), events: [first] }, /no policy for "nowhere"/],
    [
      {
        file: family(rig.newRef(), {
          people: PEOPLE.map((one) => (one.id === 'nina' ? { ...one, role: 'helth' } : one)),
        }),
        events: [first],
      },
      /did you mean health/,
    ],
    [{ file: family(rig.newRef()), events: [{ ...first, event: { ...first.event, on: '2026-02-31' } }] }, /2026-02-31/],
  ] as const)
    await assert.rejects(
      (await start(input)).result(),
      (error: Error) => words.test(String(error.cause)),
      String(words),
    );
});

test('a case that would be opened under a reference somebody else has stays owed, and the operator hears of it', async () => {
  const c = await rig.open();
  const key = { kind: 'looked-after', ref: `${c.key.ref}-LAC` } as const;
  rig.track(workflowId(key.kind, key.ref));
  const today = fromEpochMs(Date.now()).slice(0, 10);
  const another = { id: 'another', event: { type: 'became-looked-after', by: 'amira', on: today } } as NewEvent;
  await rig.nodrift.open(family(key.ref, { kind: key.kind }), [another]);
  await c.record(event('lac', '2028-01-13', 'became-looked-after', { on: '2028-01-13' }));
  await until(async () => (await alertsOf(c)).includes('reference-taken'), 'the record has the alert');
  await c.forwardTo('2028-01-21');
  assert.ok((await c.owed()).duties.some(({ duty }) => duty === 'open/looked-after'));
  assert.ok((await c.told()).some((line) => line === '2028-01-20 escalation open/looked-after to tom'));
});

test('a case that another one opens is opened although nobody manages it, and the operator hears of it, L13', async () => {
  const ref = rig.newRef();
  const people = PEOPLE.filter(({ role }) => role !== 'team-manager').map(({ manager: _, ...one }) => one);
  const file = family(ref, { people });
  const id = workflowId(file.kind, ref);
  rig.track(id);
  await rig.client.workflow.start(WORKFLOW_TYPES[file.kind], {
    workflowId: id,
    taskQueue: TASK_QUEUE,
    args: [{ file, first: [discussion()] }],
    typedSearchAttributes: openingAttributes({ file, rehearsal: false }),
  });
  const alerts = async () => (await alertsToMail(rig.record)).filter(({ caseId }) => caseId === id);
  await until(async () => (await alerts()).some(({ what }) => what === 'no-manager'), 'the record has the alert');
  assert.equal((await rig.nodrift.history(file)).events.length, 1, 'it is open');
});
