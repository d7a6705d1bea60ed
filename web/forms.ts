// What a page asks, and how an answer is read: every field is checked against what the page offered; nothing has a default.

import { type LocalDate, localDate } from '../domain/time/calendar.ts';
import { shown } from '../mail/address.ts';

interface Asked {
  readonly name: string;
  readonly label: string;
  readonly hint?: string | undefined;
}

export interface Option {
  readonly value: string;
  readonly text: string;
  readonly hint?: string | undefined;
}

/** One question of a page. */
export type Field =
  | (Asked & { readonly is: 'choice' | 'several' | 'select'; readonly options: readonly Option[] })
  | (Asked & { readonly is: 'date' | 'time' | 'line' | 'text' });

/** What is wrong with an answer, at which field. */
export interface Problem {
  readonly field: string;
  readonly text: string;
}

const LONGEST_LINE = 200;
const LONGEST_TEXT = 2000;

/** An answer as it came. Readers note what is wrong; what they give then is not used. */
export class Form {
  readonly problems: Problem[] = [];
  readonly #values: URLSearchParams;

  constructor(values: URLSearchParams) {
    this.#values = values;
  }

  /** Something that does not fit, said at a field. */
  problem(field: string, text: string): undefined {
    this.problems.push({ field, text });
    return undefined;
  }

  raw(name: string): string {
    return this.#values.get(name) ?? '';
  }

  /** One of the options. @param otherwise what to say where nothing, or something that was not offered, is chosen */
  choice(name: string, options: readonly Option[], otherwise: string): string | undefined {
    const value = this.raw(name);
    return options.some((one) => one.value === value) ? value : this.problem(name, otherwise);
  }

  /** Some of the options, in their order; nobody is one who was not offered. */
  several(name: string, options: readonly Option[]): readonly string[] {
    const chosen = this.#values.getAll(name);
    const known = options.filter((one) => chosen.includes(one.value)).map((one) => one.value);
    if (known.length < new Set(chosen).size) this.problem(name, 'Choose from the list only');
    return known;
  }

  /** A date of three parts. @param otherwise what to say where it is no date */
  date(name: string, otherwise: string): LocalDate | undefined {
    const [day, month, year] = ['day', 'month', 'year'].map((part) => this.raw(`${name}-${part}`).trim());
    const text = `${year}-${month?.padStart(2, '0')}-${day?.padStart(2, '0')}`;
    if (!day && !month && !year) return this.problem(name, otherwise);
    try {
      return localDate(text);
    } catch {
      return this.problem(name, `${otherwise}: day, month and year of a day that exists, such as 27 3 2028`);
    }
  }

  /** A time of day, as people type it: `10:00`, `2.30pm`. */
  time(name: string, otherwise: string): string | undefined {
    const text = this.raw(name).trim();
    const [, hours, minutes = '00', half] = /^(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm)?$/i.exec(text) ?? [];
    const twelve = half !== undefined;
    const hour = Number(hours);
    if (hours === undefined || Number(minutes) > 59 || hour > (twelve ? 12 : 23) || (twelve && hour === 0))
      return this.problem(name, `${otherwise}, such as 10:00 or 2:30pm`);
    const of24 = twelve ? (hour % 12) + (half.toLowerCase() === 'pm' ? 12 : 0) : hour;
    return `${String(of24).padStart(2, '0')}:${minutes}`;
  }

  /** One line of text, `undefined` where there is none. @param otherwise what to say where it must not be empty */
  line(name: string, otherwise?: string): string | undefined {
    const text = this.raw(name);
    if (/[\r\n]/.test(text.trim())) return this.problem(name, 'Use one line');
    return this.#written(name, LONGEST_LINE, otherwise, (line) => line.trim());
  }

  /** Text of several lines. */
  text(name: string, otherwise?: string): string | undefined {
    return this.#written(name, LONGEST_TEXT, otherwise, (text) => text.replace(/\r\n?/g, '\n').trim());
  }

  #written(name: string, longest: number, otherwise: string | undefined, tidy: (text: string) => string) {
    const text = tidy(this.raw(name));
    if (text === '') return otherwise === undefined ? undefined : this.problem(name, otherwise);
    if (text.length > longest) return this.problem(name, `Use no more than ${longest} characters`);
    // Marks that turn text round, and controls: nobody types them, and whoever reads on is deceived.
    const plain = text.split('\n').every((line) => shown(line) === line.replace(/\s+/g, ' ').trim());
    return plain ? text : this.problem(name, 'Use plain text: it holds characters that cannot be shown');
  }
}

/** What was typed, to show it again beside what is wrong. */
export function typed(fields: readonly Field[], values: URLSearchParams): Readonly<Record<string, unknown>> {
  const part = (name: string) => shown((values.get(name) ?? '').slice(0, LONGEST_TEXT));
  return Object.fromEntries(
    fields.map(({ is, name }) => {
      if (is === 'several') return [name, values.getAll(name)];
      if (is === 'date')
        return [name, { day: part(`${name}-day`), month: part(`${name}-month`), year: part(`${name}-year`) }];
      if (is === 'text') return [name, (values.get(name) ?? '').slice(0, LONGEST_TEXT)];
      return [name, part(name)];
    }),
  );
}
