// The sweeper: sends deferred mails, and those that a dead worker left behind. Any number may run; each mail goes to one of them.

import { setTimeout as sleep } from 'node:timers/promises';
import { claimMany } from '../record/claims.ts';
import { databaseError, RecordUnavailable } from '../record/failures.ts';
import { lateRound } from '../record/gather.ts';
import { liveByDay } from '../record/go-live.ts';
import { markReported, type RefusedNotice, tellLater, untoldRefusals } from '../record/refusals.ts';
import { senderDomain } from './mail-settings.ts';
import { sendMany } from './send-many.ts';
import type { Sending } from './send-one.ts';

/** Cases told at once of a dead address. */
const SIDE_BY_SIDE = 5;
/** What waited for a round in vain gets its mail this often. */
const LATE_EVERY_MS = 5 * 60_000;
/** Sweeps that still wait for mails that hang; there is no place for more. */
const MOST_RUNS = 10;
/** A fault that lasts is logged again this often, for people who look at the log only now. */
const SAID_AGAIN_MS = 60 * 60_000;

export interface SweeperOptions extends Sending {
  /** How often it looks; 15 s where absent. */
  readonly everyMs?: number | undefined;
  /**
   * Tells the case that an address is dead. It is called until it resolves, less often each time. So the case must accept the same news twice.
   */
  readonly onRefused?: ((row: RefusedRow) => Promise<void>) | undefined;
}

/** A mail refused for a dead address after its activity had ended. */
export interface RefusedRow {
  readonly caseId: string;
  /** The notice's key. */
  readonly notice: string;
  readonly recipient: string;
  readonly code: string;
}

export interface Sweeper {
  /** Looks once, now. Tests call it, and a worker that has just started. */
  sweep(): Promise<void>;
  /** Begins no more mails. Resolves when those under way have results, or after `graceMs` (a minute): a record that is down takes no results. */
  stop(graceMs?: number): Promise<void>;
}

export function startSweeper(options: SweeperOptions): Sweeper {
  const { everyMs = 15_000, record, log } = options;
  let stopped = false;
  let relayDown = false;
  let lateAt = 0;
  const trouble = new Trouble(log);
  const runners = new Set<Promise<void>>();

  // A run may wait minutes for its last mail. The next sweeps go on.
  const run = async () => {
    if (stopped) return;
    await record.writable();
    await liveByDay(record);
    if (Date.now() - lateAt >= LATE_EVERY_MS) {
      lateAt = Date.now();
      await lateRound(record, { domain: senderDomain(options.settings) });
    }
    const more = async (most: number, busy: readonly string[]) => {
      const claimed = await claimMany(record, most, busy);
      trouble.over();
      return claimed;
    };
    // Once the relay is down for one mail, the others wait for the next sweep, or each would wait for a time-out.
    const tally = await sendMany(options, more, { probing: relayDown, stopped: () => stopped });
    relayDown = tally.relayDown;
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
    if (runners.size < MOST_RUNS) guarded(run());
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

/** Logs once that the sweeper waits and why, and once that it goes on: not at every sweep, and not for each runner. */
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

/** Tells several cases at once: one that does not answer takes long to time out. */
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

const refused = (row: RefusedNotice): RefusedRow => ({
  caseId: row.caseId,
  notice: row.notice,
  recipient: row.recipient,
  code: row.code ?? '',
});

/** The one clear line of a database's failure. Of any other error only the name: its text may quote personal data. */
function reason(error: unknown): string {
  const told = databaseError(error);
  if (told instanceof RecordUnavailable) return told.message;
  return told instanceof Error ? told.name : 'unknown';
}
