// The proxy in front of Temporal UI, before a stand-in for it: what is passed on, what is changed, what is refused, and who gets the session.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { startUiProxy, type UiProxy } from '../../embedded/ui-proxy.ts';
import { type Answer, ask } from '../support/strange-page.ts';

const TOKEN = 'token-of-this-start';
const QUERY = '/api/v1/namespaces/default/workflows/child-protection%2FBC-1/query/owed';
const asked: string[] = [];
const ui = createServer((request, response) => {
  asked.push(`${request.method} ${request.url}`);
  const send = (type: string, body: string) => {
    const zips = /gzip/.test(request.headers['accept-encoding'] ?? '');
    const whole = zips ? gzipSync(body) : Buffer.from(body);
    response.writeHead(200, { 'content-type': type, ...(zips && { 'content-encoding': 'gzip' }) }).end(whole);
  };
  if (request.url === '/api/v1/settings') send('application/json', '{"Version":"2.54.1","Codec":{"Endpoint":""}}');
  else send('text/html', '<html><head><meta></head></html>');
});
let proxy: UiProxy;
let views = async () => [{ id: 'late', name: 'Late', query: 'q' }];

before(async () => {
  ui.listen(0, '127.0.0.1');
  await once(ui, 'listening');
  const { port } = ui.address() as AddressInfo;
  proxy = await startUiProxy(
    0,
    { host: '127.0.0.1', port },
    { session: { appPort: 8080, cookie: 'c', token: TOKEN }, views: () => views() },
  );
});
after(async () => {
  await proxy.close();
  ui.close();
});

const get = (path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> => {
  const host = `127.0.0.1:${proxy.port}`;
  const own: Record<string, string> = method === 'GET' ? {} : { origin: `http://${host}` };
  return ask({ address: '127.0.0.1', port: proxy.port }, path, { method, headers: { host, ...own, ...headers } });
};

test('a page has our script before its own, and may send what it reads to the codec server alone', async () => {
  const { body, headers } = await get('/namespaces', { accept: 'text/html,*/*', 'accept-encoding': 'gzip' });
  assert.equal(body, '<html><head><script src="/nodrift/views.js"></script><meta></head></html>');
  assert.match(String(headers['content-security-policy']), /^connect-src 'self' http:\/\/127\.0\.0\.1:8080;/);
  assert.equal(headers['content-encoding'], undefined);
});

test('what is no page is passed on as it is: files, and text that the UI renders', async () => {
  for (const path of ['/_app/start.js', '/render?content=a', '/api/v1/cluster'])
    assert.doesNotMatch((await get(path, { accept: 'text/html' })).body, /nodrift/, path);
  assert.doesNotMatch((await get('/namespaces')).body, /nodrift/);
});

test('its settings name the codec server, and hide what changes a case', async () => {
  const { Version, Codec, DisableWriteActions } = JSON.parse((await get('/api/v1/settings')).body);
  assert.deepEqual([Version, Codec.Endpoint, DisableWriteActions], ['2.54.1', 'http://127.0.0.1:8080/codec', true]);
});

test('questions are passed on, and nothing that changes anything', async () => {
  asked.length = 0;
  assert.equal((await get(QUERY, {}, 'POST')).status, 200);
  const refused = [
    ['POST', '/api/v1/namespaces/default/workflows/a/terminate'],
    ['POST', '/api/v1/namespaces/default/workflows/a/query/b/terminate'],
    ['POST', '/api/v1/namespaces/default/workflows/a%2Fquery%2Fb/cancel'],
    ['POST', `${QUERY}/../../terminate`],
    ['POST', '/api/v1/namespaces/default/batch-operations/b'],
    ['PUT', QUERY],
    ['DELETE', '/api/v1/namespaces/default/schedules/nodrift-round'],
  ] as const;
  for (const [method, path] of refused) assert.equal((await get(path, {}, method)).status, 405, `${method} ${path}`);
  assert.deepEqual(asked, [`POST ${QUERY}`]);
});

test('whoever has the address that is printed gets the session, and the address is left behind', async () => {
  const { status, headers } = await get(proxy.path);
  assert.equal(status, 303);
  assert.equal(headers.location, '/namespaces/default/workflows');
  assert.deepEqual(headers['set-cookie'], [`c=${TOKEN}; Path=/; HttpOnly; SameSite=Strict`]);
  for (const other of ['', 'another', `${TOKEN}x`])
    assert.equal((await get(`/nodrift/open/${other}`)).headers['set-cookie'], undefined, other);
});

test('views are those of now; while the record does not answer there are none', async () => {
  assert.match((await get('/nodrift/views.js')).body, /"nodrift-late"/);
  views = () => Promise.reject(new Error('down'));
  const { status, body } = await get('/nodrift/views.js');
  assert.equal(status, 200);
  assert.doesNotMatch(body, /nodrift-late/);
});
