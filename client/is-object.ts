// What was sent, before anybody has judged it.

/** Neither null nor a list. */
export const isObject = (data: unknown): data is Readonly<Record<string, unknown>> =>
  typeof data === 'object' && data !== null && !Array.isArray(data);
