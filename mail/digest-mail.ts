// The one mail of a morning, whole: as a list of lines, or where there is but one thing to say as a mail of that.

import type { Payload } from '../record/schema.ts';
import { digest } from './digest.ts';
import { type DigestOptions, latest, linesOf } from './digest-lines.ts';
import { rendered, renderedDigest } from './rendered.ts';
import type { Message } from './smtp.ts';
import { wording } from './wording.ts';

/**
 * Subject and bodies of the mail of one reader. The same notices give the same mail, in whatever order they come.
 * @throws Error where there is nothing to say
 */
export function digestMail(
  items: readonly Payload[],
  options: DigestOptions = {},
): Pick<Message, 'subject' | 'text' | 'html'> {
  const now = options.now ?? latest(items);
  const [line, ...others] = linesOf(items, { ...options, now });
  if (!line || others.length > 0) {
    const words = digest(items, { ...options, now });
    return { subject: words.subject, ...renderedDigest(words) };
  }
  const { notice, item } = line;
  const of = items.find((one) => one.notice.key === notice.key) ?? items[0]!;
  const labels = { ...options.labels, ...(notice.family && { family: notice.family }) };
  const words = wording({ ...of.case, ref: item.refs }, notice, {
    labels,
    pages: options.pages,
    links: item.links,
    now,
  });
  return { subject: words.subject, ...rendered(words) };
}
