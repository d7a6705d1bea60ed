// A caseload by the API: tried, opened, repeated, and everything that can be wrong with one. On the real record; the server is left out.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from 'drizzle-orm';
import { CaseExists, Unavailable } from '../../client/errors.ts';
import type { Nodrift } from '../../client/nodrift.ts';
import { templateOf } from '../../client/sheets/sheet-templates.ts';
import type { OpenRecord } from '../../record/open.ts';
import { importsOn } from '../../web/api/received-imports.ts';
import { apiOf, asking, caller, callersOf, scoped } from '../support/api.ts';
import { AS_OF, caseload, opensOnPaper, refsOf, settleImport, upload } from '../support/caseload.ts';
import { memoryRecord } from '../support/memory-record.ts';
import { PaperCase } from '../support/paper-case.ts';

let record: OpenRecord;
let nodrift: Pick<Nodrift, 'open'>;
const started: string[] = [];
let startFails = false;
before(async () => {
  record = await memoryRecord();
  nodrift = opensOnPaper(record);
});
after(() => record.close());

/** The app, with a Temporal that only notes what it was asked to start. */
function app() {
  const client = {
    withDeadline: (_: unknown, act: () => unknown) => act(),
    workflow: {
      async start(_: string, { args }: { args: string[] }) {
        if (startFails) throw new Unavailable('nobody answers');
        started.push(...args);
      },
    },
  };
  const others = {
    other: caller({ who: 'key:ck_other' }),
    hull: caller({ who: 'key:ck_hull', authorities: ['hull'] }),
    reads: scoped('cases:read'),
  };
  return apiOf(new PaperCase(), { callers: callersOf(others), imports: importsOn(record, client as never) });
}

const rowsOf = async (query: ReturnType<typeof sql>) =>
  ((await record.db.execute(query)) as unknown as { rows: readonly Readonly<Record<string, unknown>>[] }).rows;
const csv = { 'content-type': 'text/csv' };
const counts = ({ cases, ready, opened, already, faulty, left }: Record<string, number>) => ({
  cases,
  ready,
  opened,
  already,
  faulty,
  left,
});

/** Sends sheets, and lets them be worked off. @returns the report */
async function broughtIn(sheets: Readonly<Record<string, string>>, query = '', bearer?: string) {
  const api = asking(app(), bearer);
  const { status, body, headers } = await api.ask('POST', `/imports${query}`, { body: upload(sheets) });
  assert.equal(status, 202, JSON.stringify(body));
  assert.equal(headers.get('location'), `/api/v1/imports/${body.id}`);
  assert.ok(started.includes(body.id));
  await settleImport(record, nodrift, body.id);
  return (await api.get(`/imports/${body.id}`)).body;
}

test('a dry run opens nothing and says what would be; then it is opened; and again, nothing is', async () => {
  const sheets = caseload(refsOf(30, 'A'));
  const dry = await broughtIn(sheets, '?dryRun=true');
  assert.deepEqual(
    [dry.state, dry.dryRun, counts(dry)],
    ['done', true, { cases: 30, ready: 30, opened: 0, already: 0, faulty: 0, left: 0 }],
  );
  const open = () => rowsOf(sql`select ref from cases where ref like 'A-%'`).then((rows) => rows.length);
  assert.equal(await open(), 0);
  const real = await broughtIn(sheets);
  assert.deepEqual(counts(real), { cases: 30, ready: 0, opened: 30, already: 0, faulty: 0, left: 0 });
  assert.equal(await open(), 30);
  for (const query of ['', '?dryRun=true'])
    assert.deepEqual(counts(await broughtIn(sheets, query)), {
      cases: 30,
      ready: 0,
      opened: 0,
      already: 30,
      faulty: 0,
      left: 0,
    });
});

test('what an import says of people is taken out of it as it is settled', async () => {
  await broughtIn(caseload(refsOf(3, 'B')));
  const rows = await rowsOf(sql`select count(*)::int as n from import_rows where said is not null`);
  assert.deepEqual(rows, [{ n: 0 }]);
});

test('rows without a fault are opened, and the others say every fault with row and column', async () => {
  const { cases, people } = caseload(refsOf(3, 'C'));
  const [heading, one, two, three] = cases.split('\n') as [string, string, string, string];
  // The core group was before the conference; nobody of the second case has an address; the third is of nobody's authority.
  const broken = [
    heading,
    one.replace(/passed-on/, 'lost').replace(',4,', ',=4,'),
    two,
    three.replace('barnsley', 'atlantis'),
  ];
  const unmanaged = people.replace('C-2,tm,Tom Canary,team-manager,,tom@council.test,', 'C-2,tm,Tom Canary,gran,,,');
  const report = await broughtIn({ cases: broken.join('\n'), people: unmanaged });
  assert.deepEqual(counts(report), { cases: 3, ready: 0, opened: 0, already: 0, faulty: 3, left: 0 });
  const said = report.faults.map(
    ({ ref, sheet, row, column, problem }: Record<string, unknown>) => `${ref} ${sheet} ${row} ${column}: ${problem}`,
  );
  assert.deepEqual(said, [
    'C-1 cases 2 meeting_number: must be a whole number',
    'C-1 cases 2 meeting_minutes: must be one of owed, received, passed-on',
    `C-2 people 7 role: "tm" has the role "gran", which the policy of Barnsley does not list; did you mean grandfather or grandmother or grandparent?`,
    `C-2 people 7 email: the manager, "tm", has no email: what is late would be told to nobody; give the social worker a manager who is among the people, with an email`,
    'C-3 cases 4 authority: there is no policy for "atlantis"; there are barnsley, hull',
  ]);
  assert.ok(!JSON.stringify(report).includes('Canary'), 'no name is in a report');
});

test('a date, a kind, a role, a manager and an address that are wrong are said at once, each in its cell', async () => {
  const { cases, people } = caseload(refsOf(3, 'K'));
  const [heading, one, two, three] = cases.split('\n') as [string, string, string, string];
  const dateIn = (line: string) => line.split(',').with(5, '31/02/2026').join();
  const broken = people
    .replace(/^(K-1,sw,.*),tm$/m, '$1,ghost')
    .replace(/^(K-1,hv,.*),health,/m, '$1,astronaut,')
    .replace(/^(K-2,tm,.*),tom@council.test,$/m, '$1,,')
    .replace(/^(K-3,sw,.*),tm$/m, '$1,ghost')
    .replace(/^(K-3,hv,.*),health,/m, '$1,astronaut,');
  const report = await broughtIn(
    { cases: [heading, dateIn(one), dateIn(two.replace('child-protection', 'cp')), three].join('\n'), people: broken },
    '?dryRun=true',
  );
  assert.deepEqual(
    report.faults.map(
      (fault: Record<string, unknown>) => `${fault.sheet} ${fault.row} ${fault.column}: ${fault.problem}`,
    ),
    [
      'cases 2 plan_agreed: there is no such day',
      'people 2 manager: the manager of "sw", "ghost", is not among the people',
      'people 4 role: "hv" has the role "astronaut", which the policy of Barnsley does not list; the nearest are advocate, aunt, parent; an authority adds roles of its own to its policy',
      'cases 3 plan_agreed: there is no such day',
      'cases 3 kind: must be one of child-protection, child-in-need, looked-after',
      'people 7 email: the manager, "tm", has no email: what is late would be told to nobody; give the social worker a manager who is among the people, with an email',
      'people 10 manager: the manager of "sw", "ghost", is not among the people',
      'people 12 role: "hv" has the role "astronaut", which the policy of Barnsley does not list; the nearest are advocate, aunt, parent; an authority adds roles of its own to its policy',
    ],
  );
  assert.deepEqual(counts(report), { cases: 3, ready: 0, opened: 0, already: 0, faulty: 3, left: 0 });
});

test('a row whose authority is unknown or not the caller’s says what is wrong with its people, but by no policy', async () => {
  const { cases, people } = caseload(['L-1']);
  const broken = people.replace(/^(L-1,sw,.*),tm$/m, '$1,ghost').replace(/^(L-1,hv,.*),health,/m, '$1,astronaut,');
  const columns = ({ faults }: { faults: { column: string }[] }) => faults.map(({ column }) => column);
  const unknown = await broughtIn({ cases: cases.replace('barnsley', 'atlantis'), people: broken });
  assert.deepEqual(columns(unknown), ['authority', 'manager']);
  assert.deepEqual(columns(await broughtIn({ cases, people: broken }, '', 'hull')), ['authority']);
});

test('what the domain refuses is said by the column it stands in', async () => {
  const { cases, people } = caseload(['D-1', 'D-2']);
  const [heading, one, two] = cases.split('\n') as [string, string, string];
  const early = one.split(',');
  early[7] = '2019-01-02'; // held years before the conference
  const report = await broughtIn({ cases: [heading, early.join(), two].join('\n'), people });
  assert.deepEqual(
    report.faults.map(({ row, column, problem }: Record<string, string>) => [
      row,
      column,
      problem?.replace(/\d{4}-\d\d-\d\d/g, 'DAY'),
    ]),
    [[2, 'meeting_on', 'core-group-4 was held on DAY, before conference, DAY']],
  );
  assert.deepEqual(counts(report), { cases: 2, ready: 0, opened: 1, already: 0, faulty: 1, left: 0 });
});

test('a reference that means another case is a fault, in a dry run and in a real one', async () => {
  await broughtIn(caseload(['E-1']));
  const other = caseload(['E-1']);
  const changed = { ...other, people: other.people.replace('nina0@nhs.test', 'nora@nhs.test') };
  const dry = await broughtIn(changed, '?dryRun=true');
  assert.match(
    dry.faults[0].problem,
    /is used by a case that was opened with other people or other events: a new plan needs a new reference/,
  );
  const real = await broughtIn(changed);
  assert.deepEqual([real.faulty, real.faults[0].column], [1, 'ref']);
});

test('one that was interrupted goes on with what is left, and counts what it opened as opened', async () => {
  const api = asking(app());
  const { body } = await api.ask('POST', '/imports', { body: upload(caseload(refsOf(60, 'F'))) });
  let opened = 0;
  const dying: Pick<Nodrift, 'open'> = {
    open: (file, events) =>
      ++opened > 25 ? Promise.reject(new Error('the worker is gone')) : nodrift.open(file, events),
  };
  await assert.rejects(settleImport(record, dying, body.id));
  const half = (await api.get(`/imports/${body.id}`)).body;
  assert.ok(half.left > 0 && half.state === 'running');
  await settleImport(record, nodrift, body.id);
  assert.deepEqual(counts((await api.get(`/imports/${body.id}`)).body), {
    cases: 60,
    ready: 0,
    opened: 60,
    already: 0,
    faulty: 0,
    left: 0,
  });
});

test('cases that nobody answers for are asked again; one that exists is a fault and holds up nobody', async () => {
  const api = asking(app());
  const { body } = await api.ask('POST', '/imports', { body: upload(caseload(refsOf(4, 'G'))) });
  let silent = true;
  const moody: Pick<Nodrift, 'open'> = {
    async open(file, events) {
      if (file.ref === 'G-2' && silent) throw new Unavailable('no answer');
      if (file.ref === 'G-3') throw new CaseExists('it was terminated: nodrift restore brings it back');
      return nodrift.open(file, events);
    },
  };
  await assert.rejects(settleImport(record, moody, body.id), /1 cases gave no answer/);
  silent = false;
  await settleImport(record, moody, body.id);
  const report = (await api.get(`/imports/${body.id}`)).body;
  assert.deepEqual(counts(report), { cases: 4, ready: 0, opened: 3, already: 0, faulty: 1, left: 0 });
});

test('lines of JSON are cases as one call opens them, with faults by line', async () => {
  const api = asking(app());
  const file = {
    ref: 'H-1',
    kind: 'looked-after',
    authority: 'barnsley',
    people: [
      { id: 'sw', name: 'Ann', role: 'social-worker', manager: 'tm' },
      { id: 'tm', name: 'Tom', role: 'team-manager', email: 't@council.test' },
    ],
  };
  const event = { type: 'brought-in', by: 'sw', on: AS_OF, lookedAfter: '2026-03-02', members: [], meetings: [] };
  const lines = [
    { file, events: [{ event }] },
    { file: { ...file, ref: 'H 2' }, events: [{ event: { ...event, lookedAfter: 'x' } }] },
  ];
  const { status, body } = await api.ask('POST', '/imports', {
    headers: { 'content-type': 'application/x-ndjson' },
    body: `${lines.map((line) => JSON.stringify(line)).join('\n')}\nnot json\n`,
  });
  assert.equal(status, 202);
  await settleImport(record, nodrift, body.id);
  const report = (await api.get(`/imports/${body.id}`)).body;
  assert.deepEqual(counts(report), { cases: 3, ready: 0, opened: 1, already: 0, faulty: 2, left: 0 });
  assert.deepEqual(
    report.faults.map(({ sheet, row }: Record<string, unknown>) => `${sheet} ${row}`),
    ['lines 2', 'lines 2', 'lines 3'],
  );
});

test('faults come in pages, and the cursor goes on after the last case', async () => {
  const { cases, people } = caseload(refsOf(5, 'I'));
  const report = await broughtIn({ cases: cases.replaceAll('child-protection', 'cp'), people });
  const api = asking(app());
  const seen: string[] = [];
  let next: string | null | undefined;
  while (next !== null) {
    const { body }: { body: { faults: { ref: string }[]; next: string | null } } = await api.get(
      `/imports/${report.id}?limit=2${next === undefined ? '' : `&cursor=${next}`}`,
    );
    seen.push(...body.faults.map(({ ref }) => ref));
    ({ next } = body);
  }
  assert.deepEqual(seen, refsOf(5, 'I'));
  for (const query of ['cursor=x', 'cursor=2', 'limit=0', 'limit=10000', 'page=2'])
    assert.equal((await api.get(`/imports/${report.id}?${query}`)).status, 400, query);
});

test('an import is its caller’s, needs its scope, and brings in cases of the caller’s authorities alone', async () => {
  const mine = await broughtIn(caseload(['J-1']));
  assert.equal((await asking(app(), 'other').get(`/imports/${mine.id}`)).status, 404);
  assert.equal((await asking(app(), 'reads').get(`/imports/${mine.id}`)).status, 403);
  assert.equal((await asking(app(), 'reads').ask('POST', '/imports', { body: 'x', headers: csv })).status, 403);
  assert.equal((await asking(app(), null).get('/imports/template.csv')).status, 401);
  assert.equal((await asking(app()).get('/imports/imp_none')).status, 404);
  const theirs = await broughtIn(caseload(['J-2']), '', 'hull');
  assert.deepEqual(
    theirs.faults.map(({ column, problem }: Record<string, string>) => [column, problem]),
    [['authority', 'is not an authority that this caller may bring cases in for']],
  );
});

test('the template is a sheet', async () => {
  const { status, headers, body } = await asking(app()).get('/imports/template.csv?sheet=people');
  assert.deepEqual(
    [status, headers.get('content-type'), headers.get('content-disposition')],
    [200, 'text/csv; charset=utf-8', 'attachment; filename="people.csv"'],
  );
  assert.equal(body, templateOf('people').replace('\ufeff', '')); // as fetch reads text
  assert.equal((await asking(app()).get('/imports/template.csv?sheet=staff')).status, 400);
});

test('what is no import is one problem with the right status, and leaves nothing behind', async () => {
  const imports = async () => (await rowsOf(sql`select count(*)::int as n from imports`))[0];
  const none = await imports();
  const rows: readonly [string, RequestInit, number, RegExp][] = [
    [
      'another type',
      { body: '{}', headers: { 'content-type': 'application/json' } },
      415,
      /text\/csv or application\/x-ndjson/,
    ],
    ['nothing', { headers: csv }, 400, /cases: is empty/],
    ['another sheet', { body: 'surname\nKhan', headers: csv }, 400, /cases: does not know "surname"/],
    ['a workbook', { body: 'PK\u0003\u0004', headers: csv }, 400, /is a workbook/],
    ['a heading alone', { body: 'ref,kind,authority,as_of\n', headers: csv }, 400, /hold no case/],
    [
      'no parts',
      { body: 'x', headers: { 'content-type': 'multipart/form-data; boundary=y' } },
      400,
      /Malformed FormData|cannot be told from one another/,
    ],
    ['no cases', { body: upload({ people: 'ref' }) }, 400, /the part cases is missing/],
    ['a part nobody knows', { body: upload({ cases: 'ref', staff: 'x' }) }, 400, /not "staff"/],
    ['no mapping', { body: upload({ cases: 'ref', map: 'cases: 1' }) }, 400, /^map: /],
    [
      'a binary line',
      { body: new Uint8Array([0xff, 0x0a]), headers: { 'content-type': 'application/x-ndjson' } },
      400,
      /is not UTF-8/,
    ],
    [
      'more cases than one import takes',
      { body: `ref,kind,authority,as_of\n${'A,looked-after,hull,2026-11-23\n'.repeat(20_001)}`, headers: csv },
      413,
      /more than 20,000 cases/,
    ],
    ['more than 50 MB', { body: 'x'.repeat(51 * 1024 * 1024), headers: csv }, 413, /larger than/],
  ];
  const api = asking(app());
  for (const [what, init, status, detail] of rows) {
    const answer = await api.ask('POST', '/imports', init);
    assert.equal(answer.status, status, `${what}: ${JSON.stringify(answer.body)}`);
    assert.match(answer.body.detail, detail, what);
    assert.ok(!JSON.stringify(answer.body).includes('Khan'), what);
  }
  assert.deepEqual(await imports(), none);
});

test('where nobody can open the cases, nothing is kept and the caller is asked to send it again', async () => {
  const before = (await rowsOf(sql`select count(*)::int as n from imports`))[0];
  startFails = true;
  const { status, headers } = await asking(app()).ask('POST', '/imports', { body: upload(caseload(['K-1'])) });
  startFails = false;
  assert.equal(status, 503);
  assert.match(headers.get('retry-after') ?? '', /^\d+$/);
  assert.deepEqual((await rowsOf(sql`select count(*)::int as n from imports`))[0], before);
});

test('a report of a month ago is thrown away with the next import', async () => {
  const old = await broughtIn(caseload(['L-1']));
  await record.db.execute(sql`update imports set began = now() - interval '31 days' where id = ${old.id}`);
  await broughtIn(caseload(['L-2']));
  assert.equal((await asking(app()).get(`/imports/${old.id}`)).status, 404);
});
