// What the search box and the API's `query` mean: Mailpit's filters as far as they make sense here, and some of our own. docs/inbox.md has the list.
// Imported by the inbox only.
import { casesOf, isRehearsed } from './inbox-cases.ts';
import type { Correspondent, InboxMessage } from './inbox-store.ts';

type Holds = (message: InboxMessage, read: boolean) => boolean;

/** Finds mails that every word of the query fits. A quoted phrase is one word; `-` or `!` before a word leaves out what it fits. */
export function searched(query: string): Holds {
  const wanted = [...query.matchAll(/([-!]?)((?:[\w-]+:)?"[^"]*"?|\S+)/g)]
    .map(([, not, word]) => ({ not: not !== '', holds: fits(word!.replaceAll('"', '').trim().toLowerCase()) }))
    .filter(({ holds }) => holds !== undefined);
  return (message, read) => wanted.every(({ not, holds }) => holds!(message, read) !== not);
}

/** What one word asks for; undefined where it asks for nothing. */
function fits(word: string): Holds | undefined {
  const colon = word.indexOf(':');
  const [filter, value] = [word.slice(0, Math.max(0, colon)), word.slice(colon + 1)];
  // A colon is also in what people look for: "10:30", "https://…".
  if (Object.hasOwn(FILTERS, filter)) return value === '' ? undefined : FILTERS[filter]!(value);
  return word === '' ? undefined : (message) => everything(message).some((text) => has(text, word));
}

const has = (text: string, wanted: string) => text.toLowerCase().includes(wanted);
const named = (people: readonly Correspondent[], wanted: string) =>
  people.some(({ name, address }) => has(`${name} <${address}>`, wanted));
const received = ({ envelope }: InboxMessage, wanted: string) => envelope.to.some((one) => has(one, wanted));
const never: Holds = () => false;

const FILTERS: Record<string, (value: string) => Holds> = {
  from: (value) => (mail) => named(mail.correspondents.from, value),
  to: (value) => (mail) => named(mail.correspondents.to, value) || received(mail, value),
  cc: (value) => (mail) => named(mail.correspondents.cc, value),
  'reply-to': (value) => (mail) => named(mail.correspondents.replyTo, value),
  addressed: (value) => (mail) => named(Object.values(mail.correspondents).flat(), value) || received(mail, value),
  subject: (value) => (mail) => has(mail.subject, value),
  'message-id': (value) => (mail) => has(mail.messageId ?? '', value.replace(/[<>]/g, '')),
  case: (value) => (mail) => casesOf(mail).some((ref) => ref.toLowerCase() === value),
  tag: (value) => (mail) => tagsOf(mail).some((tag) => tag.toLowerCase() === value),
  is: (value) =>
    ({
      read: (_: InboxMessage, read: boolean) => read,
      unread: (_: InboxMessage, read: boolean) => !read,
      tagged: (mail: InboxMessage) => tagsOf(mail).length > 0,
    })[value] ?? never,
  has: (value) =>
    ({
      attachment: (mail: InboxMessage) => mail.attachments.length > 0,
      attachments: (mail: InboxMessage) => mail.attachments.length > 0,
      calendar: (mail: InboxMessage) => mail.calendar !== undefined,
    })[value] ?? never,
  before: (value) => (mail) => mail.receivedAt < value,
  after: (value) => (mail) => mail.receivedAt >= value,
};

/** All that a person reads of a mail. */
function everything(mail: InboxMessage): string[] {
  const people = Object.values(mail.correspondents).flat();
  return [
    mail.subject,
    wordsOf(mail),
    ...people.map(({ name, address }) => `${name} <${address}>`),
    ...mail.envelope.to,
    ...mail.attachments.map(({ filename }) => filename),
    ...(mail.calendar?.entries ?? []).flatMap(({ summary, location = '' }) => [summary, location]),
  ];
}

/** The text of a mail, or of its HTML where it has none. */
export const wordsOf = ({ text, html = '' }: InboxMessage): string =>
  text ?? html.replace(/<(style|script)\b[\s\S]*?<\/\1>|<[^>]*>/gi, ' ').replaceAll('&nbsp;', ' ');

/** A mail's tags: its cases, and whether that is rehearsed. */
export const tagsOf = (mail: InboxMessage): string[] => [...casesOf(mail), ...(isRehearsed(mail) ? ['rehearsal'] : [])];
