// A mail as it arrives: delivered through a real relay, and read by a parser that is not the one that wrote it.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import PostalMime, { type Email } from 'postal-mime';
import { createActivities } from '../../activities/deliver.ts';
import { compose } from '../../mail/compose.ts';
import { openSmtp, type Transport } from '../../mail/smtp.ts';
import type { OpenRecord } from '../../record/open.ts';
import { BOOKING, delivery, identity, NOW, notice, person } from '../support/entries.ts';
import { memoryRecord } from '../support/memory-record.ts';
import { emptied } from '../support/records.ts';
import { type ScriptedRelay, scriptedRelay } from '../support/smtp-script.ts';

const settings = { sender: { name: 'Nodrift, Barnsley', address: 'nodrift@notify.example.test' } };
let relay: ScriptedRelay;
let record: OpenRecord;
let transport: Transport;
before(async () => {
  [relay, record] = await Promise.all([scriptedRelay(), memoryRecord()]);
  transport = openSmtp({ url: relay.url });
});
after(async () => {
  await transport.close();
  await record.close();
  await relay.close();
});

async function arrived(...notices: Parameters<typeof delivery>[0]): Promise<Email[]> {
  await emptied(record);
  relay.mails.length = 0;
  const { deliver } = createActivities({
    ...{ record, transport },
    settings,
  });
  const outcomes = await deliver(delivery(notices));
  assert.ok(
    outcomes.every(({ outcome }) => outcome === 'accepted'),
    JSON.stringify(outcomes),
  );
  // The relay keeps what stood on the wire: a line that began with a dot has two.
  return Promise.all(relay.mails.map((mail) => PostalMime.parse(mail.replace(/^\.\./gm, '.'))));
}

const header = (mail: Email, name: string) => mail.headers.find(({ key }) => key === name)?.value;

test('an invitation: text, HTML and a calendar entry that a calendar can act on', async () => {
  const [mail] = await arrived(
    notice('hv', { kind: 'invitation', duty: 'attend/core-group-3', booking: BOOKING, rules: ['R38'] }),
  );
  assert.equal(mail!.subject, 'BC-2041: invitation to core group 3, Fri 2 Jul 2027 10:00');
  assert.deepEqual(mail!.from, { name: 'Nodrift, Barnsley', address: 'nodrift@notify.example.test' });
  assert.deepEqual(mail!.to, [{ name: 'Person hv', address: 'hv@example.test' }]);
  assert.match(mail!.text!, /^You are invited to core group 3 on Friday 2 July 2027 at 10am\./);
  assert.match(mail!.html!, /<h1[^>]*>You are invited/);
  const entries = mail!.attachments.map((a) => [a.mimeType, a.method, a.filename]);
  assert.deepEqual(entries[0]?.slice(0, 2), ['text/calendar', 'REQUEST']);
  assert.deepEqual(entries[1], ['application/ics', undefined, 'meeting.ics']);
  assert.ok(relay.mails[0]!.includes('Content-Type: text/calendar; charset=utf-8; method=REQUEST'));
});

test('the headers that identify, thread and silence', async () => {
  const [first, second] = await arrived(
    notice('hv'),
    notice('hv', { key: 'another', kind: 'escalation', rung: '5-after' }),
  );
  for (const mail of [first!, second!]) {
    assert.match(mail.messageId!, /^<[a-z2-7]{25}@notify\.example\.test>$/);
    assert.equal(header(mail, 'x-notification-id'), mail.messageId!.slice(1, 26));
    assert.equal(header(mail, 'x-nodrift-date'), NOW);
    assert.equal(header(mail, 'auto-submitted'), 'auto-generated');
    assert.equal(header(mail, 'x-auto-response-suppress'), 'All');
    assert.equal(mail.references, mail.inReplyTo);
    assert.equal(mail.attachments.length, 0);
  }
  assert.notEqual(first!.messageId, second!.messageId);
  assert.equal(first!.references, second!.references);
});

test('what is written back goes to a person, by name and address; a bad address is left out, and a rehearsal has none', async () => {
  const replyTo = { name: 'Khan, Amira <evil@x.test>\r\nBcc: evil@x.test', address: 'amira@council.test' };
  const [mail, bad, none] = await arrived(
    notice('hv', { replyTo }),
    notice('hv', { key: 'bad', replyTo: { ...replyTo, address: 'amira@council.test,evil@x.test' } }),
    notice('hv', { key: 'none' }),
  );
  assert.deepEqual(mail!.replyTo, [
    { name: 'Khan, Amira <evil@x.test> Bcc: evil@x.test', address: 'amira@council.test' },
  ]);
  assert.equal(mail!.bcc, undefined);
  assert.equal(bad!.replyTo, undefined);
  assert.equal(none!.replyTo, undefined);
  const payload = { case: identity({ rehearsal: true }), notice: notice('hv', { replyTo }), now: NOW };
  assert.equal(
    compose({ messageId: '<t@x>', notices: [{ payload }] }, settings, Buffer.from('secret')).replyTo,
    undefined,
  );
});

test('a hostile name, a hostile place and a hostile text change nothing but how they read', async () => {
  const evil = 'x\r\nBcc: evil@x.test\r\n\r\n<b>\u202e\u0000"';
  const [mail] = await arrived(
    notice(person('hv', { name: `O’Neil, Ann <evil@x.test>, ${evil}` }), {
      ...{ kind: 'change', duty: 'attend/core-group-3', text: evil, booking: { ...BOOKING, venue: evil } },
    }),
  );
  assert.deepEqual(
    mail!.to?.map(({ address }) => address),
    ['hv@example.test'],
  );
  assert.equal(mail!.bcc, undefined);
  const read = JSON.stringify([mail!.subject, mail!.text, mail!.html, mail!.to]);
  assert.ok(!read.includes('\u202e') && !read.includes('\\u0000'));
  assert.ok(!mail!.html!.includes('<b>'));
});
