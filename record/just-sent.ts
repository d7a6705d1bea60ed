// Whether a mail has only just gone: what is answered within seconds of it was answered by a program.

import { and, eq, gt } from 'drizzle-orm';
import type { OpenRecord } from './open.ts';
import { fromNow } from './outbox.ts';
import { mails, notices } from './schema.ts';

/** Whether a relay took a mail to somebody about a case within the last seconds. */
export async function wasJustSent(
  record: OpenRecord,
  { caseId, person, seconds }: { readonly caseId: string; readonly person: string; readonly seconds: number },
): Promise<boolean> {
  const [found] = await record.db
    .select({ key: mails.key })
    .from(notices)
    .innerJoin(mails, eq(mails.key, notices.mail))
    .where(and(eq(notices.caseId, caseId), eq(notices.recipient, person), gt(mails.acceptedAt, fromNow(-seconds))))
    .limit(1);
  return found !== undefined;
}
