// The data key of each case: made where there is none, wrapped by the ring, kept in a key store, and destroyed when the case is erased.

import { CannotRead, type DataKey, newDataKey, seal, unseal } from './data-key.ts';
import { type KeyRing, withNewKey } from './key-ring.ts';
import { type KeptKey, type KeyStore, MemoryKeyStore, type Tombstone, type WrappedKey } from './key-store.ts';

/** Owns everything that belongs to no case: other workflows, the staff directory, sign-ins, webhooks. */
export const SYSTEM = 'nodrift';

/** The case was erased: its key was destroyed, and nothing of it can be read or written again. */
export class CaseErased extends Error {
  override readonly name = 'CaseErased';
  readonly owner: string;
  constructor(owner: string, { by, at }: { by: string; at: string }) {
    super(wasErased(owner, { by, at }));
    this.owner = owner;
  }
}

/** The words of whoever asks for an erased case, the same wherever it is asked for. */
export const wasErased = (owner: string, { by, at }: Tombstone): string =>
  `${owner} was erased on ${at.slice(0, 10)} by ${by}: what it held cannot be read any more by anybody`;

/** Keys cannot be had now: the store does not answer, or the ring lacks one. The same may be tried again. */
export class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable';
}

export interface CaseKeys {
  /** The owner's key, made where it has none. @throws CaseErased, KeysUnavailable */
  keyFor(owner: string): Promise<DataKey>;
  /** The keys of those who have one: owners that were erased, or never had one, are absent. @throws KeysUnavailable */
  keysOf(owners: readonly string[]): Promise<ReadonlyMap<string, DataKey>>;
  /** Destroys the owner's key for good. Erased before, it stays as it was. */
  erase(owner: string, erased: { by: string; at: string }): Promise<void>;
  erasures(): Promise<readonly { owner: string; by: string; at: string }[]>;
  /** Who has a key, in batches. @throws KeysUnavailable */
  owners(): AsyncIterable<readonly string[]>;
  /** As the key store's (key-store.ts). The system's stays. @throws KeysUnavailable */
  putAway(owner: string, madeBefore: Date): Promise<boolean>;
  destroyPutAway(before: Date): Promise<number>;
  /** Makes no key where there is none. @throws CaseErased, KeysUnavailable */
  assertKept(owner: string): Promise<void>;
}

export interface KeysFrom {
  readonly store: KeyStore;
  /** Reads the ring: at first, and again where it lacks a key, for it may have got one meanwhile. @throws BadKeyRing, KeysUnavailable */
  readonly ring: () => Promise<KeyRing>;
  /** Reading the ring costs nothing: it is read whenever a key is made, so that none is wrapped with a key that a rotation has taken away. */
  readonly rereads?: boolean;
  /** How long an unwrapped key is remembered: no longer than it may take until an erasure is heard of by every process. */
  readonly rememberMs?: number;
  readonly remember?: number;
}

const FIVE_MINUTES = 300_000;
const SOME_THOUSANDS = 4_000;

/** Keys of a store, remembered for five minutes. */
export function caseKeys({
  store,
  ring,
  rereads = false,
  rememberMs = FIVE_MINUTES,
  remember = SOME_THOUSANDS,
}: KeysFrom): CaseKeys {
  const known = new Map<string, { key: DataKey; until: number }>();
  const making = new Map<string, Promise<DataKey>>();
  let reading: Promise<KeyRing> | undefined;
  let read: { ring: KeyRing; until: number } | undefined;

  /** The ring as it was read last, or anew after a while: another may be the active key by now. One that cannot be read then is used as it was. */
  const readRing = async (anew = false): Promise<KeyRing> => {
    const before = read;
    if (!anew && before && before.until > performance.now()) return before.ring;
    try {
      reading ??= ring().finally(() => {
        reading = undefined;
      });
      read = { ring: await reading, until: performance.now() + rememberMs };
      return read.ring;
    } catch (error) {
      if (anew || !before) throw error;
      return before.ring;
    }
  };

  const recall = (owner: string): DataKey | undefined => {
    const found = known.get(owner);
    if (found && found.until > performance.now()) return found.key;
    known.delete(owner);
    return undefined;
  };

  const keep = (owner: string, key: DataKey): DataKey => {
    known.delete(owner);
    // It cannot be erased, and without it a worker could not even say that keys are away.
    known.set(owner, { key, until: owner === SYSTEM ? Number.POSITIVE_INFINITY : performance.now() + rememberMs });
    for (const oldest of known.keys()) {
      if (known.size <= remember) break;
      if (oldest !== SYSTEM) known.delete(oldest);
    }
    return key;
  };

  const open = async (owner: string, kept: KeptKey): Promise<DataKey> => {
    if ('erased' in kept) throw new CaseErased(owner, kept.erased);
    return keep(owner, await unwrapped(owner, kept, readRing));
  };

  /** A reading of its own: one that is under way may have begun before the ring was changed. */
  const newest = (): Promise<KeyRing> => (rereads ? ring().catch(() => readRing()) : readRing());

  const make = async (owner: string): Promise<DataKey> => {
    const kept = (await store.read([owner])).get(owner);
    if (kept) return open(owner, kept);
    const [key, by] = [newDataKey(), await newest()];
    const stands = await store.add(owner, wrapped(owner, key, by));
    // A rotation that has looked at the store before it was there has changed the ring before.
    const now = await newest();
    if (now.active !== by.active) await store.rewrap(owner, wrapped(owner, key, now));
    return open(owner, stands);
  };

  return {
    async keyFor(owner) {
      const found = recall(owner);
      if (found) return found;
      const under = making.get(owner) ?? make(owner).finally(() => making.delete(owner));
      making.set(owner, under);
      return under;
    },
    async keysOf(owners) {
      const found = new Map<string, DataKey>();
      const asked: string[] = [];
      for (const owner of new Set(owners)) {
        const key = recall(owner);
        if (key) found.set(owner, key);
        else asked.push(owner);
      }
      if (asked.length > 0)
        for (const [owner, kept] of await store.read(asked))
          if (!('erased' in kept)) found.set(owner, await open(owner, kept));
      return found;
    },
    async erase(owner, { by, at }) {
      if (owner === SYSTEM) throw new Error(`${SYSTEM} is no case: its key is not erased`);
      await store.erase(owner, { by, at });
      known.delete(owner);
    },
    async erasures() {
      const erased: { owner: string; by: string; at: string }[] = [];
      for await (const batch of store.all())
        for (const [owner, kept] of batch) if ('erased' in kept) erased.push({ owner, ...kept.erased });
      return erased;
    },
    async *owners() {
      for await (const batch of store.all()) yield batch.flatMap(([owner, kept]) => ('id' in kept ? [owner] : []));
    },
    putAway: async (owner, madeBefore) => owner !== SYSTEM && store.putAway(owner, madeBefore),
    destroyPutAway: (before) => store.destroyPutAway(before),
    async assertKept(owner) {
      const kept = (await store.read([owner])).get(owner);
      if (kept && 'erased' in kept) throw new CaseErased(owner, kept.erased);
    },
  };
}

/** For tests: keys that end with the process. */
export function memoryKeys(store: KeyStore = new MemoryKeyStore()): CaseKeys {
  const ring = withNewKey(undefined);
  return caseKeys({ store, ring: async () => ring });
}

/** A data key sealed with the ring's active key, for its owner alone: in another's place it does not open. */
export function wrapped(owner: string, key: DataKey, { active, keys }: KeyRing): WrappedKey {
  const sealed = seal(keys.get(active)!, `${owner}|${key.id}`, key.bytes);
  return { id: key.id, kek: active, wrapped: sealed.toString('base64') };
}

/** @throws KeysUnavailable where the ring lacks the key that wrapped it, or has another under its name */
export async function unwrapped(
  owner: string,
  { id, kek, wrapped }: WrappedKey,
  ring: (anew?: boolean) => Promise<KeyRing>,
): Promise<DataKey> {
  // A key that another process added to the ring is not in what was read before.
  const by = (await ring()).keys.get(kek) ?? (await ring(true)).keys.get(kek);
  if (!by)
    throw new KeysUnavailable(
      `the key ring has no "${kek}", which wraps the key of ${owner}: put that key back; see docs/keys.md`,
    );
  try {
    return { id, bytes: unseal(by, `${owner}|${id}`, Buffer.from(wrapped, 'base64')) };
  } catch (error) {
    if (!(error instanceof CannotRead)) throw error;
    throw new KeysUnavailable(
      `the key ring's "${kek}" does not open the key of ${owner}: it is another installation's, or was replaced; see docs/keys.md`,
    );
  }
}
