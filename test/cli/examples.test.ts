// The examples say what their first lines promise: good ones chase nobody, those that drift reach the managers, none is refused by mistake.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { rehearse } from '../../client/rehearse.ts';
import { readScenario } from '../../client/scenario.ts';

const play = (name: string) => rehearse(readScenario(`examples/${name}.yaml`));
const kinds = (name: string) => new Set(play(name).notices.map((notice) => notice.kind));

for (const name of ['a-good-year', 'child-in-need-good', 'looked-after-good'])
  test(`${name}: nothing is refused, nobody is chased, nothing is left, and the case is over`, () => {
    const { refused, owed, closed } = play(name);
    assert.deepEqual([refused, owed, closed], [[], [], true]);
    assert.deepEqual([kinds(name).has('chase'), kinds(name).has('escalation')], [false, false]);
  });

const REFUSED: Readonly<Record<string, readonly string[]>> = {
  'child-in-need-drifts': ['R89', 'R64', 'R136'],
  'child-in-need-consultation': ['R89', 'R151', 'R153', 'R159'],
  'looked-after-drifts': ['R63'],
  'looked-after-christmas': [],
  'child-protection-christmas': [],
  'brought-in': [],
  'moved-away': [],
};
for (const [name, rules] of Object.entries(REFUSED))
  test(`${name}: refuses ${rules.length > 0 ? rules.join(', ') : 'nothing'}`, () => {
    assert.deepEqual(
      play(name).refused.map((one) => one.rule),
      rules,
    );
  });

for (const name of ['child-in-need-drifts', 'looked-after-drifts'])
  test(`${name}: managers and the service manager hear of it`, () => {
    const escalated = new Set(
      play(name)
        .notices.filter((one) => one.kind === 'escalation')
        .map((one) => one.to),
    );
    const managers = name === 'child-in-need-drifts' ? ['tm', 'sm'] : ['tom', 'sue'];
    assert.deepEqual(
      managers.map((one) => escalated.has(one)),
      [true, true],
    );
  });

test('put-right: the nurse may not take back the end of a plan; what stands is what was so, and each mistake is told once, L1', () => {
  const { refused, owed, notices } = play('put-right');
  assert.equal(refused.length, 1);
  assert.match(
    refused[0]?.reason ?? '',
    /plan-ended ends or revives something: the chair or a manager puts it right \(tom, sue\)$/,
  );
  assert.deepEqual(
    owed.map(({ duty, due }) => `${duty} ${due}`),
    ['hold/core-group-3 2027-03-30', 'papers/review-conference-1 2027-04-06', 'hold/review-conference-1 2027-04-21'],
  );
  const changes = notices.filter(({ kind }) => kind === 'change');
  assert.deepEqual(
    changes.map(({ at, to, meeting }) => [at.slice(0, 10), to, meeting].join(' ')).sort(),
    [
      ...['amira', 'carl', 'mum', 'nina', 'owen'].flatMap((to) =>
        ['2027-02-09', '2027-02-19'].map((day) => `${day} ${to} review-conference-1`),
      ),
      ...['amira', 'mum', 'nina', 'owen'].map((to) => `2027-02-19 ${to} core-group-2`),
      // Who was told that the plan had ended.
      ...['carl', 'sue'].map((to) => `2027-02-19 ${to} `),
      '2027-03-10 amira ',
    ].sort(),
  );
});

test('moved-away: everything ends but what the meetings held and the other authority are owed, and the case is over', () => {
  const { owed, closed, notices } = play('moved-away');
  assert.deepEqual([owed, closed], [[], true]);
  const after = notices.filter(({ at }) => at > '2027-02-05T10:01').map(({ duty }) => duty);
  assert.deepEqual([...new Set(after)].sort(), ['minutes/core-group-1', 'transfer/case']);
});

test('brought-in: the numbers go on, and what was late already is told once', () => {
  const { owed, notices } = play('brought-in');
  assert.deepEqual(
    owed.map(({ duty }) => duty),
    ['action/reading-help', 'hold/core-group-8', 'hold/review-conference-2'],
  );
  const late = notices.filter(({ subject }) => subject.includes('were late already'));
  assert.deepEqual(late.map(({ to }) => to).sort(), ['sw', 'tm']);
});

test('every example can be read', () => {
  for (const file of readdirSync('examples').filter((one) => one.endsWith('.yaml'))) readScenario(`examples/${file}`);
});
