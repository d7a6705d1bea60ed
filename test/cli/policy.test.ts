// `nodrift policy` and `nodrift calendar` as people type them, where they need no server. On one: test/workflows/apply.test.ts.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { report } from '../../cli/tell-cases-of.ts';
import { comparedWith } from '../../policies/load.ts';
import { readingsOf } from '../../policies/rules.ts';
import { fileWith, nodrift } from '../support/nodrift.ts';

process.env.TEMPORAL_ADDRESS = '127.0.0.1:1';

const limit = (within: number, unit: string, rule: string) => ({ within, unit, of: 'what it says', rules: [rule] });
const leeds = (more: object = {}) => ({
  ...{ extends: 'hull.json', authority: 'leeds', name: 'Leeds', version: '2027-04' },
  ...more,
});
const policyFile = (more: object = {}, name = 'leeds.json') => fileWith(name, JSON.stringify(leeds(more)));

test('policy check says each departure in one line, with its rules and both figures, P4, P7', async () => {
  const file = policyFile({ limits: { 'next-core-group': limit(35, 'days', 'R21') }, gates: { R54: 'warn' } });
  const ran = await nodrift('policy', 'check', file);
  assert.equal(ran.code, 0, ran.err);
  assert.deepEqual(ran.out.split('\n'), [
    'Leeds, version 2027-04: 2 departures from the policy shipped for Hull',
    'R21  limits.next-core-group: 35 days, looser; shipped: 28 days',
    'R54  gates.R54: warn, stronger; shipped: off',
  ]);
  const { lawful, departures } = JSON.parse((await nodrift('policy', 'check', file, '--json')).out);
  assert.equal(lawful, true);
  assert.deepEqual(departures[0], {
    ...{ field: 'limits.next-core-group', kind: 'looser', rules: ['R21'], shipped: '28 days', own: '35 days' },
  });
});

test('policy check exits 3 when statute is broken, and policy apply does not put it in force, P11, P13', async () => {
  const file = policyFile({ limits: { 'initial-conference': limit(20, 'working-days', 'R114') } });
  for (const command of ['check', 'apply']) {
    const ran = await nodrift('policy', command, file);
    assert.equal(ran.code, 3);
    assert.match(
      ran.err,
      /^nodrift: statute sets this limit: R114: limits\.initial-conference: 20 working days are later/,
    );
  }
  assert.match((await nodrift('policy', 'check', file)).out, /BREAKS STATUTE \(15 working days, Working Together/);
});

test('a policy with an empty ladder, and a calendar that is nearly all closed, are refused before a server is looked for', async () => {
  const silent = policyFile({ ladders: { minutes: [] } });
  for (const command of ['check', 'apply']) {
    const ran = await nodrift('policy', command, silent);
    assert.deepEqual(
      [ran.code, ran.err],
      [2, 'nodrift: ladders.minutes (R59): has no step, so nobody would be told of what is owed'],
    );
  }
  const everyDay = Array.from({ length: 365 }, (_, i) => new Date(Date.UTC(2027, 0, 1 + i)).toISOString().slice(0, 10));
  const closed = fileWith('closed.json', JSON.stringify({ closureDays: everyDay }));
  for (const args of [
    ['check', closed],
    ['apply', closed, '--authority', 'hull'],
  ]) {
    const ran = await nodrift('calendar', ...args);
    assert.equal(ran.code, 2);
    assert.equal(ran.err, 'nodrift: calendar: 2027 would have 0 working days; a year with fewer than 200 is a mistake');
  }
});

const WRONG: readonly (readonly [what: string, file: () => string, says: RegExp])[] = [
  [
    'a negative figure',
    () => policyFile({ limits: { minutes: limit(-1, 'days', 'R59') } }),
    /limits\.minutes\.within: must not be negative/,
  ],
  [
    'a rule that does not exist',
    () => policyFile({ limits: { minutes: limit(5, 'days', 'R163') } }),
    /limits\.minutes\.rules\.0: is not a rule/,
  ],
  ['a ladder for an unknown duty', () => policyFile({ ladders: { tea: [] } }), /ladders: does not know "tea"/],
  [
    'an end in itself',
    () => policyFile({ extends: 'round.json' }, 'round.json'),
    /round\.json: extends: ends in itself/,
  ],
  ['no policy at all', () => 'policies', /policies: a policy is a \.json file/],
];
for (const [what, file, says] of WRONG)
  test(`policy check refuses a file with ${what}, in one line that names it`, async () => {
    const ran = await nodrift('policy', 'check', file());
    assert.equal(ran.code, 2);
    assert.match(ran.err, /^nodrift: [^\n]+$/);
    assert.match(ran.err, says);
  });

test('policy explain says what a rule says, where, what was decided and what the policies do about it, P8', async () => {
  const { out } = await nodrift('policy', 'explain', 'r59');
  assert.match(out, /^R59 \(deadline\): Minute-taker gives written copy/);
  assert.match(out, /“provide a written copy to the social worker within five days”/);
  assert.match(out, /Barnsley's guidance .*: minutes, social worker presence/);
  assert.match(out, /P8, minutes to the social worker: 5 calendar days/);
  for (const name of ['Barnsley', 'Hull'])
    assert.match(out, new RegExp(`${name}, version 1\n {2}limit minutes: 5 days from the meeting\n {2}ladder minutes`));
  const hull = await nodrift('policy', 'explain', 'R54', '--authority', 'hull');
  assert.match(hull.out, /gate R54, off: not asked for/);
  const { statute } = JSON.parse((await nodrift('policy', 'explain', 'R110', '--json')).out).policies[0].limits[0];
  assert.match(statute, /^6 months, SI 2010\/959/);
  const unknown = await nodrift('policy', 'explain', 'R163');
  assert.deepEqual([unknown.code, /Rules run from R1 to R162/.test(unknown.err)], [2, true]);
});

test('every reading P1 to P19 is explained by a rule it is about', () => {
  const all = Array.from({ length: 162 }, (_, i) => readingsOf(`R${i + 1}`).map(({ id }) => id)).flat();
  assert.deepEqual(
    [...new Set(all)].sort(byNumber),
    Array.from({ length: 19 }, (_, i) => `P${i + 1}`),
  );
});
const byNumber = (a: string, b: string): number => Number(a.slice(1)) - Number(b.slice(1));

test('what the record knows is asked of the server: without one, one line says so', async () => {
  for (const args of [
    ['policy', 'apply', policyFile()],
    ['policy', 'diff', policyFile()],
    ['policy', 'show', '--authority', 'hull'],
    ['policy', 'list'],
    ['calendar', 'apply', '--authority', 'hull'],
    ['calendar', 'show', '--authority', 'hull'],
  ]) {
    const ran = await nodrift(...args);
    assert.deepEqual([ran.code, ran.out], [5, '']);
    assert.match(ran.err, /^nodrift: no Temporal server answers at 127\.0\.0\.1:1[^\n]*$/);
  }
});

test('an authority that is not shipped is refused where no server is asked, with the way to its policy', async () => {
  const ran = await nodrift('policy', 'explain', 'R21', '--authority', 'leeds');
  assert.equal(ran.code, 2);
  assert.match(
    ran.err,
    /^nodrift: there is no policy for "leeds"; shipped are barnsley, hull; one that was put in force is/,
  );
});

test('a policy is compared with the one shipped for its authority, or the one it extends', () => {
  assert.equal(comparedWith(policyFile(), 'leeds'), 'hull');
  assert.equal(comparedWith(policyFile(), 'barnsley'), 'barnsley');
  assert.equal(comparedWith(policyFile({ extends: 'defaults.json' }), 'leeds'), 'barnsley');
  policyFile();
  assert.equal(comparedWith(policyFile({ extends: 'leeds.json' }, 'east.json'), 'leeds-east'), 'hull');
});

test('calendar check counts the days and warns of an end less than 15 months ahead', async () => {
  const file = fileWith(
    'days.json',
    JSON.stringify({ closureDays: ['2027-12-29', '2027-12-30'], bankHolidays: ['2027-06-18'] }),
  );
  const ran = await nodrift('calendar', 'check', file);
  assert.match(ran.out, /^84 bank holidays, 1 of them in the file, known until Sun 31 Dec 2028; 2 closure days$/);
  assert.equal((await nodrift('calendar', 'check', fileWith('bad.json', '{"closureDays":["2027-02-30"]}'))).code, 2);
});

test('a report says how many cases took it and which did not, with why', () => {
  const result = {
    ...{ event: 'policy/2', took: 411, before: 3, closed: ['child-in-need/A-1'], stragglersInAll: 1200 },
    stragglers: [{ caseId: 'child-protection/BC-1', why: 'no answer from its worker' }],
  };
  assert.deepEqual(report(result, 'policy 2 of leeds'), [
    'policy 2 of leeds: in force, new cases begin with it',
    '411 running cases took it, 3 had it already, 1 closed meanwhile',
    '',
    'Not reached',
    '  child-protection/BC-1  no answer from its worker',
    '  and 1199 more',
  ]);
});

const UNLAWFUL = { limits: { 'initial-conference': limit(20, 'working-days', 'R114') } };
const CASE = {
  ref: 'BC-1',
  kind: 'child-protection',
  people: [{ id: 'amira', name: 'Amira Khan', role: 'social-worker' }],
};
const DISCUSSION = { by: 'amira', type: 'strategy-discussion-held', on: '2026-01-05' };
const SAYS = /^nodrift: statute sets this limit: R114: limits\.initial-conference: 20 working days are later [^\n]+$/;

test('no real case is opened with a policy that breaks statute, P11', async () => {
  const file = policyFile(UNLAWFUL, 'stat.json');
  const opening = fileWith('opening.json', JSON.stringify({ authority: 'leeds', case: CASE, events: [DISCUSSION] }));
  const said = (await nodrift('policy', 'check', file)).err;
  const ran = await nodrift('open', opening, '--policy', file);
  assert.deepEqual([ran.code, ran.out, ran.err], [3, '', said]);
  assert.match(ran.err, SAYS);
});

test('a policy that breaks statute may be played with, and stderr says what it is', async () => {
  const file = policyFile(UNLAWFUL, 'stat.json');
  const scenario = fileWith(
    'scenario.json',
    JSON.stringify({
      ...{ authority: 'barnsley', case: CASE, until: '2026-03-01' },
      events: [{ ...DISCUSSION, at: '2026-01-05 10:00' }],
    }),
  );
  for (const args of [
    ['rehearse', scenario],
    ['timeline', '--kind', 'child-protection', '--opened', '2026-01-05'],
  ]) {
    const ran = await nodrift(...args, '--policy', file, '--json');
    assert.equal(ran.code, 0);
    assert.match(ran.err, /^nodrift: this policy breaks statute, no case may go by it: R114: [^\n]+$/);
    assert.ok(JSON.parse(ran.out));
    assert.equal((await nodrift(...args, '--policy', policyFile(), '--json')).err, '');
  }
});
