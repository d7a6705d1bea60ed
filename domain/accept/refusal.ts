// A refusal: why an event does not stand. And who records what the product itself finds out.

import type { PersonId, Rule } from '../case/model.ts';

/** Why an event does not stand. `message` begins with the rule where one is broken: `R63: a core group …`. */
export class Refusal {
  readonly rule: Rule | null;
  readonly message: string;
  /** The id of an event that the case knows as another one. */
  readonly taken: string | undefined;
  constructor(rule: Rule | null, message: string, taken?: string) {
    this.taken = taken;
    this.rule = rule;
    this.message = rule === null ? message : `${rule}: ${message}`;
  }
}

/** Recorded by the product itself, not by a person of the case. */
export const NODRIFT: PersonId = 'nodrift';
