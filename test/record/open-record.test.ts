// Opening the record: one process a folder, two workers at once on one database, and one clear line for everything that is in the way.

import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { ApplicationFailure } from '@temporalio/common';
import { createActivities } from '../../activities/deliver.ts';
import { freePort } from '../../embedded/ports.ts';
import type { Transport } from '../../mail/smtp.ts';
import { claimMany } from '../../record/claims.ts';
import { RecordUnavailable } from '../../record/failures.ts';
import { openRecord } from '../../record/open.ts';
import { plan } from '../../record/outbox.ts';
import { listCases } from '../../record/read.ts';
import { keep } from '../../record/write.ts';
import { delivery, entry, identity, notice } from '../support/entries.ts';
import { missing, type PrivatePostgres, startPostgres } from '../support/postgres.ts';

const run = promisify(execFile);

const says = (message: string | RegExp) => (error: unknown) => {
  assert.ok(error instanceof RecordUnavailable, String(error));
  if (typeof message === 'string') assert.equal(error.message, message);
  else assert.match(error.message, message);
  return true;
};

describe('in a folder', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nodrift-record-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  test('what was kept is there the next time, and so is the ledger’s secret', async () => {
    const dataDir = join(folder, 'kept');
    const first = await openRecord({ dataDir });
    await keep(first, entry());
    const secret = first.ledgerKey;
    await first.close();
    const second = await openRecord({ dataDir });
    assert.equal((await listCases(second)).length, 1);
    assert.deepEqual(second.ledgerKey, secret);
    await second.close();
  });

  test('what a killed run had planned and not sent is due at once the next time', async () => {
    const dataDir = join(folder, 'planned');
    const first = await openRecord({ dataDir });
    await first.db.transaction((tx) => plan(tx, first, delivery([notice('a')]), 'notify.example.test'));
    assert.deepEqual(await claimMany(first, 1), [], 'it is left to the activity that planned it');
    await first.close();
    const second = await openRecord({ dataDir });
    assert.equal((await claimMany(second, 1))[0]?.notices[0]?.payload?.notice.to.id, 'a');
    await second.close();
  });

  test('one process at a time, and a killed one leaves no lock behind', async () => {
    const dataDir = join(folder, 'locked');
    const script = `import { openRecord } from ${JSON.stringify(new URL('../../record/open.ts', import.meta.url).href)};
      await openRecord({ dataDir: ${JSON.stringify(dataDir)} }); console.log('open'); setInterval(() => {}, 1000);`;
    const other = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(other.stdout, 'data');
    await assert.rejects(
      openRecord({ dataDir }),
      says(
        `the record in ${dataDir} is in use by another process: stop it, give another folder, or set DATABASE_URL to share one database`,
      ),
    );
    other.kill('SIGKILL');
    await once(other, 'exit');
    await (await openRecord({ dataDir })).close();
  });

  test('a file where the folder should be', async () => {
    const dataDir = join(folder, 'file');
    await writeFile(dataDir, '');
    await assert.rejects(
      openRecord({ dataDir }),
      says(`the record in ${dataDir} cannot be used: the path is no folder`),
    );
  });

  test('the ledger’s secret is the environment’s where it gives one', async () => {
    const record = await openRecord({ ledgerKey: 'given' });
    assert.equal(record.ledgerKey.toString(), 'given');
    await record.close();
  });
});

/** A small disk of its own; only root may have one. */
const noDisk = process.getuid?.() === 0 && process.platform === 'linux' ? false : 'only root can make a small disk';

test('a disk that fills up: each write says so, nothing is spoilt, and with space again it goes on', {
  skip: noDisk,
}, async (t) => {
  const disk = await mkdtemp(join(tmpdir(), 'nodrift-disk-'));
  try {
    await run('mount', ['-t', 'tmpfs', '-o', 'size=140m', 'tmpfs', disk]);
  } catch {
    await rm(disk, { recursive: true });
    return t.skip('no small disk may be mounted here');
  }
  try {
    const dataDir = join(disk, 'record');
    const record = await openRecord({ dataDir });
    await keep(record, entry());
    const ballast = join(disk, 'ballast');
    await writeFile(ballast, Buffer.alloc(40 * 1024 * 1024));
    const full = says(/^the record in .* cannot be used: the disk is full or nearly so: free some space, then go on/);
    await assert.rejects(keep(record, entry({ events: 2, revision: 2 })), full);
    assert.equal((await listCases(record))[0]?.revision, 1, 'reading goes on');
    await rm(ballast);
    await keep(record, entry({ events: 2, revision: 2 }));
    await record.close();
    await writeFile(ballast, Buffer.alloc(40 * 1024 * 1024));
    await assert.rejects(openRecord({ dataDir }), full);
  } finally {
    await run('umount', ['-l', disk]);
    await rm(disk, { recursive: true, force: true });
  }
});

test('no database answers', async () => {
  const databaseUrl = `postgres://nodrift:canary@127.0.0.1:${await freePort(0)}/record`;
  await assert.rejects(
    openRecord({ databaseUrl }),
    says('the record cannot be used: the database is not answering: check that it runs and that DATABASE_URL is right'),
  );
});

describe('on Postgres', { skip: missing }, () => {
  let server: PrivatePostgres;
  before(async () => {
    server = await startPostgres();
  });
  after(() => server.close());

  test('eight workers that start at once migrate once', async () => {
    const databaseUrl = await server.database('together');
    const records = await Promise.all(Array.from({ length: 8 }, () => openRecord({ databaseUrl })));
    assert.equal(new Set(records.map((record) => record.ledgerKey.toString('hex'))).size, 1);
    await Promise.all(
      records.map((record, i) =>
        keep(record, entry({ case: identity({ ref: `C-${i}`, id: `child-protection/C-${i}` }) })),
      ),
    );
    assert.equal((await listCases(records[0]!)).length, 8);
    await Promise.all(records.map((record) => record.close()));
  });

  test('a wrong password and a database that is not there', async () => {
    const databaseUrl = await server.database('there');
    const other = (change: (url: URL) => void) => {
      const url = new URL(databaseUrl);
      change(url);
      return openRecord({ databaseUrl: url.href });
    };
    await assert.rejects(
      other((url) => {
        url.password = 'wrong';
      }),
      says('the record cannot be used: the database refuses the password in DATABASE_URL'),
    );
    await assert.rejects(
      other((url) => {
        url.pathname = '/nowhere';
      }),
      says('the record cannot be used: the database named in DATABASE_URL does not exist: create it'),
    );
  });

  test('a database that crashes fails the delivery, to be tried again; then it goes on, and sends once', async () => {
    const record = await openRecord({ databaseUrl: await server.database('crash') });
    let sent = 0;
    const transport: Transport = {
      send: async () => {
        sent++;
        return { outcome: 'accepted', replyHash: '', serverMessageId: null };
      },
      close: async () => {},
    };
    const settings = { sender: { name: 'Nodrift', address: 'nodrift@notify.example.test' } };
    const { deliver } = createActivities({ record, transport, settings });
    const order = delivery([notice('a')]);
    await server.stopServer('immediate');
    await assert.rejects(
      deliver(order),
      (e) =>
        e instanceof ApplicationFailure &&
        e.type === 'RecordUnavailable' &&
        e.nonRetryable !== true &&
        !/canary|127\.0/.test(e.message),
    );
    await server.startServer();
    assert.equal((await deliver(order))[0]?.outcome, 'accepted');
    assert.equal((await deliver(order))[0]?.outcome, 'accepted');
    assert.equal(sent, 1);
    await record.close();
  });
});
