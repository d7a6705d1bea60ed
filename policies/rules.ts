// The 162 rules in short, in the documents' own words, and what was decided where the documents leave something open (docs/rules.md).

import { readFileSync } from 'node:fs';
import type { Rule } from '../domain/case/model.ts';

export interface RuleText {
  readonly kind: string;
  /** What it asks, in our words. */
  readonly asks: string;
  /** The words it rests on. */
  readonly words: string;
  readonly source: 'Barnsley' | 'Hull';
  readonly section: string;
}

/** One of P1–P19. */
export interface Reading {
  readonly id: string;
  readonly topic: string;
  readonly rules: readonly Rule[];
  readonly decided: string;
}

interface RulesFile {
  readonly rules: Readonly<Record<Rule, RuleText>>;
  readonly readings: readonly Reading[];
  /** What life asks for beyond the documents: L1 to L27. */
  readonly life: Readonly<Record<Rule, string>>;
}

const read = (): RulesFile => JSON.parse(readFileSync(new URL('rules.json', import.meta.url), 'utf8'));

/** Every rule by its id. */
export const rules = (): RulesFile['rules'] => read().rules;

/** Beyond the documents, by id: what each asks, as docs/rules.md says it. */
export const lifeRules = (): RulesFile['life'] => read().life;

/** What was decided about a rule; most leave nothing open. */
export const readingsOf = (rule: Rule): readonly Reading[] => read().readings.filter((one) => one.rules.includes(rule));
