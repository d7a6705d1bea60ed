// The staff directory: who works for an authority, who manages whom, where mail to them goes. Read by cases, by sign-in and by the API; the
// authority's own list decides, and what is missing from it has left.

import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import { order } from '../domain/time/order.ts';
import { addressHash } from './addresses.ts';
import { type DirectoryFault, structuralFaults } from './directory-faults.ts';
import { databaseError } from './failures.ts';
import { authorities, NoAuthority } from './in-force.ts';
import type { Database, OpenRecord } from './open.ts';
import { type Right, staff } from './schema-directory.ts';
import { SEALED } from './sealed-columns.ts';
import { opened, type Secrets, sealed } from './sealing.ts';
import { storable } from './storable.ts';

/** Somebody of the directory, as an authority gives them. */
export interface Staff {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  /** Another's id. */
  readonly manager: string | null;
  readonly agency: string | null;
  readonly address: string | null;
  readonly sharedMailbox: string | null;
  readonly telephone: string | null;
  readonly team: string | null;
  readonly rights: readonly Right[];
}

/** The same as the record keeps them. */
export interface KnownStaff extends Staff {
  readonly authority: string;
  readonly active: boolean;
  readonly edition: number;
}

/** What a list changes, or would: ids, and the fields of whom it changes. */
export interface DirectoryChanges {
  readonly joined: readonly string[];
  readonly changed: readonly { readonly id: string; readonly fields: readonly (keyof Staff)[] }[];
  readonly left: readonly string[];
  /** Had left, and are there again. */
  readonly back: readonly string[];
  readonly same: number;
  /** Whose rights are others than before: nobody who has left has any. */
  readonly rights: readonly {
    readonly id: string;
    readonly given: readonly Right[];
    readonly taken: readonly Right[];
  }[];
}

/** A list that cannot be: every fault of it. */
export class DirectoryRefused extends Error {
  override readonly name = 'DirectoryRefused';
  readonly faults: readonly DirectoryFault[];
  constructor(faults: readonly DirectoryFault[]) {
    super(faults.map(({ message }) => message).join('; '));
    this.faults = faults;
  }
}

const FIELDS = [
  ...['name', 'role', 'manager', 'agency', 'address', 'sharedMailbox', 'telephone', 'team', 'rights'],
] as readonly (keyof Staff)[];
/** What cases show of somebody: another value is told to every case that names them. */
const SHOWN: readonly (keyof Staff)[] = ['name', 'manager', 'agency', 'address', 'sharedMailbox', 'telephone'];

/** A list with so many leavers is more often cut short than true: that it is meant must be said. */
const MANY_LEAVE = { share: 1 / 4, least: 5 };

/** Everybody of an authority's directory, in order of their ids; who has left only where asked for. @throws RecordUnavailable */
export async function directoryOf(
  record: OpenRecord,
  authority: string,
  { leftToo = false } = {},
): Promise<readonly KnownStaff[]> {
  const all = await asking(() => rowsOf(record.db, record, authority));
  return leftToo ? all : all.filter(({ active }) => active);
}

/** One of them, whether or not they have left. @throws RecordUnavailable */
export async function staffMember(record: OpenRecord, authority: string, id: string): Promise<KnownStaff | undefined> {
  const rows = await asking(() =>
    record.db
      .select()
      .from(staff)
      .where(and(eq(staff.authority, authority), eq(staff.id, id))),
  );
  return (await read(record, rows))[0];
}

/** Who works under an address of their own, in whatever authority: for whoever signs in by it. A shared mailbox is nobody's own. @throws RecordUnavailable */
export async function staffByAddress(record: OpenRecord, address: string): Promise<readonly KnownStaff[]> {
  if (address.trim() === '') return [];
  const rows = await asking(() =>
    record.db
      .select()
      .from(staff)
      .where(and(eq(staff.addressHash, addressHash(record.ledgerKey, address)), eq(staff.active, true)))
      .orderBy(asc(staff.authority), asc(staff.id)),
  );
  return read(record, rows);
}

/**
 * Makes the directory what this list says: whoever is missing has left. All of it or nothing, and twice is once.
 * @param options.dryRun says what would change, and changes nothing
 * @param options.leaversMeant a quarter or more may leave at once
 * @throws DirectoryRefused with every fault, NoAuthority for one nobody knows, RecordUnavailable
 */
export async function syncDirectory(
  record: OpenRecord,
  authority: string,
  list: readonly Staff[],
  { dryRun = false, leaversMeant = false } = {},
): Promise<DirectoryChanges> {
  await assertKnown(record, authority);
  const wanted = storable(list);
  refuse(structuralFaults(wanted));
  return alone(record, async (tx) => {
    const before = await rowsOf(tx, record, authority);
    const changes = compared(before, wanted);
    if (!leaversMeant) refuse(manyLeave(before, changes));
    if (!dryRun) await write(tx, record, authority, before, wanted, changes);
    return changes;
  });
}

/**
 * Changes one of them; `active: false` is leaving, `true` coming back, an id nobody has is joining.
 * @throws as `syncDirectory`
 */
export async function changeStaff(
  record: OpenRecord,
  authority: string,
  id: string,
  change: Partial<Omit<Staff, 'id'>> & { readonly active?: boolean | undefined },
): Promise<DirectoryChanges> {
  await assertKnown(record, authority);
  return alone(record, async (tx) => {
    const before = await rowsOf(tx, record, authority);
    const others = before.filter((one) => one.active && one.id !== id);
    const was = before.find((one) => one.id === id);
    const { active = true, ...fields } = storable(change);
    const nobody = { ...EMPTY, id } as Staff;
    const now = { ...(was ? given(was) : nobody), ...fields };
    const wanted = active ? [...others, now] : others;
    const missing = active ? (['name', 'role'] as const).filter((field) => !now[field]) : [];
    refuse(missing.map((field) => ({ id, field, message: `${id}: ${field} is missing` })));
    refuse(structuralFaults(wanted));
    const changes = compared(before, wanted);
    await write(tx, record, authority, before, wanted, changes);
    return { ...changes, same: 0 };
  });
}

const EMPTY = {
  name: '',
  role: '',
  manager: null,
  agency: null,
  address: null,
  sharedMailbox: null,
  telephone: null,
  team: null,
  rights: [],
};

function refuse(faults: readonly DirectoryFault[]): void {
  if (faults.length > 0) throw new DirectoryRefused(faults);
}

async function assertKnown(record: OpenRecord, authority: string): Promise<void> {
  const all = await authorities(record);
  if (!all.includes(authority))
    throw new NoAuthority(`there is no authority of that name; there are ${all.join(', ')}`);
}

function compared(before: readonly KnownStaff[], wanted: readonly Staff[]): DirectoryChanges {
  const was = new Map(before.map((one) => [one.id, one]));
  const now = new Set(wanted.map(({ id }) => id));
  const differing = (a: Staff, b: Staff) =>
    FIELDS.filter((field) => JSON.stringify(a[field]) !== JSON.stringify(b[field]));
  const stayed = wanted.filter(({ id }) => was.get(id)?.active);
  const changed = stayed
    .map((one) => ({ id: one.id, fields: differing(was.get(one.id)!, one) }))
    .filter(({ fields }) => fields.length > 0);
  const sorted = (ids: readonly string[]) => [...ids].sort(order);
  return {
    joined: sorted(wanted.flatMap(({ id }) => (was.has(id) ? [] : [id]))),
    changed: changed.sort((a, b) => order(a.id, b.id)),
    left: sorted(before.flatMap(({ id, active }) => (active && !now.has(id) ? [id] : []))),
    back: sorted(wanted.flatMap(({ id }) => (was.get(id)?.active === false ? [id] : []))),
    same: stayed.length - changed.length,
    rights: rightsChanged(before, wanted),
  };
}

function rightsChanged(before: readonly KnownStaff[], wanted: readonly Staff[]): DirectoryChanges['rights'] {
  const was = new Map(before.map(({ id, active, rights }) => [id, active ? rights : []]));
  const is = new Map(wanted.map(({ id, rights }) => [id, rights]));
  const all = [...new Set([...was.keys(), ...is.keys()])].sort(order).map((id) => {
    const [old, now] = [was.get(id) ?? [], is.get(id) ?? []];
    return {
      id,
      given: now.filter((right) => !old.includes(right)),
      taken: old.filter((right) => !now.includes(right)),
    };
  });
  return all.filter(({ given, taken }) => given.length + taken.length > 0);
}

function manyLeave(before: readonly KnownStaff[], { left }: DirectoryChanges): readonly DirectoryFault[] {
  const active = before.filter((one) => one.active).length;
  if (left.length < MANY_LEAVE.least || left.length < active * MANY_LEAVE.share) return [];
  const message = `${left.length} of ${active} would have left, for they are not in this list, and their cases would be their managers’: is it whole? If they have left, say so (allowLeavers=true; on the command line --allow-leavers)`;
  return [{ message }];
}

async function write(
  tx: Database,
  secrets: Secrets,
  authority: string,
  before: readonly KnownStaff[],
  wanted: readonly Staff[],
  { changed, joined, back, left }: DirectoryChanges,
): Promise<void> {
  const was = new Map(before.map((one) => [one.id, one]));
  const touched = new Set([...joined, ...back, ...changed.map(({ id }) => id)]);
  const shows = new Set(changed.flatMap(({ id, fields }) => (fields.some((one) => SHOWN.includes(one)) ? [id] : [])));
  const rows = wanted
    .filter(({ id }) => touched.has(id))
    .map((one) => {
      const edition = was.get(one.id)?.edition ?? 0;
      const next = joined.includes(one.id) || back.includes(one.id) || shows.has(one.id) ? edition + 1 : edition;
      return {
        ...{ ...one, authority, rights: [...one.rights], active: true, edition: next },
        addressHash: hashed(secrets, one.address),
        sharedHash: hashed(secrets, one.sharedMailbox),
      };
    });
  for (let i = 0; i < rows.length; i += ROWS_AT_ONCE)
    await tx
      .insert(staff)
      .values(await sealed<typeof staff.$inferInsert>(secrets, SEALED.staff, rows.slice(i, i + ROWS_AT_ONCE)))
      .onConflictDoUpdate({
        target: [staff.authority, staff.id],
        set: Object.fromEntries([
          ...[...FIELDS, ...(['active', 'edition', 'addressHash', 'sharedHash'] as const)].map((column) => [
            column,
            sql.raw(`excluded."${staff[column as keyof typeof staff.$inferSelect].name}"`),
          ]),
          ['changedAt', sql`now()`],
        ]),
      });
  if (left.length > 0)
    await tx
      .update(staff)
      .set({ active: false, edition: sql`${staff.edition} + 1`, changedAt: sql`now()` })
      .where(and(eq(staff.authority, authority), inArray(staff.id, [...left])));
}

/** A statement takes some 65,000 parameters at most. */
const ROWS_AT_ONCE = 500;

const hashed = ({ ledgerKey }: Secrets, address: string | null): string | null =>
  address === null ? null : addressHash(ledgerKey, address);

const rowsOf = async (db: Database, secrets: Secrets, authority: string): Promise<readonly KnownStaff[]> =>
  read(secrets, await db.select().from(staff).where(eq(staff.authority, authority)).orderBy(asc(staff.id)));

async function read(secrets: Secrets, rows: readonly (typeof staff.$inferSelect)[]): Promise<readonly KnownStaff[]> {
  const all = await opened(secrets, SEALED.staff, rows);
  return all.map(({ changedAt: _, addressHash: __, sharedHash: ___, name, ...row }) => ({ ...row, name: name ?? '' }));
}

/** As an authority gives them. */
export const given = ({ authority: _, active: __, edition: ___, ...one }: KnownStaff): Staff => one;

/** Two who change a directory at once wait for each other. Readers do not wait. */
const alone = <T>(record: OpenRecord, act: (tx: Database) => Promise<T>): Promise<T> =>
  asking(async () => {
    await record.writable();
    return record.db.transaction(async (tx) => {
      await tx.execute(sql`lock table ${staff} in exclusive mode`);
      return act(tx);
    });
  });

async function asking<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw databaseError(error);
  }
}
