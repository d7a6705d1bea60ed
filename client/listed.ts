// Cases as they are named and listed.

import type { CaseKind } from '../domain/case/model.ts';

/** Which case: kind and reference. */
export interface CaseKey {
  readonly kind: CaseKind;
  readonly ref: string;
}

/** A running case as the server's index has it. */
export interface CaseSummary {
  readonly id: string;
  readonly kind: CaseKind;
  readonly ref: string;
  readonly authority: string | undefined;
  readonly team: string | undefined;
  readonly nextLimit: string | undefined;
  readonly late: readonly string[];
}

/** Which cases to list; all that run, unless said. */
export interface CaseFilter {
  readonly authority?: string | undefined;
  readonly team?: string | undefined;
  readonly family?: string | undefined;
  readonly late?: boolean | undefined;
}

/** What is late before what is not; then by the next limit, which is all the index knows of dates; a case without one comes last. */
export function mostUrgent(a: CaseSummary, b: CaseSummary): number {
  const rank = ({ late, nextLimit, id }: CaseSummary) => `${late.length > 0 ? 0 : 1} ${nextLimit ?? '9'} ${id}`;
  return rank(a) < rank(b) ? -1 : 1;
}
