// Connections to an endpoint are kept from one call to the next, and each still leads to the address that was looked at for this call.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { post } from '../../webhooks/post.ts';

const folder = mkdtempSync(join(tmpdir(), 'nodrift-kept-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const rules = { allowed: ['receiver.test'], ourselves: [] };
const at = (address: string) => async () => [{ address, family: 4 }];

/** A receiver on every loopback address, and to which of them each of its connections came. */
async function withReceiver(answer: RequestListener, use: (port: number, came: string[]) => Promise<void>) {
  const came: string[] = [];
  const server = createServer(answer).listen(0, '0.0.0.0');
  server.on('connection', (socket) => came.push(String(socket.localAddress)));
  await once(server, 'listening');
  try {
    await use((server.address() as AddressInfo).port, came);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** Until what was answered is out of the way, which is not waited for in earnest. */
const settled = () => new Promise((done) => setTimeout(done, 50));

test('calls one after another go over one connection, whatever is said in the answers', async () => {
  const hosts: (string | undefined)[] = [];
  const answer: RequestListener = (request, response) => {
    hosts.push(request.headers.host);
    response.writeHead(200).end('thank you');
  };
  await withReceiver(answer, async (port, came) => {
    for (let i = 0; i < 5; i++, await settled())
      assert.deepEqual(await post(`http://receiver.test:${port}/`, '{}', {}, { ...rules, resolve: at('127.0.0.1') }), {
        status: 200,
      });
    assert.deepEqual(came, ['127.0.0.1']);
    assert.deepEqual(new Set(hosts), new Set([`receiver.test:${port}`]), 'it is asked for by its name');
  });
});

test('a name that has another address by now is called there, and not over the connection that is kept', async () => {
  await withReceiver(
    (_, response) => response.writeHead(204).end(),
    async (port, came) => {
      for (const address of ['127.0.0.1', '127.0.0.2', '127.0.0.1']) {
        await post(`http://receiver.test:${port}/`, '{}', {}, { ...rules, resolve: at(address) });
        await settled();
      }
      assert.deepEqual(came, ['127.0.0.1', '127.0.0.2']);
    },
  );
});

test('one whose address is not allowed any more is not called over a connection that is kept', async () => {
  let calls = 0;
  const answer: RequestListener = (_, response) => {
    calls++;
    response.writeHead(204).end();
  };
  await withReceiver(answer, async (port) => {
    const url = `http://receiver.test:${port}/`;
    await post(url, '{}', {}, { ...rules, resolve: at('127.0.0.1') });
    await settled();
    const refused = await post(url, '{}', {}, { ...rules, allowed: [], resolve: at('127.0.0.1') });
    assert.deepEqual(refused, { code: 'address-not-allowed' });
  });
  assert.equal(calls, 1);
});

test('a connection that the receiver gave up meanwhile says nothing of the receiver: it is called over another', async () => {
  let connections = 0;
  const receiver = createTcp((socket) => {
    connections++;
    let asked = 0;
    socket.on('error', () => {});
    socket.on('data', () => {
      // Its second request finds it closed, without a word.
      if (++asked > 1) socket.destroy();
      else socket.write('HTTP/1.1 204 No Content\r\n\r\n');
    });
  }).listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  const url = `http://receiver.test:${(receiver.address() as AddressInfo).port}/`;
  for (let i = 0; i < 2; i++, await settled())
    assert.deepEqual(await post(url, '{}', {}, { ...rules, resolve: at('127.0.0.1') }), { status: 204 });
  assert.equal(connections, 2);
  receiver.close();
});

const skip = spawnSync('openssl', ['version']).status !== 0 && !process.env.CI && 'there is no openssl here';

test('over https the certificate is held to the name, though the address is what is called', { skip }, () => {
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const made = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const subject = ['-subj', '/CN=receiver.test', '-addext', 'subjectAltName=DNS:receiver.test'];
  execFileSync('openssl', ['req', ...made, ...subject, '-keyout', key, '-out', cert], { stdio: 'ignore' });
  // Node reads whom it trusts besides when it starts.
  const said = execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', CALLS_BY_NAME], {
    env: { ...process.env, NODE_EXTRA_CA_CERTS: cert, CERT: cert, KEY: key },
    encoding: 'utf8',
  });
  assert.deepEqual(JSON.parse(said), {
    first: { status: 204 },
    again: { status: 204 },
    other: { code: 'ERR_TLS_CERT_ALTNAME_INVALID' },
    names: ['receiver.test', 'other.test'],
  });
});

const CALLS_BY_NAME = `
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { post } from ${JSON.stringify(new URL('../../webhooks/post.ts', import.meta.url).href)};
const names = [];
const [cert, key] = [process.env.CERT, process.env.KEY].map((file) => readFileSync(file));
const options = { cert, key, SNICallback: (name, done) => { names.push(name); done(null); } };
const server = createServer(options, (_, answer) => answer.writeHead(204).end());
server.listen(0, '127.0.0.1', async () => {
  const call = (name) => post('https://' + name + ':' + server.address().port + '/', '{}', {}, {
    allowed: ['receiver.test', 'other.test'], ourselves: [], resolve: async () => [{ address: '127.0.0.1', family: 4 }],
  });
  const first = await call('receiver.test');
  await new Promise((done) => setTimeout(done, 50));
  const again = await call('receiver.test');
  const other = await call('other.test');
  console.log(JSON.stringify({ first, again, other, names }));
  process.exit();
});
`;
