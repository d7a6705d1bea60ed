// The audit: rows are only added, a row that was altered or deleted is named, and what is noted is written in batches.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'drizzle-orm';
import { type Audited, keepAudit, noteAudit } from '../../record/audit.ts';
import { readAudit, verifyAudit } from '../../record/audit-read.ts';
import type { OpenRecord } from '../../record/open.ts';
import { memoryRecord } from '../support/memory-record.ts';
import { onBothDatabases } from '../support/records.ts';

const read: Audited = {
  who: 'key:k7dq2',
  did: 'GET /cases/{kind}/{ref}',
  what: 'child-protection/BC-2041',
  outcome: '200',
  from: '192.0.2.7',
};
const all = (record: OpenRecord) => readAudit(record, { authorities: 'all', limit: 10_000 });
/** As somebody does who owns the database. */
async function withoutTrigger(record: OpenRecord, change: ReturnType<typeof sql>): Promise<void> {
  await record.db.execute(sql`alter table audit disable trigger all`);
  await record.db.execute(change);
  await record.db.execute(sql`alter table audit enable trigger all`);
}

onBothDatabases('the audit', (record) => {
  test('what is kept is there when the promise is fulfilled, with what was noted before it, numbered without a gap', async () => {
    noteAudit(record(), read);
    await Promise.all(
      Array.from({ length: 30 }, (_, i) => keepAudit(record(), { ...read, did: 'POST /cases', outcome: `${i}` })),
    );
    const rows = await all(record());
    assert.deepEqual(
      rows.map(({ number }) => number),
      Array.from({ length: 31 }, (_, i) => 31 - i),
    );
    assert.equal(rows.at(-1)?.did, 'GET /cases/{kind}/{ref}', 'in the order they came in');
    assert.deepEqual((await verifyAudit(record())).faults, []);
  });

  test('the database refuses to change, delete or empty it', async () => {
    for (const change of [sql`update audit set who = 'x'`, sql`delete from audit`, sql`truncate audit`])
      await assert.rejects(record().db.execute(change), (error: Error) => /append-only/.test(String(error.cause)));
    assert.equal((await all(record())).length, 31);
  });

  test('a row that was altered, one that was deleted and one that was put in are named', async () => {
    await withoutTrigger(record(), sql`update audit set what = 'child-protection/OTHER' where number = 7`);
    assert.deepEqual((await verifyAudit(record())).faults, ['row 7 was altered']);
    await withoutTrigger(record(), sql`update audit set what = 'child-protection/BC-2041' where number = 7`);
    assert.deepEqual((await verifyAudit(record())).faults, []);
    await withoutTrigger(record(), sql`delete from audit where number = 12`);
    assert.deepEqual((await verifyAudit(record())).faults, ['row 12 is missing']);
    await withoutTrigger(
      record(),
      sql`insert into audit select 12, at, who, did, what, outcome, address, request, hash from audit where number = 13`,
    );
    assert.ok((await verifyAudit(record())).faults.includes('row 12 was altered'));
    await withoutTrigger(record(), sql`delete from audit where number > 29`);
    assert.ok((await verifyAudit(record())).faults.includes('rows 30 to 31 are missing'));
    await withoutTrigger(
      record(),
      sql`insert into audit select 32, at, who, did, what, outcome, address, request, hash from audit where number = 1`,
    );
    assert.ok((await verifyAudit(record())).faults.includes('row 32 was put in: the audit ended with row 31'));
  });
});

test('who cuts rows off the end and moves the head back is found by a head that was noted elsewhere', async () => {
  const record = await memoryRecord();
  for (const outcome of ['1', '2', '3']) await keepAudit(record, { ...read, outcome });
  const { head } = await verifyAudit(record);
  const before = (await all(record))[1]!;
  await withoutTrigger(record, sql`delete from audit where number = 3`);
  await record.db.execute(sql`update audit_head set number = 2, hash = ${before.hash}`);
  assert.deepEqual((await verifyAudit(record)).faults, [], 'the chain by itself is whole');
  assert.match((await verifyAudit(record, head)).faults.join(), /row 3 is not the one that was noted/);
  await record.close();
});

test('rows are found by time, by who, by what and by authority, page by page, the newest first', async () => {
  const record = await memoryRecord();
  await record.db.execute(
    sql`insert into cases (id, ref, kind, authority, opening, rehearsal, status, events, revision, policy) values
      ('child-protection/BC-2041', 'BC-2041', 'child-protection', 'barnsley', 'o', false, 'open', 1, 1, 'p'),
      ('child-protection/LC-1', 'LC-1', 'child-protection', 'leeds', 'o', false, 'open', 1, 1, 'p')`,
  );
  await keepAudit(record, read);
  await keepAudit(record, { ...read, what: 'child-protection/LC-1', who: 'token:mosaic' });
  await keepAudit(record, { ...read, what: 'key:k7dq2', did: 'POST /keys' });
  const numbers = async (query: Partial<Parameters<typeof readAudit>[1]>) =>
    (await readAudit(record, { authorities: 'all', limit: 10, ...query })).map(({ number }) => number);
  assert.deepEqual(await numbers({ who: 'token:mosaic' }), [2]);
  assert.deepEqual(await numbers({ what: 'child-protection/BC-2041' }), [1]);
  assert.deepEqual(await numbers({ authorities: ['barnsley'] }), [1], 'and nothing that is no case of theirs');
  assert.deepEqual(await numbers({ authorities: [] }), []);
  assert.deepEqual(await numbers({ from: new Date(Date.now() + 1000) }), []);
  assert.deepEqual(await numbers({ to: new Date(Date.now() + 1000), limit: 2 }), [3, 2]);
  assert.deepEqual(await numbers({ before: 2 }), [1]);
  await record.close();
});

test('what is noted is in the record when it has closed, and an address or a free text is not', async () => {
  const record = await memoryRecord();
  noteAudit(record, { ...read, what: 'child-protection/Zebedee Marsh', from: '192.0.2.7' });
  noteAudit(record, { ...read, from: '::ffff:127.0.0.1' });
  noteAudit(record, { ...read, from: '10.1.2.3', who: 'zebedee@marsh.example' });
  await Promise.allSettled(record.underWay);
  const rows = (await all(record)).reverse();
  assert.equal(rows[0]?.what, '(unreadable)');
  assert.match(rows[0]?.address ?? '', /^reserved:[0-9a-f]{12}$/);
  assert.equal(rows[1]?.address, 'loopback');
  assert.match(rows[2]?.address ?? '', /^private:[0-9a-f]{12}$/);
  assert.equal(rows[2]?.who, '(unreadable)');
  assert.doesNotMatch(JSON.stringify(rows), /Zebedee|zebedee|192\.0|10\.1/);
  await record.close();
});

test('while the database is down nothing is acknowledged, and what was noted is written when it is back', async () => {
  const real = await memoryRecord();
  let down = true;
  const failing = async () => {
    if (down) throw Object.assign(new Error('down'), { code: 'ECONNREFUSED' });
  };
  const record: OpenRecord = { ...real, writable: failing };
  noteAudit(record, read);
  await assert.rejects(keepAudit(record, { ...read, did: 'POST /cases' }), { name: 'RecordUnavailable' });
  assert.deepEqual(await all(record), []);
  down = false;
  await keepAudit(record, { ...read, outcome: '201' });
  assert.deepEqual(
    (await all(record)).map(({ outcome }) => outcome),
    ['201', '200'],
  );
  await real.close();
});

test('one write after another goes at once: none waits for a timer', { timeout: 60_000 }, async (t) => {
  const record = await memoryRecord();
  t.mock.timers.enable({ apis: ['setTimeout'] });
  for (let i = 0; i < 20; i++) await keepAudit(record, { ...read, outcome: `${i}` });
  t.mock.timers.reset();
  assert.equal((await all(record)).length, 20);
  await record.close();
});
