// The mail that tells whoever a link was sent to what was recorded by it: they hear of it where somebody else had their link.

import { shown } from './address.ts';
import type { MailSettings } from './mail-settings.ts';
import { singleMail } from './single-mail.ts';
import type { Message } from './smtp.ts';

/** What was recorded, in the words of the page, and how it is taken back. */
export interface Receipt {
  readonly says: readonly string[];
  readonly undo?: { readonly href: string; readonly until: string } | undefined;
}

/**
 * @param to whose link it was, at the address that their case has now
 * @param about.event the id of what was recorded: the same mail, if it is sent twice
 */
export function receiptMail(
  to: { readonly name: string; readonly email: string },
  about: { readonly ref: string; readonly event: string },
  { says, undo }: Receipt,
  { publicUrl, settings }: { readonly publicUrl: string; readonly settings: MailSettings },
): Message {
  const words = {
    subject: `${about.ref}: recorded by your link`,
    lead: 'This was recorded by a link that was sent to you.',
    paragraphs: says,
    listHeading: '',
    list: [],
    facts: [],
    todoHeading: '',
    todo: [],
    links: undo ? [{ label: `Take it back (until ${undo.until})`, url: `${publicUrl}${undo.href}` }] : [],
    rules: [],
    because: 'If that was you, there is nothing to do. If it was not, please take it back, and tell the social worker.',
    footer: 'This e-mail was sent automatically.',
  };
  return singleMail({ name: shown(to.name), address: to.email }, words, settings, {
    kind: 'receipt',
    of: `${about.ref} ${about.event} ${to.email}`,
  });
}
