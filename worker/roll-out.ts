// The roll-out as a job: makes this code's version current and moves every case to it. Running it again does nothing more.

import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { keptBundle } from './bundle-cache.ts';
import { createLog } from './log.ts';
import { makeCurrent, moveCases } from './versions.ts';

const log = createLog();

async function run(): Promise<number> {
  const { connectionOptions, namespace } = loadClientConnectConfig();
  const { buildId } = await keptBundle();
  const connection = await Connection.connect(connectionOptions);
  try {
    const client = new Client({ connection, namespace: namespace ?? 'default' });
    await makeCurrent(client, buildId);
    log.info({ buildId }, 'this version is current');
    const behind = await moveCases(client, buildId, {
      timeoutMs: 60 * 60_000,
      progress: (left) => log.info({ left }, 'cases on an older version'),
    });
    if (behind.length > 0)
      log.error({ left: behind.length, cases: behind.slice(0, 20) }, 'keep the older worker: cases are still on it');
    return behind.length > 0 ? 1 : 0;
  } finally {
    await connection.close();
  }
}

run().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`nodrift roll-out: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
