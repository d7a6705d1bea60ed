// What an installation says about its mails.

import type { CaseIdentity, Notice } from '../domain/notices/notice.ts';
import type { Labels } from '../domain/notices/words.ts';
import type { OpenRecord } from '../record/open.ts';
import { addressFault } from './address.ts';
import { policyLabels } from './labels.ts';

/** A page behind a mail. */
export interface Link {
  /** "Say that the minutes came": what the reader does there. */
  readonly label: string;
  readonly url: string;
}

export interface MailSettings {
  /** Who the mails are from; its domain is that of their Message-IDs. */
  readonly sender: { readonly name: string; readonly address: string };
  /** What an authority calls meetings and roles; defaults where absent. */
  readonly labels?: ((authority: string) => Promise<Labels>) | undefined;
  /** Pages behind a mail, where there are any. */
  readonly links?: ((of: CaseIdentity, notice: Notice) => readonly Link[]) | undefined;
}

export const senderDomain = (settings: MailSettings): string =>
  settings.sender.address.slice(settings.sender.address.lastIndexOf('@') + 1);

/**
 * Reads who the mails are from: `Nodrift <nodrift@notify.example.gov.uk>`, or the address alone.
 * @throws Error with one line: with a bad sender a relay would refuse every mail.
 */
export function readSender(text: string): MailSettings['sender'] {
  const [, name = '', address = ''] = /^\s*"?([^<>]*?)"?\s*<([^<>]*)>\s*$/.exec(text) ?? ['', '', text.trim()];
  if (addressFault(address))
    throw new Error(`NODRIFT_MAIL_FROM must look like Nodrift <nodrift@notify.example.gov.uk>, not "${text}"`);
  return { name: name || 'Nodrift', address };
}

/** What the environment says about mails, with the labels of the policies in the record. @throws Error with one line when the sender is none */
export const mailSettings = (record: OpenRecord, from = 'Nodrift <nodrift@nodrift.example>'): MailSettings => ({
  sender: readSender(from),
  labels: policyLabels(record),
});
