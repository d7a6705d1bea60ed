// The check of docs/rules.md: what it lets pass, and that it can fail in every way it promises to.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { checkRules, openRows, parseRules } from '../../tools/check-rules.ts';

const proof = 'test/domain/proof.test.ts';
const ids = Array.from({ length: 162 }, (_, i) => `R${i + 1}`);
const titles = ids.map((id) => `what ${id} asks is done`);
const files: Record<string, string> = {
  'domain/accept/gates.ts': '',
  [proof]: [
    ...titles.map((title) => `test('${title}', () => {});`),
    "test('the worker\\'s \"R63\"', () => {});",
    '// test("R63 once had a test", () => {});',
    "test.skip('R63 is skipped', () => {});",
    "test.todo(\n  'R63 is still to do',\n);",
  ].join('\n'),
};

/** The whole table, served and proved, with some rows written otherwise, or left out where they are null. */
function table(changes: Record<string, string | null> = {}): string {
  const rows = ids.map((id, i) => {
    const change = changes[id];
    if (change === null) return '';
    return (
      change ?? `| ${id} | gate | asks | “words” | refuses, \`domain/accept/gates.ts\` | ${proof}: "${titles[i]}" |`
    );
  });
  return ['# The rules', '', '| id | topic |', '|---|---|', '| P1 | not a rule |', '', ...rows].join('\n');
}

const row = (id: string, servedBy: string, test: string) => `| ${id} | gate | asks | “words” | ${servedBy} | ${test} |`;
const check = (markdown: string) => checkRules(markdown, (path) => files[path]);
const served = 'refuses, `domain/accept/gates.ts`';

test('a table that serves and proves every rule passes', () => {
  assert.deepEqual(check(table()), []);
});

test('several tests are separated by <br>, and a title may hold either quote', () => {
  const both = `${proof}: "what R63 asks is done"<br>${proof}: "the worker's "R63""`;
  assert.deepEqual(check(table({ R63: row('R63', served, both) })), []);
});

const failures: [what: string, rows: Record<string, string | null>, problem: RegExp][] = [
  ['a missing rule', { R63: null }, /^docs\/rules\.md: R63 has no row/],
  ['a doubled rule', { R64: row('R63', served, `${proof}: "what R63 asks is done"`) }, /R63 has a second row/],
  ['an unknown rule', { R64: row('R163', served, `${proof}: "R163"`) }, /R163 is no rule/],
  ['an open test', { R63: row('R63', served, '-') }, /R63 names no test/],
  ['a rule that is to wait', { R63: row('R63', '-', 'later') }, /R63 names its test as later/],
  ['a test without a title', { R63: row('R63', served, proof) }, /R63 names its test as/],
  ['a test in no such file', { R63: row('R63', served, 'test/gone.test.ts: "R63"') }, /gone\.test\.ts, which does not/],
  [
    'a test that does not exist',
    { R63: row('R63', served, `${proof}: "R63 invented"`) },
    /"R63 invented", which is no/,
  ],
  ['a title without the rule', { R63: row('R63', served, `${proof}: "what R6 asks is done"`) }, /R63 is not mentioned/],
  ['a test that is commented out', { R63: row('R63', served, `${proof}: "R63 once had a test"`) }, /no running test/],
  ['a test that is skipped', { R63: row('R63', served, `${proof}: "R63 is skipped"`) }, /no running test/],
  ['a test still to do', { R63: row('R63', served, `${proof}: "R63 is still to do"`) }, /no running test/],
  ['one bad test of two', { R63: row('R63', served, `${proof}: "what R63 asks is done"<br>later`) }, /as later;/],
  ['nothing that serves it', { R63: row('R63', '-', `${proof}: "what R63 asks is done"`) }, /names no file/],
  [
    'a file that is gone',
    { R63: row('R63', '`domain/gone.ts`', `${proof}: "what R63 asks is done"`) },
    /gone\.ts, which/,
  ],
  ['a row with a cell too few', { R63: '| R63 | gate | asks | - | - |' }, /R63: a row has six filled cells/],
];

for (const [what, rows, problem] of failures) {
  test(`the check fails on ${what}`, () => {
    const problems = check(table(rows));
    assert.ok(problems.length > 0);
    assert.match(problems.join('\n'), problem);
  });
}

test('the open rows are those with an open cell', () => {
  const markdown = table({
    R1: row('R1', '-', '-'),
    R2: row('R2', '-', `${proof}: "R2"`),
  });
  assert.deepEqual(
    openRows(markdown).map((open) => open.rule),
    ['R1', 'R2'],
  );
});

test('the project’s own table has every rule once, each with the words it rests on', () => {
  const { rows, problems } = parseRules(readFileSync(new URL('../../docs/rules.md', import.meta.url), 'utf8'));
  assert.deepEqual(problems, []);
  assert.deepEqual(
    rows.map((each) => each.rule),
    ids,
  );
  for (const { rule, words } of rows) assert.match(words, /^“.{5,}”$/, rule);
});
