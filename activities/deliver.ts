// The activities of a case: keep what it hands over, and deliver its notices.

import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { Delivery, Outcome, RecordEntry } from '../domain/notice.ts';
import { attempt, type Sending } from './attempt.ts';
import { claim, type LedgerRow, plan, rowsOf } from './ledger.ts';
import { databaseError, ReferenceTaken } from './record/errors.ts';
import { keepWithin } from './record/record.ts';
import { senderDomain } from './settings.ts';

/** Mails side by side; the relay's connections are as many. */
const SIDE_BY_SIDE = 5;
const HEARTBEAT_MS = 10_000;

export interface CaseActivities {
  /**
   * Keeps the entry and plans its mails in one transaction, then tries each mail once.
   * @returns what became of each notice, in their order. Trouble with mail is an outcome, never a failure: the sweeper goes on with what is deferred.
   * @throws ApplicationFailure `RecordUnavailable`, to be retried; `ReferenceTaken`, not to be.
   */
  deliver(delivery: Delivery): Promise<Outcome[]>;
  /** Keeps an entry that has no notices. Throws as `deliver` does. */
  keep(entry: RecordEntry): Promise<void>;
}

export function createActivities(sending: Sending): CaseActivities {
  const { record, settings } = sending;
  return {
    async deliver(delivery) {
      const still = heartbeat();
      try {
        const keys = await record.db.transaction(async (tx) => {
          await keepWithin(tx, delivery.entry);
          return plan(tx, record.ledgerKey, delivery, senderDomain(settings));
        });
        await sideBySide(keys, async (key) => {
          const row = await claim(record, key);
          if (row) await attempt(sending, row);
        });
        const rows = await rowsOf(record, keys);
        return delivery.notices.map((notice, i) => ({
          key: notice.key,
          to: notice.to.id,
          ...outcome(rows.get(keys[i]!)),
        }));
      } catch (error) {
        throw asFailure(error);
      } finally {
        still();
      }
    },
    async keep(entry) {
      try {
        await record.db.transaction((tx) => keepWithin(tx, entry));
      } catch (error) {
        throw asFailure(error);
      }
    },
  };
}

function outcome(row: LedgerRow | undefined): Pick<Outcome, 'outcome' | 'code'> {
  if (row?.state === 'ACCEPTED') return { outcome: 'accepted' };
  if (row?.state === 'REFUSED') return { outcome: 'refused', code: row.code ?? undefined };
  return { outcome: 'deferred', code: row?.code ?? row?.state.toLowerCase() };
}

async function sideBySide(keys: readonly string[], work: (key: string) => Promise<void>): Promise<void> {
  const left = keys.values();
  const runners = Array.from({ length: SIDE_BY_SIDE }, async () => {
    for (const key of left) await work(key);
  });
  // All come to rest before a failure is told, so that none goes on behind the activity's back.
  const failed = (await Promise.allSettled(runners)).find((r) => r.status === 'rejected');
  if (failed) throw failed.reason;
}

/** Tells the server every ten seconds that this worker lives; does nothing outside of an activity. */
function heartbeat(): () => void {
  const context = currentContext();
  if (!context) return () => {};
  const timer = setInterval(() => context.heartbeat(), HEARTBEAT_MS);
  return () => clearInterval(timer);
}

function currentContext(): Context | undefined {
  try {
    return Context.current();
  } catch {
    return undefined;
  }
}

/** Names and codes only: what a failure says is kept in Temporal's history. */
function asFailure(error: unknown): ApplicationFailure {
  const told = databaseError(error);
  return ApplicationFailure.create({
    type: told.name,
    message: told.message,
    nonRetryable: told instanceof ReferenceTaken,
  });
}
