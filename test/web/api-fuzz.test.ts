// A stranger's fuzzer on the running API: whatever it sends, the server has no fault of its own, answers nothing that its document does not have, and
// writes nothing of a case or a key into its log. NODRIFT_FUZZ_EXAMPLES asks for more than is sent by default.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { HttpNodrift } from '../../client/http/http-nodrift.ts';
import { type EventExamples, EXAMPLE_FILE, eventExamples } from '../../web/api/event-examples.ts';
import { type ApiProcess, startApi } from '../support/api-process.ts';
import { noPython, pythonWith } from '../support/python.ts';

/** Of one operation: some 1,000 requests in all. With the variable every edge of the document is tried too: 10,000 and more. */
const MORE = process.env.NODRIFT_FUZZ_EXAMPLES;
const EXAMPLES = Number(MORE ?? 30);
const SEED = process.env.NODRIFT_FUZZ_SEED ?? '20270301';
const CHECKS = [
  ...['not_a_server_error', 'status_code_conformance', 'content_type_conformance', 'response_schema_conformance'],
  ...['response_headers_conformance', 'negative_data_rejection'],
];
const CANARY = 'Zacharias Quendelwurst';

let api: ApiProcess;
let folder: string;
after(async () => {
  await api?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

test('a fuzzer finds no fault of the server, no answer outside the document, and nothing of a case in a log', {
  skip: noPython,
}, async () => {
  const env = await pythonWith('schemathesis==4.32.5');
  api = await startApi();
  folder = await mkdtemp(join(tmpdir(), 'nodrift-fuzz-'));
  await openCanary();
  await writeFile(join(folder, 'schemathesis.toml'), CONFIG);
  const args = [
    ...['run', `${api.url}/openapi.json`, '--header', `Authorization: Bearer ${api.key}`, '--checks', CHECKS.join(',')],
    ...['--max-examples', String(EXAMPLES), '--seed', SEED, '--workers', '1', '--continue-on-failure', '--no-shrink'],
    ...['--suppress-health-check', 'all', '--generation-database', 'none', '--no-color', '--warnings', 'off'],
    ...['--request-timeout', '60', '--phases', MORE ? 'examples,coverage,fuzzing' : 'examples,fuzzing'],
  ];
  const { code, text } = await ran(
    'python3',
    ['-c', 'from schemathesis.cli import schemathesis; schemathesis()', ...args],
    env,
  );
  if (process.env.NODRIFT_FUZZ_SAY) process.stderr.write(text);
  assert.equal(code, 0, text.slice(-20_000));
  const sent = Number(/(\d+) generated/.exec(text)?.[1]);
  assert.ok(sent > EXAMPLES, text.slice(-2_000));
  const said = api.said();
  assert.doesNotMatch(said, /a page failed|unhandled|TypeError/i);
  for (const secret of [CANARY, 'quendelwurst', 'zacharias@', api.key, api.key.slice(-20)])
    assert.ok(!said.includes(secret), `the log holds ${secret.slice(0, 6)}…`);
});

/** What cannot be used is refused by any of these: a body that is too large before it is read. */
const CONFIG =
  '[checks]\nnegative_data_rejection.expected-statuses = [400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 428, 429]\n';

/** A case under the reference that the document gives as its example. */
async function openCanary(): Promise<void> {
  const people = EXAMPLE_FILE.people.map((one) =>
    one.role === 'parent' ? { ...one, name: CANARY, email: 'zacharias@quendelwurst.example' } : one,
  );
  const nodrift = new HttpNodrift({ url: api.url, key: api.key });
  const opened = {
    ...(eventExamples() as Required<EventExamples>)['strategy-discussion-held'],
    on: new Date().toISOString().slice(0, 10),
    reason: CANARY,
  };
  await nodrift.open({ ...EXAMPLE_FILE, people }, [{ id: 'evt-1', event: opened }]);
}

function ran(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<{ code: number | null; text: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env, cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (more) => (text += more));
    child.once('error', reject);
    child.once('exit', (code) => resolve({ code, text }));
  });
}
