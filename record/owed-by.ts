// What one person owes across the cases of an authority. Within it a person is their address, whatever a case calls them; whom the staff
// directory names is found by its id too.

import { and, asc, eq, inArray, ne, or } from 'drizzle-orm';
import type { CaseKind, Person } from '../domain/case/model.ts';
import type { LocalDate } from '../domain/time/calendar.ts';
import { addressHash } from './addresses.ts';
import { isOpenDuty, isRunning } from './case-pages.ts';
import { databaseError } from './failures.ts';
import type { Database, OpenRecord } from './open.ts';
import { caseAddresses, cases, duties, events } from './schema.ts';
import { staffNamed } from './schema-directory.ts';
import { SEALED } from './sealed-columns.ts';
import { opened } from './sealing.ts';

export interface OwedByWish {
  readonly authority: string;
  /** Their id in a case, or in the authority's directory. */
  readonly person: string;
  /** The case whose person is meant, where several people have this id. */
  readonly caseId?: string | undefined;
  readonly today: LocalDate;
}

/** Something somebody owes, and where. */
export interface OwedInCase {
  readonly case: string;
  readonly kind: CaseKind;
  readonly ref: string;
  /** What this case calls them. */
  readonly person: string;
  readonly duty: string;
  readonly meeting: string | null;
  readonly due: LocalDate | null;
  readonly bookBy: LocalDate | null;
  readonly target: LocalDate | null;
  readonly late: boolean;
  readonly rules: readonly string[];
}

/** Several people have this id, each in cases of their own: nobody knows who is meant. */
export class SeveralPeople extends Error {
  override readonly name = 'SeveralPeople';
  /** One case of each of them. */
  readonly cases: readonly string[];
  constructor(cases: readonly string[]) {
    super('several people have this id, each in cases of their own');
    this.cases = cases;
  }
}

/** Somebody of a case. */
interface InCase {
  readonly caseId: string;
  readonly person: string;
}

/**
 * What they owe now, the earliest limit first; nothing for whoever owes nothing, or is nobody.
 * @throws SeveralPeople, RecordUnavailable
 */
export async function owedBy(record: OpenRecord, wish: OwedByWish): Promise<readonly OwedInCase[]> {
  const { db } = record;
  try {
    const named = await inDirectory(db, wish);
    const seeds = named.length > 0 ? named : await calledSo(db, wish);
    const them = await everywhere(record, wish.authority, seeds, named.length > 0);
    return await owedIn(db, them, wish.today);
  } catch (error) {
    throw error instanceof SeveralPeople ? error : databaseError(error);
  }
}

/** Where the directory's own id names them. */
async function inDirectory(db: Database, { authority, person }: OwedByWish): Promise<readonly InCase[]> {
  return db
    .select({ caseId: staffNamed.caseId, person: staffNamed.person })
    .from(staffNamed)
    .where(and(eq(staffNamed.authority, authority), eq(staffNamed.staff, person)));
}

/** In the cases where somebody of this id owes something; or in the one that is meant. */
async function calledSo(db: Database, { authority, person, caseId }: OwedByWish): Promise<readonly InCase[]> {
  if (caseId !== undefined) return [{ caseId, person }];
  const rows = await db
    .selectDistinct({ caseId: duties.caseId })
    .from(duties)
    .innerJoin(cases, eq(cases.id, duties.caseId))
    .where(and(isRunning([authority]), isOpenDuty, eq(duties.owner, person)));
  return rows.map(({ caseId: id }) => ({ caseId: id, person }));
}

/** The same people in every running case of the authority, by their addresses. */
async function everywhere(
  record: OpenRecord,
  authority: string,
  seeds: readonly InCase[],
  known: boolean,
): Promise<readonly InCase[]> {
  const theirs = await addressesIn(record, authority, [...new Set(seeds.map(({ caseId }) => caseId))]);
  const byAddress = new Map<string, string>();
  for (const { caseId, person } of seeds) {
    const address = theirs.get(caseId)?.get(person);
    if (address !== undefined && !byAddress.has(address)) byAddress.set(address, caseId);
  }
  if (byAddress.size > 1 && !known) throw new SeveralPeople([...byAddress.values()].slice(0, 10));
  if (byAddress.size === 0) return seeds.filter(({ caseId }) => theirs.has(caseId));
  const found = await Promise.all([...byAddress.keys()].map((address) => casesWith(record, authority, address)));
  const all = await addressesIn(record, authority, [...new Set(found.flat())]);
  const same = [...all].flatMap(([caseId, people]) =>
    [...people].flatMap(([person, address]) => (byAddress.has(address) ? [{ caseId, person }] : [])),
  );
  const isSame = new Set(same.map(key));
  return [...same, ...seeds.filter((one) => theirs.has(one.caseId) && !isSame.has(key(one)))];
}

const key = ({ caseId, person }: InCase): string => `${caseId} ${person}`;

/** Events by which a case learns somebody's address. */
const TELLS = ['person-joined', 'person-updated', 'event-corrected'];

/** Running cases in which an address was ever told. */
async function casesWith(
  { db, ledgerKey }: OpenRecord,
  authority: string,
  address: string,
): Promise<readonly string[]> {
  const rows = await db
    .select({ id: cases.id })
    .from(caseAddresses)
    .innerJoin(cases, eq(cases.id, caseAddresses.caseId))
    .where(and(isRunning([authority]), eq(caseAddresses.address, addressHash(ledgerKey, address))));
  return rows.map(({ id }) => id);
}

/** The address of everybody of these cases who has one, as each case knows it now. */
async function addressesIn(
  record: OpenRecord,
  authority: string,
  ids: readonly string[],
): Promise<Map<string, Map<string, string>>> {
  if (ids.length === 0) return new Map();
  const { db } = record;
  const files = await db
    .select({ id: cases.id, file: cases.file })
    .from(cases)
    .where(and(isRunning([authority]), inArray(cases.id, [...ids])));
  const told = await db
    .select({ caseId: events.caseId, id: events.id, event: events.event })
    .from(events)
    .where(and(inArray(events.caseId, [...ids]), inArray(events.type, TELLS), eq(events.standing, 'stands')))
    .orderBy(asc(events.on), asc(events.recordedAt), asc(events.arrival));
  const read = await opened(record, SEALED.cases, files);
  const addresses = new Map(read.map(({ id, file }) => [id, addressesOf(file?.people ?? [])]));
  for (const { caseId, event } of await opened(record, SEALED.events, told)) {
    const within = event?.type === 'event-corrected' ? event.event : event;
    const { person } = (within ?? {}) as { readonly person?: Person | string };
    if (typeof person !== 'object') continue;
    // Whoever is given anew is given whole.
    addresses.get(caseId)?.delete(person.id);
    for (const [id, address] of addressesOf([person])) addresses.get(caseId)?.set(id, address);
  }
  return addresses;
}

const addressesOf = (people: readonly Person[]): Map<string, string> =>
  new Map(people.flatMap(({ id, email }) => (email?.trim() ? [[id, email.trim().toLowerCase()] as const] : [])));

/** So many pairs are asked for at once. */
const AT_ONCE = 500;

async function owedIn(db: Database, them: readonly InCase[], today: LocalDate): Promise<readonly OwedInCase[]> {
  const found: OwedInCase[] = [];
  for (let i = 0; i < them.length; i += AT_ONCE) {
    const some = them.slice(i, i + AT_ONCE);
    const rows = await db
      .select()
      .from(duties)
      .innerJoin(cases, eq(cases.id, duties.caseId))
      .where(
        and(
          ne(cases.status, 'closed'),
          isOpenDuty,
          or(...some.map(({ caseId, person }) => and(eq(duties.caseId, caseId), eq(duties.owner, person)))),
        ),
      );
    found.push(
      ...rows.map(({ cases: { id, kind, ref }, duties: duty }) => ({
        case: id,
        kind,
        ref,
        person: duty.owner,
        duty: duty.key,
        meeting: duty.meeting,
        due: duty.due as LocalDate | null,
        bookBy: duty.bookBy as LocalDate | null,
        target: duty.target as LocalDate | null,
        late: duty.due !== null && duty.due < today,
        rules: duty.rules,
      })),
    );
  }
  const rank = (one: OwedInCase) => `${one.due ?? '9'} ${one.case} ${one.duty}`;
  return found.sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
}
