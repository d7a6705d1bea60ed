// OAuth 2 access tokens of a real provider; and all the tokens that are none.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { exportSPKI, importJWK, SignJWT, UnsecuredJWT } from 'jose';
import { readTokenSettings, type Tokens, tokensOf } from '../../web/api/access-tokens.ts';
import { servedApi } from '../../web/api/serve-api.ts';
import { apiOf, asking } from '../support/api.ts';
import { discussion } from '../support/family.ts';
import { memoryRecord } from '../support/memory-record.ts';
import { PaperCase } from '../support/paper-case.ts';
import { AUDIENCE, startTokenIssuer, type TokenIssuer } from '../support/token-issuer.ts';

let provider: TokenIssuer;
let tokens: Tokens;
before(async () => {
  provider = await startTokenIssuer();
  tokens = tokensOf({ issuer: provider.issuer, audience: AUDIENCE, type: 'at+jwt' });
});
after(() => provider.close());

for (const algorithm of ['RS256', 'ES256', 'EdDSA'] as const)
  test(`a token that the provider gives a service is known, signed with ${algorithm}`, async () => {
    provider.algorithm = algorithm;
    const token = await provider.token('cases:read something:else');
    assert.deepEqual(await tokens(token, new Date()), {
      who: 'token:mosaic',
      kind: 'token',
      authorities: ['barnsley'],
      scopes: ['cases:read'],
    });
  });

test('its authorities are a list, words in a row, or all; without them it sees nothing', async () => {
  for (const [claim, authorities] of [
    ['barnsley leeds', ['barnsley', 'leeds']],
    [['*'], 'all'],
    [undefined, []],
    [{ barnsley: true }, []],
    [['Barnsley; drop', 7, 'hull'], ['hull']],
  ] as const) {
    provider.authorities = claim;
    assert.deepEqual((await tokens(await provider.token('cases:read'), new Date()))?.authorities, authorities);
  }
});

/** In whole seconds, as tokens count. Asked each time: on a busy machine the file may be minutes old. */
const now = () => Math.floor(Date.now() / 1000);

/** A token as the provider would sign it, with what differs. */
async function forged(
  claims: Record<string, unknown> = {},
  { alg = 'RS256', key, ...header }: { alg?: string; typ?: string | undefined; kid?: string; key?: Uint8Array } = {},
): Promise<string> {
  const { issuer: iss, keys } = provider;
  const claimed = {
    iss,
    aud: AUDIENCE,
    sub: 'mosaic',
    client_id: 'mosaic',
    iat: now(),
    exp: now() + 300,
    scope: 'cases:read',
  };
  return new SignJWT({ ...claimed, ...claims })
    .setProtectedHeader({ alg, kid: 'RS256', typ: 'at+jwt', ...header })
    .sign(key ?? (await importJWK(keys.RS256, 'RS256')));
}

test('what is forged here would be good, were it not for what differs', async () => {
  assert.equal((await tokens(await forged(), new Date()))?.who, 'token:mosaic');
  assert.equal(
    (await tokens(await forged({ exp: now() - 5, iat: now() - 300 }), new Date()))?.who,
    'token:mosaic',
    'half a minute of skew',
  );
  assert.match(
    (await tokens(await forged({ client_id: 'amira@council.example' }), new Date()))!.who,
    /^token:[0-9a-f]{16}$/,
  );
});

const bad: Record<string, () => Promise<string>> = {
  'for another audience': () => forged({ aud: 'https://elsewhere.example' }),
  'for the whole world': () => forged({ aud: undefined }),
  'of another issuer': () => forged({ iss: 'https://elsewhere.example' }),
  'that is an ID token': () => forged({}, { typ: 'JWT' }),
  'without a type': () => forged({}, { typ: undefined }),
  'that has expired': () => forged({ exp: now() - 31, iat: now() - 300 }),
  'that never ends': () => forged({ exp: undefined }),
  'that is not yet good': () => forged({ nbf: now() + 600 }),
  'from the future': () => forged({ iat: now() + 600 }),
  'of no client': () => forged({ client_id: undefined }),
  'of a key that the provider has not': () => forged({}, { kid: 'unknown' }),
  'signed by another key under the name of one': async () =>
    forged({}, { kid: 'ES256', alg: 'HS256', key: new TextEncoder().encode('x'.repeat(32)) }),
  'signed with HS256 by the public key, which everybody knows': async () => {
    const publicKey = await importJWK(
      { ...provider.keys.RS256, d: undefined, p: undefined, q: undefined, dp: undefined, dq: undefined, qi: undefined },
      'RS256',
      { extractable: true },
    );
    return forged(
      {},
      { alg: 'HS256', key: new TextEncoder().encode(await exportSPKI(publicKey as Parameters<typeof exportSPKI>[0])) },
    );
  },
  'signed by nobody (alg none)': async () =>
    new UnsecuredJWT({ client_id: 'mosaic', scope: 'cases:read', sub: 'mosaic' })
      .setIssuer(provider.issuer)
      .setAudience(AUDIENCE)
      .setIssuedAt()
      .setExpirationTime('5m')
      .encode(),
  'with another signature': async () => `${(await forged()).slice(0, -6)}AAAAAA`,
  'with other claims under the signature': async () => {
    const [head, , signature] = (await forged()).split('.');
    const claims = Buffer.from(JSON.stringify({ iss: provider.issuer, aud: AUDIENCE, client_id: 'root' }));
    return `${head}.${claims.toString('base64url')}.${signature}`;
  },
  'that is no JSON': async () => 'bm8.bm8.bm8',
};
for (const [what, token] of Object.entries(bad))
  test(`a token ${what} is nobody's`, async () => {
    assert.equal(await tokens(await token(), new Date()), undefined);
  });

test('of a provider that calls every token JWT its access tokens are known, where that is said, and never its ID tokens', async () => {
  const lenient = tokensOf({ issuer: provider.issuer, audience: AUDIENCE, type: 'JWT' });
  const who = async (claims: Record<string, unknown>, typ: string | undefined = 'JWT') =>
    (await lenient(await forged(claims, { typ }), new Date()))?.who;
  assert.equal(await who({}), 'token:mosaic');
  assert.equal(await who({ client_id: undefined, azp: 'mosaic', aud: [AUDIENCE, 'account'] }), 'token:mosaic');
  assert.equal(await who({}, 'at+jwt'), 'token:mosaic', 'and those that say what they are');
  assert.equal(await who({}, 'application/at+jwt'), 'token:mosaic');
  for (const claim of ['nonce', 'at_hash', 'c_hash', 's_hash'])
    assert.equal(await who({ [claim]: 'x' }), undefined, claim);
  assert.equal(await who({ scope: undefined }), undefined, 'without scopes');
  assert.equal(await who({ client_id: AUDIENCE }), undefined, 'for the client it was given to');
  assert.equal(await who({ aud: [AUDIENCE, 'portal'], azp: 'portal' }), undefined, 'for that client too');
  assert.equal(await who({ aud: 'https://elsewhere.example' }), undefined);
  for (const typ of ['id_token+jwt', 'logout+jwt', 'dpop+jwt']) assert.equal(await who({}, typ), undefined, typ);
  assert.equal(await lenient(await forged({}, { typ: undefined }), new Date()), undefined, 'without a type');
});

test('a token opens the API within its scopes and authorities, beside keys; a forged one opens nothing', async () => {
  const record = await memoryRecord();
  const { callers } = servedApi({ cases: {} as never, record, now: () => new Date(), tokens });
  const app = apiOf(new PaperCase().recordAll([discussion()]), { callers });
  const status = async (token: string, path: string) => (await asking(app, token).get(path)).status;
  provider.authorities = 'barnsley';
  const token = await provider.token('cases:read');
  const CASE = '/cases/child-protection/BC-2041';
  assert.equal(await status(token, CASE), 200);
  assert.equal((await asking(app, token).post(`${CASE}/events`, { events: [] })).status, 403, 'cases:write is another');
  provider.authorities = 'leeds';
  assert.equal(await status(await provider.token('cases:read'), CASE), 404, 'another authority’s case');
  assert.equal(await status(await forged({ aud: 'https://elsewhere.example' }), CASE), 401);
  await record.close();
});

test('a token for another resource of the same provider is nobody’s', async () => {
  provider.algorithm = 'RS256';
  const token = await provider.token('cases:read', 'https://elsewhere.example/api');
  assert.equal(await tokens(token, new Date()), undefined);
});

test('while the provider does not answer nobody is refused: the caller is asked to send it again', async () => {
  const token = await forged();
  const dead = await startTokenIssuer();
  await dead.close();
  const unreachable = tokensOf({ issuer: dead.issuer, audience: AUDIENCE, type: 'at+jwt' });
  await assert.rejects(unreachable(token, new Date()), { name: 'Unavailable' });
  // What speaks for another issuer is not believed either.
  const other = tokensOf({ issuer: `${provider.issuer}/`, audience: AUDIENCE, type: 'at+jwt' });
  await assert.rejects(other(token, new Date()), { name: 'Unavailable' });
});

test('settings that cannot be used are one line', () => {
  assert.equal(readTokenSettings('https://id.example', undefined, undefined), undefined, 'sign-in alone');
  assert.throws(
    () => readTokenSettings(undefined, AUDIENCE, undefined),
    /NODRIFT_OIDC_ISSUER, whose tokens are meant, is not/,
  );
  for (const issuer of ['http://id.example', 'id.example', 'ftp://id.example'])
    assert.throws(() => readTokenSettings(issuer, AUDIENCE, undefined), /must be an https address/, issuer);
  assert.throws(
    () => readTokenSettings('https://id.example', AUDIENCE, 'id_token'),
    /NODRIFT_OIDC_TOKEN_TYPE must be one of at\+jwt, JWT, not "id_token"/,
  );
  const read = { issuer: 'https://id.example', audience: AUDIENCE };
  assert.deepEqual(readTokenSettings('https://id.example', AUDIENCE, ''), { ...read, type: 'at+jwt' });
  assert.deepEqual(readTokenSettings('https://id.example', AUDIENCE, 'JWT'), { ...read, type: 'JWT' });
});
