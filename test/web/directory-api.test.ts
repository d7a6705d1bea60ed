// The staff directory by the HTTP API and the command line: every fault of a sheet at once, nothing changed by what is refused, another
// authority's directory not there.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { getRequestListener } from '@hono/node-server';
import { run } from '../../cli/cli.ts';
import type { Nodrift } from '../../client/nodrift.ts';
import { directoryOf, syncDirectory } from '../../record/directory.ts';
import { authorities } from '../../record/in-force.ts';
import type { AuditLine } from '../../web/api/api-frame.ts';
import { servedDirectory } from '../../web/api/serve-directory.ts';
import { ALL, apiOf, asking, caller, callersOf, scoped } from '../support/api.ts';
import { memoryRecord } from '../support/memory-record.ts';
import { PaperCase } from '../support/paper-case.ts';
import { emptyDirectory, member } from '../support/staff.ts';

const record = await memoryRecord();
after(() => record.close());
/** Workflows that were asked for. */
const begun: string[] = [];
const start = async (type: string, { workflowId }: { workflowId: string }) => void begun.push(`${type} ${workflowId}`);
const client = {
  workflow: { start, signalWithStart: start },
  withDeadline: (_: number, call: () => unknown) => call(),
};
const nodrift = { client, people: () => Promise.reject(new Error('not of this test')) } as unknown as Nodrift;
const READER = 'reader';
const HULL = 'hull-alone';
const audited: (AuditLine & { readonly changed: boolean })[] = [];
const app = apiOf(new PaperCase(), {
  callers: callersOf({ [READER]: scoped('people:read'), [HULL]: caller({ authorities: ['hull'] }) }),
  directory: servedDirectory(record, nodrift),
  authorities: () => authorities(record),
  audit: async (line, changed) => void audited.push({ ...line, changed }),
});
const api = asking(app);
const csv = (text: string | Uint8Array<ArrayBuffer>, query = '') =>
  api.ask('PUT', `/directory/barnsley${query}`, { body: text, headers: { 'content-type': 'text/csv' } });

beforeEach(async () => {
  await emptyDirectory(record);
  begun.length = 0;
});

const SHEET = `Staff ID;Name;Role;Manager;E-mail;Shared mailbox;Rights
S-22;Tom Hale;Team Manager;;tom@council.test;;manager, service-manager
S-17;"Khan, Amira";Social Worker;S-22;amira@council.test;north@council.test;
`;

test('a sheet as analysts save it is read: semicolons, a mark at its beginning, columns and roles in their own words', async () => {
  const { status, body } = await csv(`\ufeff${SHEET.replaceAll('\n', '\r\n')}`);
  assert.deepEqual(
    [status, body],
    [
      200,
      {
        ...{ joined: ['S-17', 'S-22'], changed: [], left: [], back: [], same: 0 },
        rights: [{ id: 'S-22', given: ['manager', 'service-manager'], taken: [] }],
        ...{ authority: 'barnsley', dryRun: false },
      },
    ],
  );
  const { staff, progress } = (await api.get('/directory/barnsley')).body;
  assert.deepEqual(progress, { left: 0, refused: [] });
  assert.deepEqual(staff[0], {
    ...{ authority: 'barnsley', id: 'S-17', name: 'Khan, Amira', role: 'social-worker', manager: 'S-22', agency: null },
    ...{ address: 'amira@council.test', sharedMailbox: 'north@council.test', telephone: null, team: null, rights: [] },
    ...{ active: true, edition: 1 },
  });
  assert.deepEqual(staff[1].rights, ['manager', 'service-manager']);
  assert.deepEqual((await csv(SHEET)).body.same, 2, 'again it changes nothing');
});

test('who was given a right, or had it taken, is in the audit: by whom, of whom, and which', async () => {
  audited.length = 0;
  const tom = SHEET.split('\n').slice(0, 2).join('\n');
  await csv(tom);
  await csv(tom.replace('manager, service-manager', 'operator, case-reader'), '?dryRun=true');
  for (const change of [{ rights: ['operator', 'case-reader'] }, { active: false }])
    await api.ask('PATCH', '/directory/barnsley/S-22', {
      body: JSON.stringify(change),
      headers: { 'content-type': 'application/json' },
    });
  const said = audited.filter(({ did }) => /^(gave|took) /.test(did));
  assert.deepEqual(
    said.map(({ did, what, changed }) => [did, what, changed]),
    [
      ...['gave manager', 'gave service-manager', 'gave operator', 'gave case-reader'],
      ...['took manager', 'took service-manager', 'took operator', 'took case-reader'],
    ].map((did) => [did, 'barnsley/S-22', true]),
  );
  assert.equal(new Set(said.map(({ request }) => request)).size, 3);
});

test('every fault of a sheet is said at once, each with its row; nothing is changed', async () => {
  const { status, body } = await csv(
    `id,name,role,manager,address,telephone,rights,active
S-1,Ann,social-worker,,ann at council.test,12,,
,Bob,social-worker,,,,boss,
S-3,"=HYPERLINK(""http://evil.test"")",Social Worker!,,@SUM(A1),,,perhaps
S-4,Ok,social-worker,,,+44 1226 555 010,,yes,one cell too many
`,
  );
  assert.equal(status, 400);
  assert.deepEqual(
    body.errors.map((one: { field: string; detail: string }) => `${one.field}: ${one.detail}`),
    [
      'row 2, address: S-1: “ann at council.test” is not an e-mail address',
      'row 2, telephone: S-1: “12” is not a telephone number, such as 01226 555 010',
      'row 3, id: is missing',
      'row 3, rights: “boss” is no right; there are manager, service-manager, operator, auditor, case-reader',
      'row 4, name: S-3: “=HYPERLINK("http://evil.test")” begins as a formula of a spreadsheet does',
      'row 4, role: S-3: “social-worker!” is not a role, such as social-worker',
      'row 4, address: S-3: “@SUM(A1)” is not an e-mail address',
      'row 4, active: S-3: “perhaps” is neither yes nor no',
      'row 5: S-4: the row has more cells than there are columns: is a comma not in quotation marks?',
    ],
  );
  const ring = await csv('id,name,role,manager\nA,Ann,social-worker,B\nB,Bob,social-worker,A\nB,Bo,social-worker,C\n');
  assert.deepEqual(
    ring.body.errors.map((one: { field: string; detail: string }) => `${one.field}: ${one.detail}`),
    [
      'row 4, id: B: is there twice, in the rows 3, 4',
      'row 4, manager: B: manager: C is not in this list, or has left',
    ],
  );
  assert.deepEqual(await directoryOf(record, 'barnsley'), []);
});

test('a file that is no such sheet is refused in one sentence', async () => {
  const says = async (body: string | Uint8Array<ArrayBuffer>, words: RegExp) => {
    const answer = await csv(body);
    assert.equal(answer.status, 400);
    assert.match(answer.body.detail, words);
  };
  await says(
    new Uint8Array([...'id,name,role\nS-1,J'].map((c) => c.charCodeAt(0)).concat([0xf6, 0x72, 0x67])),
    /not in UTF-8.*CSV UTF-8/,
  );
  await says('', /the file is empty/);
  await says('id,name\nS-1,Ann\n', /^row 1: the column role is missing; there are id, name, role/);
  await says('id,name,role,__proto__\nS-1,Ann,social-worker,x\n', /no column is called “__proto__”/);
  await says('id,name,role\n"S-1,Ann,social-worker\n', /quotation mark/);
  await says(`id,name,role\n${'S,Ann,social-worker\n'.repeat(20_001)}`, /has 20001 people; at most 20000/);
  const { status } = await api.ask('PUT', '/directory/barnsley', {
    body: '<xml/>',
    headers: { 'content-type': 'application/xml' },
  });
  assert.equal(status, 415);
});

test('the same as JSON, where a fault names its place in the list', async () => {
  const put = (body: unknown) =>
    api.ask('PUT', '/directory/barnsley', {
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });
  const bad = await put({ staff: [{ id: 'S-1', name: 'Ann', role: 'social-worker', address: 7, boss: 'x' }] });
  assert.deepEqual(
    bad.body.errors.map(({ field }: { field: string }) => field),
    ['staff.0.address', 'staff.0.boss'],
  );
  assert.equal((await put({ staff: [], policy: {} })).status, 400);
  assert.equal(
    (await put({ staff: [{ id: 'S-1', name: 'Ann', role: 'social-worker', rights: ['operator'] }] })).status,
    200,
  );
  assert.deepEqual((await api.get('/directory/barnsley/S-1')).body.rights, ['operator']);
});

test('one of them is changed by itself, leaves, and is still known', async () => {
  await csv(SHEET);
  const patch = (id: string, body: unknown) =>
    api.ask('PATCH', `/directory/barnsley/${id}`, {
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });
  assert.deepEqual((await patch('S-17', { telephone: '01226 555 010' })).body.changed, [
    { id: 'S-17', fields: ['telephone'] },
  ]);
  assert.equal((await patch('S-17', { id: 'S-18' })).status, 400);
  assert.match((await patch('S-17', { manager: 'S-99' })).body.detail, /S-99 is not in this list/);
  assert.match(
    (await patch('S-22', { active: false })).body.detail,
    /S-17: manager: S-22 is not in this list, or has left/,
  );
  assert.deepEqual((await patch('S-17', { active: false })).body.left, ['S-17']);
  assert.equal((await api.get('/directory/barnsley/S-17')).body.active, false);
});

test('another authority’s directory is not there, and who may only read changes nothing', async () => {
  await csv(SHEET);
  const hull = asking(app, HULL);
  assert.equal((await hull.get('/directory/barnsley')).status, 404);
  const put = { body: SHEET, headers: { 'content-type': 'text/csv' } };
  assert.equal((await hull.ask('PUT', '/directory/barnsley', put)).status, 404);
  assert.equal((await hull.post('/directory/barnsley/reallocations', { from: 'S-17', to: 'S-18' })).status, 404);
  const reader = asking(app, READER);
  assert.equal((await reader.get('/directory/barnsley')).status, 200);
  assert.equal((await reader.ask('PUT', '/directory/barnsley', put)).status, 403);
  assert.equal((await reader.post('/directory/barnsley/reallocations', { from: 'S-17', to: 'S-18' })).status, 403);
  assert.equal((await api.get('/directory/atlantis')).status, 404);
  assert.equal((await api.ask('PUT', '/directory/atlantis', put)).status, 404);
});

test('cases go to a social worker of the directory who is there; sent again while it is under way it is the same', async () => {
  await syncDirectory(record, 'barnsley', [member('S-17'), member('S-18'), member('S-22', { role: 'team-manager' })]);
  const post = (from: string, to: string) => api.post('/directory/barnsley/reallocations', { from, to });
  assert.match((await post('S-17', 'S-17')).body.detail, /^to: the cases are with S-17 already/);
  assert.match((await post('S-17', 'S-99')).body.detail, /^to: nobody of the directory of barnsley has the id S-99/);
  assert.match((await post('S-17', 'S-22')).body.detail, /^to: S-22 is a team-manager/);
  const strange = { from: 'S-17', to: 'S-18', reason: 'a\0b\ud800' };
  assert.equal((await api.post('/directory/barnsley/reallocations', strange)).status, 202, 'what no database holds');
  begun.length = 0;
  const { status, body, headers } = await post('S-17', 'S-18');
  assert.deepEqual([status, body.done, body.cases], [202, false, []]);
  assert.deepEqual((await post('S-17', 'S-18')).body.id, body.id);
  assert.deepEqual(begun.slice(0, 1), [`handOver nodrift-reallocation/${body.id}`]);
  const path = headers.get('location')!.replace('/api/v1', '');
  assert.equal((await api.get(path)).body.id, body.id);
  assert.equal((await api.get(path.replace('barnsley', 'hull'))).status, 404);
  assert.equal((await api.get('/directory/barnsley/reallocations/x')).status, 400);
});

test('nodrift directory sync says what would change, then does it; the faults of a sheet are a line each', async () => {
  const server = createServer(getRequestListener(app.fetch)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const folder = await mkdtemp(join(tmpdir(), 'nodrift-staff-'));
  after(async () => {
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true });
  });
  const { env } = process;
  process.env = { ...env, NODRIFT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, NODRIFT_KEY: ALL };
  after(() => {
    process.env = env;
  });
  const nodriftCli = async (...args: readonly string[]) => {
    const lines: string[] = [];
    const code = await run(args, { out: (text) => lines.push(text), err: (text) => lines.push(text) });
    return { code, said: lines.join('\n') };
  };
  const file = join(folder, 'staff.csv');
  await writeFile(file, (await nodriftCli('directory', 'template')).said);
  const sync = (...more: readonly string[]) =>
    nodriftCli('directory', 'sync', file, '--authority', 'barnsley', ...more);
  assert.deepEqual(await sync('--dry-run'), {
    code: 0,
    said: '2 changes, 0 as before; nothing was changed yet\n  S-17  joins\n  S-22  joins',
  });
  assert.deepEqual(await directoryOf(record, 'barnsley'), []);
  assert.equal((await sync()).code, 0);
  assert.match(
    (await nodriftCli('directory', 'list', '--authority', 'barnsley')).said,
    /S-17 {2}Amira Khan {2}social-worker {2}managed by S-22 {2}north/,
  );
  await writeFile(file, 'id,name,role,address\nS-1,Ann,social-worker,nowhere\nS-2,,social-worker,\n');
  assert.deepEqual(await sync(), {
    code: 2,
    said: `  row 2, address: S-1: “nowhere” is not an e-mail address\n  row 3, name: S-2: is missing\nnodrift: ${file}: 2 faults; nothing was changed`,
  });
});
