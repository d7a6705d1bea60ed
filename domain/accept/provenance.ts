// Nobody forges (L3): what may be recorded by whom, under which ids, and stamped with which moments. Judged when an event comes in, never
// when a case is folded: what older releases recorded stays as it is.

import { sourceOf } from '../case/catalogue.ts';
import type { CaseEvent, Recorded } from '../case/events.ts';
import type { Case } from '../case/facts.ts';
import { managersAt } from '../case/people.ts';
import { epochMs, fromEpochMs, type Instant } from '../time/calendar.ts';
import { NODRIFT, Refusal } from './refusal.ts';

/** What Nodrift's own events are called, by what they begin with: under one of these ids somebody else's event would take its place. */
const RESERVED = [
  'opened/',
  'told/',
  'from/',
  'decided/',
  'put-right/',
  'reopened/',
  'policy/',
  'calendar/',
  'address-refused/',
  'directory/',
] as const;

/** No case is older, and clocks and servers cannot count from much further back. */
const FIRST_MOMENT = '2000-01-01T00:00:00Z' as Instant;
/** How far the clocks of those who record may be ahead. */
const AHEAD_MS = 5 * 60_000;
/** How long typing in may wait before it is bringing in. */
const OLD_MS = 35 * 24 * 3_600_000;

export interface Arrival {
  /** The case's clock. */
  readonly now: Instant;
  /** The update it came by: `record`, and what a case is opened with, from outside; `note`, and a case opened by another, from Nodrift. */
  readonly from: 'outside' | 'nodrift';
  /** A rehearsal plays what Nodrift would record, and days to come; ids and the year 2000 hold for it too. */
  readonly rehearsal: boolean;
}

/**
 * Why an event may not come from where it comes; undefined where it may. An id that the case knows is `accept`'s to judge: same content, the
 * first answer. Asked before `accept`, for each event with the case as the ones before it left it.
 */
export function provenanceFault(c: Case, recorded: Recorded, { now, from, rehearsal }: Arrival): Refusal | undefined {
  const { id, recordedAt, event } = recorded;
  if (c.events.some((one) => one.id === id)) return undefined;
  if (recordedAt < FIRST_MOMENT) return refuse(`recordedAt: ${recordedAt} is before the year 2000`);
  if (from === 'nodrift') return undefined;
  const reserved = RESERVED.find((start) => id.startsWith(start));
  if (reserved) return refuse(`the id "${id}" begins with "${reserved}", as Nodrift’s own do: give it another`);
  if (rehearsal) return undefined;
  if (recordedAt > fromEpochMs(epochMs(now) + AHEAD_MS))
    return refuse(
      `recordedAt: ${recordedAt} is ahead of the case’s clock, ${now}: leave it out, or set the clock right`,
    );
  return forged(c, event, recordedAt);
}

function forged(c: Case, event: CaseEvent, at: Instant): Refusal | undefined {
  if ('from' in event && typeof event.from === 'object')
    return refuse(`${event.type}: from: is said by Nodrift where one case opens another: leave it out`);
  if (event.type === 'event-corrected') return forged(c, event.event as unknown as CaseEvent, at);
  const managers = managersAt(c, at);
  switch (sourceOf(event.type)) {
    case 'nodrift':
      return refuse(`${event.type}: is recorded by Nodrift alone`);
    case 'nodrift or a manager':
      if (managers.includes(event.by) && event.reason !== undefined) return undefined;
      return refuse(
        `${event.type}: is recorded by Nodrift; where the other case is kept elsewhere, by a manager (${managers.join(', ') || 'this case has none'}), with a reason`,
      );
    case 'anybody':
      return event.by === NODRIFT
        ? refuse(`${event.type}: by: "${NODRIFT}" records by itself; name the person of the case who says so`)
        : undefined;
  }
}

/**
 * What services and people type in about long ago is refused at the edges (API, command line): one late stamp would send what a whole year
 * would have. The case itself does not ask, since a restored case takes its old events again.
 */
export function tooOldToRecord(recordedAt: Instant, now: Instant): Refusal | undefined {
  if (epochMs(now) - epochMs(recordedAt) <= OLD_MS) return undefined;
  return refuse(
    `recordedAt: ${recordedAt} is more than 35 days ago: leave it out, and say with "on" on which day it happened; a plan that runs since before is opened with brought-in`,
  );
}

const refuse = (message: string): Refusal => new Refusal(null, message);
