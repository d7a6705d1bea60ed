// Whether a data folder of `npm start` still holds cases of a release that did not encrypt: a note beside its keys, kept until the last of them is gone.

import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const note = (folder: string): string => join(folder, 'migrating.json');

export const isMigrating = (folder: string): boolean => existsSync(note(folder));

/** A folder with cases and without keys is an earlier release's: what it holds is read as it is, and encrypted from now on. */
export function beginMigrating(folder: string): void {
  writeFileSync(note(folder), '{}\n', { mode: 0o600 });
}

/** No running case is plain any more. Ended ones stay plain until Temporal forgets them. If this is said again, the first time counts. */
export function migratedUntil(folder: string, until: Date): void {
  if (endOf(folder) === undefined) writeFileSync(note(folder), `${JSON.stringify({ until: until.toISOString() })}\n`);
}

/** From then on encryption is required. @returns whether that is now */
export function endMigrating(folder: string, now: Date): boolean {
  const until = endOf(folder);
  if (until === undefined || now < new Date(until)) return false;
  rmSync(note(folder), { force: true });
  return true;
}

function endOf(folder: string): string | undefined {
  try {
    return (JSON.parse(readFileSync(note(folder), 'utf8')) as { until?: string }).until;
  } catch {
    return undefined; // not there, or cut off: the cases are looked at again
  }
}
