// Versions of the workflows and moving cases between them. A roll-out: make a version current, ask every case on an older one to continue as new, wait until none is left behind.
// No patches and no luck: a case finishes what it is doing on the code it began with and goes on with the new code's state.

import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { renew, WORKFLOW_TYPES } from '../workflows/api.ts';
import { deploymentName } from './deployment.ts';

/**
 * Makes a version current as soon as its worker has been seen, and waits until every task queue knows: a case that continued as new
 * before that would begin its next run on the old version once more.
 */
export async function makeCurrent(client: Client, buildId: string, timeoutMs = 60_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    try {
      await client.workflowService.setWorkerDeploymentCurrentVersion({
        namespace: client.options.namespace,
        deploymentName: deploymentName(),
        buildId,
        identity: 'nodrift roll-out',
        ignoreMissingTaskQueues: true,
      });
      break;
    } catch (error) {
      // The server learns of a version with its worker's first poll.
      if (Date.now() > deadline) throw error;
      await pause(200);
    }
  }
  while ((await isSpreading(client)) && Date.now() < deadline) await pause(100);
}

/** `RoutingConfigUpdateState`: the proto's number. A server that does not say is taken at its word. */
const IN_PROGRESS = 1;

async function isSpreading(client: Client): Promise<boolean> {
  const { workerDeploymentInfo } = await client.workflowService.describeWorkerDeployment({
    namespace: client.options.namespace,
    deploymentName: deploymentName(),
  });
  return workerDeploymentInfo?.routingConfigUpdateState === IN_PROGRESS;
}

/**
 * Running cases that are not on a version. From the search attribute the server keeps for it: the list's `versioningInfo` is always empty
 * (seen with server 1.32), and a description of each case would take minutes. The list runs a moment behind.
 */
async function casesNotOn(client: Client, buildId: string): Promise<readonly string[]> {
  const types = Object.values(WORKFLOW_TYPES).map((type) => `'${type}'`);
  const query = [
    `ExecutionStatus = 'Running'`,
    `WorkflowType IN (${types.join(', ')})`,
    `TemporalWorkerDeploymentVersion != '${deploymentName()}:${buildId}'`,
  ];
  const behind: string[] = [];
  for await (const { workflowId } of client.workflow.list({ query: query.join(' AND ') })) behind.push(workflowId);
  return behind;
}

/** So often, a second apart, the list must show nobody before it is believed. */
const LOOKS = 3;

/**
 * Asks every case on an older version to continue as new, and waits until it has. Doing it twice does nothing more.
 * @param options.signal gives up at once, for a process that is asked to stop
 * @returns the ids of the cases still on an older version when the time was up; none when all went well
 */
export async function moveCases(
  client: Client,
  buildId: string,
  options: { timeoutMs?: number; progress?: (left: number) => void; signal?: AbortSignal } = {},
): Promise<readonly string[]> {
  const deadline = Date.now() + (options.timeoutMs ?? 120_000);
  const asked = new Map<string, number>();
  for (let empty = 0; ; ) {
    const behind = await casesNotOn(client, buildId);
    options.progress?.(behind.length);
    empty = behind.length === 0 ? empty + 1 : 0;
    if (empty === LOOKS || Date.now() > deadline || options.signal?.aborted) return behind;
    for (const id of behind) {
      // A second signal would make a case that is busy with the first continue as new twice.
      if (Date.now() - (asked.get(id) ?? 0) < 10_000) continue;
      asked.set(id, Date.now());
      await ask(client, id);
    }
    await pause(1_000, options.signal);
  }
}

async function ask(client: Client, id: string): Promise<void> {
  try {
    await client.workflow.getHandle(id).signal(renew);
  } catch (error) {
    // It closed meanwhile, and the list does not know it yet.
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}

const pause = (ms: number, signal?: AbortSignal): Promise<void> => sleep(ms, undefined, { signal }).catch(() => {}); // asked to stop: the loop sees it
