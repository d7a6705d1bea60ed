// What a relay took is written down however often the database fails at it, and a process that stops waits for that, within its grace.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createActivities } from '../../activities/deliver.ts';
import { startSweeper } from '../../mail/sweeper.ts';
import type { OpenRecord } from '../../record/open.ts';
import { mails } from '../../record/schema.ts';
import { ACCEPTED, hoursLater, setUp } from '../support/deliveries.ts';
import { delivery, notice } from '../support/entries.ts';
import { until } from '../support/harness.ts';
import { memoryRecord } from '../support/memory-record.ts';

/** A record that fails its next `failures` results of mails, as a server without a free connection does. */
function failing(record: OpenRecord): { record: OpenRecord; failures: number; failed: number } {
  const told = { record, failures: 0, failed: 0 };
  const db = new Proxy(record.db, {
    get(target, property) {
      if (property === 'execute' && told.failures > 0) {
        told.failures--;
        told.failed++;
        throw Object.assign(new Error('sorry, too many clients already'), { code: '53300' });
      }
      const value = Reflect.get(target, property);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  told.record = { ...record, db };
  return told;
}

async function setUpFailing(failures: number) {
  const real = await memoryRecord();
  const { relay, sending } = await setUp(real);
  const fake = failing(real);
  relay.answer = () => {
    fake.failures = failures;
    return ACCEPTED;
  };
  const warnings: string[] = [];
  const log = { info() {}, warn: (_: unknown, message: string) => void warnings.push(message), error() {} };
  const all = { ...sending, record: fake.record, log };
  const states = async () => (await real.db.select().from(mails)).map(({ state }) => state);
  return { real, relay, fake, sending: all, states, warnings };
}

test('five failures at writing down that a mail was taken: it is written, and the mail goes once', async () => {
  const { real, relay, fake, sending, states, warnings } = await setUpFailing(5);
  const outcomes = await createActivities(sending).deliver(delivery([notice('a')]));
  assert.equal(outcomes[0]?.outcome, 'accepted');
  assert.equal(fake.failed, 5);
  assert.deepEqual(await states(), ['ACCEPTED']);
  assert.equal(relay.seen.length, 1);
  assert.deepEqual(warnings, [
    'the relay took this mail; writing that down failed, and is tried again until it succeeds',
  ]);
  await real.close();
});

test('a sweeper that is stopped meanwhile waits until it is written', async () => {
  const { real, relay, fake, sending, states } = await setUpFailing(3);
  relay.answer = () => ({ outcome: 'deferred', class: 'system', code: 'ETIMEDOUT', afterDot: false });
  await createActivities(sending).deliver(delivery([notice('a')]));
  await hoursLater(real);
  relay.answer = () => {
    fake.failures = 3;
    return ACCEPTED;
  };
  const sweeper = startSweeper({ ...sending, everyMs: 3_600_000 });
  void sweeper.sweep();
  await until(() => fake.failed > 0, 'the relay took it');
  await sweeper.stop();
  assert.deepEqual(await states(), ['ACCEPTED']);
  await real.close();
});

test('a record that stays down holds up no stop for longer than its grace', async () => {
  const { real, fake, sending } = await setUpFailing(1_000_000);
  const outcomes = await createActivities({ ...sending, patienceMs: 100 }).deliver(delivery([notice('a')]));
  assert.deepEqual([outcomes[0]?.outcome, outcomes[0]?.code], ['deferred', 'sending']);
  const [writing] = sending.record.underWay;
  assert.ok(writing, 'it is still tried');
  await real.close(300);
  fake.failures = 0;
  await assert.rejects(writing, 'it gives up once the record is closed');
});
