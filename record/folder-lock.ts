// One process at a time for a PGlite folder: two would spoil it, and PGlite itself does not notice.

import { createHash, randomBytes } from 'node:crypto';
import { chmod, link, mkdir, mkdtemp, realpath, rename, rm, stat, symlink } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { RecordUnavailable } from './failures.ts';

/** The path of a Unix socket may be 103 bytes long on macOS, 107 on Linux. */
const LONGEST = 103;
/** The errors of a disk that takes no sockets: a memory stick, a Windows folder seen from inside WSL, some folders that containers share. */
const NO_SOCKETS: readonly string[] = ['EPERM', 'EACCES', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL'];

/**
 * Holds a folder until the returned function is called or the process ends, however it ends. The lock is a listening socket, and the system
 * closes it with its process. (A process number in a file would outlive a killed process, and a container's process has the same number
 * every time.) The socket is inside the folder: there no other user can put one first and keep the owner out.
 * @throws RecordUnavailable when another process has the folder, or it is another user's
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const server = await hold(folder);
  if (server) return () => new Promise((done) => server.close(() => done()));
  throw new RecordUnavailable(
    `the record in ${folder} is in use by another process: stop it, give another folder, or set DATABASE_URL to share one database`,
    'locked',
  );
}

async function hold(folder: string): Promise<Server | null> {
  // Node has only named pipes on Windows. They are in no folder, so there another user could take the name first.
  if (process.platform === 'win32') return listen(`\\\\.\\pipe\\nodrift-${hash(await realpath(folder))}`);
  await closeToOthers(folder);
  try {
    return await holdSocket(folder, 'lock');
  } catch (error) {
    if (!NO_SOCKETS.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    const locks = join(homedir(), '.cache', 'nodrift', 'locks');
    await mkdir(locks, { recursive: true, mode: 0o700 });
    await closeToOthers(locks);
    return holdSocket(locks, hash(await realpath(folder)));
  }
}

const hash = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 16);

/** Whoever may write in the folder could keep its owner out. @throws RecordUnavailable where it is another user's */
async function closeToOthers(folder: string): Promise<void> {
  const { uid, mode } = await stat(folder);
  if (uid !== process.geteuid?.())
    throw new RecordUnavailable(
      `the folder ${folder} belongs to another user (number ${uid}): run as that user, or give another folder`,
      'foreign',
    );
  if ((mode & 0o022) === 0) return;
  // A disk without modes is left as it is: it has no other users either.
  await chmod(folder, 0o700).catch(() => {});
}

/** Listens on a socket in the folder; null while another process does. */
async function holdSocket(folder: string, name: string): Promise<Server | null> {
  const direct = join(folder, name);
  if (Buffer.byteLength(aside(direct)) <= LONGEST) return takeSocket(direct);
  // The path is too long. A link in a new folder of our own makes it short; both are removed at once.
  const detour = await mkdtemp(join(tmpdir(), 'nodrift-'));
  try {
    await symlink(await realpath(folder), join(detour, 'd'));
    return await takeSocket(join(detour, 'd', name));
  } finally {
    await rm(detour, { recursive: true });
  }
}

async function takeSocket(path: string): Promise<Server | null> {
  for (const again of [true, false]) {
    const server = await listen(path);
    if (server) return (await isStill(path)) ? server : null;
    if (!again || (await answers(path))) return null;
    await removeDead(path);
  }
  return null;
}

/** A name of its own each time: two that clear up at once must not move into each other's way. */
const aside = (path: string): string => `${path}.${randomBytes(4).toString('hex')}`;

/**
 * Others who found the dead socket a moment ago may have moved ours away for it, and somebody may listen in its place: then they have the folder.
 * Ours is left open: closing it would remove theirs.
 */
async function isStill(path: string): Promise<boolean> {
  const number = async () => (await stat(path).catch(() => undefined))?.ino;
  const ours = await number();
  for (let looks = 0; looks < LOOKS; looks++) {
    await sleep(MOVES_WITHIN_MS);
    const now = await number();
    // While it is moved away, nothing is there: it comes back.
    if (now !== undefined) return now === ours;
  }
  return false;
}
const LOOKS = 3;
const MOVES_WITHIN_MS = 50;

/**
 * Removes the socket of a killed process. Another start may be doing the same, and listen there by now. So the socket is first moved away,
 * and moved back if somebody listens on it.
 */
async function removeDead(path: string): Promise<void> {
  const moved = aside(path);
  await rename(path, moved).catch(unless('ENOENT'));
  if (await answers(moved)) await link(moved, path).catch(unless('EEXIST'));
  await rm(moved, { force: true });
}

/** Passes over this failure only: another start has just done the same. */
const unless = (code: string) => (error: NodeJS.ErrnoException) => {
  if (error.code !== code) throw error;
};

function listen(path: string): Promise<Server | null> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.end());
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(null) : reject(error),
    );
    server.listen(path, () => resolve(server.unref()));
  });
}

/** Dead is only a socket that nobody listens on: one that is busy, or that we may not ask, is somebody's. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code !== 'ECONNREFUSED' && code !== 'ENOENT'));
  });
}
