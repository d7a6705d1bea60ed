// The actions of a plan.

import type { Case } from '../case/facts.ts';
import { socialWorkerOn } from '../case/people.ts';
import { type Arisen, duty } from './arisen.ts';
import { dutyKey } from './families.ts';
import { dueOn, undated } from './limits.ts';

/** R7, R8: every action has an owner accountable for its date. */
export function actions(c: Case): Arisen[] {
  return Object.values(c.actions).map((action) =>
    c.memory.of('action', action.id, [action, c.versions, c.socialWorkers], () => {
      const { id, agreed, known, edition, done, due } = action;
      // The social worker's own go with the case to whoever is the social worker next.
      const owner = action.owner === socialWorkerOn(c, agreed) ? undefined : action.owner;
      const said = { key: dutyKey('action', id), owner, arises: agreed, known, edition, done };
      return duty(c, said, due === undefined ? undated(['R7', 'R136']) : dueOn(c, due, ['R7', 'R8']));
    }),
  );
}
