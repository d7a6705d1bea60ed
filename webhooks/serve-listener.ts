// Sends one listener all that is due: of each case in its order, cases beside each other, until nothing is or it is told to stop.

import type { OpenRecord } from '../record/open.ts';
import {
  type Due,
  dueFor,
  type Listener,
  listener,
  markBusy,
  markGone,
  markNotTaken,
  markTaken,
  type NotTaken,
  nextTry,
  PACE,
  type Pace,
} from '../record/webhook-deliveries.ts';
import { cloudEvent, signedHeaders } from './cloud-event.ts';
import { type Answered, type PostOptions, post, type Unanswered } from './post.ts';

export interface WebhookSending extends PostOptions {
  readonly record: OpenRecord;
  readonly pace?: Pace | undefined;
}

/** Cases of one listener beside each other. */
const SIDE_BY_SIDE = 8;

/** Statuses that say that nobody is there to take anything: a proxy's, or of an address that is wrong. */
const NOBODY: ReadonlySet<number> = new Set([401, 402, 403, 404, 405, 407, 408, 429, 502, 503, 504]);

/**
 * @param stopped asked before each send
 * @returns in how many milliseconds something is due again; null where nothing is
 * @throws RecordUnavailable
 */
export async function serveListener(
  sending: WebhookSending,
  id: string,
  stopped: () => boolean = () => false,
): Promise<number | null> {
  const { record, pace = PACE } = sending;
  const underWay = new Map<number, Promise<void>>();
  const faults: unknown[] = [];
  let marked = 0;
  try {
    for (;;) {
      if (Date.now() - marked > MARKS_EVERY_MS) {
        marked = Date.now();
        await markBusy(record, id, true);
      }
      // Asked each time: it may be removed, paused or given another secret while there is much to send.
      const to = stopped() || faults.length > 0 ? undefined : await listener(record, id, pace);
      const free = to ? (to.doubtful ? 1 : SIDE_BY_SIDE) - underWay.size : 0;
      const due = to && free > 0 ? await dueFor(record, to, free, [...underWay.keys()]) : [];
      for (const one of due) {
        const { position } = one.told;
        const trying = tryOnce(sending, to!, one)
          .catch((error: unknown) => void faults.push(error))
          .finally(() => underWay.delete(position));
        underWay.set(position, trying);
      }
      if (underWay.size === 0) break;
      await Promise.race(underWay.values());
    }
  } finally {
    await markBusy(record, id, false).catch((error: unknown) => void faults.push(error));
  }
  if (faults.length > 0) throw faults[0];
  return nextTry(record, id);
}

/** Well within the time after which another takes over. */
const MARKS_EVERY_MS = 5_000;

async function tryOnce(sending: WebhookSending, to: Listener, due: Due): Promise<void> {
  const { record, pace = PACE } = sending;
  const body = JSON.stringify(cloudEvent(due.told));
  const answer = await post(to.url, body, signedHeaders(due.told.id, body, to.secrets, new Date()), sending);
  const became = judged(answer);
  if (became === 'taken') return markTaken(record, to.id, due, pace);
  if (became === 'gone') return markGone(record, to.id);
  if (became !== 'stopped') return markNotTaken(record, to.id, due, became, pace);
}

/** What an answer means. A redirect is not followed: the address has to be changed by whoever gave it. */
function judged(answer: Answered | Unanswered): 'taken' | 'gone' | 'stopped' | NotTaken {
  if ('code' in answer) return answer.code === 'stopped' ? 'stopped' : { code: answer.code, answered: false };
  const { status, retryAfter } = answer;
  if (status >= 200 && status < 300) return 'taken';
  if (status === 410) return 'gone';
  const code = status >= 300 && status < 400 ? 'redirect' : String(status);
  return { code, answered: code !== 'redirect' && !NOBODY.has(status), retryAfter };
}
