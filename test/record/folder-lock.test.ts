// record/folder-lock.ts: one process a folder, a lock that ends with its process, and no way for another user to keep the owner out.

import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmod, chown, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { lockFolder } from '../../record/folder-lock.ts';

const scratch = await mkdtemp(join(tmpdir(), 'nodrift-lock-'));
after(() => rm(scratch, { recursive: true, force: true }));
let made = 0;
async function folder(...deeper: string[]): Promise<string> {
  const path = join(scratch, `${++made}`, ...deeper);
  await mkdir(path, { recursive: true });
  return path;
}

/** Another process that holds the folder, and says so. */
async function heldElsewhere(path: string): Promise<ChildProcess> {
  const code = `import { lockFolder } from ${JSON.stringify(new URL('../../record/folder-lock.ts', import.meta.url).href)};
    await lockFolder(${JSON.stringify(path)}); console.log('held'); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout!, 'data');
  return child;
}

const inUse = {
  name: 'RecordUnavailable',
  code: 'locked',
  message: /^the record in .* is in use by another process: /,
};
const root = process.getuid?.() === 0 ? false : 'only root can be two users';
const NOBODY = 65_534;

describe('a folder', { skip: process.platform === 'win32' }, () => {
  test('is held once, and free again when it is let go', async () => {
    const path = await folder();
    const release = await lockFolder(path);
    await assert.rejects(lockFolder(path), inUse);
    await release();
    await (await lockFolder(path))();
  });

  test('is held against another process, and a killed one leaves nothing that holds it', async () => {
    const path = await folder();
    const other = await heldElsewhere(path);
    await assert.rejects(lockFolder(path), inUse);
    other.kill('SIGKILL');
    await once(other, 'exit');
    await (await lockFolder(path))();
    assert.deepEqual(await readdir(path), []);
  });

  test('of which a killed process has left the lock is taken by one of many that start at once', async () => {
    const path = await folder();
    const other = await heldElsewhere(path);
    other.kill('SIGKILL');
    await once(other, 'exit');
    const starts = await Promise.allSettled(Array.from({ length: 20 }, () => lockFolder(path)));
    assert.equal(starts.filter(({ status }) => status === 'fulfilled').length, 1);
    for (const start of starts) if (start.status === 'fulfilled') await start.value();
  });

  test('with a path longer than a socket’s may be is held just the same', async () => {
    const path = await folder('a-long-name-'.repeat(15), 'another-long-name-'.repeat(10));
    const other = await heldElsewhere(path);
    await assert.rejects(lockFolder(path), inUse);
    other.kill('SIGKILL');
    await once(other, 'exit');
    const release = await lockFolder(path);
    await assert.rejects(lockFolder(path), inUse);
    await release();
  });

  test('cannot be blocked from the shared temporary folder', async () => {
    const path = await folder();
    // Where the lock was before: any user could listen there first.
    const name = createHash('sha256').update(path).digest('hex').slice(0, 16);
    const squatter = createServer().listen(join(tmpdir(), `nodrift-${name}.lock`));
    await once(squatter, 'listening');
    await (await lockFolder(path))();
    squatter.close();
  });

  test('that others could write in is closed to them first', async () => {
    const path = await folder();
    await chmod(path, 0o777);
    await (await lockFolder(path))();
    assert.equal((await stat(path)).mode & 0o777, 0o700);
  });

  test('takes no lock of another user', { skip: root }, async () => {
    const path = await folder();
    await chmod(scratch, 0o755);
    const squat = `require('net').createServer().on('error', (e) => { console.log(e.code); process.exit() }).listen(${JSON.stringify(join(path, 'lock'))})`;
    const { stdout } = spawnSync(process.execPath, ['-e', squat], { uid: NOBODY, encoding: 'utf8' });
    assert.equal(stdout, 'EACCES\n');
    await (await lockFolder(path))();
  });

  test('that belongs to another user is refused in one line', { skip: root }, async () => {
    const path = await folder();
    await chown(path, NOBODY, NOBODY);
    await assert.rejects(lockFolder(path), {
      name: 'RecordUnavailable',
      message: `the folder ${path} belongs to another user (number ${NOBODY}): run as that user, or give another folder`,
    });
  });

  test('on a disk that takes no sockets is held in the user’s own cache folder', async (t) => {
    const path = await folder();
    try {
      execFileSync('mount', ['-t', 'mqueue', 'none', path], { stdio: 'ignore' }); // takes files, and no sockets
    } catch {
      return t.skip('this process may not mount such a disk');
    }
    const { mode } = await stat(path);
    t.after(async () => {
      await chmod(path, mode & 0o7777); // it is the same disk wherever it is mounted
      execFileSync('umount', [path]);
    });
    const home = process.env.HOME;
    process.env.HOME = await folder();
    t.after(() => (process.env.HOME = home));
    const release = await lockFolder(path);
    await assert.rejects(lockFolder(path), inUse);
    const locks = join(process.env.HOME, '.cache', 'nodrift', 'locks');
    assert.equal((await readdir(locks)).length, 1);
    assert.equal((await stat(locks)).mode & 0o777, 0o700);
    await release();
    await (await lockFolder(path))();
  });

  test('with a file in the lock’s place is taken all the same: only a process can hold it', async () => {
    const path = await folder();
    await writeFile(join(path, 'lock'), '');
    await (await lockFolder(path))();
  });
});
