// An event as it is recorded: what happened (catalogue.ts), with its id and the moment it was typed in.

import type { Instant } from '../time/calendar.ts';
import type { CaseEvent, EventOf, EventType } from './catalogue.ts';

export type { CaseEvent, EventOf, EventType };

/** An event as it happened, with the id that makes recording it twice the same as once. */
export interface Recorded<E extends CaseEvent = CaseEvent> {
  /** The update's id in the workflow. */
  readonly id: string;
  /** When it was typed in; travels with the event, so that a replay or a reset changes nothing. */
  readonly recordedAt: Instant;
  /** Its number of arrival, from 1: given by the case when it takes the event, never by whoever sends it (L2). */
  readonly arrival?: number | undefined;
  /** When the case learned of it, where that is later than `recordedAt`: given by the case too. */
  readonly known?: Instant | undefined;
  readonly event: E;
}

/** What a meeting that was held leaves behind. */
export type Held = Omit<EventOf<'meeting-held'>, 'type' | 'by' | 'reason'>;
