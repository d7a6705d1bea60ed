// What `npm start` keeps of its record when the power goes: a disk that has nothing but what it was asked to keep, each file as it was then.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs, {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { after, afterEach, beforeEach, mock, test } from 'node:test';
import { PGlite } from '@electric-sql/pglite';
import { openRecord } from '../../record/open.ts';
import { history } from '../../record/read.ts';
import { keep } from '../../record/write.ts';
import { entry, event } from '../support/entries.ts';

const CASE = 'child-protection/BC-2041';
const HERE = { skip: existsSync('/proc/self/fd') ? false : 'this system does not say which file a number is' };

const below = mkdtempSync(join(tmpdir(), 'nodrift-power-'));
after(() => rmSync(below, { recursive: true, force: true }));
let folder = '';
let disk = '';
beforeEach(() => {
  folder = mkdtempSync(join(below, 'memory-'));
  disk = join(below, `disk-of-${folder.slice(-6)}`);
});
afterEach(() => uncut());

/** From here on every file and folder reaches the disk when it is synced, and not before. @returns how often that was */
function cutOff(): { syncs: number } {
  cpSync(folder, disk, { recursive: true, filter: (path) => !statSync(path).isSocket() });
  const seen = { syncs: 0 };
  const really = fs.fsyncSync;
  mock.method(fs, 'fsyncSync', (fd: number) => {
    really(fd);
    const path = readlinkSync(`/proc/self/fd/${fd}`);
    const there = join(disk, relative(folder, path));
    seen.syncs++;
    if (!statSync(path).isDirectory()) {
      mkdirSync(dirname(there), { recursive: true });
      return cpSync(path, there);
    }
    // A folder's names. A file that was renamed has what it had under its old name; one that is gone is gone.
    for (const name of readdirSync(there))
      if (!existsSync(join(path, name))) rmSync(join(there, name), { recursive: true });
    for (const name of readdirSync(path))
      if (!existsSync(join(there, name)) && statSync(join(path, name)).isFile())
        cpSync(join(path, name), join(there, name));
  });
  syncBuiltinESMExports();
  return seen;
}

function uncut(): void {
  mock.restoreAll();
  syncBuiltinESMExports();
}

const known = async (dataDir: string): Promise<number | undefined> => {
  const record = await openRecord({ dataDir });
  try {
    return (await history(record, CASE))?.events.length;
  } finally {
    await record.close();
  }
};

test('what was acknowledged is there after a power cut, in the log or moved out of it', HERE, async () => {
  const record = await openRecord({ dataDir: folder });
  const seen = cutOff();
  await keep(record, entry({ newEvents: [event('opening-1')] }));
  assert.ok(seen.syncs > 0);
  await record.db.execute('checkpoint');
  await keep(record, entry({ events: 2, revision: 2, newEvents: [event('e2', { arrival: 2 })] }));
  uncut();
  await record.close();
  assert.equal(await known(disk), 2);
});

// When this fails, PGlite has learnt to sync, and record/synced-folder.ts may go.
test('PGlite by itself loses it', HERE, async () => {
  const client = await PGlite.create(folder);
  const seen = cutOff();
  await client.exec('create table t (x text)');
  assert.equal(seen.syncs, 0);
  uncut();
  await client.close();
  const later = await PGlite.create(disk);
  await assert.rejects(later.query('select * from t'), /does not exist/);
  await later.close();
});

test('a disk that fails to keep something ends the process in one line, and what was acknowledged before is there', async () => {
  const program = join(below, 'failing.mts');
  const from = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);
  writeFileSync(
    program,
    `import fs from 'node:fs';
     import { syncBuiltinESMExports } from 'node:module';
     const { openRecord } = await import(${from('../../record/open.ts')});
     const { keep } = await import(${from('../../record/write.ts')});
     const { entry, event } = await import(${from('../support/entries.ts')});
     const record = await openRecord({ dataDir: ${JSON.stringify(folder)} });
     await keep(record, entry({ newEvents: [event('opening-1')] }));
     fs.fsyncSync = () => { throw Object.assign(new Error('EIO: i/o error, fsync'), { code: 'EIO' }); };
     syncBuiltinESMExports();
     await keep(record, entry({ events: 2, revision: 2, newEvents: [event('e2', { arrival: 2 })] }));
     console.log('acknowledged');`,
  );
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', program], { encoding: 'utf8' });
  assert.equal(
    stderr,
    `nodrift: the record in ${folder} cannot be kept: its disk failed (EIO). See to the disk, then start again: what was acknowledged is there.\n`,
  );
  assert.equal(status, 1);
  assert.equal(stdout, '');
  assert.ok(((await known(folder)) ?? 0) >= 1);
});
