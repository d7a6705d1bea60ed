// The package as its users have it: packed, installed in an empty folder, compiled by strict projects, started, and called over HTTP.
// NODRIFT_TEST_NODES=path:path runs the programs on other Nodes too.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { findServer } from '../../embedded/server-binary.ts';
import { type Started, startNodrift } from '../support/started.ts';
import { PATIENCE_MS } from '../support/waiting.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const TSC = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
/** Bytes that a service installs; the aim is 60 MB. */
const MOST_BYTES = 60_000_000;
/** This Node, and those that somebody wants it tried on. */
const NODES = [process.execPath, ...(process.env.NODRIFT_TEST_NODES?.split(':').filter(Boolean) ?? [])];

const folder = mkdtempSync(join(tmpdir(), 'nodrift-package-'));
const app = join(folder, 'app');
const modules = join(app, 'node_modules');
const installed = join(modules, 'nodrift');
let started: Started | undefined;
after(async () => {
  await started?.kill();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a program to its end. @throws with all it said when it fails */
function run(cwd: string, program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { cwd, env: { ...process.env, ...env }, maxBuffer: 1e8, timeout: PATIENCE_MS };
    execFile(program, args, options, (error, out, err) => {
      if (error) reject(new Error(`${program} ${args.join(' ')}: ${error.message}\n${out}\n${err}`));
      else resolve(out);
    });
  });
}

const put = (name: string, text: string): void => writeFileSync(join(app, name), text);
const filesIn = (place: string): readonly string[] =>
  readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

test('npm pack makes a package of compiled code, and npm installs it in an empty folder', {
  timeout: PATIENCE_MS,
}, async () => {
  await run(ROOT, 'npm', ['pack', '--pack-destination', folder, '--loglevel=error']);
  const [tarball = ''] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  mkdirSync(app);
  put('package.json', JSON.stringify({ name: 'a-service', private: true, type: 'module' }));
  await run(app, 'npm', [
    'install',
    '--prefer-offline',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    join(folder, tarball),
  ]);
  assert.ok(existsSync(join(installed, 'dist', 'client', 'index.d.ts')));
});

test('it brings less than 60 MB, and neither worker nor database', () => {
  const bytes = filesIn(modules).reduce((sum, file) => sum + statSync(file).size, 0);
  assert.ok(bytes < MOST_BYTES, `${bytes} bytes`);
  for (const name of [
    '@temporalio/worker',
    '@temporalio/testing',
    '@temporalio/core-bridge',
    '@electric-sql/pglite',
    'hono',
    'tsx',
  ])
    assert.ok(!existsSync(join(modules, name)), name);
});

test('what was built names no source of its own, and templates and migrations are there', () => {
  const built = filesIn(join(installed, 'dist'));
  for (const file of built.filter((name) => name.endsWith('.js')))
    assert.doesNotMatch(
      readFileSync(file, 'utf8').replaceAll(/^\s*(\/\/|\*).*$/gm, ''),
      /(?:import\(|from )\s*['"][^'"]*\.ts['"]/,
      file,
    );
  for (const asset of [
    'web/nodrift.css',
    'web/views/layout.njk',
    'mail/templates/mail-html.eta',
    'record/migrations/meta/_journal.json',
    'policies/barnsley.json',
    'embedded/inbox.css',
    'sbom.cdx.json',
  ])
    assert.ok(existsSync(join(installed, 'dist', asset)), asset);
});

const CONSUMER = `import { type CaseKey, CaseNotFound, type NewEvent, Nodrift, type NodriftClient, Refused } from 'nodrift';

const nodrift: NodriftClient = Nodrift.http(process.env.NODRIFT_URL ?? '', process.env.NODRIFT_KEY ?? '');
const ref = process.argv[2] ?? '';
const key: CaseKey = { kind: 'child-protection', ref };
const on = new Date().toISOString().slice(0, 10);
const people = [
  { id: 'amira', name: 'Amira Khan', role: 'social-worker', email: 'amira@council.example', manager: 'tom' },
  { id: 'tom', name: 'Tom Reed', role: 'team-manager', email: 'tom@council.example' },
  { id: 'carl', name: 'Carl Moss', role: 'conference-chair', email: 'carl@council.example' },
];
const discussion: NewEvent = { id: 'ours-1', event: { type: 'strategy-discussion-held', by: 'amira', on } };
const open = () => nodrift.open({ ...key, authority: 'barnsley', people }, [discussion]);
const first = await open();
if (JSON.stringify(await open()) !== JSON.stringify(first)) throw new Error('the same again is another answer');
const called: NewEvent = { id: 'ours-2', event: { type: 'person-joined', by: 'amira', person: { id: 'zoe', name: 'Zoe', role: 'police' } } };
const { recorded } = await nodrift.record(key, [called]);
const { duties } = await nodrift.owed(key);
const due: string | null | undefined = duties[0]?.due;
const { events } = await nodrift.history(key);
let rule: string | null | undefined;
try {
  await nodrift.record(key, [{ id: 'ours-3', event: { type: 'plan-ended', by: 'amira', on, next: 'none' } }]);
} catch (error) {
  if (error instanceof Refused) rule = error.rule;
}
const missing = await nodrift.owed({ kind: 'looked-after', ref: 'NONE' }).catch((error: unknown) => error instanceof CaseNotFound);
console.log(JSON.stringify({ recorded, duty: duties[0]?.duty, due, events: events.length, refused: rule !== undefined, missing }));

export const neverCalled = async (): Promise<void> => {
  // @ts-expect-error there is no such event
  await nodrift.record(key, [{ event: { type: 'nonsense', by: 'amira' } }]);
  // @ts-expect-error there is no such kind of case
  await nodrift.owed({ kind: 'adoption', ref });
  // @ts-expect-error a duty has no such field
  duties[0]?.deadline;
};
`;
const EXPECTED = { recorded: ['ours-2'], duty: 'hold/initial-conference', events: 2, refused: true, missing: true };

/** The examples of docs/client.md, by language. */
const examples = (language: string): readonly string[] =>
  [...readFileSync(join(ROOT, 'docs', 'client.md'), 'utf8').matchAll(/^```(\w+)\n([\s\S]*?)^```/gm)].flatMap(
    ([, of, text]) => (of === language && text !== undefined ? [text] : []),
  );

const STRICT = [
  '--strict',
  '--target',
  'es2022',
  '--noUncheckedIndexedAccess',
  '--exactOptionalPropertyTypes',
  '--types',
  'node',
  '--outDir',
];

for (const [module, resolution] of [
  ['nodenext', 'nodenext'],
  ['esnext', 'bundler'],
] as const)
  test(`a strict project that checks its libraries compiles with it, ${resolution}`, async () => {
    put('consumer.ts', CONSUMER);
    const documented = examples('ts').map((text, i) => {
      put(`documented-${i + 1}.ts`, text);
      return `documented-${i + 1}.ts`;
    });
    assert.ok(documented.length >= 3);
    const files = ['consumer.ts', ...documented];
    if (resolution === 'nodenext') {
      put('common.cts', "import { Nodrift } from 'nodrift';\nexport = Nodrift.http('http://127.0.0.1', 'key');\n");
      files.push('common.cts');
    }
    await run(app, process.execPath, [
      TSC,
      ...STRICT,
      resolution,
      '--module',
      module,
      '--moduleResolution',
      resolution,
      ...files,
    ]);
  });

test('nodrift start, from the package alone: everything of npm start, in this folder', {
  timeout: 3 * PATIENCE_MS,
}, async () => {
  const env = {
    NODRIFT_CACHE: join(folder, 'cache'),
    TEMPORAL_CLI: await findServer(),
    npm_config_prefer_offline: 'true',
  };
  const args = [join(modules, '.bin', 'nodrift'), 'start'];
  started = await startNodrift(join(app, '.nodrift'), env, { cwd: app, args });
  await started.ready();
  assert.match(started.said(), /API key {2,}\S+/);
});

/** Where the started app is, and a key to it. */
function reached(): { NODRIFT_URL: string; NODRIFT_KEY: string } {
  const said = started?.said() ?? '';
  const NODRIFT_URL = /^ {2}app +(\S+)/m.exec(said)?.[1] ?? '';
  return { NODRIFT_URL, NODRIFT_KEY: readFileSync(/^ {2}API key +(\S+)/m.exec(said)?.[1] ?? '', 'utf8').trim() };
}

for (const [i, node] of NODES.entries()) {
  const version = i === 0 ? 'this Node' : node;
  test(`compiled programs open, record and read over HTTP, on ${version}`, { timeout: PATIENCE_MS }, async () => {
    for (const resolution of ['nodenext', 'bundler']) {
      const out = await run(app, node, [join(resolution, 'consumer.js'), `PACK-${i}-${resolution}`], reached());
      const { due, ...rest } = JSON.parse(out);
      assert.deepEqual(rest, EXPECTED);
      assert.match(due, /^\d{4}-\d\d-\d\d$/);
    }
  });

  test(`JavaScript uses it as an ES module and by require, on ${version}`, async () => {
    put('plain.mjs', "import { Nodrift } from 'nodrift';\nconsole.log(typeof Nodrift.http, typeof Nodrift.connect);\n");
    put(
      'plain.cjs',
      "const { Nodrift } = require('nodrift');\nconsole.log(typeof Nodrift.http, typeof Nodrift.connect);\n",
    );
    for (const file of ['plain.mjs', 'plain.cjs']) assert.equal(await run(app, node, [file]), 'function function\n');
    await run(app, node, ['-e', "require('./nodenext/common.cjs')"]);
  });
}

test('the example of docs/client.md is tried, and says what is owed', async () => {
  assert.match(
    await run(app, process.execPath, [join('nodenext', 'documented-1.js')], reached()),
    /hold\/initial-conference amira/,
  );
  for (const [i, text] of examples('js').entries()) {
    put(`documented-${i + 1}.mjs`, text);
    await run(app, process.execPath, [`documented-${i + 1}.mjs`]);
  }
});

test('the command line of the package asks the server it started, plays its examples, and says what it lacks', async () => {
  const nodrift = join(modules, '.bin', 'nodrift');
  const { cases } = JSON.parse(await run(app, nodrift, ['list', '--json'])) as { cases: { ref: string }[] };
  assert.ok(cases.some(({ ref }) => ref === 'EX-DRIFTING'));
  assert.match(await run(app, nodrift, ['rehearse', 'examples/a-good-year.yaml']), /strategy discussion held/);
  const paper = ['paper', 'child-protection/EX-ON-COURSE', 'agenda', 'core-group-1', '--docx', 'agenda.docx'];
  await assert.rejects(run(app, nodrift, paper), /npm install docx/);
});

test('the client over Temporal finds the server that was started here', { timeout: PATIENCE_MS }, async () => {
  put(
    'over-temporal.mjs',
    `import { Nodrift } from 'nodrift';
const nodrift = await Nodrift.connect();
const { events } = await nodrift.history({ kind: 'child-protection', ref: 'CLIENT-1' });
console.log(events.map(({ id }) => id).join());
await nodrift.close();
`,
  );
  assert.equal(await run(app, process.execPath, ['over-temporal.mjs']), 'our-system-17\n');
});

test('it stops when it is asked to', { timeout: PATIENCE_MS }, async () => {
  started?.child.kill('SIGINT');
  assert.equal(await started?.gone(), 0);
  started = undefined;
});
