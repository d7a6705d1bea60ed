// The inbox's web page and its JSON API: reads, never writes, needs no script. Imported by inbox.ts only,
// which lets no stranger's page near it (fence.ts).
import { readFileSync } from 'node:fs';
import { Hono } from 'hono';
import { caseOf, isRehearsal } from './inbox-cases.ts';
import type { InboxStore } from './inbox-store.ts';
import { listPage, messagePage, notHerePage } from './inbox-views.ts';

const STYLE = readFileSync(new URL('./inbox.css', import.meta.url), 'utf8');

const CSP =
  "default-src 'none'; style-src 'self'; frame-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";
/** A mail's own HTML may have styles and inline pictures. It loads nothing, runs no script, sends no form; its links open outside the frame. */
const MAIL_CSP =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox";

/** @param tryThis a command that sends mails, shown while there are none */
export function inboxPage(store: InboxStore, tryThis?: string): Hono {
  const app = new Hono();

  app.use(async (c, next) => {
    await next();
    if (!c.res.headers.has('content-security-policy')) c.header('Content-Security-Policy', CSP);
    c.header('X-Content-Type-Options', 'nosniff');
    c.header('Referrer-Policy', 'no-referrer');
    c.header('Cache-Control', 'no-store');
  });

  const chosen = (to: string | undefined, all = store.all()) => {
    const wanted = (to ?? '').trim().toLowerCase();
    return all.filter(({ envelope }) => envelope.to.some((one) => one.toLowerCase().includes(wanted)));
  };

  app.get('/style.css', (c) => c.body(STYLE, 200, { 'content-type': 'text/css; charset=utf-8' }));

  app.get('/', (c) => {
    const to = c.req.query('to')?.trim() ?? '';
    const page = Math.max(1, Math.floor(Number(c.req.query('page') ?? 1)) || 1);
    const of = c.req.query('case')?.trim() ?? '';
    const rehearsals = c.req.query('rehearsals') !== undefined || isRehearsal(of);
    // One rehearsal sends hundreds of mails, which would bury all others.
    const all = store.all();
    const seen = all.filter((mail) => (of ? caseOf(mail) === of : rehearsals || !isRehearsal(caseOf(mail))));
    return c.html(listPage({ all, seen, shown: chosen(to, seen).reverse(), to, of, rehearsals, page, tryThis }));
  });

  app.get('/messages/:id', (c) => {
    const message = store.get(c.req.param('id'));
    if (!message) return c.html(notHerePage(), 404);
    const show = c.req.query('show') ?? (message.html === undefined ? 'text' : 'html');
    return c.html(messagePage(message, show));
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

  app.get('/messages/:id/calendar', (c) => {
    const calendar = store.get(c.req.param('id'))?.calendar;
    if (!calendar) return c.text('This mail has no calendar part.', 404);
    return c.body(calendar.raw, 200, { 'content-type': 'text/plain; charset=utf-8' });
  });

  app.get('/api/messages', (c) => {
    const list = chosen(c.req.query('to')).reverse();
    return c.json(list.map(({ text, html, calendar, ...summary }) => summary));
  });

  app.get('/api/messages/:id', (c) => {
    const message = store.get(c.req.param('id'));
    return message ? c.json(message) : c.json({ error: 'no such message' }, 404);
  });

  app.notFound((c) => c.text('Nothing is here.', 404));
  return app;
}
