// What is agreed to be done, as events say it: agreed, done, carried over from a plan that ended.

import type { LocalDate } from '../time/calendar.ts';
import type { CaseEvent, Recorded } from './events.ts';
import { type Action, type Case, type Dated, knownAt, ownDate, whatHappened } from './facts.ts';
import type { PersonId } from './model.ts';
import { own } from './own.ts';

type Actions = Case['actions'];

/** An action with whose it is and by when. */
export interface Agreed {
  readonly id: string;
  readonly owner?: PersonId | undefined;
  readonly due?: LocalDate | undefined;
  readonly activity?: string | undefined;
}

/** What an event of this type says about actions; any other leaves them as they are. */
export function withActions(all: Actions, event: CaseEvent, said: Dated, edition: string): Actions {
  switch (event.type) {
    case 'action-agreed':
      return agree(all, event, said, edition);
    case 'action-done': {
      const action = own(all, event.id) ?? { id: event.id, agreed: said.on, known: said.known, edition };
      return { ...all, [event.id]: { ...action, done: action.done ?? { on: said.on, known: said.known } } };
    }
    case 'later-date-asked':
      return changed(all, event.action, (action) => ({ ...action, asked: { ...said, due: event.due, by: event.by } }));
    case 'later-date-answered':
      return changed(all, event.action, (action) => {
        const due = event.agreed ? (event.due ?? action.asked?.due) : undefined;
        const moved = due === undefined ? {} : { due, edition, known: said.known };
        return { ...action, ...moved, asked: undefined };
      });
    case 'plan-ended':
    case 'brought-in':
      return (event.actions ?? []).reduce((before, one) => agree(before, one, said, edition), all);
    default:
      return all;
  }
}

/** An action that was agreed, changed; of one that was not there is nothing to change. */
function changed(all: Actions, id: string, change: (action: Action) => Action): Actions {
  const action = own(all, id);
  return action ? { ...all, [id]: change(action) } : all;
}

function agree(all: Actions, said: Agreed, { on, known }: Dated, edition: string): Actions {
  const before = own(all, said.id);
  // Agreed again it may come forward; a later date would hide that it was late.
  const stays = before?.due !== undefined && !(said.due !== undefined && said.due < before.due);
  const limit = stays ? { due: before.due, edition: before.edition } : { due: said.due, edition };
  const owner = said.owner ?? before?.owner;
  const isComplete = owner !== undefined && limit.due !== undefined;
  const action = {
    id: said.id,
    owner,
    activity: said.activity ?? before?.activity,
    ...limit,
    agreed: on,
    known,
    open: before?.open ?? (isComplete || before ? undefined : { on, known }),
    complete: before?.complete ?? (isComplete ? { on, known } : undefined),
  };
  return { ...all, [said.id]: { ...before, ...action } };
}

/** What was still to be done as the case knew it at a moment: what is typed in later about it changes nothing of it. */
export function openActionsAt(c: Case, at: Dated['known']): readonly Agreed[] {
  const saying = (one: Recorded): Dated => ({ on: ownDate(c, one), known: knownAt(one) });
  const then = whatHappened(c)
    .filter((one) => knownAt(one) <= at)
    .reduce<Actions>((all, one) => withActions(all, one.event, saying(one), one.id), {});
  return Object.values(then).flatMap(({ id, owner, due, activity, done }) =>
    done ? [] : [{ id, owner, due, activity }],
  );
}
