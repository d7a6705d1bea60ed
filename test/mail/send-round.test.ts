// A morning's mails: one a reader, made ready before their time, sent at it, once; what waits in vain for a round goes without one.

import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { eq, sql } from 'drizzle-orm';
import type { Notice } from '../../domain/notices/notice.ts';
import { composeRound, sendRound } from '../../mail/send-round.ts';
import { openSmtp } from '../../mail/smtp.ts';
import { startSweeper } from '../../mail/sweeper.ts';
import { gatherRound, lateRound, roundPreview } from '../../record/gather.ts';
import type { OpenRecord } from '../../record/open.ts';
import { plan, withdraw } from '../../record/outbox.ts';
import { ledgerOf } from '../../record/read.ts';
import { mails } from '../../record/schema.ts';
import { CASE, DOMAIN, settings, setUp } from '../support/deliveries.ts';
import { delivery, identity, notice, person } from '../support/entries.ts';
import { onBothDatabases } from '../support/records.ts';
import { scriptedRelay } from '../support/smtp-script.ts';

const waiting = (to: string, key: string, change: Partial<Notice> = {}) =>
  notice(person(to, { email: `${to}@council.test` }), { key, round: true, ...change });

onBothDatabases('the round', (database) => {
  /** The round's instant: a second ago, however long the tests before took. */
  let until: Date;
  beforeEach(() => {
    until = new Date(Date.now() - 1000);
  });

  const planned = async (record: OpenRecord, ref: string, ...notices: Notice[]) => {
    const of = identity({ id: `child-protection/${ref}`, ref, opening: `opening-${ref}` });
    await record.db.transaction((tx) => plan(tx, record, delivery(notices, { case: of }), DOMAIN));
    await record.db.execute(sql`update notices set not_before = ${until.toISOString()}::timestamptz`);
    return of;
  };
  const gathered = (record: OpenRecord) => gatherRound(record, { until, limit: 100, domain: DOMAIN });

  test('one mail a reader over all cases, however often it is gathered and sent', async () => {
    const { sending, record, relay } = await setUp(database());
    await planned(record, 'BC-1', waiting('amira', 'a1'), waiting('nina', 'n1'));
    await planned(record, 'BC-2', waiting('amira', 'a2'));
    assert.deepEqual(await roundPreview(record, { until }), [
      {
        ...{ people: ['amira'], items: 2, kinds: { chase: 2 } },
        cases: ['child-protection/BC-1', 'child-protection/BC-2'],
      },
      { people: ['nina'], items: 1, kinds: { chase: 1 }, cases: ['child-protection/BC-1'] },
    ]);
    assert.deepEqual(await gathered(record), { mails: 2, notices: 3, after: null });
    assert.deepEqual(await gathered(record), { mails: 0, notices: 0, after: null });
    assert.equal((await roundPreview(record, { until })).length, 2, 'what is gathered is shown until it has gone');
    assert.deepEqual(await sendRound(sending, { until }), { accepted: 2, deferred: 0, refused: 0, relayDown: false });
    assert.equal((await sendRound(sending, { until })).accepted, 0);
    assert.deepEqual(relay.seen.map(({ to }) => to.address).sort(), ['amira@council.test', 'nina@council.test']);
    assert.deepEqual(await roundPreview(record, { until }), []);
    const lines = [
      ...(await ledgerOf(record, 'child-protection/BC-1')),
      ...(await ledgerOf(record, 'child-protection/BC-2')),
    ];
    assert.ok(lines.every(({ state }) => state === 'ACCEPTED'));
    assert.equal(new Set(lines.map(({ messageId }) => messageId)).size, 2);
  });

  test('it is gathered reader by reader, and goes on where it stopped', async () => {
    const { record } = await setUp(database());
    const people = Array.from({ length: 5 }, (_, i) => `p${i}`);
    await planned(record, 'BC-1', ...people.map((id) => waiting(id, `k-${id}`)));
    let after: string | null = null;
    const mailsOfBatches: number[] = [];
    do {
      const batch = await gatherRound(record, { until, limit: 2, after, domain: DOMAIN });
      mailsOfBatches.push(batch.mails);
      after = batch.after;
    } while (after !== null);
    assert.deepEqual(mailsOfBatches, [2, 2, 1]);
  });

  test('what is done before eight is not in the mail, and what comes in is; a reader with nothing left gets none', async (t) => {
    const { record } = await setUp(database());
    const relay = await scriptedRelay();
    const transport = openSmtp({ url: relay.url });
    // A test that fails ends all the same.
    t.after(async () => {
      await transport.close(100);
      await relay.close();
    });
    const sending = { record, transport, settings };
    const of = await planned(record, 'BC-1', waiting('amira', 'a1'), waiting('amira', 'a2'), waiting('nina', 'n1'));
    await gathered(record);
    assert.deepEqual(await composeRound(sending, { until, limit: 100 }), { composed: 2, after: null });
    assert.deepEqual(await composeRound(sending, { until, limit: 100 }), { composed: 0, after: null });
    const done = [
      { key: 'a1', to: 'amira' },
      { key: 'n1', to: 'nina' },
    ];
    await record.db.transaction((tx) => withdraw(tx, record, of, done));
    await planned(record, 'BC-2', waiting('amira', 'a3'));
    await gathered(record);
    assert.equal((await sendRound(sending, { until })).accepted, 1);
    assert.equal(relay.mails.length, 1);
    const states = (await record.db.select().from(mails)).map(({ state, composed }) => [state, composed]);
    assert.deepEqual(states.sort(), [
      ['ACCEPTED', null],
      ['DROPPED', null],
    ]);
    const stand = (await ledgerOf(record, of.id)).map(({ notice, state }) => `${notice} ${state}`).sort();
    assert.deepEqual(stand, ['a1 WITHDRAWN', 'a2 ACCEPTED', 'n1 WITHDRAWN']);
    assert.equal((await ledgerOf(record, 'child-protection/BC-2'))[0]?.state, 'ACCEPTED');
  });

  test('made ready before its time it is the mail it would have been', async (t) => {
    const { record } = await setUp(database());
    const relay = await scriptedRelay();
    const transport = openSmtp({ url: relay.url });
    // A test that fails ends all the same.
    t.after(async () => {
      await transport.close(100);
      await relay.close();
    });
    const sending = { record, transport, settings };
    for (const ready of [true, false]) {
      await planned(record, 'BC-1', waiting('amira', `a-${ready}`));
      await gathered(record);
      if (ready) await composeRound(sending, { until, limit: 100 });
      await sendRound(sending, { until });
      await record.db.execute(sql`truncate notices, mails cascade`);
    }
    const [before, at] = relay.mails.map((mail) =>
      mail
        .replace(/^Date: .*$/m, '')
        .replaceAll(/--_NmP[^\s"]*/g, '--')
        .replaceAll(/boundary="[^"]*"/g, ''),
    );
    assert.equal(before, at);
  });

  test('without a round it goes all the same, five minutes late, one mail a reader; a sweep does it', async () => {
    const { sending, record, relay } = await setUp(database());
    await planned(record, 'BC-1', waiting('amira', 'a1'), waiting('amira', 'a2'), waiting('nina', 'n1'));
    assert.equal(await lateRound(record, { domain: DOMAIN }), 0, 'the round may still come');
    await record.db.execute(sql`update notices set not_before = not_before - interval '5 minutes'`);
    const sweeper = startSweeper({ ...sending, everyMs: 3_600_000 });
    await sweeper.sweep();
    await sweeper.stop();
    assert.deepEqual(relay.seen.map(({ to }) => to.address).sort(), ['amira@council.test', 'nina@council.test']);
    assert.equal(await lateRound(record, { domain: DOMAIN }), 0);
  });

  test('what comes after the round took its mail goes late, and nothing that went goes again', async () => {
    const { sending, record, relay } = await setUp(database());
    await planned(record, 'BC-1', waiting('amira', 'a1'));
    await gathered(record);
    await sendRound(sending, { until });
    await planned(record, 'BC-2', waiting('amira', 'a2'));
    assert.deepEqual(await gathered(record), { mails: 0, notices: 0, after: null });
    await record.db.execute(sql`update notices set not_before = not_before - interval '5 minutes' where mail is null`);
    assert.equal(await lateRound(record, { domain: DOMAIN }), 1);
    const sweeper = startSweeper({ ...sending, everyMs: 3_600_000 });
    await sweeper.sweep();
    await sweeper.stop();
    assert.equal(relay.seen.length, 2);
    assert.equal(new Set(relay.seen.map(({ messageId }) => messageId)).size, 2);
  });

  test('a morning’s mail counts as one of those a person gets within an hour', async () => {
    const { sending, record, relay } = await setUp(database());
    await planned(record, 'BC-1', ...Array.from({ length: 5 }, (_, i) => waiting('amira', `a${i}`)));
    await gathered(record);
    await sendRound({ ...sending, mostAnHour: 1 }, { until });
    assert.equal(relay.seen.length, 1);
    await record.db.execute(sql`update notices set not_before = now()`);
    const [mail] = await record.db.select().from(mails).where(eq(mails.state, 'ACCEPTED'));
    assert.ok(mail?.round);
    assert.equal((await ledgerOf(record, CASE)).length, 0);
  });

  test('a dead address is a fact of every case the mail speaks of', async () => {
    const { sending, record, refused, sweep } = await setUp(database(), () => ({ outcome: 'refused', code: '5.1.1' }));
    await planned(record, 'BC-1', waiting('amira', 'a1'));
    await planned(record, 'BC-2', waiting('amira', 'a2'));
    await gathered(record);
    assert.equal((await sendRound(sending, { until })).refused, 1);
    await record.db.execute(sql`update notices set tell_at = now()`);
    await sweep();
    assert.deepEqual(refused.map(({ caseId }) => caseId).sort(), ['child-protection/BC-1', 'child-protection/BC-2']);
  });
});
