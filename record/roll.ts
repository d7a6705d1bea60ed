// What the staff directory says of some of its people, as cases show them, with the managers above them.

import { and, asc, count, eq, inArray } from 'drizzle-orm';
import type { Roll, StaffCard } from '../domain/case/staff.ts';
import { databaseError } from './failures.ts';
import type { OpenRecord } from './open.ts';
import { staff } from './schema-directory.ts';
import { SEALED } from './sealed-columns.ts';
import { type Opened, opened } from './sealing.ts';

/** Whoever names an id that is none is told of so many that are. */
const NAMED = 12;
/** A case knows the managers of its managers; no directory is deeper than this where it matters. */
const LEVELS = 8;

type Row = Opened<typeof staff.$inferSelect>;

/** @throws RecordUnavailable */
export async function rollOf(record: OpenRecord, authority: string, ids: readonly string[]): Promise<Roll> {
  try {
    const { db } = record;
    const cards = await withManagers(record, authority, ids);
    const isOn = and(eq(staff.authority, authority), eq(staff.active, true));
    const [all] = await db.select({ size: count() }).from(staff).where(isOn);
    const known = await db.select({ id: staff.id }).from(staff).where(isOn).orderBy(asc(staff.id)).limit(NAMED);
    return { cards, known: known.map(({ id }) => id), size: all?.size ?? 0 };
  } catch (error) {
    throw databaseError(error);
  }
}

async function withManagers(
  record: OpenRecord,
  authority: string,
  ids: readonly string[],
): Promise<readonly StaffCard[]> {
  const found = new Map<string, Row>();
  let wanted = [...new Set(ids)];
  for (let level = 0; level < LEVELS && wanted.length > 0; level++) {
    const kept = await record.db
      .select()
      .from(staff)
      .where(and(eq(staff.authority, authority), inArray(staff.id, wanted)));
    const rows = await opened(record, SEALED.staff, kept);
    for (const row of rows) found.set(row.id, row);
    wanted = [...new Set(rows.flatMap(({ manager }) => (manager === null || found.has(manager) ? [] : [manager])))];
  }
  return [...found.values()].map(cardOf);
}

/** A shared mailbox is the address used where it is set. */
export function cardOf({ id, name, role, agency, address, sharedMailbox, manager, telephone, active }: Row): StaffCard {
  const email = sharedMailbox ?? address;
  return {
    id,
    name: name ?? '',
    role,
    active,
    ...(agency !== null && { agency }),
    ...(email !== null && { email }),
    ...(manager !== null && { manager }),
    ...(telephone !== null && { phone: telephone }),
  };
}
