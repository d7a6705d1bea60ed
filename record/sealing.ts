// Personal values as the database has them: sealed with the key of the case they belong to, or with the system's (codec/). Every write and every
// read of such a column goes through here; sealed-columns.ts says which these are.

import { createHash } from 'node:crypto';
import { CaseErased, type CaseKeys, KeysUnavailable } from '../codec/case-keys.ts';
import { CannotRead, type DataKey } from '../codec/data-key.ts';
import { isSealed, openValue, sealValue } from '../codec/sealed-value.ts';
import type { Sealed } from './columns.ts';
import { RecordUnavailable } from './failures.ts';

/** What it takes to write and read what is about people. */
export interface Secrets {
  /** Keys and hashes are HMACs with it, so that they tell nothing. */
  readonly ledgerKey: Buffer;
  /** What personal values are sealed with, and opened. */
  readonly keys: CaseKeys | undefined;
  /** Whether they are sealed when they are written: not while workers of a release before run beside this one, which cannot read them. */
  readonly seals: boolean;
}

type Keys = Pick<Secrets, 'keys'>;
type Sealing = Pick<Secrets, 'keys' | 'seals'>;
type Plain<V> = V extends Sealed<infer T> ? T : V;
type Read<V> = V extends Sealed<infer T> ? T | null : V;
/** A row before it is written: with the values themselves. */
export type Unsealed<R> = { [K in keyof R]: Plain<R[K]> };
/** A row as it is read: with the values themselves, and null for those of a case that was erased. */
export type Opened<R> = { [K in keyof R]: Read<R[K]> };

/** Which columns of a table are sealed, with whose key, and for which row. */
export interface SealedTable {
  readonly name: string;
  /** The owner of a row: a case's id, or the system, which is never erased. */
  readonly owner: (row: Row) => string;
  /** The columns by which a row is known: a value that is moved to another row does not open. */
  readonly ids: readonly string[];
  readonly columns: readonly string[];
}

type Row = Readonly<Record<string, unknown>>;

/** What is written in place of what was erased, where the column must hold something. */
export const ERASED = 'nd2.erased';

const aboutOf = (of: SealedTable, row: Row, column: string): string =>
  `${of.owner(row)}|${of.name}.${column}|${of.ids.map((id) => String(row[id])).join('|')}`;

/**
 * Rows as they are written: each value sealed. What is null stays so.
 * @throws CaseErased where a row's case was erased, RecordUnavailable where its key cannot be had
 */
export async function sealed<R extends object>(
  { keys, seals }: Sealing,
  of: SealedTable,
  rows: readonly Unsealed<R>[],
): Promise<R[]> {
  const given = rows as readonly Row[];
  if (!keys || !seals) return given as R[];
  const known = new Map<string, DataKey>();
  for (const row of given) {
    const owner = of.owner(row);
    if (!known.has(owner)) known.set(owner, await asking(keys.keyFor(owner)));
  }
  return given.map((row) =>
    changed(of, row, (value, about) => sealValue(known.get(of.owner(row))!, about, value)),
  ) as R[];
}

/**
 * Rows as they are read. A value of a case that was erased is null; a value of before it was sealed is itself.
 * @throws RecordUnavailable where a key cannot be had, or the value was not sealed for this row
 */
export async function opened<R extends object>(
  { keys }: Keys,
  of: SealedTable,
  rows: readonly R[],
): Promise<Opened<R>[]> {
  const given = rows as readonly Row[];
  const owners = given.flatMap((row) => (of.columns.some((column) => isSealed(row[column])) ? [of.owner(row)] : []));
  const known = owners.length > 0 ? await keysToRead(keys, owners) : new Map<string, DataKey>();
  return given.map((row) =>
    changed(of, row, (value, about) => {
      if (!isSealed(value)) return value === ERASED ? null : value;
      const key = known.get(of.owner(row));
      return key ? openedWith(key, about, value) : null;
    }),
  ) as Opened<R>[];
}

/** The row with each of its sealed columns that holds something changed. */
function changed(of: SealedTable, row: Row, change: (value: unknown, about: string) => unknown): Row {
  const copy: Record<string, unknown> = { ...row };
  for (const column of of.columns) {
    const value = row[column];
    if (value !== null && value !== undefined) copy[column] = change(value, aboutOf(of, row, column));
  }
  return copy;
}

/** Something of several cases: it can be read as long as none of them is erased. */
export interface Joint {
  readonly owners: readonly string[];
  readonly about: string;
}

/** Texts of several cases as they are written. @throws CaseErased, RecordUnavailable */
export async function sealedTogether(
  { keys, seals }: Sealing,
  texts: readonly (Joint & { readonly text: string })[],
): Promise<readonly string[]> {
  if (!keys || !seals) return texts.map(({ text }) => text);
  const known = await keysToRead(
    keys,
    texts.flatMap(({ owners }) => owners),
  );
  return texts.map(({ owners, about, text }) => {
    const key = jointKey(known, owners);
    if (!key) throw new RecordUnavailable('a case of this was erased meanwhile', KEYS);
    return sealValue(key, about, text);
  });
}

/** The same as they are read: null where it cannot be, for a case was erased, or it is of other cases. @throws RecordUnavailable */
export async function openedTogether(
  { keys }: Keys,
  texts: readonly (Joint & { readonly text: string | null })[],
): Promise<readonly (string | null)[]> {
  const owners = texts.flatMap((one) => (isSealed(one.text) ? one.owners : []));
  const known = owners.length > 0 ? await keysToRead(keys, owners) : new Map<string, DataKey>();
  return texts.map(({ owners, about, text }) => {
    if (!isSealed(text)) return text;
    const key = jointKey(known, owners);
    try {
      return key ? (openValue(key, about, text) as string) : null;
    } catch (error) {
      if (error instanceof CannotRead) return null;
      throw error;
    }
  });
}

/** A key made of those of several owners: whoever lacks one of them does not have it. */
function jointKey(known: ReadonlyMap<string, DataKey>, owners: readonly string[]): DataKey | undefined {
  const all = [...new Set(owners)].sort().map((owner) => known.get(owner));
  if (!all.every((key) => key !== undefined)) return undefined;
  const hash = (what: string) => {
    const of = createHash('sha256').update(`nodrift ${what} of several cases`);
    for (const { id, bytes } of all) of.update(what === 'key' ? bytes : id);
    return of.digest();
  };
  return { id: hash('id').toString('hex').slice(0, 16), bytes: hash('key') };
}

/** Whether a case was erased: nothing of it can be read any more. @throws RecordUnavailable */
export async function isErased({ keys }: Keys, owner: string): Promise<boolean> {
  if (!keys || (await asking(keys.keysOf([owner]))).has(owner)) return false;
  return (await erasedOf(keys, [owner])).has(owner);
}

/** Those of the owners that were erased; the others have a key from now on, if they had none. @throws RecordUnavailable */
export async function withoutKey({ keys }: Keys, owners: readonly string[]): Promise<ReadonlySet<string>> {
  const erased = new Set<string>();
  for (const owner of new Set(owners)) {
    const made = keys && asking(keys.keyFor(owner));
    await made?.catch((error: unknown) => {
      if (!(error instanceof CaseErased)) throw error;
      erased.add(owner);
    });
  }
  return erased;
}

/**
 * The keys of these owners; one that was erased is absent.
 * @throws RecordUnavailable where one is neither there nor known as erased: another store of keys is looked into
 */
async function keysToRead(
  keys: CaseKeys | undefined,
  owners: readonly string[],
): Promise<ReadonlyMap<string, DataKey>> {
  if (!keys) throw new RecordUnavailable(`${NO_KEYS}: this process has none`, KEYS);
  const wanted = [...new Set(owners)];
  const known = await asking(keys.keysOf(wanted));
  const absent = wanted.filter((owner) => !known.has(owner));
  if (absent.length === 0) return known;
  const erased = await erasedOf(keys, absent);
  const lost = absent.find((owner) => !erased.has(owner));
  if (lost !== undefined) throw new RecordUnavailable(`${NO_KEYS}: there is none of ${lost}`, KEYS);
  return known;
}

const NO_KEYS = 'the record is sealed, and its keys are not all here';
/** The code of a record whose keys cannot be had. */
const KEYS = 'keys';

const erasedBefore = new WeakMap<CaseKeys, Set<string>>();

/** Those of the owners that were erased. What was erased stays so: it is asked for once. */
async function erasedOf(keys: CaseKeys, owners: readonly string[]): Promise<ReadonlySet<string>> {
  const known = erasedBefore.get(keys);
  if (known && owners.every((owner) => known.has(owner))) return known;
  const erased = new Set((await asking(keys.erasures())).map(({ owner }) => owner));
  erasedBefore.set(keys, erased);
  return erased;
}

function openedWith(key: DataKey, about: string, value: string): unknown {
  try {
    return openValue(key, about, value);
  } catch (error) {
    if (!(error instanceof CannotRead)) throw error;
    throw new RecordUnavailable(`the record cannot be read: ${error.message}`, KEYS);
  }
}

async function asking<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof CaseErased || !(error instanceof KeysUnavailable)) throw error;
    throw new RecordUnavailable(error.message, KEYS);
  }
}
