// Erasures that a worker sees to without being asked: of cases whose time is over, of those where it was begun and never ended, and of those that a
// backup has brought back.

import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { startErasure } from '../client/ask-erasure.ts';
import type { CaseKeys } from '../codec/case-keys.ts';
import { NODRIFT } from '../domain/accept/refusal.ts';
import {
  beginErasure,
  eraseAgain,
  erasuresSince,
  erasuresUnderWay,
  NotErasable,
  replayErasures,
} from '../record/erasures.ts';
import type { OpenRecord } from '../record/open.ts';
import { lookAhead } from '../record/retention.ts';
import type { Logger } from './log.ts';

/** Nobody restores a Temporal older than this: for erasures before it Temporal is not asked. */
const RESTORED_WITHIN_DAYS = 400;
const DAY_MS = 24 * 3_600_000;
const SIDE_BY_SIDE = 8;

/**
 * Begins again what was begun and not ended: whoever asked, or the worker, may have been killed.
 * @throws RecordUnavailable, errors of the connection
 */
export async function goOnWithErasures(client: Client, record: OpenRecord): Promise<void> {
  for (const caseId of await erasuresUnderWay(record)) await startErasure(client, caseId);
}

/**
 * Tells operators of closed cases whose time is over within a month, and erases those that were told of a month ago.
 * @returns the cases whose erasure was begun
 * @throws RecordUnavailable, errors of the connection
 */
export async function eraseByRetention(client: Client, record: OpenRecord, now: Date): Promise<readonly string[]> {
  const { due } = await lookAhead(record, now);
  const begun: string[] = [];
  for (const caseId of due)
    try {
      await beginErasure(record, { caseId, reason: 'kept-long-enough', by: NODRIFT });
      await startErasure(client, caseId);
      begun.push(caseId);
    } catch (error) {
      // Since it was found it was put on hold, or opened again.
      if (!(error instanceof NotErasable)) throw error;
    }
  return begun;
}

/**
 * After a start: a record, key store or Temporal that was restored from before an erasure learns of it.
 * @throws RecordUnavailable, KeysUnavailable, errors of the connection
 */
export async function forgetAgain(
  client: Client,
  record: OpenRecord,
  keys: CaseKeys | undefined,
  log: Logger,
): Promise<void> {
  if (keys) await replayErasures(record, await keys.erasures());
  const left = (await erasuresSince(record, new Date(Date.now() - RESTORED_WITHIN_DAYS * DAY_MS))).values();
  const back: string[] = [];
  const lookAtNext = async () => {
    for (const caseId of left) if (await isThere(client, caseId)) back.push(caseId);
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, lookAtNext));
  await eraseAgain(record, back);
  const all = await erasuresUnderWay(record);
  if (all.length > 0)
    log.warn({ cases: all.length }, 'cases are being erased, some of which a backup may have brought back');
  for (const caseId of all) await startErasure(client, caseId, true);
}

async function isThere(client: Client, caseId: string): Promise<boolean> {
  try {
    await client.workflow.getHandle(caseId).describe();
    return true;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}
