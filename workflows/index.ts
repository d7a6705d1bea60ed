// What the workflow bundle holds: the loop that every kind of case runs, and the workflows that put a policy in force, read what is, bring cases back, erase them, open those of an import, send the morning round, and deliver webhooks.

import { ApplicationFailure, workflowInfo } from '@temporalio/workflow';
import { type CaseInput, WORKFLOW_TYPES } from './api.ts';
import { runCase } from './case.ts';

export { applyToCases } from './apply.ts';
export { eraseCase } from './erase-case.ts';
export { importCases } from './import-cases.ts';
export { inForce } from './read-in-force.ts';
export { restoreCases } from './restore-cases.ts';
export { nextRound, round } from './round.ts';
export { handOver, tellOfStaff } from './tell-of-staff.ts';
export { webhook } from './webhook.ts';

/**
 * Every other workflow type. A kind of case brings its own by its lifecycle (domain/lifecycles/registry.ts).
 * Without this, a type nobody knows would fail its task again and again: so it fails once, and says what there is.
 */
export default function caseOfItsKind(input: CaseInput): Promise<void> {
  const { workflowType } = workflowInfo();
  const known = Object.values(WORKFLOW_TYPES);
  if (known.includes(workflowType)) return runCase(input);
  const wrong = `there is no workflow type ${workflowType}; cases are ${known.join(', ')}`;
  return Promise.reject(ApplicationFailure.nonRetryable(wrong));
}
