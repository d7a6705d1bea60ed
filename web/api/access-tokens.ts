// OAuth 2 access tokens of services (client credentials), as RFC 9068 has them: signed by the authority's own provider, for this API and nobody else's.

import { createHash } from 'node:crypto';
import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { Unavailable } from '../../client/errors.ts';
import { isScope } from '../../record/scopes.ts';
import type { Caller } from './caller.ts';

export interface TokenSettings {
  /** NODRIFT_OIDC_ISSUER: as the provider's discovery document has it, to the letter. */
  readonly issuer: string;
  /** NODRIFT_OIDC_AUDIENCE: what tokens for this API name as theirs. */
  readonly audience: string;
  /** NODRIFT_OIDC_TOKEN_TYPE: `JWT` where the provider cannot say `at+jwt`, as RFC 9068 asks. */
  readonly type: TokenType;
}

const TOKEN_TYPES = ['at+jwt', 'JWT'] as const;
type TokenType = (typeof TOKEN_TYPES)[number];

/** Signatures only, by keys of which the provider shows the public half. So neither `none` nor a secret shared with somebody is one. */
const ALGORITHMS = ['RS256', 'ES256', 'EdDSA'];
const TOLERANCE_S = 30;
/** The authorities a token is for: a list, or words in a row; `*` is all of them. */
const AUTHORITIES_CLAIM = 'nodrift_authorities';
const ANSWERS_WITHIN_MS = 5_000;

/** Whether a text may be a token, judged by its shape alone. */
export const looksLikeToken = (text: string): boolean => /^[\w-]+\.[\w-]+\.[\w-]*$/.test(text);

/**
 * Reads the settings. @returns undefined where services have keys alone
 * @throws Error with one line when one is missing or cannot be used
 */
export function readTokenSettings(
  issuer: string | undefined,
  audience: string | undefined,
  type: string | undefined,
): TokenSettings | undefined {
  if (!audience) return undefined;
  if (!issuer) throw new Error('NODRIFT_OIDC_AUDIENCE is set, and NODRIFT_OIDC_ISSUER, whose tokens are meant, is not');
  if (!isSafe(issuer))
    throw new Error('NODRIFT_OIDC_ISSUER must be an https address: who reads its keys on the way could sign anything');
  const known = TOKEN_TYPES.find((one) => one === (type || 'at+jwt'));
  if (!known) throw new Error(`NODRIFT_OIDC_TOKEN_TYPE must be one of ${TOKEN_TYPES.join(', ')}, not "${type}"`);
  return { issuer, audience, type: known };
}

/** What stands behind a token; undefined where it is none of ours, or not good. @throws Unavailable when the provider does not answer */
export type Tokens = (token: string, now: Date) => Promise<Caller | undefined>;

/** Tokens of one provider. Its keys are fetched when the first token comes, kept for ten minutes, and looked for again when a token names a new one. */
export function tokensOf(settings: TokenSettings): Tokens {
  let keys: Promise<JWTVerifyGetKey> | undefined;
  return async (token, now) => {
    keys ??= keysOf(settings);
    try {
      const { payload, protectedHeader } = await jwtVerify(token, await keys, {
        issuer: settings.issuer,
        audience: settings.audience,
        algorithms: ALGORITHMS,
        clockTolerance: TOLERANCE_S,
        requiredClaims: ['exp', 'iat', 'sub'],
        currentDate: now,
      });
      if (!isAccessToken(protectedHeader.typ, payload, settings.type)) return undefined;
      return payload.iat! > now.getTime() / 1000 + TOLERANCE_S ? undefined : callerIn(payload);
    } catch (error) {
      if (isTokensFault(error)) return undefined;
      keys = undefined;
      throw new Unavailable('the provider that signs access tokens does not answer: send it again in a moment');
    }
  };
}

/** Tokens as the environment has it. @throws Error with one line, as `readTokenSettings` */
export function readTokens(env: NodeJS.ProcessEnv): Tokens | undefined {
  const settings = readTokenSettings(env.NODRIFT_OIDC_ISSUER, env.NODRIFT_OIDC_AUDIENCE, env.NODRIFT_OIDC_TOKEN_TYPE);
  return settings && tokensOf(settings);
}

/** What ID tokens alone carry (OpenID Connect Core 3.1.3.6 and 3.3.2.11). */
const OF_ID_TOKENS = ['nonce', 'at_hash', 'c_hash', 's_hash'];

/**
 * Whether a token is for a service. An ID token is for a person's browser, and opens nothing here. One that calls itself `JWT` may be either: it must
 * have scopes, and its audience must not be the client that it was given to, which is what ID tokens name.
 */
function isAccessToken(typ: unknown, payload: JWTPayload, expected: TokenType): boolean {
  const said = String(typ)
    .toLowerCase()
    .replace(/^application\//, '');
  if (said === 'at+jwt') return true;
  if (expected !== 'JWT' || said !== 'jwt') return false;
  const audience = [payload.aud].flat();
  return (
    typeof payload.scope === 'string' &&
    !OF_ID_TOKENS.some((claim) => Object.hasOwn(payload, claim)) &&
    ![payload.client_id, payload.azp].some((client) => audience.includes(client as string))
  );
}

/** What is wrong with a token, and not with how its provider answers. */
function isTokensFault(error: unknown): boolean {
  const { JOSEError, JWKSTimeout, JWKSInvalid } = errors;
  // A set of keys that is none comes as its bare class.
  return (
    error instanceof JOSEError &&
    !(error instanceof JWKSTimeout || error instanceof JWKSInvalid || error.code === JOSEError.code)
  );
}

/** Where the provider's keys are, by its discovery document. @throws when it does not answer, or speaks for another issuer */
async function keysOf({ issuer }: TokenSettings): Promise<JWTVerifyGetKey> {
  const answer = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, {
    redirect: 'error',
    signal: AbortSignal.timeout(ANSWERS_WITHIN_MS),
  });
  const document = (await answer.json()) as { issuer?: unknown; jwks_uri?: unknown };
  const { issuer: named, jwks_uri: at } = document;
  if (!answer.ok || named !== issuer || typeof at !== 'string' || !isSafe(at))
    throw new Error('the discovery document is not the one of NODRIFT_OIDC_ISSUER');
  return createRemoteJWKSet(new URL(at), { timeoutDuration: ANSWERS_WITHIN_MS });
}

/** Encrypted on the way, or not on any way. */
function isSafe(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || (protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname));
}

function callerIn(payload: JWTPayload): Caller | undefined {
  const { client_id, azp, scope } = payload;
  const client = [client_id, azp].find((one): one is string => typeof one === 'string' && one !== '');
  if (client === undefined) return undefined;
  const authorities = words(payload[AUTHORITIES_CLAIM]).filter((one) => one === '*' || /^[a-z0-9-]{1,64}$/.test(one));
  return {
    who: `token:${opaque(client)}`,
    kind: 'token',
    authorities: authorities.includes('*') ? 'all' : authorities,
    scopes: [...new Set(words(scope).filter(isScope))],
  };
}

const words = (claim: unknown): string[] => {
  const list = typeof claim === 'string' ? claim.split(' ') : Array.isArray(claim) ? claim : [];
  return list.filter((one): one is string => typeof one === 'string');
};

/** A client's id, which stands in the audit and in logs: one that is not plainly an id, such as an address, is hashed. */
const opaque = (client: string): string =>
  /^[\w.-]{1,64}$/.test(client) ? client : createHash('sha256').update(client).digest('hex').slice(0, 16);
