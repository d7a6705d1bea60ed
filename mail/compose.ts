// A mail as it goes: words, templates, calendar entry and headers.

import { type Labels, listed } from '../domain/notices/words.ts';
import type { Instant } from '../domain/time/calendar.ts';
import { mailIds } from '../record/mail-ids.ts';
import type { Payload } from '../record/schema.ts';
import { calendarEntry, calendarToken } from './calendar-entry.ts';
import { latest } from './digest-lines.ts';
import { digestMail } from './digest-mail.ts';
import { type MailSettings, senderDomain } from './mail-settings.ts';
import { rendered } from './rendered.ts';
import { replyAddress } from './reply-address.ts';
import type { Message } from './smtp.ts';
import { wording } from './wording.ts';

/** A mail's Message-ID, and what it has to say. */
export interface Composable {
  readonly messageId: string;
  /** The one mail of a morning, with whatever its reader is asked. */
  readonly round?: boolean;
  readonly notices: readonly { readonly payload: Payload | null }[];
}

/**
 * Composes a mail of one notice, or of several that say the same of siblings. The same notices give the same mail, so a second copy after a lost answer
 * is a copy.
 * @param secret the ledger's: thread and calendar ids come from it, as opaque as the Message-ID.
 * @param called what the authority calls meetings and roles; the usual words where absent
 * @throws Error when a notice no longer holds what a mail is made of.
 */
export function compose(mail: Composable, settings: MailSettings, secret: Buffer, called?: Labels): Message {
  const said = mail.notices.flatMap(({ payload }) => payload ?? []);
  if (!said[0] || said.length < mail.notices.length)
    throw new Error('this mail was settled: nothing is left to compose');
  if (mail.round) return composeRound(mail, said, settings, secret, called);
  const { case: first, notice, now } = said[0];
  const of = { ...first, ref: listed(said.map((payload) => payload.case.ref).sort()) };
  // Who is family the case says, by the policy it goes by; the one installed here may be another.
  const labels = { ...called, ...(notice.family && { family: notice.family }) };
  const domain = senderDomain(settings);
  const words = wording(of, notice, {
    labels,
    pages: settings.pages,
    now: now as Instant,
    links: settings.links?.(first, notice) ?? [],
  });
  const entryToken = calendarToken(secret, first, notice);
  // A rehearsal is answered by nobody.
  const replies = settings.replyDomain && !of.rehearsal ? { domain: settings.replyDomain, secret } : undefined;
  const organiser = replies
    ? { ...settings.sender, address: replyAddress(replies, 'reply', entryToken) }
    : settings.sender;
  const entry = calendarEntry(of, notice, {
    uid: `${entryToken}@${domain}`,
    now,
    organiser,
    labels,
    asksAnswer: replies !== undefined,
  });
  const token = mail.messageId.slice(1, mail.messageId.indexOf('@'));
  // A first mail that never was: with it all mails of one duty thread, whichever of them a reader still has.
  const thread = mailIds(secret, first, `thread/${notice.duty ?? notice.meeting ?? ''}`, notice.to.id).token;
  return {
    from: settings.sender,
    to: { name: notice.to.name, address: notice.to.email },
    // What is played is no matter for anybody: nobody shall answer it in earnest.
    replyTo: of.rehearsal ? undefined : answeredBy(said),
    subject: words.subject,
    ...rendered(words),
    messageId: mail.messageId,
    thread: `<${thread}@${domain}>`,
    headers: { 'X-Notification-Id': token, 'X-Nodrift-Date': now },
    returnPath: replies && replyAddress(replies, 'bounce', token),
    ...(entry && { calendar: entry }),
    rehearsal: of.rehearsal,
  };
}

/** Whom a mail is answered to: of several cases, only where it is the same person in all. */
function answeredBy(said: readonly Payload[]): Message['replyTo'] {
  const [first, ...others] = said.map(({ notice }) => notice.replyTo);
  return first && others.every((other) => other?.address === first.address) ? first : undefined;
}

/** The one mail of a morning. It has no calendar entry, and threads with other mails only where it speaks of one thing. */
function composeRound(
  { messageId }: Composable,
  said: readonly Payload[],
  settings: MailSettings,
  secret: Buffer,
  labels?: Labels,
): Message {
  const { case: of, notice } = said[0]!;
  const { to } = notice;
  const token = messageId.slice(1, messageId.indexOf('@'));
  const thread = said.length === 1 ? `thread/${notice.duty ?? notice.meeting ?? ''}` : `round/${token}`;
  const { replyDomain } = settings;
  return {
    from: settings.sender,
    to: { name: to.name, address: to.email },
    replyTo: answeredBy(said),
    ...digestMail(said, { labels, links: settings.links, pages: settings.pages }),
    messageId,
    thread: `<${mailIds(secret, of, thread, to.id).token}@${senderDomain(settings)}>`,
    headers: { 'X-Notification-Id': token, 'X-Nodrift-Date': latest(said) },
    returnPath: replyDomain && replyAddress({ domain: replyDomain, secret }, 'bounce', token),
    rehearsal: of.rehearsal,
  };
}
