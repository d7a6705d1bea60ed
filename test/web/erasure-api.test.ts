// Forgetting by the HTTP API and the command line: what erases a case, what does not, and what every address says of one that is erased.

import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { sql } from 'drizzle-orm';
import { Erased } from '../../client/errors.ts';
import { call } from '../../client/http/call.ts';
import { beginErasure } from '../../record/erasures.ts';
import { stripCase } from '../../record/strip-case.ts';
import { keep } from '../../record/write.ts';
import { servedApi } from '../../web/api/serve-api.ts';
import { ALL, apiOf, asking, caller, callersOf } from '../support/api.ts';
import { commandsCall } from '../support/api-socket.ts';
import { CASE } from '../support/deliveries.ts';
import { entry } from '../support/entries.ts';
import { memoryRecord } from '../support/memory-record.ts';
import { nodrift } from '../support/nodrift.ts';
import { PaperCase } from '../support/paper-case.ts';
import { emptied } from '../support/records.ts';

const record = await memoryRecord();
const paper = new PaperCase();
const { cases: _, ...parts } = servedApi({ record, cases: paper.cases as never, now: () => new Date() });
const erasures = {
  ...parts.erasures!,
  // What the workers do, without Temporal.
  erase: async (wish: Parameters<typeof beginErasure>[1]) => {
    const begun = await beginErasure(record, wish);
    return slow || begun.done !== null ? begun : stripCase(record, wish.caseId);
  },
};
let slow = false;
const app = apiOf(paper, {
  ...{ ...parts, erasures },
  callers: callersOf({ barnsley: caller({ authorities: ['barnsley'] }), hull: caller({ authorities: ['hull'] }) }),
});
const [api, hull, barnsley] = [asking(app), asking(app, 'hull'), asking(app, 'barnsley')];
commandsCall(app);
after(() => record.close());
beforeEach(async () => {
  slow = false;
  await emptied(record);
  await record.db.execute(sql`truncate erasures, holds, retention, erasures_ahead`);
  await keep(record, entry({ status: 'closed' }));
});

const WISH = { confirm: 'BC-2041', reason: 'asked-by-person', by: 'S-17' };
const ERASURE = `/cases/${CASE}/erasure`;

test('a case is erased when its reference is said once more, and asked again it gives the first answer', async () => {
  const erased = await api.post(ERASURE, WISH);
  assert.deepEqual(
    [erased.status, erased.body.case, erased.body.by, erased.body.had],
    [200, CASE, 'S-17', { events: 1, duties: 1, mails: 0 }],
  );
  const again = await api.post(ERASURE, { ...WISH, by: 'S-99' });
  assert.deepEqual([again.status, again.body], [200, erased.body]);
});

test('every address of an erased case says when it was erased and by whom, to those who might see it', async () => {
  await api.post(ERASURE, WISH);
  const document = (await (await app.request('/openapi.json')).json()) as {
    paths: Record<string, Record<string, { requestBody?: unknown }>>;
  };
  let asked = 0;
  for (const [path, methods] of Object.entries(document.paths)) {
    if (!path.startsWith('/api/v1/cases/{kind}/{ref}') || path.endsWith('/erasure')) continue;
    for (const method of Object.keys(methods)) {
      const at = path.slice(7).replace('{kind}/{ref}', CASE).replace('{name}', 'agenda');
      const init = methods[method]!.requestBody ? { body: '{}', headers: { 'content-type': 'application/json' } } : {};
      const answer = await api.ask(method.toUpperCase(), at, init);
      assert.equal(answer.status, 410, `${method} ${path}`);
      assert.equal(answer.body.type, 'urn:nodrift:problem:case-erased');
      assert.match(answer.body.detail, /^child-protection\/BC-2041 was erased on \d{4}-\d\d-\d\d by S-17/);
      assert.equal(
        (await hull.ask(method.toUpperCase(), at, init)).status === 410,
        false,
        `${method} ${path} for others`,
      );
      asked++;
    }
  }
  assert.ok(asked >= 9, `${asked} addresses`);
  assert.deepEqual((await api.get('/cases')).body.cases, []);
});

test('a reference that was erased is not opened again', async () => {
  await api.post(ERASURE, WISH);
  await assert.rejects(keep(record, entry()), { name: 'ReferenceTaken' });
});

test('nothing is erased without the reference, a reason of the list, an id for whom decided it', async () => {
  for (const [wrong, field] of [
    [{ ...WISH, confirm: 'BC-2042' }, 'confirm'],
    [{ ...WISH, confirm: undefined }, 'confirm'],
    [{ ...WISH, reason: 'because Zaphodia asked' }, 'reason'],
    [{ ...WISH, by: 'Zaphodia Smith' }, 'by'],
  ] as const) {
    const refused = await api.post(ERASURE, wrong);
    assert.deepEqual([refused.status, refused.body.field], [400, field]);
  }
  assert.equal((await api.get(`/cases/${CASE}`)).status, 200);
});

test('a case that is not closed, or is on hold, is not erased', async () => {
  await keep(record, entry({ events: 2, revision: 2, newEvents: [], status: 'open' }));
  const runs = await api.post(ERASURE, WISH);
  assert.deepEqual([runs.status, runs.body.type], [409, 'urn:nodrift:problem:case-runs']);
  const held = await api.ask('PUT', `/cases/${CASE}/hold`, {
    body: JSON.stringify({ reason: 'proceedings', by: 'S-1' }),
    headers: { 'content-type': 'application/json' },
  });
  assert.deepEqual([held.status, held.body.reason], [200, 'proceedings']);
  const refused = await api.post(ERASURE, { ...WISH, terminate: true });
  assert.deepEqual([refused.status, refused.body.type], [409, 'urn:nodrift:problem:case-held']);
  assert.deepEqual((await barnsley.get('/holds')).body.holds.length, 1);
  assert.deepEqual((await hull.get('/holds')).body.holds, []);
  assert.deepEqual((await api.ask('DELETE', `/cases/${CASE}/hold`)).body.released.length, 1);
  assert.equal((await api.post(ERASURE, { ...WISH, terminate: true })).status, 200);
});

test('another authority neither erases nor learns that there was such a case', async () => {
  for (const path of [ERASURE, '/cases/child-protection/NOBODY/erasure'])
    assert.equal((await hull.post(path, { ...WISH, confirm: path.split('/')[3] })).status, 404);
  await api.post(ERASURE, WISH);
  assert.equal((await hull.post(ERASURE, WISH)).status, 404);
  assert.deepEqual((await hull.get('/erasures')).body.erasures, []);
  assert.deepEqual((await barnsley.get('/erasures')).body.erasures.length, 1);
  assert.equal((await hull.get('/erasures?authority=barnsley')).status, 404);
});

test('what takes longer goes on by itself, and the case answers nobody meanwhile', async () => {
  slow = true;
  const begun = await api.post(ERASURE, WISH);
  assert.deepEqual([begun.status, begun.body.done, begun.body.had], [202, null, null]);
  const asked = await api.get(`/cases/${CASE}/history`);
  assert.equal(asked.status, 410);
  assert.match(asked.body.detail, /is being erased, as S-17 asked on/);
});

test('over HTTP the client is told so', async () => {
  await api.post(ERASURE, WISH);
  const at = { url: process.env.NODRIFT_URL!, key: ALL };
  await assert.rejects(call(at, 'GET', `/cases/${CASE}`), (error) => error instanceof Erased && error.closed);
});

test('how long cases are kept is set by the year, for ever where nobody said', async () => {
  assert.deepEqual((await api.get('/retention/barnsley')).body, {
    ...{ authority: 'barnsley', years: null, by: null, from: null, history: [] },
  });
  const set = (years: unknown) =>
    barnsley.ask('PUT', '/retention/barnsley', {
      body: JSON.stringify({ years, by: 'S-1' }),
      headers: { 'content-type': 'application/json' },
    });
  assert.equal((await set(25)).body.years, 25);
  assert.equal((await set(25)).body.years, 25);
  assert.equal((await set(null)).body.years, null);
  const { years, history } = (await api.get('/retention/barnsley')).body;
  assert.deepEqual([years, history.map((one: { years: number | null }) => one.years)], [null, [25, null]]);
  for (const wrong of [0, 1.5, 151, -3, '25']) assert.equal((await set(wrong)).status, 400, String(wrong));
  assert.equal((await hull.get('/retention/barnsley')).status, 404);
});

test('the command line erases only what is meant, says what was, and holds and releases', async () => {
  const erase = ['keys', 'erase', CASE, '--reason', 'asked-by-person', '--by', 'S-17'];
  const unsure = await nodrift(...erase);
  assert.deepEqual([unsure.code, unsure.out], [2, '']);
  assert.match(unsure.err, /would be erased, and nothing brings it back: say --yes/);
  assert.equal((await nodrift('hold', CASE)).code, 2);
  assert.match((await nodrift('hold', CASE, '--reason', 'complaint', '--by', 'S-1')).out, /is on hold \(complaint\)/);
  assert.match((await nodrift('hold')).out, /^child-protection\/BC-2041 {2}complaint/);
  const held = await nodrift(...erase, '--yes');
  assert.deepEqual([held.code, /on hold \(complaint\)/.test(held.err)], [2, true], held.err);
  assert.match((await nodrift('release', CASE)).out, /is released \(complaint\)/);
  const erased = await nodrift(...erase, '--yes');
  assert.equal(erased.out, `${CASE} is erased: 1 event, 1 limit, 0 notices cannot be read any more; its figures stay`);
  assert.match((await nodrift('keys', 'erased')).out, /erased \d{4}-\d\d-\d\d by S-17 {2}asked-by-person/);
  assert.equal((await nodrift('release', CASE)).code, 4);
});

test('the command line sets and shows how long cases are kept', async () => {
  assert.match(
    (await nodrift('retention', 'show', 'barnsley')).out,
    /for as long as nobody erases it: nothing was ever set/,
  );
  assert.match(
    (await nodrift('retention', 'set', 'barnsley', '--years', '25', '--by', 'S-1')).out,
    /erases a case 25 years after/,
  );
  assert.match((await nodrift('retention', 'set', 'barnsley', '--for-ever')).out, /said by key:ck_test/);
  assert.match((await nodrift('retention', 'show', 'barnsley')).out, /before: barnsley erases a case 25 years/);
  for (const wrong of [[], ['--years', '0'], ['--years', '25', '--for-ever']])
    assert.equal((await nodrift('retention', 'set', 'barnsley', ...wrong)).code, 2, wrong.join(' '));
});
