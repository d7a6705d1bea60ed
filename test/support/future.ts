// Cases that live in the future. A case refuses what is recorded ahead of its clock, so one whose first events are dated in years to come is
// started with a delay that its own clock then skips: it begins on that day, and is opened like any other.

import type { CaseKey } from '../../client/listed.ts';
import { type NewEvent, Nodrift, type OpenOptions } from '../../client/nodrift.ts';
import { CaseClock } from '../../client/time-travel.ts';
import type { CaseFile } from '../../domain/case/model.ts';
import { epochMs, type Instant } from '../../domain/time/calendar.ts';
import {
  type CaseInput,
  caseSummary,
  openingAttributes,
  TASK_QUEUE,
  WORKFLOW_TYPES,
  workflowId,
} from '../../workflows/api.ts';

/** The client, for cases of the future too. */
export class FutureNodrift extends Nodrift {
  readonly #clocks = new Map<string, CaseClock>();
  readonly #jumps = new Map<string, Promise<void>>();

  /** The clock of a case: one for each, for it knows how far it was moved. */
  clockOf(id: string): CaseClock {
    const clock = this.#clocks.get(id) ?? new CaseClock(this.client, id);
    this.#clocks.set(id, clock);
    return clock;
  }

  override async open(file: CaseFile, events: readonly NewEvent[], options: OpenOptions = {}) {
    const last = latest(events);
    if (epochMs(last) > Date.now() && !options.rehearsal) await this.#beginIn({ file, ...options }, last);
    return super.open(file, events, options);
  }

  /** A case lives until what is recorded happened. */
  override async record(key: CaseKey, events: readonly NewEvent[]) {
    const id = workflowId(key.kind, key.ref);
    // One jump at a time: many may be recorded at once.
    const jump = (this.#jumps.get(id) ?? Promise.resolve()).then(() => this.#clocks.get(id)?.forwardTo(latest(events)));
    this.#jumps.set(id, jump);
    // A case that is over does not live on: recording says so.
    await jump.catch(async (error) => {
      if (await this.#isRunning(id)) throw error;
    });
    return super.record(key, events);
  }

  async #isRunning(id: string): Promise<boolean> {
    const { status } = await this.client.workflow.getHandle(id).describe();
    return status.name === 'RUNNING';
  }

  /** Starts a case whose clock stands at a moment, waiting for its first events; one that is there already is left alone. */
  async #beginIn(input: CaseInput, moment: Instant): Promise<void> {
    const { file } = input;
    const id = workflowId(file.kind, file.ref);
    try {
      await this.client.workflow.start(WORKFLOW_TYPES[file.kind], {
        workflowId: id,
        taskQueue: TASK_QUEUE,
        args: [input],
        startDelay: epochMs(moment) - Date.now(),
        workflowIdConflictPolicy: 'FAIL',
        workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
        typedSearchAttributes: openingAttributes({ file, rehearsal: false }),
        staticSummary: caseSummary({ file }),
      });
    } catch {
      return; // it runs, or it ran: opening it says which
    }
    await this.clockOf(id).forwardTo(moment);
  }
}

/** The last moment at which any of them was typed in; long ago where none says. */
const latest = (events: readonly NewEvent[]): Instant =>
  events.reduce<Instant>((last, { recordedAt }) => {
    const at = typeof recordedAt === 'string' && !Number.isNaN(Date.parse(recordedAt)) ? (recordedAt as Instant) : last;
    return at > last ? at : last;
  }, '1970-01-01T00:00:00Z' as Instant);
