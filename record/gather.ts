// One mail a reader and morning: the notices that wait for the round get their mails here, before it and, where it did not come, after it.

import { and, asc, eq, gt, inArray, isNull, lte, sql } from 'drizzle-orm';
import { idsOf } from './mail-ids.ts';
import type { Database, OpenRecord } from './open.ts';
import { fromNow, insertMails, lockUnsent, type NewMail, PLANNED_GRACE_S } from './outbox.ts';
import { mails, notices } from './schema.ts';

/** What waits for a round that is this late gets its mail without one. */
const LATE_S = 300;
/** Readers whose late notices are gathered by one sweep. */
const LATE_READERS = 500;

/** How far a round has been gathered. */
export interface Gathered {
  readonly mails: number;
  readonly notices: number;
  /** Where to go on; null when every reader has their mail. */
  readonly after: string | null;
}

const waits = (until: Date) =>
  and(eq(notices.round, true), isNull(notices.mail), isNull(notices.withdrawnAt), lte(notices.notBefore, until))!;

/**
 * Gives what waits for a round a mail for each reader, to go at the round's instant. Done again it adds what has come since to mails of which no copy can
 * be out; what comes later than that is `lateRound`'s. Killed anywhere it harms nothing: a batch is a transaction.
 * @param options.until the round's instant
 * @param options.limit so many readers at a time
 * @param options.after the reader up to which it was done before
 * @param options.domain for Message-IDs
 */
export function gatherRound(
  record: OpenRecord,
  options: { until: Date; limit: number; after?: string | null | undefined; domain: string },
): Promise<Gathered> {
  const { until, limit, domain } = options;
  return record.db.transaction(async (tx) => {
    const readers = await tx
      .select({ reader: notices.reader, destination: sql<string>`min(${notices.destination})` })
      .from(notices)
      .where(and(waits(until), gt(notices.reader, options.after ?? '')))
      .groupBy(notices.reader)
      .orderBy(asc(notices.reader))
      .limit(limit);
    const rows = readers.map(({ reader, destination }): NewMail => {
      const { key, token } = idsOf(record.ledgerKey, 'round', until.toISOString(), reader!);
      return {
        key,
        messageId: `<${token}@${domain}>`,
        round: true,
        state: 'PLANNED',
        reader,
        destination,
        // For a minute from its instant only the round itself takes it. Then the sweepers help.
        notBefore: sql`${until.toISOString()}::timestamptz`,
        nextTryAt: graceAfter(until),
      };
    });
    const gathered = await giveMails(tx, rows, until);
    return { ...gathered, after: readers.length < limit ? null : readers.at(-1)!.reader };
  });
}

const graceAfter = (until: Date) =>
  sql`${until.toISOString()}::timestamptz + make_interval(secs => ${PLANNED_GRACE_S})`;

/** Writes the mails, and puts what waits for their readers into those that take more. */
async function giveMails(tx: Database, rows: readonly NewMail[], until: Date) {
  if (rows.length === 0) return { mails: 0, notices: 0 };
  const sorted = [...rows].sort((a, b) => (a.key < b.key ? -1 : 1));
  await insertMails(tx, sorted);
  const open = await lockUnsent(
    tx,
    sorted.map(({ key }) => key),
  );
  const into = sorted.flatMap(({ key, reader }) => (open.has(key) ? [{ mail: key, reader }] : []));
  if (into.length === 0) return { mails: 0, notices: 0 };
  const given = await tx
    .update(notices)
    .set({ mail: sql`v.mail` })
    .from(sql`json_to_recordset(${JSON.stringify(into)}::json) as v(mail text, reader text)`)
    .where(and(waits(until), eq(notices.reader, sql`v.reader`)))
    .returning({ mail: notices.mail });
  return { mails: new Set(given.map(({ mail }) => mail)).size, notices: given.length };
}

/**
 * Gives mails to what waited for a round in vain: its time was five minutes ago, and no round took it. One mail a reader; what lost its place in a mail of
 * its own (it was taken back and planned again while that one went) gets another.
 * @returns how many mails were planned
 */
export function lateRound(record: OpenRecord, options: { domain: string }): Promise<number> {
  return record.db.transaction(async (tx) => {
    const late = await tx
      .select({ key: notices.key, reader: notices.reader, destination: notices.destination, round: notices.round })
      .from(notices)
      .where(
        and(
          isNull(notices.mail),
          isNull(notices.withdrawnAt),
          sql`${notices.payload} is not null`,
          lte(notices.notBefore, fromNow(-LATE_S)),
        ),
      )
      .orderBy(asc(notices.reader), asc(notices.notBefore))
      .limit(LATE_READERS * 4)
      .for('update', { skipLocked: true });
    if (late.length === 0) return 0;
    const now = new Date().toISOString();
    const groups = new Map<string, typeof late>();
    for (const row of late) {
      const group = row.round ? `round|${row.reader}` : row.key;
      groups.set(group, [...(groups.get(group) ?? []), row]);
    }
    const made = [...groups].map(([group, rows]) => {
      const { key, token } = idsOf(record.ledgerKey, 'late', now, group);
      const { reader, destination, round } = rows[0]!;
      const mail: NewMail = {
        key,
        messageId: `<${token}@${options.domain}>`,
        round,
        state: 'PLANNED',
        reader,
        destination,
        notBefore: fromNow(0),
        nextTryAt: fromNow(0),
      };
      return { mail, keys: rows.map((row) => row.key) };
    });
    await insertMails(
      tx,
      made.map(({ mail }) => mail),
    );
    const into = made.flatMap(({ mail, keys }) => keys.map((key) => ({ key, mail: mail.key })));
    await tx
      .update(notices)
      .set({ mail: sql`v.mail` })
      .from(sql`json_to_recordset(${JSON.stringify(into)}::json) as v(key text, mail text)`)
      .where(eq(notices.key, sql`v.key`));
    return made.length;
  });
}

/** What one reader would get: no name and no address. */
export interface RoundLine {
  /** Their ids in the cases they are told of. */
  readonly people: readonly string[];
  readonly items: number;
  readonly kinds: Readonly<Record<string, number>>;
  /** By id, in order. */
  readonly cases: readonly string[];
}

/** What the next round would send, most first. Nothing changes. */
export async function roundPreview(record: OpenRecord, options: { until: Date }): Promise<RoundLine[]> {
  const rows = await record.db
    .select({
      reader: notices.reader,
      person: notices.recipient,
      kind: notices.kind,
      caseId: notices.caseId,
      items: sql<number>`count(*)::int`,
    })
    .from(notices)
    .leftJoin(mails, eq(mails.key, notices.mail))
    .where(
      and(
        eq(notices.round, true),
        isNull(notices.withdrawnAt),
        lte(notices.notBefore, options.until),
        sql`(${notices.mail} is null and ${notices.payload} is not null or ${inArray(mails.state, ['PLANNED', 'DEFERRED'])})`,
      ),
    )
    .groupBy(notices.reader, notices.recipient, notices.kind, notices.caseId);
  const lines = new Map<
    string | null,
    { people: Set<string>; items: number; kinds: Map<string, number>; cases: Set<string> }
  >();
  for (const { reader, person, kind, caseId, items } of rows) {
    const line = lines.get(reader) ?? { people: new Set(), items: 0, kinds: new Map(), cases: new Set() };
    line.people.add(person);
    line.items += items;
    line.kinds.set(kind, (line.kinds.get(kind) ?? 0) + items);
    line.cases.add(caseId);
    lines.set(reader, line);
  }
  return [...lines.values()]
    .map(({ people, items, kinds, cases }) => ({
      people: [...people].sort(),
      items,
      kinds: Object.fromEntries([...kinds].sort()),
      cases: [...cases].sort(),
    }))
    .sort((a, b) => b.items - a.items || (a.people[0]! < b.people[0]! ? -1 : 1));
}
