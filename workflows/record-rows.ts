// What the record is told of a case: its events and duties as rows.

import type { Recorded } from '../domain/case/events.ts';
import { type Case, ownDate } from '../domain/case/facts.ts';
import { putsRight } from '../domain/case/put-right.ts';
import { isCounted } from '../domain/duties/counted.ts';
import { duties, type Standing } from '../domain/duties/owed.ts';
import type { DutyRow, EventRow } from '../domain/notices/notice.ts';

/**
 * The duties that are open, and what became of the others since the record last heard.
 * @param all the duties of the case
 * @param kept the case as the record knows it; undefined where it knows nothing
 * @param arrived the events it does not know
 */
export function dutyRows(
  c: Case,
  all: readonly Standing[],
  kept: Case | undefined,
  arrived: readonly Recorded[],
): readonly DutyRow[] {
  const settled = (of: Case) => (duty: Standing) => {
    const { key, edition, arises, due, done, lapsed } = duty;
    return `${key}|${edition}|${arises}|${due}|${done?.on ?? (lapsed ? '-' : '')}|${isCounted(of, duty)}`;
  };
  const before = kept ? duties(kept).filter((duty) => !isOpen(duty)) : [];
  const known = new Set(kept ? before.map(settled(kept)) : []);
  const isNew = settled(c);
  return [
    ...all.filter((duty) => isOpen(duty) || !known.has(isNew(duty))).map((duty) => dutyRow(c, duty)),
    ...(c.stands && arrived.some(putsRight) ? withdrawnRows(c, before, all) : []),
  ];
}

/** Events the record does not have, in the order of their arrival. */
export const arrivedSince = (kept: Case, c: Case): readonly Recorded[] =>
  kept === c
    ? []
    : c.events
        .filter(({ arrival = 0 }) => arrival > kept.events.length)
        .sort((a, b) => (a.arrival ?? 0) - (b.arrival ?? 0));

export const eventRow = (c: Case, one: Recorded): EventRow => ({
  id: one.id,
  type: one.event.type,
  on: ownDate(c, one),
  by: one.event.by,
  recordedAt: one.recordedAt,
  arrival: one.arrival,
  known: one.known,
  event: { ...one.event },
});

const isOpen = ({ done, lapsed }: Standing): boolean => !done && !lapsed;

/** What was done or lapsed, and as it turns out was never owed (L1): the indicators leave it out. */
function withdrawnRows(c: Case, before: readonly Standing[], now: readonly Standing[]): readonly DutyRow[] {
  const owed = new Set(now.map(({ key }) => key));
  return before.filter(({ key }) => !owed.has(key)).map((duty) => ({ ...dutyRow(c, duty), withdrawn: true }));
}

function dutyRow(c: Case, duty: Standing): DutyRow {
  const { key, meeting, owner, arises, due, bookBy, target, done, lapsed, rules } = duty;
  return {
    key,
    meeting,
    owner,
    arises,
    due,
    bookBy,
    target,
    done: done?.on ?? null,
    lapsed,
    ...(isCounted(c, duty) ? {} : { uncounted: true }),
    rules,
  };
}
