// What every key store does, on each of them: in memory, in a folder, in a Postgres of its own.

import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { KeysUnavailable } from '../../codec/case-keys.ts';
import { FolderKeyStore } from '../../codec/folder-key-store.ts';
import { type KeyStore, MemoryKeyStore, type WrappedKey } from '../../codec/key-store.ts';
import { PostgresKeyStore } from '../../codec/postgres-key-store.ts';
import { missing, startPostgres } from '../support/postgres.ts';

const folder = mkdtempSync(join(tmpdir(), 'nodrift-store-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const key = (id: string, kek = 'k1'): WrappedKey => ({ id, kek, wrapped: `sealed ${id} by ${kek}` });
const ERASED = { by: 'records@barnsley.example', at: '2026-11-26T10:00:00Z' };
/** Names that a disk, a database or the language would take for something else. */
const OWNERS = [
  'nodrift',
  'child-protection/A',
  'child-protection/a',
  'looked-after/../x',
  'child-in-need/é%_',
  '__proto__',
];

async function everything(store: KeyStore) {
  const found = [];
  for await (const batch of store.all()) found.push(...batch);
  return found.sort(([a], [b]) => (a < b ? -1 : 1));
}

function holds(name: string, open: () => Promise<KeyStore>, skip: string | false = false) {
  describe(name, { skip }, () => {
    let store!: KeyStore;
    before(async () => {
      store = await open();
    });
    after(() => store?.close());

    test('keeps a key an owner, and of two that are added at once the same for both', async () => {
      for (const owner of OWNERS) {
        const ids = await Promise.all(['1', '2', '3'].map((id) => store.add(owner, key(id))));
        assert.equal(new Set(ids.map((one) => 'id' in one && one.id)).size, 1);
        assert.deepEqual((await store.read([owner])).get(owner), ids[0]);
      }
      assert.equal((await store.read(OWNERS)).size, OWNERS.length);
      assert.equal((await store.read(['looked-after/unknown'])).size, 0);
      assert.deepEqual(
        (await everything(store)).map(([owner]) => owner),
        OWNERS.toSorted(),
      );
    });

    test('wraps the same key anew, and no other', async () => {
      await store.add('child-in-need/R', key('r'));
      await store.rewrap('child-in-need/R', key('r', 'k2'));
      await store.rewrap('child-in-need/R', key('another', 'k3'));
      await store.rewrap('child-in-need/NONE', key('n', 'k3'));
      assert.deepEqual((await store.read(['child-in-need/R'])).get('child-in-need/R'), key('r', 'k2'));
      assert.equal((await store.read(['child-in-need/NONE'])).size, 0);
    });

    test('an erased owner keeps a tombstone as it was first said, and never gets a key again', async () => {
      await store.add('child-in-need/E', key('e'));
      await store.erase('child-in-need/E', ERASED);
      await store.erase('child-in-need/E', { by: 'somebody@else.example', at: '2030-01-01T00:00:00Z' });
      await store.rewrap('child-in-need/E', key('e', 'k2'));
      assert.deepEqual(await store.add('child-in-need/E', key('new')), { erased: ERASED });
      await store.erase('child-in-need/NEVER', ERASED);
      assert.deepEqual(await store.add('child-in-need/NEVER', key('new')), { erased: ERASED });
      const found = await store.read(['child-in-need/E', 'child-in-need/NEVER']);
      assert.deepEqual([...found.values()], [{ erased: ERASED }, { erased: ERASED }]);
      assert.equal((await everything(store)).filter(([, kept]) => 'erased' in kept).length, 2);
    });

    test('an erasure between two that add and wrap leaves no key, whoever comes last', async () => {
      for (let round = 0; round < 20; round += 1) {
        const owner = `child-in-need/RACE-${round}`;
        await store.add(owner, key('1'));
        await Promise.all([
          store.rewrap(owner, key('1', 'k2')),
          store.erase(owner, ERASED),
          store.add(owner, key('2')),
          store.rewrap(owner, key('1', 'k3')),
        ]);
        assert.deepEqual((await store.read([owner])).get(owner), { erased: ERASED });
      }
    });

    test('a key that was put away comes back to whoever asks for it, and is destroyed where nobody does', async () => {
      const [asked, left, gone, young] = ['asked', 'left', 'gone', 'young'].map((one) => `child-in-need/AWAY-${one}`);
      for (const owner of [asked!, left!, gone!, young!]) await store.add(owner, key(owner.slice(-4)));
      const [later, earlier] = [new Date(Date.now() + 60_000), new Date(Date.now() - 60_000)];
      assert.equal(await store.putAway(young!, earlier), false, 'it was made since');
      for (const owner of [asked!, left!, gone!]) assert.equal(await store.putAway(owner, later), true);
      assert.equal(await store.putAway(left!, earlier), true, 'it is away');
      assert.equal(await store.putAway('child-in-need/AWAY-never', later), false);
      assert.ok(
        (await everything(store)).some(([owner]) => owner === left),
        'a rotation sees it, which brings none back',
      );
      await store.erase(gone!, ERASED);
      const found = await Promise.all([1, 2, 3].map(() => store.read([asked!])));
      for (const one of found) assert.deepEqual(one.get(asked!), key('sked'));
      assert.equal(await store.destroyPutAway(earlier), 0);
      assert.equal(await store.destroyPutAway(later), 1);
      assert.deepEqual(
        [...(await store.read([asked!, left!, gone!, young!])).keys()].toSorted(),
        [asked, gone, young].toSorted(),
      );
      assert.deepEqual(await store.add(left!, key('anew')), key('anew'));
    });

    test('of two who want a key that was put away and one who destroys it, either all have it or nobody', async () => {
      for (let round = 0; round < 20; round += 1) {
        const owner = `child-in-need/AWAY-RACE-${round}`;
        const later = new Date(Date.now() + 60_000);
        await store.add(owner, key('old'));
        await store.putAway(owner, later);
        const [first, , second] = await Promise.all([
          store.add(owner, key('1')),
          store.destroyPutAway(later),
          store.add(owner, key('2')),
        ]);
        const now = (await store.read([owner])).get(owner);
        assert.deepEqual([first, second], [now, now]);
      }
    });
  });
}

holds('in memory', async () => new MemoryKeyStore());
holds('in a folder', () => FolderKeyStore.open(join(folder, 'store')));

let postgres: Awaited<ReturnType<typeof startPostgres>> | undefined;
after(() => postgres?.close());
holds(
  'in Postgres',
  async () => {
    postgres = await startPostgres();
    const url = await postgres.database('keys');
    // Workers that start at once.
    const [store, ...others] = await Promise.all([1, 2, 3].map(() => PostgresKeyStore.open(url)));
    for (const other of others) await other.close();
    return store!;
  },
  missing ?? false,
);

test('the files of a folder are closed to others, and no key of an erased owner is left in them', async () => {
  const store = await FolderKeyStore.open(join(folder, 'closed'));
  await store.add('child-protection/A', key('kept'));
  await store.add('child-protection/B', key('gone'));
  await store.erase('child-protection/B', ERASED);
  const files = readdirSync(join(folder, 'closed'), { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, 'closed', name))
    .filter((name) => statSync(name).isFile());
  assert.equal(files.length, 2);
  for (const name of files) assert.equal(statSync(name).mode & 0o077, 0);
  assert.ok(!files.some((name) => readFileSync(name, 'utf8').includes('gone')));
});

test("a key's file that is cut off, or is another's, is named and not taken for none", async () => {
  const store = await FolderKeyStore.open(join(folder, 'broken'));
  await store.add('child-protection/A', key('a'));
  const [name] = readdirSync(join(folder, 'broken', 'keys'));
  const path = join(folder, 'broken', 'keys', name!);
  const whole = readFileSync(path, 'utf8');
  for (const [text, words] of [
    [whole.slice(0, 20), /is cut off/],
    ['', /is cut off/],
    [whole.replace('child-protection/A', 'child-protection/B'), /is not the key of child-protection\/A/],
    ['{"owner":"child-protection/A"}', /is not the key/],
  ] as const) {
    writeFileSync(path, text);
    const named = (error: Error) =>
      error instanceof KeysUnavailable && words.test(error.message) && error.message.includes(path);
    await assert.rejects(store.read(['child-protection/A']), named);
    await assert.rejects(store.add('child-protection/A', key('other')), named);
  }
});
