// The ids of mails and notices, and hashes of who is written to: all HMACs with the ledger's secret, so that none of them tells anything.

import { createHmac } from 'node:crypto';
import { base32 } from './base32.ts';

/** The ids of one mail. They are the same at every attempt, and do not reveal the case. */
export interface MailIds {
  /** Key of its row. */
  readonly key: string;
  /** For Message-ID and `X-Notification-Id`, without brackets or domain. */
  readonly token: string;
}

/**
 * The ids of one notice for one person of one case, and of the mail where it goes alone. The opening event's id is in them, so that they differ from an
 * older case's of the same reference.
 */
export function mailIds(
  secret: Buffer,
  delivery: { id: string; opening: string },
  notice: string,
  recipient: string,
): MailIds {
  return idsOf(secret, delivery.id, delivery.opening, notice, recipient);
}

/** The ids of a mail of several notices: of what it is made up by. */
export function idsOf(secret: Buffer, ...of: readonly string[]): MailIds {
  const hmac = createHmac('sha256', secret).update(of.join('|')).digest();
  return { key: hmac.toString('hex'), token: base32(hmac).slice(0, 25) };
}

/** Where a mail goes, and to whom: they outlive the mail, and shall not tell who was written to. */
export function whereTo(secret: Buffer, authority: string, address = ''): { destination: string; reader: string } {
  const hash = (what: string) => createHmac('sha256', secret).update(what).digest('hex').slice(0, 32);
  const normal = address.trim().toLowerCase();
  return {
    destination: hash(`destination|${normal.slice(normal.lastIndexOf('@') + 1)}`),
    reader: hash(`reader|${authority}|${normal}`),
  };
}
