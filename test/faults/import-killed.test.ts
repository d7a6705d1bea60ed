// A caseload on `npm start`, killed outright while it is opened: it goes on by itself after the next start, and the command line brings it in again.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { call, exchange } from '../../client/http/call.ts';
import { caseload, refsOf, upload } from '../support/caseload.ts';
import { fileWith, nodrift } from '../support/nodrift.ts';
import { type Started, startNodrift } from '../support/started.ts';
import { until } from '../support/waiting.ts';

interface Counts {
  readonly id: string;
  readonly state: string;
  readonly left: number;
  readonly opened: number;
  readonly already: number;
  readonly faulty: number;
}

/** Where it answers, and with which key. */
function addressOf(started: Started): { readonly url: string; readonly key: string } {
  const url = /^ {2}app +(http\S+)/m.exec(started.said())?.[1];
  const keyFile = /^ {2}API key +(\S+)/m.exec(started.said())?.[1];
  assert.ok(url && keyFile, started.said());
  return { url, key: readFileSync(keyFile, 'utf8').trim() };
}

test('an import survives the death of everything: each case is open once, and the same files again open nothing', async () => {
  const data = await mkdtemp(join(tmpdir(), 'nodrift-import-'));
  const sheets = caseload(refsOf(60, 'KILL'));
  let started = await startNodrift(data);
  try {
    await started.ready();
    const form = new Response(upload(sheets));
    const body = new Uint8Array(await form.arrayBuffer());
    const type = form.headers.get('content-type') ?? '';
    const { status, body: answer } = await exchange(addressOf(started), 'POST', '/imports', body, {
      'content-type': type,
    });
    assert.equal(status, 202);
    const { id } = answer as Counts;
    await started.kill();

    started = await startNodrift(data);
    await started.ready();
    const api = addressOf(started);
    const ask = async () => (await call(api, 'GET', `/imports/${id}`)) as Counts;
    await until(async () => (await ask()).state === 'done', 'the import is done');
    const { opened, already, faulty, left } = await ask();
    assert.deepEqual({ opened, already, faulty, left }, { opened: 60, already: 0, faulty: 0, left: 0 });

    Object.assign(process.env, { NODRIFT_URL: api.url, NODRIFT_KEY: api.key });
    const [cases, people] = [fileWith('kill.csv', sheets.cases), fileWith('kill-people.csv', sheets.people)];
    const again = await nodrift('import', cases, '--people', people, '--json');
    assert.equal(again.code, 0, again.err);
    const said = JSON.parse(again.out) as Counts;
    assert.deepEqual([said.opened, said.already, said.faulty], [0, 60, 0]);

    // A row with a fault: it is said, and written beside the file for its owner alone.
    const wrong = fileWith('wrong.csv', `${sheets.cases}\nKILL 61,child-protection,barnsley,soon`);
    const faulty61 = await nodrift('import', wrong, '--people', people, '--dry-run');
    assert.equal(faulty61.code, 2);
    assert.match(faulty61.out, /^61 cases: 0 can be opened, 60 open already, 1 with faults$/m);
    assert.match(faulty61.out, /cases row 62 \(KILL 61\): as_of: is not a date: write it as 2026-11-23/);
    const report = wrong.replace('.csv', '.faults.csv');
    assert.ok(existsSync(report));
    assert.equal(statSync(report).mode & 0o077, 0);
  } finally {
    if (started.child.exitCode === null && started.child.signalCode === null) await started.kill();
    await rm(data, { recursive: true, force: true });
  }
});
