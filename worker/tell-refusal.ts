// How a case is told that an address is dead, where the sweeper found it out.

import type { Client } from '@temporalio/client';
import { CaseNotFound, Refused } from '../client/errors.ts';
import { note } from '../client/note.ts';
import { NODRIFT } from '../domain/accept/refusal.ts';
import type { CaseKind } from '../domain/case/model.ts';
import type { RefusedRow } from '../mail/sweeper.ts';
import { refusedId } from '../workflows/api.ts';

/** A dead address found by the sweeper becomes a fact of the case, as one found by `deliver` does. */
export async function tellCase(client: Client, { caseId, notice, recipient, code }: RefusedRow): Promise<void> {
  const [kind, ref] = caseId.split('/') as [CaseKind, string];
  const event = { type: 'address-refused', by: NODRIFT, person: recipient, code } as const;
  try {
    await note(client, { kind, ref }, [{ id: refusedId(recipient, notice), event }]);
  } catch (error) {
    // Known already, or the case is closed: there is nobody left to tell.
    if (!(error instanceof Refused) && !(error instanceof CaseNotFound)) throw error;
  }
}
