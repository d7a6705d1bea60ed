// Which cases a mail is about, and whether that is a rehearsal. Imported by the inbox only.
import type { InboxMessage } from './inbox-store.ts';

type Words = Pick<InboxMessage, 'subject' | 'text'>;

/** The reference that a subject begins with; of the one mail of a morning those its lines begin with; none for a mail about no case. */
export function casesOf({ subject, text = '' }: Words): readonly string[] {
  const lead = /^([A-Za-z0-9][A-Za-z0-9-]*): /.exec(subject)?.[1];
  if (lead !== undefined) return [lead];
  if (!/^\d+ (to do|still outstanding|for your information)\b/.test(subject)) return [];
  const lines = text.matchAll(/^- ([A-Za-z0-9-]+(?:, [A-Za-z0-9-]+)*(?: and [A-Za-z0-9-]+)?): /gm);
  return [...new Set([...lines].flatMap(([, refs = '']) => refs.split(/, | and /)))];
}

/** The references of a live rehearsal contain `-rehearsal-` and its number (client/rehearse-live.ts). */
export const isRehearsal = (ref: string): boolean => /-rehearsal-[0-9a-z]+/.test(ref);

export const isRehearsed = (mail: Words): boolean => casesOf(mail).some(isRehearsal);

/** Each reference with the number of its mails; the one with the newest mail comes first. */
export function casesIn(messages: readonly InboxMessage[]): readonly (readonly [ref: string, mails: number])[] {
  const counts = new Map<string, number>();
  for (const ref of messages.toReversed().flatMap(casesOf)) counts.set(ref, (counts.get(ref) ?? 0) + 1);
  return [...counts];
}
