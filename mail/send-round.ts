// The mails of a morning round: made ready before its time, and sent at it.

import { claimRound } from '../record/claims.ts';
import { keepComposed, toCompose } from '../record/composed.ts';
import { type Claimed, madeOf } from '../record/said.ts';
import { sendMany, type Tally } from './send-many.ts';
import { composed, type Sending } from './send-one.ts';

/**
 * Makes a round's mails ready, so that at its time they only need to be sent. One that cannot be composed is left: it says so when it is sent.
 * @param options.until the round's instant
 * @param options.after the mail up to which it was done before
 * @returns where to go on; null when all are ready
 */
export async function composeRound(
  sending: Sending,
  options: { until: Date; limit: number; after?: string | null | undefined },
): Promise<{ composed: number; after: string | null }> {
  const { record, transport } = sending;
  if (!transport.prepare) return { composed: 0, after: null };
  const planned = await toCompose(record, options);
  const ready: { mail: Claimed; composed: string; of: string }[] = [];
  for (const mail of planned) {
    const of = madeOf(mail.notices);
    if (mail.notices.length === 0 || mail.composedOf === of) continue;
    try {
      const prepared = await transport.prepare(await composed(sending, mail), mail.notBefore);
      ready.push({ mail, composed: JSON.stringify(prepared), of });
    } catch {
      sending.log?.warn({ mail: mail.messageId }, 'a mail of the round cannot be composed; it waits for an operator');
    }
  }
  await keepComposed(record, ready);
  return { composed: ready.length, after: planned.length < options.limit ? null : planned.at(-1)!.key };
}

/**
 * Sends what is ready of a round, as fast as the relay takes it. What is deferred is the sweepers', as is what is left where the relay is down.
 * @param options.until the round's instant; mails of an earlier one that were left go too
 * @param options.onResult after each mail, for a heartbeat
 */
export function sendRound(
  sending: Sending,
  options: { until: Date; stopped?: () => boolean; onResult?: (tally: Tally) => void },
): Promise<Tally> {
  const { until, ...rest } = options;
  return sendMany(sending, (most, busy) => claimRound(sending.record, until, most, busy), { ...rest, patient: true });
}
