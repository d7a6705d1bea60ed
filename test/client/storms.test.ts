// Many at once, and a case that keeps continuing as new: callers wait a little, and never see an error of the connection.
// Stands alone: it gives the worker all that it can bear.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  Client,
  Connection,
  NamespaceNotFoundError,
  ServiceError,
  WorkflowUpdateFailedError,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { BadInput, CaseExists, Refused, Unavailable } from '../../client/errors.ts';
import { Nodrift } from '../../client/nodrift.ts';
import { translated } from '../../client/translated.ts';
import { discussion, event, family } from '../support/family.ts';
import { PATIENCE_MS, RunningCase, useRig } from '../support/harness.ts';

const rig = useRig();

const decision = (id: string) => event(id, '2028-01-11', 'decision-recorded', { decision: id });
const ids = (name: string, count: number) => Array.from({ length: count }, (_, i) => `${name}-${i}`);
const recordedIn = async (c: RunningCase) => (await c.history()).events.map(({ id }) => id).sort();

/** Sent again with its id until somebody answers, as a service does. */
async function answered(send: () => Promise<unknown>): Promise<void> {
  for (const deadline = Date.now() + PATIENCE_MS; ; )
    try {
      await send();
      return;
    } catch (error) {
      if (!(error instanceof Unavailable) || Date.now() > deadline) throw error;
    }
}

test('200 things recorded at once in one case are all recorded, each once', async () => {
  const c = await rig.open();
  const sent = ids('at-once', 200);
  const answers = await Promise.all(sent.map((id) => rig.nodrift.record(c.key, [decision(id)])));
  assert.deepEqual(
    answers.map(({ recorded }) => recorded),
    sent.map((id) => [id]),
  );
  assert.deepEqual(await recordedIn(c), [...sent, 'discussion'].sort());
});

test('several services that record at once in one case wait for each other', async () => {
  const c = await rig.open();
  // More updates side by side make the SDK's worker lose some; what it then logs is not this case's failure.
  const connections = await Promise.all(
    ids('service', 4).map(() => Connection.connect({ address: rig.server.address })),
  );
  try {
    const sent = connections.flatMap((connection, service) => {
      const nodrift = new Nodrift(new Client({ connection, dataConverter: rig.dataConverter }));
      // On a machine that is busy enough the case is not heard of for a while.
      return ids(`service-${service}`, 25).map((id) =>
        answered(() => nodrift.record(c.key, [decision(id)])).then(() => id),
      );
    });
    const recorded = await Promise.all(sent);
    assert.deepEqual(await recordedIn(c), [...recorded, 'discussion'].sort());
  } finally {
    for (const connection of connections) await connection.close();
  }
});

test('what is recorded and asked while a case is made to continue as new again and again is answered', async () => {
  // Not opened as the rig's: where a query, a signal and a local activity meet in one workflow task, the SDK's worker (1.24) now and then answers a task
  // late, "Trying to send a new WFT for a run which already has one". That run goes on, and ends as a history that does not replay.
  const file = family(rig.newRef());
  await rig.nodrift.open(file, [discussion()]);
  const c = new RunningCase(rig, file);
  let raining = true;
  const rain = Promise.all(
    [1, 2, 3].map(async () => {
      for (; raining; await sleep(200)) await c.handle.signal('renew').catch(() => {});
    }),
  );
  const sent = ids('in-the-rain', 20);
  const asked: PromiseSettledResult<unknown>[] = [];
  try {
    for (let from = 0; from < sent.length; from += 4)
      asked.push(
        ...(await Promise.allSettled([
          ...sent.slice(from, from + 4).map((id) => rig.nodrift.record(c.key, [decision(id)])),
          c.owed(),
          c.history(),
        ])),
      );
  } finally {
    raining = false;
    await rain;
  }
  // On a machine that is busy enough nobody may be heard for a while: that is said, and is all that is said.
  const errors = asked.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
  for (const error of errors) assert.ok(error instanceof Unavailable, String(error));
  assert.ok(errors.length < asked.length / 2, `${errors.length} of ${asked.length} had no answer`);
  for (const id of sent) await answered(() => rig.nodrift.record(c.key, [decision(id)]));
  assert.deepEqual(await recordedIn(c), [...sent, 'discussion'].sort());
  assert.ok((await c.runs()).length > 1, 'it did continue as new');
  await c.handle.terminate('the test is over');
});

test('whatever the server answers is said in a class of the client', () => {
  const server = (code: number, details: string) =>
    new ServiceError('Workflow Update failed', {
      cause: Object.assign(new Error(`${code}: ${details}`), { code, details, metadata: {} }),
    });
  const failed = (type: string, message: string) =>
    new WorkflowUpdateFailedError(
      'Workflow Update failed',
      ApplicationFailure.nonRetryable(message, type, { rule: 'R63' }),
    );
  const rows: readonly (readonly [error: unknown, becomes: new (...args: never[]) => Error, says: RegExp])[] = [
    [failed('Refused', 'R63: no'), Refused, /^R63: no$/],
    [failed('CaseExists', 'is taken'), CaseExists, /^is taken$/],
    [failed('Error', 'No registered handler for update: open'), Unavailable, /earlier release/],
    [server(1, 'gone'), Unavailable, /no answer/],
    [server(3, 'UpdateId exceeds length limit'), BadInput, /exceeds length limit/],
    [server(4, 'deadline'), Unavailable, /no answer/],
    [server(7, 'Request unauthorized.'), Unavailable, /TEMPORAL_API_KEY/],
    [server(8, 'consistent query buffer is full'), Unavailable, /no answer/],
    [server(8, 'grpc: received message larger than max'), BadInput, /larger than max/],
    [server(9, 'unexpected workflow task failure'), Unavailable, /no answer/],
    [server(12, 'unknown method'), Unavailable, /unknown method/],
    [server(14, 'No connection established'), Unavailable, /no answer/],
    [server(16, 'no key'), Unavailable, /TEMPORAL_API_KEY/],
    [new NamespaceNotFoundError('elsewhere'), Unavailable, /namespace "elsewhere"/],
  ];
  for (const [error, becomes, says] of rows) {
    const said = translated(error, 'child-protection/X') as Error;
    assert.ok(said instanceof becomes, `${String(error)} became ${said.name}`);
    assert.match(said.message, says);
  }
  const bug = new TypeError('a bug');
  assert.equal(translated(bug, 'x'), bug);
});
