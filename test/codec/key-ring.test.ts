// The ring of keys: where it is read from, and every way in which it cannot be used, each said in one line without a key in it.

import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { KeysUnavailable, SYSTEM } from '../../codec/case-keys.ts';
import { BadKeyRing, parseKeyRing, ringAsJson, withNewKey } from '../../codec/key-ring.ts';
import { makeKeys, openKeys, tryKeys } from '../../codec/open-keys.ts';
import { ringOf } from '../../codec/ring-source.ts';

const folder = mkdtempSync(join(tmpdir(), 'nodrift-keys-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const RING = ringAsJson(withNewKey(withNewKey(undefined)));
const SECRETS = Object.values((JSON.parse(RING) as { keys: Record<string, string> }).keys);

const file = (name: string, text: string, mode = 0o600): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
};
/** One line, and no part of a key in it. */
const says =
  (type: typeof BadKeyRing | typeof KeysUnavailable, what: RegExp) =>
  (error: unknown): boolean => {
    assert.ok(error instanceof type, String(error));
    assert.match(error.message, what);
    assert.ok(!error.message.includes('\n'));
    for (const secret of SECRETS) assert.ok(!error.message.includes(secret.slice(0, 8)));
    return true;
  };

test('a ring is read as it was written, whichever way it comes', async () => {
  const path = file('ring.json', RING);
  for (const env of [{ NODRIFT_KEYS: RING }, { NODRIFT_KEYS_FILE: path }, { NODRIFT_KEY_COMMAND: `cat ${path}` }]) {
    const ring = await ringOf(env)!.read();
    assert.equal(ring.active, 'k2');
    assert.equal(ringAsJson(ring), RING);
  }
  assert.equal(ringOf({}), undefined);
});

test('a key that is added has the next name, and is the active one', () => {
  const ring = withNewKey(parseKeyRing(RING, 'here'));
  assert.deepEqual([ring.active, [...ring.keys.keys()]], ['k3', ['k1', 'k2', 'k3']]);
});

test('two places for the ring are refused', () => {
  assert.throws(
    () => ringOf({ NODRIFT_KEYS: RING, NODRIFT_KEYS_FILE: 'x' }),
    says(BadKeyRing, /NODRIFT_KEYS and NODRIFT_KEYS_FILE are set at once/),
  );
});

const ring = (change: object) => JSON.stringify({ ...(JSON.parse(RING) as object), ...change });
for (const [what, text, words] of [
  ['that is cut off', RING.slice(0, RING.length / 2), /is not JSON: is it cut off/],
  ['that is empty', '', /is not JSON/],
  ['that is another file', '-----BEGIN PRIVATE KEY-----', /is not JSON/],
  ['that is a list', '[]', /is a JSON object/],
  ['of another version', ring({ version: 2 }), /"version": 1/],
  ['with a word nobody knows', ring({ activ: 'k1' }), /has no "activ"/],
  ['without keys', ring({ keys: undefined }), /"keys" is an object/],
  ['whose active key is none of its keys', ring({ active: 'k9' }), /"active" names none/],
  ['whose active key is a word of the language', ring({ active: '__proto__' }), /"active" names none/],
  ['with a name that is none', ring({ keys: { 'K 1': SECRETS[0] } }), /a name of a key/],
  ['with a key that is cut off', ring({ keys: { k2: SECRETS[0]?.slice(0, -6) } }), /"k2" is not 32 bytes in base64/],
  ['with a key that is a number', ring({ keys: { k2: 7 } }), /"k2" is not 32 bytes/],
  ['with a key in another spelling', ring({ keys: { k2: `${SECRETS[0]}\n` } }), /"k2" is not 32 bytes/],
] as const)
  test(`a ring ${what} is refused`, () => {
    assert.throws(() => parseKeyRing(text, 'ring.json'), says(BadKeyRing, words));
  });

test('a file that others can read or change is refused, with what to do', async () => {
  for (const mode of [0o604, 0o644, 0o606, 0o620, 0o601]) {
    const path = file('open.json', RING, mode);
    await assert.rejects(ringOf({ NODRIFT_KEYS_FILE: path })!.read(), says(BadKeyRing, /others can.*chmod 600/));
  }
  // A group of its own is how some platforms mount secrets.
  await ringOf({ NODRIFT_KEYS_FILE: file('group.json', RING, 0o440) })!.read();
});

test('a file that is not there, or is a folder, is named', async () => {
  const gone = join(folder, 'gone.json');
  await assert.rejects(
    ringOf({ NODRIFT_KEYS_FILE: gone })!.read(),
    says(KeysUnavailable, /gone\.json: there is no key ring/),
  );
  await assert.rejects(ringOf({ NODRIFT_KEYS_FILE: folder })!.read(), says(BadKeyRing, /is no file/));
});

test('a command that fails is named, and nothing it printed is shown', async () => {
  const failing = ringOf({ NODRIFT_KEY_COMMAND: `echo '${SECRETS[0]}'; exit 3` })!;
  await assert.rejects(failing.read(), says(KeysUnavailable, /NODRIFT_KEY_COMMAND ended with 3/));
  await assert.rejects(
    ringOf({ NODRIFT_KEY_COMMAND: 'true' })!.read(),
    says(BadKeyRing, /NODRIFT_KEY_COMMAND: is not JSON/),
  );
});

test('the first start makes a ring that only its owner can read, and a second start leaves it', async () => {
  const keys = join(folder, 'first', 'keys');
  mkdirSync(join(folder, 'first'));
  await Promise.all([makeKeys({}, keys), makeKeys({}, keys)]);
  const path = join(keys, 'ring.json');
  const made = readFileSync(path, 'utf8');
  await makeKeys({}, keys);
  assert.equal(readFileSync(path, 'utf8'), made);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.equal(statSync(keys).mode & 0o777, 0o700);
});

test('where the ring is gone and keys are kept that it wraps, no other is made', async () => {
  const keys = join(folder, 'lost', 'keys');
  mkdirSync(join(folder, 'lost'));
  await makeKeys({}, keys);
  const open = await openKeys({}, keys);
  const key = await open.keys.keyFor(SYSTEM);
  const kept = readFileSync(join(keys, 'ring.json'), 'utf8');
  rmSync(join(keys, 'ring.json'));
  await assert.rejects(makeKeys({}, keys), says(KeysUnavailable, /ring\.json: there is no key ring.*put it back/));
  await assert.rejects(openKeys({}, keys), says(KeysUnavailable, /ring\.json: there is no key ring/));
  file(join('lost', 'keys', 'ring.json'), kept);
  const again = await openKeys({}, keys);
  await tryKeys(again);
  assert.deepEqual(await again.keys.keyFor(SYSTEM), key);
});

test('a start with the ring of another installation, or with an old key missing, is told so before any case is touched', async () => {
  const keys = join(folder, 'other', 'keys');
  mkdirSync(join(folder, 'other'));
  const one = withNewKey(undefined);
  await (await openKeys({ NODRIFT_KEYS: ringAsJson(one) }, keys)).keys.keyFor(SYSTEM);
  const two = withNewKey(one);
  await (await openKeys({ NODRIFT_KEYS: ringAsJson(two) }, keys)).keys.keyFor('child-protection/A');
  const stranger = await openKeys({ NODRIFT_KEYS: ringAsJson(withNewKey(withNewKey(undefined))) }, keys);
  await assert.rejects(tryKeys(stranger), says(KeysUnavailable, /"k1" does not open the key of nodrift/));
  const without = await openKeys({ NODRIFT_KEYS: ringAsJson(one) }, keys);
  await assert.rejects(
    tryKeys(without),
    says(KeysUnavailable, /has no "k2", which wraps the key of child-protection\/A/),
  );
  await tryKeys(await openKeys({ NODRIFT_KEYS: ringAsJson(two) }, keys));
});

test('without keys, without a store, and with a store that is none, one line says what to set', async () => {
  await assert.rejects(openKeys({}), says(KeysUnavailable, /there are no keys.*NODRIFT_KEYS_FILE/));
  await assert.rejects(openKeys({ NODRIFT_KEYS: RING }), says(KeysUnavailable, /NODRIFT_KEYS_URL is not set/));
  for (const NODRIFT_KEYS_URL of ['keys', 'https://vault.example', 'file://host/x', 'postgres'])
    await assert.rejects(
      openKeys({ NODRIFT_KEYS: RING, NODRIFT_KEYS_URL }),
      says(BadKeyRing, /NODRIFT_KEYS_URL is a database/),
    );
  await assert.rejects(
    openKeys({ NODRIFT_KEYS: RING, NODRIFT_KEYS_URL: 'postgres://nodrift:hunter2@127.0.0.1:1/keys' }),
    (error: Error) =>
      says(KeysUnavailable, /127\.0\.0\.1:1\/keys does not answer/)(error) && !/hunter2/.test(error.message),
  );
  await assert.rejects(
    openKeys({ NODRIFT_KEYS: RING, NODRIFT_ENCRYPTION: 'no' }, folder),
    says(BadKeyRing, /NODRIFT_ENCRYPTION is required, migrating, off/),
  );
});
