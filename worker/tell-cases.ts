// How a running case is told of a changed policy or calendar, and what its answer means.

import type { Client } from '@temporalio/client';
import { CaseNotFound, Refused, Unavailable } from '../client/errors.ts';
import { type NewEvent, readEvent } from '../client/new-event.ts';
import { note } from '../client/note.ts';
import type { CaseKind } from '../domain/case/model.ts';
import type { Reached } from '../workflows/api.ts';

type Change = Omit<NewEvent, 'event'> & { readonly event: unknown };

/** Records events on a case, all or none; whatever goes wrong is that case's answer, for the others are still to be told. */
export async function recordOn(
  client: Client,
  caseId: string,
  ...changes: readonly Change[]
): Promise<Omit<Reached, 'caseId'>> {
  const [kind, ref] = caseId.split('/') as [CaseKind, string];
  try {
    await note(
      client,
      { kind, ref },
      changes.map((change) => ({ ...change, event: readEvent(change.event) })),
    );
    return { outcome: 'took' };
  } catch (error) {
    if (error instanceof CaseNotFound && error.closed) return { outcome: 'closed' };
    if (error instanceof CaseNotFound || error instanceof Refused) return { outcome: 'refused', why: error.message };
    if (error instanceof Unavailable) return { outcome: 'unanswered', why: 'no answer from its worker' };
    return { outcome: 'unanswered', why: `an unexpected error, ${error instanceof Error ? error.name : 'unknown'}` };
  }
}
