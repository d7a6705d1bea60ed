// Postgres cannot hold a NUL or half of a surrogate pair. An entry with one would fail for ever, so they are replaced.

// biome-ignore lint/suspicious/noControlCharactersInRegex: NUL is what it looks for
const UNHOLDABLE = /\u0000|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** The value (plain JSON) with a replacement character for each that Postgres cannot hold. */
export function storable<T>(value: T): T {
  // JSON writes both as escapes. Nearly always there is none, and nothing to do.
  return /\\u(0000|d[89a-f])/i.test(JSON.stringify(value)) ? (cleaned(value) as T) : value;
}

function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(UNHOLDABLE, '\ufffd');
  if (Array.isArray(value)) return value.map(cleaned);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [cleaned(key), cleaned(part)]));
}
