// The inbox's JSON API: Mailpit's names, paging, search and changes; and what a search finds.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { Inbox } from '../../embedded/inbox.ts';
import { INVITATION, send, useInboxes } from '../support/inbox-mails.ts';

const { open, folder } = useInboxes();
const LINK = 'https://plans.example/do/abc.def';

async function call(inbox: Inbox, path: string, method = 'GET', body?: string) {
  const response = await fetch(inbox.webUrl + path, {
    method,
    ...(method !== 'GET' && { headers: { origin: inbox.webUrl } }),
    ...(body !== undefined && { body }),
  });
  const text = await response.text();
  return { status: response.status, text, json: text.startsWith('{') ? JSON.parse(text) : undefined };
}

async function filled(): Promise<Inbox> {
  const inbox = await open();
  await send(inbox, {
    from: { name: 'Nodrift', address: 'plans@council.example' },
    to: { name: 'Amira Shah', address: 'amira@council.example' },
    bcc: 'copy@council.example',
    replyTo: { name: 'Ray Moss', address: 'ray@council.example' },
    subject: 'BC-1: invitation: core group 1',
    text: `Please come to the Family Hub.\n\nSay that you cannot come:\n${LINK}\n`,
    messageId: '<one@nodrift>',
    icalEvent: { method: 'REQUEST', content: INVITATION },
    headers: { 'X-Nodrift-Date': '2025-05-02T08:00:00+01:00' },
  });
  await send(inbox, {
    to: 'ann@council.example',
    subject: 'BC-2: chase: minutes',
    html: '<p>The <b>minutes</b> are 3 days late.</p><style>.agenda{}</style>',
    text: undefined,
    attachments: [{ filename: 'agenda.docx', content: 'not a picture' }],
  });
  await send(inbox, { subject: 'BC-1-rehearsal-a1: reminder: one', to: 'ann@council.example', text: 'At 10:30' });
  return inbox;
}

describe('the API', () => {
  let inbox: Inbox;
  before(async () => {
    inbox = await filled();
  });

  test('lists mails as Mailpit does, newest first, without their bodies, a page at a time', async () => {
    const { json } = await call(inbox, '/api/messages?start=2&limit=1');
    const [mail] = json.messages;
    assert.deepEqual(
      { ...json, messages: json.messages.length },
      {
        total: 3,
        unread: 3,
        count: 1,
        messages_count: 3,
        messages_unread: 3,
        start: 2,
        tags: ['BC-1', 'BC-1-rehearsal-a1', 'BC-2', 'rehearsal'],
        messages: 1,
      },
    );
    const { ID, Created, Size, ...rest } = mail;
    assert.match(ID, /^\d{17}-\d{6}$/);
    assert.equal(new Date(Created).toISOString(), Created);
    assert.equal(Size, (await inbox.raw(ID)).length);
    assert.deepEqual(rest, {
      MessageID: 'one@nodrift',
      From: { Name: 'Nodrift', Address: 'plans@council.example' },
      To: [{ Name: 'Amira Shah', Address: 'amira@council.example' }],
      Cc: [],
      Bcc: [{ Name: '', Address: 'copy@council.example' }],
      ReplyTo: [{ Name: 'Ray Moss', Address: 'ray@council.example' }],
      Subject: 'BC-1: invitation: core group 1',
      Tags: ['BC-1'],
      VirtualDate: '2025-05-02T08:00:00+01:00',
      Read: false,
      Attachments: 1, // nodemailer attaches the entry a second time, as a file
      Snippet: `Please come to the Family Hub. Say that you cannot come: ${LINK}`,
    });
    assert.deepEqual((await call(inbox, '/api/v1/messages?start=2&limit=1')).json, json);
    assert.equal((await call(inbox, '/api/messages?limit=-1&start=x')).json.count, 3);
  });

  test('gives a whole mail, with its links, its calendar entry and its files', async () => {
    const { json } = await call(inbox, '/api/search?query=core');
    const whole = (await call(inbox, `/api/message/${json.messages[0].ID}`)).json;
    assert.match(whole.Text, /^Please come/);
    assert.equal(whole.HTML, '');
    assert.deepEqual(whole.Links, [{ Label: 'Say that you cannot come', URL: LINK }]);
    assert.equal(whole.Calendar.entries[0].uid, '1@nodrift');
    const { messages } = (await call(inbox, '/api/search?query=agenda.docx')).json;
    const file = (await call(inbox, `/api/message/${messages[0].ID}`)).json.Attachments[0];
    assert.deepEqual([file.FileName, file.PartID, file.Size], ['agenda.docx', '1', 13]);
    const part = await fetch(`${inbox.webUrl}/api/message/${messages[0].ID}/part/1`);
    assert.equal(part.headers.get('content-disposition'), 'attachment');
    assert.equal(part.headers.get('content-type'), 'application/octet-stream');
    assert.equal(await part.text(), 'not a picture');
    const headers = (await call(inbox, `/api/message/${messages[0].ID}/headers`)).json;
    assert.deepEqual(headers.Subject, ['BC-2: chase: minutes']);
    assert.match((await call(inbox, '/api/message/latest/raw')).text, /^Subject: BC-1-rehearsal-a1/m);
  });

  test('says what is not here, and what it cannot read', async () => {
    for (const path of [
      'none',
      'none/raw',
      'none/headers',
      'none/part/1',
      'latest/part/1',
      'latest/part/x',
      '__proto__',
    ])
      assert.deepEqual([(await call(inbox, `/api/message/${path}`)).status, path], [404, path]);
    assert.equal((await call(inbox, '/api/search')).json.Error, 'query is missing: what to search for');
    assert.equal((await call(inbox, '/api/search', 'DELETE')).status, 400);
    for (const body of ['{', '[]', '{"IDs":"all"}', '{"IDs":[1]}'])
      for (const method of ['PUT', 'DELETE'])
        assert.equal((await call(inbox, '/api/messages', method, body)).status, 400, body);
    assert.equal((await call(inbox, '/api/messages')).json.total, 3);
  });

  for (const [query, expected] of [
    ['minutes', ['BC-2']],
    ['MINUTES late', ['BC-2']],
    ['minutes hub', []],
    ['"the family hub"', ['BC-1']],
    ['"family the hub"', []],
    ['-minutes', ['BC-1-rehearsal-a1', 'BC-1']],
    ['!minutes -reminder', ['BC-1']],
    ['amira', ['BC-1']],
    ['"amira shah"', ['BC-1']],
    ['to:shah', ['BC-1']],
    ['to:copy@council.example', ['BC-1']],
    ['from:nodrift', ['BC-1']],
    ['reply-to:"Ray Moss"', ['BC-1']],
    ['addressed:ray', ['BC-1']],
    ['subject:chase', ['BC-2']],
    ['subject:late', []],
    ['case:bc-1', ['BC-1']],
    ['tag:rehearsal', ['BC-1-rehearsal-a1']],
    ['-is:tagged', []],
    ['message-id:<one@nodrift>', ['BC-1']],
    ['has:calendar', ['BC-1']],
    ['has:attachment -has:calendar', ['BC-2']],
    ['has:anything', []],
    ['agenda.docx', ['BC-2']],
    ['.agenda{}', []],
    ['10:30', ['BC-1-rehearsal-a1']],
    [LINK, ['BC-1']],
    ['before:2020-01-01', []],
    ['after:2020-01-01 minutes', ['BC-2']],
    ['constructor:x', []],
    ['to: minutes', ['BC-2']],
    ['"', ['BC-1-rehearsal-a1', 'BC-2', 'BC-1']],
    ['[', []],
  ] as [string, string[]][])
    test(`a search for ${query} finds ${expected.join(' and ') || 'nothing'}`, async () => {
      const { json } = await call(inbox, `/api/search?query=${encodeURIComponent(query)}`);
      assert.deepEqual(
        json.messages.map(({ Tags }: { Tags: string[] }) => Tags[0]),
        expected,
      );
      assert.equal(json.messages_count, expected.length);
    });
});

test('what was read is remembered, across a restart too, and may be unread again', async () => {
  const dir = await folder();
  const first = await open({ dir });
  for (const subject of ['one', 'two', 'three']) await send(first, { subject });
  const [one, two] = await first.messages();
  await call(first, `/api/message/${one!.id}`);
  assert.equal((await call(first, '/api/messages')).json.unread, 2);
  await call(first, '/api/messages', 'PUT', JSON.stringify({ IDs: [two!.id, 'none'], Read: true }));
  assert.equal((await call(first, '/api/search?query=is:unread')).json.messages[0].Subject, 'three');
  await first.close();
  const second = await open({ dir });
  assert.equal((await call(second, '/api/messages')).json.unread, 1);
  await call(second, '/api/messages', 'PUT', JSON.stringify({ IDs: [one!.id], Read: false }));
  await second.close();
  const third = await open({ dir });
  assert.equal((await call(third, '/api/search?query=is:read')).json.messages[0].Subject, 'two');
  assert.equal((await call(third, '/api/messages', 'PUT', '{"Read":true}')).text, 'ok');
  assert.equal((await call(third, '/api/messages')).json.unread, 0);
});

test('mails are deleted one by one, by a search, or all, and stay so', async () => {
  const dir = await folder();
  const first = await open({ dir });
  for (const subject of ['one', 'two', 'three', 'four']) await send(first, { subject });
  const left = async (inbox: Inbox) =>
    (await call(inbox, '/api/messages')).json.messages.map(({ Subject }: { Subject: string }) => Subject);
  await call(first, '/api/messages', 'DELETE', JSON.stringify({ IDs: [(await first.messages())[0]!.id] }));
  await call(first, '/api/search?query=subject:two', 'DELETE');
  assert.deepEqual(await left(first), ['four', 'three']);
  await first.close();
  const second = await open({ dir });
  assert.deepEqual(await left(second), ['four', 'three']);
  await call(second, '/api/messages', 'DELETE');
  assert.deepEqual(await left(second), []);
});
