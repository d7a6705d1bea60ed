// How meetings are called: `core-group-3`, and `initial-conference`, which happens once.

import { HAPPENS_ONCE, type MeetingKind } from './kinds.ts';
import type { MeetingId } from './model.ts';

export interface MeetingName {
  readonly kind: MeetingKind;
  /** 1 for the first of its kind. */
  readonly number: number;
}

export function meetingId(kind: MeetingKind, number: number): MeetingId {
  return (HAPPENS_ONCE.includes(kind) ? kind : `${kind}-${number}`) as MeetingId;
}

/** Takes apart an id that `parseEvent` has read. */
export function meetingName(id: MeetingId): MeetingName {
  const dash = id.lastIndexOf('-');
  const number = Number(id.slice(dash + 1));
  return Number.isNaN(number)
    ? { kind: id as string as MeetingKind, number: 1 }
    : { kind: id.slice(0, dash) as MeetingKind, number };
}
