// The sweeper: sends what was deferred, and what a worker that died left behind. Any number may run; each row goes to one of them.

import { setTimeout as sleep } from 'node:timers/promises';
import { databaseError, RecordUnavailable } from '../record/failures.ts';
import { claimNext, type LedgerRow, markReported, tellLater, untoldRefusals } from '../record/outbox.ts';
import { attempt, type Sending } from './attempt.ts';

const SIDE_BY_SIDE = 5;
/** Trouble that lasts is said again this often, for whoever looks at the log only now. */
const SAID_AGAIN_MS = 60 * 60_000;

export interface SweeperOptions extends Sending {
  /** How often it looks; 15 s where absent. */
  readonly everyMs?: number | undefined;
  /**
   * Tells the case that an address is dead. Asked again, less often each time, until it resolves: the case must take the same news twice.
   */
  readonly onRefused?: ((row: RefusedRow) => Promise<void>) | undefined;
}

/** A mail that a dead address refused after its activity had ended. */
export interface RefusedRow {
  readonly caseId: string;
  /** The notice's key. */
  readonly notice: string;
  readonly recipient: string;
  readonly code: string;
}

export interface Sweeper {
  /** Looks now, once; the tests' way, and the worker's after a start. */
  sweep(): Promise<void>;
  /** Starts nothing more, and resolves when what is under way has settled, or after `graceMs`, a minute: a record that is down lets nothing settle. */
  stop(graceMs?: number): Promise<void>;
}

export function startSweeper(options: SweeperOptions): Sweeper {
  const { everyMs = 15_000, record, log } = options;
  let stopped = false;
  let relayDown = false;
  const trouble = new Trouble(log);
  const runners = new Set<Promise<void>>();

  // A runner may hang with its mail for ten minutes; the others, and the next sweeps, go on without it.
  const run = async () => {
    while (!stopped && !relayDown) {
      await record.writable();
      const row = await claimNext(record);
      trouble.over();
      if (!row) return;
      // One mail that meets a relay that is down speaks for all: the rest waits for the next sweep instead of a time-out each.
      if ((await attempt(options, row)).relayDown) relayDown = true;
    }
  };
  const guarded = (work: Promise<void>) => {
    const runner: Promise<void> = work
      .catch((error) => trouble.met(reason(error)))
      .finally(() => runners.delete(runner));
    runners.add(runner);
  };
  let telling: Promise<void> | null = null;
  const tell = () => {
    telling ??= tellRefusals(options).finally(() => {
      telling = null;
    });
    return telling;
  };
  const sweep = async () => {
    relayDown = false;
    while (runners.size < SIDE_BY_SIDE) guarded(run());
    guarded(tell());
    await Promise.all(runners);
  };
  const timer = setInterval(() => void sweep(), everyMs);
  return {
    sweep,
    async stop(graceMs = 60_000) {
      stopped = true;
      clearInterval(timer);
      const clock = new AbortController();
      await Promise.race([Promise.all(runners), sleep(graceMs, null, { signal: clock.signal }).catch(() => null)]);
      clock.abort();
    },
  };
}

/** Says once that the sweeper waits, why, and when it goes on: not at every sweep, nor once for each of its runners. */
class Trouble {
  readonly #log: SweeperOptions['log'];
  #said: { readonly reason: string; readonly at: number } | undefined;

  constructor(log: SweeperOptions['log']) {
    this.#log = log;
  }

  met(reason: string): void {
    if (this.#said?.reason === reason && Date.now() - this.#said.at < SAID_AGAIN_MS) return;
    this.#said = { reason, at: Date.now() };
    this.#log?.warn({ reason }, 'the sweeper waits for the record');
  }

  over(): void {
    if (this.#said) this.#log?.info({ reason: this.#said.reason }, 'the sweeper goes on');
    this.#said = undefined;
  }
}

/** Several at once: a case that does not answer takes its time to say so. */
async function tellRefusals({ record, onRefused, log }: SweeperOptions): Promise<void> {
  if (!onRefused) return;
  const left = (await untoldRefusals(record)).values();
  const tell = async () => {
    for (const row of left) {
      try {
        await onRefused(refused(row));
        await markReported(record, [row.key]);
      } catch {
        log?.warn(
          { mail: row.messageId, case: row.caseId },
          'the case could not be told yet that an address is dead or malformed',
        );
        await tellLater(record, row);
      }
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, tell));
}

const refused = (row: LedgerRow): RefusedRow => ({
  caseId: row.caseId,
  notice: row.notice,
  recipient: row.recipient,
  code: row.code ?? '',
});

/** The one clear line of a database's failure; of anything else only its name, since its text may quote what it was given. */
function reason(error: unknown): string {
  const told = databaseError(error);
  if (told instanceof RecordUnavailable) return told.message;
  return told instanceof Error ? told.name : 'unknown';
}
