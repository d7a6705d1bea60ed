// Somebody who calls the API, without a socket. Every answer is held to the OpenAPI document: its status, its type, its schema.

import assert from 'node:assert/strict';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Hono } from 'hono';
import { SCOPES, type Scope } from '../../record/scopes.ts';
import type { ApiParts } from '../../web/api/all-routes.ts';
import type { Caller, Callers } from '../../web/api/caller.ts';
import { webApp } from '../../web/app.ts';
import type { PaperCase } from './paper-case.ts';
import { KEYS, PUBLIC_URL } from './visitor.ts';

/** The bearer of a stand-in that may do everything. */
export const ALL = 'test-key-that-may-do-all';

/** A caller that a test makes up. */
export const caller = (change: Partial<Caller> = {}): Caller => ({
  who: 'key:ck_test',
  kind: 'key',
  authorities: 'all',
  scopes: SCOPES,
  ...change,
});

/** Callers by their bearers; `ALL` is always one of them. */
export function callersOf(others: Readonly<Record<string, Caller>> = {}): Callers {
  const known = new Map(Object.entries({ [ALL]: caller(), ...others }));
  return async (bearer) => known.get(bearer);
}

/** One who has these scopes alone. */
export const scoped = (...scopes: readonly Scope[]): Caller => caller({ who: `key:ck_${scopes.join('_')}`, scopes });

/** The app with an API on what a test gives, and pages that nobody asks for. */
export function apiOf(paper: PaperCase, parts: Partial<ApiParts> = {}, failed?: (error: unknown) => void): Hono {
  const id = `${paper.file.kind}/${paper.file.ref}`;
  const nobody = () => Promise.reject(new Error('not of this test'));
  const cases: ApiParts['cases'] = {
    cases: { open: nobody, ...paper.cases },
    caseOf: async (caseId) => (caseId === id ? paper.row() : undefined),
    mailsOf: async () => [],
  };
  return webApp({
    ...{ cases: paper.cases, keys: KEYS, publicUrl: PUBLIC_URL, now: () => paper.clock },
    settingOf: async (caseId) => (caseId === id ? paper.setting() : undefined),
    policies: async () => [],
    api: { callers: callersOf(), cases, ...parts },
    failed:
      failed ??
      ((error) => {
        throw error;
      }),
  });
}

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: what it holds is what the test is about
  readonly body: any;
}

export interface Asking {
  readonly get: (path: string, headers?: Record<string, string>) => Promise<Answered>;
  readonly post: (path: string, body: unknown, headers?: Record<string, string>) => Promise<Answered>;
  readonly ask: (method: string, path: string, init?: RequestInit) => Promise<Answered>;
}

/** Calls an app. @param bearer none where it is null; paths are without /api/v1 */
export function asking(app: Pick<Hono, 'request'>, bearer: string | null = ALL): Asking {
  const held = heldToDocument(app);
  const ask = async (method: string, path: string, init: RequestInit = {}): Promise<Answered> => {
    const given = Object.fromEntries(new Headers(init.headers));
    const headers = { ...(bearer !== null && { authorization: `Bearer ${bearer}` }), ...given };
    const response = await app.request(`/api/v1${path}`, { ...init, method, headers });
    const text = await response.text();
    const type = response.headers.get('content-type') ?? '';
    const body = /json/.test(type) ? (JSON.parse(text) as unknown) : text;
    await held(method, `/api/v1${path}`, response, body);
    return { status: response.status, headers: response.headers, body };
  };
  return {
    ask,
    get: (path, headers = {}) => ask('GET', path, { headers }),
    post: (path, body, headers = {}) =>
      ask('POST', path, {
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
  };
}

interface Operation {
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>> }>>;
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

/** Answers of addresses that the document does not name may be these alone. */
const ELSEWHERE = [401, 403, 404, 405, 429];

/** Holds answers to the document that the app itself serves. */
function heldToDocument(app: Pick<Hono, 'request'>) {
  let made: Promise<{ document: Document; ajv: Ajv2020 }> | undefined;
  const load = async () => {
    const document = (await (await app.request('/openapi.json')).json()) as Document;
    const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
    ajv.addSchema(document, 'openapi');
    return { document, ajv };
  };
  return async (method: string, path: string, response: Response, body: unknown): Promise<void> => {
    made ??= load();
    const { document, ajv } = await made;
    const [address = ''] = path.split('?');
    const template = Object.keys(document.paths).find((one) => fits(one, address));
    const operation = template && document.paths[template]?.[method.toLowerCase()];
    const what = `${method} ${path} → ${response.status}`;
    if (!operation) {
      assert.ok(ELSEWHERE.includes(response.status) || response.status === 400, `${what}: is not in the document`);
      return;
    }
    const said = operation.responses[String(response.status)];
    assert.ok(said, `${what}: the document has no such status`);
    const [type = ''] = (response.headers.get('content-type') ?? '').split(';');
    if (!said.content) return assert.equal(body, '', `${what}: has a body, says the document not`);
    assert.ok(Object.hasOwn(said.content, type), `${what}: is ${type}, says the document not`);
    if (!/json$/.test(type)) return;
    const pointer = ['paths', template, method.toLowerCase(), 'responses', response.status, 'content', type, 'schema']
      .map((part) => encodeURIComponent(String(part).replaceAll('~', '~0').replaceAll('/', '~1')))
      .join('/');
    const validate = ajv.getSchema(`openapi#/${pointer}`);
    assert.ok(validate, `${what}: has no schema`);
    assert.ok(validate(body), `${what}: ${ajv.errorsText(validate.errors)}\n${JSON.stringify(body, null, 1)}`);
  };
}

const fits = (template: string, address: string): boolean =>
  new RegExp(`^${template.replaceAll(/\{[^}]+\}/g, '[^/]+')}$`).test(address);
