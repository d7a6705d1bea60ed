// One process at a time for a PGlite folder: two would spoil it, and PGlite itself does not notice.

import { createHash } from 'node:crypto';
import { realpath, rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RecordUnavailable } from './failures.ts';

/**
 * Holds a folder until the returned function is called or the process ends, however it ends: the lock is a listening socket, which the system closes with
 * its process, so a killed process leaves nothing behind that a number in a file would (a container's process has the same number every time).
 * @throws RecordUnavailable when another process has it.
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const name = `nodrift-${createHash('sha256')
    .update(await realpath(folder))
    .digest('hex')
    .slice(0, 16)}`;
  // Beside the data the path may be longer than a socket's may be.
  const path = process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : join(tmpdir(), `${name}.lock`);
  for (const again of [true, false]) {
    const server = await listen(path);
    if (server) return () => new Promise((done) => server.close(() => done()));
    if (!again || (await answers(path))) break;
    await rm(path, { force: true });
  }
  throw new RecordUnavailable(
    `the record in ${folder} is in use by another process: stop it, give another folder, or set DATABASE_URL to share one database`,
    'locked',
  );
}

function listen(path: string): Promise<Server | null> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.end());
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(null) : reject(error),
    );
    server.listen(path, () => resolve(server.unref()));
  });
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
