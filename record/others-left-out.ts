// What one person may be given of a case: everybody else stands in it by their role. Ids, names, addresses and telephones of others are taken out, also
// from within what people wrote. No program finds what is written about somebody without naming them.

import type { Person } from '../domain/case/model.ts';

/** Fields that hold the domain's own words, left as they are: somebody's id may be spelled like such a word. */
const WORDS = new Set(['type', 'role']);
/** Shorter names are parts of ordinary words as well. */
const SHORTEST_NAME = 3;

export interface WithoutOthers {
  /** The same with everybody else by their role. */
  of<T>(value: T): T;
  /** Whether it names the person, by their id, name or address. */
  names(value: unknown): boolean;
}

/**
 * @param people everybody the case ever knew
 * @param ids what it calls the person
 * @param addresses theirs
 */
export function withoutOthers(
  people: readonly Person[],
  ids: readonly string[],
  addresses: readonly string[],
): WithoutOthers {
  const mine = people.filter(({ id }) => ids.includes(id));
  const others = people.filter(({ id }) => !ids.includes(id));
  const roles = new Map(others.map(({ id, role }) => [id, role]));
  const own = new Set([...mine.map(({ name }) => name), ...addresses].map((one) => one.toLowerCase()));
  const marks = new Map<string, string>();
  for (const { name, email, phone, role } of others)
    for (const mark of [name, email, phone])
      if (mark && mark.length >= SHORTEST_NAME && !own.has(mark.toLowerCase()))
        marks.set(mark.toLowerCase(), `[${role}]`);
  // The longest first: "Anna Smith" before "Anna".
  const spelled = [...marks.keys()].sort((a, b) => b.length - a.length).map(escaped);
  const anyOther =
    spelled.length > 0 ? new RegExp(`(?<![\\p{L}\\p{N}])(?:${spelled.join('|')})(?![\\p{L}\\p{N}])`, 'giu') : undefined;
  const myMarks = [...own].filter((one) => one.length >= SHORTEST_NAME);

  const inText = (text: string): string => {
    const role = roles.get(text);
    if (role !== undefined) return `[${role}]`;
    return anyOther ? text.replace(anyOther, (found) => marks.get(found.toLowerCase()) ?? '[somebody]') : text;
  };
  const of = (value: unknown): unknown => {
    if (typeof value === 'string') return inText(value);
    if (Array.isArray(value)) return value.map(of);
    if (typeof value !== 'object' || value === null) return value;
    if (isPerson(value) && !ids.includes(value.id)) return { role: value.role };
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, WORDS.has(name) ? part : of(part)]));
  };
  const names = (value: unknown): boolean => {
    if (typeof value === 'string') {
      const text = value.toLowerCase();
      return ids.includes(value) || myMarks.some((mark) => text.includes(mark));
    }
    return typeof value === 'object' && value !== null && Object.values(value).some(names);
  };
  return { of: of as <T>(value: T) => T, names };
}

const isPerson = (value: object): value is Person =>
  ['id', 'name', 'role'].every((field) => typeof (value as Readonly<Record<string, unknown>>)[field] === 'string');

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
