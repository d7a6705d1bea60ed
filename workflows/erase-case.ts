// Erases a case for good, step by step. The order matters: a case whose key is gone while it runs would fail its task for ever, and what is stripped
// before it has ended would be written again. No case: short, and asked for by `nodrift keys erase` or a schedule.

import { proxyActivities, setWorkflowOptions } from '@temporalio/workflow';
import type { EraseInput } from './api.ts';

interface Activities {
  endForGood(caseId: string): Promise<void>;
  forgetRuns(caseId: string): Promise<void>;
  destroyKey(caseId: string): Promise<void>;
  stripRecord(caseId: string): Promise<void>;
}

export async function eraseCase({ caseId }: EraseInput): Promise<void> {
  // Here, not once for the module: every case loads it, and has no use for them.
  const { endForGood, forgetRuns, destroyKey, stripRecord } = proxyActivities<Activities>({
    startToCloseTimeout: '2 minutes',
    retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
  });
  await endForGood(caseId);
  await forgetRuns(caseId);
  await destroyKey(caseId);
  await stripRecord(caseId);
}

// On a roll-out it goes on with the version that is current instead of keeping the old one alive.
setWorkflowOptions({ versioningBehavior: 'AUTO_UPGRADE' }, eraseCase);
