// `nodrift timeline`: the contract's JSON, the documents' dates, and a table people can read.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TimelineLimit } from '../../domain/play/timeline.ts';
import { fileWith, nodrift } from '../support/nodrift.ts';

const BARNSLEY = ['timeline', '--authority', 'barnsley', '--kind', 'child-protection'];

async function limits(...args: string[]): Promise<readonly TimelineLimit[]> {
  const { code, out, err } = await nodrift(...args, '--json');
  assert.equal(code, 0, err);
  return (JSON.parse(out) as { limits: TimelineLimit[] }).limits;
}

const due = (all: readonly TimelineLimit[], duty: string) => all.find((limit) => limit.duty === duty)?.due;

test('the worked example: the first core group ten working days after the conference, over a bank holiday', async () => {
  const all = await limits(...BARNSLEY, '--opened', '2025-04-01', '--held', 'initial-conference=2025-04-24');
  assert.equal(due(all, 'hold/initial-conference'), '2025-04-24');
  assert.deepEqual(
    all.find(({ duty }) => duty === 'hold/core-group-1'),
    { duty: 'hold/core-group-1', due: '2025-05-09', bookBy: '2025-05-09', target: null, rules: ['R20'] },
  );
});

test('the JSON is {"limits":[…]} with exactly the contract’s fields, in order of the limit', async () => {
  const { out } = await nodrift(...BARNSLEY, '--opened', '2027-01-05', '--json');
  const answer = JSON.parse(out) as { limits: TimelineLimit[] };
  assert.deepEqual(Object.keys(answer), ['limits']);
  for (const limit of answer.limits)
    assert.deepEqual(Object.keys(limit), ['duty', 'due', 'bookBy', 'target', 'rules'], limit.duty);
  const dates = answer.limits.map((limit) => limit.due ?? '9');
  assert.deepEqual(dates, dates.toSorted());
});

test('a meeting held on another day moves what follows it, and --months says how far to look', async () => {
  const opened = [...BARNSLEY, '--opened', '2027-01-05', '--months', '4'];
  const held = ['--held', 'initial-conference=2027-01-21', '--held', 'core-group-1=2027-02-01'];
  assert.equal(due(await limits(...opened), 'hold/core-group-2'), '2027-03-09'); // 26 Jan; + 10 wd = 9 Feb; + 28 days
  const all = await limits(...opened, ...held);
  assert.equal(due(all, 'hold/core-group-2'), '2027-03-01'); // 1 Feb + 28 days
  assert.ok(all.every((limit) => limit.due === null || limit.due <= '2027-05-05'));
});

test('closure days move book-by and never a limit', async () => {
  const calendar = fileWith('closed.json', '{"closureDays":["2027-01-26"]}');
  const all = await limits(...BARNSLEY, '--opened', '2027-01-05', '--calendar', calendar);
  const conference = all.find(({ duty }) => duty === 'hold/initial-conference');
  assert.deepEqual([conference?.due, conference?.bookBy], ['2027-01-26', '2027-01-25']);
});

test('a policy file takes the place of a shipped authority', async () => {
  const policy = fileWith(
    'own.json',
    '{"extends":"defaults.json","authority":"own","name":"Own","version":"1","limits":{"first-core-group":{"within":5,"unit":"working-days","of":"the conference","rules":["R20"]}}}',
  );
  const wish = ['timeline', '--policy', policy, '--kind', 'child-protection', '--opened', '2025-04-01'];
  assert.equal(due(await limits(...wish), 'hold/core-group-1'), '2025-05-01'); // 24 Apr + 5 wd
});

test('people read a table with weekdays and plain words', async () => {
  const { out, err } = await nodrift(...BARNSLEY, '--opened', '2025-04-01');
  assert.match(out, /^Barnsley, child protection, opened on Tuesday 1 April 2025/);
  assert.match(out, /^ {2}core group 1 {2,}Fri 9 May 2025 {2,}Fri 9 May 2025 {2,}R20$/m);
  assert.match(out, /^ {2}minutes of core group 1 {2,}Wed 14 May 2025/m);
  assert.equal(err, '');
});

test('days the bank holidays are not known for are counted with a warning, on stderr only', async () => {
  const { code, out, err } = await nodrift(...BARNSLEY, '--opened', '2028-06-01', '--json');
  assert.equal(code, 0);
  assert.match(err, /^nodrift: bank holidays are known from 2019-01-01 to 2028-12-31 only/);
  assert.ok(JSON.parse(out));
});
