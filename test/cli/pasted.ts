// The examples of a command's help, as a shell makes them of what is pasted.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { inProcess, nodrift } from '../support/nodrift.ts';

/** A folder like the repository's, to write into. @returns its path, once the process is in it */
export function inCopy(): string {
  const folder = mkdtempSync(join(tmpdir(), 'nodrift-pasted-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  for (const name of ['examples', 'policies']) symlinkSync(resolve(name), join(folder, name));
  process.chdir(folder);
  return folder;
}

/** The arguments of each example of a command, in the folder the process is in; the files they need are written. */
export async function examplesOf(...command: readonly string[]): Promise<readonly (readonly string[])[]> {
  const { code, out } = await nodrift(...command, '--help');
  assert.equal(code, 0);
  const [, examples] = /^Examples[^\n]*:\n((?: {2}.*(?:\n|$))+)/m.exec(out) ?? [];
  assert.ok(examples, `nodrift ${command.join(' ')} --help has examples`);
  // A shell reads them whole; in place of each command it writes what it was given.
  const ran = await inProcess('sh', '-c', `npx() { printf '%s\\036' "$@"; printf '\\035'; }\n${examples}`);
  assert.deepEqual([ran.code, ran.err], [0, '']);
  return ran.out
    .split('\u001d')
    .slice(0, -1)
    .map((line) => line.split('\u001e').slice(1, -1));
}
