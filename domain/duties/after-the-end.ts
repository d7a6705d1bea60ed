// What the end of a plan leaves to do (L4, L5).

import type { Case } from '../case/facts.ts';
import { follows } from '../case/history.ts';
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

/** L4: a family that moved away is made known to the authority it moved to. A decision about `transfer/case` says that it was. */
export function handOver(c: Case): Arisen[] {
  const { caseEnded } = c;
  if (caseEnded?.why !== 'moved-away') return [];
  const { on: arises, known } = caseEnded;
  const done = c.decisions.find((one) => one.about === 'transfer/case' && follows(caseEnded)(one));
  const said = { key: 'transfer/case', owner: managerAt(c, known) ?? '', arises, known, done } as const;
  return [duty(c, said, dueAfter(c, 'transfer', caseEnded, done))];
}
