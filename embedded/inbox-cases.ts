// Which case a mail is about, by its subject, and whether that is a rehearsal. Imported by the inbox only.
import type { InboxMessage } from './inbox-store.ts';

/** The reference that a subject begins with; '' for a mail about no case. */
export const caseOf = ({ subject }: Pick<InboxMessage, 'subject'>): string =>
  /^([A-Za-z0-9][A-Za-z0-9-]*): /.exec(subject)?.[1] ?? '';

/** The references of a live rehearsal contain `-rehearsal-` and its number (client/rehearse-live.ts). */
export const isRehearsal = (ref: string): boolean => /-rehearsal-[0-9a-z]+/.test(ref);

/** Each reference with the number of its mails; the one with the newest mail comes first. */
export function casesIn(messages: readonly InboxMessage[]): readonly (readonly [ref: string, mails: number])[] {
  const counts = new Map<string, number>();
  for (const ref of messages.map(caseOf).toReversed()) if (ref) counts.set(ref, (counts.get(ref) ?? 0) + 1);
  return [...counts];
}
