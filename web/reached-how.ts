// The question who was told or given something, and in which way: whoever was reached in the same way is ticked at once, the others later.

import type { Field, Form, Option } from './forms.ts';

/** What one page asks, in its words. */
export interface ReachedHow {
  /** "Who was told" */
  readonly label: string;
  /** Ends "Tick those who": "were told". */
  readonly reached: string;
  readonly ways: readonly Option[];
  /** What to say where nobody is ticked, and where no way is chosen. */
  readonly sayWho: string;
  readonly sayHow: string;
}

/** @param left who was not reached before */
export const reachedFields = ({ label, reached, ways }: ReachedHow, left: readonly Option[]): readonly Field[] => [
  {
    is: 'several',
    name: 'to',
    label,
    hint: `Tick those who ${reached} in the same way. You can come back for the others`,
    options: left,
  },
  { is: 'choice', name: 'how', label: 'How', options: ways },
];

/** Who was reached, and how. What is missing is noted in the form: whoever asks more reads all of it before giving up. */
export function reachedAnswered(
  form: Form,
  { ways, sayWho, sayHow }: ReachedHow,
  left: readonly Option[],
): { readonly to: readonly string[]; readonly how: string | undefined } {
  const to = form.several('to', left);
  if (to.length === 0) form.problem('to', sayWho);
  return { to, how: form.choice('how', ways, sayHow) };
}
