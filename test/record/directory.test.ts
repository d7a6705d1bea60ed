// The staff directory in the record: a list decides who is there, all of it or nothing, and every fault is said at once.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  changeStaff,
  DirectoryRefused,
  directoryOf,
  type Staff,
  staffByAddress,
  staffMember,
  syncDirectory,
} from '../../record/directory.ts';
import { NoPolicy } from '../../record/in-force.ts';
import { onBothDatabases } from '../support/records.ts';
import { emptyDirectory, member } from '../support/staff.ts';

const TOM = member('S-22', { name: 'Tom Hale', role: 'team-manager', rights: ['manager'] });
const AMIRA = member('S-17', { name: 'Amira Khan', manager: 'S-22', address: 'Amira@council.test' });
const WORKERS = Array.from({ length: 12 }, (_, i) => member(`W-${i + 10}`, { manager: 'S-22' }));

const refused = (act: Promise<unknown>, ...says: readonly RegExp[]) =>
  assert.rejects(act, (error) => {
    assert.ok(error instanceof DirectoryRefused, String(error));
    assert.equal(error.faults.length, says.length, error.message);
    for (const [i, words] of says.entries()) assert.match(error.faults[i]!.message, words);
    return true;
  });

onBothDatabases('the staff directory', (database) => {
  const sync = async (list: readonly Staff[], options = {}) => syncDirectory(database(), 'barnsley', list, options);

  test('is what the list says: who joined, who changed in what, who left, who came back', async () => {
    await emptyDirectory(database());
    assert.deepEqual((await sync([TOM, AMIRA])).joined, ['S-17', 'S-22']);
    assert.deepEqual(await sync([TOM, AMIRA]), { joined: [], changed: [], left: [], back: [], same: 2, rights: [] });
    const moved = { ...AMIRA, address: 'a.khan@council.test', team: 'north' };
    const changes = await sync([TOM, moved]);
    assert.deepEqual(changes.changed, [{ id: 'S-17', fields: ['address', 'team'] }]);
    assert.deepEqual((await sync([TOM])).left, ['S-17']);
    assert.deepEqual(
      (await directoryOf(database(), 'barnsley')).map(({ id }) => id),
      ['S-22'],
    );
    assert.equal((await staffMember(database(), 'barnsley', 'S-17'))?.active, false);
    assert.deepEqual((await sync([TOM, moved])).back, ['S-17']);
  });

  test('an edition counts what cases show: another address raises it, another team does not', async () => {
    await emptyDirectory(database());
    const edition = async () => (await staffMember(database(), 'barnsley', 'S-17'))?.edition;
    await sync([TOM, AMIRA]);
    assert.equal(await edition(), 1);
    await sync([TOM, { ...AMIRA, team: 'north', rights: ['operator'] }]);
    assert.equal(await edition(), 1);
    await sync([TOM, { ...AMIRA, sharedMailbox: 'north@council.test' }]);
    assert.equal(await edition(), 2);
    await sync([TOM]);
    await sync([TOM, AMIRA]);
    assert.equal(await edition(), 4, 'left, and came back');
  });

  test('a dry run says what would change, and changes nothing', async () => {
    await emptyDirectory(database());
    assert.deepEqual((await sync([TOM, AMIRA], { dryRun: true })).joined, ['S-17', 'S-22']);
    assert.deepEqual(await directoryOf(database(), 'barnsley'), []);
  });

  test('two of one id, a manager nobody is, and rings of managers are said all at once', async () => {
    await emptyDirectory(database());
    const ring = ['A', 'B', 'C'].map((id, i, all) => member(id, { manager: all[(i + 1) % 3]! }));
    await refused(
      sync([TOM, TOM, ...ring, { ...AMIRA, manager: 'S-99' }, member('SELF', { manager: 'SELF' })]),
      /^S-22: is there twice$/,
      /^S-17: manager: S-99 is not in this list, or has left$/,
      /^A: manager: A → B → C → A is a ring$/,
      /^SELF: manager: nobody manages themselves$/,
    );
    assert.deepEqual(await directoryOf(database(), 'barnsley'), []);
  });

  test('a list that is cut short takes nobody away unless it is said that they left', async () => {
    await emptyDirectory(database());
    await sync([TOM, ...WORKERS]);
    await refused(sync([TOM, ...WORKERS.slice(0, 6)]), /^6 of 13 would have left.*--allow-leavers\)$/);
    assert.equal((await directoryOf(database(), 'barnsley')).length, 13);
    assert.equal((await sync([TOM, ...WORKERS.slice(0, 6)], { leaversMeant: true })).left.length, 6);
  });

  test('one of them is changed by itself: what is not said stays, and who manages others does not leave', async () => {
    await emptyDirectory(database());
    await sync([TOM, AMIRA]);
    const change = (id: string, fields: Parameters<typeof changeStaff>[3]) =>
      changeStaff(database(), 'barnsley', id, fields);
    assert.deepEqual((await change('S-17', { telephone: '01226 555 010' })).changed, [
      { id: 'S-17', fields: ['telephone'] },
    ]);
    assert.equal((await staffMember(database(), 'barnsley', 'S-17'))?.manager, 'S-22');
    await refused(change('S-22', { active: false }), /^S-17: manager: S-22 is not in this list, or has left$/);
    await refused(change('S-17', { manager: 'S-17' }), /nobody manages themselves$/);
    await refused(change('S-40', { team: 'north' }), /^S-40: name is missing$/, /^S-40: role is missing$/);
    assert.deepEqual((await change('S-17', { active: false })).left, ['S-17']);
    assert.deepEqual((await change('S-17', { active: true })).back, ['S-17']);
  });

  test('an address finds who works under it, however it is written; who has left signs in no more', async () => {
    await emptyDirectory(database());
    await sync([TOM, AMIRA]);
    await syncDirectory(database(), 'hull', [member('H-1', { address: 'amira@council.test' })]);
    const found = async () => (await staffByAddress(database(), ' AMIRA@council.test ')).map(({ id }) => id);
    assert.deepEqual(await found(), ['S-17', 'H-1']);
    await sync([TOM]);
    assert.deepEqual(await found(), ['H-1']);
    assert.deepEqual(await staffByAddress(database(), ''), []);
  });

  test('an authority nobody knows has no directory', async () => {
    await assert.rejects(syncDirectory(database(), 'atlantis', [TOM]), NoPolicy);
    await assert.rejects(changeStaff(database(), '__proto__', 'S-1', {}), NoPolicy);
  });
});
