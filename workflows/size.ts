// How much a case carries. A run begins with all of it, and the server takes two megabytes at most: a case that came near would never begin
// another run. So it stops taking events in time, and says so in time before that.

import type { EventType, Recorded } from '../domain/case/events.ts';

/** The operator is told. */
const LARGE = 800_000;
/** Nothing more is taken but what ends the case. */
const FULL = 1_200_000;

/** What may always be recorded: it ends something, or takes something back. */
const ENDINGS: ReadonlySet<EventType> = new Set<EventType>([
  'consent-withdrawn',
  'plan-ended',
  'enquiries-ended',
  'case-ended',
  'ceased-looked-after',
  'closure-approved',
  'closure-endorsed',
  'closure-letter-sent',
  'closure-notified',
  'case-closed',
  // A plan elsewhere ends a case of a child in need.
  'child-protection-decided',
  'opening-withdrawn',
  'meeting-cancelled',
  'person-left',
  'event-corrected',
  'event-withdrawn',
  'cover-ended',
]);

const endsSomething = ({ event }: Recorded): boolean =>
  ENDINGS.has(event.type) || ('outcome' in event && ['end', 'close', 'no-plan'].includes(event.outcome ?? ''));

export class SizeOfState {
  #bytes = 0;

  constructor(parts: readonly unknown[]) {
    for (const part of parts) this.add(part);
  }

  get bytes(): number {
    return this.#bytes;
  }

  get isLarge(): boolean {
    return this.#bytes > LARGE;
  }

  add(part: unknown): void {
    this.#bytes += bytesOf(part);
  }

  /** Why these events are not taken; undefined where they are. */
  refuses(events: readonly Recorded[]): string | undefined {
    if (this.#bytes + bytesOf(events) <= FULL) return undefined;
    if (this.#bytes < 2 * LARGE && events.every(endsSomething)) return undefined;
    return `the case holds ${Math.round(this.#bytes / 1000)} kB of events, as much as it can carry: end this plan, and go on under a new reference`;
  }
}

/** As it travels: JSON in UTF-8. */
const bytesOf = (value: unknown): number => new TextEncoder().encode(JSON.stringify(value)).length;
