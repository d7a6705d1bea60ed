// Signing in, sessions and the issuer's side of OpenID Connect, by better-auth on the record's database. Its own routes are not served: the
// pages (sign-in-pages.ts) ask it, through its handler, so that its rates and checks hold. It asks nobody but the issuer, and tells nobody.

import { AsyncLocalStorage } from 'node:async_hooks';
import { drizzleAdapter } from 'better-auth/adapters/drizzle';
import { type BetterAuthOptions, betterAuth } from 'better-auth/minimal';
import { genericOAuth } from 'better-auth/plugins/generic-oauth';
import { magicLink } from 'better-auth/plugins/magic-link';
import type { OpenRecord } from '../../record/open.ts';
import { signInAccounts, signInSessions, signInUsers, signInVerifications } from '../../record/schema-sign-in.ts';
import { addressOf, forgetExpired, forgetUser, hiddenUser, subjectHash } from '../../record/sign-ins.ts';
import { tried } from '../../record/tries.ts';
import { type Claims, claimsOf, type GivenRight, type OidcSettings } from './oidc-settings.ts';

export interface AuthOptions {
  readonly record: OpenRecord;
  readonly publicUrl: string;
  /** Sessions end with it. */
  readonly secret: Buffer;
  /** Sends a link, where the address is known. */
  readonly sendLink: (address: string, token: string) => Promise<void>;
  readonly oidc?: OidcSettings | undefined;
  /** Hears of what went wrong: no names, addresses or tokens. */
  readonly failed: (error: unknown) => void;
}

/** Somebody who is signed in, as far as sign-in knows them. */
export interface Session {
  readonly id: string;
  readonly address: string;
  /** What the issuer's claims gave; empty where they came by a link. */
  readonly rights: readonly GivenRight[];
}

/** What came of an attempt. */
export type Outcome =
  | { readonly is: 'done'; readonly cookies: readonly string[]; readonly url?: string | undefined }
  | { readonly is: 'refused'; readonly cookies: readonly string[] }
  | { readonly is: 'too-many'; readonly wait: number };

export interface Auth {
  /** The issuer's name; undefined where there is none. */
  readonly issuer: string | undefined;
  /** Has a link sent to an address, if it is known; says the same in any case. */
  askForLink(address: string, from: Asker): Promise<Outcome>;
  /** Signs in by a link's token, which is then used. */
  follow(token: string, from: Asker): Promise<Outcome>;
  /** Where to sign in at the issuer. */
  toIssuer(from: Asker): Promise<Outcome>;
  /** Signs in whom the issuer sends back. @param query as it came */
  fromIssuer(query: string, from: Asker): Promise<Outcome>;
  session(cookie: string): Promise<Session | undefined>;
  signOut(from: Asker): Promise<Outcome>;
  /** Ends all sessions of one address, and forgets that it ever signed in. */
  endSessions(address: string): Promise<void>;
  /** Waits for links that are being sent. */
  settled(): Promise<void>;
}

/** Who asks: their cookies, and the address they come from. */
export interface Asker {
  readonly cookie: string;
  readonly address: string;
}

const BASE = '/sign-in/auth';
/** Where the issuer sends people back to. */
export const CALLBACK_PATH = `${BASE}/callback/oidc`;
const FAILED = '/sign-in/failed';
/** A working day. Whoever works on signs in again. */
const SESSION_S = 12 * 3600;
const LINK_S = 600;
/** Tries a minute from one place, behind which a whole agency may sit on a Monday morning. */
const FROM_ONE_PLACE = 30;
/** Links that one address is sent in an hour, whoever asks for them. */
const LINKS_AN_HOUR = 5;

/** What better-auth's hooks know of the request that is being dealt with: what it is given itself stands in for it. */
class Now {
  /** The address that a link is asked for. */
  readonly asked = new AsyncLocalStorage<string>();
  /** What the claims of a sign-in at the issuer gave. */
  readonly claimed = new AsyncLocalStorage<{ claims?: Claims | undefined }>();
  /** Links that are being sent. */
  readonly underWay = new Set<Promise<void>>();
}

/** @throws Error where better-auth cannot be set up */
export function openAuth(options: AuthOptions): Auth {
  const { record, publicUrl, oidc } = options;
  const now = new Now();
  const auth = betterAuth({
    ...basics(options),
    ...kept(record, now),
    plugins: [links(options, now), ...(oidc ? [issuer(record, oidc, now)] : [])],
  });

  const ask = async (path: string, { cookie, address }: Asker, body?: object): Promise<Outcome> => {
    const request = new Request(`${publicUrl}${BASE}${path}`, {
      method: body ? 'POST' : 'GET',
      headers: {
        ...(cookie && { cookie }),
        ...(address && { 'x-nodrift-from': address }),
        ...(body && { 'content-type': 'application/json' }),
        // Our own page sent it: web/app.ts and the form's nonce have seen to that.
        origin: publicUrl,
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    return outcomeOf(await auth.handler(request), publicUrl);
  };

  return {
    issuer: oidc?.name,
    askForLink: (address, from) =>
      now.asked.run(address, async () => ask('/sign-in/magic-link', from, { ...(await hiddenUser(record, address)) })),
    follow: (token, from) =>
      ask(`/magic-link/verify?${new URLSearchParams({ token, errorCallbackURL: FAILED })}`, from),
    toIssuer: (from) =>
      ask('/sign-in/social', from, {
        provider: 'oidc',
        callbackURL: '/',
        errorCallbackURL: FAILED,
        disableRedirect: true,
      }),
    fromIssuer: (query, from) => now.claimed.run({}, () => ask(`/callback/oidc?${query}`, from)),
    async session(cookie) {
      if (!cookie) return undefined;
      const found = await auth.api.getSession({ headers: new Headers({ cookie }) });
      if (!found) return undefined;
      const { id, claims } = found.session as { id: string; claims?: string | null };
      return {
        id,
        address: await addressOf(record, found.user),
        rights: claims ? (JSON.parse(claims) as GivenRight[]) : [],
      };
    },
    signOut: (from) => ask('/sign-out', from, {}),
    endSessions: (address) => forgetUser(record, address),
    settled: async () => {
      await Promise.allSettled(now.underWay);
    },
  };
}

/** What better-auth answered. @throws SignInTrouble */
async function outcomeOf(response: Response, publicUrl: string): Promise<Outcome> {
  const cookies = response.headers.getSetCookie();
  if (response.status === 429) return { is: 'too-many', wait: Number(response.headers.get('x-retry-after')) || 60 };
  if (response.status >= 500) throw new SignInTrouble(`an answer ${response.status}`);
  const to = response.headers.get('location');
  if (response.status >= 400 || (to !== null && new URL(to, publicUrl).pathname === FAILED))
    return { is: 'refused', cookies };
  const { url } = to === null ? ((await response.json()) as { url?: string }) : { url: to };
  return { is: 'done', cookies, url };
}

const COOKIES = ['session_token', 'session_data', 'account_data', 'dont_remember', 'state'];

/** Where it is, what it may say, and how often it may be asked. */
function basics({ record, publicUrl, secret, failed }: AuthOptions) {
  const secure = publicUrl.startsWith('https:');
  const cookie = (name: string) => ({ name: `${secure ? '__Host-' : ''}nodrift-${name}`, attributes: { secure } });
  const fromOnePlace = { window: 60, max: FROM_ONE_PLACE };
  return {
    appName: 'Nodrift',
    baseURL: publicUrl,
    basePath: BASE,
    secret: secret.toString('base64url'),
    trustedOrigins: [publicUrl],
    telemetry: { enabled: false },
    logger: {
      level: 'warn',
      // What it adds to a message may hold whatever somebody sent.
      log: (_level: string, message: string) => failed(new SignInTrouble(message)),
    },
    onAPIError: { errorURL: `${publicUrl}${FAILED}` },
    rateLimit: {
      enabled: true,
      window: 60,
      max: 60,
      customRules: {
        '/sign-in/magic-link': fromOnePlace,
        '/magic-link/verify': fromOnePlace,
        '/sign-in/social': fromOnePlace,
        '/get-session': false,
        '/sign-out': false,
      },
      customStorage: {
        async consume(key, { max, window }) {
          const wait = await tried(record, key, max, window);
          return { allowed: wait === 0, retryAfter: wait === 0 ? null : wait };
        },
      },
    },
    advanced: {
      useSecureCookies: false,
      cookies: Object.fromEntries(COOKIES.map((name) => [name, cookie(name)])),
      ipAddress: { ipAddressHeaders: ['x-nodrift-from'] },
    },
  } satisfies BetterAuthOptions;
}

/** What the record keeps of sign-ins: nothing that nobody needs, such as names, machines, an issuer's tokens. */
function kept(record: OpenRecord, { claimed }: Now) {
  return {
    database: drizzleAdapter(record.db, {
      provider: 'pg',
      schema: {
        user: signInUsers,
        session: signInSessions,
        account: signInAccounts,
        verification: signInVerifications,
      },
    }),
    session: {
      expiresIn: SESSION_S,
      disableSessionRefresh: true,
      additionalFields: { claims: { type: 'string', required: false, input: false } },
    },
    account: {
      updateAccountOnSignIn: false,
      accountLinking: { enabled: true, trustedProviders: ['oidc'], requireLocalEmailVerified: false },
    },
    databaseHooks: {
      user: { create: { before: async (user) => ({ data: { ...user, image: null, emailVerified: true } }) } },
      session: {
        create: {
          before: async (session) => {
            await forgetExpired(record);
            const claims = claimed.getStore()?.claims;
            const rights = claims ? JSON.stringify(claims.rights) : null;
            return { data: { ...session, ipAddress: '', userAgent: '', claims: rights } };
          },
        },
      },
      account: {
        create: {
          before: async (account) => ({
            data: { ...account, accessToken: null, refreshToken: null, idToken: null, scope: null },
          }),
        },
      },
    },
  } satisfies BetterAuthOptions;
}

/** Signing in by a link. How long sending takes would tell whether an address is known, so nobody waits for it. */
function links({ record, sendLink, failed }: AuthOptions, { asked, underWay }: Now) {
  const send = async (address: string, token: string) => {
    if ((await tried(record, `link|${address.toLowerCase()}`, LINKS_AN_HOUR, 3600)) === 0)
      await sendLink(address, token);
  };
  return magicLink({
    expiresIn: LINK_S,
    storeToken: 'hashed',
    sendMagicLink: async ({ token }) => {
      const sending = send(asked.getStore()!, token)
        .catch(failed)
        .finally(() => underWay.delete(sending));
      underWay.add(sending);
    },
  });
}

/** Signing in at the authority's own provider. */
function issuer(record: OpenRecord, oidc: OidcSettings, { claimed }: Now) {
  return genericOAuth({
    config: [
      {
        providerId: 'oidc',
        clientId: oidc.clientId,
        ...(oidc.clientSecret && { clientSecret: oidc.clientSecret }),
        discoveryUrl: `${oidc.issuer}/.well-known/openid-configuration`,
        scopes: ['openid', 'email', 'profile'],
        pkce: true,
        requireIdTokenVerification: true,
        disableProviderLogout: true,
        accountSubject: ({ profile }) => (profile.sub ? subjectHash(record, String(profile.sub)) : ''),
        mapProfileToUser: async (profile) => {
          const claims = claimsOf(oidc, profile);
          const store = claimed.getStore();
          if (store) store.claims = claims;
          // Without an address that counts nobody is signed in.
          const user = claims ? await hiddenUser(record, claims.address) : { email: '', name: '' };
          return { ...user, emailVerified: claims !== undefined, image: '' };
        },
      },
    ],
  });
}

/** What better-auth said went wrong, without what it added; never with an address. */
export class SignInTrouble extends Error {
  override readonly name = 'SignInTrouble';
  constructor(said: string) {
    super((said.split('\n')[0] ?? '').replace(/\S*@\S*/g, '…').slice(0, 200));
  }
}
