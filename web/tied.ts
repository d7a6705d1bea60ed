// What ties a form to the browser it was shown in: a nonce over a cookie, the link and the turn. A form that somebody else's page, or a mail
// scanner without a memory, sends has none that fits.

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** A form may stay open over a day's work, not longer. */
const GOOD_FOR_MINUTES = 12 * 60;

/** What is shown in a browser, which keeps this in a cookie. */
export const newBrowser = (): string => randomBytes(16).toString('base64url');
export const isBrowser = (text: string | undefined): text is string => /^[A-Za-z0-9_-]{22}$/.test(text ?? '');

export interface Tied {
  readonly browser: string;
  readonly token: string;
  /** How many answers came by this link before. */
  readonly turn: number;
}

/** The nonce of a form that is shown now. */
export function nonceFor(secret: Buffer, tied: Tied, now: Date): string {
  const minute = Math.floor(now.getTime() / 60_000);
  return `${minute.toString(36)}.${mac(secret, tied, minute).toString('base64url')}`;
}

/** Whether a form with this nonce was shown in this browser, not too long ago. */
export function isTied(secret: Buffer, tied: Tied, nonce: string, now: Date): boolean {
  const [, stamp = '', given = ''] = /^([0-9a-z]{1,9})\.([A-Za-z0-9_-]{43})$/.exec(nonce) ?? [];
  if (given === '') return false;
  const minute = Number.parseInt(stamp, 36);
  const age = now.getTime() / 60_000 - minute;
  if (!(age >= 0 && age <= GOOD_FOR_MINUTES)) return false;
  const [is, should] = [Buffer.from(given, 'base64url'), mac(secret, tied, minute)];
  return is.length === should.length && timingSafeEqual(is, should);
}

const mac = (secret: Buffer, { browser, token, turn }: Tied, minute: number): Buffer =>
  createHmac('sha256', secret).update([browser, token, turn, minute].join('\0')).digest();
