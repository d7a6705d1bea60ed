// What a gate is: what a rule asks of an event before it counts, and what comes of one that is not passed.

import type { Rule } from '../case/model.ts';
import type { GateLevel, GateName } from '../policy/policy.ts';

/** A gate an event does not pass: which rule, how strict this authority is, what the rule asks, and how to mend it. */
export interface Finding {
  readonly rule: Rule;
  readonly level: Exclude<GateLevel, 'off'>;
  readonly message: string;
  readonly mend: string;
}

/** `broken` decides; the words say what the rule asks and what to give. */
export interface Gate {
  readonly rule: Rule;
  /** What a policy calls it, where that is not its rule. */
  readonly gate?: GateName;
  /** Where it is not the authority’s to set. */
  readonly level?: 'warn';
  readonly broken: boolean;
  readonly message: string;
  readonly mend: string;
}
