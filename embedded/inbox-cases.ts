// Which case a mail is about, by its subject, and whether that is a rehearsal. Imported by the inbox's page only.
import type { InboxMessage } from './inbox-store.ts';

/** Every subject of Nodrift's begins with the case's reference; '' for a mail that is about none. */
export const caseOf = ({ subject }: Pick<InboxMessage, 'subject'>): string =>
  /^([A-Za-z0-9][A-Za-z0-9-]*): /.exec(subject)?.[1] ?? '';

/** A live rehearsal plays under references of its own, with `-rehearsal-` and its number in them (client/rehearse-live.ts). */
export const isRehearsal = (ref: string): boolean => /-rehearsal-[0-9a-z]+/.test(ref);

/** The references in the mails, each with how many there are; the one that got mail last comes first. */
export function casesIn(messages: readonly InboxMessage[]): readonly (readonly [ref: string, mails: number])[] {
  const counts = new Map<string, number>();
  for (const ref of messages.map(caseOf).toReversed()) if (ref) counts.set(ref, (counts.get(ref) ?? 0) + 1);
  return [...counts];
}
