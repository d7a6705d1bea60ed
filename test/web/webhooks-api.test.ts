// Webhooks by the API, on a real record: who may make which, where they may go, and that a secret is seen once.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eq } from 'drizzle-orm';
import { makeKey } from '../../record/api-keys.ts';
import type { OpenRecord } from '../../record/open.ts';
import { WEBHOOK_TYPES, webhookDeliveries, webhookSubscriptions } from '../../record/schema-webhooks.ts';
import { SCOPES, type Scope } from '../../record/scopes.ts';
import { SUBSCRIPTIONS_AT_MOST } from '../../record/webhook-subscriptions.ts';
import { keep } from '../../record/write.ts';
import { servedApi } from '../../web/api/serve-api.ts';
import { serveListener } from '../../webhooks/serve-listener.ts';
import { type Asking, apiOf, asking } from '../support/api.ts';
import { entry } from '../support/entries.ts';
import { memoryRecord } from '../support/memory-record.ts';
import { PaperCase } from '../support/paper-case.ts';
import { Receiver } from '../support/receiver.ts';

const RULES = { allowed: ['127.0.0.1', 'receiver.internal'], ourselves: ['https://nodrift.council.example'] };
const receiver = new Receiver();
let record: OpenRecord;
let app: ReturnType<typeof apiOf>;
let root: Asking;
let barnsley: Asking;

const keyed = async (authorities: readonly string[] | 'all', scopes: readonly Scope[]) =>
  asking(app, (await makeKey(record, { name: 'test', scopes, authorities, madeBy: 'operator' })).text);

before(async () => {
  await receiver.start();
  record = await memoryRecord();
  const parts = servedApi({ cases: {} as never, record, now: () => new Date(), webhooks: RULES });
  app = apiOf(new PaperCase(), parts);
  root = await keyed('all', SCOPES);
  barnsley = await keyed(['barnsley'], ['webhooks:write']);
});
after(async () => {
  await receiver.stop();
  await record.close();
});

let made = 0;
const wish = (change: object = {}) => ({
  ...{ authority: 'barnsley', url: `http://receiver.internal/${++made}` },
  ...change,
});
async function add(by: Asking = barnsley, change: object = {}) {
  const { status, body, headers } = await by.post('/webhooks', wish(change));
  assert.equal(status, 201, JSON.stringify(body));
  return { ...body, location: headers.get('location') };
}

test('a webhook is made, with all types unless some are chosen; its secret is seen once', async () => {
  const { id, secret, location, types, state, cursor } = await add();
  assert.match(secret, /^whsec_/);
  assert.deepEqual([location, types, state, cursor], [`/api/v1/webhooks/${id}`, WEBHOOK_TYPES, 'active', '0']);
  const some = await add(barnsley, { types: ['nodrift.duty.late', 'nodrift.duty.late'] });
  assert.deepEqual(some.types, ['nodrift.duty.late']);
  for (const path of ['/webhooks', `/webhooks/${id}`])
    assert.doesNotMatch(JSON.stringify((await barnsley.get(path)).body), /whsec_|secret/);
});

test('a caller without the scope makes, sees and changes none', async () => {
  const { id } = await add();
  const reader = await keyed(['barnsley'], ['cases:read']);
  assert.equal((await reader.post('/webhooks', wish())).status, 403);
  for (const [method, path] of CALLS(id)) assert.equal((await reader.ask(method, path)).status, 403, path);
});

const CALLS = (id: string) =>
  [
    ['GET', `/webhooks/${id}`],
    ['POST', `/webhooks/${id}/test`],
    ['POST', `/webhooks/${id}/replay?from=0`],
    ['POST', `/webhooks/${id}/resume`],
    ['POST', `/webhooks/${id}/rotate`],
    ['DELETE', `/webhooks/${id}`],
  ] as const;

test('another authority’s is not there, nor made', async () => {
  const { id } = await add(root, { authority: 'hull' });
  for (const [method, path] of CALLS(id)) assert.equal((await barnsley.ask(method, path)).status, 404, path);
  assert.ok(!JSON.stringify((await barnsley.get('/webhooks')).body).includes(id));
  const { status, body } = await barnsley.post('/webhooks', wish({ authority: 'hull' }));
  assert.deepEqual([status, body.field], [404, 'authority']);
  assert.equal((await root.post('/webhooks', wish({ authority: 'atlantis' }))).status, 404);
  assert.equal((await root.get(`/webhooks/${id}`)).status, 200);
});

test('ids that are none and ids nobody has', async () => {
  for (const id of ['__proto__', 'wh_1', `wh_${'g'.repeat(24)}`, '%00'])
    assert.equal((await root.get(`/webhooks/${id}`)).status, 400, id);
  for (const [method, path] of CALLS(`wh_${'0'.repeat(24)}`))
    assert.equal((await root.ask(method, path)).status, 404, path);
});

test('what cannot be a webhook is one problem, and none is made', async () => {
  const before = (await root.get('/webhooks')).body.webhooks.length;
  const rows: readonly (readonly [wrong: object, field: string])[] = [
    [{ url: 'https://169.254.169.254/latest/meta-data' }, 'url'],
    [{ url: 'https://2130706434/' }, 'url'],
    [{ url: 'https://[::ffff:10.0.0.1]/' }, 'url'],
    [{ url: 'https://metadata.google.internal/' }, 'url'],
    [{ url: 'http://receiver.example/' }, 'url'],
    [{ url: 'https://user:pw@receiver.example/' }, 'url'],
    [{ url: 'https://nodrift.council.example/api/v1/cases' }, 'url'],
    [{ url: 'file:///etc/passwd' }, 'url'],
    [{ url: '' }, 'url'],
    [{ url: `https://receiver.example/${'x'.repeat(2_000)}` }, 'url'],
    [{ types: [] }, 'types'],
    [{ types: ['nodrift.test'] }, 'types.0'],
    [{ types: ['constructor'] }, 'types.0'],
    [{ authority: '__proto__' }, 'authority'],
    [{ authority: ['barnsley'] }, 'authority'],
    [{ secret: 'whsec_mine' }, 'secret'],
  ];
  for (const [wrong, field] of rows) {
    const { status, body } = await root.post('/webhooks', wish(wrong));
    assert.deepEqual([status, body.field], [400, field], JSON.stringify([wrong, body]));
  }
  assert.equal((await root.get('/webhooks')).body.webhooks.length, before);
});

test('an address hears a thing once: a second webhook of the same authority to it is refused', async () => {
  const { id, url } = await add();
  const { status, body } = await barnsley.post('/webhooks', wish({ url }));
  assert.equal(status, 409);
  assert.match(body.detail, new RegExp(id));
  assert.equal((await barnsley.ask('DELETE', `/webhooks/${id}`)).status, 204);
  assert.equal((await barnsley.get(`/webhooks/${id}`)).status, 404);
  await add(barnsley, { url });
});

test('an authority has twenty at most', async () => {
  let status = 201;
  for (let i = 0; i <= SUBSCRIPTIONS_AT_MOST && status === 201; i++)
    ({ status } = await root.post('/webhooks', wish({ authority: 'hull' })));
  assert.equal(status, 422);
});

test('a replay sends again what came after a cursor, and no cursor is of the future', async () => {
  const { id } = await add();
  await keep(record, entry());
  const { cursor, waiting } = (await barnsley.get(`/webhooks/${id}`)).body;
  assert.ok(waiting >= 1);
  await record.db.delete(webhookDeliveries).where(eq(webhookDeliveries.subscription, id));
  const again = (from: string) => barnsley.ask('POST', `/webhooks/${id}/replay?from=${from}`);
  assert.equal((await again('0')).body.events, waiting);
  assert.equal((await again(cursor)).body.events, 0);
  for (const wrong of [String(Number(cursor) + 1_000), '-1', '1.5', 'x', '9'.repeat(16), ''])
    assert.equal((await again(wrong)).status, 400, wrong);
});

test('one that was paused goes on when somebody says so; one that has ended does not', async () => {
  const { id } = await add();
  const becomes = (state: 'paused' | 'ended') =>
    record.db.update(webhookSubscriptions).set({ state }).where(eq(webhookSubscriptions.id, id));
  await becomes('paused');
  assert.equal((await barnsley.ask('POST', `/webhooks/${id}/resume`)).body.state, 'active');
  await becomes('ended');
  for (const what of ['resume', 'replay?from=0']) {
    const { status, body } = await barnsley.ask('POST', `/webhooks/${id}/${what}`);
    assert.deepEqual([status, body.type], [409, body.type.replace(/[^/:]*$/, 'webhook-ended')]);
  }
});

test('a test says what came of it, and another secret signs beside the first', async () => {
  const { id, secret } = await add(barnsley, { url: receiver.url });
  receiver.secret = secret;
  const tested = async () => {
    const asked = barnsley.ask('POST', `/webhooks/${id}/test`);
    for (let done = false; !done; ) {
      await serveListener({ record, ...RULES }, id);
      done = await Promise.race([asked.then(() => true), new Promise<false>((no) => setTimeout(() => no(false), 50))]);
    }
    const { event, ...came } = (await asked).body;
    return came;
  };
  assert.deepEqual(await tested(), { outcome: 'taken', code: null });
  const rotated = (await barnsley.ask('POST', `/webhooks/${id}/rotate`)).body;
  assert.ok(new Date(rotated.oldSecretUntil) > new Date());
  assert.deepEqual(await tested(), { outcome: 'taken', code: null });
  receiver.secret = rotated.secret;
  assert.deepEqual(await tested(), { outcome: 'taken', code: null });
  receiver.answer = () => 500;
  assert.deepEqual(await tested(), { outcome: 'not-taken', code: '500' });
});

test('the document says what comes, type by type', async () => {
  const document = (await (await app.request('/openapi.json')).json()) as { webhooks: object };
  assert.deepEqual(Object.keys(document.webhooks), [...WEBHOOK_TYPES]);
});
