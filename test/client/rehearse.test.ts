// `nodrift rehearse`: the contract's JSON, and the diary of each example.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Rehearsal } from '../../client/rehearse.ts';
import { fileWith, nodrift } from '../support/nodrift.ts';

const GOOD = 'examples/a-good-year.yaml';
const DRIFTS = 'examples/everything-drifts.yaml';

async function played(...args: string[]): Promise<Rehearsal> {
  const { code, out, err } = await nodrift('rehearse', ...args, '--json');
  assert.equal(code, 0, err);
  return JSON.parse(out) as Rehearsal;
}

test('the JSON has exactly the contract’s fields', async () => {
  const rehearsal = await played(DRIFTS);
  assert.deepEqual(Object.keys(rehearsal), ['notices', 'refused', 'owed', 'closed']);
  const { notices, refused, owed } = rehearsal;
  for (const notice of notices)
    assert.deepEqual(Object.keys(notice), [
      ...['at', 'kind', 'duty', 'meeting', 'to', 'subject', 'rung'],
      ...(notice.also ? ['also'] : []), // where one notice asks several things (L15)
    ]);
  for (const event of refused) assert.deepEqual(Object.keys(event), ['at', 'type', 'rule', 'reason']);
  for (const duty of owed)
    assert.deepEqual(Object.keys(duty), ['duty', 'meeting', 'owner', 'due', 'bookBy', 'target', 'late', 'rules']);
  assert.match(notices[0]!.at, /^2027-03-08T08:00:00\+00:00$/);
});

test('an event may carry an id of its own, to be corrected by; an action’s id is the action’s', async () => {
  const [head, events] = [
    'authority: barnsley\ncase: { ref: X-1, kind: child-protection, people: [' +
      '{ id: sw, name: Sam, role: social-worker, email: sw@council.example, manager: tm },' +
      '{ id: tm, name: Tess, role: team-manager, email: tm@council.example }] }\nevents:\n',
    '  - { at: 2027-01-05 10:00, id: begun, by: sw, type: strategy-discussion-held, on: 2027-01-05 }\n' +
      '  - { at: 2027-01-06 10:00, by: tm, type: event-corrected, corrects: begun, reason: it was Monday,' +
      ' event: { by: sw, type: strategy-discussion-held, on: 2027-01-04 } }\n' +
      '  - { at: 2027-01-07 10:00, by: sw, type: action-agreed, id: school-place, owner: sw, due: 2027-02-01 }\n',
  ];
  const { refused, owed } = await played(fileWith('ids.yaml', `${head}${events}until: 2027-01-08\n`));
  assert.deepEqual(refused, []);
  assert.deepEqual(
    owed.map(({ duty, due }) => [duty, due]),
    [
      ['hold/initial-conference', '2027-01-25'],
      ['action/school-place', '2027-02-01'],
    ],
  );
  const wrong = fileWith('wrong-id.yaml', `${head}${events.replace('id: begun', 'id: 7')}until: 2027-01-08\n`);
  const { code, err } = await nodrift('rehearse', wrong);
  assert.equal(code, 2);
  assert.match(err, /wrong-id\.yaml:\d+: .*id: must be a text/);
});

test('a good year: nobody is chased, nothing is late, and the case closes', async () => {
  const { notices, refused, owed, closed } = await played(GOOD);
  const kinds = new Set(notices.map(({ kind }) => kind));
  assert.deepEqual([...kinds].sort(), ['cancellation', 'information', 'invitation', 'reminder']);
  assert.deepEqual(
    notices.filter(({ subject }) => /late|after its limit/.test(subject)),
    [],
  );
  assert.deepEqual([refused, owed, closed], [[], [], true]);
});

test('everything drifts: what is refused names its rule, and what is owed at the end is late', async () => {
  const { refused, owed, closed, notices } = await played(DRIFTS);
  assert.deepEqual(
    refused.map(({ rule }) => rule),
    ['R17', 'R63', 'R22', 'R136', 'R48', null, null],
  );
  assert.deepEqual(
    owed.filter(({ late }) => late).map(({ duty }) => duty),
    ['minutes/core-group-1', 'minutes/core-group-3', 'confirm/core-group-4', 'hold/core-group-4'],
  );
  assert.equal(closed, false);
  // The service manager hears of it when the conference is five working days late: 22 March, over Easter, is 31 March.
  assert.equal(notices.find(({ to }) => to === 'gwen')?.at, '2027-03-31T08:00:00+01:00');
});

test('the diary: days with their weekday, times, names with roles, refusals where they happen, what is owed at the end', async () => {
  const { out } = await nodrift('rehearse', DRIFTS);
  assert.match(
    out,
    /^HU-077, child protection, hull: a rehearsal until Friday 28 January 2028\n\nMonday 1 March 2027\n {2}11:00 {2}Sam Okoro records: strategy discussion held\n/,
  );
  assert.match(
    out,
    /^ {2}15:30 {2}Priya Nair records: meeting held: core group 1\n {9}REFUSED {2}R63: a core group does not go ahead/m,
  );
  assert.match(out, /^ {9}to Carol Finch \(conference chair\) +invitation to initial child protection conference/m);
  assert.match(
    out,
    /\n\nOwed on Friday 28 January 2028\n {2}minutes of core group 1 +Paul Gray \(education representative\) +by Tue 11 May 2027 +262 days late +R59\n/,
  );
  assert.match(out, /\nThe case is open\. \d+ notices, 7 events refused\.$/);
  assert.ok(out.split('\n').every((line) => line === line.trimEnd()));
});

test('the diary of a good year ends with nothing owed', async () => {
  const { out } = await nodrift('rehearse', GOOD);
  assert.match(
    out,
    /\n\nNothing is owed on Sunday 28 November 2027\.\n\nThe case is closed\. \d+ notices, 0 events refused\.$/,
  );
});

test('--round puts together what one person is told in one morning, and nothing else', async () => {
  const { out } = await nodrift('rehearse', DRIFTS, '--round', '--json');
  const { rounds, ...rest } = JSON.parse(out) as { rounds: { at: string; to: string; notices: object[] }[] };
  assert.deepEqual(Object.keys(rest), ['refused', 'owed', 'closed']);
  const singly = await played(DRIFTS);
  assert.equal(
    rounds.reduce((count, { notices }) => count + notices.length, 0),
    singly.notices.length,
  );
  const mornings = rounds.filter(({ at }) => at.slice(11, 16) === '08:00').map(({ at, to }) => `${at} ${to}`);
  assert.equal(new Set(mornings).size, mornings.length);
  assert.ok(rounds.every(({ at, notices }) => at.slice(11, 16) === '08:00' || notices.length === 1));
  assert.deepEqual(Object.keys(rounds[0]!.notices[0]!), ['kind', 'duty', 'meeting', 'subject', 'rung']);
});

test('a policy of one’s own decides in place of the scenario’s authority', async () => {
  const policy = fileWith(
    'strict.json',
    '{"extends":"defaults.json","authority":"strict","name":"Strict","version":"1","gates":{"R115":"refuse"}}',
  );
  const { refused } = await played(DRIFTS, '--policy', policy);
  assert.equal(refused[1]?.rule, 'R115');
});

test('a calendar of one’s own decides when the morning round goes', async () => {
  const calendar = fileWith('closure.json', '{"closureDays":["2027-03-08"]}');
  const { notices } = await played(DRIFTS, '--calendar', calendar);
  assert.equal(notices[0]?.at, '2027-03-05T08:00:00+00:00');
});

test('a scenario of several cases is one diary: what is recorded, told and owed says which case it belongs to', async () => {
  const { code, out, err } = await nodrift('rehearse', 'examples/step-up.yaml');
  assert.equal(code, 0, err);
  assert.match(out, /^HU-4410, child in need with HU-4410-CP and HU-4410-CP-2, hull: a rehearsal until/);
  assert.match(out, /16:00 {2}Ruth Ellis records: strategy discussion held/);
  assert.match(out, /13:00 {2}HU-4410-CP: Carl Moss records: conference held: outcome no-plan/);
  assert.match(out, /HU-4410-CP-2: Carl Moss records: conference held: outcome plan/);
  // The second conference decides on a plan: the child in need case's own next meeting is cancelled that day.
  assert.match(out, /cancelled: core group 4, Wed 12 May 2027 15:45/);
  assert.match(out, /HU-4410-CP-2: core group 2 +Ruth Ellis \(social worker\) +by Wed 2 Jun 2027/);
});

test('the diary notes what a gate warns of, and that consent is withdrawn; so do the duties in the JSON', async () => {
  const path = fileWith(
    'withdrawn.yaml',
    `authority: barnsley
case:
  ref: C-1
  kind: child-in-need
  people:
    - { id: sw, name: Amira Khan, role: social-worker, email: a@council.example }
    - { id: tm, name: Tom Reed, role: team-manager, email: t@council.example }
    - { id: mum, name: Parent one, role: mother }
events:
  - { at: 2027-01-11 10:00, by: sw, type: referral-received, on: 2027-01-11 }
  - { at: 2027-01-12 10:00, by: sw, type: plan-proposed, members: [mum] }
  - { at: 2027-01-13 10:00, by: sw, type: consent-withdrawn }
until: 2027-01-20
`,
  );
  const { out } = await nodrift('rehearse', path);
  assert.match(out, /plan proposed\n {9}note R86: .*\n {9}note R90: who will attend is discussed/);
  assert.match(out, /The case is open\. Consent is withdrawn, and nothing was decided since\./);
  const { owed, ...rest } = await played(path);
  assert.equal(
    owed.every((duty) => duty.consentWithdrawn === true),
    true,
  );
  assert.equal('remarks' in rest, false, 'the JSON has the contract’s fields alone');
});
