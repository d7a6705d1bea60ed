// Small files that are written whole or not at all, and by one of those who try at once.

import { randomBytes } from 'node:crypto';
import { constants, copyFile, link, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Writes a file that is not there yet. @returns whether it was us: false where it is there, which stays as it is */
export async function writeOnce(file: string, text: string): Promise<boolean> {
  const part = await writePart(file, text);
  try {
    await linkOrCopy(part, file);
    await settle(dirname(file));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  } finally {
    await rm(part, { force: true });
  }
}

/** Some disks have no links: there the file is copied, which is refused as well where it is there. */
const linkOrCopy = (part: string, file: string): Promise<void> =>
  link(part, file).catch((error: NodeJS.ErrnoException) => {
    if (!['EPERM', 'ENOTSUP', 'ENOSYS'].includes(error.code ?? '')) throw error;
    return copyFile(part, file, constants.COPYFILE_EXCL);
  });

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

/** A name in a folder is on the disk only when the folder is; some systems do not open one. */
export async function settle(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch((error: NodeJS.ErrnoException) => {
    if (!['EISDIR', 'EPERM', 'EACCES', 'EINVAL'].includes(error.code ?? '')) throw error;
    return undefined;
  });
  if (!handle) return;
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
