// A process that runs a worker and nothing else, so that its CPU and memory are the worker's alone. Activities do nothing.
// Asked by messages: `cpu` (microseconds so far) and `memory` (bytes, after a collection), and told to `stop`.

import { NativeConnection, Worker } from '@temporalio/worker';
import type { CaseActivities } from '../activities/deliver.ts';
import type { OtherCaseActivities } from '../activities/other-case.ts';
import type { InForceActivities } from '../activities/policies-in-force.ts';
import { encrypting } from '../codec/data-converter.ts';
import { openKeys } from '../codec/open-keys.ts';
import { loadCalendar, loadPolicy } from '../policies/load.ts';
import { createLog, installRuntime } from '../worker/log.ts';
import { startWorker } from '../worker/worker.ts';
import { DEPLOYMENT } from '../workflows/api.ts';

/** Held in one thread where memory is measured: each thread has a heap of its own, which only it can tell and collect. */
export interface ChildSettings {
  readonly address: string;
  readonly bundle: { readonly buildId: string; readonly code: string };
  readonly taskQueue: string;
  readonly cachedCases: number;
  readonly oneThread: boolean;
  /** Encrypts by these; in plain where absent. */
  readonly keys?: { readonly ring: string; readonly url: string } | undefined;
}

const inForce = { policy: loadPolicy('barnsley'), calendar: loadCalendar() };
const activities: CaseActivities & OtherCaseActivities & Pick<InForceActivities, 'policyInForce'> = {
  policyInForce: async () => inForce,
  deliver: async () => [],
  keep: async () => {},
  openCase: async () => {},
  reportToCase: async () => {},
};

async function start({
  address,
  bundle,
  taskQueue,
  cachedCases,
  oneThread,
  keys,
}: ChildSettings): Promise<() => Promise<void>> {
  const connection = await NativeConnection.connect({ address });
  const settings = { connection, namespace: 'default', taskQueue };
  if (!oneThread) {
    const open = keys && (await openKeys({ NODRIFT_KEYS: keys.ring, NODRIFT_KEYS_URL: keys.url }));
    const dataConverter = open ? encrypting({ keys: open.keys, namespace: 'default' }) : {};
    const worker = await startWorker({ ...settings, bundle, activities, cachedCases, dataConverter });
    return () => worker.stop();
  }
  const worker = await Worker.create({
    ...settings,
    workflowBundle: { code: bundle.code },
    activities: { ...activities },
    maxCachedWorkflows: cachedCases,
    debugMode: true,
    workerDeploymentOptions: {
      version: { deploymentName: DEPLOYMENT, buildId: bundle.buildId },
      useWorkerVersioning: true,
      defaultVersioningBehavior: 'PINNED',
    },
  });
  const finished = worker.run();
  return async () => {
    worker.shutdown();
    await finished;
  };
}

function answer(question: string): number {
  if (question === 'cpu') {
    const { user, system } = process.cpuUsage();
    return user + system;
  }
  for (let i = 0; i < 3; i++) (globalThis as { gc?: () => void }).gc?.();
  return process.memoryUsage()[question === 'rss' ? 'rss' : 'heapUsed'];
}

installRuntime(createLog('silent'));
let stop = async () => {};
process.on('message', async (message: ChildSettings | string) => {
  if (typeof message !== 'string') {
    stop = await start(message);
    process.send?.('ready');
  } else if (message === 'stop') {
    await stop();
    process.exit(0);
  } else process.send?.(answer(message));
});
process.on('disconnect', () => process.exit(0));
