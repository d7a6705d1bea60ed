// The routes that stand on no single case, as `npm start` serves them: the document of all rooms together, lists, policies put in force on running cases.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { shippedPolicy } from '../../policies/load.ts';
import type { OpenApi } from '../../web/api/document.ts';
import { type Asking, asking } from '../support/api.ts';
import { type ApiProcess, startApi } from '../support/api-process.ts';

let served: ApiProcess;
let api: Asking;
before(async () => {
  served = await startApi();
  api = asking({ request } as Parameters<typeof asking>[0], served.key);
});
after(() => served?.stop());

/** Over a connection of its own: schemas are compiled for seconds between two calls, and a server closes one that was kept meanwhile. */
function request(path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(`${served.url}${path}`, {
    ...init,
    headers: { ...(init.headers as Record<string, string>), connection: 'close' },
  });
}

test('the document of all rooms is whole: references lead somewhere, schemas are schemas, every operation has a name of its own', async () => {
  const document = (await (await request('/openapi.json')).json()) as OpenApi;
  const names = Object.keys(document.components.schemas);
  const references = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(
    (found) => found[1]!,
  );
  assert.deepEqual(
    [...new Set(references)].filter((name) => !names.includes(name)),
    [],
  );
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema(document, 'openapi');
  for (const name of names) assert.ok(ajv.getSchema(`openapi#/components/schemas/${name}`), name);
  const operations = Object.entries(document.paths).flatMap(([path, all]) =>
    Object.values(all).map((one) => ({ path, ...one })),
  );
  assert.equal(new Set(operations.map((one) => one.operationId)).size, operations.length);
  for (const { path, summary, tags } of operations) assert.ok(summary && tags?.length, path);
  for (const path of [
    '/cases',
    '/people/{id}/owed',
    '/timeline',
    '/rehearsals',
    '/policies/{authority}',
    '/imports',
    '/webhooks',
  ])
    assert.ok(document.paths[`/api/v1${path}`], path);
  const page = await (await request('/docs')).text();
  for (const { path } of operations) assert.ok(page.includes(` ${path}</code>`), path);
});

test('the running cases are listed page by page, and what a person owes across them', async () => {
  const { body } = await api.get('/cases?limit=1');
  assert.equal(body.cases.length, 1);
  const rest = await api.get(`/cases?limit=500&cursor=${body.next}`);
  assert.ok(rest.body.cases.length > 0 && rest.body.next === null);
  const late = (await api.get('/cases?late=true')).body.cases;
  assert.ok(late.length > 0 && late.every((one: { late: string[] }) => one.late.length > 0));
  const { duties } = (await api.get(`/cases/${late[0].id}/owed`)).body;
  const [duty] = duties;
  const theirs = await api.get(`/people/${duty.owner}/owed?authority=${late[0].authority}&case=${late[0].id}`);
  assert.ok(
    theirs.body.duties.some((one: { case: string; duty: string }) => one.case === late[0].id && one.duty === duty.duty),
  );
});

test('a policy is put in force: every running case takes it once, and of two made from the same one the second is told', async () => {
  const { headers, body } = await api.get('/policies/barnsley');
  const before = headers.get('etag')!;
  const put = (version: string, tag: string) =>
    api.ask('PUT', '/policies/barnsley', {
      headers: { 'content-type': 'application/json', 'if-match': tag },
      body: JSON.stringify({ ...body, version, name: `Barnsley ${version}` }),
    });
  const first = await put('2', before);
  assert.deepEqual([first.status, first.body.event, first.body.stragglersInAll], [200, 'policy/2', 0]);
  assert.ok(first.body.took > 0);
  const again = await put('2', before);
  assert.deepEqual([again.status, again.body.took, again.body.before], [200, 0, first.body.took]);
  assert.equal((await put('3', before)).status, 412);
  const now = await api.get('/policies/barnsley');
  assert.deepEqual([now.headers.get('etag'), now.body.version], [first.headers.get('etag'), '2']);
  assert.notEqual(now.body.name, shippedPolicy('barnsley').name);
});

test('dates and rehearsals are worked out where the pages are', async () => {
  const wish = { authority: 'hull', kind: 'child-protection', opened: '2027-03-01' };
  assert.ok((await api.post('/timeline', wish)).body.limits.length > 10);
  assert.equal((await api.post('/timeline', { ...wish, authority: 'nowhere' })).status, 404);
});

test('whether it runs is said without a key', async () => {
  for (const path of ['/livez', '/readyz']) {
    const response = await fetch(`${served.url}${path}`);
    assert.deepEqual([response.status, await response.text()], [200, 'ok']);
  }
});
