// When two pieces of plain data say the same: an event that is sent again, a policy of the same version.

/** Whether two values say the same, whatever the order of their fields. */
export function sameContent(a: unknown, b: unknown): boolean {
  return stable(a) === stable(b);
}

/** JSON with keys in order and nothing undefined: the same content is the same text. */
export function stable(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(stable).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).filter(([, v]) => v !== undefined);
  return `{${entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([k, v]) => `${JSON.stringify(k)}:${stable(v)}`)
    .join()}}`;
}
