// The recipes of docs/integrate.md, run as they stand on the page: each block of shell in order, in a folder of its own, on a running `npm start`.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { HttpNodrift } from '../../client/http/http-nodrift.ts';
import { freePort } from '../../embedded/ports.ts';
import { type ApiProcess, startApi } from '../support/api-process.ts';
import { noPython, pythonWith } from '../support/python.ts';

const page = readFileSync(new URL('../../docs/integrate.md', import.meta.url), 'utf8');
/** The parts of the page by their headings. */
const sections = new Map(page.split(/^## /m).map((part) => [part.split('\n')[0]!, part]));

let api: ApiProcess;
let folder: string;
let receiverPort: number;
before(async () => {
  receiverPort = await freePort(0);
  api = await startApi({ NODRIFT_WEBHOOK_HOSTS: `127.0.0.1:${receiverPort}` });
  folder = await mkdtemp(join(tmpdir(), 'nodrift-recipes-'));
});
after(async () => {
  await api?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

/** What the page calls `npx nodrift` is the command of this tree. */
const COMMAND = `npx() { shift; '${process.execPath}' '${fileURLToPath(new URL('../../cli/nodrift.mjs', import.meta.url))}' "$@"; }`;

/** Runs a section: files are written where their first line names them, shell is run in order, and stops at what fails. */
async function run(heading: string, env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const part = sections.get(heading);
  assert.ok(part, `the page has no section "${heading}"`);
  const blocks = [...part.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)];
  const shell: string[] = [];
  for (const [, language, text = ''] of blocks) {
    const file = /^# (\S+\.py)\n/.exec(text)?.[1];
    if (language === 'sh') shell.push(text);
    else if (file) await writeFile(join(folder, file), text);
  }
  assert.ok(shell.length > 0, `"${heading}" has nothing to run`);
  const child = spawn('bash', ['-eu', '-o', 'pipefail', '-c', [COMMAND, ...shell].join('\n')], {
    cwd: folder,
    env: {
      ...env,
      NODRIFT_URL: api.url,
      NODRIFT_KEY: api.key,
      NODRIFT_DATA: api.data,
      RECEIVER_PORT: `${receiverPort}`,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (more) => (said += more));
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('exit', resolve));
  assert.equal(code, 0, said);
  return said;
}

const nodrift = () => new HttpNodrift({ url: api.url, key: api.key });

test('the recipes for curl open a case, record, are refused by a rule, and ask what is owed', async () => {
  const said = await run('From curl');
  assert.match(said, /"case":"child-protection\/CURL-1"/);
  assert.match(said, /hold\/initial-conference/);
  assert.match(said, /"limits":\[/);
  const problem = JSON.parse(await readFile(join(folder, 'problem.json'), 'utf8'));
  assert.deepEqual([problem.status, problem.rule], [422, 'R136']);
  assert.equal(await readFile(join(folder, 'polled.txt'), 'utf8'), '304\n');
  const { events } = await nodrift().history({ kind: 'child-protection', ref: 'CURL-1' });
  assert.deepEqual(
    events.map(({ id }) => id),
    ['mosaic-101', 'mosaic-102'],
  );
});

test('a client that a public generator makes from the document alone drives a case end to end', {
  skip: noPython,
}, async () => {
  const env = await pythonWith('openapi-python-client==0.29.1', 'httpx==0.28.1');
  const said = await run('From Python', env);
  assert.match(said, /recorded \['py-2'\]/);
  assert.match(said, /refused: .*core-group-1/);
  assert.match(said, /hold\/initial-conference by amira until \d{4}-\d{2}-\d{2}/);
  assert.match(said, /action\/school-place by nina until/);
  assert.match(said, /events 2/);
});

test('an export of another system is brought in by a mapping, first as a dry run, and twice is once', async () => {
  const said = await run('From Liquidlogic or Mosaic exports');
  const { events } = await nodrift().history({ kind: 'child-protection', ref: 'LL-77001' });
  assert.deepEqual(
    events.map(({ event }) => event.type),
    ['brought-in'],
    said,
  );
  const { duties } = await nodrift().owed({ kind: 'child-protection', ref: 'LL-77001' });
  assert.ok(duties.some(({ duty }) => duty === 'hold/core-group-3'));
});

test('whoever listens is told of what is late, signed', { skip: noPython }, async () => {
  const said = await run('Listen to what is late');
  assert.match(said, /late: child-protection\/LATE-1 hold\/initial-conference was due \d{4}-\d{2}-\d{2}/);
});

test('what the page says every client has to know is so: it finds the app and its key', async () => {
  await run('What a client has to know');
});
