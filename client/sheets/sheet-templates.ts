// The sheets as files to begin with, and the report of an import as one: in whatever opens them, nothing in a cell is a formula.

import { safeCell } from './cells.ts';
import type { ImportFault } from './import-fault.ts';
import { COLUMNS, type Column, ROW_COLUMN, ROW_NAMES, SHEETS, type SheetName } from './sheet-columns.ts';

/** Excel takes a file for UTF-8 only with this mark. */
const MARK = '\ufeff';
const line = (cells: readonly string[]): string => `${cells.map(safeCell).join(',')}\r\n`;
const sheet = (rows: readonly (readonly string[])[]): string => MARK + rows.map(line).join('');

/** One sheet with its made-up examples. */
export const templateOf = (name: SheetName): string =>
  sheet([COLUMNS[name].map((one) => one.name), ...examples(COLUMNS[name])]);

const examples = (columns: readonly Column[]): readonly (readonly string[])[] => {
  const rows = columns[0]?.examples.length ?? 0;
  return Array.from({ length: rows }, (_, i) => columns.map((one) => one.examples[i] ?? ''));
};

/** All sheets in one file: the column `row` says which each row belongs to. */
export function templateOfAll(): string {
  const names = [...new Set(SHEETS.flatMap((one) => COLUMNS[one].map(({ name }) => name)))];
  const rows = Object.entries(ROW_NAMES).flatMap(([word, of]) =>
    examples(COLUMNS[of]).map((cells) => [
      word,
      ...names.map((name) => cells[COLUMNS[of].findIndex((one) => one.name === name)] ?? ''),
    ]),
  );
  return sheet([[ROW_COLUMN, ...names], ...rows]);
}

/** What is wrong, one fault a row. */
export const reportSheet = (faults: readonly (ImportFault & { readonly ref: string })[]): string =>
  sheet([
    ['sheet', 'row', 'ref', 'column', 'problem', 'rule'],
    ...faults.map((one) => [one.sheet, String(one.row), one.ref, one.column ?? '', one.problem, one.rule ?? '']),
  ]);
