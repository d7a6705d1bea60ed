// embedded/data-folder.ts and error-line.ts: data is its owner's alone, and a start that cannot be says so in one line.
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { BadInput, Unavailable } from '../../client/errors.ts';
import { memoryKeys } from '../../codec/case-keys.ts';
import { openDataFolder } from '../../embedded/data-folder.ts';
import { errorLine } from '../../embedded/error-line.ts';
import { UserError } from '../../embedded/user-error.ts';
import { RecordUnavailable } from '../../record/failures.ts';
import { createLog } from '../../worker/log.ts';
import { startService } from '../../worker/service.ts';

const scratch = mkdtempSync(join(tmpdir(), 'nodrift-data-'));
const umask = process.umask();
after(() => {
  process.umask(umask);
  rmSync(scratch, { recursive: true, force: true });
});
const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);

describe('the data', { skip: process.platform === 'win32' }, () => {
  test('is closed to others: the folder, its parts, and what is written from then on', () => {
    const data = openDataFolder(join(scratch, 'deep', 'new'), ['inbox']);
    writeFileSync(join(data, 'inbox', 'mail.eml'), 'names and addresses');
    assert.deepEqual([data, join(data, 'inbox'), join(data, 'inbox', 'mail.eml')].map(mode), ['700', '700', '600']);
  });

  test('of an earlier release is closed too, but not a folder that has other things in it', () => {
    const data = join(scratch, 'earlier');
    mkdirSync(join(data, 'inbox'), { recursive: true });
    for (const folder of [data, join(data, 'inbox')]) chmodSync(folder, 0o755);
    openDataFolder(data, ['inbox']);
    assert.deepEqual([data, join(data, 'inbox')].map(mode), ['755', '700']);
  });
});

describe('a folder that cannot be used is named with why and the way out', {
  skip: process.platform !== 'linux',
}, () => {
  const file = join(scratch, 'a-file');
  writeFileSync(file, '');
  const dangling = join(scratch, 'dangling');
  symlinkSync(join(scratch, 'missing', 'mount'), dangling);
  const halfway = join(scratch, 'halfway');
  mkdirSync(halfway);
  writeFileSync(join(halfway, 'inbox'), '');
  for (const [what, data, named, why] of [
    ['a file', file, file, /is no folder/],
    ['below a file', join(file, 'x'), file, /is no folder/],
    ['a link to a mount that is missing', dangling, dangling, /is no folder/],
    ['where the system lets nobody make one', '/proc/nowhere', '/proc/nowhere', /as if its disk were missing/],
    ['where nobody may write', '/sys/nowhere', '/sys/nowhere', /may not write there|read-only/],
    ['an inbox that is a file', halfway, join(halfway, 'inbox'), /is no folder/],
  ] as const)
    test(what, () => {
      assert.throws(
        () => openDataFolder(data, ['inbox']),
        (error: Error) => {
          assert.ok(error instanceof UserError, String(error));
          assert.ok(error.message.startsWith(`The data folder ${named}`), error.message);
          assert.match(error.message, why);
          assert.match(error.message, /set NODRIFT_DATA to a folder you can write to\.$/);
          assert.ok(!error.message.includes('\n'));
          return true;
        },
      );
    });
});

test('what a person can mend is told in one line, a bug with its stack', () => {
  for (const error of [
    new UserError('one line'),
    new Unavailable('one line'),
    new BadInput('one line'),
    new RecordUnavailable('one line', 'ENOSPC'),
  ])
    assert.equal(errorLine(error), 'one line');
  assert.equal(
    errorLine(new Error('NODRIFT_API_RATE must be a whole number')),
    'NODRIFT_API_RATE must be a whole number',
  );
  assert.match(errorLine(new TypeError('a bug')), /^TypeError: a bug\n {4}at /);
  assert.equal(errorLine('thrown'), 'thrown');
});

test('a Temporal server that is not there is named by its address', async () => {
  const settings = {
    namespace: 'default',
    keys: memoryKeys(),
    smtpUrl: 'smtp://127.0.0.1:1',
    rollOut: false,
    log: createLog('silent'),
  };
  for (const [address, why] of [
    ['127.0.0.1:1', 'nobody listens there'],
    ['no-such-host.invalid:7233', 'its host is not known'],
  ])
    await assert.rejects(startService({ ...settings, temporal: { address } }), {
      name: 'Unavailable',
      message: `no Temporal server answers at ${address}: ${why}. Start it (npm start), or correct TEMPORAL_ADDRESS`,
    });
});

test('a log level that is none is refused with those there are', () => {
  assert.throws(() => createLog('loud'), {
    name: 'BadInput',
    message: /^NODRIFT_LOG is "loud"; it may be trace, .*silent$/,
  });
});
