// Rotation: every data key is wrapped anew, while others read, make and erase keys; whoever is interrupted goes on.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { run } from '../../cli/cli.ts';
import { CaseErased, caseKeys, SYSTEM } from '../../codec/case-keys.ts';
import { BadKeyRing, ringAsJson, withNewKey } from '../../codec/key-ring.ts';
import { makeKeys, openKeys, tryKeys } from '../../codec/open-keys.ts';
import { keysInUse, rotateKeys } from '../../codec/rotate-keys.ts';

const scratch = mkdtempSync(join(tmpdir(), 'nodrift-rotate-'));
after(() => rmSync(scratch, { recursive: true, force: true }));
let folders = 0;
async function installation() {
  const data = join(scratch, `data-${++folders}`);
  mkdirSync(data);
  await makeKeys({}, join(data, 'keys'));
  return { data, open: await openKeys({}, join(data, 'keys')) };
}
const owner = (n: number): string => `child-protection/BC-${n}`;
const ERASED = { by: 'records@barnsley.example', at: '2026-11-26T10:00:00Z' };

test('a new key wraps everything, the same data keys open, and erased cases stay erased', async () => {
  const { data, open } = await installation();
  const before = new Map<string, string>();
  for (const one of [SYSTEM, ...Array.from({ length: 40 }, (_, n) => owner(n))])
    before.set(one, (await open.keys.keyFor(one)).bytes.toString('hex'));
  await open.keys.erase(owner(7), ERASED);
  before.delete(owner(7));
  assert.deepEqual(await rotateKeys(open), { active: 'k2', added: true, rewrapped: 40 });
  const { active, ring, erased } = await keysInUse(open);
  assert.deepEqual([active, erased], ['k2', 1]);
  assert.deepEqual(
    ring.map(({ name, wraps }) => [name, wraps]),
    [
      ['k1', 0],
      ['k2', 40],
    ],
  );
  // The old key may be taken out now.
  const file = join(data, 'keys', 'ring.json');
  const { keys, ...others } = JSON.parse(readFileSync(file, 'utf8')) as { keys: Record<string, string> };
  writeFileSync(file, JSON.stringify({ ...others, keys: { k2: keys.k2 } }));
  const after = await openKeys({}, join(data, 'keys'));
  await tryKeys(after);
  for (const [one, bytes] of before) assert.equal((await after.keys.keyFor(one)).bytes.toString('hex'), bytes);
  await assert.rejects(after.keys.keyFor(owner(7)), CaseErased);
});

test('interrupted, it goes on with the same key; done, the next one adds another', async () => {
  const { open } = await installation();
  for (let n = 0; n < 40; n += 1) await open.keys.keyFor(owner(n));
  let wraps = 0;
  const cutOff = Object.create(open.store, {
    rewrap: {
      value: (...args: Parameters<typeof open.store.rewrap>) =>
        ++wraps > 10 ? Promise.reject(new Error('killed, says the test')) : open.store.rewrap(...args),
    },
    all: { value: () => open.store.all() },
  }) as typeof open.store;
  await assert.rejects(rotateKeys({ ring: open.ring, store: cutOff }), /killed/);
  const half = await keysInUse(open);
  assert.equal(half.active, 'k2');
  const left = half.ring.find(({ name }) => name === 'k1')?.wraps ?? 0;
  assert.ok(left > 0 && left < 40);
  assert.deepEqual(await rotateKeys(open), { active: 'k2', added: false, rewrapped: left });
  assert.equal((await rotateKeys(open)).active, 'k3');
});

test('while it runs, processes with the old ring read, make and erase keys without a failure', async () => {
  const { data, open } = await installation();
  const workers = await Promise.all(
    [1, 2].map(async () => {
      const { store, ring } = await openKeys({}, join(data, 'keys'));
      return caseKeys({ store, ring: ring.read, rememberMs: 0 });
    }),
  );
  const made = new Map<string, string>();
  for (let n = 0; n < 60; n += 1) made.set(owner(n), (await open.keys.keyFor(owner(n))).id);
  let rotating = true;
  const load = workers.map(async (keys, worker) => {
    for (let n = 0; rotating || n < 30; n += 1) {
      assert.equal((await keys.keyFor(owner(n % 60))).id, made.get(owner(n % 60)));
      await keys.keyFor(`child-in-need/NEW-${worker}-${n}`);
      if (n % 5 === 0) await keys.erase(`child-in-need/NEW-${worker}-${n}`, ERASED);
    }
  });
  const rotation = rotateKeys(open)
    .then(() => rotateKeys(open))
    .finally(() => {
      rotating = false;
    });
  await Promise.all([...load, rotation]);
  // What was made by a ring that was read just before is wrapped by the next run.
  await rotateKeys(open);
  for (const [one, id] of made) assert.equal((await (await openKeys({}, join(data, 'keys'))).keys.keyFor(one)).id, id);
});

test('two who rotate at once lose no key', async () => {
  const { open } = await installation();
  await open.keys.keyFor(SYSTEM);
  const both = await Promise.allSettled([rotateKeys(open), rotateKeys(open)]);
  assert.ok(both.some(({ status }) => status === 'fulfilled'));
  await tryKeys(open);
  assert.ok((await keysInUse(open)).ring.every(({ missing }) => !missing));
});

test('a ring that is not ours to write is rotated by its owner, and what is behind is wrapped anew', async () => {
  const one = withNewKey(undefined);
  const { data } = await installation();
  const at = (ring: typeof one) => openKeys({ NODRIFT_KEYS: ringAsJson(ring) }, join(data, 'keys'));
  const open = await at(one);
  await open.keys.keyFor(SYSTEM);
  await assert.rejects(
    rotateKeys(open),
    (error: Error) => error instanceof BadKeyRing && /comes from NODRIFT_KEYS: add a key there/.test(error.message),
  );
  assert.deepEqual(await rotateKeys(await at(withNewKey(one))), { active: 'k2', added: false, rewrapped: 1 });
});

test('nodrift keys list and rotate say what there is, and show no key', async () => {
  const { data, open } = await installation();
  await open.keys.keyFor(SYSTEM);
  await open.keys.keyFor(owner(1));
  process.env.NODRIFT_DATA = data;
  const said: string[] = [];
  const output = {
    out: (text: string) => void said.push(text),
    err: (text: string) => void said.push(text),
    terminal: false,
  };
  assert.equal(await run(['keys', 'rotate'], output), 0, said.join('\n'));
  assert.equal(await run(['keys', 'list'], output), 0, said.join('\n'));
  const text = said.join('\n');
  assert.match(text, /k2 was added to the ring/);
  assert.match(text, /wrapped by k2: 2 keys/);
  assert.match(text, /k1 +0 +wraps nothing/);
  assert.match(text, /k2 +2 +active/);
  for (const secret of Object.values(
    (JSON.parse(readFileSync(join(data, 'keys', 'ring.json'), 'utf8')) as { keys: object }).keys,
  ))
    assert.ok(!text.includes(String(secret).slice(0, 8)));
  rmSync(join(data, 'keys', 'ring.json'));
  said.length = 0;
  assert.equal(await run(['keys', 'list'], output), 5);
  assert.match(said.join('\n'), /^nodrift: .*ring\.json: there is no key ring/);
  delete process.env.NODRIFT_DATA;
});
