// One worker: its options, its pinned version, its graceful stop. `worker/main.ts` and `npm start` both run this.

import type { DataConverter } from '@temporalio/common';
import { type NativeConnection, Worker } from '@temporalio/worker';
import type { CaseActivities } from '../activities/deliver.ts';
import type { EraseActivities } from '../activities/erase.ts';
import type { ImportActivities } from '../activities/import-in-batches.ts';
import type { OtherCaseActivities } from '../activities/other-case.ts';
import type { ApplyActivities } from '../activities/reach-cases.ts';
import type { RoundActivities } from '../activities/round-in-batches.ts';
import type { WebhookActivities } from '../activities/webhooks.ts';
import { TASK_QUEUE } from '../workflows/api.ts';
import type { Bundle } from './bundle.ts';
import { deploymentName } from './deployment.ts';

export interface WorkerSettings {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly bundle: Bundle;
  /** Seals and opens what cases are given and say. */
  readonly dataConverter: DataConverter;
  readonly activities: CaseActivities &
    OtherCaseActivities &
    Partial<ApplyActivities & EraseActivities & ImportActivities & RoundActivities & WebhookActivities>;
  /** How many cases stay in memory. Any other is replayed when it is next needed. */
  readonly cachedCases?: number;
  readonly taskQueue?: string;
  /** How long running activities may take after the worker is asked to stop. */
  readonly graceSeconds?: number;
}

export interface RunningWorker {
  readonly buildId: string;
  /** Resolves when the worker has stopped; rejects when it failed. */
  readonly finished: Promise<void>;
  stop(): Promise<void>;
}

export async function startWorker(settings: WorkerSettings): Promise<RunningWorker> {
  const { connection, namespace, bundle, activities, taskQueue = TASK_QUEUE, graceSeconds: grace = 5 } = settings;
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue,
    workflowBundle: { code: bundle.code },
    dataConverter: settings.dataConverter,
    activities,
    // A case lives for years. It stays on the code it began with until a roll-out renews it (docs/decisions/005).
    workerDeploymentOptions: {
      version: { deploymentName: deploymentName(), buildId: bundle.buildId },
      useWorkerVersioning: true,
      defaultVersioningBehavior: 'PINNED',
    },
    maxCachedWorkflows: settings.cachedCases ?? 2000,
    workflowTaskPollerBehavior: { type: 'autoscaling', minimum: 1, maximum: 20 },
    activityTaskPollerBehavior: { type: 'autoscaling', minimum: 1, maximum: 20 },
    // The default, 0, would cut a mail off in the middle.
    shutdownGraceTime: `${grace} seconds`,
    shutdownForceTime: `${grace + 3} seconds`,
  });
  const finished = worker.run();
  // Whoever awaits `finished` gets the failure. Where nobody does, it must not end the process.
  finished.catch(() => {});
  return {
    buildId: bundle.buildId,
    finished,
    async stop() {
      if (worker.getState() === 'RUNNING') worker.shutdown();
      await finished;
    },
  };
}
