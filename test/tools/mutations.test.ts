// The mutation run: what it holds the table of broken lines to, and how it reads what became of one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkMutations, citedTests, outcomeOf, ranTitles } from '../../tools/mutation-run.ts';

const PROOF = 'test/domain/proof.test.ts: "what R63 asks is done, R63"';
const TABLE = [
  `| R63 | gate | asks | “words” | refuses, \`domain/accept/gates.ts\` | ${PROOF} |`,
  '| R57 | document | asks | “words” | later: what people read | later |',
  `| L4 | asks | \`domain/accept/gates.ts\` | test/domain/proof.test.ts: "every ending there is, L4" |`,
].join('\n');
const GATES = 'broken: nobody,\nended: c.planEnded,\nended: c.planEnded,\n';
const broken = (find: string) => ({ file: 'domain/accept/gates.ts', find, put: 'broken: false,' });
const check = (mutations: Parameters<typeof checkMutations>[1]) => checkMutations(TABLE, mutations, () => GATES);
const L4 = [broken('broken: nobody,')];

test('a table with a line for each row that cites a test passes; a row that waits needs none', () => {
  assert.deepEqual(check({ R63: [broken('broken: nobody,')], L4 }), []);
});

const WRONG: readonly (readonly [what: string, mutations: Parameters<typeof check>[0], problem: RegExp])[] = [
  ['a row without a line', { L4 }, /R63 has no line to break$/],
  ['a text that is no longer there', { R63: [broken('gone')], L4 }, /R63: "gone" is not in domain\/accept\/gates\.ts/],
  [
    'a text that is there twice',
    { R63: [broken('ended: c.planEnded,')], L4 },
    /is 2 times in .*; it must be there once$/,
  ],
  [
    'a line without a row',
    { R63: [broken('broken: nobody,')], L4, R57: [broken('broken: nobody,')] },
    /R57 has no row/,
  ],
  [
    'a line that is not broken',
    { R63: [{ ...broken('broken: nobody,'), put: 'broken: nobody,' }], L4 },
    /is not broken by/,
  ],
];
for (const [what, mutations, problem] of WRONG)
  test(`${what} is an error`, () => {
    const problems = check(mutations);
    assert.equal(problems.length, 1, problems.join('\n'));
    assert.match(problems[0] ?? '', problem);
  });

test('a cited test is found by its whole title; what is filled in while it runs may be anything', () => {
  const [one] = citedTests(['test/domain/a.test.ts: "fixed without $', '{lacks} is refused (D13c), R17"'].join(''));
  assert.ok(one && new RegExp(one.pattern).test('fixed without a venue is refused (D13c), R17'));
  assert.ok(one && !new RegExp(one.pattern).test('also fixed without a venue is refused (D13c), R17'));
  assert.deepEqual(citedTests('later'), []);
});

const TESTS = citedTests(PROOF);
const OUTCOMES: readonly (readonly [tap: string, outcome: ReturnType<typeof outcomeOf>])[] = [
  ['TAP version 13\nok 1 - what R63 asks is done, R63\n', 'alive'],
  ['TAP version 13\nnot ok 1 - what R63 asks is done, R63\n', 'killed'],
  ['TAP version 13\n    not ok 1 - what R63 asks is done, R63\nnot ok 1 - a suite\n', 'killed'],
  ['TAP version 13\nnot ok 1 - /tmp/test/domain/proof.test.ts\n', 'does not run'],
  [
    'TAP version 13\nnot ok 1 - what R63 asks is done, R63\n  error: "ReferenceError: gone is not defined"\n',
    'does not run',
  ],
  ['TAP version 13\nnot ok - took too long\n', 'killed'],
];
for (const [tap, outcome] of OUTCOMES)
  test(`${JSON.stringify(tap.slice(15))} is ${outcome}`, () => assert.equal(outcomeOf(tap, TESTS), outcome));

test('a test that was skipped, or was not there, did not run', () => {
  assert.deepEqual(ranTitles('ok 1 - one\nok 2 - two # SKIP\nnot ok 3 - three\n'), ['one', 'three']);
});
