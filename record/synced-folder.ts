// PGlite in a folder, where a commit that was acknowledged outlives a power cut. By itself PGlite never asks the disk to keep anything: it starts
// Postgres with fsync off, and its files have no fsync that Postgres could call. Imported by open.ts only.

import { existsSync, fsyncSync, writeSync } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';

/** What PGlite hands over of Emscripten (0.5.16): the operations on files of the disk, each of which has the disk's own number for it. */
interface Emscripten {
  readonly NODEFS: { readonly stream_ops: { fsync?: (file: { readonly nfd: number }) => number } };
}

class SyncingFiles extends NodeFS {
  override async init(...given: Parameters<NodeFS['init']>): ReturnType<NodeFS['init']> {
    const { emscriptenOpts } = await super.init(...given);
    const withSync = (module: unknown): void => {
      (module as Emscripten).NODEFS.stream_ops.fsync = ({ nfd }) => {
        sync(nfd, this.rootDir);
        return 0;
      };
    };
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [...(emscriptenOpts.preRun ?? []), withSync] } };
  }
}

/**
 * Where the disk fails to keep something, this process ends, as Postgres itself does: the next sync would say that all is well, and what was to be kept is gone.
 * (PGlite would loop for ever over Postgres's end, and no other code would run.)
 */
function sync(file: number, folder: string): void {
  try {
    fsyncSync(file);
  } catch (error) {
    const { code = 'EIO' } = error as NodeJS.ErrnoException;
    // Windows keeps the names of files by itself, and syncs no folder.
    if (process.platform === 'win32' && code === 'EPERM') return;
    writeSync(
      2,
      `nodrift: the record in ${folder} cannot be kept: its disk failed (${code}). See to the disk, then start again: what was acknowledged is there.\n`,
    );
    process.exit(1);
  }
}

/** Postgres's own way by default is fdatasync, which does nothing in WebAssembly. */
const STARTED_WITH = [
  ...PGlite.defaultStartParams.filter((one) => one !== '-F'),
  ...['-c', 'fsync=on', '-c', 'wal_sync_method=fsync'],
];

/** Opens the database in this folder, and makes it where there is none. @throws what PGlite throws */
export async function openSynced(folder: string): Promise<PGlite> {
  const isNew = !existsSync(join(folder, 'PG_VERSION'));
  const client = await PGlite.create({ fs: new SyncingFiles(folder), startParams: STARTED_WITH });
  // The files of a new database are made by a program of its own, which syncs nothing.
  if (isNew) await syncAll(folder);
  return client;
}

/** A thousand small files. Side by side the disk takes a third of the time. */
const SIDE_BY_SIDE = 4;

async function syncAll(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const folders = process.platform === 'win32' ? [] : entries.filter((one) => one.isDirectory());
  // Names after what they stand for.
  for (const [kind, flags] of [
    [entries.filter((one) => one.isFile()), 'r+'],
    [folders, 'r'],
  ] as const) {
    const paths = kind.map((one) => join(one.parentPath, one.name));
    if (flags === 'r' && paths.length > 0) paths.push(folder);
    const rest = paths.values();
    await Promise.all(
      Array.from({ length: SIDE_BY_SIDE }, async () => {
        for (const path of rest) await syncOne(path, flags);
      }),
    );
  }
}

async function syncOne(path: string, flags: string): Promise<void> {
  const handle = await open(path, flags);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
