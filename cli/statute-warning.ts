// Warns that a policy which is only rehearsed breaks statute. On stderr, so that stdout holds the answer alone.

import { statuteWarning } from '../client/refuse-policy.ts';
import type { Policy } from '../domain/policy/policy.ts';
import type { Output } from './output.ts';

export function warnOfStatute(output: Output, policy: Policy): void {
  const warning = statuteWarning(policy);
  if (warning !== undefined) output.err(`nodrift: ${warning}`);
}
