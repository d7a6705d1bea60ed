// Signed tokens, short enough for the local part of an address: an id and the first 80 bits of an HMAC over it. Nobody can make one who has not
// the record's secret, and one made for one purpose is none for another.

import { createHmac, timingSafeEqual } from 'node:crypto';
import { base32 } from '../record/base32.ts';

/** 80 bits are 16 letters: a thousand tries a second would take 38 million million years. */
const MAC_LETTERS = 16;

/**
 * An id with its signature.
 * @param secret the record's (`ledgerKey`)
 * @param purpose what it is for: `reply`, `bounce`, …
 * @param id letters and digits of base 32, as a mail's token is
 */
export const sign = (secret: Buffer, purpose: string, id: string): string => `${id}${macOf(secret, purpose, id)}`;

/** The id of a token that was signed for this purpose; null for any other. Capitals are as good: mail programs change them. */
export function readToken(secret: Buffer, purpose: string, token: string): string | null {
  const text = token.toLowerCase();
  if (!/^[a-z2-7]{17,64}$/.test(text)) return null;
  const id = text.slice(0, -MAC_LETTERS);
  const given = Buffer.from(text.slice(-MAC_LETTERS));
  return timingSafeEqual(given, Buffer.from(macOf(secret, purpose, id))) ? id : null;
}

function macOf(secret: Buffer, purpose: string, id: string): string {
  const key = createHmac('sha256', secret).update(`token|${purpose}`).digest();
  return base32(createHmac('sha256', key).update(id).digest()).slice(0, MAC_LETTERS);
}
