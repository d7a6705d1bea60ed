// A mail that is no notice of a case: a code, a link to sign in, what operators must hear of.

import { createHash } from 'node:crypto';
import { type MailSettings, senderDomain } from './mail-settings.ts';
import { rendered } from './rendered.ts';
import type { Message } from './smtp.ts';
import type { MailWords } from './wording.ts';

/**
 * @param options.kind what its Message-ID begins with
 * @param options.of what tells it from every other of its kind: hashed
 * @param options.threads mails of this kind stand together in a mailbox
 */
export function singleMail(
  to: Message['to'],
  words: MailWords,
  settings: MailSettings,
  { kind, of, threads = false }: { kind: string; of: string; threads?: boolean },
): Message {
  const domain = senderDomain(settings);
  const id = createHash('sha256').update(of).digest('hex').slice(0, 25);
  return {
    from: settings.sender,
    to,
    subject: words.subject,
    ...rendered(words),
    messageId: `<${kind}.${id}@${domain}>`,
    thread: threads ? `<${kind}@${domain}>` : `<${kind}.${id}@${domain}>`,
    headers: {},
    rehearsal: false,
  };
}
