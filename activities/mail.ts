// A ledger row as a mail: subject, text, HTML, calendar entry and headers.

import { subject } from '../domain/wording.ts';
import type { LedgerRow } from './ledger.ts';
import type { MailSettings } from './settings.ts';
import type { Message } from './smtp.ts';

/** @throws Error when the row no longer holds what a mail is made of. */
export async function compose(row: LedgerRow, settings: MailSettings): Promise<Message> {
  if (!row.payload) throw new Error('this mail was settled: nothing is left to compose');
  const { case: of, notice, now } = row.payload;
  const line = subject({ ...notice, ref: of.ref }, settings.labels?.(of.authority));
  return {
    from: settings.sender,
    to: { name: notice.to.name, address: notice.to.email },
    subject: line,
    text: `${line}\n`,
    html: `<p>${line}</p>`,
    messageId: row.messageId,
    thread: row.messageId,
    headers: { 'X-Notification-Id': row.messageId.slice(1, row.messageId.indexOf('@')), 'X-Nodrift-Date': now },
    rehearsal: of.rehearsal,
  };
}
