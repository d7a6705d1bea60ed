// What a mutation run has to know about a table of mutations, the rows of docs/rules.md and what a test runner prints. Used by mutate.ts.
import { parseLifeRows, parseRules } from './check-rules.ts';
import type { Mutation } from './mutations.ts';

/** A test that a row cites. */
export interface CitedTest {
  readonly file: string;
  readonly title: string;
  /** Its title as a pattern: one that is put together while it runs has `${…}` in it. */
  readonly pattern: string;
}

/** The tests in the last cell of a row; none for a row that waits. */
export function citedTests(cell: string): readonly CitedTest[] {
  return cell.split('<br>').flatMap((name) => {
    const [, file, title] = /^(test\/[\w./-]+\.test\.ts): "(.+)"$/.exec(name.trim()) ?? [];
    if (file === undefined || title === undefined) return [];
    const parts = title.split(/\$\{[^}]*\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    return [{ file, title, pattern: `^${parts.join('.*')}$` }];
  });
}

/** Everything wrong with the table, one line each: a text that is no longer there, or not once; a row without a line; a line without a row. */
export function checkMutations(
  markdown: string,
  mutations: Readonly<Record<string, readonly Mutation[]>>,
  readFile: (path: string) => string,
): string[] {
  const rows = [...parseRules(markdown).rows, ...parseLifeRows(markdown)];
  const proved = rows.filter(({ test }) => citedTests(test).length > 0).map(({ rule }) => rule);
  return [
    ...proved.filter((rule) => !mutations[rule]?.length).map((rule) => `${TABLE} ${rule} has no line to break`),
    ...Object.entries(mutations).flatMap(([rule, all]) => [
      ...(proved.includes(rule) ? [] : [`${TABLE} ${rule} has no row in docs/rules.md, or one that cites no test`]),
      ...all.flatMap(({ file, find, put }) => {
        const times = readFile(file).split(find).length - 1;
        if (times === 1) return find === put ? [`${TABLE} ${rule}: ${find} is not broken by ${put}`] : [];
        return [
          `${TABLE} ${rule}: "${find}" is ${times === 0 ? 'not' : `${times} times`} in ${file}; it must be there once`,
        ];
      }),
    ]),
  ];
}

const TABLE = 'tools/mutations.ts:';

const unescaped = (title: string): string => title.replace(/\\(.)/g, '$1');

/** The titles of the tests that failed. A file that cannot be read at all stands for itself. */
export const failedTitles = (tap: string): readonly string[] =>
  [...tap.matchAll(/^ *not ok \d+ - (.*)$/gm)].map(([, title]) => unescaped(title ?? ''));

/** The titles of the tests that ran, however they ended. */
export const ranTitles = (tap: string): readonly string[] =>
  [...tap.matchAll(/^ *(?:not )?ok \d+ - (.*)$/gm)]
    .map(([, title]) => unescaped(title ?? ''))
    .filter((title) => !/ # SKIP/.test(title));

/** What came of one broken line: a cited test failed, none did, or the line is broken so that nothing runs any more. */
export type Outcome = 'killed' | 'alive' | 'does not run';

export function outcomeOf(tap: string, tests: readonly CitedTest[]): Outcome {
  if (/\b(?:SyntaxError|ReferenceError|TransformError|Transform failed)\b/.test(tap)) return 'does not run';
  const failed = failedTitles(tap);
  if (tests.some(({ pattern }) => failed.some((title) => new RegExp(pattern).test(title)))) return 'killed';
  if (/^not ok - took too long$/m.test(tap)) return 'killed';
  return failed.length > 0 ? 'does not run' : 'alive';
}
