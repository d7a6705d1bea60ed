// One call of an endpoint: to an address that was looked at, without following anybody anywhere, and not for long.

import { lookup } from 'node:dns/promises';
import { type ClientRequest, Agent as HttpAgent, type IncomingMessage, request as plain } from 'node:http';
import { Agent as HttpsAgent, request as secure } from 'node:https';
import { isIP } from 'node:net';
import { BadEndpoint, bare, type EndpointRules, isAllowed, PRIVATE, readEndpoint } from './endpoint.ts';
import { isPublicAddress } from './public-address.ts';

const TIMEOUT_MS = 15_000;
/** Whoever waits for an answer does not wait longer for a name. */
const LOOKS_FOR_MS = 3_000;

interface Address {
  readonly address: string;
  readonly family: number;
}

export interface PostOptions extends EndpointRules {
  /** All addresses of a name. */
  readonly resolve?: (host: string) => Promise<readonly Address[]>;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/** What an endpoint answered: a status and nothing else. */
export interface Answered {
  readonly status: number;
  /** For how many seconds it asks to be left alone. */
  readonly retryAfter?: number | undefined;
}

/** Why nobody answered: `no-answer`, `address-not-allowed`, `ECONNREFUSED`, …; no text of the other side. */
export interface Unanswered {
  readonly code: string;
}

/**
 * Looks at an address as a call does, and calls nobody. A name that does not resolve now may later.
 * @throws BadEndpoint
 */
export async function lookedAt(endpoint: string, { resolve = allAddresses, ...rules }: PostOptions): Promise<void> {
  const url = readEndpoint(endpoint, rules);
  await unless(AbortSignal.timeout(LOOKS_FOR_MS), addressOf(url, rules, resolve)).catch((error: unknown) => {
    if (error instanceof BadEndpoint) throw error;
  });
}

/** Sends a body. Trouble is an answer, never a failure. */
export async function post(
  endpoint: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  { resolve = allAddresses, timeoutMs = TIMEOUT_MS, signal, ...rules }: PostOptions,
): Promise<Answered | Unanswered> {
  // One clock for all of it: for the name, the handshake, and an answer that drips.
  const clock = new AbortController();
  const timer = setTimeout(() => clock.abort(), timeoutMs);
  const stop = () => clock.abort();
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    const url = readEndpoint(endpoint, rules);
    const address = await unless(clock.signal, addressOf(url, rules, resolve));
    return await send(url, address, body, headers, clock.signal);
  } catch (error) {
    if (error instanceof BadEndpoint) return { code: 'address-not-allowed' };
    if (signal?.aborted) return { code: 'stopped' };
    return { code: clock.signal.aborted ? 'no-answer' : codeOf(error) };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  }
}

/**
 * The address to connect to. Every address of a name must be allowed, and the one that was looked at is the one that is used: a name may be
 * another's a moment later.
 */
async function addressOf(
  url: URL,
  rules: EndpointRules,
  resolve: NonNullable<PostOptions['resolve']>,
): Promise<Address> {
  const host = bare(url.hostname);
  const addresses = isIP(host) !== 0 ? [{ address: host, family: isIP(host) }] : await resolve(host);
  const [first] = addresses;
  if (!first) throw Object.assign(new Error('no address'), { code: 'ENOTFOUND' });
  if (!isAllowed(url, rules) && !addresses.every(({ address }) => isPublicAddress(address)))
    throw new BadEndpoint(PRIVATE);
  return first;
}

/** A connection nobody used for so long is closed; receivers tell their own, shorter time. */
const IDLE_MS = 10_000;
/** Connections are kept: a handshake costs both sides more than what is said. They are kept by the address they lead to, so that none outlives its pin. */
const KEPT = {
  'http:': new HttpAgent({ keepAlive: true, timeout: IDLE_MS }),
  'https:': new HttpsAgent({ keepAlive: true, timeout: IDLE_MS }),
};

async function send(
  url: URL,
  pinned: Address,
  body: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Answered> {
  const bytes = Buffer.from(body, 'utf8');
  const start = (agent: HttpAgent | false): ClientRequest => begin(url, pinned, bytes, headers, signal, agent);
  const first = start(KEPT[url.protocol as keyof typeof KEPT]);
  try {
    return await answerOf(first);
  } catch (error) {
    // The receiver closed a connection just as it was used again. That says nothing of the receiver, and the id makes it the same call.
    if (!first.reusedSocket || signal.aborted || !['ECONNRESET', 'EPIPE'].includes(codeOf(error))) throw error;
    return answerOf(start(false));
  }
}

/** It connects to the address, and to no name; the name is what the certificate is held to, and what the receiver is asked for. */
function begin(
  url: URL,
  { address }: Address,
  body: Buffer,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
  agent: HttpAgent | false,
): ClientRequest {
  const name = bare(url.hostname);
  const call = (url.protocol === 'https:' ? secure : plain)({
    method: 'POST',
    host: address,
    port: url.port || undefined,
    path: url.pathname + url.search,
    servername: isIP(name) === 0 ? name : '',
    headers: { ...headers, host: url.host, 'content-length': String(body.length) },
    agent,
    signal,
  });
  call.end(body);
  return call;
}

function answerOf(call: ClientRequest): Promise<Answered> {
  return new Promise((resolve, reject) => {
    call.on('error', reject);
    call.on('response', (response) => {
      const status = response.statusCode ?? 0;
      const asked = Number(response.headers['retry-after']);
      throwAway(response);
      resolve({ status, ...(Number.isFinite(asked) && asked > 0 ? { retryAfter: Math.ceil(asked) } : {}) });
    });
  });
}

const LONGEST_ANSWER = 64 * 1024;
const ANSWERS_WITHIN_MS = 1_000;

/** Whatever it says beside its status, nobody reads it: it only has to be out of the way before the connection is used again. */
function throwAway(response: IncomingMessage): void {
  let length = 0;
  const timer = setTimeout(() => response.destroy(), ANSWERS_WITHIN_MS).unref();
  response.on('error', () => {});
  response.on('close', () => clearTimeout(timer));
  response.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length > LONGEST_ANSWER) response.destroy();
  });
}

const allAddresses = (host: string): Promise<readonly Address[]> => lookup(host, { all: true });

/** Does not wait for what cannot be stopped. */
function unless<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    work.then(resolve, reject);
  });
}

function codeOf(error: unknown): string {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && /^[A-Z0-9_]{1,60}$/.test(code) ? code : 'failed';
}
