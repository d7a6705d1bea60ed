// Somebody's meetings for their own calendar program: `/calendar/<token>.ics`, which it asks again every few hours, and the page behind a link in a mail
// where they find its address, or give it another.

import type { Context, Hono } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { CaseNotFound, Unavailable } from '../client/errors.ts';
import { formSecret } from '../mail/link-token.ts';
import { calendarPagePath, cookieName, type Doing, gone } from './do.ts';
import { UNANSWERED } from './link-words.ts';
import { type AskView, askPage, sayPage } from './render.ts';
import { isBrowser, isTied, newBrowser, nonceFor } from './tied.ts';
import { openLink, type Visit } from './visit.ts';

/** Whose feeds there are. A person is, within an authority, their address. */
export interface Calendars {
  /** The calendar of a token; undefined where there is none. */
  feedBehind(token: string): Promise<string | undefined>;
  /** `/calendar/<token>.ics` */
  pathOf(authority: string, address: string): Promise<string>;
  /** Gives it another address. */
  renew(authority: string, address: string): Promise<void>;
}

interface Showing extends Doing {
  readonly publicUrl: string;
}

const TURN = 0;
const RENEW = { value: 'renew', text: 'Give it another address: under the one above nothing is shown any more' };

/** Registers the paths of calendars. */
export function calendarPages(app: Hono, doing: Showing, calendars: Calendars): void {
  app.get('/calendar/:file{[A-Za-z2-7]+\\.ics}', async (c) => {
    const feed = await calendars.feedBehind(c.req.param('file').replace(/\.ics$/, ''));
    if (feed === undefined) return gone(c);
    c.header('Cache-Control', 'private, max-age=300');
    return c.body(feed, 200, { 'content-type': 'text/calendar; charset=utf-8' });
  });
  app.get('/calendar/for/:token', (c) => visited(c, doing, (visit) => shown(c, doing, calendars, visit)));
  app.post('/calendar/for/:token', (c) => visited(c, doing, (visit) => renewed(c, doing, calendars, visit)));
}

async function visited(c: Context, doing: Doing, show: (visit: Visit) => Promise<Response>): Promise<Response> {
  try {
    const visit = await openLink(doing, c.req.param('token') ?? '', doing.now());
    return visit === 'gone' || visit.link.purpose !== 'attend' ? gone(c) : await show(visit);
  } catch (error) {
    if (error instanceof CaseNotFound) return gone(c);
    if (error instanceof Unavailable) return c.html(sayPage(UNANSWERED), 503) as Response;
    throw error;
  }
}

async function shown(
  c: Context,
  doing: Showing,
  calendars: Calendars,
  visit: Visit,
  problems: AskView['problems'] = [],
): Promise<Response> {
  const kept = getCookie(c, cookieName(doing));
  const browser = isBrowser(kept) ? kept : newBrowser();
  if (kept !== browser)
    setCookie(c, cookieName(doing), browser, { path: '/', httpOnly: true, sameSite: 'Lax', secure: doing.secure });
  const url = `${doing.publicUrl}${await calendars.pathOf(visit.setting.authority, visit.me.email ?? '')}`;
  const html = askPage({
    title: 'All your meetings in one calendar',
    ref: visit.link.ref,
    intro: [
      'Your calendar program can show every meeting you are asked to come to, over all your cases, and keeps up when one is moved. It shows references only.',
      'Subscribe to this address. Please keep it to yourself: whoever has it sees when you meet.',
    ],
    facts: [['Address', url]],
    action: calendarPagePath(visit.token),
    nonce: nonceFor(formSecret(doing.keys), tied(browser, visit), doing.now()),
    turn: TURN,
    fields: [{ is: 'choice', name: 'renew', label: 'Has somebody else got the address?', options: [RENEW] }],
    values: {},
    problems,
    button: 'Change the address',
    others: [{ href: url.replace(/^https?:/, 'webcal:'), text: 'Open it in your calendar program' }],
  });
  return c.html(html, problems.length > 0 ? 422 : 200) as Response;
}

/** Nothing changes without a choice, made in the browser that was shown it: mail scanners send forms too. */
async function renewed(c: Context, doing: Showing, calendars: Calendars, visit: Visit): Promise<Response> {
  const values = new URLSearchParams(await c.req.text());
  const browser = getCookie(c, cookieName(doing)) ?? '';
  const isTheirs = isTied(formSecret(doing.keys), tied(browser, visit), values.get('nonce') ?? '', doing.now());
  if (!isTheirs || values.get('renew') !== RENEW.value)
    return shown(c, doing, calendars, visit, [
      { field: 'renew', text: 'Choose this if the address is to be changed; nothing has changed' },
    ]);
  const { authority } = visit.setting;
  await calendars.renew(authority, visit.me.email ?? '');
  return c.html(
    sayPage({
      title: 'Your calendar has another address',
      ref: visit.link.ref,
      paragraphs: ['Under the old one nothing is shown any more. Please subscribe to the new one.'],
      links: [{ href: calendarPagePath(visit.token), text: 'Show the new address' }],
    }),
  ) as Response;
}

const tied = (browser: string, { token }: Visit) => ({ browser, token: calendarPagePath(token), turn: TURN });
