// What becomes of a mail at a relay that misbehaves: the error table, row by row, against a relay that follows a script.

import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { after, before, test } from 'node:test';
import { SMTPServer } from 'smtp-server';
import { type Message, openSmtp, type SmtpOptions } from '../../mail/smtp.ts';
import { failureOf } from '../../mail/smtp-failure.ts';
import { type Script, type ScriptedRelay, scriptedRelay } from '../support/smtp-script.ts';

const MESSAGE: Message = {
  from: { name: 'Nodrift', address: 'nodrift@notify.example.test' },
  to: { name: 'Hana Ali', address: 'hana@example.test' },
  ...{ subject: 'BC-2041: a subject', text: 'text', html: '<p>text</p>' },
  ...{ messageId: '<abc@notify.example.test>', thread: '<thread@notify.example.test>', headers: {}, rehearsal: false },
};
const SHORT = { connection: 10_000, greeting: 1_500, socket: 1_500 };

let relay: ScriptedRelay;
before(async () => {
  relay = await scriptedRelay();
});
after(() => relay.close());

async function sendOnce(script: Script, message: Message = MESSAGE, options: Partial<SmtpOptions> = {}) {
  relay.follow(script);
  relay.mails.length = 0;
  // Only where the relay hangs is waiting what is tested.
  const timeouts = Object.values(script).includes('hang') ? SHORT : undefined;
  const transport = openSmtp({ url: relay.url, timeouts, connections: 1, ...options });
  try {
    return await transport.send(message);
  } finally {
    await transport.close(0);
  }
}

test('a mail that is taken says so, and keeps no word of the relay', async () => {
  const result = await sendOnce({});
  assert.equal(result.outcome, 'accepted');
  assert.match(result.outcome === 'accepted' ? result.replyHash : '', /^[0-9a-f]{32}$/);
  assert.equal(relay.mails.length, 1);
});

const deferred = (kind: string, code: string, more: object = {}) => ({
  outcome: 'deferred',
  class: kind,
  code,
  afterDot: false,
  ...more,
});
const down = { relayDown: true };
const unknown = (code: string) => ({ outcome: 'deferred', class: 'system', code, afterDot: true });

/** stage and answer; what becomes of it; how many mails the relay has seen whole. */
const TABLE: readonly (readonly [what: string, script: Script, expected: object, seen: number])[] = [
  ['no greeting', { greeting: 'hang' }, deferred('system', 'ETIMEDOUT', down), 0],
  ['a 554 greeting is no bounce', { greeting: '554 5.3.2 closed' }, deferred('system', '5.3.2', down), 0],
  ['a 421 greeting', { greeting: '421 4.3.2 busy' }, deferred('system', '4.3.2', down), 0],
  ['a connection that breaks at once', { greeting: 'reset' }, deferred('system', 'ESOCKET', down), 0],
  ['MAIL FROM 450', { mail: '450 4.1.8 later' }, deferred('system', '4.1.8'), 0],
  ['MAIL FROM 553', { mail: '553 5.1.8 not you' }, deferred('configuration', '5.1.8'), 0],
  ['greylisted', { rcpt: '451 4.7.1 greylisted' }, deferred('recipient', '4.7.1'), 0],
  ['mailbox full, for now', { rcpt: '452 4.2.2 full' }, deferred('recipient', '4.2.2'), 0],
  ['nobody of that name', { rcpt: '550 5.1.1 no such user' }, { outcome: 'refused', code: '5.1.1' }, 0],
  ['no such domain', { rcpt: '550 5.1.2 no such host' }, { outcome: 'refused', code: '5.1.2' }, 0],
  [
    '550 without an enhanced code may be policy',
    { rcpt: '550 rejected' },
    deferred('recipient', '550', { lasting: true }),
    0,
  ],
  ['our own sender refused at RCPT', { rcpt: '550 5.1.8 sender domain' }, deferred('configuration', '5.1.8'), 0],
  ['refused by policy at RCPT', { rcpt: '554 5.7.1 blocked' }, deferred('recipient', '5.7.1', { lasting: true }), 0],
  ['DATA 451', { data: '451 4.3.0 later' }, deferred('system', '4.3.0'), 0],
  ['452 after the dot is an answer', { dot: '452 4.3.1 no space' }, deferred('system', '4.3.1'), 1],
  ['554 after the dot is about the mail', { dot: '554 5.7.1 content' }, deferred('content', '5.7.1'), 1],
  ['hangs at EHLO', { ehlo: 'hang' }, deferred('system', 'ETIMEDOUT', down), 0],
  ['hangs at RCPT', { rcpt: 'hang' }, deferred('system', 'ETIMEDOUT', down), 0],
  ['hangs at DATA', { data: 'hang' }, deferred('system', 'ETIMEDOUT', down), 0],
  ['resets at RCPT', { rcpt: 'reset' }, deferred('system', 'ESOCKET', down), 0],
  ['takes the mail and hangs', { dot: 'hang' }, unknown('ETIMEDOUT'), 1],
  ['takes the mail and resets', { dot: 'reset' }, unknown('ESOCKET'), 1],
  ['takes the mail and hangs up', { dot: 'end' }, unknown('ECONNECTION'), 1],
];

for (const [what, script, expected, seen] of TABLE)
  test(`${what}: ${JSON.stringify(script)}`, async () => {
    assert.deepEqual(await sendOnce(script), expected);
    assert.equal(relay.mails.length, seen);
  });

test('a wrong password is ours to repair, and nobody becomes a dead address by it', async () => {
  const url = relay.url.replace('smtp://', 'smtp://user:secret@');
  const refused = await sendOnce({ auth: '535 5.7.8 bad credentials' }, MESSAGE, { url });
  assert.deepEqual(refused, deferred('configuration', '5.7.8', down));
  const unable = await sendOnce({ auth: '454 4.7.0 later' }, MESSAGE, { url });
  assert.deepEqual(unable, deferred('system', '4.7.0', down));
});

test('nobody listens: deferred', async () => {
  const gone = createServer();
  await new Promise<void>((listening) => gone.listen(0, '127.0.0.1', listening));
  const { port } = gone.address() as { port: number };
  await new Promise((closed) => gone.close(closed));
  assert.deepEqual(
    await sendOnce({}, MESSAGE, { url: `smtp://127.0.0.1:${port}` }),
    deferred('system', 'ESOCKET', down),
  );
});

test('a name that does not exist: deferred', () => {
  assert.deepEqual(failureOf({ code: 'EDNS', command: 'CONN' }, false), deferred('system', 'EDNS', down));
});

test('STARTTLS refused where it is required: configuration', () => {
  const error = {
    code: 'ETLS',
    command: 'STARTTLS',
    responseCode: 500,
    response: '500 unknown command',
    permanent: true,
  };
  assert.deepEqual(failureOf(error, false), deferred('configuration', 'ETLS', down));
});

test('a relay that is not on this machine by name, and offers no encryption, gets no mail', async () => {
  // 0.0.0.0 leads here, but is no loopback name.
  const url = relay.url.replace('127.0.0.1', '0.0.0.0');
  assert.deepEqual(await sendOnce({}, MESSAGE, { url }), deferred('configuration', 'ETLS', down));
  assert.equal(relay.mails.length, 0);
  const plain = await sendOnce({}, MESSAGE, { url: `${url}?tls=off` });
  assert.equal(plain.outcome, 'accepted');
});

test('a certificate nobody vouches for: configuration', async () => {
  let taken = 0;
  // Its built-in certificate is a public one, which is what is wanted here.
  const server = new SMTPServer({
    ...{ secure: true, authOptional: true, closeTimeout: 100 },
    onData(stream, _session, done) {
      taken++;
      stream.resume().on('end', () => done());
    },
  });
  server.on('error', () => {});
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.server.address() as { port: number };
  const result = await sendOnce({}, MESSAGE, { url: `smtps://localhost:${port}` });
  await new Promise<void>((closed) => server.close(closed));
  assert.deepEqual(result, deferred('configuration', 'certificate', down));
  assert.equal(taken, 0);
});

test('a missing or bad address is refused without a connection', async () => {
  const to = (address: string | undefined) => ({ ...MESSAGE, to: { name: 'x', address } });
  const before = relay.connections();
  assert.deepEqual(await sendOnce({}, to(undefined)), { outcome: 'refused', code: 'no-address' });
  assert.deepEqual(await sendOnce({}, to('  ')), { outcome: 'refused', code: 'no-address' });
  for (const bad of [
    'sw@council.test\r\nRCPT TO:<evil@x.test>',
    'sw@council.test,evil@x.test',
    '"a b"@x.test',
    'a@b@c.test',
    'nobody',
  ])
    assert.deepEqual(await sendOnce({}, to(bad)), { outcome: 'refused', code: 'bad-address' }, bad);
  assert.equal(relay.connections(), before);
});

test('a domain that is not allowed waits for the operator: the list may be wrong', async () => {
  const result = await sendOnce({}, MESSAGE, { domains: ['gov.uk'] });
  assert.deepEqual(result, deferred('configuration', 'domain-not-allowed'));
  assert.equal((await sendOnce({}, MESSAGE, { domains: ['example.test'] })).outcome, 'accepted');
});

test('a rehearsal’s mail goes to a relay on this machine and to no other', async () => {
  const rehearsed = { ...MESSAGE, rehearsal: true };
  const here = await sendOnce({}, rehearsed);
  assert.equal(here.outcome, 'accepted');
  const elsewhere = await sendOnce({}, rehearsed, { url: 'smtp://relay.example.test:587' });
  assert.deepEqual(elsewhere, deferred('configuration', 'rehearsal-relay'));
});

test('one mail to one person: no name becomes a second recipient, no header grows', async () => {
  const recipients: string[] = [];
  const rcpt = (_: number, line: string) => {
    recipients.push(line);
    return '250 ok';
  };
  const name = 'O’Neil, Ann <evil@x.test>, x\r\nBcc: evil@x.test\r\n\r\nbody \u202e';
  const subject = 'BC-1: a\r\nBcc: evil@x.test\u202e\u0000';
  const result = await sendOnce({ rcpt }, { ...MESSAGE, subject, to: { name, address: 'hana@example.test' } });
  assert.equal(result.outcome, 'accepted');
  assert.deepEqual(recipients, ['RCPT TO:<hana@example.test>']);
  const [head] = relay.mails[0]!.split('\r\n\r\n', 1);
  const names = head!
    .split('\r\n')
    .filter((line) => /^\S/.test(line))
    .map((line) => line.split(':')[0]);
  assert.ok(!names.includes('Bcc'), head);
  assert.ok(!head!.includes('\u202e'));
  assert.ok(
    names.includes('Auto-Submitted') && names.includes('X-Auto-Response-Suppress') && names.includes('References'),
  );
});

test('mails share a connection, and each slot carries one at a time', async () => {
  const transport = openSmtp({ url: relay.url, connections: 2 });
  relay.follow({});
  relay.mails.length = 0;
  const before = relay.connections();
  const results = await Promise.all(Array.from({ length: 20 }, () => transport.send(MESSAGE)));
  await transport.close();
  assert.ok(results.every((result) => result.outcome === 'accepted'));
  assert.equal(relay.mails.length, 20);
  assert.ok(relay.connections() - before <= 2, `${relay.connections() - before} connections`);
});

test('closing lets a mail finish, and ends one that hangs as unknown', async () => {
  relay.follow({ dot: 'hang' });
  relay.mails.length = 0;
  const transport = openSmtp({ url: relay.url, connections: 1 });
  const hanging = transport.send(MESSAGE);
  const waiting = transport.send(MESSAGE);
  while (relay.mails.length === 0) await new Promise((soon) => setTimeout(soon, 10));
  await transport.close(100);
  const result = await hanging;
  assert.ok(result.outcome === 'deferred' && result.afterDot, JSON.stringify(result));
  assert.deepEqual(await waiting, deferred('system', 'closing'));
  assert.deepEqual(await transport.send(MESSAGE), deferred('system', 'closing'));
});

test('a relay’s address that is none is one clear line', () => {
  for (const url of ['', 'relay.example.test', 'http://relay.example.test', 'smtp://'])
    assert.throws(() => openSmtp({ url }), /^Error: SMTP_URL must look like smtp:/);
});
