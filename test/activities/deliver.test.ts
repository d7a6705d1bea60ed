// Delivering: one mail a notice, however often it is asked for, and an outcome for each; trouble with mail is never a failure.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createActivities } from '../../activities/deliver.ts';
import type { Outcome } from '../../domain/notices/notice.ts';
import type { Instant } from '../../domain/time/calendar.ts';
import { ledgerOf, listCases } from '../../record/read.ts';
import { mails, notices } from '../../record/schema.ts';
import type { SendResult } from '../../record/send-result.ts';
import { ACCEPTED, CASE, DEAD, DOMAIN, GREYLISTED, settings, setUp } from '../support/deliveries.ts';
import { delivery, identity, notice, person } from '../support/entries.ts';
import { onBothDatabases } from '../support/records.ts';
import { until } from '../support/waiting.ts';

onBothDatabases('delivering', (database) => {
  test('each notice once, with an outcome each, in their order', async () => {
    const { deliver, relay, record } = await setUp(database(), (m) =>
      m.to.name === 'Person b' ? DEAD : m.to.name === 'Person c' ? GREYLISTED : ACCEPTED,
    );
    const outcomes = await deliver(delivery(['a', 'b', 'c'].map((id) => notice(id))));
    assert.deepEqual(
      outcomes.map(({ to, outcome, code }) => [to, outcome, code]),
      [
        ['a', 'accepted', undefined],
        ['b', 'refused', '5.1.1'],
        ['c', 'deferred', '4.7.1'],
      ],
    );
    assert.equal(relay.seen.length, 3);
    assert.equal((await listCases(record)).length, 1, 'the entry was kept with them');
  });

  test('asked again, it answers the same and sends nothing', async () => {
    const { deliver, relay } = await setUp(database(), (m) => (m.to.name === 'Person b' ? DEAD : ACCEPTED));
    const order = delivery([notice('a'), notice('b')]);
    const first = await deliver(order);
    assert.deepEqual(await deliver(order), first);
    assert.equal(relay.seen.length, 2);
  });

  test('ten workers asked at once send one mail', async () => {
    const { deliver, relay } = await setUp(database());
    await Promise.all(Array.from({ length: 10 }, () => deliver(delivery([notice('a')]))));
    assert.equal(relay.seen.length, 1);
  });

  test('a hundred notices go several side by side, five at most', async () => {
    const { deliver, relay } = await setUp(database());
    const people = Array.from({ length: 100 }, (_, i) => notice(`p${i}`));
    assert.ok((await deliver(delivery(people))).every((o) => o.outcome === 'accepted'));
    assert.equal(relay.seen.length, 100);
    assert.ok(relay.most > 1 && relay.most <= 5, `${relay.most} at once`);
  });

  test('what is told in quiet hours waits for their end, save where the relay is an inbox to look into', async () => {
    const { deliver, relay, record, sending } = await setUp(database());
    const atNight = delivery([notice('a', { notBefore: '2027-03-05T07:00:00Z' as Instant })]);
    assert.deepEqual(
      (await deliver(atNight)).map(({ outcome }) => outcome),
      ['deferred'],
    );
    assert.deepEqual([relay.seen.length, (await ledgerOf(record, CASE))[0]?.state], [0, 'PLANNED']);
    const wakesNobody = { ...sending, settings: { ...sending.settings, wakesNobody: true } };
    await createActivities(wakesNobody).deliver(
      delivery([notice('b', { notBefore: '2027-03-05T07:00:00Z' as Instant })]),
    );
    assert.equal(relay.seen.length, 1);
  });

  test('an attempt that was believed dead and comes late takes nothing back, and revives nothing', async () => {
    const { deliver, record } = await setUp(database());
    const planned = notice('a', { round: true });
    const withdrawn = [{ key: planned.key, to: 'a' }];
    const state = async () => (await ledgerOf(record, CASE)).map((line) => line.state);
    await deliver(delivery([planned], { revision: 2 }));
    await deliver({ ...delivery([], { revision: 1 }), withdrawn });
    assert.deepEqual(await state(), ['WAITING']);
    await deliver({ ...delivery([], { revision: 3 }), withdrawn });
    assert.deepEqual(await state(), ['WITHDRAWN']);
    await deliver(delivery([planned], { revision: 2 }));
    assert.deepEqual(await state(), ['WITHDRAWN']);
    await deliver(delivery([planned], { revision: 4 }));
    assert.deepEqual(await state(), ['WAITING']);
  });

  test('a delivery without notices keeps its entry', async () => {
    const { deliver, record } = await setUp(database());
    assert.deepEqual(await deliver(delivery([])), []);
    assert.equal((await listCases(record)).length, 1);
  });

  test('a reference that is taken plans no mail and is not tried again', async () => {
    const { deliver, relay, record } = await setUp(database());
    await deliver(delivery([]));
    const other = delivery([notice('a')], { case: identity({ opening: 'another' }) });
    await assert.rejects(
      deliver(other),
      (e) => e instanceof ApplicationFailure && e.type === 'ReferenceTaken' && e.nonRetryable === true,
    );
    assert.equal(relay.seen.length, 0);
    assert.deepEqual(await ledgerOf(record, CASE), []);
  });

  test('a settled mail leaves no name and no address in the ledger', async () => {
    const { deliver, record } = await setUp(database(), (m) => (m.to.name === 'Person b' ? DEAD : ACCEPTED));
    await deliver(delivery([notice('a'), notice('b')]));
    const rows = [...(await record.db.select().from(mails)), ...(await record.db.select().from(notices))];
    assert.equal(rows.length, 4);
    assert.ok(!/Person|example\.test"/.test(JSON.stringify(rows.map((row) => ({ ...row, messageId: '' })))));
  });

  test('a relay that hangs holds up no case: the mail settles by itself', async () => {
    let answer: ((result: SendResult) => void) | undefined;
    const { record, relay } = await setUp(database(), () => new Promise<SendResult>((hung) => (answer = hung)));
    const { deliver } = createActivities({ record, transport: relay.transport, settings, patienceMs: 50 });
    const code = async () => (await deliver(delivery([notice('a')])))[0]?.code;
    await until(async () => (await code()) === 'sending', 'it gives up a mail that it has begun');
    await until(() => answer !== undefined, 'the relay has it');
    answer?.(ACCEPTED);
    await Promise.allSettled(record.underWay);
    assert.equal((await ledgerOf(record, CASE))[0]?.state, 'ACCEPTED');
  });

  test('a mail that cannot be composed waits for an operator, and is not lost', async () => {
    const { record, relay } = await setUp(database());
    const broken = {
      ...settings,
      links: () => {
        throw new Error('canary-5917');
      },
    };
    const logged: unknown[] = [];
    const log = { info: () => {}, warn: (...line: unknown[]) => void logged.push(line) };
    const { deliver } = createActivities({ record, transport: relay.transport, settings: broken, log });
    assert.deepEqual((await deliver(delivery([notice('a')])))[0], {
      key: notice('a').key,
      to: 'a',
      outcome: 'deferred',
      code: 'compose',
    });
    assert.equal(logged.length, 1);
    assert.ok(!/canary|Person|example\.test"/.test(JSON.stringify(logged).replaceAll(DOMAIN, '')));
  });

  test('a person whose address changed gets what is new at the new one', async () => {
    const { deliver, relay } = await setUp(database());
    await deliver(delivery([notice(person('a', { email: 'new@example.test' }))]));
    assert.equal(relay.seen[0]?.to.address, 'new@example.test');
  });

  test('inside an activity it tells the server that it lives', async (t) => {
    const { record, relay } = await setUp(database());
    let answer: (result: SendResult) => void = () => {};
    const arrived = new Promise<void>((come) => {
      relay.answer = () =>
        new Promise<SendResult>((hung) => {
          answer = hung;
          come();
        });
    });
    const beats: unknown[] = [];
    const activity = new MockActivityEnvironment();
    activity.on('heartbeat', (details) => beats.push(details));
    const real = globalThis.setInterval;
    // Ten seconds of heartbeats in an instant; nothing else here waits as long.
    t.mock.method(globalThis, 'setInterval', (work: () => void, ms: number) => real(work, ms === 10_000 ? 10 : ms));
    const outcomes: Promise<Outcome[]> = activity.run(
      createActivities({ record, transport: relay.transport, settings }).deliver,
      delivery([notice('a')]),
    );
    await arrived;
    while (beats.length < 2) await new Promise((soon) => setTimeout(soon, 5));
    answer(ACCEPTED);
    assert.equal((await outcomes)[0]?.outcome, 'accepted');
  });
});
