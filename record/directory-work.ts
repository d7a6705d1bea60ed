// What the staff directory owes to running cases: which were not told of its newest edition of somebody, and which are to be handed over.
// Each case's answer is kept as it comes, so that whoever does the work may be killed anywhere and begin again.

import { randomUUID } from 'node:crypto';
import { and, asc, count, eq, gt, isNull, ne, sql } from 'drizzle-orm';
import { databaseError } from './failures.ts';
import type { OpenRecord } from './open.ts';
import { cases } from './schema.ts';
import { reallocated, reallocations, staff, staffNamed } from './schema-directory.ts';
import { SEALED } from './sealed-columns.ts';
import { type Opened, opened, sealed, type Unsealed } from './sealing.ts';
import { storable } from './storable.ts';

/** Somebody of one case of whom the directory says something new. */
export interface StaffNews {
  readonly caseId: string;
  readonly person: string;
  readonly staff: string;
  readonly edition: number;
  /** False: they left. */
  readonly active: boolean;
}

const isRunning = and(eq(cases.rehearsal, false), ne(cases.status, 'closed'));
const isNew = sql`${staffNamed.told} < ${staff.edition}`;
const place = sql<string>`${staffNamed.caseId} || '|' || ${staffNamed.person}`;
const sameStaff = and(eq(staff.authority, staffNamed.authority), eq(staff.id, staffNamed.staff));

/** The next people of cases that were not told, in a steady order. @param after the last of the page before @throws RecordUnavailable */
export async function staffNews(
  { db }: OpenRecord,
  authority: string,
  after: string,
  limit: number,
): Promise<readonly (StaffNews & { readonly place: string })[]> {
  return asking(() =>
    db
      .select({
        caseId: staffNamed.caseId,
        person: staffNamed.person,
        staff: staffNamed.staff,
        place,
        edition: staff.edition,
        active: staff.active,
      })
      .from(staffNamed)
      .innerJoin(staff, sameStaff)
      .innerJoin(cases, eq(cases.id, staffNamed.caseId))
      .where(and(eq(staffNamed.authority, authority), isRunning, isNew, gt(place, after)))
      .orderBy(asc(place))
      .limit(limit),
  );
}

/** The case has it, or has no use for it; or would not take it, and why. @throws RecordUnavailable */
export async function keepTold(record: OpenRecord, news: StaffNews, fault: string | null = null): Promise<void> {
  const { caseId, person } = news;
  const [row] = await sealed<Pick<typeof staffNamed.$inferSelect, 'caseId' | 'person' | 'fault'>>(
    record,
    SEALED.staffNamed,
    [{ caseId, person, fault }],
  );
  const told = fault === null ? { told: news.edition } : {};
  await asking(() =>
    record.db
      .update(staffNamed)
      .set({ ...told, fault: row!.fault })
      .where(
        and(
          ...[eq(staffNamed.caseId, news.caseId), eq(staffNamed.person, news.person)],
          ...[eq(staffNamed.staff, news.staff), sql`${staffNamed.told} < ${news.edition}`],
        ),
      ),
  );
}

/** How far the directory's news has come. */
export interface DirectoryProgress {
  /** People of cases still to be told of. */
  readonly left: number;
  /** Cases that would not take it, at most a hundred of them: told again with the next change of the directory. */
  readonly refused: readonly {
    readonly case: string;
    readonly person: string;
    readonly staff: string;
    readonly why: string;
  }[];
}

/** @throws RecordUnavailable */
export async function directoryProgress(record: OpenRecord, authority: string): Promise<DirectoryProgress> {
  const { db } = record;
  const open = db
    .select({ caseId: staffNamed.caseId, person: staffNamed.person, staff: staffNamed.staff, fault: staffNamed.fault })
    .from(staffNamed)
    .innerJoin(staff, sameStaff)
    .innerJoin(cases, eq(cases.id, staffNamed.caseId))
    .where(and(eq(staffNamed.authority, authority), isRunning, isNew));
  return asking(async () => {
    const all = db.$with('open_news').as(open);
    const [number] = await db.with(all).select({ left: count() }).from(all).where(isNull(all.fault));
    const refused = await db
      .with(all)
      .select()
      .from(all)
      .where(sql`${all.fault} is not null`)
      .orderBy(asc(all.caseId))
      .limit(100);
    const read = await opened(record, SEALED.staffNamed, refused);
    return {
      left: number?.left ?? 0,
      refused: read.map(({ caseId, fault, ...one }) => ({ case: caseId, ...one, why: fault ?? '' })),
    };
  });
}

/** Authorities whose directory has something to tell: for whoever starts after a crash. @throws RecordUnavailable */
export async function authoritiesWithNews({ db }: OpenRecord): Promise<readonly string[]> {
  const rows = await asking(() =>
    db
      .selectDistinct({ authority: staffNamed.authority })
      .from(staffNamed)
      .innerJoin(staff, sameStaff)
      .innerJoin(cases, eq(cases.id, staffNamed.caseId))
      .where(and(isRunning, isNew)),
  );
  return rows.map(({ authority }) => authority);
}

/** All cases of one worker go to another. */
export type Reallocation = Opened<typeof reallocations.$inferSelect>;
export type HandedOver = (typeof reallocated.$inferSelect)['outcome'];

/** Begins one, or gives the one that is under way between the same two. @throws RecordUnavailable */
export async function beginReallocation(
  record: OpenRecord,
  wish: Pick<Reallocation, 'authority' | 'from' | 'to' | 'reason'>,
): Promise<Reallocation> {
  const rows = await sealed<typeof reallocations.$inferInsert>(record, SEALED.reallocations, [
    { ...storable(wish), id: randomUUID() },
  ]);
  return asking(() =>
    record.db.transaction(async (tx) => {
      await tx.execute(sql`lock table ${reallocations} in exclusive mode`);
      const same = and(
        ...[eq(reallocations.authority, wish.authority), eq(reallocations.from, wish.from)],
        ...[eq(reallocations.to, wish.to), isNull(reallocations.doneAt)],
      );
      const underWay = await tx.select().from(reallocations).where(same);
      const made = underWay.length > 0 ? underWay : await tx.insert(reallocations).values(rows).returning();
      return (await opened(record, SEALED.reallocations, made))[0]!;
    }),
  );
}

/** @throws RecordUnavailable */
export async function reallocation(record: OpenRecord, id: string): Promise<Reallocation | undefined> {
  const rows = await asking(() => record.db.select().from(reallocations).where(eq(reallocations.id, id)));
  return (await opened(record, SEALED.reallocations, rows))[0];
}

/** The next running cases that name whoever hands over, and have not answered for good. @throws RecordUnavailable */
export async function casesNaming(
  { db }: OpenRecord,
  { authority, from, id }: Pick<Reallocation, 'authority' | 'from'> & { readonly id?: string | undefined },
  after: string,
  limit: number,
): Promise<readonly string[]> {
  const answered = sql`exists (select 1 from ${reallocated} where ${reallocated.reallocation} = ${id ?? ''}
    and ${reallocated.caseId} = ${staffNamed.caseId} and ${reallocated.outcome} <> 'unanswered')`;
  const rows = await asking(() =>
    db
      .selectDistinct({ id: staffNamed.caseId })
      .from(staffNamed)
      .innerJoin(cases, eq(cases.id, staffNamed.caseId))
      .where(
        and(
          ...[eq(staffNamed.authority, authority), eq(staffNamed.staff, from), isRunning],
          ...[gt(staffNamed.caseId, after), sql`not ${answered}`],
        ),
      )
      .orderBy(asc(staffNamed.caseId))
      .limit(limit),
  );
  return rows.map((row) => row.id);
}

/** @throws RecordUnavailable */
export async function keepHandedOver(
  record: OpenRecord,
  answer: Unsealed<typeof reallocated.$inferInsert>,
): Promise<void> {
  const [row] = await sealed<typeof reallocated.$inferInsert>(record, SEALED.reallocated, [answer]);
  const { outcome, why = null } = row!;
  await asking(() =>
    record.db
      .insert(reallocated)
      .values(row!)
      .onConflictDoUpdate({ target: [reallocated.reallocation, reallocated.caseId], set: { outcome, why } }),
  );
}

/** Every case has answered: another between the same two is one of its own. @throws RecordUnavailable */
export async function completeReallocation({ db }: OpenRecord, id: string): Promise<void> {
  await asking(() =>
    db
      .update(reallocations)
      .set({ doneAt: sql`now()` })
      .where(and(eq(reallocations.id, id), isNull(reallocations.doneAt))),
  );
}

/** What became of its cases so far. @throws RecordUnavailable */
export async function reallocationAnswers(
  record: OpenRecord,
  id: string,
): Promise<readonly { readonly case: string; readonly outcome: HandedOver; readonly why: string | null }[]> {
  const rows = await asking(() =>
    record.db.select().from(reallocated).where(eq(reallocated.reallocation, id)).orderBy(asc(reallocated.caseId)),
  );
  const read = await opened(record, SEALED.reallocated, rows);
  return read.map(({ caseId, outcome, why }) => ({ case: caseId, outcome, why }));
}

/** Those that were begun and not completed: for whoever starts after a crash. @throws RecordUnavailable */
export async function reallocationsUnderWay({ db }: OpenRecord): Promise<readonly string[]> {
  const rows = await asking(() =>
    db.select({ id: reallocations.id }).from(reallocations).where(isNull(reallocations.doneAt)),
  );
  return rows.map(({ id }) => id);
}

async function asking<T>(act: () => PromiseLike<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw databaseError(error);
  }
}
