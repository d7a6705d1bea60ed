// Delivering: one mail a notice, however often it is asked for, whoever dies in between; and the sweeper, which never forgets one.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApplicationFailure } from '@temporalio/common';
import { eq, sql } from 'drizzle-orm';
import { createActivities } from '../../activities/deliver.ts';
import { backlog, backOff, claim, mailIds, plan, rowsOf, settle } from '../../activities/ledger.ts';
import type { OpenRecord } from '../../activities/record/open.ts';
import { ledgerOf, listCases } from '../../activities/record/record.ts';
import { ledger } from '../../activities/record/schema.ts';
import type { Message, SendResult, Transport } from '../../activities/smtp.ts';
import { type RefusedRow, startSweeper } from '../../activities/sweeper.ts';
import type { Instant } from '../../domain/calendar.ts';
import { delivery, identity, notice, person } from '../support/entries.ts';
import { emptied, onBothDatabases } from '../support/records.ts';

const CASE = 'child-protection/BC-2041';
const DOMAIN = 'notify.example.test';
const settings = { sender: { name: 'Nodrift', address: `nodrift@${DOMAIN}` } };
const ACCEPTED: SendResult = { outcome: 'accepted', replyHash: 'x', serverMessageId: null };
const GREYLISTED: SendResult = { outcome: 'deferred', class: 'recipient', code: '4.7.1', afterDot: false };
const DEAD: SendResult = { outcome: 'refused', code: '5.1.1' };
const LOST: SendResult = { outcome: 'deferred', class: 'system', code: 'ETIMEDOUT', afterDot: true };
const DOWN: SendResult = { outcome: 'deferred', class: 'system', code: 'ESOCKET', afterDot: false, relayDown: true };
const LASTING: SendResult = { outcome: 'deferred', class: 'recipient', code: '550', afterDot: false, lasting: true };

/** A relay that answers as it is told, and keeps what it was given. */
function fakeRelay(answer: (message: Message, before: number) => SendResult | Promise<SendResult> = () => ACCEPTED) {
  const seen: Message[] = [];
  let atOnce = 0;
  const relay = { seen, most: 0, answer };
  const transport: Transport = {
    async send(message) {
      relay.most = Math.max(relay.most, ++atOnce);
      const before = seen.filter((m) => m.messageId === message.messageId).length;
      seen.push(message);
      await new Promise((soon) => setTimeout(soon, 2));
      atOnce--;
      return relay.answer(message, before);
    },
    close: async () => {},
  };
  return Object.assign(relay, { transport });
}

/** As if two hours had gone by. */
const hoursLater = (record: OpenRecord) =>
  record.db.execute(sql`update ledger set next_try_at = next_try_at - interval '2 hours', lease_until = lease_until - interval '2 hours',
    not_before = not_before - interval '2 hours'`);

onBothDatabases('delivering', (database) => {
  async function setUp(answer?: Parameters<typeof fakeRelay>[0]) {
    const record = await emptied(database());
    const relay = fakeRelay(answer);
    const sending = { record, transport: relay.transport, settings };
    const refused: RefusedRow[] = [];
    const sweep = async () => {
      const one = startSweeper({ ...sending, everyMs: 3_600_000, onRefused: async (row) => void refused.push(row) });
      await one.sweep();
      await one.stop();
    };
    return { record, relay, sending, refused, sweep, ...createActivities(sending) };
  }

  test('each notice once, with an outcome each, in their order', async () => {
    const { deliver, relay, record } = await setUp((m) =>
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
    const { deliver, relay } = await setUp((m) => (m.to.name === 'Person b' ? DEAD : ACCEPTED));
    const order = delivery([notice('a'), notice('b')]);
    const first = await deliver(order);
    assert.deepEqual(await deliver(order), first);
    assert.equal(relay.seen.length, 2);
  });

  test('ten workers asked at once send one mail', async () => {
    const { deliver, relay } = await setUp();
    await Promise.all(Array.from({ length: 10 }, () => deliver(delivery([notice('a')]))));
    assert.equal(relay.seen.length, 1);
  });

  test('a hundred notices go several side by side, five at most', async () => {
    const { deliver, relay } = await setUp();
    const people = Array.from({ length: 100 }, (_, i) => notice(`p${i}`));
    assert.ok((await deliver(delivery(people))).every((o) => o.outcome === 'accepted'));
    assert.equal(relay.seen.length, 100);
    assert.ok(relay.most > 1 && relay.most <= 5, `${relay.most} at once`);
  });

  test('a delivery without notices keeps its entry', async () => {
    const { deliver, record } = await setUp();
    assert.deepEqual(await deliver(delivery([])), []);
    assert.equal((await listCases(record)).length, 1);
  });

  test('a reference that is taken plans no mail and is not tried again', async () => {
    const { deliver, relay, record } = await setUp();
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
    const { deliver, record } = await setUp((m) => (m.to.name === 'Person b' ? DEAD : ACCEPTED));
    await deliver(delivery([notice('a'), notice('b')]));
    const rows = await record.db.select().from(ledger);
    assert.ok(!/Person|example\.test"/.test(JSON.stringify(rows.map(({ messageId: _, ...row }) => row))));
  });

  test('what is deferred is tried again with the same ids, by the sweeper and not before its time', async () => {
    const { deliver, relay, sweep, record } = await setUp((_, before) => (before === 0 ? GREYLISTED : ACCEPTED));
    const order = delivery([notice('a')]);
    await deliver(order);
    await sweep();
    assert.deepEqual((await deliver(order))[0]?.outcome, 'deferred');
    assert.equal(relay.seen.length, 1);
    const [row] = await record.db.select().from(ledger);
    assert.ok(row!.nextTryAt.getTime() - Date.now() >= 295_000, 'a greylist opens after five minutes');
    await hoursLater(record);
    await sweep();
    assert.equal(relay.seen.length, 2);
    assert.deepEqual(relay.seen[1], relay.seen[0]);
    assert.equal((await deliver(order))[0]?.outcome, 'accepted');
  });

  test('a worker killed between the 250 and its note: sent once more, same ids, marked', async () => {
    const { deliver, relay, sweep, record } = await setUp();
    const order = delivery([notice('a')]);
    const [key] = await record.db.transaction((tx) => plan(tx, record.ledgerKey, order, DOMAIN));
    const dying = await claim(record, key!);
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
    const { relay, sweep, record } = await setUp();
    await record.db.transaction((tx) => plan(tx, record.ledgerKey, delivery([notice('a')]), DOMAIN));
    await sweep();
    assert.equal(relay.seen.length, 0, 'the activity has a minute to do it itself');
    await hoursLater(record);
    await sweep();
    assert.equal(relay.seen.length, 1);
  });

  test('an answer lost after the dot: unknown, sent again with the same ids, and counted', async () => {
    const { deliver, relay, sweep, record } = await setUp((_, before) => (before === 0 ? LOST : ACCEPTED));
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
    const { deliver, relay, sweep, record } = await setUp(() => GREYLISTED);
    await deliver(delivery(Array.from({ length: 40 }, (_, i) => notice(`p${i}`))));
    relay.seen.length = 0;
    relay.answer = () => ACCEPTED;
    await hoursLater(record);
    await Promise.all([sweep(), sweep(), sweep()]);
    assert.equal(relay.seen.length, 40);
    assert.equal(new Set(relay.seen.map((m) => m.messageId)).size, 40);
  });

  test('a relay that is down is asked a few times a sweep, not once a mail', async () => {
    const { deliver, relay, sweep, record } = await setUp(() => GREYLISTED);
    await deliver(delivery(Array.from({ length: 40 }, (_, i) => notice(`p${i}`))));
    relay.seen.length = 0;
    relay.answer = () => DOWN;
    await hoursLater(record);
    assert.equal((await backlog(record)).mails, 40);
    await sweep();
    assert.ok(relay.seen.length <= 5, `${relay.seen.length} tries`);
    relay.answer = () => ACCEPTED;
    await hoursLater(record);
    await sweep();
    assert.deepEqual(await backlog(record), { mails: 0, oldest: null });
  });

  test('no mail goes before its instant, by the clock of its case', async () => {
    const { deliver, relay, sweep, record } = await setUp();
    const early = delivery([notice('a', { at: '2027-03-04T09:30:00Z' as Instant })]);
    assert.deepEqual((await deliver(early))[0]?.outcome, 'deferred');
    await sweep();
    assert.equal(relay.seen.length, 0);
    await hoursLater(record);
    await sweep();
    assert.equal(relay.seen.length, 1);
  });

  test('a dead address found later is told to the case until the case has heard', async () => {
    const { deliver, sweep, sending, refused, record } = await setUp((_, before) => (before === 0 ? GREYLISTED : DEAD));
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
    await sweep();
    await sweep();
    assert.deepEqual(refused, [{ caseId: CASE, notice: notice('a').key, recipient: 'a', code: '5.1.1' }]);
  });

  test('a dead address that the activity told of is not told again', async () => {
    const { deliver, sweep, refused, record } = await setUp(() => DEAD);
    await deliver(delivery([notice('a')]));
    await hoursLater(record);
    await sweep();
    assert.deepEqual(refused, []);
  });

  test('a bare 550 is believed after a day, and only while others are reached', async () => {
    const { deliver, relay, sweep, record } = await setUp(() => LASTING);
    await deliver(delivery([notice('a')]));
    const state = async () => (await record.db.select().from(ledger).where(eq(ledger.recipient, 'a')))[0]?.state;
    await record.db.execute(sql`update ledger set created_at = created_at - interval '25 hours'`);
    await hoursLater(record);
    await sweep();
    assert.equal(await state(), 'DEFERRED', 'nobody is reached: it may be us');
    relay.answer = (m) => (m.to.name === 'Person a' ? LASTING : ACCEPTED);
    await deliver(delivery([notice('b')]));
    await hoursLater(record);
    await sweep();
    assert.equal(await state(), 'REFUSED');
  });

  test('a relay that hangs holds up no case: the mail settles by itself', async () => {
    let answer: (result: SendResult) => void = () => {};
    const { record, relay } = await setUp(() => new Promise<SendResult>((hung) => (answer = hung)));
    const { deliver } = createActivities({ record, transport: relay.transport, settings, patienceMs: 50 });
    assert.deepEqual((await deliver(delivery([notice('a')])))[0]?.code, 'sending');
    answer(ACCEPTED);
    await Promise.allSettled(record.underWay);
    assert.equal((await ledgerOf(record, CASE))[0]?.state, 'ACCEPTED');
  });

  test('a mail that cannot be composed waits for an operator, and is not lost', async () => {
    const { record, relay } = await setUp();
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
    const { deliver, relay } = await setUp();
    await deliver(delivery([notice(person('a', { email: 'new@example.test' }))]));
    assert.equal(relay.seen[0]?.to.address, 'new@example.test');
  });

  test('rows are found by their keys', async () => {
    const { record } = await setUp();
    assert.equal((await rowsOf(record, [])).size, 0);
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
