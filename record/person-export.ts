// Everything about one person over the cases of an authority, for whoever asks what is held about them (UK GDPR, article 15). Others stand in it by
// their roles; what people wrote is whole, and has to be read by somebody before it is handed over.

import { and, asc, desc, eq, inArray, or } from 'drizzle-orm';
import type { CaseKind, Person } from '../domain/case/model.ts';
import { mailWords } from '../domain/notices/words.ts';
import { fromEpochMs, type Instant } from '../domain/time/calendar.ts';
import { addressHash } from './addresses.ts';
import { directoryOf, type KnownStaff } from './directory.ts';
import { asked } from './failures.ts';
import { whereTo } from './mail-ids.ts';
import type { OpenRecord } from './open.ts';
import { withoutOthers } from './others-left-out.ts';
import { ledgerOf } from './read.ts';
import { calendarEntries, calendarFeeds, caseAddresses, cases, duties, events } from './schema.ts';
import { audit } from './schema-access.ts';
import { staffNamed } from './schema-directory.ts';
import { signInSessions, signInUsers } from './schema-sign-in.ts';
import { SEALED } from './sealed-columns.ts';
import { opened } from './sealing.ts';

/** Who is meant: whoever has an address, somebody of the directory, or somebody of a case, who may have neither. */
export type PersonWish = { readonly authority: string } & (
  | { readonly address: string }
  | { readonly staff: string }
  | { readonly caseId: string; readonly person: string }
);

export interface PersonExport {
  readonly authority: string;
  readonly made: Instant;
  /** What they were found by. */
  readonly addresses: readonly string[];
  readonly directory: readonly Omit<KnownStaff, 'edition'>[];
  readonly cases: readonly ExportedCase[];
  readonly signIns: readonly {
    readonly address: string;
    readonly since: Instant;
    readonly sessions: readonly { readonly from: Instant; readonly until: Instant }[];
  }[];
  /** Since when they have a calendar to subscribe to; null where they have none. */
  readonly calendarSince: Instant | null;
  /** What they did and read, the newest first. */
  readonly audit: readonly {
    readonly at: Instant;
    readonly did: string;
    readonly what: string;
    readonly outcome: string;
  }[];
}

export interface ExportedCase {
  readonly case: string;
  readonly kind: CaseKind;
  readonly status: string;
  /** What the case calls them. */
  readonly ids: readonly string[];
  /** What is on file of them, as it was given from time to time. */
  readonly onFile: readonly object[];
  readonly events: readonly {
    readonly on: string;
    readonly recordedAt: Instant;
    /** Recorded by them, or naming them. */
    readonly why: 'by-them' | 'about-them';
    readonly event: object;
  }[];
  readonly owed: readonly { readonly duty: string; readonly due: string | null; readonly done: string | null }[];
  readonly mails: readonly { readonly about: string; readonly state: string; readonly at: Instant | null }[];
  readonly calendar: readonly {
    readonly meeting: string;
    readonly start: string;
    readonly minutes: number;
    readonly venue: string | null;
    readonly cancelled: boolean;
    readonly answered: Instant | null;
  }[];
}

/** The newest lines of the audit, and no more of them. */
const AUDIT_LINES = 5_000;

/** @throws RecordUnavailable */
export function exportPerson(record: OpenRecord, wish: PersonWish): Promise<PersonExport> {
  return asked(async () => {
    const them = new Known(wish);
    for (const one of await directoryOf(record, wish.authority, { leftToo: true })) them.learnStaff(one);
    let found: FoundCase[] = [];
    // What a case knows of them may lead to more: another address, an id of the directory.
    for (let knew: string | undefined; knew !== them.spelled(); ) {
      knew = them.spelled();
      found = await casesOf(record, them, wish);
    }
    const own = [...them.addresses].sort();
    const people = new Map(found.map(({ id, ids }) => [id, ids]));
    return {
      authority: wish.authority,
      made: fromEpochMs(Date.now()),
      addresses: own,
      directory: [...them.staff.values()].map(({ edition: _, ...one }) => one),
      cases: await Promise.all(found.map((one) => exported(record, one, them))),
      signIns: await signInsOf(record, own),
      calendarSince: await calendarSince(record, wish.authority, own),
      audit: await auditOf(record, [...them.staff.keys()], people),
    };
  });
}

/** What is known of who they are. */
class Known {
  readonly addresses = new Set<string>();
  readonly staff = new Map<string, KnownStaff>();
  readonly #staffId: string | undefined;

  constructor(wish: PersonWish) {
    if ('address' in wish) this.addresses.add(normal(wish.address));
    this.#staffId = 'staff' in wish ? wish.staff : undefined;
  }

  learnStaff(one: KnownStaff): void {
    if (one.id !== this.#staffId && !(one.address && this.addresses.has(normal(one.address)))) return;
    this.staff.set(one.id, one);
    if (one.address) this.addresses.add(normal(one.address));
  }

  /** A shared mailbox proves nothing: whoever has it in a case, and is somebody else in the directory, is not meant. */
  is({ email, staff }: Person): boolean {
    if (staff !== undefined) return this.staff.has(staff) || staff === this.#staffId;
    return email !== undefined && this.addresses.has(normal(email));
  }

  learn({ email }: Person): void {
    if (email) this.addresses.add(normal(email));
  }

  get staffIds(): readonly string[] {
    return [...new Set([...this.staff.keys(), ...(this.#staffId === undefined ? [] : [this.#staffId])])];
  }

  spelled = (): string => [...this.addresses, ...this.staff.keys()].sort().join(' ');
}

const normal = (address: string): string => address.trim().toLowerCase();

interface FoundCase {
  readonly id: string;
  readonly kind: CaseKind;
  readonly ref: string;
  readonly status: string;
  readonly ids: readonly string[];
  /** Everybody the case ever knew, once for each time it was told of them. */
  readonly people: readonly Person[];
  readonly happened: readonly { on: string; by: string; recordedAt: Date; event: object }[];
}

async function casesOf(record: OpenRecord, them: Known, wish: PersonWish): Promise<FoundCase[]> {
  const hashes = [...them.addresses].map((address) => addressHash(record.ledgerKey, address));
  const { db } = record;
  const addressed = db
    .select({ id: caseAddresses.caseId })
    .from(caseAddresses)
    .where(inArray(caseAddresses.address, hashes.length > 0 ? hashes : ['']));
  const named = db
    .select({ id: staffNamed.caseId })
    .from(staffNamed)
    .where(and(eq(staffNamed.authority, wish.authority), inArray(staffNamed.staff, ['', ...them.staffIds])));
  const rows = await db
    .select()
    .from(cases)
    .where(
      and(
        ...[eq(cases.authority, wish.authority), eq(cases.rehearsal, false)],
        or(inArray(cases.id, addressed), inArray(cases.id, named), eq(cases.id, 'caseId' in wish ? wish.caseId : '')),
      ),
    )
    .orderBy(asc(cases.id));
  const found: FoundCase[] = [];
  for (const { id, kind, ref, status, file } of await opened(record, SEALED.cases, rows)) {
    const happened = await opened(
      record,
      SEALED.events,
      await db
        .select()
        .from(events)
        .where(eq(events.caseId, id))
        .orderBy(asc(events.on), asc(events.recordedAt), asc(events.id)),
    );
    // Of an erased event nothing is left to show.
    const told = happened.flatMap((row) => (row.event ? [{ ...row, event: row.event as object }] : []));
    const people = [...(file?.people ?? []), ...told.flatMap(({ event }) => peopleIn(event))];
    const meant = 'caseId' in wish && wish.caseId === id ? wish.person : undefined;
    const ids = new Set(people.flatMap((one) => (one.id === meant || them.is(one) ? [one.id] : [])));
    if (ids.size === 0) continue;
    for (const one of people) if (ids.has(one.id)) them.learn(one);
    found.push({ ...{ id, kind, ref, status, people, happened: told }, ids: [...ids] });
  }
  return found;
}

/** People whom an event makes known to the case, whether it was put right later or not. */
function peopleIn(event: object): readonly Person[] {
  return Object.values(event).flatMap((part: unknown) => {
    if (typeof part !== 'object' || part === null) return [];
    const { id, name, role } = part as Partial<Person>;
    const isPerson = typeof id === 'string' && typeof name === 'string' && typeof role === 'string';
    return isPerson ? [part as Person] : peopleIn(part);
  });
}

async function exported(record: OpenRecord, found: FoundCase, them: Known): Promise<ExportedCase> {
  const { id, kind, ref, status, ids, people, happened } = found;
  const shown = withoutOthers(people, ids, [...them.addresses]);
  const owed = await record.db
    .select()
    .from(duties)
    .where(and(eq(duties.caseId, id), inArray(duties.owner, [...ids]), eq(duties.withdrawn, false)))
    .orderBy(asc(duties.due), asc(duties.key));
  const entries = await opened(
    record,
    SEALED.calendarEntries,
    await record.db
      .select()
      .from(calendarEntries)
      .where(and(eq(calendarEntries.caseId, id), inArray(calendarEntries.person, [...ids])))
      .orderBy(asc(calendarEntries.start)),
  );
  const ledger = await ledgerOf(record, id);
  return {
    ...{ case: id, kind, status, ids },
    onFile: distinct(people.filter((one) => ids.includes(one.id)).map((one) => shown.of(one))),
    events: happened.flatMap(({ on, by, recordedAt, event }) => {
      const why = ids.includes(by) ? 'by-them' : shown.names(event) ? 'about-them' : undefined;
      return why ? [{ on, recordedAt: instantOf(recordedAt), why, event: shown.of(event) }] : [];
    }),
    owed: owed.map(({ key, due, done }) => ({ duty: key, due, done })),
    mails: ledger
      .filter(({ recipient }) => ids.includes(recipient))
      .map(({ kind: what, duty, state, acceptedAt }) => ({
        about: `${ref}: ${what}${duty === null ? '' : `, ${mailWords(duty).thing}`}`,
        ...{ state, at: acceptedAt },
      })),
    calendar: entries.map(({ meeting, start, minutes, venue, cancelled, answered }) => ({
      ...{ meeting, start, minutes, cancelled },
      venue: venue === null ? null : shown.of(venue),
      answered: answered === null ? null : instantOf(answered),
    })),
  };
}

const distinct = (all: readonly object[]): readonly object[] => [
  ...new Map(all.map((one) => [JSON.stringify(one), one])).values(),
];

async function signInsOf(record: OpenRecord, addresses: readonly string[]): Promise<PersonExport['signIns']> {
  const users = await opened(record, SEALED.signInUsers, await record.db.select().from(signInUsers));
  const theirs = users.filter(({ name }) => name !== null && addresses.includes(normal(name)));
  return Promise.all(
    theirs.map(async ({ id, name, createdAt }) => {
      const sessions = await record.db
        .select()
        .from(signInSessions)
        .where(eq(signInSessions.userId, id))
        .orderBy(asc(signInSessions.createdAt));
      return {
        ...{ address: name ?? '', since: instantOf(createdAt) },
        sessions: sessions.map((one) => ({ from: instantOf(one.createdAt), until: instantOf(one.expiresAt) })),
      };
    }),
  );
}

async function calendarSince(
  record: OpenRecord,
  authority: string,
  addresses: readonly string[],
): Promise<Instant | null> {
  const readers = addresses.map((address) => whereTo(record.ledgerKey, authority, address).reader);
  const [feed] = await record.db
    .select()
    .from(calendarFeeds)
    .where(inArray(calendarFeeds.reader, ['', ...readers]))
    .orderBy(asc(calendarFeeds.since));
  return feed ? instantOf(feed.since) : null;
}

/** Whoever answers by a link stands in the audit as the case calls them; whoever signs in, by their id in the directory. */
async function auditOf(
  record: OpenRecord,
  staffIds: readonly string[],
  inCases: ReadonlyMap<string, readonly string[]>,
): Promise<PersonExport['audit']> {
  const links = [...inCases].map(([caseId, ids]) =>
    and(
      eq(audit.what, caseId),
      inArray(
        audit.who,
        ids.map((id) => `link:${id}`),
      ),
    ),
  );
  const signedIn = inArray(audit.who, ['', ...staffIds.map((id) => `staff:${id}`)]);
  const rows = await record.db
    .select()
    .from(audit)
    .where(or(signedIn, ...links))
    .orderBy(desc(audit.number))
    .limit(AUDIT_LINES);
  return rows.map(({ at, did, what, outcome }) => ({ at: instantOf(at), did, what, outcome }));
}

const instantOf = (at: Date): Instant => fromEpochMs(at.getTime());
