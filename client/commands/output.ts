// What commands print with: lines, aligned tables, dates and lateness in plain words.

import { format } from 'date-fns/format';
import { daysBetween, type LocalDate } from '../../domain/calendar.ts';

/** Where a command prints; each call is one or more whole lines. */
export interface Output {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

export const printJson = (output: Output, answer: unknown): void => output.out(JSON.stringify(answer, null, 2));

/** Rows as aligned columns; the last one is not padded. */
export function table(rows: readonly (readonly string[])[], indent = '  '): readonly string[] {
  const widths = rows.reduce<number[]>((all, row) => row.map((cell, i) => Math.max(all[i] ?? 0, cell.length)), []);
  return rows.map(
    (row) =>
      indent +
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
  );
}

/** `Tuesday 5 January 2027`, whatever the time zone of the machine. */
export function longDate(date: string): string {
  const [year, month, day] = date.slice(0, 10).split('-').map(Number);
  return format(new Date(year!, month! - 1, day), 'EEEE d MMMM yyyy');
}

/** `3 days late` on a day; empty while it is not past its limit. */
export function lateness(due: LocalDate | null, on: LocalDate): string {
  if (due === null || on <= due) return '';
  const days = daysBetween(due, on);
  return `${days} ${days === 1 ? 'day' : 'days'} late`;
}

/** `1 notice`, `2 notices` */
export const counted = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;
