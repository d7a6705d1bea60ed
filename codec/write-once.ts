// Small files that are written whole or not at all, and by one of those who try at once.

import { randomBytes } from 'node:crypto';
import { link, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Writes a file that is not there yet. @returns whether it was us: false where it is there, which stays as it is */
export async function writeOnce(file: string, text: string): Promise<boolean> {
  const part = await writePart(file, text);
  try {
    await link(part, file);
    await settle(dirname(file));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  } finally {
    await rm(part, { force: true });
  }
}

/** Writes a file in place of the one that is there: whoever reads meanwhile reads the old one or the new one. */
export async function writeOver(file: string, text: string): Promise<void> {
  await rename(await writePart(file, text), file);
  await settle(dirname(file));
}

async function writePart(file: string, text: string): Promise<string> {
  const part = `${file}.${process.pid}-${randomBytes(4).toString('hex')}.part`;
  const handle = await open(part, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return part;
}

/** A name in a folder is on the disk only when the folder is. */
export async function settle(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
