// The codec server of Temporal UI: for whom it opens what is sealed, what it leaves sealed, what it refuses, and what the audit keeps of it.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { eq } from 'drizzle-orm';
import { KeysUnavailable, memoryKeys, SYSTEM } from '../../codec/case-keys.ts';
import { payloadCodec } from '../../codec/payload-codec.ts';
import { syncDirectory } from '../../record/directory.ts';
import { placeOf } from '../../record/read.ts';
import { audit } from '../../record/schema-access.ts';
import { UI_COOKIE } from '../../web/codec-server.ts';
import { Turns } from '../../web/waiting-turns.ts';
import { family } from '../support/family.ts';
import { afterCoreGroup, PaperCase } from '../support/paper-case.ts';
import { member } from '../support/staff.ts';
import { type StaffApp, staffApp } from '../support/staff-app.ts';
import type { Visitor } from '../support/visitor.ts';

const UI = 'https://temporal.council.test';
const NAMESPACE = 'nodrift';
const OURS = 'child-protection/BC-2041';
const HULLS = 'child-protection/HU-9';
const TOKEN = 'the token of this start';

/** A payload as Temporal's API has it in JSON. */
interface Sent {
  readonly metadata: Readonly<Record<string, string>>;
  readonly data: string;
}

test('twenty may ask at once, then twenty a second, each waiting for its turn, and nobody longer than twenty seconds', () => {
  const turns = new Turns();
  const waits = Array.from({ length: 500 }, () => turns.take('a', 1_000_000));
  assert.deepEqual(waits.slice(0, 20), Array(20).fill(0));
  assert.deepEqual(waits.slice(20, 23), [50, 100, 150]);
  assert.equal(waits.filter((wait) => wait === 'too long').length, 500 - 20 - 400);
  assert.equal(turns.take('b', 1_000_000), 0, 'another waits for nobody');
  assert.equal(turns.take('a', 1_060_000), 0);
});

describe('the codec server', () => {
  const keys = memoryKeys();
  let keysDown = false;
  let spent = false;
  const codec = payloadCodec({
    keys: {
      ...keys,
      keysOf: (owners) => (keysDown ? Promise.reject(new KeysUnavailable('down')) : keys.keysOf(owners)),
    },
    namespace: NAMESPACE,
  });
  let served: StaffApp;
  /** Reads words, and nothing that a case holds. */
  let operator = '';
  let reader = '';

  before(async () => {
    const hull = new PaperCase(family('HU-9', { authority: 'hull' }));
    served = await staffApp([afterCoreGroup(), hull], {
      more: (record) => ({
        codec: {
          ...{ origins: [UI], codec, namespace: NAMESPACE, uiToken: TOKEN },
          turns: { take: () => (spent ? 'too long' : 0) },
          authorityOf: async (id) => (await placeOf(record, id))?.authority,
        },
      }),
    });
    await syncDirectory(served.record, 'barnsley', [
      member('S-9', { name: 'Olu Ops', address: 'ops@council.test', rights: ['operator'] }),
      member('S-8', { name: 'Rhea Read', address: 'reads@council.test', rights: ['operator', 'case-reader'] }),
      member('S-1', { name: 'Sue Hart', address: 'sue@council.test', rights: ['service-manager'] }),
    ]);
    operator = cookieOf(await served.signedIn('ops@council.test'));
    reader = cookieOf(await served.signedIn('reads@council.test'));
  });
  after(() => served.close());

  const sealed = async (value: unknown, workflowId: string): Promise<Sent> => {
    const plain = [defaultPayloadConverter.toPayload(value) as Payload];
    const [payload] = await codec.encode(plain, { type: 'workflow', namespace: NAMESPACE, workflowId });
    return sentOf(payload!);
  };
  const ask = async (body: unknown, headers: Record<string, string> = {}, path = '/codec/decode') => {
    return served.app.request(path, {
      method: 'POST',
      headers: {
        origin: UI,
        'content-type': 'application/json',
        'x-namespace': NAMESPACE,
        cookie: operator,
        ...headers,
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  };
  const decoded = async (payloads: readonly Sent[], headers?: Record<string, string>) => {
    const answer = await ask({ payloads }, headers);
    assert.equal(answer.status, 200);
    return ((await answer.json()) as { payloads: Sent[] }).payloads;
  };
  const lastAudited = async (who: string) =>
    (await served.record.db.select().from(audit).where(eq(audit.who, who)))
      .filter(({ did }) => did.includes('/codec/'))
      .at(-1);

  test('an operator who is signed in reads the words written for operators, and nothing that a case holds', async () => {
    const words = 'chase minutes of core group 3, first working day after the limit';
    const shown = { definition: { type: 'childProtection' }, currentDetails: '**Owed** minutes of core group 3' };
    const open = [await sealed(words, OURS), await sealed(shown, OURS)];
    const shut = await Promise.all(
      [{ name: 'Kit' }, ['Kit'], { definition: {}, people: ['Kit'] }, { currentDetails: 'Kit' }, 7, null].map((one) =>
        sealed(one, OURS),
      ),
    );
    const answer = await decoded([...open, ...shut]);
    assert.deepEqual(answer.slice(0, 2).map(textOf), [JSON.stringify(words), JSON.stringify(shown)]);
    assert.deepEqual(answer.slice(2), shut);
    const { what, outcome } = (await lastAudited('staff:barnsley/S-9'))!;
    assert.deepEqual([what, outcome], [`${OURS}:${(await keys.keyFor(OURS)).id}`, 'words-2']);
  });

  test('who has a right of its own for it reads what cases of their authority hold, and the audit keeps that they did', async () => {
    const sent = await sealed({ said: 'Mum rang' }, OURS);
    assert.ok(!JSON.stringify(sent).includes('Mum'));
    const [plain] = await decoded([sent], { cookie: reader });
    assert.equal(textOf(plain!), '{"said":"Mum rang"}');
    assert.deepEqual(plain?.metadata, { encoding: base64('json/plain') });
    const key = await keys.keyFor(OURS);
    const { what, outcome, did, address } = (await lastAudited('staff:barnsley/S-8'))!;
    assert.deepEqual([what, outcome, did], [`${OURS}:${key.id}`, 'opened-1', `POST /codec/decode ${NAMESPACE}`]);
    assert.equal(address, '');
    const theirs = [await sealed({ said: 'theirs' }, HULLS), await sealed({ said: 'nobody’s' }, 'nodrift-round')];
    assert.deepEqual(await decoded(theirs, { cookie: reader }), theirs);
  });

  test('another authority’s are left sealed, item by item, and what belongs to no case is read', async () => {
    const sent = [await sealed('ours', OURS), await sealed('theirs', HULLS), await sealed('nobody’s', 'nodrift-round')];
    const answer = await decoded(sent);
    assert.equal(textOf(answer[0]!), '"ours"');
    assert.deepEqual(answer[1], sent[1]);
    assert.equal(textOf(answer[2]!), '"nobody’s"');
    assert.match((await lastAudited('staff:barnsley/S-9'))?.what ?? '', new RegExp(`^(?:${OURS}|${SYSTEM}):`));
  });

  test('one payload that cannot be opened keeps none of the others from the page', async () => {
    const good = await sealed('ours', OURS);
    const elsewhere = { ...good, metadata: { ...good.metadata, own: base64('child-protection/BC-1') } };
    const bad: Sent[] = [
      elsewhere,
      { ...good, data: `${good.data.slice(0, -8)}AAAAAAA=` },
      { ...good, data: '' },
      { ...good, metadata: { ...good.metadata, dek: base64('0'.repeat(16)) } },
      { metadata: { encoding: base64('json/plain') }, data: base64('"plain"') },
    ];
    const answer = await decoded([...bad, good]);
    assert.deepEqual(answer.slice(0, -1), bad);
    assert.equal(textOf(answer.at(-1)!), '"ours"');
  });

  test('what was erased stays sealed', async () => {
    const id = 'child-protection/BC-7';
    const sent = await sealed('gone', id);
    await keys.erase(id, { by: 'S-9', at: '2028-02-20' });
    assert.deepEqual(await decoded([sent], { cookie: `${UI_COOKIE}=${TOKEN}` }), [sent]);
  });

  test('the UI that npm start runs reads everything by the token of this start, and by no other', async () => {
    const sent = await sealed({ said: 'theirs' }, HULLS);
    const [plain] = await decoded([sent], { cookie: `${UI_COOKIE}=${TOKEN}` });
    assert.equal(textOf(plain!), '{"said":"theirs"}');
    assert.equal((await lastAudited('temporal-ui'))?.outcome, 'opened-1');
    assert.equal((await ask({ payloads: [sent] }, { cookie: `${UI_COOKIE}=another` })).status, 401);
  });

  test('nobody else reads anything: without a session, signed out, or signed in as somebody else', async () => {
    const payloads = [await sealed('ours', OURS)];
    const sue = cookieOf(await served.signedIn('sue@council.test'));
    for (const cookie of ['', 'nodrift-session_token=made-up', sue]) {
      const answer = await ask({ payloads }, { cookie });
      assert.equal(answer.status, 401);
      assert.ok(!(await answer.text()).includes(payloads[0]!.data));
    }
  });

  test('pages of elsewhere get nothing: only the UI’s own origin may ask, and the answer names it', async () => {
    for (const origin of ['https://stranger.example', 'null', '', `${UI}.stranger.example`]) {
      const answer = await ask({ payloads: [] }, { origin });
      assert.equal(answer.status, 403, origin);
      assert.equal(answer.headers.get('access-control-allow-origin'), null);
    }
    const answer = await ask({ payloads: [] });
    assert.equal(answer.headers.get('access-control-allow-origin'), UI);
    assert.equal(answer.headers.get('access-control-allow-credentials'), 'true');
    assert.match(answer.headers.get('vary') ?? '', /Origin/);
    assert.equal(answer.headers.get('cache-control'), 'no-store');
  });

  test('a browser is told beforehand what it may send', async () => {
    const headers = {
      origin: UI,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'x-namespace',
    };
    const answer = await served.app.request('/codec/decode', { method: 'OPTIONS', headers });
    assert.equal(answer.status, 204);
    assert.equal(answer.headers.get('access-control-allow-origin'), UI);
    assert.equal(answer.headers.get('access-control-allow-methods'), 'POST, OPTIONS');
    assert.equal(
      answer.headers.get('access-control-allow-headers'),
      'content-type, x-namespace, authorization, authorization-extras',
    );
    assert.equal(answer.headers.get('access-control-max-age'), '600');
  });

  test('nothing but decoding is there', async () => {
    for (const path of ['/codec/encode', '/codec/download', '/codec/'])
      assert.equal((await ask({ payloads: [] }, {}, path)).status, 404, path);
    assert.equal(
      (await served.app.request('/codec/decode', { headers: { origin: UI, cookie: operator } })).status,
      404,
    );
    assert.equal((await ask({ payloads: [] }, {}, '/codec/decode?preserveStorageRefs=true')).status, 200);
  });

  test('what is no list of payloads is refused in one line that repeats nothing of it', async () => {
    for (const body of [
      'CANARY',
      '{"payloads": "CANARY"}',
      '[]',
      'null',
      '{"payloads":[7]}',
      '{"payloads":[{"data":{}}]}',
    ]) {
      const answer = await ask(body);
      assert.equal(answer.status, 400, body);
      assert.doesNotMatch(await answer.text(), /CANARY/);
    }
    const tooMany = Array.from({ length: 501 }, () => ({ metadata: {}, data: '' }));
    assert.equal((await ask({ payloads: tooMany })).status, 400);
    assert.equal((await ask('{}', { 'content-type': 'text/plain' })).status, 415);
    assert.equal((await ask(JSON.stringify({ payloads: [{ data: 'A'.repeat(10 * 1024 * 1024) }] }))).status, 413);
  });

  test('who asks too often is told when to come again', async () => {
    spent = true;
    const answer = await ask({ payloads: [] });
    spent = false;
    assert.equal(answer.status, 429);
    assert.equal(answer.headers.get('retry-after'), '20');
  });

  test('while the keys do not answer it says so, and goes on when they do', async () => {
    const sent = await sealed('ours', OURS);
    keysDown = true;
    assert.equal((await ask({ payloads: [sent] })).status, 503);
    keysDown = false;
    assert.equal(textOf((await decoded([sent]))[0]!), '"ours"');
  });
});

const cookieOf = ({ cookies }: Visitor): string => [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const textOf = ({ data }: Sent): string => Buffer.from(data, 'base64').toString('utf8');
const sentOf = ({ metadata, data }: Payload): Sent => ({
  metadata: Object.fromEntries(
    Object.entries(metadata ?? {}).map(([name, value]) => [name, Buffer.from(value).toString('base64')]),
  ),
  data: Buffer.from(data ?? []).toString('base64'),
});
