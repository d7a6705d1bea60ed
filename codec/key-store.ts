// Where wrapped data keys are kept: what every key store can do, and the one in memory. Apart from the record and from Temporal, so that a backup of
// these holds no key.

/** A data key as it is kept: sealed with a key of the ring. */
export interface WrappedKey {
  readonly id: string;
  /** The name of the key of the ring. */
  readonly kek: string;
  /** In base64. */
  readonly wrapped: string;
}

/** What is kept of an owner whose key was destroyed: when and by whom, never why. */
export interface Tombstone {
  readonly by: string;
  readonly at: string;
}

export type KeptKey = WrappedKey | { readonly erased: Tombstone };

/** Keys by owner. Whatever fails to answer throws KeysUnavailable. */
export interface KeyStore {
  /** Says where, for people. */
  readonly where: string;
  /** Owners that have none are absent. */
  read(owners: readonly string[]): Promise<ReadonlyMap<string, KeptKey>>;
  /** Keeps a key where the owner has nothing. Of two that try at once one wins. @returns what stands there now */
  add(owner: string, key: WrappedKey): Promise<KeptKey>;
  /** The same data key, wrapped anew; nothing is done where the owner has another, or was erased meanwhile. */
  rewrap(owner: string, key: WrappedKey): Promise<void>;
  /** Destroys the key for good. Erased before, it stays as it was; an owner without a key gets none from now on. */
  erase(owner: string, erased: Tombstone): Promise<void>;
  /**
   * Puts a key away that was made before a moment. It is still there for whoever asks for it, and by that comes back.
   * @returns whether it is away now
   */
  putAway(owner: string, madeBefore: Date): Promise<boolean>;
  /** Destroys keys that were put away before a moment and asked for by nobody since; they leave nothing. @returns how many */
  destroyPutAway(before: Date): Promise<number>;
  /** Every owner with what is kept of it, in batches; what was put away is among it, and stays so. */
  all(): AsyncIterable<readonly (readonly [owner: string, kept: KeptKey])[]>;
  close(): Promise<void>;
}

/** For tests, and for rehearsals that end with the process. */
export class MemoryKeyStore implements KeyStore {
  readonly where = 'memory';
  readonly #kept = new Map<string, KeptKey>();
  readonly #made = new Map<string, number>();
  readonly #away = new Map<string, number>();

  async read(owners: readonly string[]): Promise<ReadonlyMap<string, KeptKey>> {
    for (const owner of owners) this.#away.delete(owner);
    return new Map(
      owners.flatMap((owner) => {
        const kept = this.#kept.get(owner);
        return kept ? [[owner, kept] as const] : [];
      }),
    );
  }

  async add(owner: string, key: WrappedKey): Promise<KeptKey> {
    this.#away.delete(owner);
    const kept = this.#kept.get(owner) ?? key;
    if (!this.#kept.has(owner)) this.#made.set(owner, Date.now());
    this.#kept.set(owner, kept);
    return kept;
  }

  async rewrap(owner: string, key: WrappedKey): Promise<void> {
    const kept = this.#kept.get(owner);
    if (kept && 'id' in kept && kept.id === key.id) this.#kept.set(owner, key);
  }

  async erase(owner: string, erased: Tombstone): Promise<void> {
    const kept = this.#kept.get(owner);
    if (!kept || 'id' in kept) this.#kept.set(owner, { erased });
    this.#away.delete(owner);
  }

  async putAway(owner: string, madeBefore: Date): Promise<boolean> {
    const kept = this.#kept.get(owner);
    if (this.#away.has(owner)) return true;
    if (!kept || 'erased' in kept || this.#made.get(owner)! >= madeBefore.getTime()) return false;
    this.#away.set(owner, Date.now());
    return true;
  }

  async destroyPutAway(before: Date): Promise<number> {
    const gone = [...this.#away].filter(([, at]) => at < before.getTime());
    for (const [owner] of gone) for (const of of [this.#away, this.#kept, this.#made]) of.delete(owner);
    return gone.length;
  }

  async *all(): AsyncIterable<readonly (readonly [string, KeptKey])[]> {
    yield [...this.#kept];
  }

  async close(): Promise<void> {}
}
