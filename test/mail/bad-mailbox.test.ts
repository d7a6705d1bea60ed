// One bad mailbox stops nobody: a mail that hangs holds up its own destination, for a minute; an outage is caught up with; nobody is flooded.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'drizzle-orm';
import { createActivities } from '../../activities/deliver.ts';
import { readMailsAnHour } from '../../mail/mail-settings.ts';
import { sendMany } from '../../mail/send-many.ts';
import { Slots } from '../../mail/slots.ts';
import { openSmtp } from '../../mail/smtp.ts';
import { startSweeper } from '../../mail/sweeper.ts';
import { heldBack } from '../../record/backlog.ts';
import { claimMany } from '../../record/claims.ts';
import { mails } from '../../record/schema.ts';
import type { SendResult } from '../../record/send-result.ts';
import { ACCEPTED, DOWN, hoursLater, setUp } from '../support/deliveries.ts';
import { delivery, identity, notice, person } from '../support/entries.ts';
import { onBothDatabases } from '../support/records.ts';
import { scriptedRelay } from '../support/smtp-script.ts';
import { until } from '../support/waiting.ts';

const MESSAGE = {
  from: { name: 'Nodrift', address: 'nodrift@notify.example.test' },
  to: { name: 'Hana', address: 'hana@example.test' },
  ...{ subject: 's', text: 't', html: '<p>t</p>', messageId: '<m@notify.example.test>' },
  ...{ thread: '<t@notify.example.test>', headers: {}, rehearsal: false },
};

test('places: so many in all, few to one destination; whoever waits gets the first that is free', async () => {
  const slots = new Slots(3, 2);
  const [a1, a2] = [slots.tryTake('a'), slots.tryTake('a')];
  assert.ok(a1 && a2);
  assert.equal(slots.tryTake('a'), undefined);
  assert.deepEqual(slots.busy, ['a']);
  const left = [{ destination: 'a' }, { destination: 'b' }];
  const first = await slots.first(left);
  assert.equal(first?.one.destination, 'b', 'the one whose destination has a place goes first');
  assert.ok(slots.full);
  const waiting = slots.first(left);
  a1();
  a1();
  assert.equal((await waiting)?.one.destination, 'a');
  assert.equal(await slots.first(left), undefined);
});

test('a destination that answers well earns places, two stay free, and one that hangs is back where it began', () => {
  const slots = new Slots(6, 2);
  const taken = () => {
    const releases = [];
    for (let one = slots.tryTake('a'); one; one = slots.tryTake('a')) releases.push(one);
    return releases;
  };
  const answered = (well: boolean) => {
    const releases = taken();
    for (const release of releases) release(well);
    return releases.length;
  };
  assert.deepEqual([answered(true), answered(true), answered(true), answered(true)], [2, 2, 3, 4]);
  for (const _ of [1, 2, 3, 4]) answered(true);
  const all = taken();
  assert.equal(all.length, 4);
  assert.ok(slots.tryTake('b') && slots.tryTake('b'), 'others have theirs');
  for (const release of all) release(false);
  assert.equal(taken().length, 2);
});

test('a relay that hangs at RCPT, or says a word now and then, is given up before the dot; after it, the answer is unknown', async () => {
  const relay = await scriptedRelay({ rcpt: 'hang' });
  const transport = openSmtp({ url: relay.url, connections: 1, timeouts: { toDot: 300, answer: 300 } });
  const slow = { outcome: 'deferred', class: 'recipient', code: 'slow', afterDot: false };
  assert.deepEqual(await transport.send(MESSAGE), slow);
  relay.follow({ rcpt: 'drip' });
  assert.deepEqual(await transport.send(MESSAGE), slow);
  relay.follow({ dot: 'drip' });
  const afterDot = await transport.send(MESSAGE);
  assert.ok(afterDot.outcome === 'deferred' && afterDot.afterDot, JSON.stringify(afterDot));
  relay.follow({});
  assert.equal((await transport.send(MESSAGE)).outcome, 'accepted', 'the next mail gets a new connection');
  await transport.close(100);
  await relay.close();
});

onBothDatabases('one bad mailbox', (database) => {
  const at = (domain: string, i: number) => person(`p${i}`, { email: `p${i}@${domain}` });

  test('what hangs at one destination holds up nothing that goes elsewhere, in its own case or in another', async () => {
    const hung: ((result: SendResult) => void)[] = [];
    const { deliver, relay, sweep, record } = await setUp(database(), (m) =>
      m.to.address?.endsWith('@hangs.test') ? new Promise<SendResult>((answer) => hung.push(answer)) : ACCEPTED,
    );
    const reached = () => relay.seen.filter(({ to }) => to.address?.endsWith('@goes.test')).length;
    const mixed = [0, 1, 2, 3, 4, 5].map((i) => notice(at(i < 4 ? 'hangs.test' : 'goes.test', i)));
    const first = deliver(delivery(mixed));
    await until(async () => reached() === 2 && hung.length > 1, 'the others of the same case go');
    assert.equal(hung.length, 2, 'two at once to one destination');
    const other = identity({ id: 'child-protection/BC-9', ref: 'BC-9', opening: 'opening-9' });
    const answers = await deliver(delivery([notice(at('goes.test', 7))], { case: other }));
    assert.equal(answers[0]?.outcome, 'accepted', 'another case is not held up');
    await record.db.execute(sql`update mails set not_before = now() - interval '1 hour', next_try_at = now() - interval '1 hour'
      where state = 'PLANNED'`);
    await sweep();
    assert.equal(hung.length, 2, 'the sweeper does not take a place there either');
    let delivered = false;
    const all = first.finally(() => {
      delivered = true;
    });
    await until(async () => {
      for (const answer of hung.splice(0)) answer(ACCEPTED);
      return delivered;
    }, 'what hung goes too, two by two');
    assert.ok((await all).every(({ outcome }) => outcome === 'accepted'));
    assert.equal(relay.seen.length, 7);
  });

  test('however long an outage was, all that waited has gone a minute and one sweep after the relay is back', async () => {
    const { deliver, relay, sweep, record } = await setUp(database(), () => DOWN);
    // Half of them to one domain, as a council's own.
    const readers = Array.from({ length: 120 }, (_, i) => at(i % 2 ? 'council.test' : `d${i % 20}.test`, i));
    await deliver(delivery(readers.map((one) => notice(one))));
    for (let round = 0; round < 6; round++) {
      await hoursLater(record);
      await sweep();
    }
    relay.answer = () => ACCEPTED;
    await record.db.execute(sql`update mails set next_try_at = next_try_at - interval '60 seconds'`);
    await sweep();
    const states = await record.db.select({ state: mails.state }).from(mails);
    assert.equal(states.length, readers.length);
    assert.ok(states.every(({ state }) => state === 'ACCEPTED'));
  });

  test('places that came free while more was asked for are filled: the last of one domain do not wait for the next sweep', async () => {
    const { deliver, relay, sending, record } = await setUp(database(), () => DOWN);
    const readers = Array.from({ length: 5 }, (_, i) => at('council.test', i));
    await deliver(delivery(readers.map((one) => notice(one))));
    await hoursLater(record);
    relay.answer = () => ACCEPTED;
    // Two at a time, which are the places that one domain has: it has none when the rest is asked for.
    const slowly = async (_most: number, busy: readonly string[]) => {
      const claimed = await claimMany(record, 2, busy);
      if (claimed.length === 0 && busy.length > 0)
        await until(async () => record.underWay.size === 0, 'all that was under way has ended');
      return claimed;
    };
    assert.equal((await sendMany(sending, slowly)).accepted, readers.length);
  });

  test('one person gets so many mails within an hour; the rest waits, and operators are told', async () => {
    const { relay, sending, record, sweep } = await setUp(database());
    const { deliver } = createActivities({ ...sending, mostAnHour: 3 });
    const amira = person('amira', { email: 'Amira@council.test' });
    const many = Array.from({ length: 5 }, (_, i) => notice(amira, { key: `k${i}` }));
    const outcomes = await deliver(delivery([...many, notice(person('nina'))]));
    // Two that go at once are counted together: it may be one more.
    const went = outcomes.slice(0, 5).filter(({ outcome }) => outcome === 'accepted').length;
    assert.ok(went === 3 || went === 4, `${went} went`);
    assert.equal(outcomes.at(-1)?.outcome, 'accepted', 'others get theirs');
    assert.equal(outcomes.filter(({ code }) => code === 'too-many').length, 5 - went);
    assert.equal(await heldBack(record), 5 - went);
    // In another case it is the same person, and when the hour is over the rest goes.
    const other = identity({ id: 'child-protection/BC-9', ref: 'BC-9', opening: 'opening-9' });
    const again = await deliver(
      delivery([notice({ ...amira, id: 'sw', email: 'amira@council.test' })], { case: other }),
    );
    assert.equal(again[0]?.code, 'too-many');
    await record.db.execute(sql`update mails set accepted_at = accepted_at - interval '2 hours'`);
    await hoursLater(record);
    await sweep();
    assert.equal(await heldBack(record), 0);
    assert.equal(relay.seen.length, 7);
  });

  test('a rehearsal is not held back: it reaches nobody', async () => {
    const { sending } = await setUp(database());
    const { deliver } = createActivities({ ...sending, mostAnHour: 1 });
    const rehearsal = identity({ rehearsal: true });
    const outcomes = await deliver(
      delivery([notice('a', { key: 'k1' }), notice('a', { key: 'k2' })], { case: rehearsal }),
    );
    assert.ok(outcomes.every(({ outcome }) => outcome === 'accepted'));
  });

  test('a sweeper that is stopped begins no more', async () => {
    const { sending, deliver, relay, record } = await setUp(database(), () => DOWN);
    await deliver(delivery([notice('a')]));
    const before = relay.seen.length;
    await hoursLater(record);
    const sweeper = startSweeper({ ...sending, everyMs: 3_600_000 });
    await sweeper.stop();
    await sweeper.sweep();
    assert.equal(relay.seen.length, before);
  });
});

test('how many an hour is a whole number', () => {
  assert.equal(readMailsAnHour(undefined), 60);
  assert.equal(readMailsAnHour('200'), 200);
  for (const wrong of ['0', '1.5', 'many', '-3', '1000000'])
    assert.throws(() => readMailsAnHour(wrong), /^Error: NODRIFT_MAILS_AN_HOUR must be a whole number/);
});
