// A key for each case: made once, the same for everybody, remembered a while, and gone for good when it is erased.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CaseErased, caseKeys, KeysUnavailable, memoryKeys, SYSTEM } from '../../codec/case-keys.ts';
import { type KeyRing, withNewKey } from '../../codec/key-ring.ts';
import { type KeptKey, MemoryKeyStore } from '../../codec/key-store.ts';

const CASE = 'child-protection/BC-2041';
const ERASED = { by: 'records@barnsley.example', at: '2026-11-26T10:00:00Z' };
const keep = (store: MemoryKeyStore) => async (): Promise<KeptKey | undefined> => (await store.read([CASE])).get(CASE);

test('an owner has one key, however many ask for it at once', async () => {
  const store = new MemoryKeyStore();
  const ring = withNewKey(undefined);
  const processes = [1, 2, 3].map(() => caseKeys({ store, ring: async () => ring }));
  const keys = await Promise.all(processes.flatMap((each) => [each.keyFor(CASE), each.keyFor(CASE)]));
  assert.equal(new Set(keys.map(({ bytes }) => bytes.toString('hex'))).size, 1);
  assert.notDeepEqual(keys[0], await processes[0]!.keyFor(SYSTEM));
});

test('what is kept of a key is not the key', async () => {
  const store = new MemoryKeyStore();
  const { bytes } = await memoryKeys(store).keyFor(CASE);
  const kept = JSON.stringify(await keep(store)());
  assert.ok(!kept.includes(bytes.toString('base64')) && !kept.includes(bytes.toString('hex')));
});

test('the keys of a batch are those there are: erased and unknown owners are absent, and none is made', async () => {
  const store = new MemoryKeyStore();
  const keys = memoryKeys(store);
  const key = await keys.keyFor(CASE);
  await keys.keyFor('child-in-need/GONE');
  await keys.erase('child-in-need/GONE', ERASED);
  const found = await keys.keysOf([CASE, 'child-in-need/GONE', 'looked-after/NEVER', '__proto__', 'constructor']);
  assert.deepEqual([...found], [[CASE, key]]);
  assert.equal((await store.read(['looked-after/NEVER'])).size, 0);
});

test('an erased case gets no key again, and who erased it when is kept as it was first said', async () => {
  const keys = memoryKeys();
  await keys.keyFor(CASE);
  await keys.erase(CASE, ERASED);
  await keys.erase(CASE, { by: 'another@barnsley.example', at: '2027-01-01T10:00:00Z' });
  await assert.rejects(keys.keyFor(CASE), (error: Error) => {
    assert.ok(error instanceof CaseErased);
    assert.match(error.message, /erased on 2026-11-26 by records@barnsley\.example: /);
    return true;
  });
  assert.deepEqual(await keys.erasures(), [{ owner: CASE, ...ERASED }]);
});

test('a case that never had a key can be erased too: it gets none', async () => {
  const keys = memoryKeys();
  await keys.erase(CASE, ERASED);
  await assert.rejects(keys.keyFor(CASE), CaseErased);
});

test('the key of everything else is not erased', async () => {
  await assert.rejects(memoryKeys().erase(SYSTEM, ERASED), /is no case/);
});

test('a process that remembers a key forgets it in time, and hears then that the case was erased', async () => {
  const store = new MemoryKeyStore();
  const ring = withNewKey(undefined);
  const remembers = caseKeys({ store, ring: async () => ring });
  const forgets = caseKeys({ store, ring: async () => ring, rememberMs: 0 });
  await remembers.keyFor(CASE);
  await forgets.keyFor(CASE);
  await store.erase(CASE, ERASED);
  assert.ok(await remembers.keyFor(CASE));
  await assert.rejects(forgets.keyFor(CASE), CaseErased);
  assert.equal((await forgets.keysOf([CASE])).size, 0);
});

test('no more keys are remembered than are said', async () => {
  const store = new MemoryKeyStore();
  let reads = 0;
  const read = store.read.bind(store);
  store.read = (owners) => {
    reads += 1;
    return read(owners);
  };
  const ring = withNewKey(undefined);
  const keys = caseKeys({ store, ring: async () => ring, remember: 2 });
  for (const owner of ['a/1', 'a/2', 'a/3', 'a/3', 'a/2', 'a/1']) await keys.keyFor(owner);
  assert.equal(reads, 4); // a/1 was forgotten for a/3
});

test('a ring that got a new key meanwhile is read again', async () => {
  const store = new MemoryKeyStore();
  let ring = withNewKey(undefined);
  const worker = caseKeys({ store, ring: async () => ring });
  await worker.keyFor(SYSTEM);
  ring = withNewKey(ring);
  const key = await caseKeys({ store, ring: async () => ring }).keyFor(CASE);
  assert.deepEqual(await worker.keyFor(CASE), key);
});

test('a key made while the ring is rotated is wrapped by the new one, whether the rotation looked before or after it', async () => {
  for (const rotates of ['before', 'meanwhile']) {
    const store = new MemoryKeyStore();
    let ring = withNewKey(undefined);
    const worker = caseKeys({ store, ring: async () => ring, rereads: true });
    await worker.keyFor(SYSTEM);
    const add = store.add.bind(store);
    store.add = async (owner, key) => {
      const stands = await add(owner, key);
      if (rotates === 'meanwhile') ring = withNewKey(ring);
      return stands;
    };
    if (rotates === 'before') ring = withNewKey(ring);
    const key = await worker.keyFor(CASE);
    const kept = (await store.read([CASE])).get(CASE)!;
    assert.equal('kek' in kept && kept.kek, 'k2', rotates);
    assert.deepEqual(await caseKeys({ store, ring: async () => ring }).keyFor(CASE), key);
  }
});

test('a ring without an old key, or with another under its name, says so in one line and is asked again', async () => {
  const store = new MemoryKeyStore();
  const right = withNewKey(undefined);
  const key = await caseKeys({ store, ring: async () => right }).keyFor(CASE);
  const second = withNewKey(right);
  const lacking: KeyRing = { active: 'k2', keys: new Map([['k2', second.keys.get('k2')!]]) };
  let ring = lacking;
  const keys = caseKeys({ store, ring: async () => ring });
  for (const wrong of [lacking, withNewKey(undefined)]) {
    ring = wrong;
    await assert.rejects(caseKeys({ store, ring: async () => ring }).keyFor(CASE), (error: Error) => {
      assert.ok(error instanceof KeysUnavailable);
      assert.match(error.message, /"k1".*child-protection\/BC-2041.*docs\/keys\.md/);
      assert.ok(!error.message.includes('\n'));
      return true;
    });
  }
  ring = lacking;
  await assert.rejects(keys.keyFor(CASE), KeysUnavailable);
  ring = second;
  assert.deepEqual(await keys.keyFor(CASE), key);
});

test("a key that is put in another's place does not open", async () => {
  const store = new MemoryKeyStore();
  const ring = withNewKey(undefined);
  await caseKeys({ store, ring: async () => ring }).keyFor(CASE);
  const stolen = (await store.read([CASE])).get(CASE)!;
  assert.ok('id' in stolen);
  await store.add('child-protection/OTHER', stolen);
  await assert.rejects(caseKeys({ store, ring: async () => ring }).keyFor('child-protection/OTHER'), KeysUnavailable);
});
