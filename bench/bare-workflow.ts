// The yardstick: a workflow that knows nothing. It takes the same updates, makes the same deliveries at the same moments, keeps no facts,
// answers no queries and shows no search attributes. What Nodrift costs beyond it is the price of knowing what is owed.

import { condition, defineUpdate, proxyActivities, setHandler } from '@temporalio/workflow';

/** What goes out: all that one update brings at once, or what falls due at a moment. */
export type BareDelivery = { readonly notices: readonly unknown[] } & (
  | { readonly afterUpdate: number }
  | { readonly at: string }
);
export interface BareInput {
  readonly deliveries: readonly BareDelivery[];
  /** When it ends: a case closes by itself. */
  readonly until: string;
}

const open = defineUpdate<{ recorded: number }, [{ readonly events: readonly unknown[] }]>('open');
const record = defineUpdate<{ recorded: number }, [readonly unknown[]]>('record');

export async function bare({ deliveries, until }: BareInput): Promise<void> {
  const { deliver } = proxyActivities<{ deliver(delivery: { notices: readonly unknown[] }): Promise<unknown> }>({
    startToCloseTimeout: '15 minutes',
    heartbeatTimeout: '60 seconds',
    summary: 'deliver',
  });
  let updates = 0;
  const take = (events: readonly unknown[]) => {
    updates++;
    return { recorded: events.length };
  };
  setHandler(open, ({ events }) => take(events));
  setHandler(record, take);
  for (const delivery of deliveries) {
    if ('afterUpdate' in delivery) await condition(() => updates >= delivery.afterUpdate);
    else await untilMoment(delivery.at);
    await deliver({ notices: delivery.notices });
  }
  await untilMoment(until);
}

/** No event in between concerns it, so its timer is never begun again. */
async function untilMoment(at: string): Promise<void> {
  const ms = Date.parse(at) - Date.now();
  if (ms > 0) await condition(() => false, ms, { summary: 'wait' });
}
