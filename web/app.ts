// The web app: pages behind links, the HTTP API, and what every answer carries. A function of what it stands on, so that tests ask it without a
// socket. It reaches cases through the client alone, and holds no rule of the domain.
//
// How to add a route to the API:
//   1. A file web/api/<room>-routes.ts with `export function xRoutes(api: Api, deps: XDeps): void`. What it stands on comes in `deps`, as functions that a
//      test can stand in for.
//   2. In it `const LIST = route({ scope: 'webhooks:write', does: 'list webhooks' }, { method, path: '/webhooks', tags, summary, request, responses })` from
//      api-frame.ts. The path is without /api/v1. Its schemas are of `z` from @hono/zod-openapi; bodies are `jsonBody(z.strictObject(…))`; what is named
//      `.openapi('Name')` stands once in the document. `responses` holds the route's own answers, and NOT_FOUND, CONFLICT, REFUSED where they may
//      come; 304 and 400 to 503 of any route are added. `largestBody` raises the 256 kB.
//   3. `api.openapi(LIST, async (c) => … c.json(body, 200) as Response)`. `c.get('caller')` is who calls. `authorityInAddress`, `demandAuthority` and
//      `demandCase` (demand-authority.ts) let on whoever may see a thing: what is another's is not there. `c.set('about', id)` where the audit should name
//      something that is not in the path.
//   4. What goes wrong is thrown: `new Problem(kind, detail, { rule, field, errors })`, `faults('bad-input', all)`, or one of the client's errors (problem.ts).
//   5. Register it in web/api/all-routes.ts, its deps in `ApiParts`, and wire them in web/serve.ts.
//   6. Its test asks by `asking(…)` of test/support/api.ts, which holds every answer to the document.

import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Policy } from '../domain/policy/policy.ts';
import { type ApiParts, httpApi } from './api/all-routes.ts';
import { API, type Api } from './api/api-frame.ts';
import { docsView } from './api/docs-view.ts';
import { apiDocument } from './api/document.ts';
import { Problem, sendProblem } from './api/problem.ts';
import { STYLE, STYLE_GZIP, STYLE_PATH } from './assets.ts';
import { type Calendars, calendarPages } from './calendar-page.ts';
import { CODEC, type CodecServing, codecServer } from './codec-server.ts';
import { type Doing, gone, links } from './do.ts';
import { letters } from './letters.ts';
import { papers } from './papers.ts';
import { Rates } from './rates.ts';
import { docsPage, sayPage } from './render.ts';
import { rulePages } from './rule-pages.ts';
import { type SigningIn, signInPages } from './sign-in/sign-in-pages.ts';
import type { Desk } from './staff/desk.ts';
import { staffPages } from './staff/staff-pages.ts';

export interface WebOptions extends Omit<Doing, 'rates' | 'secure'> {
  /** Where the pages are: `https://nodrift.council.example`. */
  readonly publicUrl: string;
  /** The only names this app answers to, with their ports; any, where a proxy sees to that. */
  readonly hosts?: readonly string[] | undefined;
  /** Where a request comes from; tests have no sockets. */
  readonly addressOf?: ((c: Context) => string) | undefined;
  /** What each authority has in force, for the pages of rules. */
  readonly policies: () => Promise<readonly Policy[]>;
  /** People's calendar feeds. */
  readonly calendars?: Calendars | undefined;
  /** Who signs in, and what they are shown then. */
  readonly signIn?: (Pick<SigningIn, 'auth' | 'mails' | 'audit'> & { readonly desk: Desk }) | undefined;
  /** The HTTP API; none where absent. */
  readonly api?: ApiParts | undefined;
  /** Opens what is sealed for Temporal UI. Needs `signIn`. */
  readonly codec?: CodecServing | undefined;
  /** Hears of each request: never its address or query, which hold tokens. */
  readonly log?: ((line: RequestLine) => void) | undefined;
  /** Hears of what should not happen. */
  readonly failed?: ((error: unknown) => void) | undefined;
  readonly ready?: (() => Promise<boolean>) | undefined;
}

export interface RequestLine {
  readonly method: string;
  /** `/do/:token` */
  readonly path: string;
  readonly status: number;
  readonly ms: number;
}

/** An answer has a few ticks and a few lines of text. */
const LARGEST_ANSWER = 32 * 1024;
const CSP =
  "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
const YEAR_S = 365 * 24 * 3600;

export function webApp(options: WebOptions): Hono {
  const { publicUrl, addressOf = () => '', now } = options;
  const on: Fences = { ...options, addressOf, rates: new Rates(), secure: publicUrl.startsWith('https:') };
  const { rates, secure } = on;
  const app = new Hono();

  // The order counts: what stands first is passed first.
  app.use(logged(on), fenced(on));
  if (options.api) apiPages(app, httpApi(options.api, { rates, now, addressOf, failed: options.failed }));
  if (options.codec && options.signIn) {
    const { auth, audit, desk } = options.signIn;
    codecServer(app, { ...options.codec, auth, audit, desk, addressOf, now });
  }
  app.use(bodyLimit({ maxSize: LARGEST_ANSWER, onError: (c) => c.html(sayPage(TOO_LONG), 413) }));
  for (const path of ['/do/*', '/calendar/for/*', '/sign-in/*', '/sign-out']) app.use(path, formsOnly(on));
  for (const path of ['/do/*', '/papers/*', '/letters/*', '/calendar/*']) app.use(path, slowsGuessing(on));

  app.get(STYLE_PATH, style);
  app.get('/livez', (c) => c.text('ok'));
  app.get('/readyz', async (c) => {
    const ready = await (options.ready?.() ?? Promise.resolve(true)).catch(() => false);
    return ready ? c.text('ok') : c.text('not ready', 503);
  });
  rulePages(app, options.policies);
  links(app, { ...options, rates, secure, hasCalendars: options.calendars !== undefined });
  papers(app, { ...options, rates, secure });
  if (options.calendars) calendarPages(app, { ...options, rates, secure }, options.calendars);
  letters(app, { ...options, rates, secure });
  if (options.signIn) {
    const staff = { ...options.signIn, keys: options.keys, secure, addressOf, now };
    signInPages(app, staff);
    staffPages(app, options.signIn.desk, staff);
  }

  app.notFound((c) => gone(c));
  app.onError((error, c) => {
    options.failed?.(error);
    headers(c, secure);
    return c.html(sayPage(OUR_FAULT), 500);
  });
  return app;
}

/** What stands before every page. */
interface Fences extends Pick<WebOptions, 'publicUrl' | 'hosts' | 'now' | 'log'> {
  readonly addressOf: NonNullable<WebOptions['addressOf']>;
  readonly rates: Rates;
  readonly secure: boolean;
}

const TOO_LONG = {
  title: 'That was too much',
  paragraphs: ['Please send a shorter answer.'],
  footer: 'Nothing was recorded.',
};
const NOT_BY_THE_PAGE = {
  title: 'This was not sent by the page',
  paragraphs: ['Please use the form.'],
  footer: 'Nothing was recorded.',
};
const OUR_FAULT = {
  title: 'Something went wrong here',
  paragraphs: ['It is our fault, not yours, and has been noted. Please try again later, or tell the social worker.'],
};

/** A line for each request, without what follows the first part of its path: that may be somebody's link. */
const logged =
  ({ log, secure }: Fences): MiddlewareHandler =>
  async (c, next) => {
    const began = performance.now();
    await next();
    headers(c, secure);
    const path = PATHS.find((one) => c.req.path.startsWith(one)) ?? '';
    log?.({
      method: c.req.method,
      path: `${path}…`,
      status: c.res.status,
      ms: Math.round(performance.now() - began),
    });
  };

/** Pages are held to their browser and to short forms; the API and the codec server to their callers and limits of their own. */
const fenced =
  ({ publicUrl, hosts, addressOf, rates, now }: Fences): MiddlewareHandler =>
  async (c, next) => {
    const elsewhere = otherHost(c, hosts);
    if (elsewhere && isOfApi(c)) return sendProblem(c, new Problem('forbidden', elsewhere));
    if (isOfApi(c)) return next();
    if (isOfCodec(c)) return elsewhere ? c.json({ status: 403, detail: elsewhere }, 403) : next();
    const why = elsewhere ?? otherSite(c, publicUrl, hosts);
    if (why)
      return c.html(sayPage({ title: 'This was not sent', paragraphs: [why], footer: 'Nothing was recorded.' }), 403);
    const wait = rates.take('address', addressOf(c), now().getTime());
    return wait > 0 ? tooMany(c, wait) : next();
  };

/** What is sent is a form of ours, and not too often: by one link, and from one place. */
const formsOnly =
  ({ addressOf, rates, now }: Fences): MiddlewareHandler =>
  async (c, next) => {
    if (c.req.method !== 'POST') return next();
    if (!/^application\/x-www-form-urlencoded\b/i.test(c.req.header('content-type') ?? ''))
      return c.html(sayPage(NOT_BY_THE_PAGE), 415);
    // Of sign-in the database counts, for all processes together (web/sign-in/auth.ts).
    if (c.req.path.startsWith('/sign-')) return next();
    const address = addressOf(c);
    const byLink = rates.take('token', c.req.path, now().getTime());
    // Where nobody knows it, everybody would share one.
    const fromThere = address ? rates.take('sent', address, now().getTime()) : 0;
    const wait = Math.max(byLink, fromThere);
    return wait > 0 ? tooMany(c, wait) : next();
  };

/** Whoever tries links that are none is slowed down. */
const slowsGuessing =
  ({ addressOf, rates, now }: Fences): MiddlewareHandler =>
  async (c, next) => {
    await next();
    const wait = c.res.status === 404 ? rates.take('wrong', addressOf(c), now().getTime()) : 0;
    if (wait > 0) c.res = await tooMany(c, wait);
  };

/** The API, its document, and the document to read. */
function apiPages(app: Hono, api: Api): void {
  const document = apiDocument(api);
  app.get('/openapi.json', (c) => c.json(document));
  let docs: string | undefined;
  app.get('/docs', (c) => {
    docs ??= docsPage(docsView(document));
    return c.html(docs);
  });
  app.all(`${API}/*`, (c) => api.fetch(c.req.raw, c.env));
}

function style(c: Context): Response {
  c.header('Cache-Control', 'public, max-age=31536000, immutable');
  c.header('Vary', 'Accept-Encoding');
  const zipped = /\bgzip\b/.test(c.req.header('accept-encoding') ?? '');
  if (zipped) c.header('Content-Encoding', 'gzip');
  return c.body(new Uint8Array(zipped ? STYLE_GZIP : STYLE), 200, { 'content-type': 'text/css; charset=utf-8' });
}

const isOfCodec = (c: Context): boolean => c.req.path.startsWith(`${CODEC}/`);
const isOfApi = (c: Context): boolean => c.req.path === API || c.req.path.startsWith(`${API}/`);

const PATHS = [
  ...[
    '/api/v1/',
    '/openapi.json',
    '/docs',
    '/do/',
    '/papers/',
    '/letters/',
    '/calendar/',
    '/rules',
    '/assets/',
    '/livez',
    '/readyz',
  ],
  ...['/sign-in', '/sign-out', '/team', '/authority', '/operations', CODEC],
];

function headers(c: Context, secure: boolean): void {
  if (!c.res.headers.has('content-security-policy')) c.header('Content-Security-Policy', CSP);
  c.header('Referrer-Policy', 'no-referrer');
  c.header('X-Content-Type-Options', 'nosniff');
  c.header('X-Frame-Options', 'DENY');
  c.header('X-Robots-Tag', 'noindex, nofollow');
  c.header('Cross-Origin-Opener-Policy', 'same-origin');
  c.header('Cross-Origin-Resource-Policy', 'same-origin');
  c.header('Permissions-Policy', 'camera=(), geolocation=(), microphone=()');
  if (!c.res.headers.has('cache-control')) c.header('Cache-Control', 'no-store');
  if (secure) c.header('Strict-Transport-Security', `max-age=${YEAR_S}; includeSubDomains`);
}

/** A website can point a name of its own at this machine (DNS rebinding). It cannot change the name it asks for. */
function otherHost(c: Context, hosts: readonly string[] | undefined): string | undefined {
  return hosts && !hosts.includes(c.req.header('host') ?? '') ? `This only answers at ${hosts[0]}.` : undefined;
}

/** Why an answer was not sent by a page of ours; undefined where it was, or nothing is sent. */
function otherSite(c: Context, publicUrl: string, hosts: readonly string[] | undefined): string | undefined {
  const method = c.req.method;
  if (method === 'GET' || method === 'HEAD') return undefined;
  const [site, origin] = [c.req.header('sec-fetch-site'), c.req.header('origin')];
  // Browsers send `null` from a page without a referrer.
  const ours =
    origin === undefined ||
    origin === 'null' ||
    origin === publicUrl ||
    (hosts ?? []).some((host) => origin === `http://${host}`);
  return (site === undefined || site === 'same-origin') && ours
    ? undefined
    : 'Only the page itself may send an answer.';
}

async function tooMany(c: Context, wait: number): Promise<Response> {
  c.header('Retry-After', String(wait));
  return c.html(
    sayPage({
      title: 'Too many at once',
      paragraphs: ['Please wait a little, then try again.'],
      footer: 'Nothing was recorded.',
    }),
    429,
  );
}
