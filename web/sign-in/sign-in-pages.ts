// The pages to sign in by, and out. None of them needs a script; each form is tied to the browser it was shown in (tied.ts), so that nobody
// can be signed in or out by a page of somebody else's.

import type { Context, Hono } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { addressFault } from '../../mail/address.ts';
import type { LinkKeys } from '../../mail/link-token.ts';
import { formSecret } from '../../mail/link-token.ts';
import { cookieName } from '../do.ts';
import { type SignInView, signInPage } from '../render.ts';
import { isBrowser, isTied, newBrowser, nonceFor } from '../tied.ts';
import { type Asker, type Auth, CALLBACK_PATH, type Outcome, type Session } from './auth.ts';

export interface SigningIn {
  readonly auth: Auth;
  readonly keys: LinkKeys;
  /** Links can be mailed from here. */
  readonly mails: boolean;
  readonly secure: boolean;
  readonly addressOf: (c: Context) => string;
  readonly now: () => Date;
  /** What was done, for the audit: kept before it is answered. */
  readonly audit: (entry: PageAudit) => Promise<void>;
}

/** Who did what on a page; from where is added by whoever keeps it. */
export interface PageAudit {
  readonly who: string;
  readonly did: string;
  /** The case, or another single thing. */
  readonly what?: string | undefined;
  readonly outcome: string;
  readonly from: string;
}

const PATHS = {
  signIn: '/sign-in',
  link: '/sign-in/link/:token',
  issuer: '/sign-in/issuer',
  signOut: '/sign-out',
} as const;

/** Registers the pages to sign in by. */
export function signInPages(app: Hono, on: SigningIn): void {
  app.get(PATHS.signIn, (c) => asked(c, on));
  app.post(PATHS.signIn, (c) => guarded(c, on, PATHS.signIn, (values) => sent(c, on, values)));
  app.get(PATHS.link, (c) => linkShown(c, on));
  app.post(PATHS.link, (c) => guarded(c, on, linkPath(c), () => followed(c, on)));
  app.post(PATHS.issuer, (c) => guarded(c, on, PATHS.signIn, () => toIssuer(c, on)));
  app.get(CALLBACK_PATH, (c) => fromIssuer(c, on));
  app.post(PATHS.signOut, (c) => guarded(c, on, PATHS.signOut, (values) => signedOut(c, on, values)));
}

const linkPath = (c: Context): string => `/sign-in/link/${c.req.param('token') ?? ''}`;

const askerOf = (c: Context, { addressOf }: SigningIn): Asker => ({
  cookie: c.req.header('cookie') ?? '',
  address: addressOf(c),
});

/** The nonce of a form on this path, for the browser that is shown it. */
export function formNonce(c: Context, { keys, secure, now }: Pick<SigningIn, 'keys' | 'secure' | 'now'>, path: string) {
  const name = cookieName({ secure });
  const kept = getCookie(c, name);
  const browser = isBrowser(kept) ? kept : newBrowser();
  if (kept !== browser) setCookie(c, name, browser, { path: '/', httpOnly: true, sameSite: 'Lax', secure });
  return nonceFor(formSecret(keys), { browser, token: path, turn: 0 }, now());
}

const WRONG_PAGE = 'Please send this again: the page was open for long, or your browser kept no cookie.';

/** Goes on only for a form that this browser was shown. */
async function guarded(
  c: Context,
  on: SigningIn,
  path: string,
  work: (values: URLSearchParams) => Promise<Response>,
): Promise<Response> {
  const values = new URLSearchParams(await c.req.text());
  const browser = getCookie(c, cookieName(on)) ?? '';
  const tied = isTied(formSecret(on.keys), { browser, token: path, turn: 0 }, values.get('nonce') ?? '', on.now());
  if (tied) return work(values);
  return path.startsWith('/sign-in/link/') ? linkShown(c, on, 422) : asked(c, on, { problem: WRONG_PAGE, status: 422 });
}

interface Ask {
  readonly value?: string;
  readonly problem?: string;
  readonly wrong?: string;
  readonly status?: 200 | 403 | 422;
}

function asked(c: Context, on: SigningIn, { value = '', problem, wrong, status = 200 }: Ask = {}): Response {
  const text = problem ?? wrong;
  const nonce = formNonce(c, on, PATHS.signIn);
  return page(c, status, {
    title: 'Sign in',
    paragraphs: [],
    problems: text ? [{ text, ...(wrong && { href: '#address' }) }] : [],
    forms: [
      ...(on.mails
        ? [
            {
              action: PATHS.signIn,
              nonce,
              button: 'Send me a link',
              address: { value, wrong },
            },
          ]
        : []),
      ...(on.auth.issuer
        ? [
            {
              action: PATHS.issuer,
              nonce,
              second: on.mails,
              button: `Sign in with ${on.auth.issuer}`,
            },
          ]
        : []),
    ],
  });
}

/** The same whether or not anybody knows the address. */
async function sent(c: Context, on: SigningIn, values: URLSearchParams): Promise<Response> {
  const address = (values.get('address') ?? '').trim();
  if (!on.mails || addressFault(address))
    return asked(c, on, {
      value: address.slice(0, 254),
      wrong: 'Enter your e-mail address, such as a.khan@council.example',
      status: 422,
    });
  const outcome = await on.auth.askForLink(address.toLowerCase(), askerOf(c, on));
  await audit(c, on, 'nobody', 'POST /sign-in', outcome.is);
  if (outcome.is === 'too-many') return tooMany(c, outcome.wait);
  return page(c, 200, {
    title: 'Look into your inbox',
    paragraphs: [
      'If this is an address that Nodrift knows, a link is on its way to it. It is good for ten minutes, and once.',
      'If nothing comes, look into what your mail program takes for junk, and check the address. Somebody who is new to their cases is known as soon as a case names them with this address.',
    ],
    links: [{ href: PATHS.signIn, text: 'Send another link' }],
  });
}

/** Mail scanners open links and press nothing: a GET signs nobody in, and does not say whether the link is good. */
function linkShown(c: Context, on: SigningIn, status: 200 | 422 = 200): Response {
  const path = linkPath(c);
  if (!/^\/sign-in\/link\/[A-Za-z0-9]{1,64}$/.test(path)) return refused(c);
  return page(c, status, {
    title: 'Sign in to Nodrift',
    paragraphs: ['Press the button to sign in on this machine. The link is then used.'],
    problems: status === 422 ? [{ text: WRONG_PAGE }] : [],
    forms: [{ action: path, nonce: formNonce(c, on, path), button: 'Sign in' }],
  });
}

async function followed(c: Context, on: SigningIn): Promise<Response> {
  return entered(c, on, 'POST /sign-in/link', await on.auth.follow(c.req.param('token') ?? '', askerOf(c, on)));
}

async function fromIssuer(c: Context, on: SigningIn): Promise<Response> {
  return entered(
    c,
    on,
    'GET /sign-in/auth/callback',
    await on.auth.fromIssuer(new URL(c.req.url).search.slice(1), askerOf(c, on)),
  );
}

/** What comes of a link or of the issuer's answer. Whoever was signed in in this browser before is signed out. */
async function entered(c: Context, on: SigningIn, did: string, outcome: Outcome): Promise<Response> {
  if (outcome.is === 'done') {
    const before = await on.auth.session(c.req.header('cookie') ?? '');
    if (before) await on.auth.signOut(askerOf(c, on));
  }
  await audit(c, on, 'nobody', did, outcome.is);
  if (outcome.is === 'too-many') return tooMany(c, outcome.wait);
  if (outcome.is === 'refused') return refused(c, outcome.cookies);
  return redirected(c, '/', outcome.cookies);
}

/**
 * A form may not be answered with a way to elsewhere (the content security policy's form-action holds for those too): this page goes on by
 * itself, or by its link.
 */
async function toIssuer(c: Context, on: SigningIn): Promise<Response> {
  if (!on.auth.issuer) return asked(c, on);
  const outcome = await on.auth.toIssuer(askerOf(c, on));
  if (outcome.is === 'too-many') return tooMany(c, outcome.wait);
  if (outcome.is === 'refused' || !outcome.url || !/^https?:/.test(outcome.url))
    return page(c, 503, {
      title: 'This way to sign in does not answer',
      paragraphs: ['Please try again in a few minutes, or tell whoever runs Nodrift.'],
      links: [{ href: PATHS.signIn, text: 'Back' }],
    });
  keep(c, outcome.cookies);
  return page(c, 200, {
    title: `Sign in with ${on.auth.issuer}`,
    paragraphs: [],
    links: [{ href: outcome.url, text: 'Go on' }],
    onward: outcome.url,
  });
}

async function signedOut(c: Context, on: SigningIn, values: URLSearchParams): Promise<Response> {
  const session = await on.auth.session(c.req.header('cookie') ?? '');
  if (session && values.get('everywhere') === 'yes') await on.auth.endSessions(session.address);
  const outcome = await on.auth.signOut(askerOf(c, on));
  await audit(c, on, 'nobody', 'POST /sign-out', outcome.is);
  return redirected(c, '/', outcome.is === 'too-many' ? [] : outcome.cookies);
}

/** Ends what somebody has whom nobody knows any more. */
export async function endedSession(c: Context, on: SigningIn, session: Session): Promise<Response> {
  await on.auth.endSessions(session.address);
  const outcome = await on.auth.signOut(askerOf(c, on));
  return refused(c, outcome.is === 'too-many' ? [] : outcome.cookies, [
    'Nodrift does not know this address, or not any more. Somebody is known whom the staff directory has, or whom a running case names with this address.',
  ]);
}

const refused = (
  c: Context,
  cookies: readonly string[] = [],
  paragraphs: readonly string[] = [
    'The link or the sign-in may be old, used already, incomplete or begun in another browser. Please begin again.',
  ],
): Response => {
  keep(c, cookies);
  return page(c, 403, { title: 'You are not signed in', paragraphs, links: [{ href: PATHS.signIn, text: 'Sign in' }] });
};

function tooMany(c: Context, wait: number): Response {
  c.header('Retry-After', String(wait));
  return page(c, 429, { title: 'Too many at once', paragraphs: ['Please wait a little, then try again.'] });
}

function keep(c: Context, cookies: readonly string[]): void {
  for (const cookie of cookies) c.header('Set-Cookie', cookie, { append: true });
}

export function redirected(c: Context, to: string, cookies: readonly string[] = []): Response {
  keep(c, cookies);
  return c.redirect(to, 303);
}

const audit = (c: Context, on: SigningIn, who: string, did: string, outcome: string): Promise<void> =>
  on.audit({ who, did, outcome, from: on.addressOf(c) });

const page = (c: Context, status: 200 | 403 | 422 | 429 | 503, view: SignInView): Response =>
  c.html(signInPage(view), status) as Response;
