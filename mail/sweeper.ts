// The sweeper: sends deferred mails, and those that a dead worker left behind. Any number may run; each mail goes to one of them.

import { setTimeout as sleep } from 'node:timers/promises';
import { claimMany, giveBack } from '../record/claims.ts';
import { databaseError, RecordUnavailable } from '../record/failures.ts';
import type { OpenRecord } from '../record/open.ts';
import { markReported, type RefusedNotice, tellLater, untoldRefusals } from '../record/refusals.ts';
import { type Sending, sendOne } from './send-one.ts';
import { type Slots, slotsOf } from './slots.ts';

/** Cases told at once of a dead address. */
const SIDE_BY_SIDE = 5;
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
  const slots = slotsOf(options.transport);
  let stopped = false;
  let relayDown = false;
  const trouble = new Trouble(log);
  const runners = new Set<Promise<void>>();

  // A runner may wait minutes for its mail. The others, and the next sweeps, go on.
  const run = async () => {
    while (!stopped && !relayDown) {
      await record.writable();
      const claimed = await slots.inTurn(async () => (relayDown ? undefined : claimWithPlace(record, slots)));
      trouble.over();
      if (!claimed) return;
      try {
        // Once the relay is down for one mail, the others wait for the next sweep, or each would wait for a time-out.
        if ((await sendOne(options, claimed.mail)).relayDown) relayDown = true;
      } finally {
        claimed.release();
      }
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
    while (runners.size < slots.inAll) guarded(run());
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

/** Claims the mail that has waited longest among those whose destination has a place. */
async function claimWithPlace(record: OpenRecord, slots: Slots) {
  if (slots.full) return undefined;
  const [mail] = await claimMany(record, 1, slots.busy);
  if (!mail) return undefined;
  const release = slots.tryTake(mail.destination ?? mail.key);
  if (release) return { mail, release };
  // An activity took the last place meanwhile.
  await giveBack(record, [mail]);
  return undefined;
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
