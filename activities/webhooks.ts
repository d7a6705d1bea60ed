// The activity of `webhook`: sends one listener what is due.

import { Context } from '@temporalio/activity';
import { serveListener, type WebhookSending } from '../webhooks/serve-listener.ts';
import { asFailure, type FailureLog } from './failure.ts';

/** It comes back before long, so that a worker that is to stop is not waited for, and no history grows by it. */
const AT_MOST_MS = 120_000;
const HEARTBEAT_MS = 10_000;

export type WebhookActivities = ReturnType<typeof createWebhookActivities>;

export function createWebhookActivities(sending: WebhookSending, log: FailureLog) {
  return {
    /** Two at once, where one was believed dead, send a thing twice and lose none. */
    async serveWebhook(id: string): Promise<number | null> {
      const context = Context.current();
      const { cancellationSignal: signal } = context;
      const until = Date.now() + AT_MOST_MS;
      const beating = setInterval(() => context.heartbeat(), HEARTBEAT_MS);
      try {
        return await serveListener({ ...sending, signal }, id, () => signal.aborted || Date.now() > until);
      } catch (error) {
        throw asFailure(error, 'delivering webhooks', log);
      } finally {
        clearInterval(beating);
      }
    },
  };
}
