// The routes of a case on the real server: opened once however often it is asked, across retries and continue-as-new; what a case says of itself.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Hono } from 'hono';
import { Nodrift } from '../../client/nodrift.ts';
import type { CaseFile } from '../../domain/case/model.ts';
import { makeKey } from '../../record/api-keys.ts';
import { readAudit } from '../../record/audit-read.ts';
import { SCOPES } from '../../record/scopes.ts';
import { servedApi } from '../../web/api/serve-api.ts';
import { webApp } from '../../web/app.ts';
import { type Answered, type Asking, asking, caller, callersOf, scoped } from '../support/api.ts';
import { discussion, event, family } from '../support/family.ts';
import { RunningCase, until, useRig } from '../support/harness.ts';
import { KEYS, PUBLIC_URL } from '../support/visitor.ts';

const rig = useRig();
const failed: unknown[] = [];

/** The app as it is served, without its socket: keys and audit are the record's. */
function served(others: Parameters<typeof callersOf>[0] = {}): Hono {
  const cases = new Nodrift(rig.client);
  const parts = servedApi({ record: rig.record, cases, now: () => new Date(), requestsAMinute: 100_000 });
  const made = callersOf(others);
  return webApp({
    ...{ cases, keys: KEYS, publicUrl: PUBLIC_URL, now: () => new Date() },
    settingOf: async () => undefined,
    policies: async () => [],
    api: { ...parts, callers: async (bearer, from) => (await made(bearer)) ?? parts.callers(bearer, from) },
    failed: (error) => void failed.push(error),
  });
}
let made: Hono | undefined;
/** Made when it is first asked: the rig stands then. */
const app: Pick<Hono, 'request'> = {
  request: (...asked) => {
    made ??= served({
      leeds: caller({ who: 'key:ck_leeds', authorities: ['leeds'] }),
      hull: caller({ who: 'key:ck_hull', authorities: ['hull'] }),
      reader: scoped('cases:read'),
    });
    return made.request(...asked);
  },
};
const api: Asking = asking(app);

const today = new Date().toISOString().slice(0, 10);
const begins = { id: 'a-discussion', event: { ...discussion().event, on: today } };
const decision = (id: string, said = id) => ({ id, event: { type: 'decision-recorded', by: 'amira', decision: said } });
const fileOf = (change: Partial<CaseFile> = {}): CaseFile => family(rig.newRef(), change);
const pathOf = ({ kind, ref }: Pick<CaseFile, 'kind' | 'ref'>) => `/cases/${kind}/${ref}`;

/** Opens one by the API, to be ended after the test. */
async function opened(change: Partial<CaseFile> = {}) {
  const file = fileOf(change);
  rig.track(`${file.kind}/${file.ref}`);
  const answer = await api.post('/cases', { file, events: [begins] });
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  return { file, answer, path: pathOf(file), running: new RunningCase(rig, file) };
}

/** Sent again with its ids until somebody answers, as a service does. */
async function answered(send: () => Promise<Answered>): Promise<Answered> {
  for (let tries = 1; ; tries++) {
    const answer = await send();
    if (answer.status !== 503 || tries === 8) return answer;
    await sleep(250 * tries);
  }
}
const idsOf = async (path: string): Promise<string[]> =>
  (await api.get(`${path}/history`)).body.events.map(({ id }: { id: string }) => id).sort();

test('a case is opened with one call, is where the answer says, and knows what is owed', async () => {
  const { answer, path, file } = await opened();
  assert.deepEqual(
    { ...answer.body, location: answer.headers.get('location') },
    {
      case: `${file.kind}/${file.ref}`,
      recorded: ['a-discussion'],
      warnings: [],
      asks: answer.body.asks,
      location: `/api/v1${path}`,
    },
  );
  const shown = await api.get(path);
  assert.deepEqual([shown.status, shown.body.team, shown.body.status], [200, 'north', 'open']);
  assert.ok(shown.body.next.at > today);
  const owed = await api.get(`${path}/owed`);
  assert.equal(owed.body.duties[0].duty, 'hold/initial-conference');
  const later = await api.get(`${path}/owed?at=${Number(today.slice(0, 4)) + 1}-01-01T09:00:00Z`);
  assert.equal(later.body.duties[0].late, true);
  const { status, body } = await api.get(`${path}/owed?at=tomorrow`);
  assert.deepEqual([status, body.field], [400, 'at']);
  const people = await api.get(`${path}/people`);
  assert.equal(people.body.people[0].id, 'amira');
  assert.equal((await api.get(`${path}/papers/agenda?meeting=core-group-9`)).status, 400);
});

test('50 identical opens at once make one case, and each hears the same', async () => {
  const file = fileOf();
  rig.track(`${file.kind}/${file.ref}`);
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => answered(() => api.post('/cases', { file, events: [begins] }))),
  );
  for (const { status, body } of answers) assert.deepEqual([status, body], [201, answers[0]!.body]);
  assert.deepEqual(await idsOf(pathOf(file)), ['a-discussion']);
  assert.equal((await new RunningCase(rig, file).runs()).length, 1);
});

test('opened again with other content it is a conflict that says what is other, and the case stays as it is', async () => {
  const { file, path } = await opened();
  const people = file.people.map((one) => (one.id === 'nina' ? { ...one, name: 'Somebody Else' } : one));
  const rows = [
    { file: { ...file, people }, events: [begins] },
    { file, events: [{ ...begins, id: 'other' }] },
    { file, events: [begins, decision('more')] },
  ];
  for (const body of rows) {
    const { status, body: said } = await api.post('/cases', body);
    assert.deepEqual([status, said.type], [409, 'urn:nodrift:problem:case-exists'], JSON.stringify(said));
    assert.ok(said.detail.includes(file.ref));
  }
  assert.deepEqual(await idsOf(path), ['a-discussion']);
});

test('an id with other content is a conflict that names it; all of what was sent with it is left out', async () => {
  const { path } = await opened();
  const first = await api.post(`${path}/events`, { events: [decision('d-1')] });
  assert.deepEqual([first.status, first.body.recorded], [200, ['d-1']]);
  const taken = await api.post(`${path}/events`, { events: [decision('d-2'), decision('d-1', 'something else')] });
  assert.deepEqual([taken.status, taken.body.type], [409, 'urn:nodrift:problem:id-taken']);
  assert.match(taken.body.detail, /"d-1"/);
  assert.deepEqual(await idsOf(path), ['a-discussion', 'd-1']);
  const both = await api.post(`${path}/events`, { events: [decision('d-1'), decision('d-2')] });
  assert.deepEqual([both.status, both.body.recorded], [200, ['d-1', 'd-2']]);
});

test('the first answer comes again: after a retry, after continue-as-new, and to a new run of the app', async () => {
  const { file, path, running, answer } = await opened();
  const events = [decision('d-1')];
  const first = await api.post(`${path}/events`, { events });
  for (const again of [api, asking(served())]) {
    assert.deepEqual((await again.post(`${path}/events`, { events })).body, first.body);
    assert.deepEqual((await again.post('/cases', { file, events: [begins] })).body, answer.body);
    await running.renew();
  }
  assert.deepEqual((await api.post(`${path}/events`, { events })).body, first.body);
  assert.deepEqual((await api.post('/cases', { file, events: [begins] })).body, answer.body);
  assert.equal((await api.post(`${path}/events`, { events: [decision('d-1', 'else')] })).status, 409);
  assert.deepEqual(await idsOf(path), ['a-discussion', 'd-1']);
});

test('what races continue-as-new is applied once, each time it is sent', async () => {
  // Not tracked: see test/client/storms.test.ts on histories of runs where a query, a signal and a local activity meet.
  const file = fileOf();
  await answered(() => api.post('/cases', { file, events: [begins] }));
  const running = new RunningCase(rig, file);
  let raining = true;
  const rain = (async () => {
    for (; raining; await sleep(100)) await running.handle.signal('renew').catch(() => {});
  })();
  const sent = Array.from({ length: 30 }, (_, i) => `race-${i}`);
  try {
    for (let from = 0; from < sent.length; from += 5) {
      const answers = await Promise.all(
        sent
          .slice(from, from + 5)
          .flatMap((id) => [id, id])
          .map((id) => answered(() => api.post(`${pathOf(file)}/events`, { events: [decision(id)] }))),
      );
      for (const { status, body } of answers) assert.equal(status, 200, JSON.stringify(body));
    }
  } finally {
    raining = false;
    await rain;
  }
  assert.deepEqual(await idsOf(pathOf(file)), ['a-discussion', ...sent].sort());
  assert.ok((await running.runs()).length > 1, 'it did continue as new');
  await running.handle.terminate('the test is over');
});

test('an opening that is refused leaves nothing, and its reference is free', async () => {
  const file = fileOf();
  rig.track(`${file.kind}/${file.ref}`);
  const without = {
    ...file,
    people: file.people.filter(({ id }) => id !== 'tom').map(({ manager: _, ...one }) => one),
  };
  const refused = await api.post('/cases', { file: without, events: [begins] });
  assert.equal(refused.status, 422, JSON.stringify(refused.body));
  assert.match(refused.body.detail, /manager/);
  assert.equal((await api.get(pathOf(file))).status, 404);
  const wrong = await api.post('/cases', { file, events: [decision('d-1')] });
  assert.equal(wrong.status, 422, JSON.stringify(wrong.body));
  assert.equal((await api.post('/cases', { file, events: [begins] })).status, 201);
});

test('a file that cannot be is refused with every fault; an authority nobody knows, or of others, opens nothing', async () => {
  const file = fileOf();
  const bad = { ...file, kind: 'other', ref: 'a b', people: [{ id: 'x' }], policy: {} };
  const faulty = await api.post('/cases', { file: bad, events: [begins] });
  assert.equal(faulty.status, 400);
  const fields = faulty.body.errors.map(({ field }: { field: string }) => field);
  for (const field of ['file.kind', 'file.ref', 'file.people.0.name', 'file.people.0.role'])
    assert.ok(fields.includes(field), `${field} of ${fields}`);
  const nobody = await api.post('/cases', { file: { ...file, authority: 'atlantis' }, events: [begins] });
  assert.deepEqual([nobody.status, nobody.body.field], [404, 'file.authority']);
  assert.match(nobody.body.detail, /atlantis.*barnsley/);
  const others = await asking(app, 'leeds').post('/cases', { file, events: [begins] });
  assert.deepEqual([others.status, others.body.field], [404, 'file.authority']);
  assert.doesNotMatch(others.body.detail, /hull/, 'only what is its own is named');
  const many = Array.from({ length: 101 }, (_, i) => ({ ...file.people[0]!, id: `p-${i}` }));
  assert.equal((await api.post('/cases', { file: { ...file, people: many }, events: [begins] })).status, 400);
  assert.equal((await api.get(pathOf(file))).status, 404);
});

test('an address that can be none is refused with its field, in a file and in what happens later', async () => {
  const file = fileOf();
  const [first, ...others] = file.people;
  const wrong = { ...file, people: [{ ...first!, email: 'nonsense' }, ...others] };
  const { status, body } = await api.post('/cases', { file: wrong, events: [begins] });
  assert.deepEqual([status, body.field], [400, 'file.people.0.email']);
  assert.match(body.detail, /must be one e-mail address/);
  assert.doesNotMatch(body.detail, /nonsense/);
  const { path } = await opened();
  const joined = (email: string) => ({
    id: 'j-1',
    event: {
      type: 'person-joined',
      by: 'amira',
      person: { id: 'new', name: 'Nia Long', role: 'health', agency: 'NHS', email },
    },
  });
  for (const email of ['nonsense', 'a@b, c@d', 'Nia <nia@nhs.test>']) {
    const answer = await api.post(`${path}/events`, { events: [joined(email)] });
    assert.deepEqual([answer.status, answer.body.field], [400, 'events.0.event.person.email'], email);
  }
  assert.equal((await api.post(`${path}/events`, { events: [joined('nia@nhs.test')] })).status, 200);
});

test('of a reference that is another authority’s nothing is said but that it is taken, whatever stands behind it', async () => {
  const { file } = await opened();
  const hull = asking(app, 'hull');
  const mine = { ...file, authority: 'hull' };
  const taken = await hull.post('/cases', { file: mine, events: [begins] });
  assert.deepEqual([taken.status, taken.body.field], [409, 'file.ref']);
  assert.equal(taken.body.detail, 'file.ref: this reference cannot be used: give the case another');
  // Also under another kind, where another case has the reference.
  const kind = await hull.post('/cases', {
    file: { ...mine, kind: 'child-in-need' },
    events: [{ id: 'r-1', event: { type: 'referral-received', by: 'amira', on: today } }],
  });
  assert.deepEqual(kind.body, taken.body);
  // Whoever may see the case hears what it is.
  const own = await api.post('/cases', { file: mine, events: [begins] });
  assert.match(own.body.detail, /is open already, with other people or another authority/);
});

test('nobody forges: what Nodrift alone records, its ids, and moments to come or long gone are refused', async () => {
  const { path } = await opened();
  const rows: readonly (readonly [sent: object, status: number])[] = [
    [{ id: 'f-1', event: { type: 'address-refused', by: 'amira', person: 'nina', code: '550' } }, 422],
    [{ id: 'f-2', event: { type: 'case-reopened', by: 'amira' } }, 422],
    [{ ...decision('policy/2'), id: 'policy/2' }, 422],
    [{ id: 'f-3', event: { type: 'decision-recorded', by: 'nodrift' } }, 422],
    [{ ...decision('f-4'), recordedAt: '2999-01-01T00:00:00Z' }, 422],
    [{ ...decision('f-5'), recordedAt: '2020-01-01T00:00:00Z' }, 400],
    [{ ...decision('f-6'), arrival: 1 }, 400],
  ];
  for (const [sent, status] of rows) {
    const { status: said, body } = await api.post(`${path}/events`, { events: [sent] });
    assert.equal(said, status, JSON.stringify([sent, body]));
  }
  assert.deepEqual(await idsOf(path), ['a-discussion']);
});

test('what was recorded wrongly is put right by the events themselves', async () => {
  const { path } = await opened();
  await api.post(`${path}/events`, { events: [decision('d-1'), decision('d-2')] });
  const events = [
    { id: 'w-1', event: { type: 'event-withdrawn', by: 'amira', withdraws: 'd-1', reason: 'never decided' } },
    {
      id: 'c-2',
      event: {
        ...{ type: 'event-corrected', by: 'amira', corrects: 'd-2', reason: 'a slip' },
        event: { type: 'decision-recorded', by: 'amira', decision: 'what was decided' },
      },
    },
  ];
  assert.equal((await api.post(`${path}/events`, { events })).status, 200);
  const { body } = await api.get(`${path}/history`);
  assert.deepEqual(
    body.putRight.map(({ event, standing }: { event: string; standing: string }) => [event, standing]),
    [
      ['d-1', 'withdrawn'],
      ['d-2', 'replaced'],
    ],
  );
});

test('what a case would refuse is told without recording it', async () => {
  const { path } = await opened();
  const held = { type: 'minutes-received', by: 'amira', meeting: 'core-group-4', on: today };
  const told = await api.post(`${path}/refusal`, { events: [{ id: 'r-1', event: held }] });
  assert.equal(told.status, 200, JSON.stringify(told.body));
  assert.match(told.body.refusal.message, /core-group-4|core group 4/);
  assert.deepEqual((await api.post(`${path}/refusal`, { events: [decision('r-2')] })).body, { refusal: null });
  assert.deepEqual(await idsOf(path), ['a-discussion']);
});

test('a closed case is read as before, takes nothing more, and its reference is not free', async () => {
  const running = await rig.open([discussion()]);
  const { kind, ref } = running.key;
  const ended = { by: 'tom', on: '2028-01-12', why: 'opened-in-error', reason: 'another child' };
  await running.record(event('z-end', '2028-01-12', 'case-ended', ended));
  await running.forwardTo('2028-04-01');
  await until(async () => (await running.handle.describe()).status.name === 'COMPLETED', 'it closes by itself');
  const path = pathOf(running.key);
  const shown = await api.get(path);
  assert.deepEqual([shown.status, shown.body.status, shown.body.counts.owed], [200, 'closed', 0]);
  assert.deepEqual(await idsOf(path), ['discussion', 'z-end']);
  const late = await api.post(`${path}/events`, { events: [decision('late')] });
  assert.deepEqual([late.status, late.body.type], [409, 'urn:nodrift:problem:case-closed']);
  const again = await api.post('/cases', { file: family(ref, { kind }), events: [begins] });
  assert.equal(again.status, 409, JSON.stringify(again.body));
});

test('a case that was ended from outside is for operators to bring back: it may be sent again', async () => {
  const { path, running } = await opened();
  await running.handle.terminate('by a mistake');
  for (const { status, body } of [
    await api.post(`${path}/events`, { events: [decision('d-1')] }),
    await api.get(`${path}/owed`),
  ]) {
    assert.equal(status, 503, JSON.stringify(body));
    assert.match(body.detail, /nodrift restore/);
  }
});

test('mails are told by line, without name and address', async () => {
  const { path } = await opened();
  const invited = ['amira', 'nina', 'owen'];
  const start = `${Number(today.slice(0, 4)) + 1}-02-01T10:00`;
  const called = { type: 'conference-called', by: 'amira', start, venue: 'Town hall', invited };
  const answer = await api.post(`${path}/events`, { events: [{ id: 'b-call', event: called }] });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  const mails = async () => (await api.get(`${path}/mails`)).body.mails;
  await until(async () => (await mails()).length > 0, 'something is planned');
  const text = JSON.stringify(await mails());
  for (const secret of ['council.test', 'nhs.test', 'Nina', 'Amira', 'Town hall'])
    assert.ok(!text.includes(secret), secret);
});

test('another authority’s case is not there, whatever is asked of it, and nothing is recorded', async () => {
  const { path } = await opened();
  const theirs = asking(app, 'leeds');
  for (const what of ['', '/owed', '/history', '/mails', '/people'])
    assert.equal((await theirs.get(`${path}${what}`)).status, 404);
  assert.equal((await theirs.post(`${path}/events`, { events: [decision('d-1')] })).status, 404);
  assert.equal((await asking(app, 'reader').post(`${path}/events`, { events: [decision('d-1')] })).status, 403);
  assert.deepEqual(await idsOf(path), ['a-discussion']);
});

test('a rehearsal is no case of the API', async () => {
  const running = await rig.open([discussion()], {}, { rehearsal: true });
  assert.equal((await api.get(pathOf(running.key))).status, 404);
  assert.equal((await api.post(`${pathOf(running.key)}/events`, { events: [decision('d-1')] })).status, 404);
});

test('a key of the record opens it, and the audit says who did what', async () => {
  const { text, key } = await makeKey(rig.record, {
    ...{ name: 'a service', scopes: SCOPES, authorities: ['barnsley'], madeBy: 'test' },
  });
  const service = asking(app, text);
  const file = fileOf();
  rig.track(`${file.kind}/${file.ref}`);
  assert.equal((await service.post('/cases', { file, events: [begins] })).status, 201);
  const rows = await readAudit(rig.record, { who: `key:${key.id}`, authorities: 'all', limit: 10 });
  assert.deepEqual(
    rows.map(({ did, what, outcome }) => [did, what, outcome]),
    [['open case', `${file.kind}/${file.ref}`, '201']],
  );
});

test('nothing that happened here was a bug', () => {
  assert.deepEqual(failed, []);
});
