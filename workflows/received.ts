// What comes from outside, read; and what is refused of it, as the failure that refuses an update.

import { ApplicationFailure } from '@temporalio/workflow';
import { Refusal } from '../domain/accept/refusal.ts';
import type { Recorded } from '../domain/case/events.ts';
import { EventError, parseRecorded } from '../domain/case/read-events.ts';
import type { Instant } from '../domain/time/calendar.ts';
import { REFUSED } from './api.ts';

/** An event as it came from outside; where it does not say when it was recorded, that was now. */
export function read(data: unknown, now: Instant): Recorded {
  try {
    return parseRecorded(typeof data === 'object' ? { recordedAt: now, ...data } : data);
  } catch (error) {
    if (error instanceof EventError) throw refused(error.message);
    throw error;
  }
}

/** An event that tells about somebody by their directory id. What cannot be read is refused when it is taken up. */
export function tellsOfStaff(data: unknown, now = '2000-01-01T00:00:00Z'): Recorded | undefined {
  const { event } = (data ?? {}) as { event?: { person?: { staff?: unknown } | null } | null };
  if (typeof event?.person?.staff !== 'string') return undefined;
  try {
    return parseRecorded({ recordedAt: now, ...(data as object) });
  } catch (error) {
    if (error instanceof EventError) return undefined;
    throw error;
  }
}

export const refused = (message: string, event?: string): ApplicationFailure =>
  refusal(new Refusal(null, message), event);

/**
 * Only this failure type is a refusal; a plain `Error` in a handler would wedge the workflow.
 * @param event the id of the one that is refused, of several that were sent
 */
export const refusal = ({ rule, message, taken }: Refusal, event?: string): ApplicationFailure =>
  ApplicationFailure.nonRetryable(message, REFUSED, {
    ...{ rule, message },
    ...(taken !== undefined && { taken }),
    ...(event !== undefined && { event }),
  });

export const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'Unknown');
