// Which worker deployment this process belongs to, and its version there. Something that starts workers by itself, such as Temporal's Worker
// Controller, says both; else the deployment is ours and the version is the hash of the code that decides.

import { DEPLOYMENT } from '../workflows/api.ts';

export const deploymentName = (): string => process.env.TEMPORAL_DEPLOYMENT_NAME || DEPLOYMENT;

/** A given version must change with the code as the hash does: two codes under one name do not replay each other's cases. */
export const buildIdFor = (hash: string): string => process.env.TEMPORAL_WORKER_BUILD_ID || hash;
