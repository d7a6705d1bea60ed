// Canaries: words that stand nowhere else, one for each field that could say who a child is. They are put into events by the catalogue's own
// schemas, so that a field which is new has one by itself; and they are found again in whatever bytes somebody could read.

import type * as z from 'zod/mini';
import { type EventType, shapeOf } from '../../domain/case/catalogue.ts';
import { readers } from '../../domain/case/event-fields.ts';
import type { CaseFile, Person } from '../../domain/case/model.ts';

/** Letters alone: it may stand in a name, an address, the name of a language; and it is no word of any. */
const MARK = 'Qzvkxwj';
/** Numbers that the regulator keeps for drama: nobody has them. */
const TELEPHONE = '01632 960';

const READ = readers();
/** Fields of text that hold no words of people: what they say is read by the domain, or is a reference. */
const NOT_WORDS = ['.ref', '.code', '.contact', '.role', '.team', 'checklist-answered.confirmed'];
const noWords = (path: string) => NOT_WORDS.some((end) => path.endsWith(end));
/** A place that is named only together with a time. */
const ONLY_WHERE_GIVEN = 'brought-in.meetings.venue';
/** What the domain reads in a field of words. */
const READ_BY_DOMAIN = ['withheld'];

/** The canaries of a scan, each with what it stands for. */
export class Canaries {
  readonly #what: string[] = [];
  readonly #numbers: string[] = [];

  /** A new one. @param what what it stands for: `a core group: meeting-held.reason` */
  word(what: string): string {
    this.#what.push(what);
    return MARK + lettersOf(this.#what.length - 1);
  }
  address(what: string): string {
    return `${this.word(what).toLowerCase()}@canary.example`;
  }
  telephone(what: string): string {
    this.#numbers.push(what);
    return `${TELEPHONE} ${String(this.#numbers.length - 1).padStart(3, '0')}`;
  }

  /** What a canary that was found stands for. @param letters as `found` gives them */
  what(letters: string): string {
    if (/^\d/.test(letters)) return this.#numbers[Number(letters)] ?? `a telephone number, ${letters}`;
    return this.#what[numberOf(letters)] ?? `a canary, ${letters}`;
  }

  /** Everything it stands for so far. */
  get all(): readonly string[] {
    return [...this.#what, ...this.#numbers];
  }
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const lettersOf = (n: number): string => [676, 26, 1].map((of) => LETTERS[Math.floor(n / of) % 26]).join('');
const numberOf = (letters: string): number =>
  [...letters.toLowerCase()].reduce((sum, letter) => sum * 26 + LETTERS.indexOf(letter), 0);

/** An event with a canary in every field that holds people's words, also where it may be left out. @param about the story it is of */
export function withCanaries(type: EventType, event: unknown, canaries: Canaries, about: string): unknown {
  const filled = object(shapeOf(type), event, canaries, `${about}: ${type}`);
  const inner = filled.event as { readonly type: EventType } | undefined;
  // What a correction holds is read as the event it is.
  if (inner) filled.event = withCanaries(inner.type, inner, canaries, `${about}: ${type} of`);
  return { ...(event as object), ...filled };
}

function object(shape: z.core.$ZodShape, value: unknown, canaries: Canaries, path: string): Record<string, unknown> {
  const given = (value ?? {}) as Readonly<Record<string, unknown>>;
  const filled: Record<string, unknown> = {};
  for (const [field, schema] of Object.entries(shape)) {
    const one = noWords(`${path}.${field}`)
      ? given[field]
      : fill(schema as z.core.$ZodType, given[field], canaries, `${path}.${field}`);
    if (one !== undefined) filled[field] = one;
  }
  return filled;
}

function fill(schema: z.core.$ZodType, value: unknown, canaries: Canaries, path: string): unknown {
  if (schema === READ.text || schema === READ.contents) {
    if (READ_BY_DOMAIN.includes(value as string)) return value;
    return typeof value === 'string' ? `${canaries.word(path)} ${value}` : canaries.word(path);
  }
  if (schema === READ.items) return [...((value as string[]) ?? []), canaries.word(path)];
  if (schema === READ.papers) return [...((value as string[]) ?? []), `other: ${canaries.word(path)}`];
  if (schema === READ.person) return value === undefined ? value : personWith(value as Person, canaries, path);
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'optional':
      // A group that is not there stays away: what it would say may not be so.
      return value === undefined && (path.endsWith(ONLY_WHERE_GIVEN) || !WORDS().includes(def.innerType))
        ? value
        : fill(def.innerType, value, canaries, path);
    case 'array':
      return (value as readonly unknown[] | undefined)?.map((one) => fill(def.element, one, canaries, path));
    case 'object':
      return value === undefined ? value : object(def.shape, value, canaries, path);
    case 'union': {
      if (typeof value !== 'object') return value;
      const group = def.options.find((one) => one === READ.person || kindOf(one) === 'object');
      return group ? fill(group, value, canaries, path) : value;
    }
    default:
      return value;
  }
}

const WORDS = (): readonly unknown[] => [READ.text, READ.contents, READ.items, READ.papers];
const kindOf = (schema: z.core.$ZodType): string => (schema as z.core.$ZodTypes)._zod.def.type;

/** Every place where a type of event holds people's words, as `withCanaries` names it: `meeting-held.reason`. */
export function placesOfWords(type: EventType): readonly string[] {
  return within(shapeOf(type), type);
}

function within(shape: z.core.$ZodShape, path: string): readonly string[] {
  return Object.entries(shape)
    .filter(([field]) => !noWords(`${path}.${field}`))
    .flatMap(([field, schema]) => placesIn(schema as z.core.$ZodType, `${path}.${field}`));
}

function placesIn(schema: z.core.$ZodType, path: string): readonly string[] {
  if (WORDS().includes(schema)) return [path];
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'optional':
      return placesIn(def.innerType, path);
    case 'array':
      return placesIn(def.element, path);
    case 'object':
      return within(def.shape, path);
    case 'union':
      return def.options.flatMap((one) => placesIn(one as z.core.$ZodType, path));
    default:
      return schema === READ.person ? [`${path}.name`, `${path}.agency`, `${path}.email`] : [];
  }
}

/** Somebody of whom all is a canary but who they are to the case. */
export const personWith = (person: Person, canaries: Canaries, path: string): Person => {
  const of = (field: string) => `${path} ${person.id}, ${field}`;
  return {
    ...person,
    name: canaries.word(of('name')),
    agency: canaries.word(of('agency')),
    phone: canaries.telephone(of('telephone')),
    needs: { interpreter: canaries.word(of('language')), format: 'large-print' },
    ...(person.email === undefined ? {} : { email: canaries.address(of('address')) }),
  };
};

export const fileWith = (file: CaseFile, canaries: Canaries, about: string): CaseFile => ({
  ...file,
  people: file.people.map((person) => personWith(person, canaries, `${about}:`)),
});

/**
 * The mark as it stands in bytes: in any case, and with a byte between any two of its letters: a database that compresses a value breaks what it holds
 * up like that. Not with a letter or a digit between: hashes and what is sealed are long rows of these, and would hold every mark by chance.
 */
const BREAK = '[^0-9A-Za-z_-]??';
const split = (text: string) => [...text].join(BREAK);
const then = (what: string) => `${BREAK}(${what})`.repeat(3);
const IN_BYTES = new RegExp(`${split(MARK)}${then('[a-z]')}`, 'gi');
const NUMBERS = new RegExp(`${split(TELEPHONE.slice(1)).replaceAll(' ', ' ?')}${then('\\d')}`, 'g');
const DISGUISED = [MARK, MARK.toLowerCase()].flatMap((mark) => [
  Buffer.from(mark).toString('hex'),
  Buffer.from(mark, 'utf16le').toString('latin1'),
  ...[0, 1, 2].map((before) => base64Within(mark, before)),
]);

/** What of a text's base64 is the same whatever stands before and behind it. @param before how many bytes stand before it in its group */
function base64Within(text: string, before: number): string {
  const bits = (bytes: number) => (bytes * 8) / 6;
  const all = Buffer.from('\0'.repeat(before) + text).toString('base64');
  return all.slice(Math.ceil(bits(before)), Math.floor(bits(before + text.length)));
}

/** The letters of every canary in some bytes; `base64 or the like` where one stands there in another writing. */
export function found(bytes: Buffer | string): ReadonlySet<string> {
  const text = typeof bytes === 'string' ? bytes : bytes.toString('latin1');
  const all = new Set<string>();
  for (const expression of [IN_BYTES, NUMBERS])
    for (const [, ...letters] of text.matchAll(expression)) all.add(letters.join('').toLowerCase());
  if (DISGUISED.some((one) => text.includes(one))) all.add(DISGUISE);
  return all;
}
export const DISGUISE = 'base64 or the like';
