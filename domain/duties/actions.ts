// The actions of a plan.

import type { Action, Case } from '../case/facts.ts';
import { socialWorkerOn } from '../case/people.ts';
import { type Arisen, duty } from './arisen.ts';
import { dutyKey } from './families.ts';
import { dueAfter, dueOn, undated } from './limits.ts';

/** R7, R8: every action has an owner accountable for its date. */
export function actions(c: Case): Arisen[] {
  const all: Arisen[] = [];
  for (const action of Object.values(c.actions))
    all.push(
      ...c.memory.of('action', action.id, [action, c.versions, c.socialWorkers], () => [
        carryOut(c, action),
        ...complete(c, action),
      ]),
    );
  return all;
}

function carryOut(c: Case, action: Action): Arisen {
  const { id, agreed, known, edition, done, due } = action;
  // The social worker's own go with the case to whoever is the social worker next.
  const owner = action.owner === socialWorkerOn(c, agreed) ? undefined : action.owner;
  const said = { key: dutyKey('action', id), owner, arises: agreed, known, edition, done };
  return duty(c, said, due === undefined ? undated(['R7', 'R136']) : dueOn(c, due, ['R7', 'R8']));
}

/** R136: one that was agreed without an owner or a date, with a reason, gets both soon: nobody is reminded of it otherwise (L13). */
function complete(c: Case, { id, open, complete, done }: Action): Arisen[] {
  if (!open) return [];
  const said = { key: dutyKey('date', `action/${id}`), arises: open.on, known: open.known, done: complete ?? done };
  return [duty(c, said, dueAfter(c, 'action-date', open, said.done))];
}
