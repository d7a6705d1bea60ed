// How commands print: lines, aligned tables, dates and lateness in plain words.

import { daysBetween, type LocalDate } from '../domain/time/calendar.ts';

/** Where a command prints. Each call takes one or more whole lines. */
export interface Output {
  /** @param struck the lines, from 0, that a terminal strikes through; they say so in words too */
  readonly out: (text: string, struck?: ReadonlySet<number>) => void;
  readonly err: (text: string) => void;
  /** Whether a terminal reads it, which obeys more than letters. */
  readonly terminal?: boolean | undefined;
}

/** JSON that also escapes what a terminal would obey. Its value is the same. */
export const printJson = (output: Output, answer: unknown): void =>
  output.out(JSON.stringify(answer, null, 2).replace(UNSAFE, escaped));

/**
 * What a terminal obeys and does not show, or a reader cannot see: control characters, marks that turn the direction of text, tags.
 * Joiners are not among them: names and emoji need them. Nor are line breaks, which `oneLine` removes where they would break a line.
 */
const UNSAFE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not get through
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\p{Cs}|[\u{e0000}-\u{e007f}]/gu;

/** `\u001b`, as JSON writes it. */
const escaped = (character: string): string =>
  Array.from(
    { length: character.length },
    (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`,
  ).join('');

/** The text with such characters escaped: all of it is seen, none of it obeyed. Everything that a command prints goes through this. */
export const harmless = (text: string): string => text.replace(UNSAFE, escaped);

/** A text that people wrote, as part of one line: its own line breaks are removed. */
export const oneLine = (text: string): string => harmless(text.replace(/\s*[\n\r\u0085\u2028\u2029]\s*/g, ' '));

/** The command's output and error output, with everything escaped that a terminal would obey. */
export const harmlessly = ({ out, err, terminal }: Output): Output => ({
  out: (text, struck) => out(terminal && struck ? strike(harmless(text), struck) : harmless(text)),
  err: (text) => err(harmless(text)),
  terminal,
});

/** Lines with some of them struck through, as terminals do it. */
const strike = (text: string, struck: ReadonlySet<number>): string =>
  text
    .split('\n')
    .map((line, i) => (struck.has(i) ? line.replace(/\S.*/, '\u001b[9m$&\u001b[29m') : line))
    .join('\n');

/** Rows as lines with aligned columns. The last column is not padded. */
export function table(given: readonly (readonly string[])[], indent = '  '): readonly string[] {
  const rows = given.map((row) => row.map(oneLine));
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

const DAY = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeZone: 'UTC' });

/** `Tuesday 5 January 2027`, whatever the time zone of the machine. */
export function longDate(date: string): string {
  // Part by part: what stands between them differs from one Node to the next.
  const parts = DAY.formatToParts(Date.parse(date.slice(0, 10)));
  return ['weekday', 'day', 'month', 'year'].map((type) => parts.find((part) => part.type === type)?.value).join(' ');
}

/** `3 days late`; empty until the limit has passed. */
export function lateness(due: LocalDate | null, on: LocalDate): string {
  if (due === null || on <= due) return '';
  const days = daysBetween(due, on);
  return `${days} ${days === 1 ? 'day' : 'days'} late`;
}

/** `1 notice`, `2 notices` */
export const counted = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;
