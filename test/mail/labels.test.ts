// The words of mails are those of the policy an authority has in force, within a minute of its being applied.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from 'drizzle-orm';
import { policyLabels } from '../../mail/labels.ts';
import { hashedPolicy, shippedPolicy } from '../../policies/load.ts';
import { RecordUnavailable } from '../../record/failures.ts';
import { applyPolicy } from '../../record/in-force.ts';
import type { OpenRecord } from '../../record/open.ts';
import { memoryRecord } from '../support/memory-record.ts';

let record: OpenRecord;
before(async () => {
  record = await memoryRecord();
});
after(() => record.close());

const HULL = shippedPolicy('hull');
const called = (version: string, label: string) => {
  const roles = { ...HULL.roles, godparent: { label: 'godparent', family: true }, health: { label } };
  return hashedPolicy({ ...HULL, version, roles });
};

test('an applied policy is in the mails within a minute, without a restart', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() });
  const labels = policyLabels(record);
  assert.equal((await labels('hull')).roles?.health, HULL.roles.health?.label);
  await applyPolicy(record, called('2', 'health visitor'), 'tom');
  t.mock.timers.tick(59_000);
  assert.equal((await labels('hull')).roles?.health, HULL.roles.health?.label, 'asked once a minute at most');
  t.mock.timers.tick(1_000);
  const words = await labels('hull');
  assert.equal(words.roles?.health, 'health visitor');
  assert.ok(words.family?.includes('godparent'), 'written to as family');
});

test('a rehearsal of an authority nobody knows, and a policy that cannot be read, use the usual words', async () => {
  const usual = await policyLabels(record)('barnsley');
  assert.deepEqual(await policyLabels(record)('atlantis'), usual);
  await record.db.execute(sql`update policies set content = '{}' where authority = 'hull'`);
  assert.deepEqual(await policyLabels(record)('hull'), usual);
});

test('while the record is down nothing is remembered in place of the labels', async () => {
  const own = await memoryRecord();
  const labels = policyLabels(own);
  await own.close();
  await assert.rejects(labels('hull'), RecordUnavailable);
  await assert.rejects(labels('hull'), RecordUnavailable);
});
