// Keys and the audit by the API, on a real record: nobody gives, renews, ends or sees more than is theirs.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { makeKey } from '../../record/api-keys.ts';
import { keepAudit, noteAudit } from '../../record/audit.ts';
import type { OpenRecord } from '../../record/open.ts';
import { SCOPES } from '../../record/scopes.ts';
import { servedApi } from '../../web/api/serve-api.ts';
import { type Asking, apiOf, asking } from '../support/api.ts';
import { memoryRecord } from '../support/memory-record.ts';
import { PaperCase } from '../support/paper-case.ts';

/** Its clock is the app's. */
const paper = new PaperCase();
let record: OpenRecord;
let app: ReturnType<typeof apiOf>;
let root: Asking;
before(async () => {
  record = await memoryRecord();
  const { cases: _, ...parts } = servedApi({ cases: {} as never, record, now: () => new Date() });
  app = apiOf(paper, parts);
  const all = { name: 'first', scopes: SCOPES, authorities: 'all', madeBy: 'operator' } as const;
  root = asking(app, (await makeKey(record, all)).text);
});
after(() => record.close());

const MOSAIC = { name: 'Mosaic', scopes: ['cases:read', 'keys:write'], authorities: ['barnsley'] };
const made = async (by: Asking, body: object = MOSAIC) => {
  const { status, body: key } = await by.post('/keys', body);
  assert.equal(status, 201, JSON.stringify(key));
  return { id: key.id as string, text: key.key as string, asks: asking(app, key.key) };
};

test('a key is made, shown once, works, and is listed without its secret', async () => {
  const { id, text, asks } = await made(root);
  assert.equal((await asks.get('/keys')).status, 200);
  const { body } = await root.get('/keys');
  const listed = body.keys.find((key: { id: string }) => key.id === id);
  assert.deepEqual([listed.name, listed.scopes, listed.authorities], ['Mosaic', MOSAIC.scopes, ['barnsley']]);
  assert.doesNotMatch(JSON.stringify(body), new RegExp(text.slice(-43)));
  assert.ok(!('key' in listed));
});

test('a key without the scope makes none', async () => {
  const { asks } = await made(root, { ...MOSAIC, scopes: ['cases:read'] });
  assert.equal((await asks.post('/keys', MOSAIC)).status, 403);
  assert.equal((await asks.get('/keys')).status, 403);
});

const LESSER: readonly (readonly [what: string, wanted: object, field: string])[] = [
  ['a scope it has not', { ...MOSAIC, scopes: ['cases:write'] }, 'scopes'],
  ['all authorities', { ...MOSAIC, authorities: 'all' }, 'authorities'],
  ['a life without an end', MOSAIC, 'expires'],
  ['a longer life', { ...MOSAIC, expires: '2126-01-01T00:00:00Z' }, 'expires'],
];
for (const [what, wanted, field] of LESSER)
  test(`nobody gives ${what}`, async () => {
    const expires = new Date(paper.clock.getTime() + 3_600_000).toISOString();
    const { asks } = await made(root, { ...MOSAIC, expires });
    const { status, body } = await asks.post('/keys', wanted);
    assert.deepEqual([status, body.field], [403, field]);
    assert.equal((await asks.post('/keys', { ...MOSAIC, expires })).status, 201, 'what it has itself');
  });

test('a key is made for authorities there are, and that are whoever makes it’s', async () => {
  const { asks } = await made(root);
  for (const [by, name] of [
    [root, 'barnsly'],
    [asks, 'barnsly'],
    [asks, 'hull'],
  ] as const) {
    const { status, body } = await by.post('/keys', { ...MOSAIC, authorities: ['barnsley', name] });
    assert.deepEqual([status, body.field], [404, 'authorities.1'], JSON.stringify(body));
    assert.equal(/hull/.test(body.detail.replace(name, '')), by === root, 'others are named to whoever has them');
  }
});

test('a key of another authority is not there, and one with more scopes is not to be touched', async () => {
  const { asks } = await made(root);
  const hull = await made(root, { ...MOSAIC, authorities: ['hull'] });
  const strong = await made(root, { ...MOSAIC, scopes: [...MOSAIC.scopes, 'audit:read'] });
  for (const [id, status] of [
    [hull.id, 404],
    ['aaaaaaaaaaaa', 404],
    [strong.id, 403],
    ['__proto__', 400],
  ] as const) {
    assert.equal((await asks.post(`/keys/${id}/rotate`, {})).status, status, id);
    assert.equal((await asks.ask('DELETE', `/keys/${id}`)).status, status, id);
  }
  const { body } = await asks.get('/keys');
  assert.ok(!body.keys.some(({ id }: { id: string }) => id === hull.id));
  assert.equal((await hull.asks.get('/keys')).status, 200, 'nothing was done to it');
});

test('rotated, both secrets work; with no overlap the old one ends at once; revoked, both do, and again is the same', async () => {
  const key = await made(root);
  const second = (await root.post(`/keys/${key.id}/rotate`, {})).body;
  assert.equal((await key.asks.get('/keys')).status, 200);
  assert.equal((await asking(app, second.key).get('/keys')).status, 200);
  assert.ok(Date.parse(second.oldSecretUntil) > Date.now() + 23 * 3_600_000);
  const third = (await root.post(`/keys/${key.id}/rotate`, { overlapHours: 0 })).body;
  for (const ended of [key.text, second.key]) assert.equal((await asking(app, ended).get('/keys')).status, 401);
  assert.equal((await root.ask('DELETE', `/keys/${key.id}`)).status, 204);
  assert.equal((await asking(app, third.key).get('/keys')).status, 401);
  assert.equal((await root.ask('DELETE', `/keys/${key.id}`)).status, 204);
  assert.equal((await root.post(`/keys/${key.id}/rotate`, {})).status, 404, 'it does not come back');
});

test('what cannot be a key is refused with its field, and none is made', async () => {
  const count = async () => (await root.get('/keys')).body.keys.length;
  const before = await count();
  for (const [change, field] of [
    [{ name: '' }, 'name'],
    [{ name: 'x'.repeat(101) }, 'name'],
    [{ scopes: [] }, 'scopes'],
    [{ scopes: ['cases:everything'] }, 'scopes.0'],
    [{ scopes: ['__proto__'] }, 'scopes.0'],
    [{ authorities: [] }, 'authorities'],
    [{ authorities: ['Barnsley'] }, 'authorities'],
    [{ expires: 'tomorrow' }, 'expires'],
    [{ expires: '2020-01-01T00:00:00Z' }, 'expires'],
    [{ madeBy: 'somebody' }, 'madeBy'],
  ] as const) {
    const { status, body } = await root.post('/keys', { ...MOSAIC, ...change });
    assert.equal(status, 400, JSON.stringify(change));
    assert.equal(String(body.field).split('.')[0], field.split('.')[0], JSON.stringify(body));
  }
  assert.equal(await count(), before);
  const nobodys = await root.post('/keys', { name: 'Mosaic', scopes: ['cases:read'] });
  assert.deepEqual([nobodys.status, nobodys.body.field], [400, 'authorities']);
  assert.match(nobodys.body.detail, /must be all, or the names of/);
});

test('the audit has who made, read and was refused what; only who may read it does, and sees its own authority’s cases alone', async () => {
  await record.db.execute(
    `insert into cases (id, ref, kind, authority, opening, rehearsal, status, events, revision, policy)
      values ('child-protection/BC-1', 'BC-1', 'child-protection', 'barnsley', 'o', false, 'open', 1, 1, 'p')`,
  );
  const key = await made(root, { name: 'auditor', scopes: ['audit:read'], authorities: ['barnsley'] });
  assert.equal((await key.asks.get('/keys')).status, 403);
  const read = { who: 'key:x', did: 'read case', outcome: '200', from: '' };
  noteAudit(record, { ...read, what: 'child-protection/BC-1' });
  await keepAudit(record, { ...read, what: 'child-protection/LC-1' });
  const { body } = await root.get('/audit?limit=1000');
  const lines = body.entries.map(({ did, what, outcome }: Record<string, string>) => `${did} ${what} ${outcome}`);
  assert.ok(lines.includes(`make key key:${key.id} 201`), lines.join('\n'));
  assert.ok(
    body.entries.some((one: { who: string; outcome: string }) => one.who === `key:${key.id}` && one.outcome === '403'),
  );
  const own = (await key.asks.get('/audit')).body;
  assert.deepEqual(
    own.entries.map((one: { what: string }) => one.what),
    ['child-protection/BC-1'],
  );
  const { asks: none } = await made(root);
  assert.equal((await none.get('/audit')).status, 403);
});

test('the audit is read page by page, and rows that come meanwhile move nothing', async () => {
  for (let i = 0; i < 5; i++)
    await keepAudit(record, { who: 'key:pages', did: 'x', what: `${i}`, outcome: 'ok', from: '' });
  const first = (await root.get('/audit?who=key:pages&limit=2')).body;
  assert.deepEqual(
    first.entries.map((one: { what: string }) => one.what),
    ['4', '3'],
  );
  await keepAudit(record, { who: 'key:pages', did: 'x', what: '5', outcome: 'ok', from: '' });
  const second = (await root.get(`/audit?who=key:pages&limit=2&cursor=${first.next}`)).body;
  assert.deepEqual(
    second.entries.map((one: { what: string }) => one.what),
    ['2', '1'],
  );
  const last = (await root.get(`/audit?who=key:pages&limit=2&cursor=${second.next}`)).body;
  assert.deepEqual([last.entries.length, last.next], [1, null]);
  const day = new Date().toISOString().slice(0, 10);
  assert.equal((await root.get(`/audit?who=key:pages&to=${day}`)).body.entries.length, 0);
  for (const [query, field] of [
    ['cursor=x', 'cursor'],
    ['cursor=-1', 'cursor'],
    ['cursor=2', 'cursor'],
    [`who=key:others&cursor=${first.next}`, 'cursor'],
    ['from=2026-02-31', 'from'],
    ['to=yesterday', 'to'],
    ['limit=0', 'limit'],
    ['limit=1e9', 'limit'],
    ['person=amira', 'person'],
  ] as const) {
    const { status, body } = await root.get(`/audit?${query}`);
    assert.deepEqual([status, body.field], [400, field], JSON.stringify(body));
  }
});

test('the chain is verified by who has all authorities, against an end that was noted before too', async () => {
  const { status, body } = await root.get('/audit/verify');
  assert.equal(status, 200);
  assert.deepEqual(body.faults, []);
  const { number, hash } = body.head;
  assert.deepEqual((await root.get(`/audit/verify?expect=${number}:${hash}`)).body.faults, []);
  assert.match(
    (await root.get(`/audit/verify?expect=${number}:other`)).body.faults.join(),
    /is not the one that was noted/,
  );
  assert.equal((await root.get('/audit/verify?expect=1;drop')).status, 400);
  const { asks } = await made(root, { name: 'auditor', scopes: ['audit:read'], authorities: ['barnsley'] });
  assert.equal((await asks.get('/audit/verify')).status, 403);
});

test('an answer carries the id of its line in the audit', async () => {
  const { headers } = await root.get('/keys');
  await Promise.allSettled(record.underWay);
  const { body } = await root.get('/audit?limit=20');
  assert.ok(body.entries.some((one: { request: string }) => one.request === headers.get('request-id')));
});
