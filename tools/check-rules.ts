// Checks docs/rules.md, the one place that says what serves each rule and which test proves it. `--list-open` prints the open rows.
// Reads the repository it is started in; imported by its test only.
import { existsSync, readFileSync } from 'node:fs';
import { isProgram, report } from './report.ts';

const RULES = Array.from({ length: 162 }, (_, i) => `R${i + 1}`);

const OPEN = '-';

export interface RuleRow {
  rule: string;
  kind: string;
  asks: string;
  words: string;
  servedBy: string;
  test: string;
  line: number;
}

/** The text of a file of the repository, or undefined where there is none. */
export type ReadFile = (path: string) => string | undefined;

/** The rows of the table: every Markdown table row that begins with a rule's id. Other tables of the page are left alone. */
export function parseRules(markdown: string): { rows: RuleRow[]; problems: string[] } {
  const rows: RuleRow[] = [];
  const problems: string[] = [];
  for (const [index, text] of markdown.split('\n').entries()) {
    if (!/^\|\s*R\d+\s*\|/.test(text)) continue;
    const cells = text
      .trim()
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim());
    const [rule, kind, asks, words, servedBy, test] = cells;
    if (cells.length !== 6 || !rule || !kind || !asks || !words || !servedBy || !test) {
      problems.push(`${at(index + 1)} ${rule}: a row has six filled cells, "-" for an open one; this one is not so`);
    } else {
      rows.push({ rule, kind, asks, words, servedBy, test, line: index + 1 });
    }
  }
  return { rows, problems };
}

/** A row of the second table: what life asks for, beyond the documents. */
export type LifeRow = Pick<RuleRow, 'rule' | 'asks' | 'servedBy' | 'test' | 'line'>;

/** The rows of the second table, "Life as it is": their ids begin with L. */
export function parseLifeRows(markdown: string): LifeRow[] {
  return markdown.split('\n').flatMap((text, index) => {
    if (!/^\|\s*L\d+\s*\|/.test(text)) return [];
    const [rule = '', asks = '', servedBy = '', test = ''] = text
      .trim()
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim());
    return [{ rule, asks, servedBy, test, line: index + 1 }];
  });
}

/** Everything wrong with the tables, one line each; empty when every rule is served and proved, and whatever of life's rows there is. */
export function checkRules(markdown: string, readFile: ReadFile): string[] {
  const { rows, problems } = parseRules(markdown);
  return [
    ...problems,
    ...RULES.filter((rule) => !rows.some((row) => row.rule === rule)).map(
      (rule) => `docs/rules.md: ${rule} has no row; every rule from R1 to R162 has one`,
    ),
    ...rows.flatMap((row) => [...checkId(row, rows), ...checkProof(row, readFile)]),
    ...parseLifeRows(markdown).flatMap((row) => checkProof(row, readFile)),
  ];
}

/** The rows with nothing yet in one of their cells. */
export function openRows(markdown: string): RuleRow[] {
  return parseRules(markdown).rows.filter((row) => row.test === OPEN || row.servedBy === OPEN);
}

function checkId(row: RuleRow, rows: RuleRow[]): string[] {
  if (!RULES.includes(row.rule)) return [`${at(row.line)} ${row.rule} is no rule; they go from R1 to R162`];
  const first = rows.find((other) => other.rule === row.rule);
  return first === row ? [] : [`${at(row.line)} ${row.rule} has a second row; the first is on line ${first?.line}`];
}

function checkProof(row: LifeRow, readFile: ReadFile): string[] {
  const where = `${at(row.line)} ${row.rule}`;
  if (row.test === OPEN) return [`${where} names no test`];
  return [
    ...checkServedBy(row, where, readFile),
    ...row.test.split('<br>').flatMap((name) => checkTest(row.rule, name.trim(), where, readFile)),
  ];
}

function checkServedBy(row: LifeRow, where: string, readFile: ReadFile): string[] {
  const files = [...row.servedBy.matchAll(/`([\w./-]+\.\w+)`/g)].map((match) => match[1]!);
  if (files.length === 0) return [`${where} has a test, but "Served by" names no file in backquotes`];
  return files
    .filter((file) => readFile(file) === undefined)
    .map((file) => `${where} is served by ${file}, which does not exist`);
}

function checkTest(rule: string, name: string, where: string, readFile: ReadFile): string[] {
  const [, path, title] = /^(test\/[\w./-]+\.test\.ts): "(.+)"$/.exec(name) ?? [];
  if (path === undefined || title === undefined) {
    return [`${where} names its test as ${name}; write test/path.test.ts: "title", several separated by <br>`];
  }
  if (!new RegExp(`\\b${rule}\\b`).test(title))
    return [`${where} is not mentioned in the title of its test "${title}"`];
  const source = readFile(path);
  if (source === undefined) return [`${where} names ${path}, which does not exist`];
  return hasTitle(source, title) ? [] : [`${where} names "${title}", which is no running test of ${path}`];
}

/** Whether the title stands in the file as a string literal that is neither commented out nor the title of a skipped test. */
export function hasTitle(source: string, title: string): boolean {
  return source.split('\n').some((line, index, lines) => {
    if (/^\s*(\/\/|\/?\*)/.test(line) || !literals(title).some((literal) => line.includes(literal))) return false;
    // A long title stands on the line after the call's name.
    return !/\.(skip|todo)\(/.test(`${lines[index - 1]?.trimEnd().endsWith('(') ? lines[index - 1] : ''}${line}`);
  });
}

/** The ways a title can be written in TypeScript. */
function literals(title: string): string[] {
  return ["'", '"', '`'].map((quote) => quote + title.replaceAll('\\', '\\\\').replaceAll(quote, `\\${quote}`) + quote);
}

function at(line: number): string {
  return `docs/rules.md:${line}:`;
}

if (isProgram(import.meta.url)) {
  const markdown = readFileSync('docs/rules.md', 'utf8');
  if (process.argv.includes('--list-open')) {
    for (const row of openRows(markdown)) console.log(`${row.rule}\t${row.kind}\t${row.asks}`);
  } else {
    report(
      checkRules(markdown, (path) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined)),
      `docs/rules.md: all ${RULES.length} rules are served and proved`,
    );
  }
}
