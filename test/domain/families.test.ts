// Duty families: how keys are built and read back, and the traits that decide what lapses and what is chased.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dutyKey, endsWithPlan, FAMILIES, familyOf, needsLimit } from '../../domain/duties/families.ts';
import { dutyWords } from '../../domain/notices/words.ts';

const families = Object.keys(FAMILIES) as (keyof typeof FAMILIES)[];

test('a key is built from its family and read back', () => {
  for (const family of families) assert.equal(familyOf(dutyKey(family, 'core-group-3')), family);
  assert.equal(dutyKey('represent', 'core-group-3/amira'), 'represent/core-group-3/amira');
});

test('what is no family of ours is none, whatever objects have by nature', () => {
  for (const key of ['constructor/x', '__proto__/x', 'toString', '', '/', 'holds/core-group-1'])
    assert.equal(familyOf(key), undefined, key);
});

test('with the plan ends what is held, attended or decided; what was left to pass on, explain or tell stays owed', () => {
  const stays = families.filter((family) => !endsWithPlan(dutyKey(family, 'x')));
  assert.deepEqual(stays.sort(), [
    ...[
      'circulate',
      'distribute',
      'end',
      'explain',
      'letter',
      'minutes',
      'notify',
      'open',
      'report',
      'say-next',
      'step-down',
    ],
    'transfer',
  ]);
});

/** Key, ladder, whether nobody is reminded while no limit is set. */
const rows = [
  ['hold/core-group-1', 'hold-meeting', true],
  ['hold/cin-review-1', 'hold-review', true],
  ['hold/core-group-1', 'other', false], // a looked after review asked for it: no source sets a limit (R84)
  ['distribute/core-group-1', 'distribute', true],
  ['distribute/core-group-1', 'distribute-without-limit', false],
  ['minutes/core-group-1', 'minutes', true],
  ['confirm/core-group-1', 'confirm', true],
  ['papers/cin-review-1', 'papers', true],
  ['action/a-1', 'action', true],
  ['agree/plan', 'other', false],
  ['approve/plan', 'approve', false],
  ['consider/strategy-discussion', 'consider', false],
] as const;

for (const [key, ladder, needed] of rows)
  test(`${key} on the ladder ${ladder} ${needed ? 'says nothing' : 'is asked for'} without a limit`, () => {
    assert.equal(needsLimit({ key, ladder }), needed);
  });

test('every family has words of its own', () => {
  for (const family of families) {
    const { thing } = dutyWords(dutyKey(family, 'core-group-3'));
    assert.notEqual(thing, `${family.replaceAll('-', ' ')} core group 3`, family);
  }
});
