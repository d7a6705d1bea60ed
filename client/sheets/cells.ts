// What stands in one cell of a sheet: dates as people and Excel write them, yes and no, numbers, texts that no spreadsheet would take for a formula.

import { type LocalDate, type LocalDateTime, localDate, localDateTime } from '../../domain/time/calendar.ts';
import { isAddress, NO_ADDRESS } from '../address-form.ts';
import type { CellKind } from './sheet-columns.ts';

/** What a cell says, or what is wrong with it: never with its text, which may be a name. */
export type Cell = { readonly value: string | number | boolean | readonly string[] } | { readonly fault: string };

/** How a sheet writes days that could be read in two ways; undefined where it does not say. */
export type DayOrder = 'dd/mm/yyyy' | 'mm/dd/yyyy' | undefined;

/** A text that begins so is a formula for Excel, which runs it when somebody opens a file that it came back in. */
const FORMULA = /^[=+\-@\t\r]/;
const FORMULA_FAULT = 'begins with = + - or @, as a formula does: take that sign away';

/** @param text trimmed, and not empty */
export function readCell(text: string, is: CellKind, order: DayOrder): Cell {
  switch (is) {
    case 'date':
      return readDate(text, order);
    case 'time':
      return readTime(text, order);
    case 'yes':
      return readYes(text);
    case 'number':
      return /^\d{1,4}(?:\.0+)?$/.test(text) ? { value: Number(text) } : { fault: 'must be a whole number' };
    case 'list':
      return FORMULA.test(text) ? { fault: FORMULA_FAULT } : listed(text.split('|').map((one) => one.trim()));
    case 'phone':
      // An international number begins with +; what else it may hold its own check says.
      return FORMULA.test(text) && !/^\+\d[\d ().x-]*$/i.test(text) ? { fault: FORMULA_FAULT } : { value: text };
    case 'email':
      // Found here and not on the day that a reminder comes back.
      if (FORMULA.test(text)) return { fault: FORMULA_FAULT };
      return isAddress(text) ? { value: text } : { fault: NO_ADDRESS };
    case 'text':
      return FORMULA.test(text) ? { fault: FORMULA_FAULT } : { value: text };
  }
}

const listed = (parts: readonly string[]): Cell =>
  parts.some((one) => FORMULA.test(one)) ? { fault: FORMULA_FAULT } : { value: parts.filter(Boolean) };

function readYes(text: string): Cell {
  if (/^(?:yes|y|true|1)$/i.test(text)) return { value: true };
  if (/^(?:no|n|false|0)$/i.test(text)) return { value: false };
  return { fault: 'must be yes or no' };
}

const WRITE = 'write it as 2026-11-23';

function readDate(text: string, order: DayOrder): Cell {
  // Exports write a day as its midnight.
  const day = dayIn(text.replace(/[ T]00:00(?::00(?:\.0+)?)?(?: ?AM)?Z?$/, ''), order);
  return 'fault' in day ? day : { value: day.day };
}

function readTime(text: string, order: DayOrder): Cell {
  const match = /^(.+?)[ T](\d{1,2})[:.](\d{2})(?::00(?:\.0+)?)?$/.exec(text);
  if (!match) {
    const day = dayIn(text, order);
    return { fault: 'fault' in day ? day.fault : 'must be a date with a time, such as 2026-12-03 10:00' };
  }
  const day = dayIn(match[1] ?? '', order);
  if ('fault' in day) return day;
  const time = `${day.day}T${match[2]?.padStart(2, '0')}:${match[3]}`;
  const moment = attempt(() => localDateTime(time));
  return moment === undefined ? { fault: 'there is no such time of day' } : { value: moment as LocalDateTime };
}

type Day = { readonly day: LocalDate } | { readonly fault: string };

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

function dayIn(text: string, order: DayOrder): Day {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return dayOf(text);
  const worded = /^(\d{1,2})[- ]([A-Za-z]{3})[A-Za-z]*[- ](\d{4})$/.exec(text);
  const month = worded ? MONTHS.indexOf((worded[2] ?? '').toLowerCase()) + 1 : 0;
  if (worded && month > 0) return dayOf(iso(worded[3], month, worded[1]));
  const slashed = /^(\d{1,2})[/.](\d{1,2})[/.](\d{4})$/.exec(text);
  if (slashed) return ordered(Number(slashed[1]), Number(slashed[2]), slashed[3] ?? '', order);
  if (/^\d{1,2}[/.-]\d{1,2}[/.-]\d{2}$/.test(text)) return { fault: `has a year of two digits: ${WRITE}` };
  if (/^\d{5}(?:\.\d+)?$/.test(text))
    return { fault: `is the number that Excel keeps for a date: format the column as a date, or ${WRITE}` };
  return { fault: `is not a date: ${WRITE}` };
}

/** `25/12/2026` is one day whoever reads it, `03/04/2026` only where the order is said. */
function ordered(first: number, second: number, year: string, order: DayOrder): Day {
  const [british, american] = [iso(year, second, first), iso(year, first, second)];
  if (order === 'dd/mm/yyyy') return dayOf(british);
  if (order === 'mm/dd/yyyy') return dayOf(american);
  if (first === second || first > 12) return dayOf(british);
  if (second > 12) return { fault: `has the month before the day: ${WRITE}, or say that dates are mm/dd/yyyy` };
  return { fault: `may be ${british} or ${american}: say that dates are dd/mm/yyyy, or ${WRITE}` };
}

const iso = (year: string | undefined, month: number, day: number | string | undefined): string =>
  `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;

function dayOf(text: string): Day {
  const day = attempt(() => localDate(text));
  return day === undefined ? { fault: 'there is no such day' } : { day };
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** A text as a cell of a report: nothing in it is a formula to whoever opens it, and no cell ends early. */
export function safeCell(text: string): string {
  const plain = FORMULA.test(text) ? `'${text}` : text;
  return /[",;\t\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
