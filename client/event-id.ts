// Ids for events that have none of their own.

import { randomUUID } from 'node:crypto';

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
