// The outbox: what cases hand over to be said, and what they take back. A notice is what one person is told of one step; a mail is one message,
// and may carry many. Both are written in the case's own transaction. claims.ts and settle.ts say how mails leave; `MailState` in schema.ts has
// their states.

import { and, eq, inArray, isNotNull, isNull, lt, or, type SQL, sql } from 'drizzle-orm';
import type { PersonId } from '../domain/case/model.ts';
import type { CaseIdentity, Delivery, Notice } from '../domain/notices/notice.ts';
import { idsOf, mailIds, whereTo } from './mail-ids.ts';
import type { Database, OpenRecord } from './open.ts';
import { type MailState, mails, notices } from './schema.ts';
import { SEALED } from './sealed-columns.ts';
import { type Secrets, sealed, type Unsealed } from './sealing.ts';
import { isShadow, keepShadow, toldInShadow, withdrawShadow } from './shadow.ts';
import { hasSiblings, TOGETHER_S, together } from './siblings.ts';
import { storable } from './storable.ts';

/** For this long only the activity that planned a mail may take it. Then the sweeper does. */
export const PLANNED_GRACE_S = 60;

/** So many seconds after the database’s own now. */
export const fromNow = (seconds: number): SQL => sql`now() + make_interval(secs => ${seconds})`;

/** A planned notice: its row, the mail it goes in (null while it waits for a round), and where that goes. */
export interface Planned {
  readonly notice: string;
  readonly mail: string | null;
  readonly destination: string;
}

/** A row to be written, with instants that the database works out. */
type Written<Row, Instants extends keyof Row> = Omit<Row, Instants> & { readonly [K in Instants]: SQL };
type NewNotice = Written<typeof notices.$inferInsert, 'notBefore'> & { readonly destination: string };
type UnsealedNotice = Unsealed<NewNotice>;
export type NewMail = Written<typeof mails.$inferInsert, 'notBefore' | 'nextTryAt'>;

/**
 * Writes a row for every notice that has none yet, with the instant before which it must not go, and a mail for each that does not wait for a round. What
 * was withdrawn stands again; what was sent stays sent.
 * @param domain for Message-IDs
 * @param options.revives false: what was withdrawn stays so
 * @returns the rows, in the notices' order
 */
export async function plan(
  tx: Database,
  secrets: Secrets,
  delivery: Delivery,
  domain: string,
  { revives = true } = {},
): Promise<Planned[]> {
  const given = storable(delivery);
  const { entry, notices: told, now } = given;
  if (await isShadow(tx, entry.case)) {
    const keys = await keepShadow(tx, secrets, given);
    return keys.map((notice) => ({ notice, mail: null, destination: '' }));
  }
  const waits = await hasSiblings(tx, entry.case);
  const all = told.map((notice) => drafted(secrets.ledgerKey, entry.case, notice, now, waits, domain));
  if (all.length === 0) return [];
  const shadowed = await toldInShadow(
    tx,
    all.map(({ row }) => row.key),
  );
  const drafts = all.filter(({ row }) => !shadowed.has(row.key));
  if (drafts.length === 0) return all.map(({ row }) => ({ notice: row.key, mail: null, destination: row.destination }));
  // The table has one row a key, and a statement may touch it once.
  const distinct = [...new Map(drafts.map((draft) => [draft.row.key, draft])).values()];
  const written = await tx
    .insert(notices)
    .values(
      await sealed<NewNotice>(
        secrets,
        SEALED.notices,
        distinct.map(({ row }) => row),
      ),
    )
    .onConflictDoUpdate({
      target: notices.key,
      set: {
        withdrawnAt: null,
        payload: sql`excluded.payload`,
        notBefore: sql`excluded.not_before`,
        reader: sql`excluded.reader`,
        destination: sql`excluded.destination`,
        round: sql`excluded.round`,
        mail: sql`coalesce(${notices.mail}, excluded.mail)`,
      },
      setWhere: revives ? isNotNull(notices.withdrawnAt) : sql`false`,
    })
    .returning({ key: notices.key, mail: notices.mail });
  const goesIn = new Map(written.map(({ key, mail }) => [key, mail]));
  const fresh = distinct.filter(({ row }) => goesIn.has(row.key) && goesIn.get(row.key) === row.mail);
  for (const [key, mail] of await writeMails(tx, fresh)) goesIn.set(key, mail);
  const known = drafts.map(({ row }) => row.key).filter((key) => !goesIn.has(key));
  if (known.length > 0) {
    const rows = await tx
      .select({ key: notices.key, mail: notices.mail })
      .from(notices)
      .where(inArray(notices.key, known));
    for (const { key, mail } of rows) goesIn.set(key, mail);
  }
  return all.map(({ row }) => ({
    notice: row.key,
    mail: goesIn.get(row.key) ?? null,
    destination: row.destination,
  }));
}

interface Draft {
  readonly row: UnsealedNotice;
  /** Its mail where it goes alone. */
  readonly alone: NewMail | undefined;
  /** Its mail with those of siblings that say the same. */
  readonly joint: NewMail | undefined;
}

function drafted(secret: Buffer, of: CaseIdentity, notice: Notice, now: string, waits: boolean, domain: string): Draft {
  const { key, token } = mailIds(secret, of, notice.key, notice.to.id);
  // A rehearsal's clock is ahead of this machine's. So only the time from its now to the notice counts.
  const ahead = Math.max(0, (Date.parse(notice.notBefore ?? notice.at) - Date.parse(now)) / 1000);
  const where = whereTo(secret, of.authority, notice.to.email);
  const round = notice.round === true;
  const row: UnsealedNotice = {
    key,
    caseId: of.id,
    notice: notice.key,
    recipient: notice.to.id,
    kind: notice.kind,
    duty: notice.duty,
    payload: { case: of, notice, now },
    ...where,
    round,
    notBefore: fromNow(ahead),
    mail: round ? null : key,
  };
  if (round) return { row, alone: undefined, joint: undefined };
  const mail = (ids: { key: string; token: string }, notBefore: number, nextTry: number): NewMail => ({
    key: ids.key,
    messageId: `<${ids.token}@${domain}>`,
    state: 'PLANNED' as const,
    ...where,
    notBefore: fromNow(notBefore),
    nextTryAt: fromNow(nextTry),
  });
  const says = waits ? together(of, notice) : undefined;
  const wait = ahead + TOGETHER_S;
  return {
    row,
    // Before it may go no activity tries it.
    alone: mail({ key, token }, ahead, ahead > 0 ? ahead : PLANNED_GRACE_S),
    joint: says === undefined ? undefined : mail(idsOf(secret, 'together', says), wait, wait),
  };
}

/** Writes the mails of notices that are new. @returns the mail of each that goes with others */
async function writeMails(tx: Database, fresh: readonly Draft[]): Promise<Map<string, string>> {
  const joint = fresh.filter((draft) => draft.joint);
  const open = await openJoint(tx, joint);
  const joined = joint.filter((draft) => open.has(draft.joint!.key!));
  const alone = fresh.flatMap((draft) => (draft.alone && !joined.includes(draft) ? [draft.alone] : []));
  await insertMails(tx, alone);
  for (const { row, joint } of joined)
    await tx.update(notices).set({ mail: joint!.key }).where(eq(notices.key, row.key));
  return new Map(joined.map(({ row, joint }) => [row.key, joint!.key]));
}

/** The joint mails that still take a notice: locked, so that nobody claims one before the notice is in it. */
async function openJoint(tx: Database, joint: readonly Draft[]): Promise<Set<string>> {
  if (joint.length === 0) return new Set();
  // In one order, or the transactions of two siblings could wait for each other.
  const byKey = [...new Map(joint.map((draft) => [draft.joint!.key, draft.joint!])).values()].sort((a, b) =>
    a.key < b.key ? -1 : 1,
  );
  await insertMails(tx, byKey);
  return lockUnsent(
    tx,
    byKey.map(({ key }) => key),
  );
}

/** Writes new mails, and plans again those that had nothing left to say, or whose time was put off. */
export async function insertMails(tx: Database, rows: readonly NewMail[]): Promise<void> {
  if (rows.length === 0) return;
  await tx
    .insert(mails)
    .values([...rows])
    .onConflictDoUpdate({
      target: mails.key,
      set: { state: 'PLANNED', notBefore: sql`excluded.not_before`, nextTryAt: sql`excluded.next_try_at`, code: null },
      setWhere: or(
        eq(mails.state, 'DROPPED'),
        and(eq(mails.state, 'PLANNED'), lt(mails.notBefore, sql`excluded.not_before`)),
      ),
    });
}

/** Locks mails, and gives those of which no copy may be out: they take more notices. */
export async function lockUnsent(tx: Database, keys: readonly string[]): Promise<Set<string>> {
  const rows = await tx
    .select({ key: mails.key, state: mails.state })
    .from(mails)
    .where(inArray(mails.key, [...keys]))
    .orderBy(mails.key)
    .for('update');
  return new Set(rows.flatMap(({ key, state }) => (state === 'PLANNED' || state === 'DEFERRED' ? [key] : [])));
}

/**
 * Takes back notices that have not gone: what they ask was done. One whose mail is under way counts as gone if it is taken.
 * @param withdrawn the notices' keys, as the case planned them
 */
export async function withdraw(
  tx: Database,
  { ledgerKey }: Pick<Secrets, 'ledgerKey'>,
  of: CaseIdentity,
  withdrawn: readonly { readonly key: string; readonly to: PersonId }[],
): Promise<void> {
  if (withdrawn.length === 0) return;
  const keys = withdrawn.map(({ key, to }) => mailIds(ledgerKey, of, key, to).key);
  await withdrawShadow(tx, keys);
  await tx
    .update(notices)
    .set({ withdrawnAt: sql`now()` })
    .where(
      and(
        inArray(notices.key, keys),
        isNull(notices.withdrawnAt),
        // Whoever writes down that it went empties this: it is what a write that waited for that one looks at again.
        isNotNull(notices.payload),
        sql`not exists (select 1 from mails where mails.key = ${notices.mail} and mails.state in ('ACCEPTED', 'REFUSED'))`,
      ),
    );
}

/** What became of a notice. */
export interface NoticeStanding {
  readonly state: MailState | 'WAITING' | 'WITHDRAWN';
  readonly code: string | null;
}

/** How notices stand now, by key. WAITING: for the morning round. */
export async function whatBecameOf(record: OpenRecord, keys: readonly string[]): Promise<Map<string, NoticeStanding>> {
  const rows = keys.length
    ? await record.db
        .select({ key: notices.key, withdrawnAt: notices.withdrawnAt, state: mails.state, code: mails.code })
        .from(notices)
        .leftJoin(mails, eq(mails.key, notices.mail))
        .where(inArray(notices.key, [...keys]))
    : [];
  return new Map(rows.map((row) => [row.key, standing(row)]));
}

export const standing = (row: {
  readonly withdrawnAt: Date | null;
  readonly state: MailState | null;
  readonly code: string | null;
}): NoticeStanding => ({
  state: row.withdrawnAt ? 'WITHDRAWN' : (row.state ?? 'WAITING'),
  code: row.code,
});
