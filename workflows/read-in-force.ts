// Reads what is in force out of the record, for the command line and for whoever else cannot reach the database.

import { proxyActivities, setWorkflowOptions } from '@temporalio/workflow';
import type { InForceAnswer } from './api.ts';

interface Activities {
  readInForce(authority: string | null): Promise<readonly InForceAnswer[]>;
}

/** @param authority one of them, whole; absent for a line on each */
export async function inForce(authority?: string): Promise<readonly InForceAnswer[]> {
  const { readInForce } = proxyActivities<Activities>({ startToCloseTimeout: '15 seconds' });
  return readInForce(authority ?? null);
}

setWorkflowOptions({ versioningBehavior: 'AUTO_UPGRADE' }, inForce);
