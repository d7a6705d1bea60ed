// Why Temporal cannot be reached: each reason has a line of its own, the same for services and workers, and names the way out.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttp } from 'node:http';
import { createServer as createHttp2 } from 'node:http2';
import { type AddressInfo, createServer as createTcp, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, test } from 'node:test';
import { createServer as createTls } from 'node:tls';
import { Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { reach, type Where } from '../../client/connect.ts';
import { Unavailable } from '../../client/errors.ts';
import { Nodrift } from '../../client/nodrift.ts';
import { ringAsJson, withNewKey } from '../../codec/key-ring.ts';
import { startDevServer } from '../../embedded/dev-server.ts';
import { freePort } from '../../embedded/ports.ts';
import { findServer } from '../../embedded/server-binary.ts';

/** Of localhost, signed by itself, good from 2020 to 2120. Used by this file alone. */
const CERT = `-----BEGIN CERTIFICATE-----
MIIBXTCCAQSgAwIBAgIBATAKBggqhkjOPQQDAjAUMRIwEAYDVQQDDAlsb2NhbGhv
c3QwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMBQxEjAQBgNVBAMM
CWxvY2FsaG9zdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABL7xUrSqTsOM55hO
++npbmoXearYsZ+WWYOKPJiAClAkJn0zjBbUUmUXTqJYpfaCvubd90+whpnObl4r
C9LKIvijRTBDMBQGA1UdEQQNMAuCCWxvY2FsaG9zdDAMBgNVHRMEBTADAQH/MB0G
A1UdDgQWBBRL8T3YEolEZEl3pGSA5OxOtoKATzAKBggqhkjOPQQDAgNHADBEAiBo
GANoeOgQAF6028rXaCs4ZMrCXiZr+H0TKXaQtBqAmQIgaFDIqFw9QXMSkPZTd+ts
wHb1ZAxgIFTBcC4/UDAEIzg=
-----END CERTIFICATE-----`;
const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg9eM9PKABgnBlH0c6
hDZcU2GDDX1OFQWUppn+2ohWzhehRANCAAS+8VK0qk7DjOeYTvvp6W5qF3mq2LGf
llmDijyYgApQJCZ9M4wW1FJlF06iWKX2gr7m3fdPsIaZzm5eKwvSyiL4
-----END PRIVATE KEY-----`;

const servers: Server[] = [];
after(() => {
  for (const server of servers) server.close();
});

async function listening(server: Server): Promise<string> {
  servers.push(server);
  server.on('connection', (socket) => {
    socket.on('error', () => {});
    socket.unref();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `localhost:${(server.address() as AddressInfo).port}`;
}

/** Answers every call with one gRPC status. */
const answering = (status: number, message: string) =>
  createHttp2().on('stream', (stream) => {
    stream.respond(
      { ':status': 200, 'content-type': 'application/grpc', 'grpc-status': status, 'grpc-message': message },
      { endStream: true },
    );
  });

const temporal = await startDevServer({
  ...{ binary: await findServer(), inMemory: true, ports: { grpc: 0 } },
  ...{ searchAttributes: {}, timeSkipping: false },
});
after(() => temporal.stop());

/** Both kinds of connection; each a little impatient, for the test's sake. */
const kinds = {
  service: (where: Where & { apiKey?: string }) =>
    reach(where, () => Connection.connect({ ...where, connectTimeout: 3_000 })),
  worker: (where: Where & { apiKey?: string }) => reach(where, () => NativeConnection.connect(where)),
};

const at = (address: string, more: Partial<Where & { apiKey: string }> = {}) => ({
  address,
  namespace: 'default',
  ...more,
});
const trusted = { serverRootCACertificate: Buffer.from(CERT) };

const rows: readonly (readonly [what: string, where: () => Promise<Where>, says: RegExp])[] = [
  [
    'nobody listens',
    async () => at(`127.0.0.1:${await freePort(0)}`),
    /^no Temporal server answers at .*: nobody listens there\. Start it \(npm start\)/,
  ],
  ['the host is unknown', async () => at('nowhere.invalid:7233'), /: its host is not known\./],
  [
    'the namespace is unknown',
    async () => at(temporal.address, { namespace: 'elsewhere' }),
    /has no namespace "elsewhere": .*TEMPORAL_NAMESPACE/,
  ],
  [
    'TLS is asked of a server without',
    async () => at(temporal.address, { tls: true }),
    /^no secure connection to Temporal at .*; leave out TEMPORAL_TLS/,
  ],
  [
    'a key turns TLS on',
    async () => at(temporal.address, { apiKey: 'secret-key', tls: true }),
    /leave out TEMPORAL_TLS… and TEMPORAL_API_KEY/,
  ],
  [
    'a mail server listens',
    async () => at(await listening(createTcp((socket) => socket.write('220 hello\r\n')))),
    /is no Temporal server: correct TEMPORAL_ADDRESS/,
  ],
  [
    'a web server listens',
    async () => at(await listening(createHttp((_, response) => response.end('hello')))),
    /is no Temporal server/,
  ],
  [
    'another gRPC server listens',
    async () => at(await listening(answering(12, 'unknown service'))),
    /is no Temporal server/,
  ],
  [
    'the key is wrong',
    async () => at(await listening(answering(16, 'who are you')), { apiKey: 'secret-key', tls: false }),
    /does not let this key or certificate into the namespace "default": correct TEMPORAL_API_KEY/,
  ],
  ['the key may not', async () => at(await listening(answering(7, 'not you'))), /does not let this key/],
  [
    'the server wants TLS',
    async () => at(await listening(createTls({ cert: CERT, key: KEY, ALPNProtocols: ['h2'] }))),
    /it wants TLS; set TEMPORAL_TLS=true/,
  ],
  [
    'nobody trusts its certificate',
    async () => at(await listening(createTls({ cert: CERT, key: KEY, ALPNProtocols: ['h2'] })), { tls: true }),
    /signed by nobody this machine trusts .*TEMPORAL_TLS_SERVER_CA_CERT_PATH/,
  ],
  [
    'its certificate is for another host',
    async () =>
      at(await listening(createTls({ cert: CERT, key: KEY, ALPNProtocols: ['h2'] })), {
        tls: { ...trusted, serverNameOverride: 'other.example' },
      }),
    /for another host/,
  ],
];

for (const [kind, connect] of Object.entries(kinds))
  for (const [what, where, says] of rows)
    test(`a ${kind} is told that ${what}`, async () => {
      const told = await connect(await where()).then(
        async (connection) => {
          await connection.close();
          assert.fail('it connected');
        },
        (error: unknown) => error,
      );
      assert.ok(told instanceof Unavailable, String(told));
      assert.match(told.message, says);
      assert.ok(!told.message.includes('\n') && !told.message.includes('secret-key'), told.message);
    });

const home = process.cwd();
const scratch = mkdtempSync(join(tmpdir(), 'nodrift-connect-'));
const { NODRIFT_DATA, TEMPORAL_ADDRESS } = process.env;
afterEach(() => {
  process.chdir(home);
  Object.assign(process.env, { NODRIFT_DATA, TEMPORAL_ADDRESS });
  for (const name of ['NODRIFT_DATA', 'TEMPORAL_ADDRESS'] as const)
    if (process.env[name] === 'undefined') delete process.env[name];
});
after(() => rmSync(scratch, { recursive: true, force: true }));

/** A data folder as a server leaves it; with an address while it runs, or when it was killed. */
function folder(name: string, address?: string, clusterId = ''): string {
  const data = join(scratch, name);
  mkdirSync(join(data, 'temporal'), { recursive: true });
  if (address !== undefined) writeFileSync(join(data, 'address'), `${address}\n${clusterId}\n`);
  delete process.env.TEMPORAL_ADDRESS;
  return data;
}

/** The ring and the store that every client here opens. */
process.env.NODRIFT_KEYS = ringAsJson(withNewKey(undefined));
process.env.NODRIFT_KEYS_URL = `file://${scratch}/keys`;

const unavailable = (says: RegExp) => (error: unknown) => error instanceof Unavailable && says.test(error.message);

test('with NODRIFT_DATA of a stopped server nobody else is talked to', async () => {
  process.env.NODRIFT_DATA = folder('stopped');
  await assert.rejects(
    Nodrift.connect(),
    unavailable(/^the server of .*stopped is not running: start it again with NODRIFT_DATA=.*stopped npm start/),
  );
});

test('a data folder here whose server is stopped is as good as one that NODRIFT_DATA names', async () => {
  const here = join(scratch, 'here');
  folder(join('here', '.nodrift'));
  process.chdir(here);
  delete process.env.NODRIFT_DATA;
  await assert.rejects(
    Nodrift.connect(),
    unavailable(/^the server of .*\.nodrift is not running: start it again with npm start/),
  );
});

test('what a killed run left behind does not lead to a stranger who has its port by now', async () => {
  process.env.NODRIFT_DATA = folder('killed', temporal.address, 'an-id-of-another-database');
  await assert.rejects(Nodrift.connect(), unavailable(/is not running, and another one has its port/));
  process.env.NODRIFT_DATA = folder('gone', `127.0.0.1:${await freePort(0)}`, 'an-id');
  await assert.rejects(Nodrift.connect(), unavailable(/nobody listens there/));
});

test('the server that runs in the folder is talked to', async () => {
  const asking = await Connection.connect({ address: temporal.address });
  const { clusterId } = await asking.workflowService.getClusterInfo({});
  await asking.close();
  process.env.NODRIFT_DATA = folder('running', temporal.address, clusterId);
  const nodrift = await Nodrift.connect();
  await nodrift.close();
});

test('TEMPORAL_ADDRESS goes before any folder', async () => {
  process.env.NODRIFT_DATA = folder('elsewhere');
  process.env.TEMPORAL_ADDRESS = temporal.address;
  const nodrift = await Nodrift.connect();
  await nodrift.close();
});
