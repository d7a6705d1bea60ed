// Sees to it that whatever waits for a listener is delivered: asks the record every second who has something due, and wakes their workflow. Writing
// an entry wakes nobody, so that no case waits for it, and what was written by a worker that died is found all the same. Every minute it tells
// what became late with the end of a day.

import type { Client } from '@temporalio/client';
import { fromEpochMs } from '../domain/time/calendar.ts';
import type { OpenRecord } from '../record/open.ts';
import { forgetOldWebhooks, listenersToServe } from '../record/webhook-deliveries.ts';
import { tellWhatIsLate } from '../record/webhook-outbox.ts';
import { TASK_QUEUE, WEBHOOK, wakeWebhook, webhookWorkflowId } from '../workflows/api.ts';
import type { Logger } from './log.ts';

const LOOKS_EVERY_MS = 1_000;
const LATE_EVERY_MS = 60_000;
const FORGETS_EVERY_MS = 3_600_000;
/** A workflow that was woken needs a moment to say that it is at work. */
const WAKES_AGAIN_MS = 5_000;
const PATIENCE_MS = 10_000;
/** What fails is said once in so long. */
const SAYS_EVERY_MS = 300_000;

export interface WebhookCallsOptions {
  readonly client: Client;
  readonly record: OpenRecord;
  readonly log: Logger;
}

export function startWebhookCalls({ client, record, log }: WebhookCallsOptions): { stop(): Promise<void> } {
  const woken = new Map<string, number>();
  let [lateAt, forgetAt, saidAt] = [0, Date.now() + FORGETS_EVERY_MS, 0];
  let stopped = false;

  const look = async () => {
    const now = Date.now();
    if (now >= lateAt) {
      await tellWhatIsLate(record, fromEpochMs(now));
      lateAt = now + LATE_EVERY_MS;
    }
    if (now >= forgetAt) {
      await forgetOldWebhooks(record);
      forgetAt = now + FORGETS_EVERY_MS;
    }
    for (const id of await listenersToServe(record)) {
      if (stopped) return;
      if (now - (woken.get(id) ?? 0) < WAKES_AGAIN_MS) continue;
      // A server that does not answer must not hold up the next look, nor whoever stops.
      await client.withDeadline(now + PATIENCE_MS, () =>
        client.workflow.signalWithStart(WEBHOOK, {
          workflowId: webhookWorkflowId(id),
          taskQueue: TASK_QUEUE,
          args: [id],
          signal: wakeWebhook,
          signalArgs: [],
        }),
      );
      woken.set(id, now);
    }
    for (const [id, at] of woken) if (now - at > WAKES_AGAIN_MS) woken.delete(id);
  };

  let looking = Promise.resolve();
  let isLooking = false;
  const timer = setInterval(() => {
    // A look that takes long is not overtaken by another.
    if (isLooking) return;
    isLooking = true;
    looking = look()
      .catch((err: unknown) => {
        if (stopped || Date.now() - saidAt < SAYS_EVERY_MS) return;
        saidAt = Date.now();
        log.warn({ err }, 'webhooks could not be looked after');
      })
      .finally(() => {
        isLooking = false;
      });
  }, LOOKS_EVERY_MS);
  return {
    async stop() {
      stopped = true;
      clearInterval(timer);
      await looking;
    },
  };
}
