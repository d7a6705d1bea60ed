// What Nodrift itself records in a case: dead addresses, reports between cases, policies and calendars applied. For workers; no service is offered it.

import type { Client } from '@temporalio/client';
import type { CaseKind } from '../domain/case/model.ts';
import { note as noteUpdate, type RecordAnswer, record, workflowId } from '../workflows/api.ts';
import { calls } from './calls.ts';
import { updateId } from './event-id.ts';
import { type NewEvent, stamped } from './new-event.ts';
import { isUnknownUpdate } from './translated.ts';

/**
 * Records what no person or service did, all or none. The same ids and content again give the first answer.
 * @throws Refused with its rule, InvalidEvent, CaseNotFound, Unavailable
 */
export async function note(
  client: Client,
  { kind, ref }: { readonly kind: CaseKind; readonly ref: string },
  events: readonly NewEvent[],
): Promise<RecordAnswer> {
  const recorded = stamped(events);
  const id = workflowId(kind, ref);
  const options = { args: [recorded] as [typeof recorded], updateId: updateId(recorded) };
  return calls(client).update(id, async () => {
    const handle = client.workflow.getHandle(id);
    try {
      return await handle.executeUpdate(noteUpdate, options);
    } catch (error) {
      // A case on a release before 0.2, until the roll-out has moved it: there everybody's update takes these too.
      if (!isUnknownUpdate(error)) throw error;
      return handle.executeUpdate(record, options);
    }
  });
}
