// The frame of the HTTP API: what every request passes before its route, and what every route is made of. It knows no case; routes do.
//
// A request passes, in this order: no key in the address, a caller behind its bearer, the caller's rate, the route's scope, the body's type, size
// and depth, the schema of what is sent. Whatever goes wrong anywhere is one problem (problem.ts). Each request that has a caller is audited.

import { randomUUID } from 'node:crypto';
import { createRoute, OpenAPIHono, type RouteConfig } from '@hono/zod-openapi';
import type { Context, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { etag, RETAINED_304_HEADERS } from 'hono/etag';
import { type Erasure, saidErased } from '../../record/erasures.ts';
import type { Scope } from '../../record/scopes.ts';
import type { Rates } from '../rates.ts';
import { type Caller, type Callers, isOf } from './caller.ts';
import { tooDeep } from './json-depth.ts';
import { faults, PROBLEM, Problem, sendProblem } from './problem.ts';
import { issuesOf } from './schema-faults.ts';

export const API = '/api/v1';

/** Who did or read what, and what came of it. */
export interface AuditLine {
  /** As `Caller.who`. */
  readonly who: string;
  /** `open case`, `read history`: the route's own word. */
  readonly did: string;
  /** The thing, by its id: `child-protection/BC-2041`. */
  readonly what: string;
  /** The status that was answered. */
  readonly outcome: number;
  /** The address it came from. */
  readonly from: string;
  /** The request's id, which its answer has too. */
  readonly request: string;
}

export interface ApiOptions {
  readonly callers: Callers;
  readonly now: () => Date;
  readonly rates: Rates;
  /** Requests a minute of one caller; the usual where absent. */
  readonly requestsAMinute?: number | undefined;
  /** Every authority there is; where absent, whatever is the caller's is taken for one. */
  readonly authorities?: (() => Promise<readonly string[]>) | undefined;
  /** Where a request comes from. */
  readonly addressOf: (c: Context) => string;
  /**
   * Writes a line of the audit. What cannot be audited is not answered.
   * @param changed something was: the line is kept before it is acknowledged
   */
  readonly audit?: ((line: AuditLine, changed: boolean) => Promise<void>) | undefined;
  /** The erasure of a case, under way or done: whoever may see the case is told of it, and of nothing else. */
  readonly erasureOf?: ((caseId: string) => Promise<Erasure | undefined>) | undefined;
  /** Hears of what should not happen. */
  readonly failed?: ((error: unknown) => void) | undefined;
}

export interface ApiEnv {
  Variables: {
    caller: Caller;
    options: ApiOptions;
    /** The request's id. */
    request: string;
    /** What the audit says it was about, where the address does not: set by the route. */
    about?: string;
  };
}
// biome-ignore lint/complexity/noBannedTypes: Hono's own word for an API nothing is known of yet
export type Api = OpenAPIHono<ApiEnv, {}, typeof API>;

/** As many as one machine records. */
const REQUESTS_A_MINUTE = 3000;
/** A case with a hundred people, or a thousand events, is smaller. */
const LARGEST_BODY = 256 * 1024;
const CSP = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'";

/** The API without its routes. Register them, then call `closeApi`. */
export function apiFrame(options: ApiOptions): Api {
  const api = new OpenAPIHono<ApiEnv>({
    defaultHook: (result) => {
      if (!result.success)
        throw faults('bad-input', issuesOf(result.error, result.target === 'json' ? 'the body' : ''));
    },
  }).basePath(API);
  api.onError((error, c) => sendProblem(c, error, options.failed));
  api.use(async (c, next) => {
    c.set('options', options);
    c.set('request', randomUUID());
    await next();
    c.header('Request-Id', c.get('request'));
    c.header('Content-Security-Policy', CSP);
    if (!c.res.headers.has('cache-control')) c.header('Cache-Control', 'no-store');
  });
  api.use(noKeyInAddress, knownCaller(options), withinRate(options));
  // A client that polls asks by what it has. What is the same is not sent again.
  const retained = [...RETAINED_304_HEADERS, 'ratelimit', 'ratelimit-policy', 'request-id'];
  api.use(etag({ retainedHeaders: retained }));
  return api;
}

/** After the last route: what there is none of is said so, and which methods an address takes. */
export function closeApi(api: Api): void {
  const methods = new Map<string, string[]>();
  for (const one of api.openAPIRegistry.definitions) {
    if (one.type !== 'route') continue;
    const path = one.route.path.replaceAll(/\/{(.+?)}/g, '/:$1');
    methods.set(path, [...(methods.get(path) ?? []), one.route.method.toUpperCase()]);
  }
  for (const [path, taken] of methods)
    api.all(path, (c) => {
      const allowed = [...taken, ...(taken.includes('GET') ? ['HEAD'] : [])].join(', ');
      throw new Problem('method-not-allowed', `${c.req.method} is not taken here, but ${allowed}`, {
        headers: { Allow: allowed },
      });
    });
  api.all('*', () => {
    throw new Problem('not-found', 'The document at /openapi.json names every address there is');
  });
}

/** What a route asks for before it is entered. */
export interface RouteNeeds {
  readonly scope: Scope;
  /** What the audit says was done: `open case`. */
  readonly does: string;
  /** An erased case is no end of it: the route itself says what there is to say. */
  readonly erasedToo?: boolean | undefined;
  /** Bytes a body may have; 256 kB where absent. */
  readonly largestBody?: number | undefined;
}

/** A response of a route that is a problem. */
export const jsonProblem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: PROBLEM } },
});
/** What any route may answer. A route says its own for what means something special there. */
const PROBLEMS = {
  400: jsonProblem('The request cannot be used as it is: every fault with its field'),
  401: jsonProblem('Nobody known calls: send Authorization: Bearer <key or token>'),
  403: jsonProblem('The caller has not the scope, or the authority is not theirs'),
  429: jsonProblem('Too many requests: Retry-After says how many seconds to wait'),
  500: jsonProblem('It is our fault, and has been noted'),
  503: jsonProblem('Nobody answers now: send it again with the same ids'),
};
const WITH_BODY = {
  413: jsonProblem('The body is larger than this route takes'),
  415: jsonProblem('The body is of another type'),
};
/** For the responses of a route. */
export const NOT_FOUND = jsonProblem('There is none, or it is another authority’s');
export const CONFLICT = jsonProblem('The id or the reference means something else, or the case is closed');
const ERASED = { 410: jsonProblem('The case was erased: when, and by whom. Nothing else is left of it') };
export const REFUSED = jsonProblem('A rule, or what the case knows, refuses it; nothing was recorded');

/**
 * A route of the API: asks for its scope, holds bodies to their limits, is audited, and answers what every route may answer.
 * @param config as for `createRoute`; its responses are the route's own
 */
export function route<P extends string, R extends Omit<RouteConfig, 'path' | 'middleware'> & { path: P }>(
  needs: RouteNeeds,
  config: R,
) {
  const body = config.request?.body;
  const ofCase = config.path.startsWith('/cases/{kind}/{ref}') && !needs.erasedToo;
  const made = createRoute({
    operationId: needs.does.replaceAll(/[^a-z]+([a-z])/gi, (_, letter: string) => letter.toUpperCase()),
    ...config,
    security: [{ bearer: [] }],
    description: [config.description, `Scope: \`${needs.scope}\`.`].filter(Boolean).join('\n\n'),
    middleware: [
      audited(needs),
      demandsScope(needs.scope),
      ...(ofCase ? [notErased] : []),
      ...(body ? bodyWithin(needs, body.content) : []),
    ],
    responses: {
      ...config.responses,
      ...(config.method === 'get' && { 304: { description: 'It is as the client has it (If-None-Match)' } }),
      ...PROBLEMS,
      ...(body && WITH_BODY),
      ...(ofCase && ERASED),
      ...pick(config.responses, 400),
    },
  });
  // Answers are held to the document by tests: types would ask for lists that may be changed.
  return made as unknown as R & { getRoutingPath(): string; responses: { 304: { description: string } } };
}

/** A route's own words for a status go before the usual ones. */
const pick = (responses: RouteConfig['responses'], from: number) =>
  Object.fromEntries(Object.entries(responses).filter(([status]) => Number(status) >= from));

const KEY_NAMES = /^(api[_-]?key|key|token|access[_-]?token|bearer|auth(orization)?|secret|nodrift[_-]?key)$/i;

/** An address stands in logs and histories: a key in one is known to others, and is refused so that nobody gets used to it. */
const noKeyInAddress: MiddlewareHandler<ApiEnv> = async (c, next) => {
  const bearer = bearerOf(c);
  const named = [...new URL(c.req.url).searchParams.keys()].some((name) => KEY_NAMES.test(name));
  if (named || (bearer !== undefined && bearer.length >= 12 && decodeURIComponentOr(c.req.url).includes(bearer)))
    throw new Problem(
      'bad-input',
      'A key never stands in an address: send it as Authorization: Bearer <key>, and revoke this one, which logs may hold now',
    );
  await next();
};

function decodeURIComponentOr(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const bearerOf = (c: Context): string | undefined =>
  /^Bearer +([\w.~+/=-]{1,8192})$/i.exec(c.req.header('authorization') ?? '')?.[1];

const knownCaller =
  ({ callers, rates, addressOf, now }: ApiOptions): MiddlewareHandler<ApiEnv> =>
  async (c, next) => {
    const bearer = bearerOf(c);
    const caller = bearer === undefined ? undefined : await callers(bearer, addressOf(c));
    if (!caller) {
      const { wait } = rates.count('wrong', addressOf(c), now().getTime());
      if (wait > 0) throw tooMany(wait);
      throw new Problem('unauthorised', 'Send Authorization: Bearer <key or token>, one that is in force', {
        headers: { 'WWW-Authenticate': bearer === undefined ? 'Bearer' : 'Bearer error="invalid_token"' },
      });
    }
    c.set('caller', caller);
    await next();
  };

const tooMany = (wait: number): Problem =>
  new Problem('too-many-requests', `Wait ${wait} s, then send it again with the same ids`, {
    headers: { 'Retry-After': String(wait) },
  });

/** Each caller has a rate of its own, and hears of it as draft-ietf-httpapi-ratelimit-headers says. */
const withinRate =
  ({ rates, now, requestsAMinute = REQUESTS_A_MINUTE }: ApiOptions): MiddlewareHandler<ApiEnv> =>
  async (c, next) => {
    const { left, resets, wait } = rates.count('caller', c.get('caller').who, now().getTime(), requestsAMinute);
    c.header('RateLimit-Policy', `"caller";q=${requestsAMinute};w=60`);
    c.header('RateLimit', `"caller";r=${left};t=${resets}`);
    if (wait > 0) throw tooMany(wait);
    await next();
  };

const audited =
  ({ does }: RouteNeeds): MiddlewareHandler<ApiEnv> =>
  async (c, next) => {
    await next();
    const { audit, addressOf } = c.get('options');
    const { kind, ref, ...others } = c.req.param() as Readonly<Record<string, string>>;
    const what = c.get('about') ?? [kind, ref, ...Object.values(others)].filter(Boolean).join('/');
    const line = { who: c.get('caller').who, did: does, what, outcome: c.res.status, from: addressOf(c) };
    await audit?.(
      { ...line, request: c.get('request') },
      c.req.method !== 'GET' && c.req.method !== 'HEAD' && c.res.ok,
    );
  };

const demandsScope =
  (scope: Scope): MiddlewareHandler<ApiEnv> =>
  async (c, next) => {
    if (!c.get('caller').scopes.includes(scope))
      throw new Problem('forbidden', `This needs the scope ${scope}, which this caller has not`);
    await next();
  };

/** Before anything else is asked of a case. Whoever may not see it finds nothing, as of any other. */
const notErased: MiddlewareHandler<ApiEnv> = async (c, next) => {
  const { erasureOf } = c.get('options');
  const { kind, ref } = c.req.param() as Readonly<Record<string, string>>;
  const erased = await erasureOf?.(`${kind}/${ref}`);
  if (erased && seesErasure(c.get('caller'), erased)) throw new Problem('case-erased', saidErased(erased));
  await next();
};

/** Whether a caller may know of it. Where nobody knows any more whose case it was, whoever sees all. */
export const seesErasure = (caller: Caller, { authority }: Erasure): boolean =>
  authority === null ? caller.authorities === 'all' : isOf(caller, authority);

/**
 * JSON that systems exchange is UTF-8 (RFC 8259, 8.1). Read leniently, a name in another encoding would be kept with a question mark in it for ever.
 * @throws Problem
 */
function inUtf8(body: ArrayBuffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw new Problem('bad-input', 'the body is not UTF-8: send JSON in that encoding, whatever your own files are in');
  }
}

const typeOf = (c: Context): string => (c.req.header('content-type') ?? '').split(';')[0]!.trim().toLowerCase();

/** Its type, its size and, of JSON, its encoding and depth: before anybody reads it. */
function bodyWithin({ largestBody = LARGEST_BODY }: RouteNeeds, content: object): MiddlewareHandler<ApiEnv>[] {
  const types = Object.keys(content);
  const typed: MiddlewareHandler<ApiEnv> = async (c, next) => {
    const type = typeOf(c);
    if (!types.includes(type))
      throw new Problem(
        'unsupported-media-type',
        `Content-Type: send ${types.join(' or ')}${type ? `, not ${type}` : ''}`,
      );
    await next();
  };
  const shallow: MiddlewareHandler<ApiEnv> = async (c, next) => {
    // A route may take a sheet as well, whose own reader says how to save it.
    if (typeOf(c) === 'application/json' && tooDeep(inUtf8(await c.req.arrayBuffer())))
      throw new Problem('bad-input', 'the body is nested more deeply than anything that is taken here');
    await next();
  };
  const small = bodyLimit({
    maxSize: largestBody,
    onError: () => {
      throw new Problem('too-large', `the body is larger than ${largestBody / 1024} kB: send it in parts`);
    },
  });
  return [typed, small, shallow];
}
