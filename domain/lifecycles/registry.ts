// Every plan there is, by its kind. A plan named in case/kinds.ts that has no lifecycle here does not compile.

import type { Case } from '../case/facts.ts';
import type { CaseKind } from '../case/kinds.ts';
import { childInNeed } from './child-in-need.ts';
import { childProtection } from './child-protection.ts';
import type { Lifecycle, LifecycleOf } from './lifecycle.ts';
import { lookedAfter } from './looked-after.ts';

export const LIFECYCLES: { readonly [Kind in CaseKind]: LifecycleOf<Kind> } = {
  'child-protection': childProtection,
  'child-in-need': childInNeed,
  'looked-after': lookedAfter,
};

export const lifecycleOf = (c: Case): Lifecycle => LIFECYCLES[c.file.kind];
