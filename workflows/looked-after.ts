// The workflow type of a looked-after case. Its lifecycle is domain/lifecycles/looked-after.ts; the loop it runs is case.ts.

import type { CaseInput } from './api.ts';
import { runCase } from './case.ts';

export async function lookedAfter(input: CaseInput): Promise<void> {
  await runCase(input);
}
