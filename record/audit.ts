// The audit: who did or read what, when, from where, with what outcome. Rows are only added, each chained to the one before it by a keyed hash.
// No names and no free text. Written in batches, by each process for itself.

import { createHmac, randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import ipaddr from 'ipaddr.js';
import { CLOSED, databaseError, RecordUnavailable } from './failures.ts';
import type { Database, OpenRecord } from './open.ts';
import { audit, auditHead } from './schema-access.ts';

/** One thing that somebody did or read. */
export interface Audited {
  /** `key:k7dq…`, `token:mosaic`, `staff:<directory id>`, `link:<person id>`: never a name or an address. */
  readonly who: string;
  /** A few fixed words, such as a route: `POST /cases/{kind}/{ref}/events`. */
  readonly did: string;
  /** The case (`child-protection/BC-2041`), the key, the policy; empty where it is nothing single. */
  readonly what: string;
  /** An HTTP status, or one word. */
  readonly outcome: string;
  /** The address it came from. Its class and a keyed hash are kept, the address is not. */
  readonly from: string;
  /** The request's id, which the answer and the log have too; made here where it is absent. */
  readonly request?: string | undefined;
}

export type AuditRow = typeof audit.$inferSelect;

/** What nobody waits for is written after so long. A process that is killed loses what it noted since. */
const NOTED_WITHIN_MS = 500;
/** While the database is down. */
const AGAIN_AFTER_MS = 2_000;
/** Rows a statement, and rows that may wait while the database is down. */
const BATCH = 500;
const MOST_WAITING = 5_000;

/**
 * Keeps one entry. It is durable when the promise is fulfilled, together with all that was noted before it: for what changes something, before
 * it is acknowledged.
 * @throws RecordUnavailable: it is not kept, so the act must not be acknowledged
 */
export function keepAudit(record: OpenRecord, entry: Audited): Promise<void> {
  return new Promise((kept, failed) => bookOf(record).add(rowOf(record, entry), { kept, failed }));
}

/**
 * Notes one entry, which is written within half a second, and before the record closes: for what only reads.
 * @throws RecordUnavailable when too much waits for a database that does not answer
 */
export function noteAudit(record: OpenRecord, entry: Audited): void {
  bookOf(record).add(rowOf(record, entry));
}

type NewRow = Omit<AuditRow, 'number' | 'hash'>;

const rowOf = (record: OpenRecord, { who, did, what, outcome, from, request }: Audited): NewRow => ({
  at: new Date(),
  who: word(who, 120),
  // A route has spaces.
  did: did.split(' ').every((part) => word(part, 120) === part) ? did.slice(0, 120) : UNREADABLE,
  what: word(what, 160),
  outcome: word(outcome, 40),
  address: addressClass(record, from),
  request: word(request ?? randomUUID(), 64),
});

/** An identifier as it is. What is none could be anything, and is not kept. */
const word = (text: string, most: number): string =>
  text.length <= most && /^[\w./:{}-]*$/.test(text) ? text : UNREADABLE;
const UNREADABLE = '(unreadable)';

/** `loopback`, `private:3f…`, `unicast:9a…`: the same for the same address, and not to be turned back without the record's secret. */
function addressClass(record: OpenRecord, address: string): string {
  if (!ipaddr.isValid(address)) return address === '' ? '' : 'unknown';
  const parsed = ipaddr.process(address);
  const range = parsed.range();
  if (range === 'loopback') return range;
  const hash = createHmac('sha256', record.ledgerKey).update(`audit address|${parsed.toNormalizedString()}`);
  return `${range}:${hash.digest('hex').slice(0, 12)}`;
}

/** A keyed hash: whoever can write to the database cannot make the chain anew, where the key is not in it (NODRIFT_LEDGER_KEY). */
export function auditHash(record: OpenRecord, before: string, row: Omit<AuditRow, 'hash'>): string {
  const { number, at, who, did, what, outcome, address, request } = row;
  const said = JSON.stringify([before, number, at.toISOString(), who, did, what, outcome, address, request]);
  return createHmac('sha256', record.ledgerKey).update(`audit row|${said}`).digest('base64url');
}

interface Waiting {
  readonly row: NewRow;
  /** Whoever waits for it. */
  readonly by?: { readonly kept: () => void; readonly failed: (error: unknown) => void } | undefined;
}

const books = new WeakMap<OpenRecord, Book>();

function bookOf(record: OpenRecord): Book {
  const book = books.get(record) ?? new Book(record);
  books.set(record, book);
  return book;
}

/** What this process has to write: while one batch is being written the next one gathers. */
class Book {
  readonly #record: OpenRecord;
  #rows: Waiting[] = [];
  #writing = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(record: OpenRecord) {
    this.#record = record;
  }

  add(row: NewRow, by?: Waiting['by']): void {
    if (this.#rows.length >= MOST_WAITING) {
      const error = new RecordUnavailable('the audit cannot be written: the database does not answer', 'busy');
      if (!by) throw error;
      by.failed(error);
      return;
    }
    this.#rows.push({ row, by });
    if (by) void this.#write();
    else this.#writeIn(NOTED_WITHIN_MS);
  }

  /** The record waits for it when it closes. */
  #writeIn(ms: number): void {
    if (this.#timer || this.#writing) return;
    const { underWay } = this.#record;
    const written = new Promise<void>((done) => {
      this.#timer = setTimeout(() => {
        this.#timer = undefined;
        void this.#write().finally(done);
      }, ms);
    });
    underWay.add(written);
    void written.then(() => underWay.delete(written));
  }

  #write(): Promise<void> {
    if (this.#writing) return Promise.resolve();
    this.#writing = true;
    const { underWay } = this.#record;
    const work = this.#all().then((written) => {
      this.#writing = false;
      underWay.delete(work);
      // Whoever heard that theirs is kept may have added the next one meanwhile.
      if (this.#rows.length > 0) written ? void this.#write() : this.#writeIn(AGAIN_AFTER_MS);
    });
    underWay.add(work);
    return work;
  }

  /** @returns false where the database does not take them */
  async #all(): Promise<boolean> {
    while (this.#rows.length > 0) {
      const batch = this.#rows.splice(0, BATCH);
      try {
        await this.#record.writable();
        await this.#record.db.transaction((tx) => append(this.#record, tx as Database, batch));
        for (const { by } of batch) by?.kept();
      } catch (error) {
        const why = databaseError(error);
        const all = [...batch, ...this.#rows];
        // Whoever waits hears of it, and acknowledges nothing. What nobody waits for is tried again, unless there is no record any more.
        const closed = why instanceof RecordUnavailable && why.code === CLOSED;
        this.#rows = closed ? [] : all.filter(({ by }) => !by);
        for (const { by } of all) by?.failed(why);
        return false;
      }
    }
    return true;
  }
}

/** Adds rows at the end. Processes wait for each other on the head. */
async function append(record: OpenRecord, tx: Database, batch: readonly Waiting[]): Promise<void> {
  const [head] = await tx.select().from(auditHead).where(eq(auditHead.name, 'audit')).for('update');
  let { number, hash } = head!;
  const rows = batch.map(({ row }) => {
    number += 1;
    hash = auditHash(record, hash, { ...row, number });
    return { ...row, number, hash };
  });
  await tx.insert(audit).values(rows);
  await tx.update(auditHead).set({ number, hash }).where(eq(auditHead.name, 'audit'));
}
