// Mails about one meeting of several children of a family go as one (L27): which notices belong together, and whether a case has siblings at all.

import { and, eq, ne } from 'drizzle-orm';
import { stable } from '../domain/case/same-content.ts';
import type { CaseIdentity, Notice } from '../domain/notices/notice.ts';
import type { Database } from './open.ts';
import { cases } from './schema.ts';

/** So long a mail waits for those of the siblings: what is recorded for all of them is recorded within seconds. */
export const TOGETHER_S = 10;

/** Whether another case of the family is open. */
export async function hasSiblings(tx: Database, { id, authority, family, rehearsal }: CaseIdentity): Promise<boolean> {
  if (family === null) return false;
  const [sibling] = await tx
    .select({ id: cases.id })
    .from(cases)
    .where(
      and(
        ...[eq(cases.authority, authority), eq(cases.family, family), eq(cases.rehearsal, rehearsal)],
        ...[eq(cases.status, 'open'), ne(cases.id, id)],
      ),
    )
    .limit(1);
  return sibling !== undefined;
}

/**
 * The same for two notices that say the same to one address about one meeting of two children; undefined for what is about no gathering.
 * Their cases, the person's ids in these and the second they were recorded in may differ; whatever else differs, a limit or a place, keeps them apart.
 */
export function together({ authority, family }: CaseIdentity, notice: Notice): string | undefined {
  const { key: _key, edition: _edition, at, to, about, booking, ...says } = notice;
  if (!booking || !says.duty?.startsWith('attend/')) return undefined;
  const { start, venue, minutes, sequence } = booking;
  const reader = { name: to.name, role: to.role, email: to.email?.toLowerCase(), contact: to.contact };
  const gathering = { start, venue, minutes, sequence };
  return stable([authority, family, at.slice(0, 10), reader, about?.role, gathering, says]);
}
