// The two addresses of a mail that Nodrift reads itself: where a calendar's answer goes, and where a relay says that it did not arrive. Each holds
// a token, so nobody makes one up, and an answer names what it answers.

import { addressFault } from './address.ts';
import { readToken, sign } from './tokens.ts';

/** `reply` to a calendar entry, by its token; `bounce` of a mail, by its own. */
export type ReplyKind = 'reply' | 'bounce';

export interface Replies {
  /** The domain whose mail reaches Nodrift. */
  readonly domain: string;
  /** The record's. */
  readonly secret: Buffer;
}

/** @param id letters and digits of base 32 */
export const replyAddress = ({ domain, secret }: Replies, kind: ReplyKind, id: string): string =>
  `${kind}+${sign(secret, kind, id)}@${domain}`;

/** What an address names; null for one that Nodrift did not make, or made for another purpose. */
export function readReplyAddress(
  { domain, secret }: Replies,
  address: string,
): { readonly kind: ReplyKind; readonly id: string } | null {
  const [, kind, token, at] = /^(reply|bounce)\+([a-z2-7]+)@([^@]+)$/i.exec(address) ?? [];
  if (kind === undefined || token === undefined || at?.toLowerCase() !== domain) return null;
  const which = kind.toLowerCase() as ReplyKind;
  const id = readToken(secret, which, token);
  return id === null ? null : { kind: which, id };
}

/** Reads the domain for answers; undefined where there is none. @throws Error with one line for what is no domain */
export function readReplyDomain(text: string | undefined): string | undefined {
  const domain = text?.trim().toLowerCase();
  if (!domain) return undefined;
  if (addressFault(`reply@${domain}`) || !domain.includes('.'))
    throw new Error(`NODRIFT_REPLY_DOMAIN must be a domain such as reply.example.gov.uk, not "${text}"`);
  return domain;
}
