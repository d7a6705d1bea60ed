// embedded/inbox.ts: what the inbox promises a sender, what it keeps, what tests can ask of it, and what its page shows.
import assert from 'node:assert/strict';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { createTransport, type SendMailOptions } from 'nodemailer';
import type { Inbox } from '../../embedded/inbox.ts';
import { InboxStore, readInboxDays } from '../../embedded/inbox-store.ts';
import { UserError } from '../../embedded/user-error.ts';
import { INVITATION, send, useInboxes } from '../support/inbox-mails.ts';
import { ask } from '../support/strange-page.ts';
import { PATIENCE_MS } from '../support/waiting.ts';

const { open, folder } = useInboxes();

describe('a mail', () => {
  test('is kept with its envelope, headers and every part', async () => {
    const inbox = await open();
    await send(inbox, {
      from: { name: 'Nodrift', address: 'plans@council.example' },
      to: { name: 'Zoë Éamon', address: 'zoe@council.example' },
      bcc: 'hidden@council.example',
      subject: 'Core group 1 – Friday',
      html: '<p>Hello</p>',
      messageId: '<abc@nodrift>',
      headers: { 'X-Nodrift-Date': '2025-05-02T08:00:00+01:00', 'X-Notification-Id': 'abc' },
      icalEvent: { method: 'REQUEST', content: INVITATION },
    });
    const [mail] = await inbox.messages();
    assert.equal(mail!.from, 'plans@council.example');
    assert.deepEqual(mail!.to, ['zoe@council.example']);
    assert.deepEqual(mail!.envelope.to, ['zoe@council.example', 'hidden@council.example']);
    assert.equal(mail!.subject, 'Core group 1 – Friday');
    assert.equal(mail!.messageId, '<abc@nodrift>');
    assert.equal(mail!.virtualDate, '2025-05-02T08:00:00+01:00');
    assert.equal(mail!.headers['x-notification-id'], 'abc');
    assert.equal(mail!.headers.to, 'Zoë Éamon <zoe@council.example>');
    assert.equal(mail!.text, 'Hello\n');
    assert.equal(mail!.html, '<p>Hello</p>\n');
    assert.equal(mail!.calendar?.method, 'REQUEST');
    assert.deepEqual(mail!.calendar?.entries, [
      {
        summary: 'Core group 1, CP-2041',
        start: '2025-05-09T10:00:00',
        end: '2025-05-09T11:30:00',
        zone: 'Europe/London',
        location: 'Family Hub; Room 2',
        attendees: ['ann@council.example'],
        sequence: 4,
        uid: '1@nodrift',
      },
    ]);
    assert.match((await inbox.raw(mail!.id)).toString(), /^X-Nodrift-Date: 2025-05-02T08:00:00\+01:00\r\n/m);
  });

  test('is on the disk when the sender is told that it was taken', async () => {
    const dir = await folder();
    const inbox = await open({ dir });
    const { response } = await send(inbox, { subject: 'kept' });
    const id = /^250 2\.0\.0 kept as (\S+)/.exec(response)?.[1];
    assert.deepEqual((await readdir(dir)).sort(), [`${id}.eml`, `${id}.json`]);
  });

  test('is listed again, in order, by an inbox that starts later in the same folder', async () => {
    const dir = await folder();
    const first = await open({ dir });
    for (const subject of ['one', 'two', 'three']) await send(first, { subject });
    await first.close();
    await writeFile(join(dir, 'half.eml.part'), 'a mail that was being written when the power went');
    const second = await open({ dir });
    await send(second, { subject: 'four' });
    assert.deepEqual(
      (await second.messages()).map(({ subject }) => subject),
      ['one', 'two', 'three', 'four'],
    );
  });

  test('that nobody can parse is kept and listed all the same', async () => {
    const inbox = await open();
    const raw = `${Array.from({ length: 300 }, (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\r\n\r\n--b${i}\r\n`).join('')}end`;
    await send(inbox, { raw, envelope: { from: 'a@council.example', to: 'ann@council.example' } } as SendMailOptions);
    assert.equal((await inbox.messages())[0]!.subject, '(cannot be read)');
  });

  test('that is too large is refused for good', async () => {
    const inbox = await open();
    await assert.rejects(send(inbox, { text: 'x'.repeat(11 * 1024 * 1024) }), { responseCode: 552 });
    assert.deepEqual(await inbox.messages(), []);
  });

  test('that the disk does not take is put off, not lost', async () => {
    const dir = await folder();
    const inbox = await open({ dir });
    await rm(dir, { recursive: true });
    await assert.rejects(send(inbox, {}), { responseCode: 452 });
    await mkdir(dir);
    await send(inbox, { subject: 'again' });
    assert.equal((await inbox.messages()).length, 1);
  });
});

test('a recipient is refused or put off while the answer says so', async () => {
  const inbox = await open();
  inbox.answer = (to) =>
    to.startsWith('gone') ? { code: 550, message: '5.1.1 no such person' } : { code: 451, message: '4.7.1 later' };
  await assert.rejects(send(inbox, { to: 'gone@council.example' }), {
    responseCode: 550,
    response: '550 5.1.1 no such person',
  });
  await assert.rejects(send(inbox, { to: 'ann@council.example' }), { responseCode: 451, response: '451 4.7.1 later' });
  inbox.answer = undefined;
  await send(inbox, { to: 'gone@council.example' });
  assert.equal((await inbox.messages()).length, 1);
});

test('waiting finds a mail that is there, one that comes, and says what came instead', async () => {
  const heard: string[] = [];
  const inbox = await open({ onMessage: ({ subject }) => heard.push(subject) });
  const coming = inbox.waitFor(({ subject }) => subject === 'second', PATIENCE_MS);
  await send(inbox, { subject: 'first' });
  await send(inbox, { subject: 'second' });
  assert.equal((await coming).subject, 'second');
  assert.equal((await inbox.waitFor(({ subject }) => subject === 'first', 1)).subject, 'first');
  await assert.rejects(
    inbox.waitFor(() => false, 20),
    /no such mail within 20 ms; the inbox has 2:\n {2}first → ann@council\.example/,
  );
  assert.deepEqual(heard, ['first', 'second']);
});

test('closing does not wait for a sender that keeps its connection', async (t) => {
  const inbox = await open();
  const transport = createTransport({ host: '127.0.0.1', port: inbox.smtpPort, pool: true });
  await transport.sendMail({ from: 'a@council.example', to: 'b@council.example', text: 'x' });
  // Half a minute, the server's usual patience with a sender, never comes.
  const real = globalThis.setTimeout;
  t.mock.method(globalThis, 'setTimeout', (work: () => void, ms = 0) =>
    real(ms < 10_000 ? work : () => {}, ms < 10_000 ? ms : 0),
  );
  await inbox.close();
  await assert.rejects(transport.sendMail({ from: 'a@council.example', to: 'b@council.example', text: 'x' }));
  transport.close();
});

test('a sender that breaks off in the middle leaves nothing and harms nobody', async () => {
  const inbox = await open();
  await new Promise<void>((done) => {
    const socket = connect(inbox.smtpPort, '127.0.0.1', () => {
      socket.write('EHLO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\nSubject: half');
      setTimeout(() => socket.resetAndDestroy(), 100);
    });
    socket.on('close', () => done()).resume();
  });
  await send(inbox, { subject: 'whole' });
  assert.deepEqual(
    (await inbox.messages()).map(({ subject }) => subject),
    ['whole'],
  );
});

test('a port that is taken is said in one line', async () => {
  const inbox = await open();
  for (const ports of [{ smtpPort: inbox.smtpPort }, { webPort: Number(new URL(inbox.webUrl).port) }])
    await assert.rejects(
      open(ports),
      (error: Error) => error instanceof UserError && /^Port \d+ on 127\.0\.0\.1, for the inbox/.test(error.message),
    );
});

test('what has been kept for a week is deleted with its files, at the start and while it runs', async () => {
  const dir = await folder();
  const store = await InboxStore.open(dir);
  const envelope = { from: 'nodrift@nodrift.example', to: ['amira@council.example'] };
  await store.keep(Buffer.from('Subject: minutes\r\n\r\nAmira Khan\r\n'), envelope);
  const files = async () => (await readdir(dir)).filter((name) => /\.(eml|json)$/.test(name)).length;
  const later = (days: number) => new Date(Date.now() + days * 86_400_000);
  await store.forgetOld(later(6.9));
  assert.deepEqual([store.all().length, await files()], [1, 2]);
  await store.forgetOld(later(7.1));
  assert.deepEqual([store.all().length, await files()], [0, 0]);

  const { id } = await store.keep(Buffer.from('Subject: minutes\r\n\r\nAmira Khan\r\n'), envelope);
  const old = { receivedAt: later(-3).toISOString(), envelope };
  await writeFile(join(dir, `${id}.json`), JSON.stringify(old));
  assert.equal((await InboxStore.open(dir, undefined, 4)).all().length, 1);
  assert.equal((await InboxStore.open(dir, undefined, 2)).all().length, 0);
  assert.equal(await files(), 0);
});

test('for how many days is read from NODRIFT_INBOX_DAYS', () => {
  assert.deepEqual([undefined, '', '1', '365'].map(readInboxDays), [7, 7, 1, 365]);
  for (const wrong of ['0', '366', '1.5', 'a week', '-1'])
    assert.throws(() => readInboxDays(wrong), {
      message: `NODRIFT_INBOX_DAYS must be a whole number from 1 to 365, for how many days the inbox keeps mails, not "${wrong}".`,
    });
});

test('the newest mails are kept, and the oldest make room', async () => {
  const dir = await folder();
  const inbox = await open({ dir, most: 3 });
  for (const subject of ['one', 'two', 'three', 'four']) await send(inbox, { subject });
  const subjects = async (of: Inbox) => (await of.messages()).map(({ subject }) => subject);
  assert.deepEqual(await subjects(inbox), ['two', 'three', 'four']);
  assert.equal((await readdir(dir)).length, 6);
  await inbox.close();
  await writeFile(join(dir, '19990101000000000-000001.json'), '{}'); // deleted in part when the power went
  const smaller = await open({ dir, most: 2 });
  assert.deepEqual(await subjects(smaller), ['three', 'four']);
  assert.equal((await readdir(dir)).length, 4);
});

describe('the page', () => {
  let inbox: Inbox;
  const get = async (path: string) => {
    const response = await fetch(inbox.webUrl + path);
    return {
      status: response.status,
      csp: response.headers.get('content-security-policy') ?? '',
      text: await response.text(),
    };
  };

  before(async () => {
    inbox = await open({ tryThis: 'npx nodrift rehearse <file>' });
  });

  test('says what to expect while there is no mail', async () => {
    const { text } = await get('/');
    assert.match(text, /No mail yet/);
    assert.match(text, /<code>npx nodrift rehearse &lt;file&gt;<\/code>/);
  });

  test('lists the newest first, and only those to the chosen recipient', async () => {
    await send(inbox, { subject: 'to Ann', to: 'ann@council.example' });
    await send(inbox, {
      subject: 'to Ray',
      to: 'Ray@council.example',
      headers: { 'X-Nodrift-Date': '2025-05-02T07:00:00.000Z' },
    });
    const { text } = await get('/');
    assert.ok(text.indexOf('to Ray') < text.indexOf('to Ann'));
    assert.match(text, /<time>Fri 2 May 2025, 08:00<\/time>/);
    const filtered = await get('/?to=ray@council.example');
    assert.match(filtered.text, /1 mail to <em>ray@council\.example<\/em>/);
    assert.doesNotMatch(filtered.text, /to Ann/);
  });

  test('filters by case, and leaves rehearsals out until they are asked for', async () => {
    const mixed = await open();
    const rehearsal = 'DRIFT-rehearsal-mf3k2a-cin';
    for (const subject of [
      'BC-1: reminder: one',
      'BC-2: reminder: two',
      `${rehearsal}: chase: three`,
      'no case at all',
    ])
      await send(mixed, { subject });
    const page = async (path: string) => {
      const text = await (await fetch(mixed.webUrl + path)).text();
      return {
        text,
        subjects: [...text.matchAll(/<span class="subject">([^<]*)</g)].map(([, subject]) => subject?.trim()),
      };
    };
    const usual = await page('/');
    assert.deepEqual(usual.subjects, ['no case at all', 'BC-2: reminder: two', 'BC-1: reminder: one']);
    assert.match(usual.text, /<a href="\/\?case=BC-1" ?><span>BC-1<\/span><b>1<\/b>/);
    assert.match(usual.text, /<a href="\/\?rehearsals=" ?><span>Show rehearsals<\/span><b>1<\/b>/);
    assert.ok(!usual.text.includes(rehearsal));
    assert.deepEqual((await page('/?case=BC-1')).subjects, ['BC-1: reminder: one']);
    const shown = await page('/?rehearsals=');
    assert.equal(shown.subjects.length, 4);
    assert.ok(shown.text.includes(`<a href="/?case=${rehearsal}"`));
    assert.deepEqual((await page(`/?case=${rehearsal}`)).subjects, [`${rehearsal}: chase: three`]);
    const both = await page('/?case=BC-1&to=nobody@council.example');
    assert.deepEqual(both.subjects, []);
    assert.match(both.text, /<a href="\/\?case=BC-2&amp;to=nobody%40council\.example"/);
  });

  test('finds the one mail of a morning under each case that it has a line of', async () => {
    const digests = await open();
    await send(digests, {
      subject: '3 to do, 1 late: minutes of core group 3 (BC-1), …',
      text: 'Please see to these 3 things.\n\n- BC-1: Please send the minutes.\n  Say so: https://plans.example/do/a\n- BC-2, BC-3 and BC-4: Please book.\n',
    });
    await send(digests, { subject: 'Nodrift: nothing of any case', text: '- BC-9: not a morning’s mail' });
    const page = async (path: string) => (await fetch(digests.webUrl + path)).text();
    for (const ref of ['BC-1', 'BC-2', 'BC-3', 'BC-4'])
      assert.match(await page(`/?case=${ref}`), new RegExp(`1 mail about <em>${ref}</em>`));
    assert.match(await page('/?case=BC-9'), /0 mails/);
  });

  test('has a hundred mails on each side', async () => {
    const many = await open();
    const transport = createTransport({ host: '127.0.0.1', port: many.smtpPort, pool: true });
    const mail = { from: 'a@council.example', to: 'b@council.example', text: 'x' };
    for (let i = 1; i <= 101; i++) await transport.sendMail({ ...mail, subject: `mail ${i}.` });
    transport.close();
    const side = async (path: string) => (await fetch(many.webUrl + path)).text();
    assert.doesNotMatch(await side('/?to=b@council.example'), /mail 1\./);
    assert.match(await side('/?to=b@council.example'), /<a href="\/\?to=b%40council\.example&amp;page=2">Older/);
    assert.match(await side('/?to=b%40council.example&page=2'), /mail 1\.[\s\S]*Newer/);
  });

  test('shows everything a mail says as text, never as markup', async () => {
    const evil = '<script>alert(1)</script>"><img src=x onerror=alert(1)>';
    await send(inbox, {
      subject: evil,
      from: { name: evil, address: 'evil@council.example' },
      to: { name: evil, address: 'ann@council.example' },
      text: `${evil} https://example.org/?a=1&b="><script> javascript:alert(1)`,
      headers: { 'X-Nodrift-Date': evil, 'X-Evil': evil },
      icalEvent: { method: 'REQUEST', content: INVITATION.replace('Core group 1', evil) },
    });
    const { id } = (await inbox.messages()).at(-1)!;
    const encoded = encodeURIComponent(evil);
    for (const path of [
      '/',
      `/?to=${encoded}`,
      `/messages/${id}`,
      `/messages/${id}?show=headers`,
      `/messages/${id}?show=${encoded}`,
      `/messages/${encoded}`,
    ]) {
      const { text, csp } = await get(path);
      assert.doesNotMatch(
        text.replace('<script src="/live.js" defer></script>', ''),
        /<script|<img|href="javascript/i,
        path,
      );
      assert.match(csp, /^default-src 'none'; style-src 'self'; frame-src 'self'; script-src 'self';/);
      assert.doesNotMatch(csp, /unsafe|https?:|\*/);
    }
    assert.match((await get(`/messages/${id}`)).text, /<a href="https:\/\/example\.org\/\?a=1&amp;b=" target="_blank"/);
  });

  test('shows a mail’s HTML in a sandbox that runs nothing and loads nothing', async () => {
    await send(inbox, { html: '<p>hi</p><script>alert(1)</script>' });
    const { id } = (await inbox.messages()).at(-1)!;
    assert.match(
      (await get(`/messages/${id}`)).text,
      new RegExp(`<iframe [^>]*sandbox="[^"]*" src="/messages/${id}/html"`),
    );
    assert.doesNotMatch((await get(`/messages/${id}`)).text, /sandbox="[^"]*allow-(scripts|same-origin|forms|top)/);
    const { csp } = await get(`/messages/${id}/html`);
    assert.match(csp, /default-src 'none'/);
    assert.match(csp, /; sandbox allow-popups allow-popups-to-escape-sandbox$/);
    assert.doesNotMatch(csp, /script-src|https?:/);
  });

  test('shows the calendar entry in words, with its source', async () => {
    await send(inbox, { icalEvent: { method: 'REQUEST', content: INVITATION } });
    const { id } = (await inbox.messages()).at(-1)!;
    const { text } = await get(`/messages/${id}`);
    for (const words of [
      'Core group 1, CP-2041',
      'Fri 9 May 2025, 10:00–11:30 (Europe/London)',
      'Family Hub; Room 2',
      'REQUEST, sequence 4',
    ])
      assert.ok(text.includes(words), words);
    assert.match((await get(`/messages/${id}/calendar`)).text, /^BEGIN:VCALENDAR/);
    assert.match((await get(`/messages/${id}/raw`)).text, /^Content-Type: multipart/m);
  });

  test('answers only its own page and a person’s browser, so that no website can read it', async () => {
    const port = Number(new URL(inbox.webUrl).port);
    const status = async (method: string, headers: Record<string, string>) =>
      (await ask({ address: '127.0.0.1', port }, '/api/v2/none', { method, headers })).status;
    const [host, site, mode] = [`localhost:${port}`, 'sec-fetch-site', 'sec-fetch-mode'];
    for (const [method, headers, expected] of [
      ['GET', { host }, 404],
      ['GET', { host: `127.0.0.1:${port}` }, 404],
      ['GET', { host: `rebound.example:${port}` }, 403],
      ['GET', { host: 'localhost' }, 403],
      ['GET', { host, [site]: 'cross-site', [mode]: 'no-cors' }, 403],
      ['GET', { host, [site]: 'same-site', [mode]: 'cors' }, 403],
      ['GET', { host, [site]: 'cross-site', [mode]: 'navigate' }, 404],
      ['POST', { host, origin: 'https://stranger.example' }, 403],
      ['POST', { host }, 403],
      ['DELETE', { host }, 403],
      ['DELETE', { host, origin: 'null' }, 403],
      ['POST', { host, origin: `http://${host}` }, 404],
    ] as [string, Record<string, string>, number][])
      assert.equal(await status(method, headers), expected, `${method} ${JSON.stringify(headers)}`);
  });

  test('says in every answer, refusals too, that no other site shows, loads or reads it', async () => {
    const port = Number(new URL(inbox.webUrl).port);
    for (const [host, path] of [
      [`127.0.0.1:${port}`, '/'],
      [`127.0.0.1:${port}`, '/api/v1/messages'],
      [`127.0.0.1:${port}`, '/live.js'],
      [`rebound.example:${port}`, '/'],
    ] as const) {
      const { headers } = await ask({ address: '127.0.0.1', port }, path, {
        headers: { host, origin: `http://${host}` },
      });
      const {
        'x-frame-options': frames,
        'x-content-type-options': sniff,
        'cross-origin-resource-policy': loads,
      } = headers;
      assert.deepEqual([frames, sniff, loads], ['SAMEORIGIN', 'nosniff', 'same-origin'], path);
      assert.deepEqual(
        Object.keys(headers).filter((name) => name.startsWith('access-control')),
        [],
      );
      assert.doesNotMatch(`${headers['content-security-policy'] ?? ''}`, /script-src[^;]*unsafe/);
    }
  });
});
