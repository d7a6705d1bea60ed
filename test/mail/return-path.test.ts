// The envelope of a mail: bounces and delays are asked for at an address of the mail's own, without its words; where nobody reads them, as ever.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { after, before, beforeEach, test } from 'node:test';
import { SMTPServer, type SMTPServerAddress } from 'smtp-server';
import { createActivities } from '../../activities/deliver.ts';
import { readReplyAddress, readReplyDomain } from '../../mail/reply-address.ts';
import { readReplyPort } from '../../mail/reply-listener.ts';
import { openSmtp, type Transport } from '../../mail/smtp.ts';
import type { OpenRecord } from '../../record/open.ts';
import { settings } from '../support/deliveries.ts';
import { delivery, identity, notice } from '../support/entries.ts';
import { memoryRecord } from '../support/memory-record.ts';
import { emptied } from '../support/records.ts';

const DOMAIN = 'reply.example.test';
let record: OpenRecord;
let relay: SMTPServer;
let transport: Transport;
let envelopes: { readonly from: SMTPServerAddress; readonly to: SMTPServerAddress; readonly raw: string }[] = [];

before(async () => {
  relay = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    closeTimeout: 100,
    hideDSN: false,
    onData(stream, { envelope }, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        envelopes.push({
          from: envelope.mailFrom as SMTPServerAddress,
          to: envelope.rcptTo[0]!,
          raw: Buffer.concat(chunks).toString(),
        });
        callback();
      });
    },
  });
  relay.listen(0, '127.0.0.1');
  await once(relay.server, 'listening');
  record = await memoryRecord();
  transport = openSmtp({ url: `smtp://127.0.0.1:${(relay.server.address() as AddressInfo).port}` });
});
after(async () => {
  await transport.close();
  await record.close();
  await new Promise<void>((done) => relay.close(done));
});
beforeEach(async () => {
  await emptied(record);
  envelopes = [];
});

const deliver = (replyDomain: string | undefined, rehearsal = false) =>
  createActivities({ record, transport, settings: { ...settings, replyDomain } }).deliver(
    delivery([notice('hv')], { case: identity({ rehearsal }) }),
  );

test('reports come to an address of the mail’s own, failures and delays, without the words of the mail', async () => {
  await deliver(DOMAIN);
  const [{ from, to, raw }] = envelopes as [(typeof envelopes)[0]];
  const token = /^X-Notification-Id:\s+(\S+)/im.exec(raw)![1];
  assert.deepEqual(readReplyAddress({ domain: DOMAIN, secret: record.ledgerKey }, from.address), {
    kind: 'bounce',
    id: token,
  });
  assert.deepEqual(
    [to.address, raw.includes('From: Nodrift <nodrift@notify.example.test>')],
    ['hv@example.test', true],
  );
  const { RET, ENVID } = from.args as unknown as Record<string, string>;
  const { NOTIFY, ORCPT } = to.args as unknown as Record<string, string>;
  assert.deepEqual([RET, ENVID, NOTIFY, ORCPT], ['HDRS', token, 'FAILURE,DELAY', 'rfc822;hv@example.test']);
});

test('where no domain is set the sender hears of them, and a rehearsal has no address of its own', async () => {
  await deliver(undefined);
  await emptied(record);
  await deliver(DOMAIN, true);
  assert.deepEqual(
    envelopes.map(({ from }) => from.address),
    ['nodrift@notify.example.test', 'nodrift@notify.example.test'],
  );
});

test('what cannot be a domain, or a port, is said in one line', () => {
  assert.equal(readReplyDomain(undefined), undefined);
  assert.equal(readReplyDomain(' '), undefined);
  assert.equal(readReplyDomain(' Reply.Example.gov.uk '), 'reply.example.gov.uk');
  for (const wrong of ['localhost', 'a b.test', 'x@y.test', 'https://x.test', 'x.test\r\nBcc: y'])
    assert.throws(() => readReplyDomain(wrong), /^Error: NODRIFT_REPLY_DOMAIN must be a domain such as/, wrong);
  assert.equal(readReplyPort(''), undefined);
  assert.deepEqual(readReplyPort('2525'), { host: '127.0.0.1', port: 2525 });
  assert.deepEqual(readReplyPort('0.0.0.0:25'), { host: '0.0.0.0', port: 25 });
  assert.deepEqual(readReplyPort('[::1]:25'), { host: '::1', port: 25 });
  for (const wrong of ['smtp', '70000', '-1', '1.5', '0.0.0.0'])
    assert.throws(() => readReplyPort(wrong), /^Error: NODRIFT_REPLY_PORT must be a port/, wrong);
});
