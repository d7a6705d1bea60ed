// How a case stands in Temporal: whether it runs, and if not, why not.

import { ApplicationFailure, type Client, WorkflowFailedError, WorkflowNotFoundError } from '@temporalio/client';
import { eraseWorkflowId } from '../workflows/api.ts';
import { refusedOpening } from './translated.ts';

export type Standing =
  | { readonly is: 'running' }
  | { readonly is: 'unknown' }
  /** By itself: nothing is owed in it any more. */
  | { readonly is: 'closed' }
  /** Its opening was refused: it never was a case, and its reference is free. */
  | { readonly is: 'refused'; readonly why: Error }
  /** From outside, or by a failure: it should run. */
  | { readonly is: 'ended'; readonly words: string };

/** Asked of the server, without patience. */
export async function standingOf(client: Client, id: string): Promise<Standing> {
  const handle = client.workflow.getHandle(id);
  try {
    const { status, closeTime } = await handle.describe();
    if (status.name === 'RUNNING') return { is: 'running' };
    if (status.name === 'COMPLETED') return { is: 'closed' };
    const why = status.name === 'FAILED' ? refusedOpening(await failureOf(handle)) : undefined;
    return why ? { is: 'refused', why } : { is: 'ended', words: words(id, status.name, closeTime) };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return { is: 'unknown' };
    throw error;
  }
}

/** Whether workers are forgetting it now. */
export async function isBeingErased(client: Client, id: string): Promise<boolean> {
  try {
    return (await client.workflow.getHandle(eraseWorkflowId(id)).describe()).status.name === 'RUNNING';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

async function failureOf(handle: { result(): Promise<unknown> }): Promise<ApplicationFailure | undefined> {
  try {
    await handle.result();
    return undefined;
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    return error.cause instanceof ApplicationFailure ? error.cause : undefined;
  }
}

const HOW: Readonly<Record<string, string>> = {
  TERMINATED: 'was terminated',
  CANCELLED: 'was cancelled',
  TIMED_OUT: 'timed out',
  FAILED: 'failed',
};

const words = (id: string, status: string, on: Date | undefined): string =>
  `${id} ${HOW[status] ?? 'was ended'} in Temporal${on ? ` on ${on.toISOString().slice(0, 10)}` : ''}, and nobody is reminded of anything: nodrift restore ${id} brings it back`;
