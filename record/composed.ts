// Messages made before their time, kept beside the mail until it has gone.

import { and, asc, eq, gt, lte, sql } from 'drizzle-orm';
import type { OpenRecord } from './open.ts';
import { packed } from './packed-text.ts';
import { type Claimed, jointOf, withTheirNotices } from './said.ts';
import { mails } from './schema.ts';
import { sealedTogether } from './sealing.ts';

/** A round's mails that have not been sent, with what they say; not claimed. */
export async function toCompose(
  record: OpenRecord,
  options: { until: Date; limit: number; after?: string | null | undefined },
): Promise<readonly Claimed[]> {
  const rows = await record.db
    .select()
    .from(mails)
    .where(
      and(
        ...[eq(mails.round, true), eq(mails.state, 'PLANNED'), lte(mails.notBefore, options.until)],
        gt(mails.key, options.after ?? ''),
      ),
    )
    .orderBy(asc(mails.key))
    .limit(options.limit);
  return withTheirNotices(record, rows);
}

/** Keeps messages with mails that have not been claimed since. */
export async function keepComposed(
  record: OpenRecord,
  ready: readonly { readonly mail: Claimed; readonly composed: string; readonly of: string }[],
): Promise<void> {
  if (ready.length === 0) return;
  const texts = await sealedTogether(
    record,
    ready.map(({ mail, composed }) => ({ ...jointOf(mail), text: packed(composed) })),
  );
  const rows = ready.map(({ mail, of }, i) => ({ key: mail.key, composed: texts[i], of }));
  await record.db
    .update(mails)
    .set({ composed: sql`v.composed`, composedOf: sql`v.of` })
    .from(sql`json_to_recordset(${JSON.stringify(rows)}::json) as v(key text, composed text, of text)`)
    .where(and(eq(mails.key, sql`v.key`), eq(mails.state, 'PLANNED')));
}
