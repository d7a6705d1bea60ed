// Sends many claimed mails as fast as the relay takes them: claims them in batches, keeps every place busy, and writes the results down together.
// The sweeper and the round share it.

import { giveBack } from '../record/claims.ts';
import type { Claimed } from '../record/said.ts';
import type { SendResult } from '../record/send-result.ts';
import { gotAlready, type Sending, sendOne } from './send-one.ts';
import { answersWell, type Release, slotsOf } from './slots.ts';

/** So many are claimed at once, when a place is free and nothing is in hand for it. A killed process's claims wait until they end, but are sent once. */
const BATCH = 50;
/** Of a round, which has its morning to itself: each claim is a transaction that the disk has to keep. */
const BATCH_OF_ROUND = 150;
/** While what is in hand finds no place, others are looked for this often. */
const ASK_AGAIN_MS = 500;
/** A mail that is claimed and gets no place for so long is given back, long before its claim ends: another process may do better. */
const NO_PLACE_MS = 20_000;
const LOOK_AGAIN_MS = 1_000;
/** Results of a round are written down together: so long one waits for others. */
const GATHER_MS = 40;
/** Of one process, in all that it sends side by side: so many may go a second time when it is killed. */
const MOST_IN_DOUBT = 50;

/** What became of the mails of one run. */
export interface Tally {
  accepted: number;
  deferred: number;
  refused: number;
  /** The relay answers nobody: the rest was left. */
  relayDown: boolean;
}

interface InHand {
  readonly mail: Claimed;
  readonly destination: string;
  readonly claimedAt: number;
  /** How many mails its reader got within the hour. */
  readonly got: number;
}

export interface SendManyOptions {
  /** One mail alone goes first, because the relay was down. */
  readonly probing?: boolean;
  /** Of a round: waits for destinations that have all their places until nothing is left, and writes results down together. */
  readonly patient?: boolean;
  readonly stopped?: () => boolean;
  /** After each mail, for a heartbeat. */
  readonly onResult?: (tally: Tally) => void;
}

/**
 * Sends until there is no more, the relay is down, or it is told to stop. What is under way then has its results written down all the same.
 * @param more claims up to so many, none for destinations that are busy
 * @throws only when the database fails
 */
export async function sendMany(
  sending: Sending,
  more: (most: number, busy: readonly string[]) => Promise<readonly Claimed[]>,
  options: SendManyOptions = {},
): Promise<Tally> {
  const slots = slotsOf(sending.transport);
  const tally: Tally = { accepted: 0, deferred: 0, refused: 0, relayDown: false };
  const hand: InHand[] = [];
  const underWay = new Set<Promise<void>>();
  let failure: { readonly error: unknown } | undefined;
  const [gatherMs, batch] = options.patient ? [GATHER_MS, BATCH_OF_ROUND] : [0, BATCH];
  let probing = options.probing === true;
  let asked = { at: 0, inVain: false, dry: false };
  let ended = 0;

  const claim = async () => {
    const [busy, endedBefore] = [slots.busy, ended];
    const claimed = await more(probing ? 1 : batch, busy);
    const none = claimed.length === 0;
    // Where places came free meanwhile it was not asked in vain: there may be mails for them, and nothing else would wake this loop.
    asked = { at: Date.now(), inVain: none && ended === endedBefore, dry: none && busy.length === 0 };
    const got = await gotAlready(sending, claimed);
    for (const mail of claimed)
      hand.push({ mail, destination: mail.destination ?? mail.key, claimedAt: asked.at, got: got(mail) });
  };
  const begin = ({ mail, got }: InHand, release: Release) => {
    const answered = (result: SendResult) => {
      if (result.outcome === 'deferred' && result.relayDown) tally.relayDown = true;
      else probing = false;
      // Among few the place is kept until the result is written down: no more mails are in doubt than there are places.
      if (gatherMs > 0) release(answersWell(result));
    };
    const work: Promise<void> = sendOne(sending, mail, { got, gatherMs, answered })
      .then((result) => {
        tally[result.outcome]++;
        release(answersWell(result));
        options.onResult?.(tally);
      })
      .catch((error: unknown) => {
        failure ??= { error };
        release();
      })
      .finally(() => {
        underWay.delete(work);
        slots.inDoubt--;
        ended++;
        slots.wake();
      });
    slots.inDoubt++;
    underWay.add(work);
  };
  const giveBackThose = async (which: (one: InHand) => boolean) => {
    const back = hand.filter(which);
    for (const one of back) hand.splice(hand.indexOf(one), 1);
    if (back.length > 0)
      await giveBack(
        sending.record,
        back.map(({ mail }) => mail),
      );
  };

  try {
    while (!tally.relayDown && !failure && !options.stopped?.()) {
      const waitsForProbe = probing && underWay.size > 0;
      const waitsForResults = slots.inDoubt >= MOST_IN_DOUBT;
      const next = waitsForProbe || waitsForResults ? undefined : slots.firstNow(hand);
      if (next) {
        begin(next.one, next.release);
        continue;
      }
      const mayAsk = hand.length === 0 ? !asked.inVain : !waitsForResults && Date.now() - asked.at >= ASK_AGAIN_MS;
      if (mayAsk && !asked.dry && !slots.full && !waitsForProbe) {
        await claim();
        continue;
      }
      if (hand.length === 0 && underWay.size === 0 && (asked.dry || !options.patient)) break;
      const freed = await slots.freed(LOOK_AGAIN_MS);
      if (freed || options.patient) asked = { ...asked, inVain: false };
      await giveBackThose(({ claimedAt }) => Date.now() - claimedAt > NO_PLACE_MS);
    }
  } finally {
    await Promise.all([giveBackThose(() => true), ...underWay]);
  }
  if (failure) throw failure.error;
  return tally;
}
