// Secrets that are shown once: into a file of their own, which only its owner can read.

import { writeFileSync } from 'node:fs';
import { BadInput } from '../client/errors.ts';

/** @param wayOut what to do now that it was made and nobody has it @throws BadInput naming the file, never the secret */
export function writeSecret(file: string, text: string, wayOut: string): void {
  try {
    writeFileSync(file, `${text}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'EEXIST' ? 'it is there already' : `it cannot be written (${code})`;
    throw new BadInput(`--to ${file}: ${why}; ${wayOut}`);
  }
}
