// What a case plans and takes back: a notice is said once, or not at all; the same planned again is said; what was sent stays sent.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'drizzle-orm';
import type { Notice } from '../../domain/notices/notice.ts';
import { claim } from '../../record/claims.ts';
import type { OpenRecord } from '../../record/open.ts';
import { plan, withdraw } from '../../record/outbox.ts';
import { ledgerOf } from '../../record/read.ts';
import { settle } from '../../record/settle.ts';
import { ACCEPTED, CASE, DOMAIN, hoursLater, LOST, setUp } from '../support/deliveries.ts';
import { delivery, identity, notice } from '../support/entries.ts';
import { onBothDatabases } from '../support/records.ts';

onBothDatabases('the outbox', (database) => {
  const planned = async (record: OpenRecord, ...notices: Notice[]) => {
    const [first] = await record.db.transaction((tx) => plan(tx, record, delivery(notices), DOMAIN));
    return first!;
  };
  const takenBack = (record: OpenRecord, ...notices: Notice[]) =>
    record.db.transaction((tx) =>
      withdraw(
        tx,
        record,
        identity(),
        notices.map(({ key, to }) => ({ key, to: to.id })),
      ),
    );
  const states = async (record: OpenRecord) => (await ledgerOf(record, CASE)).map(({ state }) => state);

  test('what was taken back before it went is not sent, and its mail is dropped', async () => {
    const { record, relay, sweep } = await setUp(database());
    await planned(record, notice('a'), notice('b'));
    await takenBack(record, notice('a'));
    assert.deepEqual((await states(record)).sort(), ['PLANNED', 'WITHDRAWN']);
    await hoursLater(record);
    await sweep();
    assert.deepEqual(
      relay.seen.map(({ to }) => to.name),
      ['Person b'],
    );
    assert.deepEqual((await states(record)).sort(), ['ACCEPTED', 'WITHDRAWN']);
  });

  for (const [when, between] of [
    ['before its mail was looked at', async () => {}],
    [
      'after its mail was dropped',
      async (record: OpenRecord, sweep: () => Promise<void>) => {
        await hoursLater(record);
        await sweep();
      },
    ],
  ] as const)
    test(`taken back, and planned again ${when}: it goes once, in its newest words`, async () => {
      const { record, relay, sweep } = await setUp(database());
      await planned(record, notice('a'));
      await takenBack(record, notice('a'));
      await between(record, sweep);
      await planned(record, notice({ ...notice('a').to, name: 'Person a, married' }));
      await hoursLater(record);
      await sweep();
      await sweep();
      assert.deepEqual(
        relay.seen.map(({ to }) => to.name),
        ['Person a, married'],
      );
    });

  test('what was sent stays sent: it is neither taken back nor sent again', async () => {
    const { record, relay, deliver } = await setUp(database());
    await deliver(delivery([notice('a')]));
    await takenBack(record, notice('a'));
    assert.deepEqual(await states(record), ['ACCEPTED']);
    await planned(record, notice('a'));
    await hoursLater(record);
    await deliver(delivery([notice('a')]));
    assert.equal(relay.seen.length, 1);
  });

  test('taken back while it is under way, it has gone if the relay takes it', async () => {
    const { record, sweep, relay } = await setUp(database());
    const { mail } = await planned(record, notice('a'));
    const claimed = await claim(record, mail!);
    await takenBack(record, notice('a'));
    await settle(record, claimed!, ACCEPTED);
    assert.deepEqual(await states(record), ['ACCEPTED']);
    await planned(record, notice('a'));
    await hoursLater(record);
    await sweep();
    assert.equal(relay.seen.length, 0);
  });

  test('taken back after an answer that was lost, it is not sent again', async () => {
    const { record, deliver, sweep, relay } = await setUp(database(), () => LOST);
    await deliver(delivery([notice('a')]));
    await takenBack(record, notice('a'));
    await hoursLater(record);
    await sweep();
    assert.equal(relay.seen.length, 1);
    assert.deepEqual(await states(record), ['WITHDRAWN']);
  });

  test('one delivery takes back and plans the same key: it stands', async () => {
    const { record, deliver, relay } = await setUp(database());
    await planned(record, notice('a'));
    const [outcome] = await deliver({
      ...delivery([notice('a')]),
      withdrawn: [{ key: notice('a').key, to: 'a' }],
    });
    assert.equal(outcome?.outcome, 'accepted');
    assert.equal(relay.seen.length, 1);
  });

  test('a notice of the round waits for it, and has no mail before', async () => {
    const { record, deliver, relay, sweep } = await setUp(database());
    const [outcome] = await deliver(delivery([notice('a', { round: true })]));
    assert.deepEqual([outcome?.outcome, outcome?.code], ['deferred', 'waiting']);
    await sweep();
    assert.equal(relay.seen.length, 0);
    const [line] = await ledgerOf(record, CASE);
    assert.deepEqual([line?.state, line?.messageId], ['WAITING', null]);
  });

  test('the letter-box: what a worker of the release before plans is sent by this one, once, and it sends nothing itself', async () => {
    const { record, relay, sweep } = await setUp(database());
    const payload = JSON.stringify({
      case: identity(),
      notice: notice('a'),
      now: new Date().toISOString(),
    });
    const post = () =>
      record.db.execute(sql`insert into ledger (key, case_id, notice, recipient, kind, duty, message_id, state, not_before, next_try_at, payload)
        values ('k1', ${CASE}, 'n1', 'a', 'chase', 'd1', '<k1@x>', 'PLANNED', now(), now() + interval '1 minute', ${payload}::jsonb)
        on conflict do nothing`);
    await post();
    const claimed =
      (await record.db.execute(sql`update ledger set state = 'SENDING', fence = fence + 1, lease_until = now()
      where key = 'k1' returning key`)) as unknown as { rows: unknown[] };
    assert.deepEqual(claimed.rows, []);
    await sweep();
    await post();
    await hoursLater(record);
    await sweep();
    assert.equal(relay.seen.length, 1);
    const { rows } = (await record.db.execute(sql`select state, payload from ledger`)) as unknown as {
      rows: unknown[];
    };
    assert.deepEqual(rows, [{ state: 'DEFERRED', payload: null }]);
    await record.db.execute(sql`delete from ledger`);
  });
});
