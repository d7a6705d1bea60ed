// The workflow type of a child-protection case. Its lifecycle is domain/lifecycles/child-protection.ts; the loop it runs is case.ts.

import type { CaseInput } from './api.ts';
import { runCase } from './case.ts';

export async function childProtection(input: CaseInput): Promise<void> {
  await runCase(input);
}
