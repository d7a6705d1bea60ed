// The ring of key-encryption keys (KEKs): what wraps every data key. Reading it only; where it is kept is ring-source.ts.

import { randomBytes } from 'node:crypto';
import { type DataKey, KEY_BYTES } from './data-key.ts';

/** Keys by name. The active one wraps what is new; the others open what they wrapped. */
export interface KeyRing {
  readonly active: string;
  readonly keys: ReadonlyMap<string, DataKey>;
}

/** The ring cannot be used: one line with what is wrong and the way out, never with a key in it. */
export class BadKeyRing extends Error {
  override readonly name = 'BadKeyRing';
}

const NAME = /^[a-z0-9][a-z0-9-]{0,31}$/;

/** @param where what a fault names: a file, a variable, a command. @throws BadKeyRing */
export function parseKeyRing(text: string, where: string): KeyRing {
  const fault = (what: string): never => {
    throw new BadKeyRing(`${where}: ${what}; see docs/keys.md`);
  };
  const { version, active, keys, ...others } = object(json(text, where), () => fault('a key ring is a JSON object'));
  if (version !== 1) fault('a key ring has "version": 1');
  for (const name of Object.keys(others)) fault(`a key ring has no "${name.slice(0, 40)}"`);
  const read = new Map<string, DataKey>();
  for (const [name, secret] of Object.entries(object(keys, () => fault('"keys" is an object of keys by name')))) {
    if (!NAME.test(name)) fault('a name of a key is of small letters, digits and hyphens, at most 32 of them');
    const bytes = typeof secret === 'string' ? Buffer.from(secret, 'base64') : Buffer.alloc(0);
    if (bytes.length !== KEY_BYTES || bytes.toString('base64') !== secret)
      fault(`the key "${name}" is not 32 bytes in base64: is it cut off?`);
    read.set(name, { id: name, bytes });
  }
  if (typeof active !== 'string' || !read.has(active)) return fault('"active" names none of the keys');
  return { active, keys: read };
}

export const ringAsJson = ({ active, keys }: KeyRing): string =>
  `${JSON.stringify(
    {
      version: 1,
      active,
      keys: Object.fromEntries([...keys].map(([name, { bytes }]) => [name, bytes.toString('base64')])),
    },
    undefined,
    2,
  )}\n`;

/** The ring with one more key, which is the active one from now on. Its name counts on from the last: `k1`, `k2`. */
export function withNewKey(ring: KeyRing | undefined): KeyRing {
  const counted = [...(ring?.keys.keys() ?? [])].map((name) => Number(/^k(\d{1,6})$/.exec(name)?.[1] ?? 0));
  const active = `k${Math.max(0, ...counted) + 1}`;
  return {
    active,
    keys: new Map([...(ring?.keys ?? []), [active, { id: active, bytes: randomBytes(KEY_BYTES) }]]),
  };
}

function json(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own words would show part of what it read.
    throw new BadKeyRing(`${where}: is not JSON: is it cut off, or another file? See docs/keys.md`);
  }
}

const object = (value: unknown, fault: () => never): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : fault();
