// The ledger under workers that die, and the sweeper, which sends what was left, once and in time.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'drizzle-orm';
import type { Instant } from '../../domain/time/calendar.ts';
import { startSweeper } from '../../mail/sweeper.ts';
import { backlog } from '../../record/backlog.ts';
import { claim } from '../../record/claims.ts';
import { mailIds } from '../../record/mail-ids.ts';
import { plan } from '../../record/outbox.ts';
import { ledgerOf } from '../../record/read.ts';
import { mails, notices } from '../../record/schema.ts';
import { backOff, settle } from '../../record/settle.ts';
import {
  ACCEPTED,
  CASE,
  DEAD,
  DOMAIN,
  DOWN,
  GREYLISTED,
  hoursLater,
  LASTING,
  LOST,
  setUp,
} from '../support/deliveries.ts';
import { delivery, notice } from '../support/entries.ts';
import { onBothDatabases } from '../support/records.ts';

onBothDatabases('the ledger and its sweeper', (database) => {
  test('what is deferred is tried again with the same ids, by the sweeper and not before its time', async () => {
    const { deliver, relay, sweep, record } = await setUp(database(), (_, before) =>
      before === 0 ? GREYLISTED : ACCEPTED,
    );
    const order = delivery([notice('a')]);
    const began = Date.now();
    await deliver(order);
    await sweep();
    assert.deepEqual((await deliver(order))[0]?.outcome, 'deferred');
    assert.equal(relay.seen.length, 1);
    const [row] = await record.db.select().from(mails);
    assert.ok(row!.nextTryAt.getTime() - began >= 299_000, 'a greylist opens after five minutes');
    await hoursLater(record);
    await sweep();
    assert.equal(relay.seen.length, 2);
    assert.deepEqual(relay.seen[1], relay.seen[0]);
    assert.equal((await deliver(order))[0]?.outcome, 'accepted');
  });

  test('a worker killed between the 250 and its note: sent once more, same ids, marked', async () => {
    const { deliver, relay, sweep, record } = await setUp(database());
    const order = delivery([notice('a')]);
    const [planned] = await record.db.transaction((tx) => plan(tx, record, order, DOMAIN));
    const dying = await claim(record, planned!.mail!);
    assert.equal(dying?.fence, 1);

    // Its lease still runs: nobody touches the mail.
    assert.deepEqual((await deliver(order))[0], {
      key: order.notices[0]!.key,
      to: 'a',
      outcome: 'deferred',
      code: 'sending',
    });
    await sweep();
    assert.equal(relay.seen.length, 0);

    await hoursLater(record);
    await sweep();
    assert.equal(relay.seen.length, 1);
    const [line] = await ledgerOf(record, CASE);
    assert.deepEqual([line?.state, line?.attempts, line?.resends], ['ACCEPTED', 2, 1]);

    // The dead come back: what they have to say counts for nothing.
    assert.equal(await settle(record, dying!, DEAD), false);
    assert.equal((await ledgerOf(record, CASE))[0]?.state, 'ACCEPTED');
  });

  test('a worker killed between planning and sending: the sweeper sends', async () => {
    const { relay, sweep, record } = await setUp(database());
    await record.db.transaction((tx) => plan(tx, record, delivery([notice('a')]), DOMAIN));
    await sweep();
    assert.equal(relay.seen.length, 0, 'the activity has a minute to do it itself');
    await hoursLater(record);
    await sweep();
    assert.equal(relay.seen.length, 1);
  });

  test('an answer lost after the dot: unknown, sent again with the same ids, and counted', async () => {
    const { deliver, relay, sweep, record } = await setUp(database(), (_, before) => (before === 0 ? LOST : ACCEPTED));
    assert.equal((await deliver(delivery([notice('a')])))[0]?.outcome, 'deferred');
    assert.equal((await ledgerOf(record, CASE))[0]?.state, 'UNKNOWN');
    await hoursLater(record);
    await sweep();
    assert.equal(relay.seen[1]?.messageId, relay.seen[0]?.messageId);
    assert.equal(relay.seen[1]?.headers['X-Notification-Id'], relay.seen[0]?.headers['X-Notification-Id']);
    const [line] = await ledgerOf(record, CASE);
    assert.deepEqual([line?.state, line?.resends], ['ACCEPTED', 1]);
  });

  test('three sweepers at once send each mail once', async () => {
    const { deliver, relay, sweep, record } = await setUp(database(), () => GREYLISTED);
    await deliver(delivery(Array.from({ length: 40 }, (_, i) => notice(`p${i}`))));
    relay.seen.length = 0;
    relay.answer = () => ACCEPTED;
    await hoursLater(record);
    await Promise.all([sweep(), sweep(), sweep()]);
    assert.equal(relay.seen.length, 40);
    assert.equal(new Set(relay.seen.map((m) => m.messageId)).size, 40);
  });

  test('a relay that is down is asked by what is under way at once, not once a mail', async () => {
    const { deliver, relay, sweep, record } = await setUp(database(), () => GREYLISTED);
    await deliver(delivery(Array.from({ length: 40 }, (_, i) => notice(`p${i}`))));
    relay.seen.length = 0;
    relay.answer = () => DOWN;
    await hoursLater(record);
    assert.equal((await backlog(record)).mails, 40);
    await sweep();
    assert.ok(relay.seen.length <= 10, `${relay.seen.length} tries`);
    relay.answer = () => ACCEPTED;
    await hoursLater(record);
    await sweep();
    assert.deepEqual(await backlog(record), { mails: 0, oldest: null });
  });

  test('no mail goes before its instant, by the clock of its case', async () => {
    const { deliver, relay, sweep, record } = await setUp(database());
    const early = delivery([notice('a', { at: '2027-03-04T09:30:00Z' as Instant })]);
    assert.deepEqual((await deliver(early))[0]?.outcome, 'deferred');
    await sweep();
    assert.equal(relay.seen.length, 0);
    await hoursLater(record);
    await sweep();
    assert.equal(relay.seen.length, 1);
  });

  test('a dead address found later is told to the case until the case has heard', async () => {
    const { deliver, sweep, sending, refused, record } = await setUp(database(), (_, before) =>
      before === 0 ? GREYLISTED : DEAD,
    );
    await deliver(delivery([notice('a')]));
    await hoursLater(record);
    await sweep();
    await hoursLater(record);
    const deaf = startSweeper({
      ...sending,
      everyMs: 3_600_000,
      onRefused: () => Promise.reject(new Error('no server')),
    });
    await deaf.sweep();
    await deaf.stop();
    assert.deepEqual(refused, []);
    await hoursLater(record);
    await sweep();
    await sweep();
    assert.deepEqual(refused, [{ caseId: CASE, notice: notice('a').key, recipient: 'a', code: '5.1.1' }]);
  });

  test('a hundred refusals whose cases never answer do not hold up the next one; each of them waits longer every time', async () => {
    const { deliver, sending, record } = await setUp(database(), () => DEAD);
    const people = Array.from({ length: 101 }, (_, i) => `p-${i}`);
    await deliver(delivery(people.map((id) => notice(id))));
    await record.db.update(notices).set({ reported: false });
    // The last of them was refused last.
    await record.db.execute(sql`update notices set tell_at = now() - interval '1 hour'`);
    await record.db.execute(sql`update notices set tell_at = now() where recipient = 'p-100'`);
    const told: string[] = [];
    const asked: string[] = [];
    const sweepOnce = async () => {
      const onRefused = async ({ recipient }: { recipient: string }) => {
        asked.push(recipient);
        if (recipient !== 'p-100') throw new Error('no answer');
        told.push(recipient);
      };
      const sweeper = startSweeper({ ...sending, everyMs: 3_600_000, onRefused });
      await sweeper.sweep();
      await sweeper.stop();
      return asked.splice(0).length;
    };
    assert.equal(await sweepOnce(), 100, 'those that have waited longest come first');
    assert.deepEqual(told, []);
    assert.equal(await sweepOnce(), 1, 'the others wait');
    assert.deepEqual(told, ['p-100']);
    const waits = async () => {
      await record.db.execute(sql`update notices set tell_at = now() where not reported`);
      await sweepOnce();
      const { rows } = (await record.db.execute(
        sql`select max(extract(epoch from tell_at - now())) as seconds from notices where not reported`,
      )) as unknown as { rows: { seconds: string }[] };
      return Math.round(Number(rows[0]?.seconds) / 60);
    };
    assert.deepEqual([await waits(), await waits(), await waits()], [2, 4, 8]);
  });

  test('a dead address that the activity told of is not told again', async () => {
    const { deliver, sweep, refused, record } = await setUp(database(), () => DEAD);
    await deliver(delivery([notice('a')]));
    await hoursLater(record);
    await sweep();
    assert.deepEqual(refused, []);
  });

  test('a bare 550 is believed after a day, and only while others are reached', async () => {
    const { deliver, relay, sweep, record } = await setUp(database(), () => LASTING);
    await deliver(delivery([notice('a')]));
    const state = async () => (await ledgerOf(record, CASE)).find(({ recipient }) => recipient === 'a')?.state;
    await record.db.execute(sql`update mails set created_at = created_at - interval '25 hours'`);
    await hoursLater(record);
    await sweep();
    assert.equal(await state(), 'DEFERRED', 'nobody is reached: it may be us');
    relay.answer = (m) => (m.to.name === 'Person a' ? LASTING : ACCEPTED);
    await deliver(delivery([notice('b')]));
    await hoursLater(record);
    await sweep();
    assert.equal(await state(), 'REFUSED');
  });
});

test('ids are opaque, steady, and differ by case, opening, notice and person', () => {
  const secret = Buffer.from('secret');
  const of = { id: CASE, opening: 'o' };
  const first = mailIds(secret, of, 'n', 'p');
  assert.match(first.token, /^[a-z2-7]{25}$/);
  assert.deepEqual(mailIds(secret, of, 'n', 'p'), first);
  const others = [
    mailIds(Buffer.from('other'), of, 'n', 'p'),
    mailIds(secret, { ...of, id: 'x' }, 'n', 'p'),
    mailIds(secret, { ...of, opening: 'x' }, 'n', 'p'),
    mailIds(secret, of, 'x', 'p'),
    mailIds(secret, of, 'n', 'x'),
  ];
  assert.equal(new Set([first, ...others].map((ids) => ids.key)).size, 6);
});

test('back-off: 30 s doubled to 15 minutes, within a fifth; five minutes for a greylist; hourly for content', () => {
  const middle = () => 0.5;
  assert.deepEqual(
    [1, 2, 3, 4, 5, 6, 60].map((n) => backOff(n, 'system', middle)),
    [30, 60, 120, 240, 480, 900, 900],
  );
  assert.equal(Math.round(backOff(1, 'system', () => 0)), 24);
  assert.equal(Math.round(backOff(1, 'system', () => 1)), 36);
  assert.equal(
    backOff(1, 'recipient', () => 0),
    300,
  );
  assert.deepEqual(
    [1, 9].map((n) => backOff(n, 'content', middle)),
    [3600, 3600],
  );
});
