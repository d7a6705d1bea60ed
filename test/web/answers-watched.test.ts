// What is done against answers that nobody meant: too many, too soon after the mail, and by whoever else has the link.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Receipt, receiptMail } from '../../mail/receipt-mail.ts';
import { wasJustSent } from '../../record/just-sent.ts';
import { plan } from '../../record/outbox.ts';
import { mails } from '../../record/schema.ts';
import type { WebOptions } from '../../web/app.ts';
import { delivery, notice, person } from '../support/entries.ts';
import { memoryRecord } from '../support/memory-record.ts';
import { afterCoreGroup } from '../support/paper-case.ts';
import { hidden, hrefOf, linkFor, PUBLIC_URL, pagesOf, Visitor } from '../support/visitor.ts';

const MINUTES = 'minutes/core-group-1';

function nina(more: Partial<WebOptions> = {}) {
  const paper = afterCoreGroup();
  paper.later(48);
  const recorded = () => paper.book.history().events.filter(({ event }) => 'via' in event && event.via === 'link');
  const visitor = new Visitor(pagesOf(paper, [], undefined, undefined, undefined, more));
  return { paper, recorded, visitor, link: linkFor(paper, 'nina', 'minutes', MINUTES) };
}

test('an answer within seconds of the mail records nothing and is shown again; sent a little later it counts', async () => {
  let justSent = true;
  const asked: string[] = [];
  const { visitor, link, recorded } = nina({
    justSent: async ({ caseId, me }) => {
      asked.push(`${caseId} ${me.id}`);
      return justSent;
    },
  });
  const quick = await visitor.answer(link, { came: 'today' });
  assert.equal(quick.status, 403);
  assert.match(quick.text, /This came within seconds of the e-mail.*send it again/);
  assert.match(quick.html, /value="today" checked/, 'what was answered stands in the form');
  assert.deepEqual(recorded(), []);
  justSent = false;
  const sent = await visitor.post(link, { ...hidden(quick.html), came: 'today' });
  assert.equal(sent.status, 200, sent.text);
  assert.equal(recorded().length, 1);
  assert.deepEqual([...new Set(asked)], ['child-protection/BC-2041 nina']);
});

test('whether a mail has just gone is asked of the ledger: to this person, about this case, within seconds', async () => {
  const record = await memoryRecord();
  const planned = delivery([notice(person('nina'), { key: 'k' }), notice(person('owen'), { key: 'k' })]);
  await record.db.transaction((tx) => plan(tx, record, planned, 'notify.example.test'));
  const caseId = planned.entry.case.id;
  const was = (who: string, of = caseId) => wasJustSent(record, { caseId: of, person: who, seconds: 10 });
  assert.equal(await was('nina'), false, 'planned, and not gone');
  await record.db.update(mails).set({ state: 'ACCEPTED', acceptedAt: new Date() });
  assert.equal(await was('nina'), true);
  assert.equal(await was('owen'), true);
  assert.equal(await was('amira'), false);
  assert.equal(await was('nina', 'child-protection/OTHER'), false);
  await record.db.update(mails).set({ acceptedAt: new Date(Date.now() - 60_000) });
  assert.equal(await was('nina'), false);
  await record.close();
});

test('where the policy wants it, whoever the link was sent to gets a mail of what was recorded, and takes it back from there', async () => {
  const given: { to: string; receipt: Receipt }[] = [];
  const { visitor, link, paper, recorded } = nina({
    receipt: ({ me }, receipt) => void given.push({ to: me.id, receipt }),
  });
  paper.receipts = true;
  assert.equal((await visitor.answer(link, {})).status, 422);
  assert.equal(given.length, 0, 'nothing was recorded');
  await visitor.answer(link, { came: 'today' });
  await visitor.get(link);
  assert.equal(given.length, 1);
  const [one] = [...given];
  assert.ok(one);
  assert.equal(one.to, 'nina');
  const mail = receiptMail(
    { name: 'Nina Shah', email: 'nina@nhs.test' },
    { ref: 'BC-2041', event: 'link/minutes/x/0' },
    one.receipt,
    { publicUrl: PUBLIC_URL, settings: { sender: { name: 'Nodrift', address: 'nodrift@notify.test' } } },
  );
  assert.equal(mail.subject, 'BC-2041: recorded by your link');
  assert.match(mail.text, /The social worker has had the minutes of core group 1 since Thursday 10 February 2028\./);
  const url = /https:\/\/pages\.council\.test(\/do\/\S+)/.exec(mail.text)?.[1];
  assert.ok(url, mail.text);
  assert.match((await visitor.answer(url, { sure: 'yes' })).text, /It is taken back/);
  assert.equal(recorded().length, 2);
  assert.equal(given.length, 2, 'taking it back is said too');
  assert.deepEqual(
    given.map(({ receipt: { undo } }) => undo !== undefined),
    [true, false],
  );
});

test('a policy that says nothing of it wants no such mails', async () => {
  const { visitor, link } = nina({ receipt: () => assert.fail('nobody asked for it') });
  assert.equal((await visitor.answer(link, { came: 'today' })).status, 200);
});

test('by one link ten things are recorded within the hour; then it says so, and an hour later it goes on', async () => {
  const { visitor, link, paper, recorded } = nina();
  for (let i = 0; i < 10; i++) {
    const done = await visitor.answer(link, { came: 'today' });
    assert.match(done.text, /Recorded/, String(i));
    await visitor.answer(hrefOf(done.html, 'Take it back'), { sure: 'yes' });
  }
  const before = recorded().length;
  const more = await visitor.answer(link, { came: 'today' });
  assert.equal(more.status, 429);
  assert.match(more.text, /Nothing was recorded/);
  assert.ok(Number(more.headers.get('retry-after')) > 0);
  assert.equal(recorded().length, before);
  paper.later(1);
  assert.equal((await visitor.answer(link, { came: 'today' })).status, 200);
});

test('one address sends sixty answers a minute, over all its links', async () => {
  const { visitor, paper } = nina({ addressOf: () => '192.0.2.1' });
  const seen = new Map<number, number>();
  for (let i = 0; i < 70; i++) {
    const { status } = await visitor.post(linkFor(paper, 'nina', 'minutes', `minutes/core-group-${i + 1}`), {});
    seen.set(status, (seen.get(status) ?? 0) + 1);
  }
  assert.equal(seen.get(429), 10);
});
