// Postgres that drops connections while queries run, and has none to give when a relay took a mail: the process lives, work goes on,
// nothing is lost, and no mail goes twice.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import pg from 'pg';
import { RecordUnavailable } from '../../record/failures.ts';
import { type OpenRecord, openRecord } from '../../record/open.ts';
import { listCases } from '../../record/read.ts';
import { keep } from '../../record/write.ts';
import { ACCEPTED, setUp } from '../support/deliveries.ts';
import { delivery, entry, event, identity, notice } from '../support/entries.ts';
import { missing, type PrivatePostgres, startPostgres } from '../support/postgres.ts';
import { until } from '../support/waiting.ts';

describe('on Postgres', { skip: missing }, () => {
  let server: PrivatePostgres;
  let databaseUrl: string;
  let admin: pg.Client;
  let record: OpenRecord;
  let databases = 0;
  before(async () => {
    server = await startPostgres();
  });
  after(() => server.close());

  async function open(databaseConnections?: number): Promise<OpenRecord> {
    databaseUrl = await server.database(`dropped-${++databases}`);
    record = await openRecord({ databaseUrl, databaseConnections });
    const url = new URL(databaseUrl);
    url.pathname = '/postgres';
    admin = new pg.Client(url.href);
    await admin.connect();
    return record;
  }
  afterEach(async () => {
    await admin.end();
    await record.close(0);
  });
  const name = () => new URL(databaseUrl).pathname.slice(1);
  const dropAll = () =>
    admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name()]);

  const numbered = (i: number) =>
    entry({ case: identity({ id: `child-protection/D-${i}`, ref: `D-${i}` }), newEvents: [event('opening-1')] });

  test('connections that are dropped again and again: each entry is kept by trying again, and no place is lost', async () => {
    await open(4);
    let dropping = true;
    const drops = (async () => {
      for (let n = 0; dropping; n++) {
        await dropAll();
        await sleep(n % 5);
      }
    })();
    let failures = 0;
    const kept = Array.from({ length: 60 }, async (_, i) => {
      for (;;) {
        try {
          return await keep(record, numbered(i));
        } catch (error) {
          assert.ok(error instanceof RecordUnavailable, `${error}`);
          assert.match(error.message, /^the record cannot be used: [a-z0-9 ,:_()A-Z]+$/);
          if (++failures > 400) dropping = false; // by then it was shown
          await sleep(5);
        }
      }
    });
    await until(() => failures > 100, 'many were dropped in the middle');
    dropping = false;
    await drops;
    await Promise.all(kept);
    assert.equal((await listCases(record)).length, 60);
    // Were a place lost with each broken transaction, none would be left for these.
    await Promise.all(Array.from({ length: 8 }, () => record.db.transaction((tx) => tx.execute(sql`select 1`))));
  });

  test('a connection that is dropped while a transaction waits for something else ends nothing but that', async () => {
    await open();
    const waiting = record.db.transaction(async (tx) => {
      await tx.execute(sql`select 1`);
      await dropAll();
      await sleep(200); // nothing is asked of the connection while it breaks
      await tx.execute(sql`select 1`);
    });
    await assert.rejects(waiting);
    await keep(record, entry());
  });

  test('a mail the relay took while the database let nobody in is written down as soon as it does, and goes once', async () => {
    await open();
    const { deliver, relay, sweep } = await setUp(record, async () => {
      await admin.query(`alter database "${name()}" allow_connections false`);
      await dropAll();
      void sleep(1_500).then(() => admin.query(`alter database "${name()}" allow_connections true`));
      return ACCEPTED;
    });
    const outcomes = await deliver(delivery([notice('a')]));
    assert.equal(outcomes[0]?.outcome, 'accepted');
    await sweep();
    assert.equal(relay.seen.length, 1);
  });

  test('a mail the relay took while every connection of the process was busy is written down, and goes once', async () => {
    await open(2);
    const { deliver, relay, sweep } = await setUp(record, () => {
      // Longer than anybody waits for a connection.
      for (let i = 0; i < 2; i++) record.db.execute(sql`select pg_sleep(11)`).catch(() => {});
      return ACCEPTED;
    });
    const outcomes = await deliver(delivery([notice('a')]));
    assert.equal(outcomes[0]?.outcome, 'accepted');
    await sweep();
    assert.equal(relay.seen.length, 1);
  });
});
