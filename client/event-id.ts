// Ids for events that have none of their own, and for the updates that bring events to a case.

import { createHash, randomUUID } from 'node:crypto';
import type { Recorded } from '../domain/case/events.ts';
import { stable } from '../domain/case/same-content.ts';
import type { Opening } from '../workflows/api.ts';

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
export const updateId = (recorded: readonly Recorded[]): string => `${recorded[0]?.id ?? ''}~${hash(said(recorded))}`;

/** The same for an opening: other people under the same event ids are another opening. */
export const openingId = ({ file, events }: Opening): string => `open~${hash([file, said(events)])}`;

/** Without the moment it was recorded: whoever sends something again may stamp it anew. */
const said = (recorded: readonly Recorded[]): unknown => recorded.map(({ id, event }) => [id, event]);

const hash = (content: unknown): string => createHash('sha256').update(stable(content)).digest('hex').slice(0, 16);
