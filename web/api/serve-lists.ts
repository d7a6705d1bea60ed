// What the routes that stand on no single case have in a process: lists and policies from the record, policies put in force through the client,
// rehearsals on a thread of their own.

import { setTimeout as sleep } from 'node:timers/promises';
import { applyToCases } from '../../client/apply-to-cases.ts';
import type { Nodrift } from '../../client/nodrift.ts';
import { fromEpochMs, inLondon, type LocalDate } from '../../domain/time/calendar.ts';
import { casePage } from '../../record/case-pages.ts';
import { inForce } from '../../record/in-force.ts';
import type { OpenRecord } from '../../record/open.ts';
import { owedBy } from '../../record/owed-by.ts';
import type { ApplyInput, ApplyResult } from '../../workflows/api.ts';
import type { ApiParts } from './all-routes.ts';
import { cursorsIn } from './cursor.ts';
import { playing } from './playing.ts';

/** So long a request waits until every running case was told; it goes on all the same. */
const PATIENCE_MS = 20_000;

export function servedLists(
  record: OpenRecord,
  cases: Nodrift,
  now: () => Date,
): Required<Pick<ApiParts, 'lists' | 'plays' | 'policies'>> {
  const today = (): LocalDate => inLondon(fromEpochMs(now().getTime())).slice(0, 10) as LocalDate;
  const current = (authority: string) => inForce(record, authority);
  return {
    lists: {
      casePage: (wish) => casePage(record, { ...wish, today: today() }),
      owedBy: (wish) => owedBy(record, { ...wish, today: today() }),
      cursors: cursorsIn(record, now),
    },
    plays: { playing: playing(), inForce: current },
    policies: {
      inForce: current,
      apply: ({ authority, by, ...change }) => withinPatience(applyToCases(cases, inputOf({ authority, by, change }))),
    },
  };
}

const inputOf = ({ authority, by, change }: ApplyInput): ApplyInput => ({
  authority,
  by,
  // What is absent must not stand there as undefined: it travels as JSON.
  change: JSON.parse(JSON.stringify(change)) as ApplyInput['change'],
});

async function withinPatience(told: Promise<ApplyResult>): Promise<ApplyResult | undefined> {
  const clock = new AbortController();
  const late = sleep(PATIENCE_MS, undefined, { signal: clock.signal }).catch(() => undefined);
  try {
    return await Promise.race([told, late]);
  } finally {
    clock.abort();
    // Whoever asks again hears of it; nobody is left to hear of it now.
    told.catch(() => undefined);
  }
}
