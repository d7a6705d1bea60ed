// The receiver of docs/webhooks.md as it stands there, a process of its own, and the commands that page names, against the app on a real server.

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { freePort } from '../../embedded/ports.ts';
import { makeKey } from '../../record/api-keys.ts';
import { webhookSubscriptions } from '../../record/schema-webhooks.ts';
import { type ServedWeb, serveWeb } from '../../web/serve.ts';
import { webhookWorkflowId } from '../../workflows/api.ts';
import { until, useRig } from '../support/harness.ts';
import { nodrift } from '../support/nodrift.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PAGE = readFileSync(join(ROOT, 'docs', 'webhooks.md'), 'utf8');
const SCRIPT = /```js\n(.*?)```/s.exec(PAGE)![1]!;

const rig = useRig();
const folder = mkdtempSync(join(tmpdir(), 'nodrift-receiver-'));
let web: ServedWeb | undefined;
let receiver: ChildProcess | undefined;
/** The app, and a key for the command line. Not in a `before`: the rig's own has not ended then. */
async function serve(): Promise<void> {
  if (web) return;
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(join(ROOT, 'node_modules', 'standardwebhooks'), join(folder, 'node_modules', 'standardwebhooks'));
  web = await serveWeb({
    ...{ client: rig.client, record: rig.record, publicUrl: 'http://127.0.0.1', host: '127.0.0.1', port: 0 },
    ...{ log: pino({ level: 'silent' }), webhooks: { allowed: ['127.0.0.1'], ourselves: [] } },
  });
  const key = await makeKey(rig.record, {
    ...{ name: 'test', scopes: ['webhooks:write'], authorities: ['barnsley'], madeBy: 'operator' },
  });
  Object.assign(process.env, { NODRIFT_URL: web.url, NODRIFT_KEY: key.text });
}
after(async () => {
  receiver?.kill();
  await web?.close();
  rmSync(folder, { recursive: true });
  delete process.env.NODRIFT_URL;
  delete process.env.NODRIFT_KEY;
});

test('the receiver of the page has fifteen lines or so, and takes each event once', async () => {
  await serve();
  assert.ok(SCRIPT.trim().split('\n').length <= 18);
  const port = await freePort(0);
  const secret = join(folder, 'receiver.secret');
  const added = await nodrift(
    'webhooks',
    'add',
    `http://127.0.0.1:${port}/`,
    '--authority',
    'barnsley',
    '--to',
    secret,
    '--json',
  );
  assert.equal(added.code, 0, added.err);
  assert.doesNotMatch(added.out, /whsec_/);
  assert.equal(statSync(secret).mode & 0o777, 0o600);
  const { id } = JSON.parse(added.out) as { id: string };
  rig.track(webhookWorkflowId(id));
  writeFileSync(join(folder, 'receiver.mjs'), SCRIPT.replace('9000', String(port)));
  receiver = spawn(process.execPath, ['receiver.mjs'], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  receiver.stdout!.on('data', (text) => {
    said += text;
  });

  const running = await rig.open();
  await until(() => said.includes(`nodrift.event.recorded ${running.id} 1\n`), 'it hears of the case');
  const tested = await nodrift('webhooks', 'test', id);
  assert.deepEqual([tested.code, /^it took evt_/.test(tested.out)], [0, true], tested.err);
  const { out } = await nodrift('webhooks', 'replay', id, '--from', '0', '--json');
  assert.equal((JSON.parse(out) as { events: number }).events, 1);
  await until(async () => / active$/m.test((await nodrift('webhooks', 'list')).out), 'all has been taken');
  assert.equal(said.match(/recorded/g)?.length, 1, 'what comes twice is taken once');

  receiver.kill();
  const silent = await nodrift('webhooks', 'test', id);
  assert.deepEqual([silent.code, silent.err.includes('ECONNREFUSED')], [5, true], silent.err);
  await rig.record.db.update(webhookSubscriptions).set({ state: 'paused' });
  assert.match((await nodrift('webhooks', 'list')).out, new RegExp(`${id} .* paused`));
  assert.match((await nodrift('webhooks', 'resume', id)).out, /is active/);
  assert.match(
    (await nodrift('webhooks', 'rotate', id)).out,
    /^wh_.*\nwhsec_.*\n\n.*\nThe secret before signs as well until/,
  );
  assert.equal((await nodrift('webhooks', 'remove', id)).out.trim(), `${id} is removed`);
  assert.match((await nodrift('webhooks', 'list')).out, /no other system listens/);
});

const WRONG: readonly (readonly [args: readonly string[], code: number, says: RegExp])[] = [
  [['add', 'https://10.0.0.1/', '--authority', 'barnsley'], 2, /url: it is in a private network/],
  [['add', 'https://receiver.example/', '--authority', 'leeds'], 2, /authority: there is no authority leeds/],
  [['add', 'https://receiver.example/', '--authority', 'barnsley', '--type', 'x'], 2, /types\.0/],
  [['remove', 'wh_1'], 2, /id: must be the id of a webhook/],
  [['replay', 'wh_1', '--from', 'yesterday'], 2, /must be the cursor/],
];
for (const [args, code, says] of WRONG)
  test(`nodrift webhooks ${args.join(' ')}: one line that says why`, async () => {
    await serve();
    const answer = await nodrift('webhooks', ...args);
    assert.deepEqual([answer.code, answer.out], [code, ''], answer.err);
    assert.match(answer.err, says);
    assert.equal(answer.err.trim().split('\n').length, 1);
  });
