// Rotating the ring: a new key of the ring wraps every data key anew. Histories, record and cases are untouched, and nothing stops meanwhile.

import { open, rm } from 'node:fs/promises';
import { KeysUnavailable, unwrapped, wrapped } from './case-keys.ts';
import { BadKeyRing, type KeyRing, ringAsJson, withNewKey } from './key-ring.ts';
import type { KeyStore } from './key-store.ts';
import type { OpenKeys } from './open-keys.ts';
import type { RingSource } from './ring-source.ts';
import { writeOver } from './write-once.ts';

export interface KeysInUse {
  readonly active: string;
  /** Every key of the ring, and any that wraps something and is not in it, with how many data keys it wraps. */
  readonly ring: readonly { readonly name: string; readonly wraps: number; readonly missing: boolean }[];
  readonly erased: number;
}

/** What wraps what. @throws BadKeyRing, KeysUnavailable */
export async function keysInUse({ ring, store }: Pick<OpenKeys, 'ring' | 'store'>): Promise<KeysInUse> {
  const { active, keys } = await ring.read();
  const wraps = new Map([...keys.keys()].map((name) => [name, 0]));
  let erased = 0;
  for await (const batch of store.all())
    for (const [, kept] of batch) {
      if ('erased' in kept) erased += 1;
      else wraps.set(kept.kek, (wraps.get(kept.kek) ?? 0) + 1);
    }
  return {
    active,
    erased,
    ring: [...wraps].map(([name, count]) => ({ name, wraps: count, missing: !keys.has(name) })),
  };
}

export interface Rotated {
  readonly active: string;
  /** Whether a key was added now; false where a rotation that was cut off is gone on with, or the ring had another active key already. */
  readonly added: boolean;
  readonly rewrapped: number;
}

/**
 * Wraps every data key with the newest key of the ring. Where none waits for that, a key is added first: so whoever was interrupted runs it again, and it
 * goes on. Processes that run read the ring again when they meet the new key, or within five minutes.
 * @throws BadKeyRing where the ring is no file of ours and its owner has not added a key; KeysUnavailable
 */
export async function rotateKeys({ ring, store }: Pick<OpenKeys, 'ring' | 'store'>): Promise<Rotated> {
  let [now, added] = [await ring.read(), false];
  if (!(await isBehind(store, now))) {
    now = await withAdded(ring);
    added = true;
  }
  return { active: now.active, added, rewrapped: await rewrapAll(store, ring, now) };
}

/** Whether anything is wrapped by another key than the active one. */
async function isBehind(store: KeyStore, { active }: KeyRing): Promise<boolean> {
  for await (const batch of store.all()) if (batch.some(([, kept]) => 'id' in kept && kept.kek !== active)) return true;
  return false;
}

/** Adds a key to the ring's file. One process at a time: a key that another overwrote would be lost, and with it all it wraps. */
async function withAdded(source: RingSource): Promise<KeyRing> {
  const { file } = source;
  if (file === undefined)
    throw new BadKeyRing(
      `everything is wrapped by the active key, and the ring comes from ${source.where}: add a key there, make it "active", and run this again; see docs/keys.md`,
    );
  const lock = `${file}.lock`;
  const held = await open(lock, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
    throw new KeysUnavailable(
      `${lock}: somebody else rotates now; where nobody does, remove that file and run this again`,
    );
  });
  try {
    await writeOver(file, ringAsJson(withNewKey(await source.read())));
    return await source.read();
  } finally {
    await held.close();
    await rm(lock, { force: true });
  }
}

const AT_ONCE = 16;

async function rewrapAll(store: KeyStore, ring: RingSource, now: KeyRing): Promise<number> {
  let rewrapped = 0;
  for await (const batch of store.all()) {
    const behind = batch.flatMap(([owner, kept]) =>
      'id' in kept && kept.kek !== now.active ? [[owner, kept] as const] : [],
    );
    for (let at = 0; at < behind.length; at += AT_ONCE) {
      const done = await Promise.allSettled(
        behind.slice(at, at + AT_ONCE).map(async ([owner, kept]) => {
          const key = await unwrapped(owner, kept, async (anew) => (anew ? ring.read() : now));
          await store.rewrap(owner, wrapped(owner, key, now));
        }),
      );
      // Whoever hears that it failed may rely on nothing being under way.
      for (const one of done) if (one.status === 'rejected') throw one.reason;
    }
    rewrapped += behind.length;
  }
  return rewrapped;
}
