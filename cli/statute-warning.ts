// Says that a policy which is only played with breaks statute. On stderr: answers stay answers.

import { statuteWarning } from '../client/refuse-policy.ts';
import type { Policy } from '../domain/policy/policy.ts';
import type { Output } from './output.ts';

export function warnOfStatute(output: Output, policy: Policy): void {
  const warning = statuteWarning(policy);
  if (warning !== undefined) output.err(`nodrift: ${warning}`);
}
