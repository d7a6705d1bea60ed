// How a case calls local activities: one at a time, and none for longer than a workflow task is held open.
//
// A workflow's clock is where the SDK (1.24) puts it, and beside local activities a replay puts it elsewhere than the task did: it resolves two that are
// pending in one step, at the later one's time; and a task that is held open for one (from 8 s on, a "heartbeat") it passes over. What is decided by the
// clock there, as when the case learned of an event, would be decided anew, a second or a minute later (docs/decisions/046).

import { condition } from '@temporalio/workflow';

/** What local activities are called with. One that fails is tried again by a timer, so that no task is held open for it. */
export const LOCAL = {
  startToCloseTimeout: '7 seconds',
  localRetryThreshold: '500 milliseconds',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '5 minutes' },
} as const;

/** Those of one case. */
export class Locally {
  #busy = false;

  /** Calls one when no other is pending. @throws whatever it throws */
  async call<Result>(activity: () => Promise<Result>): Promise<Result> {
    // Whoever is woken first takes it: the others wait on.
    while (this.#busy) await condition(() => !this.#busy);
    this.#busy = true;
    try {
      return await activity();
    } finally {
      this.#busy = false;
    }
  }
}
