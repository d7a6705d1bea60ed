// Other children of the family, for whoever books a meeting: what is booked for them, and on which days one meeting would do for all.

import type { CaseKey } from '../client/listed.ts';
import { meetingName } from '../domain/case/meeting-id.ts';
import type { MeetingId } from '../domain/case/model.ts';
import { jointDates, type Wanted } from '../domain/documents/joint-dates.ts';
import { Calendar, type LocalDate, type LocalDateTime } from '../domain/time/calendar.ts';
import type { OwedDuty } from '../workflows/api.ts';
import type { Cases, Setting } from './setting.ts';

export interface Siblings {
  /** Meetings to come, the next first. */
  readonly booked: readonly SiblingMeeting[];
  /** Days within the limits of all who have such a meeting ahead of them, best first. */
  readonly jointDays: readonly LocalDate[];
}

interface SiblingMeeting {
  readonly ref: string;
  readonly meeting: MeetingId;
  readonly start: LocalDateTime;
}

export const NO_SIBLINGS: Siblings = { booked: [], jointDays: [] };
const MOST_SIBLINGS = 8;

/** @param duty the meeting that is to be booked. A sibling's case that does not answer now holds nobody up. */
export async function siblingsOf(
  cases: Cases,
  { siblings, calendar }: Setting,
  duty: OwedDuty,
  today: LocalDate,
): Promise<Siblings> {
  const all = await Promise.all(siblings.slice(0, MOST_SIBLINGS).map((key) => sibling(cases, key, duty, today)));
  const wanted = all.flatMap((one) => one.wanted);
  return {
    booked: all.flatMap((one) => one.booked).sort((a, b) => (a.start < b.start ? -1 : 1)),
    jointDays: wanted.length > 0 ? jointDates([duty, ...wanted], today, new Calendar(calendar)) : [],
  };
}

async function sibling(cases: Cases, key: CaseKey, duty: OwedDuty, today: LocalDate) {
  const nothing = { meetings: [], duties: [] };
  const answers = [cases.history(key), cases.owed(key)] as const;
  const [history, owed] = await Promise.all(answers).catch(() => [nothing, nothing] as const);
  const { meetings = [] } = history;
  const ahead = meetings.flatMap(({ meeting, start }) =>
    start && start.slice(0, 10) >= today ? [{ ref: key.ref, meeting, start }] : [],
  );
  const kind = duty.meeting && meetingName(duty.meeting).kind;
  const wanted = owed.duties.flatMap(({ duty: one, meeting, bookBy }): Wanted[] => {
    if (!one.startsWith('hold/') || meeting === null || meetingName(meeting).kind !== kind) return [];
    const booked = ahead.find((known) => known.meeting === meeting)?.start.slice(0, 10);
    return [{ bookBy, booked: booked as LocalDate | undefined }];
  });
  return { booked: ahead, wanted };
}
