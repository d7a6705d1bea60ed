// A real OpenID provider on the loopback address, that gives services access tokens for their credentials; and its keys, to sign what it never would.

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import Provider from 'oidc-provider';

export const AUDIENCE = 'https://nodrift.council.example/api';
export type Algorithm = 'RS256' | 'ES256' | 'EdDSA';

export interface TokenIssuer {
  readonly issuer: string;
  /** The private halves of its keys. */
  readonly keys: Readonly<Record<Algorithm, JWK>>;
  /** Asks it for a token, as a service does. */
  token(scope: string, resource?: string): Promise<string>;
  /** What it signs with from now on. */
  algorithm: Algorithm;
  /** What it says a service may see. */
  authorities: unknown;
  close(): Promise<void>;
}

export async function startTokenIssuer(): Promise<TokenIssuer> {
  const server = createServer();
  // A busy test holds a connection that it has not looked at for seconds.
  server.keepAliveTimeout = 120_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const keys = Object.fromEntries(
    await Promise.all((['RS256', 'ES256', 'EdDSA'] as const).map(async (alg) => [alg, await privateKey(alg)] as const)),
  ) as Record<Algorithm, JWK>;
  const made: TokenIssuer = {
    issuer,
    keys,
    algorithm: 'RS256',
    authorities: ['barnsley'],
    async token(scope, resource = AUDIENCE) {
      const answer = await fetch(`${issuer}/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${Buffer.from('mosaic:its-own-secret').toString('base64')}` },
        body: new URLSearchParams({ grant_type: 'client_credentials', scope, resource }),
      });
      const body = (await answer.json()) as { access_token?: string };
      if (!body.access_token) throw new Error(JSON.stringify(body));
      return body.access_token;
    },
    close: () => closed(server),
  };
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'mosaic',
        client_secret: 'its-own-secret',
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
      },
    ],
    scopes: ['cases:read', 'cases:write', 'something:else'],
    jwks: { keys: Object.values(keys) },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_ctx, audience) => ({
          scope: 'cases:read cases:write something:else',
          audience,
          accessTokenTTL: 600,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: made.algorithm } },
        }),
      },
    },
    extraTokenClaims: () => ({ nodrift_authorities: made.authorities }),
  });
  server.on('request', provider.callback());
  return made;
}

async function privateKey(alg: Algorithm): Promise<JWK> {
  const { privateKey } = await generateKeyPair(alg, { extractable: true });
  return { ...(await exportJWK(privateKey)), alg, use: 'sig', kid: alg };
}

async function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
}
