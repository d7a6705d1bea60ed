// What comes back by mail: calendars' answers and bounces. Each is read, does what it says, and is forgotten: nothing is forwarded, no text is kept, and
// nobody is written to because of it.

import PostalMime, { type Attachment, type Email } from 'postal-mime';
import { Unavailable } from '../client/errors.ts';
import { bounce } from '../record/bounces.ts';
import { databaseError, RecordUnavailable } from '../record/failures.ts';
import { readCalendarAnswer } from './calendar-answer.ts';
import type { MailSettings } from './mail-settings.ts';
import { type Replies, type ReplyKind, readReplyAddress } from './reply-address.ts';
import { type Attending, takeAnswer } from './reply-attendance.ts';
import { readDeliveryReports } from './reply-bounce.ts';
import type { MailLog } from './send-one.ts';
import { isDead } from './smtp-failure.ts';

/** What a mail is answered with in the conversation that brings it, where it is not simply taken. */
export interface Refusal {
  readonly code: 451 | 550;
  /** With its enhanced code (RFC 3463). */
  readonly message: string;
}

/** Takes what comes back. */
export interface ReplyDesk {
  /** Whether an address belongs to the domain that Nodrift reads. */
  isHere(address: string): boolean;
  /** Refuses an address that Nodrift did not make, before a word of the mail is said. */
  refuses(address: string): Refusal | undefined;
  /** Takes a mail to one of its addresses; one line of log each. Never throws. */
  take(address: string, raw: Uint8Array): Promise<Refusal | undefined>;
}

/** @returns undefined where no domain is set */
export function replyDesk(
  attending: Attending,
  { replyDomain: domain }: MailSettings,
  log?: MailLog | undefined,
): ReplyDesk | undefined {
  if (domain === undefined) return undefined;
  const replies: Replies = { domain, secret: attending.record.ledgerKey };
  const isHere = (address: string) => address.toLowerCase().endsWith(`@${domain}`);
  const refuses = (address: string) => (readReplyAddress(replies, address) ? undefined : UNKNOWN);
  return {
    isHere,
    refuses,
    async take(address, raw) {
      const named = readReplyAddress(replies, address);
      try {
        if (!named) {
          log?.info({ what: 'nothing', why: 'no-token' }, 'a mail came back to an address that was never given');
          return UNKNOWN;
        }
        const mail = await PostalMime.parse(raw, { forceRfc822Attachments: true, maxNestingDepth: 20 });
        return await TAKE[named.kind](attending, named.id, mail, log);
      } catch (error) {
        return failed(error, log);
      }
    },
  };
}

const UNKNOWN: Refusal = { code: 550, message: '5.1.1 there is no such address' };
const NO_ANSWER: Refusal = {
  code: 550,
  message: '5.6.0 only calendars are read here: please write to the person named in the e-mail',
};
const LATER: Refusal = { code: 451, message: '4.3.0 it cannot be taken just now' };

/** A mail that cannot be read changes nothing; a record or a case that does not answer is asked again when the mail comes again. */
function failed(error: unknown, log: MailLog | undefined): Refusal {
  const told = databaseError(error);
  const passes = told instanceof Unavailable || told instanceof RecordUnavailable;
  const why = told instanceof Error ? told.name : 'unknown';
  if (passes) log?.warn({ what: 'later', why }, 'an answer by mail could not be taken; it is asked for again');
  else log?.warn({ what: 'nothing', why }, 'a mail that came back cannot be read');
  return passes ? LATER : NO_ANSWER;
}

type Take = (attending: Attending, id: string, mail: Email, log: MailLog | undefined) => Promise<Refusal | undefined>;

const TAKE: Readonly<Record<ReplyKind, Take>> = {
  async reply(attending, id, mail, log) {
    const answer = partsOf(mail, CALENDAR)
      .map(readCalendarAnswer)
      .find((one) => one !== null);
    if (answer) {
      const { case: of = '', why = '', what } = await takeAnswer(attending, id, answer);
      log?.info({ what, ...(why && { why }), ...(of && { case: of }) }, 'a calendar answered');
      return undefined;
    }
    const why = isAutomatic(mail) ? 'auto-reply' : 'no-answer';
    log?.info({ what: 'nothing', why }, 'a mail to a calendar’s address held no answer');
    // Whoever wrote it themselves hears from their own server that nobody read it.
    return why === 'no-answer' ? NO_ANSWER : undefined;
  },
  async bounce({ record }, token, mail, log) {
    const reports = partsOf(mail, ['message/delivery-status', 'message/global-delivery-status']).flatMap(
      readDeliveryReports,
    );
    if (reports.length === 0)
      log?.info({ what: 'nothing', why: isAutomatic(mail) ? 'auto-reply' : 'no-report' }, 'a bounce held no report');
    for (const { action, code, recipient } of reports) {
      const dead = action === 'failed' && isDead(code);
      const known = dead ? await bounce(record, { token, recipient, code }) : undefined;
      const fields = { code, ...(known && { case: known.caseId }) };
      if (known?.what === 'marked') log?.warn({ what: 'refused', ...fields }, 'a mail came back: the address is dead');
      else
        log?.info(
          { what: 'nothing', why: known?.what ?? (dead ? 'unknown-mail' : action), ...fields },
          'a relay reported on a mail',
        );
    }
    return undefined;
  },
};

const CALENDAR = ['text/calendar', 'application/ics'];

/** The parts of these types, as text. */
const partsOf = (mail: Email, types: readonly string[]): readonly string[] =>
  mail.attachments.filter(({ mimeType }) => types.includes(mimeType.toLowerCase())).map(textOf);

const textOf = ({ content }: Attachment): string =>
  typeof content === 'string' ? content : new TextDecoder().decode(content);

/** Out of office, a receipt, a list: written by nobody (RFC 3834), and what older programs put in its place. */
function isAutomatic({ headers }: Email): boolean {
  const value = (name: string) =>
    headers
      .find(({ key }) => key === name)
      ?.value.trim()
      .toLowerCase();
  const submitted = value('auto-submitted');
  if (submitted !== undefined && submitted !== 'no') return true;
  if (['x-autoreply', 'x-autorespond', 'x-auto-response-suppress'].some((name) => value(name) !== undefined))
    return true;
  return ['auto_reply', 'bulk', 'junk', 'list'].includes(value('precedence') ?? '');
}
