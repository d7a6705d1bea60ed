// Mails of the shadow, in the words they would have had: composed by what composes those that are sent, without the pages behind them, for
// whoever reads here is not who was meant.

import type { OpenRecord } from '../record/open.ts';
import { placeOf, type ShadowWish, shadowPage } from '../record/shadow-pages.ts';
import { compose } from './compose.ts';
import type { MailSettings } from './mail-settings.ts';

export interface ShownMail {
  readonly at: string;
  readonly cases: readonly string[];
  /** Their id in the first of these cases, and as what they are written to. */
  readonly to: string;
  readonly role: string;
  readonly kinds: readonly string[];
  readonly subject: string;
  readonly text: string;
}

/** @returns `next`: the place of the last, where there may be more. @throws RecordUnavailable */
export async function shadowMails(
  record: OpenRecord,
  settings: MailSettings,
  wish: ShadowWish,
): Promise<{ readonly mails: readonly ShownMail[]; readonly next: string | undefined }> {
  const page = await shadowPage(record, wish);
  const labels = await settings.labels?.(wish.authority);
  const { sender } = settings;
  const mails = page.map(({ at, mail, round, notices }): ShownMail => {
    const messageId = `<${mail.slice(0, 25)}@shadow>`;
    const said = { messageId, round, notices: notices.map((payload) => ({ payload })) };
    const { subject, text } = compose(said, { sender }, record.ledgerKey, labels);
    const first = notices[0]!.notice.to;
    const unique = (all: readonly string[]) => [...new Set(all)];
    return {
      at: at.toISOString(),
      cases: unique(notices.map((one) => one.case.id)),
      to: first.id,
      role: first.role,
      kinds: unique(notices.map(({ notice }) => notice.kind)),
      subject,
      text: withoutAddresses(text),
    };
  });
  const last = page.at(-1);
  return { mails, next: last && page.length === wish.limit ? placeOf(last) : undefined };
}

const withoutAddresses = (text: string): string => text.replace(/[^\s@<>()]+@[^\s@<>()]+\.[^\s@<>(),;]+/g, '(address)');
