// What `policy apply` and `calendar apply` share: the running cases are told, and what became of them is reported.

import { Stragglers } from '../client/errors.ts';
import type { Nodrift } from '../client/nodrift.ts';
import type { ApplyInput, ApplyResult } from '../workflows/api.ts';
import { counted, type Output, printJson, table } from './output.ts';

/** What was put in place, for new cases. */
export interface Installed {
  readonly what: string;
  readonly file: string;
}

/** @throws Stragglers after the report, when a case was not reached */
export async function tellCases(
  nodrift: Nodrift,
  input: ApplyInput,
  installed: Installed,
  { output, json }: { output: Output; json: boolean },
): Promise<void> {
  const { applyToCases } = await import('../client/apply-to-cases.ts');
  const result = await applyToCases(nodrift, input);
  if (json) printJson(output, { event: input.event.id, file: installed.file, ...result });
  else output.out(report(result, installed).join('\n'));
  if (result.stragglersInAll > 0)
    throw new Stragglers(
      `${counted(result.stragglersInAll, 'case')} did not take ${input.event.id}; see why, then run it again: it reaches only what is left`,
    );
}

export function report(result: ApplyResult, { what, file }: Installed): readonly string[] {
  const { took, before, closed, stragglers, stragglersInAll } = result;
  const more = stragglersInAll - stragglers.length;
  return [
    `${what}: new cases begin with it (${file})`,
    `${counted(took, 'running case')} took it${before > 0 ? `, ${before} had it already` : ''}${closed.length > 0 ? `, ${closed.length} closed meanwhile` : ''}`,
    ...(stragglers.length > 0 ? ['', 'Not reached'] : []),
    ...table(stragglers.map(({ caseId, why }) => [caseId, why])),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}
