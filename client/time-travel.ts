// Fast-forward of one case on a development server: its clock jumps, no other case's does. For tests and live rehearsals.
// Experimental in the server, and wrapped nowhere yet: two raw calls (docs/decisions/006).

import type { Client } from '@temporalio/client';
import { epochMs, fromEpochMs, type Instant } from '../domain/time/calendar.ts';
import { Unavailable } from './errors.ts';

/** The default stops a chain of skips after about 100. */
const MAX_SKIPS = 5_000;
/** `FastForwardPollingResult`: the proto's numbers. */
const COMPLETED = 2;
const FAILED = 3;

/** The clock of one case. It runs on in real time between jumps. */
export class CaseClock {
  readonly #client: Client;
  readonly #workflowId: string;
  /** How far the case's clock is ahead of the machine's. */
  #ahead = 0;
  #jumps = 0;

  constructor(client: Client, workflowId: string) {
    this.#client = client;
    this.#workflowId = workflowId;
  }

  get now(): Instant {
    return fromEpochMs(Date.now() + this.#ahead);
  }

  /**
   * Lets the case live until a moment: every timer on the way fires, every activity runs.
   * @throws Unavailable when the server was not started for it
   */
  async forwardTo(moment: Instant): Promise<void> {
    const ms = epochMs(moment) - (Date.now() + this.#ahead);
    if (ms <= 0) return;
    const id = `jump-${++this.#jumps}-${Date.now()}`;
    const execution = {
      namespace: this.#client.options.namespace,
      workflowExecution: { workflowId: this.#workflowId },
    };
    try {
      await this.#client.workflowService.updateWorkflowExecutionOptions({
        ...execution,
        workflowExecutionOptions: {
          timeSkippingConfig: {
            enabled: true,
            maxSessionSkipCount: MAX_SKIPS,
            fastForwardConfig: { id, duration: duration(ms) },
          },
        },
        updateMask: { paths: ['time_skipping_config'] },
      });
    } catch (error) {
      if (await this.#isOver()) return;
      if (/not enabled/.test(String(error)))
        throw new Unavailable('this Temporal server cannot fast-forward; the one npm start runs can');
      throw error;
    }
    await this.#arrive(execution, id);
    // Not by what was asked for: the jump itself took time.
    this.#ahead = epochMs(moment) - Date.now();
  }

  /** Gives up after ten minutes, and names the case. */
  async #arrive(
    execution: { namespace: string; workflowExecution: { workflowId: string } },
    id: string,
  ): Promise<void> {
    for (const deadline = Date.now() + 10 * 60_000; ; ) {
      if (Date.now() > deadline) throw new Unavailable(`the fast-forward of ${this.#workflowId} does not arrive`);
      const answer = await this.#client.withDeadline(Date.now() + 120_000, () =>
        this.#client.workflowService.pollWorkflowExecutionTimeSkipping({ ...execution, fastForwardId: id }),
      );
      if (answer.fastForwardPollingResult === COMPLETED) return;
      if (answer.fastForwardPollingResult === FAILED && (await this.#isOver())) return;
      if (answer.fastForwardPollingResult === FAILED)
        throw new Unavailable(`the fast-forward of ${this.#workflowId} stopped: ${answer.failedReason}`);
    }
  }

  /** The case ended on the way: there is nothing left to live for. */
  async #isOver(): Promise<boolean> {
    const { status } = await this.#client.workflow.getHandle(this.#workflowId).describe();
    return status.name === 'COMPLETED';
  }
}

/** protobuf writes a whole number as int64; only the type asks for its own class. */
const duration = (ms: number) => ({
  seconds: Math.floor(ms / 1000) as never,
  nanos: Math.round(ms % 1000) * 1_000_000,
});
