// Opens the keys of an installation: the ring and the store that the environment names, or those in the data folder of `npm start`; and tries them.

import { existsSync } from 'node:fs';
import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CaseKeys, caseKeys, KeysUnavailable, SYSTEM, unwrapped } from './case-keys.ts';
import { FolderKeyStore } from './folder-key-store.ts';
import { BadKeyRing } from './key-ring.ts';
import type { KeyStore, WrappedKey } from './key-store.ts';
import { isMigrating } from './migrating.ts';
import type { EncryptionMode } from './payload-codec.ts';
import { makeRingFile, type RingSource, ringFile, ringOf } from './ring-source.ts';

export interface OpenKeys {
  readonly keys: CaseKeys;
  readonly encryption: EncryptionMode;
  readonly ring: RingSource;
  readonly store: KeyStore;
  close(): Promise<void>;
}

/** Where the ring and the store are in a data folder's `keys`. */
export const inFolder = (folder: string) => ({ ring: join(folder, 'ring.json'), store: join(folder, 'store') });

/**
 * @param env NODRIFT_KEY_COMMAND, NODRIFT_KEYS or NODRIFT_KEYS_FILE for the ring, NODRIFT_KEYS_URL for the store, NODRIFT_ENCRYPTION
 * @param folder the `keys` of a data folder, for what the environment does not name
 * @throws BadKeyRing, KeysUnavailable: one line that says what is missing or wrong, and the way out
 */
export async function openKeys(env: NodeJS.ProcessEnv, folder?: string): Promise<OpenKeys> {
  const encryption = modeOf(env, folder);
  const ring = ringOf(env) ?? (folder === undefined ? undefined : ringFile(inFolder(folder).ring));
  if (!ring) throw new KeysUnavailable(NO_RING);
  await ring.read();
  const store = await storeOf(env, folder);
  return {
    // Of a command each reading is a process, and of the environment each is the same.
    keys: caseKeys({ store, ring: ring.read, rereads: ring.file !== undefined }),
    encryption,
    ring,
    store,
    close: () => store.close(),
  };
}

/** Makes what `npm start` needs at its first start: a folder for keys, and a ring in it unless the environment names one. */
export async function makeKeys(env: NodeJS.ProcessEnv, folder: string): Promise<void> {
  const { ring, store } = inFolder(folder);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700).catch(() => {}); // a disk without owners has no modes
  if (ringOf(env) || existsSync(ring)) return;
  // Its keys would open with no other ring, and cases would seem lost.
  if (!(await FolderKeyStore.isEmpty(store)))
    throw new KeysUnavailable(
      `${ring}: there is no key ring, and ${store} holds keys it wraps: put it back; see docs/keys.md`,
    );
  await makeRingFile(ring);
}

/**
 * Tries the ring on what is kept: the key of everything that is no case, and one key for each of the ring's that wraps any.
 * @throws KeysUnavailable naming the key that is missing or is another's
 */
export async function tryKeys({ keys, ring, store }: OpenKeys): Promise<void> {
  await keys.keyFor(SYSTEM);
  const tried = new Map<string, readonly [owner: string, key: WrappedKey]>();
  for await (const batch of store.all())
    for (const [owner, kept] of batch) if ('id' in kept && !tried.has(kept.kek)) tried.set(kept.kek, [owner, kept]);
  for (const [owner, key] of tried.values()) await unwrapped(owner, key, ring.read);
}

const NO_RING =
  'there are no keys, and without them no case can be read: NODRIFT_KEYS_FILE, NODRIFT_KEYS or NODRIFT_KEY_COMMAND names the ring, NODRIFT_KEYS_URL the store; see docs/keys.md';

async function storeOf(env: NodeJS.ProcessEnv, folder: string | undefined): Promise<KeyStore> {
  const url = env.NODRIFT_KEYS_URL;
  if (!url && folder !== undefined) return FolderKeyStore.open(inFolder(folder).store);
  if (!url) throw new KeysUnavailable('NODRIFT_KEYS_URL is not set: it names the store of keys; see docs/keys.md');
  if (/^postgres(ql)?:/.test(url) && URL.canParse(url)) {
    // Only who keeps keys there needs the driver.
    const { PostgresKeyStore } = await import('./postgres-key-store.ts');
    return PostgresKeyStore.open(url);
  }
  if (/^file:\/\/\//.test(url) && URL.canParse(url)) return FolderKeyStore.open(fileURLToPath(url));
  throw new BadKeyRing('NODRIFT_KEYS_URL is a database, postgres://…, or a folder, file:///…; see docs/keys.md');
}

const MODES: readonly EncryptionMode[] = ['required', 'migrating', 'off'];

function modeOf(env: NodeJS.ProcessEnv, folder: string | undefined): EncryptionMode {
  const given = env.NODRIFT_ENCRYPTION;
  if (!given) return folder !== undefined && isMigrating(folder) ? 'migrating' : 'required';
  const mode = MODES.find((one) => one === given);
  if (!mode) throw new BadKeyRing(`NODRIFT_ENCRYPTION is ${MODES.join(', ')}, not "${given}"; see docs/keys.md`);
  return mode;
}
