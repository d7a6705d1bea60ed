// Text that Postgres cannot hold would fail the same entry for ever: a NUL, and half of a surrogate pair.

// biome-ignore lint/suspicious/noControlCharactersInRegex: NUL is what it looks for
const UNHOLDABLE = /\u0000|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** The same value with a replacement mark for every character that no database takes; plain JSON only. */
export function storable<T>(value: T): T {
  // Both are written as escapes in JSON: without one there is nothing to look for, as nearly always.
  return /\\u(0000|d[89a-f])/i.test(JSON.stringify(value)) ? (cleaned(value) as T) : value;
}

function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(UNHOLDABLE, '\ufffd');
  if (Array.isArray(value)) return value.map(cleaned);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [cleaned(key), cleaned(part)]));
}
