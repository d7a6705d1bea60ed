// Shadow mode by the HTTP API and the command line: what would have been mailed, page by page, and going live.

import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { sql } from 'drizzle-orm';
import { createActivities } from '../../activities/deliver.ts';
import { caseOf } from '../../record/read.ts';
import { servedApi } from '../../web/api/serve-api.ts';
import { apiOf, asking, caller, callersOf, scoped } from '../support/api.ts';
import { CASE, settings } from '../support/deliveries.ts';
import { delivery, notice } from '../support/entries.ts';
import { memoryRecord } from '../support/memory-record.ts';
import { PaperCase } from '../support/paper-case.ts';
import { emptied } from '../support/records.ts';

const record = await memoryRecord();
after(() => record.close());
const sent: unknown[] = [];
const transport = {
  send: async (message: unknown) => {
    sent.push(message);
    return { outcome: 'accepted', replyHash: 'x', serverMessageId: null } as const;
  },
  close: async () => {},
};
const { deliver } = createActivities({ record, transport, settings });
const { shadow } = servedApi({ record, cases: {} as never, now: () => new Date() });
const app = apiOf(new PaperCase(), {
  shadow,
  callers: callersOf({ reader: scoped('cases:read'), hull: caller({ authorities: ['hull'] }) }),
});
const api = asking(app);

beforeEach(async () => {
  await emptied(record);
  await record.db.execute(sql`truncate shadows, live_cases, shadow_notices`);
});

test('an authority begins, its mails are read page by page without addresses, and a case goes live', async () => {
  assert.equal((await api.get('/shadow/barnsley')).status, 404);
  const begun = await api.ask('PUT', '/shadow/barnsley');
  assert.deepEqual([begun.status, begun.body.liveAt, begun.body.inShadow], [200, null, 0]);
  await deliver(delivery([notice('hv', { key: 'a' }), notice('tom', { key: 'b', kind: 'escalation' })]));
  assert.equal(sent.length, 0);
  const first = (await api.get(`/shadow/barnsley/mails?limit=1&case=${encodeURIComponent(CASE)}`)).body;
  const rest = (await api.get(`/shadow/barnsley/mails?limit=1&case=${encodeURIComponent(CASE)}&cursor=${first.next}`))
    .body;
  assert.deepEqual([...first.mails, ...rest.mails].map(({ to }) => to).sort(), ['hv', 'tom']);
  assert.match(first.mails[0].text, /minutes/i);
  assert.doesNotMatch(JSON.stringify([first, rest]), /@/);
  assert.equal((await api.get(`/shadow/barnsley/mails?limit=1&cursor=${first.next}`)).status, 400, 'of another list');
  assert.equal((await api.get('/shadow/barnsley/mails?case=%00')).status, 400);
  assert.deepEqual((await api.post(`/cases/${CASE}/live`, undefined)).body, { case: CASE, told: 1 });
  assert.deepEqual((await api.post(`/cases/${CASE}/live`, undefined)).body, { case: CASE, told: 0 });
  assert.deepEqual((await api.get('/shadow/barnsley')).body.live, 1);
});

test('an authority goes live on a day to come, and may say another; a day that has passed or is none is refused', async () => {
  await api.ask('PUT', '/shadow/barnsley');
  const live = (body: unknown) => api.post('/shadow/barnsley/live', body);
  assert.equal((await live({ on: '2099-07-01' })).body.liveAt, '2099-06-30T23:00:00Z');
  for (const on of ['2020-01-01', '2099-02-30', 'soon']) {
    const { status, body } = await live({ on });
    assert.deepEqual([status, body.field], [400, 'on']);
  }
  assert.equal((await live({})).status, 200);
  assert.equal((await live({})).status, 422, 'it is live');
  assert.equal((await api.post('/shadow/hull/live', {})).status, 422, 'it never was in the shadow');
});

test('another authority’s shadow is not there, and whoever may only read begins and ends nothing', async () => {
  await api.ask('PUT', '/shadow/barnsley');
  await deliver(delivery([notice('hv')]));
  assert.ok(await caseOf(record, CASE));
  const hull = asking(app, 'hull');
  for (const [method, path] of [
    ['GET', '/shadow/barnsley'],
    ['GET', '/shadow/barnsley/mails'],
    ['PUT', '/shadow/barnsley'],
    ['POST', `/cases/${CASE}/live`],
  ] as const)
    assert.equal((await hull.ask(method, path)).status, 404, path);
  assert.equal((await hull.post('/shadow/barnsley/live', {})).status, 404);
  const reader = asking(app, 'reader');
  assert.equal((await reader.get('/shadow/barnsley/mails')).status, 200);
  assert.equal((await reader.ask('PUT', '/shadow/barnsley')).status, 403);
  assert.equal((await reader.post('/shadow/barnsley/live', {})).status, 403);
  assert.equal((await reader.ask('POST', `/cases/${CASE}/live`)).status, 403);
  assert.equal((await api.ask('PUT', '/shadow/atlantis')).status, 404);
});
