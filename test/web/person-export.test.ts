// Somebody asks what is held about them: all of it, over all cases of the authority, and of others nothing but their roles.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createActivities } from '../../activities/deliver.ts';
import { keepAudit } from '../../record/audit.ts';
import { feedTokenOf } from '../../record/calendars.ts';
import { syncDirectory } from '../../record/directory.ts';
import { beginErasure } from '../../record/erasures.ts';
import { whereTo } from '../../record/mail-ids.ts';
import { withoutOthers } from '../../record/others-left-out.ts';
import { stripCase } from '../../record/strip-case.ts';
import { keep } from '../../record/write.ts';
import { servedApi } from '../../web/api/serve-api.ts';
import { ALL, apiOf, asking, caller, callersOf } from '../support/api.ts';
import { commandsCall } from '../support/api-socket.ts';
import { settings } from '../support/deliveries.ts';
import { BOOKING, delivery, duty, entry, event, identity, notice, person } from '../support/entries.ts';
import { memoryRecord } from '../support/memory-record.ts';
import { nodrift } from '../support/nodrift.ts';
import { PaperCase } from '../support/paper-case.ts';
import { member } from '../support/staff.ts';

const folder = mkdtempSync(join(tmpdir(), 'nodrift-export-'));
const record = await memoryRecord();
const paper = new PaperCase();
const { cases: _, ...parts } = servedApi({ record, cases: paper.cases as never, now: () => new Date() });
const app = apiOf(paper, {
  ...parts,
  callers: callersOf({ hull: caller({ authorities: ['hull'] }), reader: caller({ scopes: ['people:read'] }) }),
});
const api = asking(app);
commandsCall(app);

const NINA = { id: 'hv', name: 'Nina Nurse', role: 'health', email: 'nina@nhs.test', phone: '01226 555001' };
const MUM = { id: 'mother', name: 'Mary Mother', role: 'parent' };
const TOM = { id: 'tom', name: 'Tom Teacher', role: 'education', email: 'tom@school.test' };
const about = (ref: string) => identity({ id: `child-protection/${ref}`, ref });
const opened = (ref: string, people: readonly object[]) =>
  ({ file: { ref, kind: 'child-protection', authority: 'barnsley', people }, policy: {}, calendar: {} }) as never;

before(async () => {
  const accepted = async () => ({ outcome: 'accepted', replyHash: 'x', serverMessageId: null }) as const;
  const { deliver } = createActivities({ record, transport: { send: accepted, close: async () => {} }, settings });
  await syncDirectory(record, 'barnsley', [
    member('S-1', { address: 'amira@council.test', name: 'Amira Adams' }),
    member('S-2', { address: 'sue@council.test', name: 'Sue Stone' }),
  ]);
  const amira = { id: 'sw', name: 'Amira Adams', role: 'social-worker', email: 'amira@council.test', staff: 'S-1' };
  const apologies = {
    type: 'apologies-received',
    by: 'sw',
    person: 'hv',
    reason: 'Nina Nurse is ill; Mary Mother told Tom Teacher',
  };
  await deliver(
    delivery([notice(NINA, { kind: 'invitation', duty: 'attend/core-group-4', booking: BOOKING }), notice(TOM)], {
      ...{ case: about('BC-1'), events: 3, opened: opened('BC-1', [NINA, MUM, TOM, amira]) },
      newEvents: [
        event('opening-1', { event: { type: 'strategy-discussion-held', by: 'sw' } }),
        event('e2', { type: 'apologies-received', event: apologies }),
        event('e3', { type: 'minutes-received', by: 'hv', event: { type: 'minutes-received', by: 'hv' } }),
        event('e4', { type: 'minutes-received', by: 'tom', event: { type: 'minutes-received', by: 'tom' } }),
      ],
      duties: [duty('minutes/core-group-3', { owner: 'hv' }), duty('papers/core-group-4', { owner: 'tom' })],
    }),
  );
  // Closed long ago, under another id and spelled in another way.
  await keep(
    record,
    entry({
      ...{ case: about('BC-2'), status: 'closed', newEvents: [event('opening-2')], duties: [] },
      opened: opened('BC-2', [{ ...NINA, id: 'nurse', email: 'NINA@nhs.test ' }]),
    }),
  );
  await keep(
    record,
    entry({ case: about('BC-3'), newEvents: [event('opening-3')], opened: opened('BC-3', [TOM]), duties: [] }),
  );
  await keep(
    record,
    entry({
      case: identity({ id: 'child-protection/HU-1', ref: 'HU-1', authority: 'hull' }),
      ...{ newEvents: [event('opening-4')], opened: opened('HU-1', [NINA]), duties: [] },
    }),
  );
  await feedTokenOf(record, whereTo(record.ledgerKey, 'barnsley', NINA.email).reader, 'barnsley');
  const did = { did: 'record by link', outcome: 'recorded', from: '' };
  await keepAudit(record, { ...did, who: 'link:hv', what: 'child-protection/BC-1' });
  await keepAudit(record, { ...did, who: 'link:hv', what: 'child-protection/HU-1' });
  await keepAudit(record, { ...did, who: 'staff:S-1', what: 'child-protection/BC-1' });
});
after(async () => {
  await record.close();
  rmSync(folder, { recursive: true, force: true });
});

const exported = async (who: object) => (await api.post('/exports', { authority: 'barnsley', ...who })).body;

test('everything about somebody is found by their address, in every case of the authority, closed ones too', async () => {
  const all = await exported({ address: ' Nina@NHS.test '.trim() });
  assert.deepEqual(
    all.cases.map(({ case: id, ids, status }: { case: string; ids: string[]; status: string }) => [id, ids, status]),
    [
      ['child-protection/BC-1', ['hv'], 'open'],
      ['child-protection/BC-2', ['nurse'], 'closed'],
    ],
  );
  const [first] = all.cases;
  assert.deepEqual(first.onFile, [NINA]);
  assert.deepEqual(
    first.events.map(({ why, event: said }: { why: string; event: { type: string } }) => [why, said.type]),
    [
      ['about-them', 'apologies-received'],
      ['by-them', 'minutes-received'],
    ],
  );
  assert.deepEqual(first.owed, [{ duty: 'minutes/core-group-3', due: '2027-03-01', done: null }]);
  assert.deepEqual(
    first.mails.map(({ about: subject, state }: { about: string; state: string }) => [subject, state]),
    [['BC-1: invitation, core group 4', 'ACCEPTED']],
  );
  assert.deepEqual(
    first.calendar.map(({ meeting, start, venue }: Record<string, string>) => [meeting, start, venue]),
    [['core-group-3', '2027-07-02T10:00', 'Family centre, room 2']],
  );
  assert.notEqual(all.calendarSince, null);
  assert.deepEqual(
    all.audit.map(({ did, what }: { did: string; what: string }) => [did, what]),
    [['record by link', 'child-protection/BC-1']],
    'what they did in another authority is not of this one',
  );
});

test('of others there are roles alone, within what people wrote too', async () => {
  const all = JSON.stringify(await exported({ address: NINA.email }));
  assert.doesNotMatch(all, /Mary|Mother|Tom|Teacher|Amira|Adams|school\.test|council\.test|S-1/);
  assert.match(all, /Nina Nurse is ill; \[parent\] told \[education\]/);
  assert.match(all, /"by":"\[social-worker\]"/);
});

test('staff are found by their id in the directory, with what it says of them and what they did signed in', async () => {
  const all = await exported({ staff: 'S-1' });
  assert.deepEqual(
    all.directory.map(({ id, name, address }: Record<string, string>) => [id, name, address]),
    [['S-1', 'Amira Adams', 'amira@council.test']],
  );
  assert.deepEqual([all.cases.length, all.cases[0].ids, all.audit.length], [1, ['sw'], 1]);
});

test('somebody without an address is found by what a case calls them', async () => {
  const all = await exported({ case: 'child-protection/BC-1', person: 'mother' });
  assert.deepEqual([all.cases.length, all.cases[0].onFile, all.addresses], [1, [MUM], []]);
  assert.match(JSON.stringify(all.cases[0].events), /\[health\] is ill; Mary Mother told \[education\]/);
});

test('nothing is held about whoever nobody knows, nor of a case that was erased', async () => {
  assert.deepEqual((await exported({ address: 'nobody@nowhere.test' })).cases, []);
  const caseId = 'child-protection/BC-3';
  assert.deepEqual((await exported({ address: TOM.email })).cases.length, 2);
  await beginErasure(record, { caseId, reason: 'ordered', by: 'S-2', ends: true });
  await stripCase(record, caseId);
  assert.deepEqual((await exported({ address: TOM.email })).cases.length, 1);
});

test('it needs a scope of its own, is of one authority, and the audit knows of it without the address', async () => {
  const ask = (key: string, body: object = { authority: 'barnsley', address: NINA.email }) =>
    asking(app, key).post('/exports', body);
  assert.equal((await ask('reader')).status, 403);
  assert.equal((await ask('hull')).status, 404);
  for (const wrong of [
    { authority: 'barnsley' },
    { authority: 'barnsley', address: 'nobody' },
    { authority: 'barnsley', address: NINA.email, staff: 'S-1' },
    { authority: 'barnsley', case: 'child-protection/BC-1' },
    { authority: 'barnsley', person: 'mother' },
  ])
    assert.equal((await ask(ALL, wrong)).status, 400, JSON.stringify(wrong));
  const rows = (await api.get('/audit')).body.entries.filter(({ did }: { did: string }) => did === 'export person');
  assert.match(rows.at(-1).what, /^barnsley\/address:[0-9a-f]{12}$/);
  assert.doesNotMatch(JSON.stringify(rows), /nina/i);
});

test('the command line says it in words, and writes it into a file that its owner alone reads', async () => {
  const said = await nodrift('export', '--authority', 'barnsley', '--person', NINA.email);
  assert.equal(said.code, 0, said.err);
  assert.match(said.out, /What barnsley holds in Nodrift about nina@nhs\.test/);
  assert.match(said.out, /Case child-protection\/BC-1\n-+\nchild-protection, open; called hv/);
  assert.match(said.out, /minutes\/core-group-3, due 2027-03-01, not done/);
  const file = join(folder, 'nina.json');
  const wrote = await nodrift('export', '--authority', 'barnsley', '--person', NINA.email, '--json', '--to', file);
  assert.match(wrote.out, /^2 cases: it is in .* which only you can read$/);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.equal(JSON.parse(readFileSync(file, 'utf8')).cases.length, 2);
  assert.equal((await nodrift('export', '--authority', 'barnsley', '--person', NINA.email, '--to', file)).code, 2);
  const mum = ['export', '--authority', 'barnsley', '--case', 'child-protection/BC-1', '--person', 'mother'];
  assert.match((await nodrift(...mum)).out, /name: Mary Mother/);
});

test('a name within another word is none; the longer of two names goes first', () => {
  const shown = withoutOthers(
    [person('me', { name: 'Ann' }), person('a', { name: 'Tom' }), person('b', { name: 'Tom Till' })],
    ['me'],
    [],
  );
  assert.equal(shown.of('Tom Till saw tom, not Tomas or atom'), '[health] saw [health], not Tomas or atom');
  assert.deepEqual(shown.of({ by: 'a', person: { id: 'b', name: 'Tom Till', role: 'health' } }), {
    ...{ by: '[health]', person: { role: 'health' } },
  });
});
