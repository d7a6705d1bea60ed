// A real OpenID provider that people sign in at, with a page of its own that asks who they are; and one that says what a test wants it to say.

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import Provider from 'oidc-provider';
import { CALLBACK_PATH } from '../../web/sign-in/auth.ts';

export const CLIENT = { clientId: 'nodrift', clientSecret: 'nodrift-client-secret-of-tests' } as const;

interface Listening {
  readonly server: Server;
  readonly issuer: string;
  close(): Promise<void>;
}

async function listening(): Promise<Listening> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  };
  return { server, issuer, close };
}

/** Whoever is typed into its page, with these claims. */
export type People = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** `oidc-provider`, as an authority would run one. @param appUrl where Nodrift's pages are; told once they are */
export async function startPeopleIssuer(people: People): Promise<{
  readonly issuer: string;
  register(appUrl: string): void;
  close(): Promise<void>;
}> {
  const { server, issuer, close } = await listening();
  return {
    ...{ issuer, close },
    register(appUrl) {
      const provider = new Provider(issuer, {
        clients: [
          {
            ...{ client_id: CLIENT.clientId, client_secret: CLIENT.clientSecret },
            ...{
              redirect_uris: [`${appUrl}${CALLBACK_PATH}`],
              response_types: ['code'],
              grant_types: ['authorization_code'],
            },
            token_endpoint_auth_method: 'client_secret_post',
          },
        ],
        claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'nodrift_rights'] },
        conformIdTokenClaims: false,
        pkce: { required: () => true },
        cookies: { keys: ['a key for the cookies of a test'] },
        features: { devInteractions: { enabled: false } },
        findAccount: (_ctx, id) =>
          Object.hasOwn(people, id) ? { accountId: id, claims: async () => ({ sub: id, ...people[id] }) } : undefined,
        interactions: { url: (_ctx, { uid }) => `/who/${uid}` },
        // Nobody is asked for consent to their own authority's tool.
        async loadExistingGrant(ctx) {
          const { session, client } = ctx.oidc;
          const grant = new ctx.oidc.provider.Grant({ accountId: session!.accountId!, clientId: client!.clientId });
          grant.addOIDCScope('openid email profile');
          await grant.save();
          return grant;
        },
      });
      const pages = provider.callback();
      server.removeAllListeners('request');
      server.on('request', async (req, res) => {
        if (!req.url?.startsWith('/who/')) return pages(req, res);
        if (req.method === 'GET') {
          res.setHeader('content-type', 'text/html; charset=utf-8');
          return res.end(
            '<!doctype html><html lang="en"><title>Who are you?</title><link rel="icon" href="data:,"><main><h1>The council</h1><form method="post"><label>User <input name="user"></label> <button>Continue</button></form></main></html>',
          );
        }
        let body = '';
        for await (const chunk of req) body += chunk;
        const accountId = new URLSearchParams(body).get('user') ?? '';
        return provider.interactionFinished(req, res, { login: { accountId } });
      });
    },
  };
}

/**
 * A browser's way from where Nodrift sends it, over the issuer's page, back to Nodrift.
 * @param start where Nodrift sends it
 * @param user what is typed into the issuer's page
 * @returns the address it is sent back to, which is not asked for yet
 */
export async function throughIssuer(start: string, user: string, appUrl: string): Promise<string> {
  const cookies = new Map<string, string>();
  let [url, typed]: [string, string | undefined] = [start, undefined];
  for (let hop = 0; hop < 10; hop++) {
    const response = await fetch(url, {
      method: typed === undefined ? 'GET' : 'POST',
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(typed !== undefined && { body: new URLSearchParams({ user: typed }) }),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      cookies.set(name, value);
    }
    const onward = response.headers.get('location');
    if (!onward) {
      typed = user;
      continue;
    }
    [url, typed] = [new URL(onward, url).href, undefined];
    if (url.startsWith(`${appUrl}/`)) return url;
  }
  throw new Error(`the issuer sends nobody back; it ended at ${new URL(url).pathname}`);
}

/** What an issuer says wrongly: in its ID token, or how it signs it. */
export interface Wrong {
  readonly claims?: JWTPayload;
  readonly signed?: 'by-somebody-else' | 'not' | 'by-the-secret';
  readonly state?: string;
  readonly error?: string;
}

/** An issuer that answers at once, and says what a test wants. */
export async function startWrongIssuer(): Promise<{
  readonly issuer: string;
  /** What it was sent. */
  readonly asked: URLSearchParams[];
  readonly tokenAsked: URLSearchParams[];
  wrong: Wrong;
  close(): Promise<void>;
}> {
  const { server, issuer, close } = await listening();
  const [own, other] = await Promise.all([generateKeyPair('RS256'), generateKeyPair('RS256')]);
  const jwk = { ...(await exportJWK(own.publicKey)), alg: 'RS256', use: 'sig', kid: 'k' };
  const made = {
    issuer,
    close,
    wrong: {} as Wrong,
    asked: [] as URLSearchParams[],
    tokenAsked: [] as URLSearchParams[],
  };
  server.on('request', async (req, res) => {
    const url = new URL(req.url ?? '/', issuer);
    const json = (body: unknown) => {
      res.setHeader('content-type', 'application/json');
      res.end(JSON.stringify(body));
    };
    if (url.pathname === '/.well-known/openid-configuration')
      return json({
        ...{ issuer, authorization_endpoint: `${issuer}/auth`, token_endpoint: `${issuer}/token` },
        ...{ jwks_uri: `${issuer}/jwks`, userinfo_endpoint: `${issuer}/me`, response_types_supported: ['code'] },
        ...{ subject_types_supported: ['public'], id_token_signing_alg_values_supported: ['RS256'] },
      });
    if (url.pathname === '/jwks') return json({ keys: [jwk] });
    if (url.pathname === '/auth') {
      made.asked.push(url.searchParams);
      const back = new URL(url.searchParams.get('redirect_uri')!);
      back.searchParams.set('state', made.wrong.state ?? url.searchParams.get('state')!);
      if (made.wrong.error) back.searchParams.set('error', made.wrong.error);
      else back.searchParams.set('code', 'a-code');
      res.writeHead(303, { location: back.href });
      return res.end();
    }
    if (url.pathname === '/token') {
      let body = '';
      for await (const chunk of req) body += chunk;
      made.tokenAsked.push(new URLSearchParams(body));
      const now = Math.floor(Date.now() / 1000);
      const claims = {
        ...{ iss: issuer, aud: CLIENT.clientId, sub: 'S', iat: now, exp: now + 300 },
        nonce: made.asked.at(-1)!.get('nonce'),
        ...{ email: 'ada@council.test', email_verified: true, name: 'Ada Lund' },
        ...made.wrong.claims,
      };
      const said = new SignJWT(claims as JWTPayload).setProtectedHeader({ alg: 'RS256', kid: 'k' });
      const hs = new SignJWT(claims as JWTPayload).setProtectedHeader({ alg: 'HS256', kid: 'k' });
      const plain = [{ alg: 'none', kid: 'k' }, claims].map((part) =>
        Buffer.from(JSON.stringify(part)).toString('base64url'),
      );
      const idToken = {
        'by-somebody-else': () => said.sign(other.privateKey),
        'by-the-secret': () => hs.sign(Buffer.from(CLIENT.clientSecret)),
        not: async () => `${plain.join('.')}.`,
        rightly: () => said.sign(own.privateKey),
      }[made.wrong.signed ?? 'rightly'];
      return json({ access_token: 'access', token_type: 'Bearer', expires_in: 60, id_token: await idToken() });
    }
    res.statusCode = 404;
    return res.end();
  });
  return made;
}
