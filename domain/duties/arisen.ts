// A duty that arose, and how one is made.

import type { Case, Dated } from '../case/facts.ts';
import type { Duty, MeetingId, PersonId, Rule } from '../case/model.ts';
import { LATEST, socialWorkerAt } from '../case/people.ts';
import type { LadderName } from '../policy/policy.ts';
import type { Instant } from '../time/calendar.ts';
import { type KeyOfFamily, usualLadder } from './families.ts';
import { type Due, undated } from './limits.ts';

/** A duty that arose, with the day it was done if it was. What is owed is what is not done. */
export interface Arisen extends Duty {
  readonly done: (Dated & { readonly implied?: true }) | undefined;
  /** Ended with the plan, without being done (owed.ts). */
  readonly lapsed: boolean;
}

type Said = { readonly key: KeyOfFamily } & Pick<Arisen, 'arises' | 'known'> &
  Partial<Omit<Arisen, 'key' | 'ownerIs' | 'lapsed' | keyof Due>>;

/**
 * A duty. Without an owner it is the social worker's, whoever that is when a step is due. Without a ladder it climbs its family's.
 * Each has every field in the same order, present or not: V8 reads objects of one shape many times as fast as those of a dozen.
 */
export const duty = (c: Case, said: Said, { due, bookBy, target, rules }: Due): Arisen => ({
  key: said.key,
  meeting: said.meeting ?? null,
  owner: said.owner ?? socialWorkerAt(c, LATEST),
  ownerIs: said.owner === undefined ? 'social-worker' : undefined,
  due,
  bookBy,
  target,
  rules,
  arises: said.arises,
  known: said.known,
  ladder: said.ladder ?? usualLadder(said.key),
  edition: said.edition ?? '',
  minuteTaker: said.minuteTaker,
  chair: said.chair,
  ends: said.ends,
  quiet: said.quiet,
  done: said.done,
  lapsed: false,
});

/** A duty that no source sets a limit for: told at once, again after 5 open days, then escalated. */
export function unlimited(
  c: Case,
  key: KeyOfFamily,
  arose: Dated,
  rest: {
    rules: readonly Rule[];
    done?: Dated | undefined;
    ladder?: LadderName;
    owner?: PersonId;
    meeting?: MeetingId | null;
    ends?: Instant;
    edition?: string;
  },
): Arisen {
  const { rules, ...said } = rest;
  return duty(c, { key, arises: arose.on, known: arose.known, ...said }, undated(rules));
}
