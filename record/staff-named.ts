// Whom running cases name by their directory id, and who is below whom: asked of the record, for pages over many cases.

import { and, eq, inArray, ne, or } from 'drizzle-orm';
import { addressHash } from './addresses.ts';
import { directoryOf, type KnownStaff } from './directory.ts';
import { databaseError } from './failures.ts';
import { type CasePlace, PLACE } from './naming-cases.ts';
import type { OpenRecord } from './open.ts';
import { cases } from './schema.ts';
import { staff, staffNamed } from './schema-directory.ts';

/** Who somebody of the directory is in a case. */
export interface NamedAs {
  readonly place: CasePlace;
  /** Their id there. */
  readonly person: string;
  /** Their id in the authority's directory. */
  readonly staff: string;
}

/** Who of running cases these are. Rehearsals are left out. @throws RecordUnavailable */
export async function namedAs(
  record: OpenRecord,
  members: readonly Pick<KnownStaff, 'authority' | 'id'>[],
): Promise<readonly NamedAs[]> {
  if (members.length === 0) return [];
  const authorities = [...new Set(members.map(({ authority }) => authority))];
  const rows = await record.db
    .select({ ...PLACE, person: staffNamed.person, staff: staffNamed.staff })
    .from(staffNamed)
    .innerJoin(cases, eq(cases.id, staffNamed.caseId))
    .where(
      and(
        ...[eq(cases.rehearsal, false), ne(cases.status, 'closed'), eq(cases.authority, staffNamed.authority)],
        or(
          ...authorities.map((authority) =>
            and(
              eq(staffNamed.authority, authority),
              inArray(
                staffNamed.staff,
                members.filter((one) => one.authority === authority).map(({ id }) => id),
              ),
            ),
          ),
        ),
      ),
    )
    .catch((error: unknown) => Promise.reject(databaseError(error)));
  return rows.map(({ person, staff, ...place }) => ({ place, person, staff }));
}

/** Whether an address is a mailbox that somebody of a directory shares with others. @throws RecordUnavailable */
export async function isShared(record: OpenRecord, address: string): Promise<boolean> {
  const rows = await record.db
    .select({ id: staff.id })
    .from(staff)
    .where(and(eq(staff.active, true), eq(staff.sharedHash, addressHash(record.ledgerKey, address))))
    .limit(1)
    .catch((error: unknown) => Promise.reject(databaseError(error)));
  return rows.length > 0;
}

/** Whom somebody manages, whom those manage, and so on: of those who are there. @throws RecordUnavailable */
export async function below(
  record: OpenRecord,
  { authority, id }: Pick<KnownStaff, 'authority' | 'id'>,
): Promise<readonly KnownStaff[]> {
  const all = await directoryOf(record, authority);
  const found = new Map<string, KnownStaff>();
  const managers = [id];
  for (const manager of managers)
    for (const one of all) {
      // A ring of managers is refused by the directory; whoever is in one all the same is counted once.
      if (one.manager !== manager || one.id === id || found.has(one.id)) continue;
      found.set(one.id, one);
      managers.push(one.id);
    }
  return [...found.values()];
}
