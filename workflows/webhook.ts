// Delivers to one listener for as long as something waits for it: sends what is due, sleeps until something is again, and ends when nothing is.
// Whatever comes starts it anew. No case: it knows its own id, and neither addresses nor what is sent.

import {
  condition,
  continueAsNew,
  proxyActivities,
  setHandler,
  setWorkflowOptions,
  workflowInfo,
} from '@temporalio/workflow';
import { wakeWebhook } from './api.ts';

interface Activities {
  /** @returns in how many milliseconds something is due again; null where nothing is */
  serveWebhook(id: string): Promise<number | null>;
}

/** Where more is due at once than an activity sends, it goes on after this. */
const LEAST_MS = 1_000;
/** What comes within this after the last finds it running. */
const LINGERS_MS = 30_000;

export async function webhook(id: string): Promise<void> {
  // Here, not once for the module: every case loads it, and has no use for them.
  const { serveWebhook } = proxyActivities<Activities>({
    startToCloseTimeout: '5 minutes',
    heartbeatTimeout: '45 seconds',
    retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
    summary: 'send what is due',
  });
  let woken = false;
  setHandler(
    wakeWebhook,
    () => {
      woken = true;
    },
    { description: 'Something is due for this listener.' },
  );
  for (;;) {
    woken = false;
    const dueInMs = await serveWebhook(id);
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof webhook>(id);
    const again = await condition(() => woken, dueInMs === null ? LINGERS_MS : Math.max(LEAST_MS, dueInMs), {
      summary: dueInMs === null ? 'nothing waits: ends unless something comes' : 'until the next is due',
    });
    if (!again && dueInMs === null) return;
  }
}

// On a roll-out it goes on with the version that is current instead of keeping the old one alive.
setWorkflowOptions({ versioningBehavior: 'AUTO_UPGRADE' }, webhook);
