// The key store as a folder: a small file for each owner. Several processes of one machine may use it at once.

import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { KeysUnavailable } from './case-keys.ts';
import type { KeptKey, KeyStore, Tombstone, WrappedKey } from './key-store.ts';
import { settle, writeOnce, writeOver } from './write-once.ts';

const AT_ONCE = 64;

/**
 * An erased owner has a tombstone beside, which counts for more than a key. Whoever writes a key looks for one afterwards: an erasure that came
 * between leaves no key behind.
 */
export class FolderKeyStore implements KeyStore {
  readonly where: string;
  readonly #keys: string;
  readonly #erased: string;

  private constructor(folder: string) {
    this.where = folder;
    this.#keys = join(folder, 'keys');
    this.#erased = join(folder, 'erased');
  }

  static async open(folder: string): Promise<FolderKeyStore> {
    const store = new FolderKeyStore(folder);
    for (const part of [store.#keys, store.#erased]) await mkdir(part, { recursive: true, mode: 0o700 });
    // Left by a process that was killed while it erased.
    for (const name of await readdir(store.#keys)) if (name.endsWith(GONE)) await overwrite(join(store.#keys, name));
    return store;
  }

  /** Whether a key was ever kept there. */
  static async isEmpty(folder: string): Promise<boolean> {
    return (await readdir(join(folder, 'keys')).catch(() => [])).every((name) => !name.endsWith('.json'));
  }

  async read(owners: readonly string[]): Promise<ReadonlyMap<string, KeptKey>> {
    const found = new Map<string, KeptKey>();
    for (let at = 0; at < owners.length; at += AT_ONCE)
      for (const [owner, kept] of await Promise.all(
        owners.slice(at, at + AT_ONCE).map(async (one) => [one, await this.#readOne(one)] as const),
      ))
        if (kept) found.set(owner, kept);
    return found;
  }

  async #readOne(owner: string): Promise<KeptKey | undefined> {
    const { keys, erased } = this.#files(owner);
    const tombstone = await readJson<Tombstone & { owner: string }>(erased);
    if (tombstone) return { erased: { by: tombstone.by, at: tombstone.at } };
    const kept = await readJson<WrappedKey & { owner: string }>(keys);
    if (!kept) return undefined;
    const { id, kek, wrapped } = kept;
    if (kept.owner !== owner || [id, kek, wrapped].some((part) => typeof part !== 'string'))
      throw new KeysUnavailable(`${keys} is not the key of ${owner}: put it back from a backup; see docs/keys.md`);
    return { id, kek, wrapped };
  }

  async add(owner: string, key: WrappedKey): Promise<KeptKey> {
    const before = await this.#readOne(owner);
    if (before) return before;
    await writeOnce(this.#files(owner).keys, asText({ owner, ...key }));
    return this.#afterWriting(owner);
  }

  async rewrap(owner: string, key: WrappedKey): Promise<void> {
    const before = await this.#readOne(owner);
    if (!before || 'erased' in before || before.id !== key.id) return;
    await writeOver(this.#files(owner).keys, asText({ owner, ...key }));
    await this.#afterWriting(owner);
  }

  async #afterWriting(owner: string): Promise<KeptKey> {
    const kept = (await this.#readOne(owner))!;
    if ('erased' in kept) await destroy(this.#files(owner).keys);
    return kept;
  }

  async erase(owner: string, { by, at }: Tombstone): Promise<void> {
    const { keys, erased } = this.#files(owner);
    await writeOnce(erased, asText({ owner, by, at }));
    await destroy(keys);
    await settle(this.#keys);
  }

  async *all(): AsyncIterable<readonly (readonly [string, KeptKey])[]> {
    for (const folder of [this.#erased, this.#keys]) {
      const names = (await readdir(folder)).filter((name) => name.endsWith('.json'));
      for (let at = 0; at < names.length; at += AT_ONCE) {
        const read = names.slice(at, at + AT_ONCE).map((name) => readJson<{ owner: string }>(join(folder, name)));
        const owners = (await Promise.all(read)).flatMap((one) => one?.owner ?? []);
        // An erased owner whose key is being destroyed now is in both.
        const kept = [...(await this.read(owners))];
        yield kept.filter(([, one]) => 'erased' in one === (folder === this.#erased));
      }
    }
  }

  async close(): Promise<void> {}

  /** The name is a hash: an owner's may hold what a disk does not take, or takes for another's. */
  #files(owner: string): { readonly keys: string; readonly erased: string } {
    const name = `${createHash('sha256').update(owner).digest('hex').slice(0, 40)}.json`;
    return { keys: join(this.#keys, name), erased: join(this.#erased, name) };
  }
}

const asText = (value: object): string => `${JSON.stringify(value)}\n`;

/** @param again whoever reads while the file is being destroyed reads blanks, and the next time nothing */
async function readJson<T>(file: string, again = true): Promise<T | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new KeysUnavailable(`${file} cannot be read (${code}); see docs/keys.md`);
  }
  try {
    return JSON.parse(text) as T;
  } catch {
    if (again) return readJson(file, false);
    throw new KeysUnavailable(`${file} is cut off: put it back from a backup; see docs/keys.md`);
  }
}

const GONE = '.gone';

/** Out of the way first, so that nobody reads half a key. */
async function destroy(file: string): Promise<void> {
  try {
    await rename(file, `${file}${GONE}`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return;
  }
  await overwrite(`${file}${GONE}`);
}

/** Before it is unlinked: most disks keep what is only unlinked, some keep both. */
async function overwrite(file: string): Promise<void> {
  try {
    const handle = await open(file, 'r+');
    try {
      await handle.write(Buffer.alloc((await handle.stat()).size, ' '), 0);
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  await rm(file, { force: true });
}
