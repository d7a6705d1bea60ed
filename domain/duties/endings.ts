// What the end of a plan leaves to do (L4, L5).

import type { Case } from '../case/facts.ts';
import { managerAt } from '../case/people.ts';
import { type Arisen, duty } from './arisen.ts';
import { dueAfter, undated } from './limits.ts';

/** L5: a plan that ended without a word on what is next leaves a child to nobody. The manager says, by a limit that is local. */
export function sayNext(c: Case): Arisen[] {
  const { planEnded } = c;
  if (!planEnded) return [];
  const { on: arises, known, nextSaid: done } = planEnded;
  if (done && done.known <= known) return []; // said with the ending itself
  const due = dueAfter(c, 'say-next', planEnded, done);
  const said = { key: 'say-next/plan', owner: managerAt(c, known) ?? '', arises, known, done } as const;
  return [duty(c, said, due.due === null ? undated(['R83']) : due)];
}
