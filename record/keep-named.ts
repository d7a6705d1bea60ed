// Who of a case is whom of the staff directory: kept with the entry that says so, so that a change of the directory finds its cases.

import { and, eq, inArray, sql } from 'drizzle-orm';
import type { Person } from '../domain/case/model.ts';
import type { RecordEntry } from '../domain/notices/notice.ts';
import type { Database } from './open.ts';
import { cardOf } from './roll.ts';
import { staff, staffNamed } from './schema-directory.ts';
import { SEALED } from './sealed-columns.ts';
import { type Opened, opened, type Secrets } from './sealing.ts';

/** A directory that was changed within this time may be newer than what the case was told, though it looks the same. */
const SETTLED_MS = 10 * 60_000;

/** Keeps whom an entry names by directory ids. Twice is once. @param isNewest an entry that comes late changes nothing that is there */
export async function keepNamed(tx: Database, secrets: Secrets, entry: RecordEntry, isNewest: boolean): Promise<void> {
  const { id: caseId, authority } = entry.case;
  const told = entry.newEvents.flatMap(({ event }) => personIn(event));
  const named = [...(entry.opened?.file.people ?? []), ...told];
  // Of somebody told of several times, the last counts.
  const people = [...new Map(named.map((person) => [person.id, person])).values()].filter(isStaff);
  if (people.length === 0) return;
  const ids = people.map((person) => person.staff);
  const found = await tx
    .select()
    .from(staff)
    .where(and(eq(staff.authority, authority), inArray(staff.id, ids)));
  const rows = await opened(secrets, SEALED.staff, found);
  const values = people.map((person) => {
    const row = rows.find(({ id }) => id === person.staff);
    return {
      caseId,
      person: person.id,
      authority,
      staff: person.staff,
      told: row && isToldAll(row, person) ? row.edition : 0,
    };
  });
  const insert = tx.insert(staffNamed).values(values);
  if (!isNewest) await insert.onConflictDoNothing();
  else
    await insert.onConflictDoUpdate({
      target: [staffNamed.caseId, staffNamed.person],
      set: { staff: sql`excluded.staff`, authority: sql`excluded.authority`, told: sql`excluded.told`, fault: null },
      setWhere: sql`${staffNamed.staff} <> excluded.staff`,
    });
}

type Named = Person & { readonly staff: string };
const isStaff = (person: Person): person is Named => person.staff !== undefined;

function personIn(event: unknown): readonly Person[] {
  const { type, person } = event as { type?: string; person?: Person | string };
  const tells = type === 'person-joined' || type === 'person-updated';
  return tells && typeof person === 'object' ? [person] : [];
}

/** Whether the case has nothing to learn of them, as far as can be seen: whose manager they are is not. */
function isToldAll(row: Opened<typeof staff.$inferSelect>, person: Person): boolean {
  const card = cardOf(row);
  const same = card.name === person.name && card.email === person.email && card.phone === person.phone;
  return row.active && same && Date.now() - row.changedAt.getTime() > SETTLED_MS;
}
