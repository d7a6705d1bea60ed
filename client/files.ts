// What is wrong with a file before anything of it is read.

import { statSync } from 'node:fs';

/** `there is no such file`, `is a directory, …`; undefined where it can be opened. */
export function unreadable(path: string): string | undefined {
  try {
    return statSync(path).isDirectory() ? 'this is a directory, a file is wanted' : undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : 'cannot be read';
  }
}
