// Puts a policy or a calendar in force by the workflow `applyToCases`, and waits for what became of each running case.

import { ActivityFailure, ApplicationFailure, WorkflowFailedError } from '@temporalio/client';
import { hashOf } from '../policies/load.ts';
import { APPLY, type ApplyInput, type ApplyResult, NOT_IN_FORCE, TASK_QUEUE } from '../workflows/api.ts';
import { Refused, Unavailable } from './errors.ts';
import type { Nodrift } from './nodrift.ts';
import { notTakenUp } from './taken-up.ts';

const UNHEARD = 'no worker has taken it up; it is put in force, and running cases told, as soon as one runs';

/**
 * Waits until every running case was told. Asking again reaches only what is left; asking twice at once is asking once.
 * @throws Refused when it cannot be put in force, with why; Unavailable when no worker takes it up: it then begins as soon as one does
 */
export async function applyToCases(nodrift: Nodrift, input: ApplyInput): Promise<ApplyResult> {
  const handle = await nodrift.client.workflow.start(APPLY, {
    workflowId: applyId(input),
    taskQueue: TASK_QUEUE,
    args: [input],
    workflowIdConflictPolicy: 'USE_EXISTING',
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
  });
  const silence = new AbortController();
  const unheard = notTakenUp(nodrift.client, handle.workflowId, silence.signal, UNHEARD);
  try {
    return await Promise.race([handle.result() as Promise<ApplyResult>, unheard]);
  } catch (error) {
    const why = notInForce(error);
    if (why !== undefined) throw new Refused(why, null);
    if (error instanceof WorkflowFailedError)
      throw new Unavailable(`telling the running cases was stopped (${handle.workflowId}); run the same command again`);
    throw error;
  } finally {
    silence.abort();
  }
}

/** `apply/barnsley/policy/2/4f1c…`: one at a time for one content; what is sent meanwhile gets its answer. */
function applyId({ authority, change }: ApplyInput): string {
  const what = 'policy' in change ? `policy/${change.policy.version}` : 'calendar';
  const content = 'policy' in change ? (change.policy.hash ?? hashOf(change.policy)) : hashOf(change.days);
  return `apply/${authority}/${what}/${content}`;
}

/** What the record said against it, in its own words; undefined for any other failure. */
export function notInForce(error: unknown): string | undefined {
  if (!(error instanceof WorkflowFailedError) || !(error.cause instanceof ActivityFailure)) return undefined;
  const { cause } = error.cause;
  return cause instanceof ApplicationFailure && NOT_IN_FORCE.includes(cause.type ?? '') ? cause.message : undefined;
}
