// Where the key ring is: a command that prints it, so that any vault or KMS can serve it; the environment; or a file that others cannot read.

import { execFile } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { KeysUnavailable } from './case-keys.ts';
import { BadKeyRing, type KeyRing, parseKeyRing, ringAsJson, withNewKey } from './key-ring.ts';
import { writeOnce } from './write-once.ts';

export interface RingSource {
  /** Says where, for people. */
  readonly where: string;
  /** The file, where it is one: only such a ring is added to by us. */
  readonly file?: string;
  /** Reads it now. @throws BadKeyRing, KeysUnavailable */
  read(): Promise<KeyRing>;
}

/** The ring that the environment names; undefined where it names none. @throws BadKeyRing where it names two */
export function ringOf(env: NodeJS.ProcessEnv): RingSource | undefined {
  const given = {
    NODRIFT_KEY_COMMAND: env.NODRIFT_KEY_COMMAND,
    NODRIFT_KEYS: env.NODRIFT_KEYS,
    NODRIFT_KEYS_FILE: env.NODRIFT_KEYS_FILE,
  };
  const set = Object.entries(given).filter(([, value]) => value);
  if (set.length > 1)
    throw new BadKeyRing(
      `${set.map(([name]) => name).join(' and ')} are set at once: leave one of them; see docs/keys.md`,
    );
  const [name = '', value = ''] = set[0] ?? [];
  if (name === 'NODRIFT_KEYS_FILE') return ringFile(value);
  if (name === 'NODRIFT_KEYS') return { where: name, read: async () => parseKeyRing(value, name) };
  if (name === 'NODRIFT_KEY_COMMAND')
    return { where: name, read: async () => parseKeyRing(await printed(value), name) };
  return undefined;
}

export const ringFile = (file: string): RingSource => ({
  where: file,
  file,
  async read() {
    return parseKeyRing(await readClosed(file), file);
  },
});

/** A ring with one key, in a file that only its owner can read; one that is there stays. */
export async function makeRingFile(file: string): Promise<void> {
  await writeOnce(file, ringAsJson(withNewKey(undefined)));
}

const COMMAND_MS = 30_000;

async function printed(command: string): Promise<string> {
  try {
    return (await promisify(execFile)('/bin/sh', ['-c', command], { timeout: COMMAND_MS, maxBuffer: 1_000_000 }))
      .stdout;
  } catch (error) {
    // What it printed may be half a ring, so it is not shown.
    const { code, killed } = error as { code?: number | string; killed?: boolean };
    throw new KeysUnavailable(
      `NODRIFT_KEY_COMMAND ${killed ? `did not end within ${COMMAND_MS / 1_000} s` : `ended with ${code}`}: run it by hand to see why; see docs/keys.md`,
    );
  }
}

/** Others may neither read nor write it. */
const OPEN_TO_OTHERS = 0o027;

async function readClosed(file: string): Promise<string> {
  try {
    const about = await stat(file);
    if (!about.isFile()) throw new BadKeyRing(`${file}: is no file; see docs/keys.md`);
    if (process.platform !== 'win32' && about.mode & OPEN_TO_OTHERS)
      throw new BadKeyRing(
        `${file}: others can read or change it, and with it every case: chmod 600 ${file}, and make a new key (nodrift keys rotate); see docs/keys.md`,
      );
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw new KeysUnavailable(`${file}: there is no key ring: put it back from where you keep it; see docs/keys.md`);
    if (code === 'EACCES' || code === 'EPERM')
      throw new KeysUnavailable(`${file}: this user may not read the key ring; see docs/keys.md`);
    throw error;
  }
}
