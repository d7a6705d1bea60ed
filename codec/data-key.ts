// What seals and unseals with one key: AES-256-GCM. Pure: where keys come from is the key store's (case-keys.ts).

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** The key of one owner: 256 random bits, and the name that what it sealed carries. */
export interface DataKey {
  readonly id: string;
  readonly bytes: Buffer;
}

/** What was to be read was not sealed with this key, about this, or was altered since. Its words say nothing of the content. */
export class CannotRead extends Error {
  override readonly name = 'CannotRead';
}

export const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** A key nobody has. Its name is no secret; it is drawn apart, so that it says nothing of the key. */
export const newDataKey = (): DataKey => ({ id: randomBytes(8).toString('hex'), bytes: randomBytes(KEY_BYTES) });

/**
 * Seals: iv (12 bytes), what AES-256-GCM makes of it, tag (16). `about` says what it is and whose: it is authenticated, not stored, so that what
 * was sealed for one place opens at no other.
 */
export const seal = (key: DataKey, about: string, plain: Uint8Array): Buffer =>
  sealWith(randomBytes(IV_BYTES), key, about, plain);

/** For known answers: never with an iv that was used before. */
export function sealWith(iv: Buffer, key: DataKey, about: string, plain: Uint8Array): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key.bytes, iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(about, 'utf8'));
  return Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** @throws CannotRead for another key, another `about`, or a bit that is not as it was */
export function unseal(key: DataKey, about: string, sealed: Uint8Array): Buffer {
  if (sealed.byteLength < IV_BYTES + TAG_BYTES) throw new CannotRead('what is sealed is too short: it was cut off');
  const decipher = createDecipheriv('aes-256-gcm', key.bytes, sealed.subarray(0, IV_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(Buffer.from(about, 'utf8'));
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]);
  } catch {
    throw new CannotRead(`what is sealed does not open with the key ${key.id}: it was altered, or is another's`);
  }
}
