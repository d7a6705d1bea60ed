// What a service may be allowed to do. A key or a token has some of these, for some authorities or for all.

/** Each a word for what it opens. They are the public contract: one is added, none is renamed. */
export const SCOPES = [
  'cases:read',
  'cases:write',
  'cases:erase',
  'people:read',
  'people:export',
  'policies:read',
  'policies:write',
  'imports:write',
  'webhooks:write',
  'directory:write',
  'keys:write',
  'audit:read',
  'indicators:read',
] as const;

export type Scope = (typeof SCOPES)[number];

export const isScope = (text: string): text is Scope => (SCOPES as readonly string[]).includes(text);
