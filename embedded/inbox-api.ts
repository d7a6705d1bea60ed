// The inbox's JSON API: Mailpit's v1 in names, paging and search, so that what reads the one reads the other. docs/inbox.md says what differs.
// Imported by inbox-page.ts only.
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { linksIn } from './inbox-links.ts';
import { searched, tagsOf, wordsOf } from './inbox-search.ts';
import type { InboxMessage, InboxStore } from './inbox-store.ts';

const Change = z.object({ IDs: z.array(z.string()).optional(), Read: z.boolean().optional() });

export function inboxApi(store: InboxStore): Hono {
  const api = new Hono();
  /** The ids that a query finds, oldest first. */
  const found = (query: string): InboxMessage[] => {
    const holds = searched(query);
    return store.all().filter((mail) => holds(mail, store.isRead(mail.id)));
  };
  const list = (c: Context, mails: InboxMessage[]) => {
    const start = number(c.req.query('start'), 0);
    const messages = mails.toReversed().slice(start, start + number(c.req.query('limit'), 50));
    return c.json({
      total: store.all().length,
      unread: store.unread,
      count: messages.length,
      messages_count: mails.length,
      messages_unread: mails.filter(({ id }) => !store.isRead(id)).length,
      start,
      tags: [...new Set(store.all().flatMap(tagsOf))].sort(),
      messages: messages.map((mail) => summary(mail, store.isRead(mail.id))),
    });
  };
  const one = (id: string) => (id === 'latest' ? store.all().at(-1) : store.get(id));
  const none = (c: Context) => c.json({ Error: 'there is no such mail' }, 404);

  api.get('/messages', (c) => {
    // `to` and `query` are our own here; Mailpit has a path of its own for searching.
    const { to = '', query = '' } = c.req.query();
    return list(c, found(to ? `to:"${to}" ${query}` : query));
  });

  api.get('/search', (c) => {
    const query = c.req.query('query')?.trim();
    return query ? list(c, found(query)) : c.json({ Error: 'query is missing: what to search for' }, 400);
  });

  api.delete('/search', async (c) => {
    const query = c.req.query('query')?.trim();
    if (!query) return c.json({ Error: 'query is missing: what to delete' }, 400);
    await store.delete(found(query).map(({ id }) => id));
    return c.text('ok');
  });

  api.on(['PUT', 'DELETE'], '/messages', async (c) => {
    const text = await c.req.text();
    const change = Change.safeParse(text.trim() === '' ? {} : readJson(text));
    if (!change.success) return c.json({ Error: 'the body is {"IDs": [text, …], "Read": true or false}' }, 400);
    const { IDs = [], Read = false } = change.data;
    // As in Mailpit, no ids are all.
    const ids = IDs.length > 0 ? IDs : store.all().map(({ id }) => id);
    await (c.req.method === 'PUT' ? store.mark(ids, Read) : store.delete(ids));
    return c.text('ok');
  });

  api.get('/message/:id', async (c) => {
    const mail = one(c.req.param('id'));
    if (!mail) return none(c);
    await store.mark([mail.id], true);
    return c.json(whole(mail));
  });

  api.get('/message/:id/headers', (c) => {
    const mail = one(c.req.param('id'));
    if (!mail) return none(c);
    const headers = Object.entries(mail.headers).map(([name, values]) => [title(name), values.split('\n')]);
    return c.json(Object.fromEntries(headers.sort()));
  });

  api.get('/message/:id/raw', async (c) => {
    const mail = one(c.req.param('id'));
    if (!mail) return none(c);
    return c.body(new Uint8Array(await store.raw(mail.id)), 200, { 'content-type': 'text/plain; charset=utf-8' });
  });

  api.get('/message/:id/part/:part', async (c) => {
    const mail = one(c.req.param('id'));
    const file = mail && (await store.attachment(mail.id, Number(c.req.param('part')) - 1));
    if (!file) return none(c);
    // Never shown by the browser: what a stranger attached would be a page of this address.
    const headers = { 'content-type': 'application/octet-stream', 'content-disposition': 'attachment' };
    return c.body(typeof file.content === 'string' ? file.content : new Uint8Array(file.content), 200, headers);
  });

  return api;
}

const summary = (mail: InboxMessage, read: boolean) => ({
  ...common(mail),
  Read: read,
  Created: mail.receivedAt,
  Attachments: mail.attachments.length,
  Snippet: wordsOf(mail).replace(/\s+/g, ' ').trim().slice(0, 250),
});

const whole = (mail: InboxMessage) => ({
  ...common(mail),
  ReturnPath: mail.envelope.from,
  Date: mail.date ?? mail.receivedAt,
  Text: mail.text ?? '',
  HTML: mail.html ?? '',
  Inline: [],
  Attachments: mail.attachments.map(({ filename, type, size }, i) => ({
    PartID: `${i + 1}`,
    FileName: filename,
    ContentType: type,
    ContentID: '',
    Size: size,
  })),
  // Our own from here on.
  Links: linksIn(wordsOf(mail)).map(({ label, url }) => ({ Label: label, URL: url })),
  ...(mail.calendar && { Calendar: mail.calendar }),
});

function common(mail: InboxMessage) {
  const { from, to, cc, replyTo } = mail.correspondents;
  const open = [...to, ...cc].map(({ address }) => address.toLowerCase());
  return {
    ID: mail.id,
    MessageID: (mail.messageId ?? '').replace(/^<|>$/g, ''),
    From: from.map(person)[0] ?? { Name: '', Address: mail.envelope.from },
    To: to.map(person),
    Cc: cc.map(person),
    // Whom SMTP names and the headers do not.
    Bcc: mail.envelope.to
      .filter((address) => !open.includes(address.toLowerCase()))
      .map((address) => ({ Name: '', Address: address })),
    ReplyTo: replyTo.map(person),
    Subject: mail.subject,
    Tags: tagsOf(mail),
    Size: mail.size,
    ...(mail.virtualDate && { VirtualDate: mail.virtualDate }),
  };
}

const person = ({ name, address }: { name: string; address: string }) => ({ Name: name, Address: address });

/** `message-id` as `Message-Id`, which is how Mailpit writes the names of headers. */
const title = (name: string) => name.replace(/(^|-)[a-z]/g, (letters) => letters.toUpperCase());

function number(text: string | undefined, otherwise: number): number {
  const value = Number(text ?? otherwise);
  return Number.isInteger(value) && value >= 0 ? value : otherwise;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
