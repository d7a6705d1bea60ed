// Ids for events that have none of their own, and for the updates that bring events to a case.

import { createHash, randomUUID } from 'node:crypto';
import type { Recorded } from '../domain/case/events.ts';
import { stable } from '../domain/case/same-content.ts';

let made = 0;

/**
 * An id that sorts by when it was made. Events of one day recorded in the same second are told apart by their ids alone,
 * so the ids of a list must keep its order.
 */
export function newEventId(): string {
  made = (made + 1) % 1_000_000;
  const now = new Date().toISOString().replace(/[-:.]/g, '');
  return `${now}-${String(made).padStart(6, '0')}-${randomUUID().slice(0, 8)}`;
}

/**
 * The first event's id and a hash of what is said: the same events sent again are one update, and other content under a used id
 * is another one, which the case refuses. By the event's id alone the server would answer it with the first answer (docs/decisions/010).
 */
export function updateId(recorded: readonly Recorded[]): string {
  const said = stable(recorded.map(({ id, event }) => [id, event]));
  return `${recorded[0]?.id ?? ''}~${createHash('sha256').update(said).digest('hex').slice(0, 16)}`;
}
