// Opens the cases of an import, batch by batch of the record. No case: it carries an id, and no word of anybody. Killed anywhere it goes on
// where it was; a case that was opened before is answered by itself, and is never opened twice.

import { proxyActivities, setWorkflowOptions } from '@temporalio/workflow';

interface Activities {
  importBatch(id: string): Promise<{ readonly left: boolean }>;
  finishImport(id: string): Promise<void>;
}

const RETRY = { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' } as const;

/** @param id of the import */
export async function importCases(id: string): Promise<void> {
  // Here, not once for the module: every case loads it, and has no use for them.
  const { importBatch } = proxyActivities<Activities>({
    startToCloseTimeout: '1 hour',
    heartbeatTimeout: '60 seconds',
    retry: RETRY,
  });
  const { finishImport } = proxyActivities<Activities>({ startToCloseTimeout: '1 minute', retry: RETRY });
  let left = true;
  while (left) ({ left } = await importBatch(id));
  await finishImport(id);
}

// On a roll-out it goes on with the version that is current instead of keeping the old one alive.
setWorkflowOptions({ versioningBehavior: 'AUTO_UPGRADE' }, importCases);
