// The state a case carries from run to run: read, and understood whatever release wrote it. Plain JSON.

import type { Recorded } from '../domain/case/events.ts';
import type { Case } from '../domain/case/facts.ts';
import { owed, planEnd } from '../domain/duties/owed.ts';
import { attend, reminding } from '../domain/notices/attendance.ts';
import { steps } from '../domain/notices/steps.ts';
import { type LastSaid, NOTHING_TOLD, type Told } from '../domain/notices/told.ts';
import type { Instant } from '../domain/time/calendar.ts';
import { CARRIED_VERSION, type Carried, type CarriedBefore } from './api.ts';

/** What releases before 0.2 carried has no number. */
export const isFromBefore = (carried: Carried | CarriedBefore): carried is CarriedBefore => !('version' in carried);

/**
 * The events a case carries, each with its number of arrival.
 * @throws Error naming both versions: a case carried by a newer release waits for a worker of that release, as it is
 */
export function carriedEvents(carried: Carried | CarriedBefore): readonly Recorded[] {
  if (!isFromBefore(carried) && carried.version !== CARRIED_VERSION)
    throw new Error(
      `the case carries state of version ${carried.version} and this worker understands ${CARRIED_VERSION}: run a worker of the release that wrote it`,
    );
  // Before 0.2 they were carried in the order they stood in.
  return carried.events.map((one, i) => (one.arrival === undefined ? { ...one, arrival: i + 1 } : one));
}

/**
 * What a case of a release before 0.2 had told: it continued as new only when everything due was told, so all of it is.
 * @param c the case its events make
 */
export function toldBefore(c: Case, { taken }: CarriedBefore, now: Instant): Told {
  const keys = steps(c, { ...NOTHING_TOLD, until: now }, now).map(({ key }) => key);
  return { until: now, keys, rungs: rungsBefore(c, taken) };
}

/** Of each ladder that may still be climbed the last rung said, read back from the keys of the steps taken. */
function rungsBefore(c: Case, taken: readonly string[]): Told['rungs'] {
  const said = taken.map((key) => key.split('|')).filter((parts) => parts.length === 5);
  const rungs: LastSaid[] = [];
  const note = (duty: string, ladder: string, edition: string, counted: number | undefined) => {
    const rungNames = c.policy.ladders[ladder as keyof typeof c.policy.ladders].map(({ step }) => step);
    const rank = (parts: readonly string[]) => rungNames.indexOf(parts[1] ?? '') * 10_000 + Number(parts[2]);
    const last = said
      .filter(([key, rung, , , number]) => {
        const same = counted === undefined || Number(number) === counted;
        return key === duty && same && rungNames.includes(rung ?? '');
      })
      .sort((a, b) => rank(a) - rank(b))
      .at(-1);
    if (last) rungs.push([duty, edition, last[1] ?? '', Number(last[2])]);
  };
  const countOf = (meeting: string | null, edition: string): number | undefined =>
    meeting === null || edition === ''
      ? undefined
      : Object.values(c.meetings)
          .find(({ id }) => id === meeting)
          ?.bookings.find((booking) => booking.edition === edition)?.sequence;
  for (const { key, ladder, edition, meeting } of owed(c)) note(key, ladder, edition, countOf(meeting, edition));
  for (const m of Object.values(c.meetings))
    if (!m.held)
      for (const booking of reminding(m, planEnd(c)?.known))
        note(attend(m), 'attend', booking.edition, booking.sequence);
  return rungs;
}
