// What takes seconds to make and is the same for every test file: made by the first that needs it, and kept in test/.cache.

import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Inside the project, so that a copy of the sources finds its packages. */
export const CACHE = fileURLToPath(new URL('../.cache', import.meta.url));
const A_DAY_MS = 86_400_000;

/** What the file of that name holds, made where there is none. What was made more than a day ago goes when something is made. */
export async function madeOnce(folder: string, name: string, make: () => Promise<Uint8Array>): Promise<Buffer> {
  const place = join(CACHE, folder);
  const file = join(place, name);
  try {
    return readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const made = await make();
  mkdirSync(place, { recursive: true });
  writeFileSync(`${file}.${process.pid}`, made);
  renameSync(`${file}.${process.pid}`, file);
  for (const old of readdirSync(place).map((one) => join(place, one)))
    if (Date.now() - (statSync(old, { throwIfNoEntry: false })?.mtimeMs ?? 0) > A_DAY_MS) rmSync(old, { force: true });
  return Buffer.from(made);
}
