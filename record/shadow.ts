// Shadow mode: what a case would mail is kept, and none of it is sent. Kept apart from the ledger, so that nothing that sends mails can find it.

import { and, eq, gt, inArray, isNotNull, isNull, or, sql } from 'drizzle-orm';
import type { CaseIdentity, Delivery } from '../domain/notices/notice.ts';
import { idsOf, mailIds, whereTo } from './mail-ids.ts';
import type { Database } from './open.ts';
import { liveCases, shadowNotices, shadows } from './schema-shadow.ts';
import { SEALED } from './sealed-columns.ts';
import { type Secrets, sealed } from './sealing.ts';

/** Whether nothing of this case is sent now. One that a live case led to is live with it: its plan goes on. */
export async function isShadow(tx: Database, of: CaseIdentity): Promise<boolean> {
  if (of.rehearsal) return false;
  const [shadow] = await tx
    .select({ authority: shadows.authority })
    .from(shadows)
    .where(and(eq(shadows.authority, of.authority), or(isNull(shadows.liveAt), gt(shadows.liveAt, sql`now()`))));
  if (!shadow) return false;
  const ids = [of.id, ...(of.opening.startsWith('from/') ? [of.opening.slice('from/'.length)] : [])];
  const [live] = await tx
    .select({ id: liveCases.caseId })
    .from(liveCases)
    .where(inArray(liveCases.caseId, ids))
    .limit(1);
  return live === undefined;
}

/** Keeps what would be sent. What was withdrawn stands again. @returns the notices' keys, in their order */
export async function keepShadow(tx: Database, secrets: Secrets, { entry, notices, now }: Delivery): Promise<string[]> {
  const { case: of } = entry;
  const { ledgerKey: secret } = secrets;
  const rows = notices.map((notice) => {
    const { key } = mailIds(secret, of, notice.key, notice.to.id);
    const { reader } = whereTo(secret, of.authority, notice.to.email);
    const mail = notice.round ? idsOf(secret, 'shadow', notice.at, reader).key : key;
    return {
      key,
      mail,
      authority: of.authority,
      caseId: of.id,
      recipient: notice.to.id,
      kind: notice.kind,
      duty: notice.duty,
      payload: { case: of, notice, now },
      at: new Date(notice.notBefore ?? notice.at),
    };
  });
  const distinct = [...new Map(rows.map((row) => [row.key, row])).values()];
  if (distinct.length > 0)
    await tx
      .insert(shadowNotices)
      .values(await sealed<typeof shadowNotices.$inferInsert>(secrets, SEALED.shadowNotices, distinct))
      .onConflictDoUpdate({
        target: shadowNotices.key,
        set: { withdrawnAt: null, payload: sql`excluded.payload`, at: sql`excluded.at`, mail: sql`excluded.mail` },
        setWhere: isNotNull(shadowNotices.withdrawnAt),
      });
  return rows.map(({ key }) => key);
}

/** Which of these were told in the shadow: they are told, and never sent. */
export async function toldInShadow(tx: Database, keys: readonly string[]): Promise<ReadonlySet<string>> {
  if (keys.length === 0) return new Set();
  const rows = await tx
    .select({ key: shadowNotices.key })
    .from(shadowNotices)
    .where(and(inArray(shadowNotices.key, [...keys]), isNull(shadowNotices.withdrawnAt)));
  return new Set(rows.map(({ key }) => key));
}

/** Takes back what was kept and, by what was recorded since, would not have been sent. */
export async function withdrawShadow(tx: Database, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  await tx
    .update(shadowNotices)
    .set({ withdrawnAt: sql`now()` })
    .where(and(inArray(shadowNotices.key, [...keys]), isNull(shadowNotices.withdrawnAt)));
}
