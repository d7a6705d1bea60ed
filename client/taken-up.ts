// Whether a worker takes up a workflow that was asked for.

import type { Client } from '@temporalio/client';
import { Unavailable } from './errors.ts';

/** A worker takes up what is asked within a moment; after this long none is there. */
const PATIENCE_MS = 20_000;

/** Never ends well: rejects when nobody has taken the workflow up in time. @throws Unavailable with `otherwise` */
export async function notTakenUp(client: Client, id: string, signal: AbortSignal, otherwise: string): Promise<never> {
  await new Promise((resolve) => {
    const timer = setTimeout(resolve, PATIENCE_MS);
    signal.addEventListener('abort', () => clearTimeout(timer));
  });
  const { historyLength } = await client.workflow.getHandle(id).describe();
  // Started, and a first task that waits: nobody has looked at it.
  if (historyLength <= 2) throw new Unavailable(otherwise);
  return new Promise<never>(() => {});
}
