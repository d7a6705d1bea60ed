// What every request to the API passes before its route: keys, scopes, rates, sizes, shapes. Each answer is held to the document.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Unavailable } from '../../client/errors.ts';
import { ALL, apiOf, asking, caller, callersOf, scoped } from '../support/api.ts';
import { discussion, event } from '../support/family.ts';
import { PaperCase } from '../support/paper-case.ts';

const CASE = '/cases/child-protection/BC-2041';
const begun = () => new PaperCase().recordAll([discussion()]);
const minutes = { id: 'm-1', event: { type: 'decision-recorded', by: 'amira', decision: 'x' } };

test('a case says how it stands, and is not sent again to whoever has it as it is', async () => {
  const api = asking(apiOf(begun()));
  const { status, body, headers } = await api.get(CASE);
  assert.equal(status, 200);
  assert.deepEqual(
    [body.case, body.authority, body.status, body.counts],
    ['child-protection/BC-2041', 'barnsley', 'open', { events: 1, owed: 1, late: 0 }],
  );
  const tag = headers.get('etag')!;
  assert.equal((await api.get(CASE, { 'if-none-match': tag })).status, 304);
  assert.equal((await api.get(CASE, { 'if-none-match': '"other"' })).status, 200);
});

test('no answer of the API is kept, framed or sniffed, sets a cookie, or is for other sites', async () => {
  const api = asking(apiOf(begun()));
  for (const { headers } of [await api.get(CASE), await api.get('/nothing'), await api.post('/cases', '{')]) {
    assert.equal(headers.get('content-security-policy'), "default-src 'none'; frame-ancestors 'none'; base-uri 'none'");
    assert.equal(headers.get('cache-control'), 'no-store');
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
    assert.equal(headers.get('set-cookie'), null);
    assert.equal(headers.get('access-control-allow-origin'), null);
  }
});

test('without a key that is in force nobody is answered, and whoever tries keys is slowed down', async () => {
  const app = apiOf(begun());
  const nobody = await asking(app, null).get(CASE);
  assert.deepEqual([nobody.status, nobody.headers.get('www-authenticate')], [401, 'Bearer']);
  assert.equal(nobody.body.type, 'urn:nodrift:problem:unauthorised');
  const wrong = asking(app, 'a-key-nobody-has');
  assert.equal((await wrong.get(CASE)).headers.get('www-authenticate'), 'Bearer error="invalid_token"');
  for (let tries = 0; tries < 58; tries++) await wrong.get(CASE);
  const slowed = await wrong.get(CASE);
  assert.equal(slowed.status, 429);
  assert.match(slowed.headers.get('retry-after') ?? '', /^\d+$/);
  assert.equal((await asking(app).get(CASE)).status, 200, 'whoever has a key is answered all the same');
});

test('a key in an address is refused, whoever sends it', async () => {
  const api = asking(apiOf(begun()));
  for (const query of ['?api_key=abc', '?token=abc', '?access_token=abc', `?x=${ALL}`]) {
    const { status, body } = await api.get(`${CASE}${query}`);
    assert.equal(status, 400, query);
    assert.match(body.detail, /A key never stands in an address/);
    assert.ok(!JSON.stringify(body).includes(ALL));
  }
});

test('a caller without the scope is told which, and another authority’s case is not there', async () => {
  const paper = begun();
  const app = apiOf(paper, {
    callers: callersOf({
      reader: scoped('cases:read'),
      writer: scoped('cases:write'),
      other: caller({ authorities: ['leeds'] }),
      own: caller({ authorities: ['leeds', 'barnsley'] }),
    }),
  });
  assert.equal((await asking(app, 'reader').get(CASE)).status, 200);
  const forbidden = await asking(app, 'reader').post(`${CASE}/events`, { events: [minutes] });
  assert.deepEqual([forbidden.status, /cases:write/.test(forbidden.body.detail)], [403, true]);
  assert.equal((await asking(app, 'writer').get(CASE)).status, 403);
  assert.equal((await asking(app, 'own').get(CASE)).status, 200);
  const other = asking(app, 'other');
  const theirs = await other.get(CASE);
  const none = await other.get('/cases/child-protection/BC-9');
  assert.deepEqual([theirs.status, none.status], [404, 404]);
  assert.equal(
    theirs.body.detail.replace('2041', '9'),
    none.body.detail,
    'what is another’s and what is not there sound alike',
  );
  for (const path of ['/owed', '/history', '/mails']) assert.equal((await other.get(`${CASE}${path}`)).status, 404);
  assert.equal((await other.post(`${CASE}/events`, { events: [minutes] })).status, 404);
  assert.equal(paper.book.history().events.length, 1);
});

test('each caller has a rate, hears how it stands, and when to come again', async () => {
  const app = apiOf(begun(), { requestsAMinute: 3, callers: callersOf({ second: caller({ who: 'key:ck_second' }) }) });
  const api = asking(app);
  const first = await api.get(CASE);
  assert.equal(first.headers.get('ratelimit-policy'), '"caller";q=3;w=60');
  assert.equal(first.headers.get('ratelimit'), '"caller";r=2;t=60');
  await api.get(CASE);
  await api.get(CASE);
  const over = await api.post(`${CASE}/events`, { events: [minutes] });
  assert.deepEqual([over.status, over.headers.get('retry-after')], [429, '60']);
  assert.equal(over.headers.get('ratelimit'), '"caller";r=0;t=60');
  assert.equal((await asking(app, 'second').get(CASE)).status, 200);
});

test('what there is no such address or method of says so', async () => {
  const api = asking(apiOf(begun()));
  assert.equal((await api.get('/nothing/here')).status, 404);
  const put = await api.ask('PUT', CASE);
  assert.deepEqual([put.status, put.headers.get('allow')], [405, 'GET, HEAD']);
  assert.equal((await api.ask('DELETE', `${CASE}/events`)).headers.get('allow'), 'POST');
});

const BODIES: readonly (readonly [
  what: string,
  body: string,
  status: number,
  field: string | undefined,
  says: RegExp,
])[] = [
  ['no JSON', '{', 400, undefined, /the body is no JSON/],
  ['nothing', '', 400, undefined, /the body is no JSON/],
  ['a list', '[]', 400, 'the body', /must be an object/],
  ['no events', '{}', 400, 'events', /is missing/],
  ['an empty list', '{"events":[]}', 400, 'events', /names none/],
  ['another type', '{"events":"x"}', 400, 'events', /must be an array/],
  ['a policy', JSON.stringify({ events: [minutes], policy: {} }), 400, 'policy', /policy and calendar in force/],
  ['a calendar', JSON.stringify({ events: [minutes], calendar: {} }), 400, 'calendar', /in force/],
  ['a rehearsal', JSON.stringify({ events: [minutes], rehearsal: true }), 400, 'rehearsal', /in force/],
  ['a field nobody knows', JSON.stringify({ events: [{ ...minutes, x: 1 }] }), 400, 'events.0.x', /not known/],
  [
    '__proto__',
    '{"events":[{"id":"a","event":{"type":"decision-recorded","by":"amira"}}],"__proto__":{}}',
    400,
    '__proto__',
    /not known/,
  ],
  [
    '__proto__ within',
    '{"events":[{"id":"a","event":{"type":"decision-recorded","by":"amira","__proto__":{"x":1}}}]}',
    400,
    'events.0.event',
    /__proto__/,
  ],
  [
    'constructor as a type',
    '{"events":[{"id":"a","event":{"type":"constructor","by":"amira"}}]}',
    400,
    'events.0.event.type',
    /unknown event/,
  ],
  ['no id', '{"events":[{"event":{"type":"decision-recorded","by":"amira"}}]}', 400, 'events.0.id', /is missing/],
  [
    'an id with spaces',
    '{"events":[{"id":"a b","event":{"type":"decision-recorded","by":"amira"}}]}',
    400,
    'events.0.id',
    /1 to 120/,
  ],
  ['an event that is text', '{"events":[{"id":"a","event":"x"}]}', 400, 'events.0.event', /must be an object/],
  ['no type', '{"events":[{"id":"a","event":{}}]}', 400, 'events.0.event', /an object with a type/],
  [
    'a day that does not exist',
    '{"events":[{"id":"a","event":{"type":"minutes-received","by":"amira","meeting":"core-group-1","on":"2026-02-31"}}]}',
    400,
    'events.0.event.on',
    /2026-02-31/,
  ],
  [
    'a moment that is none',
    '{"events":[{"id":"a","recordedAt":"now","event":{"type":"decision-recorded","by":"amira"}}]}',
    400,
    'events.0.recordedAt',
    /now/,
  ],
  [
    'via',
    '{"events":[{"id":"a","event":{"type":"decision-recorded","by":"amira","via":"link"}}]}',
    400,
    'events.0.event.via',
    /not said from outside/,
  ],
  [
    'via in a correction',
    '{"events":[{"id":"a","event":{"type":"event-corrected","by":"amira","corrects":"discussion","reason":"x","event":{"type":"strategy-discussion-held","by":"amira","on":"2028-01-10","via":"link"}}}]}',
    400,
    'events.0.event.event.via',
    /not said from outside/,
  ],
  ['a very deep thing', `{"events":${'['.repeat(5000)}${']'.repeat(5000)}}`, 400, undefined, /nested/],
  ['too much', `{"events":"${'x'.repeat(256 * 1024)}"}`, 413, undefined, /256 kB/],
  [
    'too many',
    JSON.stringify({ events: Array.from({ length: 1001 }, (_, i) => ({ id: `e-${i}`, event: { type: 'x' } })) }),
    400,
    'events',
    /1,000/,
  ],
  [
    'somebody nobody knows',
    '{"events":[{"id":"a","event":{"type":"decision-recorded","by":"nobody"}}]}',
    422,
    'events.0',
    /nobody/,
  ],
];
for (const [what, body, status, field, says] of BODIES)
  test(`${what} is refused as one problem, and nothing changes`, async () => {
    const paper = begun();
    const answer = await asking(apiOf(paper)).post(`${CASE}/events`, body);
    assert.equal(answer.status, status, JSON.stringify(answer.body));
    assert.equal(answer.body.field, field, JSON.stringify(answer.body));
    assert.match(JSON.stringify(answer.body), says);
    assert.equal(paper.book.history().events.length, 1);
  });

test('all faults of all events are told at once', async () => {
  const events = [
    { id: 'a', event: { type: 'minutes-received', by: 'amira', meeting: 'tea', on: '2028-13-01' } },
    { id: 'b', event: { type: 'minutes-recieved', by: 'amira' } },
  ];
  const { body } = await asking(apiOf(begun())).post(`${CASE}/events`, { events });
  assert.deepEqual(
    body.errors.map(({ field }: { field: string }) => field),
    ['events.0.event.meeting', 'events.0.event.on', 'events.1.event.type'],
  );
  assert.match(body.detail, /and 2 more$/);
});

test('a body of another type is told which is taken', async () => {
  const api = asking(apiOf(begun()));
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', '']) {
    const { status, body } = await api.post(`${CASE}/events`, '{"events":[]}', { 'content-type': type });
    assert.equal(status, 415, type);
    assert.match(body.detail, /send application\/json/);
  }
});

test('what a rule refuses names its rule, and an id that stands for another event is a conflict', async () => {
  const paper = begun();
  const api = asking(apiOf(paper));
  const held = event('cg', '2028-01-12', 'meeting-held', {
    ...{ meeting: 'core-group-1', on: '2028-01-12', chair: 'amira', minuteTaker: 'nina', present: ['amira', 'nina'] },
  });
  const refused = await api.post(`${CASE}/events`, { events: [{ id: held.id, event: held.event }] });
  assert.equal(refused.status, 422);
  assert.equal(refused.body.type, 'urn:nodrift:problem:refused');
  const taken = await api.post(`${CASE}/events`, { events: [{ ...minutes, id: 'discussion' }] });
  assert.deepEqual([taken.status, taken.body.field], [409, 'events.0.id']);
  assert.match(taken.body.detail, /"discussion"/);
  const second = await api.post(`${CASE}/events`, { events: [minutes, { id: held.id, event: held.event }] });
  assert.deepEqual([second.status, second.body.field], [422, 'events.1'], 'which of several it is, by its place');
  assert.equal(paper.book.history().events.length, 1);
});

test('a body in another encoding is refused: no name is kept with a question mark in it', async () => {
  const paper = begun();
  const sent = JSON.stringify({ events: [{ ...minutes, event: { ...minutes.event, decision: 'Zoë agreed' } }] });
  const ask = (body: Buffer) =>
    asking(apiOf(paper)).ask('POST', `${CASE}/events`, {
      headers: { 'content-type': 'application/json' },
      body: new Uint8Array(body),
    });
  const windows = await ask(Buffer.from(sent, 'latin1'));
  assert.equal(windows.status, 400);
  assert.match(windows.body.detail, /not UTF-8/);
  assert.equal(paper.book.history().events.length, 1);
  assert.equal((await ask(Buffer.from(sent))).status, 200);
});

test('while nobody answers it is said when to send it again, and that is all', async () => {
  const paper = begun();
  paper.isDown = true;
  const api = asking(apiOf(paper));
  for (const { status, headers, body } of [
    await api.get(CASE),
    await api.post(`${CASE}/events`, { events: [minutes] }),
  ]) {
    assert.deepEqual([status, headers.get('retry-after')], [503, '5']);
    assert.equal(body.type, 'urn:nodrift:problem:unavailable');
  }
});

test('a bug is ours: it is noted, and none of its words go out', async () => {
  const noted: unknown[] = [];
  const bug = new Error('canary of a bug');
  const fails = () => Promise.reject(bug);
  const api = asking(
    apiOf(
      begun(),
      {
        cases: {
          cases: {
            open: fails,
            record: fails,
            owed: fails,
            history: fails,
            people: fails,
            paper: fails,
            refusal: fails,
          },
          caseOf: fails,
          mailsOf: fails,
        },
      },
      (error) => void noted.push(error),
    ),
  );
  const { status, body } = await api.get(CASE);
  assert.equal(status, 500);
  assert.ok(!JSON.stringify(body).includes('canary'));
  assert.deepEqual(noted, [bug]);
});

test('each request that has a caller is audited: who, what, of which case, and what came of it', async () => {
  const lines: object[] = [];
  const requests = new Set<string>();
  const app = apiOf(begun(), {
    audit: async ({ request, ...line }, changed) => {
      requests.add(request);
      lines.push({ ...line, changed });
    },
  });
  const first = await asking(app).get(`${CASE}/owed`);
  await asking(app).post(`${CASE}/events`, { events: [minutes] });
  await asking(app).get('/cases/child-protection/BC-9/history');
  await asking(app, null).get(CASE);
  const said = { who: 'key:ck_test', from: '' };
  assert.deepEqual(lines, [
    { ...said, did: 'read what is owed', what: 'child-protection/BC-2041', outcome: 200, changed: false },
    { ...said, did: 'record events', what: 'child-protection/BC-2041', outcome: 200, changed: true },
    { ...said, did: 'read history', what: 'child-protection/BC-9', outcome: 404, changed: false },
  ]);
  assert.equal(requests.size, 3);
  assert.ok(requests.has(first.headers.get('request-id') ?? ''));
});

test('what cannot be audited is not read', async () => {
  const audit = () => Promise.reject(new Unavailable('the record does not answer'));
  const { status, body } = await asking(apiOf(begun(), { audit })).get(CASE);
  assert.equal(status, 503);
  assert.equal(body.counts, undefined);
});

test('a thing happens once however often it is sent', async () => {
  const paper = begun();
  const api = asking(apiOf(paper));
  const first = await api.post(`${CASE}/events`, { events: [minutes] });
  const second = await api.post(`${CASE}/events`, { events: [minutes] });
  assert.equal(first.status, 200);
  assert.deepEqual(second.body, first.body);
  assert.equal(paper.book.history().events.length, 2);
  const history = await api.get(`${CASE}/history`);
  assert.deepEqual(
    history.body.events.map(({ id }: { id: string }) => id),
    ['discussion', 'm-1'],
  );
});
