// What an activity fails with. It is kept in Temporal's history, so no text of a driver or a relay goes into it.

import { ApplicationFailure } from '@temporalio/common';
import { placesOf } from '../client/error-fields.ts';
import { CaseErased } from '../codec/case-keys.ts';
import { PolicyError } from '../domain/policy/read-policy.ts';
import { databaseError, RecordUnavailable, ReferenceTaken } from '../record/failures.ts';
import { NoPolicy, Unfit, VersionTaken } from '../record/in-force.ts';

/** Codes and places only. */
export interface FailureLog {
  warn(fields: Readonly<Record<string, string>>, message: string): void;
}

/** Failures of ours that trying again does not mend; their words are for people. */
const FINAL = [ReferenceTaken, CaseErased, NoPolicy, VersionTaken, Unfit, PolicyError];

/** @param doing what failed: `delivering` */
export function asFailure(error: unknown, doing: string, log: FailureLog | undefined): ApplicationFailure {
  const told = databaseError(error);
  const final = FINAL.some((one) => told instanceof one);
  if (told instanceof Error && (final || told instanceof RecordUnavailable))
    return ApplicationFailure.create({ type: told.name, message: told.message, nonRetryable: final });
  const name = told instanceof Error ? told.name : 'unknown';
  log?.warn({ error: name, at: placesOf(told, 5) }, `${doing} failed unexpectedly`);
  return ApplicationFailure.create({
    type: 'Unexpected',
    message: `${doing} failed unexpectedly (${name}): see the worker's log`,
  });
}
