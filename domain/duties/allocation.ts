// Whose the case is: once its social worker has left, the manager owes finding another (L11).

import type { Case } from '../case/facts.ts';
import { LATEST, managerAt, unallocatedAt } from '../case/people.ts';
import { type Arisen, duty } from './arisen.ts';
import { dueAfter } from './limits.ts';

/** R62: a case always has a lead professional. What one who leaves has left open is the manager's until then. */
export function allocation(c: Case): Arisen[] {
  return c.socialWorkers.flatMap(({ left, back }, i) => {
    if (!left) return [];
    const next = c.socialWorkers[i + 1];
    const done = back ?? (next && { on: next.on, known: next.since });
    const owner = managerAt(c, left.known) ?? '';
    const said = { key: nth(i), owner, arises: left.on, known: left.known, edition: left.known, done };
    return [duty(c, said, dueAfter(c, 'allocation', left, done))];
  });
}

/** Of each social worker who left another one, so that each is told. */
const nth = (i: number): `allocate/${string}` => (i === 0 ? 'allocate/case' : `allocate/case/${i + 1}`);

/** What is the social worker's is shown as the manager's while the case has none. */
export function asAllocated(c: Case, all: readonly Arisen[]): readonly Arisen[] {
  const manager = unallocatedAt(c, LATEST) && managerAt(c, LATEST);
  return manager === undefined ? all : all.map((one) => (one.ownerIs ? { ...one, owner: manager } : one));
}
