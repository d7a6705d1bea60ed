// The watchdog's metrics as Prometheus reads them, by the SDK's own exporter. A process of its own: a runtime is installed once.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Client } from '@temporalio/client';
import { Runtime } from '@temporalio/worker';
import { freePort } from '../../embedded/ports.ts';
import { keep } from '../../record/write.ts';
import { createLog, installRuntime } from '../../worker/log.ts';
import { startWatchdog } from '../../worker/watchdog.ts';
import { entry } from '../support/entries.ts';
import { until } from '../support/harness.ts';
import { memoryRecord } from '../support/memory-record.ts';

test('what stands, by kind, and how long ago somebody looked', async () => {
  const address = `127.0.0.1:${await freePort(0)}`;
  process.env.NODRIFT_METRICS = address;
  const log = createLog('silent');
  installRuntime(log);
  const record = await memoryRecord();
  await keep(record, entry({ alerts: [{ what: 'state-large', detail: '812 kB' }], status: 'closed', nextStep: null }));
  const client = {
    options: { namespace: 'default' },
    withDeadline: (_: number, work: () => unknown) => work(),
    workflow: { list: () => [] },
  } as unknown as Client;
  const meter = Runtime.instance().metricMeter;
  const stop = startWatchdog({ client, record, log, meter, daily: async () => {} });
  const metrics = async () => (await fetch(`http://${address}/metrics`)).text();
  await until(async () => /last_look_seconds/.test(await metrics()), 'it has looked');
  const text = await metrics();
  assert.match(text, /^nodrift_alerts\{.*what="state-large".*\} 1$/m);
  assert.match(text, /^nodrift_watchdog_last_look_seconds(\{.*\})? \d+$/m);
  await stop();
  await record.close();
});
