// The key store in a Postgres database of its own: one table. Its backups are kept apart from the record's and Temporal's, and not for long.

import pg from 'pg';
import { KeysUnavailable } from './case-keys.ts';
import type { KeptKey, KeyStore, Tombstone, WrappedKey } from './key-store.ts';

const TABLE = `create table if not exists nodrift_keys (
  owner text primary key,
  id text,
  kek text,
  wrapped text,
  erased_by text,
  erased_at text,
  made_at timestamptz not null default now(),
  away_at timestamptz,
  check ((erased_at is null) = (wrapped is not null))
)`;
/** For a table of a release before: its keys count as made now. */
const SINCE = `alter table nodrift_keys add column if not exists made_at timestamptz not null default now(),
  add column if not exists away_at timestamptz`;
const COLUMNS = 'owner, id, kek, wrapped, erased_by, erased_at, away_at';
const CONNECTIONS = 3;
const ANSWERS_WITHIN_MS = 10_000;
const A_BATCH = 1_000;
/** Several processes that start at once make the table one after the other. */
const MAKING = 7_204_311;

interface Row {
  readonly owner: string;
  readonly id: string;
  readonly kek: string;
  readonly wrapped: string;
  readonly erased_by: string;
  readonly erased_at: string | null;
  readonly away_at: Date | null;
}
const kept = ({ id, kek, wrapped, erased_by: by, erased_at: at }: Row): KeptKey =>
  at === null ? { id, kek, wrapped } : { erased: { by, at } };

export class PostgresKeyStore implements KeyStore {
  readonly where: string;
  readonly #pool: pg.Pool;

  private constructor(pool: pg.Pool, where: string) {
    this.#pool = pool;
    this.where = where;
  }

  /** @throws KeysUnavailable with one line, without the password in it */
  static async open(url: string): Promise<PostgresKeyStore> {
    const pool = new pg.Pool({
      connectionString: url,
      max: CONNECTIONS,
      connectionTimeoutMillis: ANSWERS_WITHIN_MS,
      query_timeout: ANSWERS_WITHIN_MS,
      application_name: 'nodrift-keys',
    });
    // A connection that breaks while nobody uses it is made anew.
    pool.on('error', () => {});
    const { host, pathname } = new URL(url);
    const store = new PostgresKeyStore(pool, `${host}${pathname}`);
    try {
      await store.#ask(`begin; select pg_advisory_xact_lock(${MAKING}); ${TABLE}; ${SINCE}; commit`);
      return store;
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  async read(owners: readonly string[]): Promise<ReadonlyMap<string, KeptKey>> {
    const ask = () => this.#ask(`select ${COLUMNS} from nodrift_keys where owner = any($1)`, [owners]);
    const rows = await ask();
    if (rows.every((row) => row.away_at === null)) return new Map(rows.map((row) => [row.owner, kept(row)]));
    await this.#ask('update nodrift_keys set away_at = null where owner = any($1) and away_at is not null', [owners]);
    // One of them may have been destroyed just before.
    return new Map((await ask()).map((row) => [row.owner, kept(row)]));
  }

  async add(owner: string, { id, kek, wrapped }: WrappedKey): Promise<KeptKey> {
    // In one statement: between two the row could be destroyed.
    const [row] = await this.#ask(
      `insert into nodrift_keys (owner, id, kek, wrapped) values ($1, $2, $3, $4)
       on conflict (owner) do update set away_at = null returning ${COLUMNS}`,
      [owner, id, kek, wrapped],
    );
    return kept(row!);
  }

  async rewrap(owner: string, { id, kek, wrapped }: WrappedKey): Promise<void> {
    const values = [owner, id, kek, wrapped];
    await this.#ask(
      'update nodrift_keys set kek = $3, wrapped = $4, away_at = null where owner = $1 and id = $2',
      values,
    );
  }

  async erase(owner: string, { by, at }: Tombstone): Promise<void> {
    await this.#ask(
      `insert into nodrift_keys (owner, erased_by, erased_at) values ($1, $2, $3)
       on conflict (owner) do update set id = null, kek = null, wrapped = null, away_at = null, erased_by = $2, erased_at = $3
       where nodrift_keys.erased_at is null`,
      [owner, by, at],
    );
    await this.#vacuum();
  }

  /** What was updated stays in the table's pages until they are swept. One that another sweeps now is swept by it. */
  async #vacuum(): Promise<void> {
    await this.#ask('vacuum (skip_locked) nodrift_keys').catch(() => {});
  }

  async putAway(owner: string, madeBefore: Date): Promise<boolean> {
    const rows = await this.#ask(
      `update nodrift_keys set away_at = coalesce(away_at, now())
       where owner = $1 and erased_at is null and (away_at is not null or made_at < $2) returning ${COLUMNS}`,
      [owner, madeBefore],
    );
    return rows.length > 0;
  }

  async destroyPutAway(before: Date): Promise<number> {
    const gone = await this.#ask(`delete from nodrift_keys where away_at < $1 returning ${COLUMNS}`, [before]);
    if (gone.length > 0) await this.#vacuum();
    return gone.length;
  }

  async *all(): AsyncIterable<readonly (readonly [string, KeptKey])[]> {
    for (let after = ''; ; ) {
      const rows = await this.#ask(
        `select ${COLUMNS} from nodrift_keys where owner > $1 order by owner limit ${A_BATCH}`,
        [after],
      );
      if (rows.length === 0) return;
      yield rows.map((row) => [row.owner, kept(row)] as const);
      after = rows.at(-1)!.owner;
    }
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  async #ask(query: string, values?: readonly unknown[]): Promise<readonly Row[]> {
    try {
      return (await this.#pool.query<Row>(query, values as unknown[])).rows;
    } catch (error) {
      // The driver's words may hold what was asked for.
      const { code } = error as { code?: string };
      throw new KeysUnavailable(
        `the key store at ${this.where} does not answer${code ? ` (${code})` : ''}: see to that database, or correct NODRIFT_KEYS_URL; see docs/keys.md`,
      );
    }
  }
}
