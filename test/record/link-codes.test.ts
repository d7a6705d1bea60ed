// Codes for answers by links, in the record: ten minutes, three tries, one answer.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'drizzle-orm';
import { isCode, keepCode } from '../../record/link-codes.ts';
import { onBothDatabases } from '../support/records.ts';

onBothDatabases('codes', (record) => {
  test('a code is the one of its answer, however often it is shown, and a new one takes its place', async () => {
    await keepCode(record(), 'answer', 'one');
    assert.equal(await isCode(record(), 'answer', 'one'), true);
    assert.equal(await isCode(record(), 'answer', 'one'), true);
    assert.equal(await isCode(record(), 'other', 'one'), false);
    await keepCode(record(), 'answer', 'two');
    assert.equal(await isCode(record(), 'answer', 'one'), false);
    assert.equal(await isCode(record(), 'answer', 'two'), true);
  });

  test('after three wrong ones the right one counts no more, also where they come at once', async () => {
    await keepCode(record(), 'guessed', 'right');
    await Promise.all(['a', 'b', 'c', 'd', 'e'].map((code) => isCode(record(), 'guessed', code)));
    assert.equal(await isCode(record(), 'guessed', 'right'), false);
  });

  test('after ten minutes it counts no more, and the next code sweeps it away', async () => {
    await keepCode(record(), 'old', 'right');
    await record().db.execute(sql`update link_codes set until = now() - interval '1 second' where answer = 'old'`);
    assert.equal(await isCode(record(), 'old', 'right'), false);
    await keepCode(record(), 'new', 'x');
    const rows = await record().db.execute(sql`select 1 from link_codes where answer = 'old'`);
    assert.equal((rows as { rows: unknown[] }).rows.length, 0);
  });
});
