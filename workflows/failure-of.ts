// Failures as the loop tells them apart: what an activity failed with, and what a case that cannot begin fails with.

import { ActivityFailure, ApplicationFailure } from '@temporalio/workflow';

/** What went wrong, innermost: the type and message of the failure an activity ended with. */
export function failureOf(error: unknown): { readonly type: string; readonly message: string } {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof ApplicationFailure) return { type: cause.type ?? 'Failure', message: cause.message };
  return { type: cause instanceof Error ? cause.name : 'Unknown', message: '' };
}
