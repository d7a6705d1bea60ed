// What becomes of a request whose answer is lost on the way: whoever has patience left asks once more.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Client, ServiceError } from '@temporalio/client';
import { calls } from '../../client/calls.ts';
import { Unavailable } from '../../client/errors.ts';

const lost = () =>
  new ServiceError('Failed to query Workflow', {
    cause: Object.assign(new Error('4 DEADLINE_EXCEEDED'), { code: 4, details: 'Deadline exceeded', metadata: {} }),
  });

/** A client whose first answers are lost, and the deadlines it was given, in milliseconds from now. */
function losing(first: number) {
  const given: number[] = [];
  const client = {
    withDeadline: async <T>(deadline: number, call: () => Promise<T>) => {
      given.push(deadline - Date.now());
      if (given.length <= first) throw lost();
      return call();
    },
  };
  return { client: client as unknown as Client, given };
}

test('an answer that is lost is asked for again, for as long as the caller has patience', async () => {
  const { client, given } = losing(2);
  assert.equal(await calls(client, 300_000).ask('child-protection/T-1', async () => 'owed'), 'owed');
  assert.equal(given.length, 3);
  for (const ms of given) assert.ok(ms <= 20_000, `one request may take ${ms} ms`);
});

test('without patience left it is said that nobody answers', async () => {
  const { client, given } = losing(9);
  await assert.rejects(
    calls(client, 0).ask('child-protection/T-1', async () => 'owed'),
    (error) => error instanceof Unavailable && /no answer from its worker/.test(error.message),
  );
  assert.equal(given.length, 1);
});
