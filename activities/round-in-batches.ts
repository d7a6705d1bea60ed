// The activities of the morning round: gather, compose and send in batches with heartbeats, write down that it was completed.

import { Context } from '@temporalio/activity';
import type { Instant } from '../domain/time/calendar.ts';
import { senderDomain } from '../mail/mail-settings.ts';
import type { Sending } from '../mail/send-one.ts';
import { composeRound, sendRound } from '../mail/send-round.ts';
import { gatherRound, roundPreview } from '../record/gather.ts';
import { completeRound } from '../record/rounds.ts';
import type { RoundCounts, RoundPreview } from '../workflows/api.ts';
import { asFailure } from './failure.ts';

/** Readers of one batch: a transaction, and a heartbeat. */
const BATCH = 200;
const HEARTBEAT_MS = 10_000;
/** Nobody reads a longer list, and it has to fit into an answer. */
const LISTED = 1_000;

export type RoundActivities = ReturnType<typeof createRoundActivities>;

/** Each may be tried again after a crash, and each may run beside another of its kind: nobody is mailed twice. */
export function createRoundActivities(sending: Sending) {
  const { record } = sending;
  const domain = senderDomain(sending.settings);

  /** Goes through all batches, from where the last heartbeat was. */
  const inBatches = async (batch: (after: string | null) => Promise<{ readonly after: string | null }>) => {
    const context = Context.current();
    let after = (context.info.heartbeatDetails as string | null | undefined) ?? null;
    try {
      await record.writable();
      do {
        context.cancellationSignal.throwIfAborted();
        ({ after } = await batch(after));
        context.heartbeat(after);
      } while (after !== null);
    } catch (error) {
      throw asFailure(error, 'the morning round', sending.log);
    }
  };

  return {
    /** Gives whatever waits for the round a mail for each reader. */
    gatherForRound: (until: Instant): Promise<void> =>
      inBatches((after) => gatherRound(record, { until: new Date(until), limit: BATCH, after, domain })),

    /** Makes its mails ready, so that at eight they only need to be sent. */
    composeForRound: (until: Instant): Promise<void> =>
      inBatches((after) => composeRound(sending, { until: new Date(until), limit: BATCH, after })),

    /** Sends what is ready, until nothing is. What is deferred is the sweepers'. */
    async sendForRound(until: Instant): Promise<void> {
      const context = Context.current();
      const beating = setInterval(() => context.heartbeat(), HEARTBEAT_MS);
      try {
        await record.writable();
        await sendRound(sending, {
          until: new Date(until),
          stopped: () => context.cancellationSignal.aborted,
          onResult: () => context.heartbeat(),
        });
      } catch (error) {
        throw asFailure(error, 'the morning round', sending.log);
      } finally {
        clearInterval(beating);
      }
      // Stopped in the middle, another worker goes on with the rest.
      context.cancellationSignal.throwIfAborted();
    },

    async noteRound(until: Instant, began: Instant): Promise<RoundCounts> {
      try {
        return await completeRound(record, new Date(until), new Date(began));
      } catch (error) {
        throw asFailure(error, 'the morning round', sending.log);
      }
    },

    async previewRound(until: Instant): Promise<RoundPreview> {
      try {
        const lines = await roundPreview(record, { until: new Date(until) });
        const items = lines.reduce((all, line) => all + line.items, 0);
        return { until, readers: lines.length, items, lines: lines.slice(0, LISTED) };
      } catch (error) {
        throw asFailure(error, 'the morning round', sending.log);
      }
    },
  };
}
