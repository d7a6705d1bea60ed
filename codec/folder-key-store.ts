// The key store as a folder: a small file for each owner. Several processes of one machine may use it at once.

import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
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
  readonly #away: string;

  private constructor(folder: string) {
    this.where = folder;
    this.#keys = join(folder, 'keys');
    this.#erased = join(folder, 'erased');
    this.#away = join(folder, 'away');
  }

  static async open(folder: string): Promise<FolderKeyStore> {
    const store = new FolderKeyStore(folder);
    for (const part of [store.#keys, store.#erased, store.#away]) await mkdir(part, { recursive: true, mode: 0o700 });
    // Left by a process that was killed while it erased.
    for (const part of [store.#keys, store.#away])
      for (const name of await readdir(part)) if (name.endsWith(GONE)) await overwrite(join(part, name));
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

  /** @param comesBack whether a key that was put away is in use again */
  async #readOne(owner: string, comesBack = true): Promise<KeptKey | undefined> {
    const { keys, erased, away } = this.#files(owner);
    const tombstone = await readJson<Tombstone & { owner: string }>(erased);
    if (tombstone) return { erased: { by: tombstone.by, at: tombstone.at } };
    let kept = await readJson<WrappedKey & { owner: string }>(keys);
    if (!kept && comesBack && (await moved(away, keys))) await settle(this.#keys);
    kept ??= await readJson<WrappedKey & { owner: string }>(comesBack ? keys : away);
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
    const { keys, erased, away } = this.#files(owner);
    await writeOnce(erased, asText({ owner, by, at }));
    for (const file of [keys, away]) await destroy(file);
    await settle(this.#keys);
  }

  async putAway(owner: string, madeBefore: Date): Promise<boolean> {
    const { keys, away } = this.#files(owner);
    // A rotation writes the file anew, and it counts as made then.
    const made = await stat(keys).catch(nothingThere);
    if (!made) return (await stat(away).catch(nothingThere)) !== undefined;
    if (made.mtimeMs >= madeBefore.getTime()) return false;
    // First: killed in between, it counts as made now.
    const now = new Date();
    await utimes(keys, now, now).catch(nothingThere);
    return moved(keys, away);
  }

  async destroyPutAway(before: Date): Promise<number> {
    let gone = 0;
    for (const name of await readdir(this.#away)) {
      const file = join(this.#away, name);
      const since = await stat(file).catch(nothingThere);
      if (since && since.mtimeMs < before.getTime() && (await destroy(file))) gone += 1;
    }
    return gone;
  }

  async *all(): AsyncIterable<readonly (readonly [string, KeptKey])[]> {
    for (const folder of [this.#erased, this.#keys, this.#away]) {
      const names = (await readdir(folder)).filter((name) => name.endsWith('.json'));
      for (let at = 0; at < names.length; at += AT_ONCE) {
        const read = names.slice(at, at + AT_ONCE).map((name) => readJson<{ owner: string }>(join(folder, name)));
        const owners = (await Promise.all(read)).flatMap((one) => one?.owner ?? []);
        // An erased owner whose key is being destroyed now is in both.
        const kept = await Promise.all(
          owners.map(async (owner) => [owner, await this.#readOne(owner, false)] as const),
        );
        yield kept.flatMap(([owner, one]) =>
          one && 'erased' in one === (folder === this.#erased) ? [[owner, one] as const] : [],
        );
      }
    }
  }

  async close(): Promise<void> {}

  /** The name is a hash: an owner's may hold what a disk does not take, or takes for another's. */
  #files(owner: string): { readonly keys: string; readonly erased: string; readonly away: string } {
    const name = `${createHash('sha256').update(owner).digest('hex').slice(0, 40)}.json`;
    return { keys: join(this.#keys, name), erased: join(this.#erased, name), away: join(this.#away, name) };
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

/** Out of the way first, so that nobody reads half a key. @returns whether it was there */
async function destroy(file: string): Promise<boolean> {
  if (!(await moved(file, `${file}${GONE}`))) return false;
  await overwrite(`${file}${GONE}`);
  return true;
}

/** In one step: of two who take a file away from where it is, one has it. @returns whether it was us */
async function moved(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    nothingThere(error as NodeJS.ErrnoException);
    return false;
  }
}

function nothingThere(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
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
