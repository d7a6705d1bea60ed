// Brings cases back from the record, page by page; says what became of each. No case: short, and asked for by `nodrift restore`.

import { proxyActivities, setWorkflowOptions } from '@temporalio/workflow';
import type { RestoredCase, RestoreInput, RestoreResult } from './api.ts';

interface Activities {
  listCasesToRestore(after: string): Promise<readonly string[]>;
  restoreEach(cases: readonly string[], reopen?: boolean): Promise<readonly RestoredCase[]>;
}

const RETRY = { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' } as const;
const LISTED = 1_000;

export async function restoreCases({ caseId, reopen }: RestoreInput): Promise<RestoreResult> {
  // Here, not once for the module: every case loads it, and has no use for them.
  const { listCasesToRestore } = proxyActivities<Activities>({ startToCloseTimeout: '1 minute', retry: RETRY });
  const { restoreEach } = proxyActivities<Activities>({
    startToCloseTimeout: '1 hour',
    heartbeatTimeout: '3 minutes',
    retry: RETRY,
  });
  if (caseId !== undefined) return summed(await restoreEach([caseId], reopen));
  const all: RestoredCase[] = [];
  for (let page = await listCasesToRestore(''); page.length > 0; page = await listCasesToRestore(page.at(-1) ?? ''))
    all.push(...(await restoreEach(page)));
  return summed(all);
}

// On a roll-out it goes on with the version that is current instead of keeping the old one alive.
setWorkflowOptions({ versioningBehavior: 'AUTO_UPGRADE' }, restoreCases);

function summed(all: readonly RestoredCase[]): RestoreResult {
  const told = all.filter(({ outcome }) => outcome !== 'runs' || all.length === 1);
  const count = (outcome: RestoredCase['outcome']) => all.filter((one) => one.outcome === outcome).length;
  return {
    restored: count('restored'),
    runs: count('runs'),
    closed: count('closed'),
    left: all.length - count('restored') - count('runs') - count('closed'),
    cases: told.slice(0, LISTED),
  };
}
