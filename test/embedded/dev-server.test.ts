// embedded/dev-server.ts: the server serves, keeps its data, says why it does not start, and never outlives the process that started it.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Client, Connection } from '@temporalio/client';
import { type DevServer, type DevServerOptions, startDevServer } from '../../embedded/dev-server.ts';
import { freePort } from '../../embedded/ports.ts';
import { findServer } from '../../embedded/server-binary.ts';
import { UserError } from '../../embedded/user-error.ts';
import { ask, attack, csrfToken, listening } from '../support/strange-page.ts';
import { until } from '../support/waiting.ts';

const scratch = await mkdtemp(join(tmpdir(), 'nodrift-server-'));
let binary = '';
before(async () => {
  binary = await findServer();
});

/** Every server is stopped at the end, also after a test that failed: a running child would keep this file from ending. */
const started: DevServer[] = [];
after(async () => {
  await Promise.all(started.map((server) => server.stop()));
  await rm(scratch, { recursive: true, force: true });
});

async function start(where: { dataDir: string } | { inMemory: true }, more: Partial<DevServerOptions> = {}) {
  const plain = { binary, ports: { grpc: 0 }, searchAttributes: {}, timeSkipping: false };
  const server = await startDevServer({ ...plain, ...where, ...more } as DevServerOptions);
  started.push(server);
  return server;
}

async function withClient<T>(server: DevServer, use: (client: Client) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address: server.address });
  try {
    return await use(new Client({ connection }));
  } finally {
    await connection.close();
  }
}

const runs = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

async function untilGone(pid: number) {
  await until(() => !runs(pid), `process ${pid} is gone`);
}

test('in memory it serves workflows, search attributes, fast-forward and its UI, until it is stopped', async () => {
  const ui = await freePort(0);
  const ports = { grpc: await freePort(0), ui };
  const server = await start(
    { inMemory: true },
    { ports, searchAttributes: { Colour: 'Keyword' }, timeSkipping: true },
  );
  assert.equal(server.address, `127.0.0.1:${ports.grpc}`);
  assert.equal((await fetch(server.uiUrl!)).status, 200);
  await withClient(server, async (client) => {
    await client.workflow.start('any', { workflowId: 'a', taskQueue: 'q', searchAttributes: { Colour: ['red'] } });
    await client.workflowService.updateWorkflowExecutionOptions({
      namespace: 'default',
      workflowExecution: { workflowId: 'a' },
      workflowExecutionOptions: { timeSkippingConfig: { enabled: true } },
      updateMask: { paths: ['time_skipping_config'] },
    });
  });
  await server.stop();
  assert.equal(await server.ended, undefined);
  assert.equal(runs(server.pid), false);
  await server.stop();
});

describe('a web page of a stranger', { skip: process.platform !== 'linux' }, () => {
  test('ends no workflow and tells it nothing, whichever port it asks, also under a name of its own', async () => {
    const server = await start({ inMemory: true }, { ports: { grpc: 0, ui: 0 } });
    const ports = listening(server.pid, process.pid);
    const own = Number(new URL(server.uiUrl!).port);
    assert.ok(ports.some(({ port }) => port === own));
    const known = ports.filter(({ address }) => address === '127.0.0.1');
    assert.ok(known.length >= 6, 'gRPC, HTTP, metrics, three services, the UI');
    const [ui, ...more] = ports.filter(({ address }) => address !== '127.0.0.1');
    assert.match(ui?.address ?? '', /^127\.\d+\.\d+\.\d+$/, 'where no page finds it');
    assert.deepEqual(more, []);

    await withClient(server, async (client) => {
      const handle = await client.workflow.start('any', { workflowId: 'kind/ref', taskQueue: 'q' });
      assert.deepEqual(await attack(known, 'kind/ref'), []);
      assert.equal((await handle.describe()).status.name, 'RUNNING');
      const { events } = await handle.fetchHistory();
      assert.equal(events?.length, 2, 'started and scheduled, no signal');
    });
    await server.stop();
  });

  test('does not read the UI, while its own page reads, and changes nothing', async () => {
    const server = await start({ inMemory: true }, { ports: { grpc: 0, ui: 0 } });
    const { port } = new URL(server.uiUrl!);
    const ui = { address: '127.0.0.1', port: Number(port) };
    const list = '/api/v1/namespaces/default/workflows';
    const host = `localhost:${port}`;
    for (const headers of [
      { host: `rebound.example:${port}` },
      { host: '127.0.0.1:1' },
      { host, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' },
    ] as Record<string, string>[])
      assert.equal((await ask(ui, list, { headers })).status, 403);
    assert.equal((await ask(ui, `http://${host}${list}`, { headers: { host } })).status, 403);

    await withClient(server, async (client) => {
      const handle = await client.workflow.start('any', { workflowId: 'w', taskQueue: 'q' });
      const followed = { host, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
      const page = await ask(ui, '/namespaces/default/workflows', { headers: followed });
      assert.equal(page.status, 200);
      // The page's own script and style, as a browser fetches them.
      const assets = [...page.body.matchAll(/(?:href|src)="(\/_app\/[^"]+)"/g)].map(([, path]) => path!);
      assert.ok(assets.length > 0, page.body);
      for (const path of assets)
        assert.equal((await ask(ui, path, { headers: { host, 'sec-fetch-site': 'same-origin' } })).status, 200, path);
      // Its own connection to the server comes up a moment after the server.
      const listed = async () => /"workflowId": ?"w"/.test((await ask(ui, list, { headers: { host } })).body);
      await until(listed, 'the UI lists the workflow');

      const token = csrfToken(page.headers) ?? '';
      const terminate = (origin?: string) =>
        ask(ui, `${list}/w/terminate`, {
          method: 'POST',
          headers: { host, cookie: `_csrf=${token}`, 'x-csrf-token': token, ...(origin && { origin }) },
          body: '{"reason":"an operator"}',
        });
      assert.equal((await terminate()).status, 403, 'a browser always names the page');
      assert.equal((await terminate('https://stranger.example')).status, 403);
      assert.equal((await handle.describe()).status.name, 'RUNNING');
      assert.equal((await terminate(`http://${host}`)).status, 405, 'nor does its own page');
      assert.equal((await handle.describe()).status.name, 'RUNNING');
    });
    await server.stop();
    assert.equal((await ask(ui, '/')).status, 0, 'the proxy ends with its server');
  });

  test('a program that does not close its HTTP port is refused', async () => {
    const binary = join(scratch, 'open');
    await writeFile(
      binary,
      `#!/bin/sh\nfor a; do shift; case "$a" in *httpAllowedHosts*) a=nodrift.other=1;; esac; set -- "$@" "$a"; done\nexec '${await findServer()}' "$@"\n`,
      { mode: 0o755 },
    );
    await assert.rejects(
      start({ inMemory: true }, { binary }),
      /^UserError: This Temporal program leaves its HTTP port/,
    );
  });
});

test('on disk it finds its workflows again, and learns a search attribute that is new since then', async () => {
  const dataDir = join(scratch, 'kept', 'deep');
  const first = await start({ dataDir }, { searchAttributes: { Colour: 'Keyword' } });
  await withClient(first, (client) => client.workflow.start('any', { workflowId: 'kept', taskQueue: 'q' }));
  await first.stop();

  const second = await start(
    { dataDir },
    { searchAttributes: { Colour: 'Keyword', Tags: 'KeywordList', Next: 'Datetime' } },
  );
  await withClient(second, async (client) => {
    assert.equal((await client.workflow.getHandle('kept').describe()).type, 'any');
    const searchAttributes = { Colour: ['red'], Tags: ['a', 'b'], Next: [new Date()] };
    await client.workflow.start('any', { workflowId: 'new', taskQueue: 'q', searchAttributes });
  });
  await second.stop();
});

/** A server that panics the first `times` it is started, and is the real one afterwards. */
async function crashing(name: string, times: number): Promise<string> {
  const path = join(scratch, name);
  const count = `${path}.count`;
  const script = `#!/bin/sh
echo x >> '${count}'
if [ "$(wc -l < '${count}')" -le ${times} ]; then
  echo 'panic: nil map' >&2
  i=0; while [ $i -lt 40 ]; do echo "goroutine $i" >&2; i=$((i + 1)); done
  exit 2
fi
exec '${binary}' "$@"
`;
  await writeFile(path, script, { mode: 0o755 });
  return path;
}

test('a server that crashes while it starts is started again, and each time is said', async () => {
  const said: string[] = [];
  const log = (line: string) => said.push(line);
  const server = await start({ inMemory: true }, { binary: await crashing('crashes-twice', 2), log });
  await withClient(server, (client) => client.workflowService.describeNamespace({ namespace: 'default' }));
  assert.deepEqual(
    said,
    Array(2).fill('The Temporal server crashed while it started (panic: nil map); it is started again.'),
  );
});

test('a server whose port another program takes before it opens it is started again with another', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as { port: number };
  const path = join(scratch, 'robbed');
  // Once the port that it is given for its HTTP API is one that is taken.
  const script = `#!/bin/sh
if [ ! -e '${path}.once' ]; then
  touch '${path}.once'
  last=; for a; do shift; [ "$last" = --http-port ] && a=${port}; last=$a; set -- "$@" "$a"; done
fi
exec '${binary}' "$@"
`;
  await writeFile(path, script, { mode: 0o755 });
  const said: string[] = [];
  const server = await start({ inMemory: true }, { binary: path, log: (line) => said.push(line) });
  await withClient(server, (client) => client.workflowService.describeNamespace({ namespace: 'default' }));
  assert.deepEqual(said, ['The Temporal server lost a port to another program while it started; it is started again.']);
  other.close();
});

describe('what keeps it from starting is said once, in its own words', () => {
  const refused = (starting: Promise<DevServer>, message: RegExp) =>
    assert.rejects(starting, (error: Error) => {
      assert.ok(error instanceof UserError, String(error));
      assert.match(error.message, message);
      return true;
    });

  test('a server that crashes every time, with what it died of', async () => {
    const binary = await crashing('crashes-always', 99);
    await refused(
      start({ inMemory: true }, { binary }),
      /ended with code 2\. Its last words:\npanic: nil map\ngoroutine/,
    );
    assert.equal((await readFile(`${binary}.count`, 'utf8')).length, 3 * 'x\n'.length);
  });

  test('a port that is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    await refused(
      start({ inMemory: true }, { ports: { grpc: port } }),
      new RegExp(`^Port ${port} on 127.0.0.1 is taken`),
    );
    other.close();
  });

  test('a file that is not a database', async () => {
    const dataDir = await mkdtemp(join(scratch, 'bad-'));
    await writeFile(join(dataDir, 'temporal.db'), 'x'.repeat(5_000));
    await refused(
      start({ dataDir }),
      /^The Temporal server ended with code 1\. Its last words:\nError: .*file is not a database/,
    );
  });

  test('a program that is not there', () =>
    refused(start({ inMemory: true }, { binary: '/no/such/temporal' }), /could not be started: .*ENOENT/));
});

test('a server that ends by itself says so', async () => {
  const server = await start({ inMemory: true });
  process.kill(server.pid, 'SIGKILL');
  assert.match((await server.ended)!.message, /^The Temporal server was ended by SIGKILL/);
});

describe('when the process that started it is killed', { skip: process.platform === 'win32' }, () => {
  /** Another process that starts a server on this data and prints its process id. A port that was free may be taken by then: it starts anew. */
  async function elsewhere(dataDir: string): Promise<{ parent: ChildProcess; pid: number }> {
    for (let tries = 1; ; tries++) {
      const started = await startElsewhere(dataDir);
      if (started) return started;
      assert.ok(tries < 5, 'it ends at every start');
    }
  }

  async function startElsewhere(dataDir: string): Promise<{ parent: ChildProcess; pid: number } | undefined> {
    const code = `
      import { startDevServer } from ${JSON.stringify(new URL('../../embedded/dev-server.ts', import.meta.url).href)};
      const server = await startDevServer({ binary: ${JSON.stringify(binary)}, dataDir: ${JSON.stringify(dataDir)},
        ports: { grpc: ${await freePort(0)} }, searchAttributes: {}, timeSkipping: false });
      console.log(server.pid);`;
    const parent = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const said = once(parent.stdout!, 'data').then(([pid]) => ({ parent, pid: Number(pid) }));
    return Promise.race([said, once(parent, 'close').then(() => undefined)]);
  }

  test('the server ends too', async () => {
    const { parent, pid } = await elsewhere(join(scratch, 'orphan'));
    parent.kill('SIGKILL');
    await untilGone(pid);
  });

  test('a server that was left behind all the same is ended by the next start', async () => {
    const dataDir = join(scratch, 'left');
    const { parent, pid } = await elsewhere(dataDir);
    process.kill(pid, 'SIGSTOP'); // deaf to the guard's SIGTERM, as one that hangs
    parent.kill('SIGKILL');
    await once(parent, 'close');
    assert.ok(runs(pid));
    const lines: string[] = [];
    const server = await start({ dataDir }, { log: (line) => lines.push(line) });
    await untilGone(pid);
    assert.deepEqual(lines, [`Ending a Temporal server that an earlier run left behind (process ${pid}).`]);
    await server.stop();
  });

  test('a start beside a run that is alive is refused, and leaves it alone', async () => {
    const dataDir = join(scratch, 'twice');
    const server = await start({ dataDir });
    await assert.rejects(
      start({ dataDir }),
      new RegExp(`^UserError: Nodrift already runs on .*process ${process.pid}`),
    );
    assert.ok(runs(server.pid));
    await server.stop();
  });

  test('a process that only has the noted number is left alone', async () => {
    const dataDir = await mkdtemp(join(scratch, 'number-'));
    const stranger = spawn('sleep', ['600']);
    await writeFile(join(dataDir, 'temporal.db.pid'), `${stranger.pid} 1\n`);
    const server = await start({ dataDir });
    assert.ok(runs(stranger.pid!));
    stranger.kill();
    await server.stop();
  });
});
