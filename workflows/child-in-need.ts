// The workflow type of a child-in-need case. Its lifecycle is domain/lifecycles/child-in-need.ts; the loop it runs is case.ts.

import type { CaseInput } from './api.ts';
import { runCase } from './case.ts';

export async function childInNeed(input: CaseInput): Promise<void> {
  await runCase(input);
}
