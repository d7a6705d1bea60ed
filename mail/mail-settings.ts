// The settings for mails.

import type { CaseIdentity, Notice } from '../domain/notices/notice.ts';
import type { Labels } from '../domain/notices/words.ts';
import type { OpenRecord } from '../record/open.ts';
import { addressFault } from './address.ts';
import { policyLabels } from './labels.ts';
import { readReplyDomain } from './reply-address.ts';

/** A page behind a mail. */
export interface Link {
  /** What the reader does there: "Say that the minutes came". */
  readonly label: string;
  readonly url: string;
}

export interface MailSettings {
  /** The relay is an inbox to look into: nothing is held back for the night. */
  readonly wakesNobody?: boolean | undefined;
  /** The sender. Message-IDs have its domain. */
  readonly sender: { readonly name: string; readonly address: string };
  /** The domain at which Nodrift takes calendars' answers and bounces; without one neither comes back to it. */
  readonly replyDomain?: string | undefined;
  /** An authority's words for meetings and roles; the usual ones where absent. */
  readonly labels?: ((authority: string) => Promise<Labels>) | undefined;
  /** Pages behind a mail. */
  readonly links?: ((of: CaseIdentity, notice: Notice) => readonly Link[]) | undefined;
  /** Where the installation's pages begin, `https://nodrift.example.gov.uk`; absent where it shows none. */
  readonly pages?: string | undefined;
}

/** A bad morning of a manager with seven teams is fifty; nobody reads more. */
const MAILS_AN_HOUR = 60;

/** Reads how many mails one person gets within an hour. @throws Error with one line for what is no such number */
export function readMailsAnHour(text: string | undefined): number {
  if (text === undefined || text === '') return MAILS_AN_HOUR;
  const mails = Number(text);
  if (Number.isInteger(mails) && mails >= 1 && mails <= 10_000) return mails;
  throw new Error(`NODRIFT_MAILS_AN_HOUR must be a whole number from 1 to 10000, not "${text}"`);
}

export const senderDomain = (settings: MailSettings): string =>
  settings.sender.address.slice(settings.sender.address.lastIndexOf('@') + 1);

/**
 * Reads the sender: `Nodrift <nodrift@notify.example.gov.uk>`, or the address alone.
 * @throws Error with one line where it cannot be used: a relay would refuse every mail from it
 */
export function readSender(text: string): MailSettings['sender'] {
  const [, name = '', address = ''] = /^\s*"?([^<>]*?)"?\s*<([^<>]*)>\s*$/.exec(text) ?? ['', '', text.trim()];
  if (addressFault(address))
    throw new Error(`NODRIFT_MAIL_FROM must look like Nodrift <nodrift@notify.example.gov.uk>, not "${text}"`);
  return { name: name || 'Nodrift', address };
}

/** The settings of the environment, with the labels of the policies in the record. @throws Error with one line when the sender cannot be used */
export const mailSettings = (
  record: OpenRecord,
  from = 'Nodrift <nodrift@nodrift.example>',
  links?: MailSettings['links'],
  replyDomain?: string,
  pages?: string,
): MailSettings => ({
  sender: readSender(from),
  replyDomain: readReplyDomain(replyDomain),
  labels: policyLabels(record),
  links,
  pages,
});
