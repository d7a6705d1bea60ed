// The folder where `npm start` keeps all its data. It is closed to other users, and tried out before anything relies on it.
// Imported by start.ts only.
import { chmodSync, existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { UserError } from './user-error.ts';

/**
 * Makes the folder and its parts, readable by their owner alone: they hold names and addresses. Every file that this process or a child of
 * it makes from then on is closed to others too.
 * @returns the folder's absolute path
 * @throws UserError naming the folder that cannot be used, why, and what to do
 */
export function openDataFolder(wanted: string, parts: readonly string[]): string {
  process.umask(0o077);
  const data = resolve(wanted);
  for (const folder of [data, ...parts.map((part) => join(data, part))]) {
    try {
      make(folder);
      // An earlier release left the parts readable. The folder itself stays as it is: the user may keep other things in it.
      if (folder !== data) closeToOthers(folder);
      tryOut(folder);
    } catch (error) {
      throw fault(folder, error as NodeJS.ErrnoException);
    }
  }
  return data;
}

/** Makes the folders above it too. Node's own `recursive` never ends where the system answers ENOENT for a folder that it will not make (/proc). */
function make(folder: string): void {
  if (existsSync(folder)) {
    if (!statSync(folder).isDirectory()) throw Object.assign(new Error(folder), { code: 'EEXIST' });
    return;
  }
  if (dirname(folder) !== folder) make(dirname(folder));
  mkdirSync(folder, { mode: 0o700 });
}

function closeToOthers(folder: string): void {
  try {
    chmodSync(folder, 0o700);
  } catch (error) {
    // A disk without owners, such as a memory stick, has no modes. The next step shows whether we can write there.
    if (!['EPERM', 'ENOTSUP', 'ENOSYS'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

/** Without this a full or read-only disk would show late: as mails that are put off again and again. */
function tryOut(folder: string): void {
  const probe = join(folder, `.tried-${process.pid}`);
  writeFileSync(probe, '');
  rmSync(probe);
}

const SAYINGS: Readonly<Record<string, string>> = {
  EEXIST: 'it is there, or something on the way to it, and is no folder',
  ENOTDIR: 'something on the way to it is a file',
  ENOENT: 'it cannot be made there, as if its disk were missing',
  EROFS: 'its disk is read-only',
  EACCES: 'you may not write there',
  EPERM: 'you may not write there',
  ENOSPC: 'its disk is full',
  EDQUOT: 'your share of its disk is used up',
  ENAMETOOLONG: 'its name is too long',
};

function fault(folder: string, error: NodeJS.ErrnoException): Error {
  const why = SAYINGS[error.code ?? ''];
  if (why === undefined) return error;
  return new UserError(
    `The data folder ${folder} cannot be used: ${why}. Mend that, or set NODRIFT_DATA to a folder you can write to.`,
  );
}
