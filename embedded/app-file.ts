// What `npm start` leaves in its data folder for the command line: where the app is while it runs, and the API key it made.

import { chmodSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { judgeKey, keptKey, keyIdIn, listKeys, makeKey, revokeKey } from '../record/api-keys.ts';
import type { OpenRecord } from '../record/open.ts';
import { SCOPES } from '../record/scopes.ts';

/** Who made the keys that this program keeps for itself. */
const MADE_BY = 'npm-start';

/** Writes two lines: the app's address, and the process that answers there. A killed run leaves the file behind. */
export function writeAppFile(data: string, url: string): void {
  inOneStep(join(data, 'app'), `${url}\n${process.pid}\n`);
}

export const removeAppFile = (data: string): void => rmSync(join(data, 'app'), { force: true });

/**
 * The file with the key of this installation: all scopes, all authorities, readable by its owner alone. The same at every start. Where the file
 * is gone, or its key is not good any more, a new one is made and whatever was made before is revoked.
 * @returns the file
 */
export async function keyFile(data: string, record: OpenRecord): Promise<string> {
  const file = join(data, 'api-key');
  if (existsSync(file) && (await isGood(record, readFileSync(file, 'utf8').trim()))) {
    // Whoever copied the folder may have opened it to others.
    chmodSync(file, 0o600);
    return file;
  }
  for (const { id, madeBy, revokedAt } of await listKeys(record))
    if (madeBy === MADE_BY && revokedAt === null) await revokeKey(record, id);
  const { text } = await makeKey(record, { name: 'npm start', scopes: SCOPES, authorities: 'all', madeBy: MADE_BY });
  inOneStep(file, `${text}\n`);
  return file;
}

async function isGood(record: OpenRecord, text: string): Promise<boolean> {
  const id = keyIdIn(text);
  const kept = id === undefined ? undefined : await keptKey(record, id);
  // A release with more scopes makes a key that has them.
  return judgeKey(kept, text, new Date()) === 'good' && SCOPES.every((scope) => kept?.key.scopes.includes(scope));
}

/** A reader never sees half of it. */
function inOneStep(file: string, content: string): void {
  writeFileSync(`${file}.new`, content, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
