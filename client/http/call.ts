// One call to Nodrift's HTTP API: the answer as JSON, or one of the client's errors. The key goes to the address that was given, and nowhere else.

import { setTimeout as sleep } from 'node:timers/promises';
import { BadInput, Unavailable } from '../errors.ts';
import { errorOf } from './problem-to-error.ts';

/** Where the API is, and what it knows the caller by. */
export interface ApiAddress {
  /** Of the app, without `/api/v1`: `https://nodrift.council.example`. */
  readonly url: string;
  /** An API key, or an access token. */
  readonly key: string;
  /** How long one answer may take; 30 seconds, unless said. */
  readonly timeoutMs?: number | undefined;
}

/** What an answer may say besides its body. */
export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Undefined where the answer has none. */
  readonly body: unknown;
}

const BASE = '/api/v1';
const ANSWERS_WITHIN_MS = 30_000;
/** Asked to wait longer, the caller decides. */
const LONGEST_WAIT_S = 30;
const PAUSE_S = 0.5;
/** Sent twice, they are as good as sent once. A POST to a case is too: its events have ids. */
const SAFE_TWICE = ['GET', 'HEAD', 'PUT', 'DELETE'];
const CASES = /^\/cases(?:\/[^/?]+\/[^/?]+\/(?:events|refusal|erasure))?$/;

/**
 * Calls once, and once more where nobody answered and nothing can be done twice by it: soon, or when the API says (`Retry-After`).
 * @param path below `/api/v1`, with its query: `/cases?late=true`
 * @param body sent as JSON; text and bytes as they are, with a content type among the headers
 * @returns what the answer holds as JSON; undefined where it is empty
 * @throws Refused with rule and field, InvalidEvent, BadInput, CaseNotFound, CaseExists, NotAllowed; Unavailable where nobody answers
 */
export async function call(
  api: ApiAddress,
  method: string,
  path: string,
  body?: unknown,
  headers?: Readonly<Record<string, string>>,
): Promise<unknown> {
  return (await exchange(api, method, path, body, headers)).body;
}

/** The same with status and headers, for who polls (`ETag`) or follows a `Location`. A 304 is an answer. @throws as `call` */
export async function exchange(
  api: ApiAddress,
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<ApiAnswer> {
  const url = addressOf(api, path);
  const request: RequestInit = {
    method,
    headers: { accept: 'application/json', authorization: `Bearer ${keyOf(api)}`, ...contentOf(body), ...headers },
    ...(body === undefined ? {} : { body: isRaw(body) ? body : JSON.stringify(body) }),
    // A key that follows a redirect is given away.
    redirect: 'manual',
  };
  const harmless = SAFE_TWICE.includes(method) || (method === 'POST' && CASES.test(path));
  const first = await once(api, url, request);
  if ('answer' in first) return first.answer;
  const { wait, mayBeDone } = first;
  if (wait === undefined || wait > LONGEST_WAIT_S || (mayBeDone && !harmless)) throw first.error;
  await sleep(wait * 1000);
  const second = await once(api, url, request);
  if ('answer' in second) return second.answer;
  throw second.error;
}

type Outcome =
  | { readonly answer: ApiAnswer }
  | {
      readonly error: Error;
      /** After so many seconds it may be answered; undefined where asking again changes nothing. */
      readonly wait?: number | undefined;
      readonly mayBeDone?: boolean;
    };

async function once(api: ApiAddress, url: URL, request: RequestInit): Promise<Outcome> {
  const within = api.timeoutMs ?? ANSWERS_WITHIN_MS;
  let answer: Response;
  let text: string;
  try {
    answer = await fetch(url, { ...request, signal: AbortSignal.timeout(within) });
    text = await answer.text();
  } catch (error) {
    const words = `${url.origin}: ${whyUnanswered(error, within)}. What was sent may be sent again with the same ids`;
    return { error: new Unavailable(words), wait: PAUSE_S, mayBeDone: true };
  }
  const { status, headers } = answer;
  if (status >= 300 && status < 400 && status !== 304)
    return {
      error: new BadInput(`${url.origin} sends callers on elsewhere, where the key is not sent: correct the URL`),
    };
  const body = parsed(text);
  if (status === 304 || (answer.ok && (text === '' || body !== undefined)))
    return { answer: { status, headers, body } };
  const wait = retryAfter(headers);
  const error = errorOf(body, { status, origin: url.origin, path: url.pathname.split(BASE).at(-1) ?? '', wait });
  if (status !== 429 && status !== 503) return { error };
  // 429 was turned away before anything was done.
  return { error, wait: wait || PAUSE_S, mayBeDone: status === 503 };
}

/** @throws BadInput when it is no address of an API */
function addressOf({ url }: ApiAddress, path: string): URL {
  const base = URL.canParse(url) ? new URL(url) : undefined;
  if (!base || !['http:', 'https:'].includes(base.protocol))
    throw new BadInput('the URL of the API must be like https://nodrift.council.example');
  if (base.username || base.password || base.search)
    throw new BadInput('the URL of the API holds more than an address: the key is given beside it, never in it');
  const below = base.pathname.replace(/\/+$/, '').replace(/\/api\/v1$/, '');
  return new URL(`${below}${BASE}${path}`, base.origin);
}

/** @throws BadInput, without the key */
function keyOf({ key }: ApiAddress): string {
  const bare = key.trim();
  if (bare === '') throw new BadInput('there is no key: an API key or an access token is needed');
  if (!/^[\x21-\x7e]+$/.test(bare)) throw new BadInput('the key holds characters that no key has');
  return bare;
}

const isRaw = (body: unknown): body is string | Uint8Array<ArrayBuffer> =>
  typeof body === 'string' || body instanceof Uint8Array;

const contentOf = (body: unknown): Record<string, string> =>
  body === undefined || isRaw(body) ? {} : { 'content-type': 'application/json' };

function parsed(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Seconds or a date (RFC 9110, 10.2.3); 0 where nothing is asked. */
function retryAfter(headers: Headers): number {
  const said = headers.get('retry-after')?.trim() ?? '';
  if (/^\d+$/.test(said)) return Number(said);
  const at = Date.parse(said);
  return Number.isNaN(at) ? 0 : Math.max(0, Math.ceil((at - Date.now()) / 1000));
}

const SILENCE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there',
  ENOTFOUND: 'its host is not known',
  EAI_AGAIN: 'its host is not known',
  EHOSTUNREACH: 'its host cannot be reached',
  ENETUNREACH: 'its host cannot be reached',
  ECONNRESET: 'it hung up',
  UND_ERR_SOCKET: 'it hung up',
  CERT_HAS_EXPIRED: 'its certificate is out of date',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by nobody this machine trusts (NODE_EXTRA_CA_CERTS)',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is signed by nobody this machine trusts (NODE_EXTRA_CA_CERTS)',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is signed by nobody this machine trusts (NODE_EXTRA_CA_CERTS)',
};

/** Why nobody answered, in words of this house: what `fetch` says may hold more than it should. */
function whyUnanswered(error: unknown, within: number): string {
  if ((error as Error)?.name === 'TimeoutError') return `no answer within ${Math.round(within / 1000)} s`;
  for (let one = error; one instanceof Error; one = one.cause) {
    const { code } = one as NodeJS.ErrnoException;
    if (code !== undefined) return SILENCE[code] ?? `the network says ${code}`;
  }
  return 'it cannot be reached';
}
