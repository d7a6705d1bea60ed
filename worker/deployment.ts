// The worker deployment that this process belongs to, and its version there. A program that starts workers, such as Temporal's Worker
// Controller, gives both. Otherwise the deployment is ours, and the version is the hash of the workflow code.

import { DEPLOYMENT } from '../workflows/api.ts';

export const deploymentName = (): string => process.env.TEMPORAL_DEPLOYMENT_NAME || DEPLOYMENT;

/** A given version must change whenever the code does, as the hash would: other code under the same version cannot replay its cases. */
export const buildIdFor = (hash: string): string => process.env.TEMPORAL_WORKER_BUILD_ID || hash;
