// The morning round: one mail a person over all cases. Gathered and composed before its time, sent at it. No case: it knows counts and ids, and no
// words. Killed anywhere it goes on where it was; whatever runs twice sends nothing twice, for a mail is claimed by one alone.

import { proxyActivities, setWorkflowOptions, sleep } from '@temporalio/workflow';
import {
  epochMs,
  fromEpochMs,
  fromLondon,
  type Instant,
  inLondon,
  type LocalDateTime,
} from '../domain/time/calendar.ts';
import { type RoundCounts, type RoundInput, type RoundPreview, type RoundResult, SENDS_AT } from './api.ts';

interface Activities {
  gatherForRound(until: Instant): Promise<void>;
  composeForRound(until: Instant): Promise<void>;
  sendForRound(until: Instant): Promise<void>;
  noteRound(until: Instant, began: Instant): Promise<RoundCounts>;
  previewRound(until: Instant): Promise<RoundPreview>;
}

const RETRY = { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' } as const;

/** Begins so long before its time; a run that began in the night waits for that. */
const GATHERS_BEFORE_MS = 15 * 60_000;
/** What cases planned since it was gathered is taken in then. */
const GATHERS_AGAIN_BEFORE_MS = 30_000;
/** Sent by so many at once, by whichever workers are free. */
const SENDERS = 4;

/** @param input `now`: what is due goes at once; `today`: what is due by eight does */
export async function round({ asked }: RoundInput = {}): Promise<RoundResult> {
  // Here, not once for the module: every case loads it, and has no use for them.
  const { gatherForRound, composeForRound, sendForRound } = proxyActivities<Activities>({
    startToCloseTimeout: '2 hours',
    heartbeatTimeout: '45 seconds',
    retry: RETRY,
  });
  const { noteRound } = proxyActivities<Activities>({ startToCloseTimeout: '1 minute', retry: RETRY });
  const began = exactly();
  const until = asked === 'now' ? began : asked === 'today' ? laterOf(began, morningOf(began)) : morningOf(began);
  const prepare = async () => {
    await gatherForRound(until);
    await composeForRound(until);
  };
  if (asked === undefined)
    await sleepUntil(epochMs(until) - GATHERS_BEFORE_MS, 'until a quarter to eight, to gather what is due');
  await prepare();
  if (
    asked === undefined &&
    (await sleepUntil(epochMs(until) - GATHERS_AGAIN_BEFORE_MS, 'until half a minute to eight, to gather again'))
  )
    await prepare();
  if (asked === undefined) await sleepUntil(epochMs(until), 'until eight, to send');
  await Promise.all(Array.from({ length: SENDERS }, () => sendForRound(until)));
  return { until, ...(await noteRound(until, began)) };
}

/** What the next round would send: nothing changes. */
export async function nextRound(): Promise<RoundPreview> {
  const { previewRound } = proxyActivities<Activities>({ startToCloseTimeout: '1 minute', retry: RETRY });
  const today = morningOf(now());
  return previewRound(now() < today ? today : morningOf(fromEpochMs(Date.now() + 24 * 3_600_000)));
}

// On a roll-out they go on with the version that is current instead of keeping the old one alive.
setWorkflowOptions({ versioningBehavior: 'AUTO_UPGRADE' }, round);
setWorkflowOptions({ versioningBehavior: 'AUTO_UPGRADE' }, nextRound);

const now = (): Instant => fromEpochMs(Date.now());
/** To the millisecond: what was planned earlier in this second goes too, and two rounds asked for within one have each their own mails and counts. */
const exactly = (): Instant => new Date(Date.now()).toISOString() as Instant;
const laterOf = (a: Instant, b: Instant): Instant => (epochMs(a) > epochMs(b) ? a : b);

/** Eight in the morning, in London, of a moment's day there. */
const morningOf = (moment: Instant): Instant =>
  fromLondon(`${inLondon(moment).slice(0, 10)}T${SENDS_AT}` as LocalDateTime);

/** @returns whether it had to wait: what is late goes on at once */
async function sleepUntil(ms: number, summary: string): Promise<boolean> {
  const left = ms - Date.now();
  if (left <= 0) return false;
  await sleep(left, { summary });
  return true;
}
