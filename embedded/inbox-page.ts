// The inbox's web page. It is whole without a script; with one it changes by itself when a mail comes. Imported by inbox.ts only,
// which lets no stranger's page near it (fence.ts).
import { readFileSync } from 'node:fs';
import { type Context, Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import { inboxApi } from './inbox-api.ts';
import { casesOf, isRehearsal, isRehearsed } from './inbox-cases.ts';
import { messagePage } from './inbox-message-view.ts';
import { searched } from './inbox-search.ts';
import type { InboxMessage, InboxStore } from './inbox-store.ts';
import { address, type Choice, listPage, notHerePage, roundPage } from './inbox-views.ts';

const beside = (file: string) => readFileSync(new URL(file, import.meta.url), 'utf8');
const STYLE = beside('./inbox.css');
const SCRIPT = beside('./inbox-live.js');

const CSP = [
  "default-src 'none'",
  "style-src 'self'",
  "frame-src 'self'",
  "script-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');
/** A mail's own HTML may have styles and inline pictures. It loads nothing, runs no script, sends no form; its links open outside the frame. */
const MAIL_CSP =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox";

interface InboxPageOptions {
  /** A command that sends mails, shown while there are none. */
  tryThis?: string | undefined;
  /** Sends a morning round and says what became of it; undefined while nobody can. */
  round?: () => (() => Promise<string>) | undefined;
}

export function inboxPage(store: InboxStore, { tryThis, round = () => undefined }: InboxPageOptions = {}): Hono {
  const app = new Hono();

  app.use(async (c, next) => {
    await next();
    if (!c.res.headers.has('content-security-policy')) c.header('Content-Security-Policy', CSP);
    c.header('X-Content-Type-Options', 'nosniff');
    // Its own forms have to say where they come from (fence.ts); nobody else learns it.
    c.header('Referrer-Policy', 'same-origin');
    c.header('Cache-Control', 'no-store');
  });

  const all = () => store.all();

  /** The mails of the chosen case, and of these the ones that the whole choice leaves; in the order of arrival. */
  function chosen({ to, of, rehearsals, query }: Choice): { seen: InboxMessage[]; shown: InboxMessage[] } {
    // One rehearsal sends hundreds of mails, which would bury all others.
    const seen = all().filter((mail) => (of ? casesOf(mail).includes(of) : rehearsals || !isRehearsed(mail)));
    const holds = searched(query);
    const wanted = to.toLowerCase();
    const shown = seen.filter(
      (mail) =>
        mail.envelope.to.some((one) => one.toLowerCase().includes(wanted)) && holds(mail, store.isRead(mail.id)),
    );
    return { seen, shown };
  }

  app.get('/style.css', (c) => c.body(STYLE, 200, { 'content-type': 'text/css; charset=utf-8' }));
  app.get('/live.js', (c) => c.body(SCRIPT, 200, { 'content-type': 'text/javascript; charset=utf-8' }));

  app.get('/', (c) => {
    const choice = choiceOf((field) => c.req.query(field));
    const page = Math.max(1, Math.floor(Number(c.req.query('page') ?? 1)) || 1);
    const { seen, shown } = chosen(choice);
    const isRead = (id: string) => store.isRead(id);
    return c.html(
      listPage({
        all: all(),
        seen,
        shown: shown.reverse(),
        ...choice,
        isRead,
        page,
        tryThis,
        rounds: round() !== undefined,
      }),
    );
  });

  // Says that something changed, and nothing more: the page asks for itself again, with all that its reader chose.
  app.get('/events', (c) =>
    streamSSE(c, async (stream) => {
      let changed = () => {};
      let change = new Promise<void>((resolve) => (changed = resolve));
      const end = store.watch(() => changed());
      stream.onAbort(() => {
        end();
        changed();
      });
      while (!stream.aborted) {
        await change;
        change = new Promise<void>((resolve) => (changed = resolve));
        await stream.writeSSE({ event: 'changed', data: `${store.unread}` });
      }
    }),
  );

  app.post('/read', async (c) => {
    const { ids, back, form } = await asked(c);
    await store.mark(ids, form('read') !== 'no');
    return c.redirect(back, 303);
  });

  app.post('/round', async (c) => {
    const send = round();
    return send ? c.html(roundPage(await send())) : c.html(roundPage('Nobody sends rounds here.'), 404);
  });

  app.post('/delete', async (c) => {
    const { ids, back } = await asked(c);
    await store.delete(ids);
    return c.redirect(back, 303);
  });

  /** What a form is about: one mail, or all of a choice up to the newest that its sender saw. */
  async function asked(c: Context) {
    const body = await c.req.parseBody();
    const form = (field: string) => (typeof body[field] === 'string' ? body[field] : undefined);
    const [id, until, choice] = [form('id'), form('until') ?? '', choiceOf(form)];
    const ids = id === undefined ? chosen(choice).shown.map((mail) => mail.id) : [id];
    return { ids: id === undefined ? ids.filter((one) => one <= until) : ids, back: address(choice), form };
  }

  app.get('/messages/:id', async (c) => {
    const message = store.get(c.req.param('id'));
    if (!message) return c.html(notHerePage(), 404);
    await store.mark([message.id], true);
    const show = c.req.query('show') ?? (message.html === undefined ? 'text' : 'html');
    return c.html(messagePage(message, { show, phone: c.req.query('width') === 'phone' }));
  });

  app.get('/messages/:id/html', (c) => {
    const message = store.get(c.req.param('id'));
    if (message?.html === undefined) return c.text('This mail has no HTML part.', 404);
    c.header('Content-Security-Policy', MAIL_CSP);
    return c.body(`<base target="_blank">${message.html}`, 200, { 'content-type': 'text/html; charset=utf-8' });
  });

  app.get('/messages/:id/raw', async (c) => {
    const message = store.get(c.req.param('id'));
    if (!message) return c.text('There is no such mail.', 404);
    const raw = await store.raw(message.id);
    return c.body(new Uint8Array(raw), 200, { 'content-type': 'text/plain; charset=utf-8' });
  });

  for (const [file, type] of [
    ['calendar', 'text/plain'],
    ['entry.ics', 'text/calendar'],
  ] as const)
    app.get(`/messages/:id/${file}`, (c) => {
      const calendar = store.get(c.req.param('id'))?.calendar;
      if (!calendar) return c.text('This mail has no calendar part.', 404);
      if (type === 'text/calendar') c.header('Content-Disposition', 'attachment; filename="entry.ics"');
      // The mail's parser has changed the ends of lines that calendars want (RFC 5545, 3.1).
      const raw = calendar.raw.replace(/\r?\n/g, '\r\n');
      return c.body(raw, 200, { 'content-type': `${type}; charset=utf-8` });
    });

  // Under Mailpit's own address too, for what was written for it.
  app.route('/api', inboxApi(store));
  app.route('/api/v1', inboxApi(store));

  app.notFound((c) => c.text('Nothing is here.', 404));
  return app;
}

function choiceOf(field: (name: string) => string | undefined): Choice {
  const of = field('case')?.trim() ?? '';
  return {
    of,
    to: field('to')?.trim() ?? '',
    rehearsals: field('rehearsals') !== undefined || isRehearsal(of),
    query: (field('q') ?? '').trim().slice(0, 500),
  };
}
