// One call of an endpoint: to the address that was looked at, following nobody, and not for long.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcp, type Socket } from 'node:net';
import { test } from 'node:test';
import { lookedAt, post } from '../../webhooks/post.ts';

const LOOPBACK = [{ address: '127.0.0.1', family: 4 }];

async function withServer<T>(answer: RequestListener, use: (port: number) => Promise<T>): Promise<T> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    return await use((server.address() as AddressInfo).port);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const allowing = (...allowed: readonly string[]) => ({ allowed, ourselves: [] });

test('the body arrives as it was signed, with its headers, and the status comes back', async () => {
  const got: { body?: string; headers?: unknown; host?: string | undefined } = {};
  const answer = await withServer(
    async (request, response) => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part as Buffer);
      Object.assign(got, {
        body: Buffer.concat(parts).toString(),
        headers: request.headers,
        host: request.headers.host,
      });
      response.writeHead(204).end();
    },
    (port) => post(`http://127.0.0.1:${port}/hook`, '{"é":1}', { 'webhook-id': 'evt_1' }, allowing('127.0.0.1')),
  );
  assert.deepEqual(answer, { status: 204 });
  assert.equal(got.body, '{"é":1}');
  assert.equal((got.headers as Record<string, string>)['webhook-id'], 'evt_1');
});

test('a name is resolved once, and the address that was looked at is the one that is called', async () => {
  let asked = 0;
  await withServer(
    (_, response) => response.writeHead(200).end(),
    async (port) => {
      const resolve = async () => {
        asked++;
        return LOOPBACK;
      };
      const at = `http://receiver.test:${port}/`;
      assert.deepEqual(await post(at, '{}', {}, { ...allowing('receiver.test'), resolve }), { status: 200 });
    },
  );
  assert.equal(asked, 1);
});

test('a name with one private address among its own is not called', async () => {
  const resolve = async () => [{ address: '8.8.8.8', family: 4 }, ...LOOPBACK];
  for (const url of ['https://receiver.example/', 'https://receiver.example:8443/'])
    assert.deepEqual(await post(url, '{}', {}, { ...allowing(), resolve }), { code: 'address-not-allowed' });
  const mapped = async () => [{ address: '::ffff:169.254.169.254', family: 6 }];
  assert.deepEqual(await post('https://receiver.example/', '{}', {}, { ...allowing(), resolve: mapped }), {
    code: 'address-not-allowed',
  });
});

test('what is no longer allowed is not called either: the rules are those of now', async () => {
  assert.deepEqual(await post('http://127.0.0.1:9/', '{}', {}, allowing()), { code: 'address-not-allowed' });
});

test('an address is looked at as a call does, and one whose name does not resolve may resolve later', async () => {
  const rules = allowing();
  const to = (address: string) => ({ ...rules, resolve: async () => [{ address, family: 4 }] });
  await lookedAt('https://receiver.example/', to('8.8.8.8'));
  await assert.rejects(lookedAt('https://receiver.example/', to('10.0.0.1')), /private network/);
  await lookedAt('https://receiver.example/', { ...rules, resolve: () => Promise.reject(new Error('not now')) });
});

test('a redirect is not followed', async () => {
  let calls = 0;
  const answer = await withServer(
    (request, response) => {
      calls++;
      response.writeHead(307, { location: `http://${request.headers.host}/elsewhere` }).end();
    },
    (port) => post(`http://127.0.0.1:${port}/`, '{}', {}, allowing('127.0.0.1')),
  );
  assert.deepEqual([answer, calls], [{ status: 307 }, 1]);
});

test('an answer without an end is not read', async () => {
  const answer = await withServer(
    (_, response) => {
      response.writeHead(200, { 'retry-after': '7' });
      const filling = setInterval(() => response.write('x'.repeat(65_536)), 1);
      response.on('close', () => clearInterval(filling));
    },
    (port) => post(`http://127.0.0.1:${port}/`, '{}', {}, allowing('127.0.0.1')),
  );
  assert.deepEqual(answer, { status: 200, retryAfter: 7 });
});

test('who does not answer, who drips, whose name does not resolve: each is given up in time', async () => {
  const hurried = { ...allowing('127.0.0.1', 'receiver.test'), timeoutMs: 200 };
  await withServer(
    () => {},
    async (port) => assert.deepEqual(await post(`http://127.0.0.1:${port}/`, '{}', {}, hurried), { code: 'no-answer' }),
  );
  const sockets = new Set<Socket>();
  const drips = createTcp((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    const drop = setInterval(() => socket.write('H'), 20);
    socket.on('close', () => clearInterval(drop));
  }).listen(0, '127.0.0.1');
  await once(drips, 'listening');
  const { port } = drips.address() as AddressInfo;
  const answer = await post(`http://127.0.0.1:${port}/`, '{}', {}, hurried);
  assert.ok('code' in answer, JSON.stringify(answer));
  for (const socket of sockets) socket.destroy();
  drips.close();
  const silence = { ...hurried, resolve: () => new Promise<never>(() => {}) };
  assert.deepEqual(await post('http://receiver.test/', '{}', {}, silence), { code: 'no-answer' });
});

test('why nobody answered is a code, never text of the other side', async () => {
  assert.deepEqual(await post('http://127.0.0.1:1/', '{}', {}, allowing('127.0.0.1')), { code: 'ECONNREFUSED' });
  const resolve = () => Promise.reject(Object.assign(new Error('ask Jane'), { code: 'ENOTFOUND' }));
  assert.deepEqual(await post('https://nowhere.example/', '{}', {}, { ...allowing(), resolve }), { code: 'ENOTFOUND' });
  await withServer(
    (request) => request.socket.destroy(),
    async (port) =>
      assert.deepEqual(await post(`http://127.0.0.1:${port}/`, '{}', {}, allowing('127.0.0.1')), {
        code: 'ECONNRESET',
      }),
  );
  await withServer(
    (_, response) => response.end(),
    async (port) => {
      const answer = await post(`https://127.0.0.1:${port}/`, '{}', {}, allowing('127.0.0.1'));
      assert.match('code' in answer ? answer.code : '', /SSL|EPROTO|WRONG_VERSION/);
    },
  );
});

test('one that is to stop stops at once, and says so', async () => {
  const asked = new AbortController();
  const answer = await withServer(
    () => asked.abort(),
    (port) => post(`http://127.0.0.1:${port}/`, '{}', {}, { ...allowing('127.0.0.1'), signal: asked.signal }),
  );
  assert.deepEqual(answer, { code: 'stopped' });
});
