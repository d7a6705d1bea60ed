// A call to the HTTP API: what is sent, what is tried again, what every kind of answer becomes, and where the key never goes.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, beforeEach, test } from 'node:test';
import {
  BadInput,
  CaseExists,
  CaseNotFound,
  IdTaken,
  InvalidEvent,
  NotAllowed,
  Refused,
  Unavailable,
} from '../../client/errors.ts';
import { call, exchange } from '../../client/http/call.ts';

const KEY = 'nd_test_canary';
interface Heard {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}
type Reply = (res: ServerResponse) => void;

let heard: Heard[] = [];
let replies: Reply[] = [];
const server = createServer(async (req, res) => {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk as Buffer);
  const { method = '', url = '', headers } = req;
  heard.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
  // The last reply stands for all that follow.
  (replies.length > 1 ? replies.shift() : replies[0])?.(res);
});
let api: { url: string; key: string };
before(async () => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  api = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, key: KEY };
});
after(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  heard = [];
});

const says =
  (status: number, body: unknown, headers: Record<string, string> = {}): Reply =>
  (res) => {
    res.writeHead(status, { 'content-type': 'application/json', ...headers });
    res.end(body === undefined ? undefined : JSON.stringify(body));
  };
const problem = (status: number, more: object, headers: Record<string, string> = {}): Reply =>
  says(
    status,
    { type: 'urn:nodrift:problem:other', title: 'No', status, ...more },
    { 'content-type': 'application/problem+json', ...headers },
  );
const breaks: Reply = (res) => void res.socket?.destroy();

async function failure(of: Promise<unknown>): Promise<Error> {
  try {
    await of;
  } catch (error) {
    assert.ok(error instanceof Error);
    assert.doesNotMatch(`${error.message} ${error.stack}`, /canary/, 'no key in an error');
    return error;
  }
  throw new Error('it was answered');
}

test('an answer is its JSON; what is sent is JSON, with the key as a bearer', async () => {
  replies = [says(200, { recorded: ['a'] })];
  assert.deepEqual(await call(api, 'POST', '/cases/child-protection/X-1/events', { events: [] }), { recorded: ['a'] });
  const [one] = heard;
  assert.equal(one?.url, '/api/v1/cases/child-protection/X-1/events');
  assert.equal(one?.headers.authorization, `Bearer ${KEY}`);
  assert.equal(one?.headers['content-type'], 'application/json');
  assert.equal(one?.body, '{"events":[]}');
});

test('the address may be that of the app, below a folder, or of the API itself', async () => {
  replies = [says(200, {})];
  for (const end of ['', '/', '/api/v1', '/api/v1/', '/plans'])
    await call({ ...api, url: api.url + end }, 'GET', '/cases');
  assert.deepEqual(
    heard.map(({ url }) => url),
    ['/api/v1/cases', '/api/v1/cases', '/api/v1/cases', '/api/v1/cases', '/plans/api/v1/cases'],
  );
});

test('text goes as it is, with the content type that was said', async () => {
  replies = [says(202, { id: 'i-1' })];
  await call(api, 'POST', '/imports', 'ref,kind\n', { 'content-type': 'text/csv' });
  assert.equal(heard[0]?.body, 'ref,kind\n');
  assert.equal(heard[0]?.headers['content-type'], 'text/csv');
});

test('an empty answer is undefined, and "not modified" is one', async () => {
  replies = [says(204, undefined), (res) => void res.writeHead(304, { etag: '"1"' }).end()];
  assert.equal(await call(api, 'DELETE', '/webhooks/w-1'), undefined);
  const { status, headers } = await exchange(api, 'GET', '/cases/child-protection/X-1', undefined, {
    'if-none-match': '"1"',
  });
  assert.equal(status, 304);
  assert.equal(headers.get('etag'), '"1"');
});

const KINDS: readonly [
  status: number,
  path: string,
  more: object,
  type: new (...args: never[]) => Error,
  holds: object,
][] = [
  [400, '/cases', { detail: 'file: is missing', field: 'file' }, BadInput, { field: 'file' }],
  [401, '/cases', { detail: 'nobody is known by this key' }, NotAllowed, {}],
  [403, '/cases', { detail: 'this key may not write' }, NotAllowed, {}],
  [404, '/cases/child-protection/X-1', { detail: 'there is no such case' }, CaseNotFound, { closed: false }],
  [404, '/imports/i-1', { detail: 'there is no such import' }, BadInput, {}],
  [409, '/cases', { detail: 'this reference was used before' }, CaseExists, {}],
  [413, '/cases', { detail: 'at most 256 kB' }, BadInput, {}],
  [415, '/imports', { detail: 'CSV or NDJSON' }, BadInput, {}],
  [
    422,
    '/cases',
    { detail: 'R63: not without a social worker', rule: 'R63', field: 'events.0' },
    Refused,
    { rule: 'R63', field: 'events.0' },
  ],
  [422, '/cases', { detail: 'it is over already', type: 'urn:nodrift:problem:refused' }, Refused, { rule: null }],
  [
    400,
    '/cases',
    { detail: 'on: is missing', field: 'events.0.event.on', type: 'urn:nodrift:problem:invalid-event' },
    InvalidEvent,
    { rule: null, field: 'events.0.event.on' },
  ],
  [
    409,
    '/cases/child-protection/X-1/events',
    { detail: 'the case is closed', type: 'urn:nodrift:problem:case-closed' },
    CaseNotFound,
    { closed: true },
  ],
  [
    409,
    '/cases/child-protection/X-1/events',
    { detail: 'the id "e-1" was used for another event', field: 'id', type: 'urn:nodrift:problem:id-taken' },
    IdTaken,
    { rule: null, id: 'e-1' },
  ],
  [
    409,
    '/policies/barnsley',
    { detail: 'this version was used', type: 'urn:nodrift:problem:version-taken' },
    BadInput,
    {},
  ],
  [500, '/cases', { detail: 'a fault of ours' }, Unavailable, {}],
];
for (const [status, path, more, type, holds] of KINDS)
  test(`a problem with ${status} at ${path} is ${type.name}, with what it names`, async () => {
    replies = [problem(status, more)];
    const error = await failure(call(api, 'POST', path, {}));
    assert.equal(error.constructor, type);
    assert.match(error.message, new RegExp((more as { detail: string }).detail.slice(0, 12)));
    for (const [name, value] of Object.entries(holds)) assert.equal(error[name as keyof Error], value, name);
    assert.equal(heard.length, 1, 'what was answered is not sent again');
  });

test('all faults are said at once, each with its field', async () => {
  replies = [
    problem(400, {
      detail: 'two faults',
      errors: [
        { field: 'file.ref', detail: 'is missing' },
        { field: 'file.kind', detail: 'is none' },
      ],
    }),
  ];
  const error = await failure(call(api, 'POST', '/cases', {}));
  assert.equal(error.message, 'file.ref: is missing; file.kind: is none');
});

test('where nobody answers, what does no harm twice is sent once more, with the same content', async () => {
  for (const [method, path] of [
    ['GET', '/cases'],
    ['POST', '/cases'],
    ['POST', '/cases/child-protection/X-1/events'],
    ['DELETE', '/webhooks/w'],
  ] as const) {
    heard = [];
    replies = [problem(503, {}, { 'retry-after': '0' }), says(200, { ok: true })];
    assert.deepEqual(
      await call(api, method, path, method === 'POST' ? { events: [1] } : undefined),
      { ok: true },
      path,
    );
    assert.equal(heard.length, 2);
    assert.equal(heard[1]?.body, heard[0]?.body);
    replies = [breaks, says(200, { ok: 'too' })];
    assert.deepEqual(await call(api, method, path), { ok: 'too' });
  }
});

test('what might be done twice is sent once', async () => {
  replies = [problem(503, { detail: 'nobody answers' })];
  assert.ok((await failure(call(api, 'POST', '/webhooks', {}))) instanceof Unavailable);
  assert.equal(heard.length, 1);
  replies = [breaks];
  assert.ok((await failure(call(api, 'POST', '/keys', {}))) instanceof Unavailable);
  assert.equal(heard.length, 2);
});

test('who is asked to wait a little waits; whoever is asked to wait long is told how long', async () => {
  replies = [problem(429, {}, { 'retry-after': '1' }), says(200, { ok: true })];
  assert.deepEqual(await call(api, 'POST', '/keys', {}), { ok: true });
  replies = [problem(429, { detail: 'too many' }, { 'retry-after': '120' })];
  const error = await failure(call(api, 'GET', '/cases'));
  assert.ok(error instanceof Unavailable);
  assert.equal(error.retryAfter, 120);
  assert.equal(heard.length, 3);
});

test('after the second time it is Unavailable', async () => {
  replies = [problem(503, { detail: 'nobody answers; send it again with the same id' }, { 'retry-after': '0' })];
  const error = await failure(call(api, 'GET', '/cases'));
  assert.ok(error instanceof Unavailable);
  assert.equal(heard.length, 2);
});

test('no answer in time says so', async () => {
  replies = [() => {}];
  const error = await failure(call({ ...api, timeoutMs: 50 }, 'GET', '/cases'));
  assert.ok(error instanceof Unavailable);
  assert.match(error.message, /no answer within/);
});

test('nobody there: one line with the address and why', async () => {
  const gone = createServer().listen(0, '127.0.0.1');
  await once(gone, 'listening');
  const { port } = gone.address() as AddressInfo;
  gone.close();
  const error = await failure(call({ url: `http://127.0.0.1:${port}`, key: KEY }, 'GET', '/cases'));
  assert.ok(error instanceof Unavailable);
  assert.match(error.message, new RegExp(`^http://127.0.0.1:${port}: nobody listens there`));
});

test('the key follows no redirect', async () => {
  replies = [(res) => void res.writeHead(307, { location: `${api.url}/elsewhere` }).end()];
  const error = await failure(call(api, 'POST', '/cases', {}));
  assert.ok(error instanceof BadInput);
  assert.equal(heard.length, 1);
});

test("a proxy's page, and another server's, are told from the API", async () => {
  const page =
    (status: number): Reply =>
    (res) =>
      void res.writeHead(status, { 'content-type': 'text/html' }).end('<h1>nginx</h1>');
  replies = [page(502)];
  assert.ok((await failure(call(api, 'GET', '/cases'))) instanceof Unavailable);
  for (const status of [200, 404]) {
    replies = [page(status)];
    const error = await failure(call(api, 'GET', '/cases/child-protection/X'));
    assert.ok(error instanceof BadInput, String(status));
    assert.match(error.message, /not Nodrift's API/);
  }
});

for (const [what, wrong] of [
  ['no URL', { url: 'plans.council.example', key: KEY }],
  ['another protocol', { url: 'ftp://plans.council.example', key: KEY }],
  ['the key in the URL', { url: `https://x:${KEY}@plans.council.example`, key: KEY }],
  ['the key as a parameter', { url: `https://plans.council.example?key=${KEY}`, key: KEY }],
  ['no key', { url: 'https://plans.council.example', key: ' ' }],
  ['a key that breaks the line', { url: 'https://plans.council.example', key: `${KEY}\r\nx: y` }],
] as const)
  test(`bad input, ${what}: one line, nothing is sent`, async () => {
    const error = await failure(call(wrong, 'GET', '/cases'));
    assert.ok(error instanceof BadInput);
    assert.doesNotMatch(error.message, /\n/);
    assert.equal(heard.length, 0);
  });
