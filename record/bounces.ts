// A mail that a relay took and could not deliver after all: its address is dead, and its cases are told as of any other refusal.

import { and, eq, gte, lt, ne, sql } from 'drizzle-orm';
import { fromBase32 } from './base32.ts';
import { whereTo } from './mail-ids.ts';
import type { OpenRecord } from './open.ts';
import { cases, mails, notices } from './schema.ts';

/** A mail that came back, as far as it may be told. */
export interface Bounced {
  readonly caseId: string;
  /** `marked`: the case will be told. `known`: it was refused before. `another-recipient`: it was passed on, and failed there. */
  readonly what: 'marked' | 'known' | 'another-recipient';
}

/**
 * Marks a mail as refused, whatever was known of it before: a bounce may come before the relay's own answer is written down, whose fence is then void.
 * A mail that is refused stays so.
 * @param token of its Message-ID
 * @param recipient to whom it could not be delivered
 * @returns undefined where there is no such mail
 */
export async function bounce(
  record: OpenRecord,
  { token, recipient, code }: { readonly token: string; readonly recipient: string; readonly code: string },
): Promise<Bounced | undefined> {
  // The token is the beginning of the mail's key in other letters.
  const prefix = fromBase32(token).toString('hex');
  const [found] = await record.db
    .select({ key: mails.key, caseId: notices.caseId, reader: mails.reader, authority: cases.authority })
    .from(mails)
    .innerJoin(notices, eq(notices.mail, mails.key))
    .innerJoin(cases, eq(cases.id, notices.caseId))
    .where(and(gte(mails.key, prefix), lt(mails.key, `${prefix}g`)))
    .limit(1);
  if (!found) return undefined;
  const { key, caseId } = found;
  // A group's mailbox passes mail on: one of its members may be gone, and the group is not.
  if (whereTo(record.ledgerKey, found.authority, recipient).reader !== found.reader)
    return { caseId, what: 'another-recipient' };
  return { caseId, what: (await refuse(record, key, code)) ? 'marked' : 'known' };
}

const refuse = (record: OpenRecord, key: string, code: string): Promise<boolean> =>
  record.db.transaction(async (tx) => {
    const done = await tx
      .update(mails)
      .set({
        state: 'REFUSED',
        code,
        leaseUntil: null,
        composed: null,
        composedOf: null,
        fence: sql`${mails.fence} + 1`,
      })
      .where(and(eq(mails.key, key), ne(mails.state, 'REFUSED')))
      .returning({ key: mails.key });
    if (done.length > 0)
      await tx.update(notices).set({ payload: null, reported: false, tellAt: sql`now()` }).where(eq(notices.mail, key));
    return done.length > 0;
  });
