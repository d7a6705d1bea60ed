// One value of a column, sealed, as text: `nd2.<data key id>.<base64url>`. A jsonb column holds it as a JSON string, a text column as it is.

import { CannotRead, type DataKey, seal, unseal } from './data-key.ts';

const FORM = /^nd2\.([0-9a-f]{16})\.([A-Za-z0-9_-]+)$/;

export const isSealed = (value: unknown): value is string => typeof value === 'string' && FORM.test(value);

/** `about` is `<owner>|<table>.<column>`: a value that is moved to another row's owner, or to another column, does not open. */
export const sealValue = (key: DataKey, about: string, value: unknown): string =>
  `nd2.${key.id}.${seal(key, about, Buffer.from(JSON.stringify(value), 'utf8')).toString('base64url')}`;

/** @throws CannotRead for what is not sealed, for another's, and for what was altered */
export function openValue(key: DataKey, about: string, sealed: string): unknown {
  const [, id, content] = FORM.exec(sealed) ?? [];
  if (id === undefined || content === undefined) throw new CannotRead('what is to be opened is not sealed');
  if (id !== key.id) throw new CannotRead(`what is sealed needs the key ${id}, and was given ${key.id}`);
  const bytes = Buffer.from(content, 'base64url');
  // Base64 has several spellings of one content: only its own is taken, so that nothing is altered unseen.
  if (bytes.toString('base64url') !== content) throw new CannotRead('what is sealed was altered');
  return JSON.parse(unseal(key, about, bytes).toString('utf8'));
}
