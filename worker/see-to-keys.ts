// What a worker sees to of keys that nobody needs any more: those of rehearsals that are over, and of references under which nothing was ever opened.

import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { inArray } from 'drizzle-orm';
import { type CaseKeys, SYSTEM } from '../codec/case-keys.ts';
import { isRehearsalAuthority } from '../domain/case/rehearsals.ts';
import { asked } from '../record/failures.ts';
import type { OpenRecord } from '../record/open.ts';
import { cases } from '../record/schema.ts';
import { dropRehearsal } from '../record/strip-case.ts';
import { SEARCH_ATTRIBUTES } from '../workflows/api.ts';
import type { Logger } from './log.ts';

const A_WEEK_MS = 7 * 24 * 3_600_000;

export interface KeysSeenTo {
  readonly rehearsals: number;
  /** Those that are away now. */
  readonly putAway: number;
  readonly destroyed: number;
}

/**
 * Puts away the keys whose owner is in no record and in Temporal only as a refused opening or a rehearsal, where they are a week old; and destroys those
 * that were put away a week ago. Whoever asks for a key meanwhile has it back, so that a reference that is opened at this moment keeps its key.
 * @throws RecordUnavailable, KeysUnavailable, errors of the connection
 */
export async function putKeysAway(
  client: Client,
  record: OpenRecord,
  keys: CaseKeys,
  log: Logger,
  now = new Date(),
): Promise<KeysSeenTo> {
  const before = new Date(now.getTime() - A_WEEK_MS);
  const destroyed = await keys.destroyPutAway(before);
  const rehearsals: string[] = [];
  const strangers: string[] = [];
  let known = 0;
  for await (const owners of keys.owners()) {
    const rows = await asked(() =>
      record.db
        .select({ id: cases.id, rehearsal: cases.rehearsal })
        .from(cases)
        .where(inArray(cases.id, [...owners])),
    );
    const is = new Map(rows.map(({ id, rehearsal }) => [id, rehearsal]));
    rehearsals.push(...owners.filter((owner) => is.get(owner) === true));
    strangers.push(...owners.filter((owner) => owner !== SYSTEM && !is.has(owner)));
    known += rows.filter(({ rehearsal }) => !rehearsal).length;
  }
  let dropped = 0;
  let putAway = 0;
  // Away first: whoever is killed in between drops it at the next look.
  for (const owner of rehearsals)
    if ((await isOver(client, owner)) && (await keys.putAway(owner, before))) {
      putAway += 1;
      if (await dropRehearsal(record, owner)) dropped += 1;
    }
  if (isAnotherRecord(strangers.length, known)) {
    log.warn(
      { keys: strangers.length, known },
      'too many keys are of cases that this record does not know: none is put away',
    );
    return { rehearsals: dropped, putAway, destroyed };
  }
  for (const owner of strangers) if ((await isOver(client, owner)) && (await keys.putAway(owner, before))) putAway += 1;
  return { rehearsals: dropped, putAway, destroyed };
}

/** Refused openings, and references that somebody mistyped: a week has no more of them, or no more than one for so many cases. */
const FEW = 20;
const CASES_FOR_ONE = 10;

/**
 * Whether so many keys of unknown cases mean that the record is not the one they were made for: another installation's, or restored from a backup
 * from before those cases. A newer backup may still come, and is read with these keys.
 */
export const isAnotherRecord = (strangers: number, known: number): boolean =>
  strangers > Math.max(FEW, known / CASES_FOR_ONE);

/** Whether Temporal has nothing of it but a refused opening or a rehearsal that ended. When is not asked: a rehearsal's clock is ahead of ours. */
async function isOver(client: Client, owner: string): Promise<boolean> {
  try {
    const { status, typedSearchAttributes } = await client.workflow.getHandle(owner).describe();
    const rehearsed = isRehearsalAuthority(typedSearchAttributes.get(SEARCH_ATTRIBUTES.authority));
    return status.name === 'FAILED' || (rehearsed && status.name !== 'RUNNING');
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return true;
    throw error;
  }
}
