// What a relay took is written down however often the database fails at it, and a process that stops waits for that, within its grace.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type SQL, sql } from 'drizzle-orm';
import { createActivities } from '../../activities/deliver.ts';
import { sendRound } from '../../mail/send-round.ts';
import { startSweeper } from '../../mail/sweeper.ts';
import { gatherRound } from '../../record/gather.ts';
import type { OpenRecord } from '../../record/open.ts';
import { plan } from '../../record/outbox.ts';
import { mails } from '../../record/schema.ts';
import { ACCEPTED, DOMAIN, hoursLater, setUp } from '../support/deliveries.ts';
import { delivery, notice, person } from '../support/entries.ts';
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

test('however many send a round side by side, no more than fifty mails of a process are in doubt', async () => {
  const real = await memoryRecord();
  const { relay, sending } = await setUp(real);
  const until = new Date(Date.now() - 1000);
  const readers = Array.from({ length: 300 }, (_, i) => person(`p${i}`, { email: `p${i}@d${i % 12}.test` }));
  const told = readers.map((one) => notice(one, { round: true }));
  await real.db.transaction((tx) => plan(tx, real, delivery(told), DOMAIN));
  await real.db.execute(sql`update notices set not_before = ${until.toISOString()}::timestamptz`);
  await gatherRound(real, { until, limit: 1000, domain: DOMAIN });
  let inDoubt = 0;
  let most = 0;
  relay.answer = () => {
    most = Math.max(most, ++inDoubt);
    return ACCEPTED;
  };
  // Writing takes so long that all who send have to wait for it.
  const db = new Proxy(real.db, {
    get(target, property) {
      const value = Reflect.get(target, property);
      if (property !== 'execute') return typeof value === 'function' ? value.bind(target) : value;
      return async (query: SQL) => {
        await sleep(150);
        const written = (await target.execute(query)) as unknown as { rows: unknown[] };
        inDoubt -= written.rows.length;
        return written;
      };
    },
  });
  const slow = { ...sending, record: { ...real, db } };
  const tallies = await Promise.all(Array.from({ length: 4 }, () => sendRound(slow, { until })));
  assert.equal(
    tallies.reduce((all, { accepted }) => all + accepted, 0),
    readers.length,
  );
  assert.ok(most > 12 && most <= 50, `${most} were in doubt`);
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
