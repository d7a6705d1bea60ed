// A paper as plain text, for a terminal.

import type { Paper, Part } from '../domain/documents/paper.ts';

/** @returns its lines; a table is one line a row, its cells apart */
export function toLines(paper: Paper): readonly string[] {
  return [
    paper.title,
    ...paper.facts.filter(([, value]) => value !== '').map(([label, value]) => `${label}: ${value}`),
    ...paper.parts.flatMap(part),
    ...paper.links.flatMap(({ label, url }) => ['', `${label}: ${url}`]),
  ];
}

function part({ heading, lines, table }: Part): readonly string[] {
  const rows = table?.rows ?? [];
  return [
    '',
    heading,
    ...lines.map((line) => `  - ${line}`),
    ...rows.map((row) => `  ${row.map((cell) => (cell === '' ? '____' : cell)).join('  |  ')}`),
  ];
}
