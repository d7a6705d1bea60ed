// What `policy apply` and `calendar apply` share: they put it in force, tell the running cases, and report how that went.

import { userInfo } from 'node:os';
import { Stragglers } from '../client/errors.ts';
import type { Nodrift } from '../client/nodrift.ts';
import type { ApplyInput, ApplyResult } from '../workflows/api.ts';
import { counted, type Output, printJson, table } from './output.ts';

/** @param what `policy 2 of barnsley`. @throws Refused when it cannot be put in force; Stragglers after the report, when a case was not reached */
export async function putInForce(
  nodrift: Nodrift,
  { authority, change }: Omit<ApplyInput, 'by'>,
  what: string,
  { output, json }: { output: Output; json: boolean },
): Promise<void> {
  const { applyToCases } = await import('../client/apply-to-cases.ts');
  const result = await applyToCases(nodrift, { authority, change, by: whoIsThis() });
  if (json) printJson(output, result);
  else output.out(report(result, what).join('\n'));
  if (result.stragglersInAll > 0)
    throw new Stragglers(
      `${counted(result.stragglersInAll, 'case')} did not take ${result.event}; see why, then run it again: it reaches only what is left`,
    );
}

/** The account that runs the command: the history shows who applied what. */
function whoIsThis(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unknown'; // a container may run as a user that has no name
  }
}

export function report(result: ApplyResult, what: string): readonly string[] {
  const { took, before, closed, stragglers, stragglersInAll } = result;
  const more = stragglersInAll - stragglers.length;
  return [
    `${what}: in force, new cases begin with it`,
    `${counted(took, 'running case')} took it${before > 0 ? `, ${before} had it already` : ''}${closed.length > 0 ? `, ${closed.length} closed meanwhile` : ''}`,
    ...(stragglers.length > 0 ? ['', 'Not reached'] : []),
    ...table(stragglers.map(({ caseId, why }) => [caseId, why])),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}
